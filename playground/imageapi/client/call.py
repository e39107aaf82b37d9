"""The client of image APIs: a call requests pictures once, and reports exactly what is known when it fails.

It sends again only what was certainly not worked on: a connection that could not be made, or a plain refusal with a
short Retry-After. Anything else may have been charged, so the user decides (the official SDK sends three times).
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urljoin

import requests
import urllib3

from playground.imageapi.catalog import SIGNATURE_BYTES, Limits
from playground.imageapi.client import error_mapping
from playground.imageapi.client.attempt import Attempt, AttemptFailed, AttemptResult, PictureDelivery
from playground.imageapi.client.picture_files import (
    PictureFiles,
    UnusableResponseError,
    WritableFile,
    check_picture_start,
)
from playground.imageapi.client.request import SourceMissingError, build_request
from playground.imageapi.client.response import BodyBrokenError, read_blocks
from playground.imageapi.client.transport import (
    DEADLINE,
    AddressGuard,
    AddressRefusedError,
    Alarm,
    CancellableSocket,
    Origin,
    open_session,
    set_alarm,
)
from playground.imageapi.errors import ERRORS, ApiError, Charged
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest, ImageResult, PartialPicture, ReceivedPicture

DEFAULT_LIMITS = Limits()
NOT_FETCHED = "an image couldn't be fetched from its URL"
_DOWNLOAD_HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "Connection": "close"}


def _ignore(_: object = None) -> None:
    return


class CallAborted(Exception):
    """The call was aborted while it used no connection. `code` is its error code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class CallLifetime:
    """Bind the end of a call to its present connection. Any thread may call `abort`; the call's thread the rest."""

    def __init__(self) -> None:
        self.abort_code = ""
        self._lock = threading.Lock()
        self._aborted = threading.Event()
        self._connection: CancellableSocket | None = None
        self._alarm: Alarm | None = None

    def abort(self, code: str) -> None:
        """Abort the present connection, and refuse the next one. The first code counts."""
        with self._lock:
            self.abort_code = self.abort_code or code
            connection = self._connection
        self._aborted.set()
        if connection is not None:
            connection.abort(code)

    def use(self, connection: CancellableSocket) -> CancellableSocket:
        """Make `connection` the present one. Raises CallAborted."""
        with self._lock:
            self._raise_if_aborted()
            self._connection = connection
        return connection

    def set_deadline(self, seconds: float) -> None:
        """Abort the present connection in `seconds`; replaces the deadline set before."""
        self.clear_deadline()
        connection = self._connection
        if connection is not None:
            self._alarm = set_alarm(seconds, lambda: connection.abort(DEADLINE))

    def clear_deadline(self) -> None:
        """Drop the deadline."""
        if self._alarm is not None:
            self._alarm.cancel()

    def sleep(self, seconds: float) -> None:
        """Wait without a deadline. Raises CallAborted as soon as the call is aborted."""
        self.clear_deadline()
        # An event, not time.sleep: cancelling ends the pause at once.
        self._aborted.wait(seconds)
        self._raise_if_aborted()

    def _raise_if_aborted(self) -> None:
        if self.abort_code:
            raise CallAborted(self.abort_code)


class ImageApiCall:
    """One call to an image API; another thread may abort it.

    `wants_preview` is asked before each preview, which is skipped undecoded when it says no.
    `seconds` is the deadline, counted from the first sending. Only the base URLs in `listed` may be plain http or not
    public. `on_sent` is called just before the first byte of the request leaves, once for each attempt that connects.
    Files passed to `on_partial` or `on_picture` belong to the caller, all others in `folder` are removed; pictures go
    to `spare_folder` when the disk of `folder` is full. `headers` are sent besides those of `request_headers`. The
    pictures of an edit are sent as `images_field`, if given, else as the profile wants them.
    """

    def __init__(
        self,
        api: ImageApi,
        key: str,
        request: ImageRequest,
        folder: Path,
        *,
        seconds: float,
        listed: Collection[str] = (),
        on_sent: Callable[[], None] = _ignore,
        on_partial: Callable[[PartialPicture], None] = _ignore,
        on_picture: Callable[[ReceivedPicture], None] = _ignore,
        wants_preview: Callable[[], bool] = lambda: True,
        headers: Mapping[str, str] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        images_field: str = "",
        spare_folder: Path | None = None,
    ) -> None:
        self._url = f"{api.base_url}/images/{request.endpoint}"
        self._key = key
        self._request = request
        self._images_field = images_field or api.profile.images_field(len(request.images))
        self._headers = dict(headers or {})
        self._seconds = seconds
        self._limits = limits
        self._guard = AddressGuard(listed)
        # A response may point to its own origin and to the internet, but not to the other listed APIs.
        self._download_guard = AddressGuard(
            [url for url in listed if Origin.from_url(url) == Origin.from_url(api.base_url)]
        )
        self._on_sent = on_sent
        self._files = PictureFiles(folder, limits.picture_bytes, spare_folder, requested_format=request.output_format)
        self._delivery = PictureDelivery(self._files, request.n or 1, on_partial, on_picture, wants_preview)
        self._lifetime = CallLifetime()
        self._end: float | None = None
        self._connection: CancellableSocket | None = None
        self._is_refused = False

    @property
    def was_sent(self) -> bool:
        """True when a byte of the request may have left, and the API has not refused it without working on it."""
        return self._connection is not None and self._connection.has_sent and not self._is_refused

    def abort(self, code: str = "cancelled") -> None:
        """End the call with the error `code`, from any thread, at any time. Raises KeyError for an unknown code."""
        self._lifetime.abort(ERRORS[code].code)

    def run(self) -> ImageResult:
        """Send the request and receive its pictures. Raises ApiError."""
        try:
            return self._run()
        except AttemptFailed as failed:
            error = failed.error
        except CallAborted as aborted:
            error = ApiError(aborted.code, charged="maybe" if self.was_sent else "no")
        finally:
            self._lifetime.clear_deadline()
            self._files.remove_rest()
        # Raised here, without a context: exceptions of HTTP libraries hold the request, and that holds the key.
        raise error

    def _run(self) -> ImageResult:
        # http.client would raise an exception that quotes the header, and so the key.
        if not self._key.isascii() or not self._key.isprintable() or " " in self._key:
            raise AttemptFailed(ApiError("invalid_api_key"))
        start = time.monotonic()
        connect_seconds = self._limits.connect_seconds
        try:
            result = self._attempt(connect_seconds)
        except AttemptFailed as failed:
            seconds_left = connect_seconds - (time.monotonic() - start)
            self._wait_for_retry(failed, seconds_left)
            result = self._attempt(seconds_left if failed.error.code == "network_unreachable" else connect_seconds)
        # Downloads have their own limit of time: the picture is made, and the deadline may be nearly over.
        return self._receive(result)

    def _attempt(self, connect_seconds: float) -> AttemptResult:
        connection = self._lifetime.use(CancellableSocket(self._guard, self._begin_sending, connect_seconds))
        self._connection = connection
        attempt = Attempt(connection, self._files, self._delivery, self._limits, self._key, self._seconds)
        try:
            return attempt.run(
                build_request(self._url, self._key, self._request, self._headers, images_field=self._images_field)
            )
        except SourceMissingError:
            message = "A source image is missing."
            charged: Charged = "maybe" if connection.has_sent else "no"
            raise AttemptFailed(ApiError("interrupted", message, charged=charged, fault="files")) from None

    def _begin_sending(self) -> None:
        self._on_sent()
        now = time.monotonic()
        # Set once: a retry does not extend the deadline.
        self._end = now + self._seconds if self._end is None else self._end
        self._is_refused = False
        self._lifetime.set_deadline(self._end - now)

    def _wait_for_retry(self, failed: AttemptFailed, connect_seconds_left: float) -> None:
        """Wait until the request may be sent again. Raises AttemptFailed when it may not, and CallAborted."""
        if failed.retry_after is None:
            raise failed
        pause = failed.retry_after * self._limits.retry_pace
        seconds_left = connect_seconds_left
        if self._end is not None:
            # The API refused: the deadline runs on, and half of it must be left to make the pictures in.
            self._is_refused = True
            seconds_left = self._end - time.monotonic() - self._seconds / 2
        if pause >= seconds_left:
            raise failed
        self._lifetime.sleep(pause)

    def _receive(self, result: AttemptResult) -> ImageResult:
        """Deliver the pictures that were not delivered from an event stream; download those given as addresses."""
        entries = [entry for entry in result.entries if entry.failure is None][: self._delivery.missing]
        failures: list[Exception] = [entry.failure for entry in result.entries if entry.failure is not None]
        end = time.monotonic() + self._limits.fetch_seconds
        for number, entry in enumerate(entries, start=1):
            try:
                path = entry.path or self._download(entry.url, end)
            except (UnusableResponseError, OSError) as error:
                failures.append(error)
            else:
                has_next = number < len(entries) and entries[number].path is not None
                self._delivery.deliver(path, entry.revised_prompt, has_next=has_next)
        if not self._delivery.is_complete:
            self._check_failures(failures, result.request_id)
        return ImageResult(
            tuple(self._delivery.pictures),
            request_id=result.request_id,
            headers=result.headers,
            **result.details,
        )

    def _check_failures(self, failures: list[Exception], request_id: str) -> None:
        """Raise AttemptFailed when our disk did not take a picture, or when no picture can be used."""
        if any(isinstance(failure, OSError) for failure in failures):
            raise AttemptFailed(error_mapping.not_stored_error(request_id))
        if failures and not self._delivery.pictures:
            raise AttemptFailed(error_mapping.garbled_error(str(failures[0]), request_id=request_id))

    def _download(self, url: str, end: float) -> Path:
        """Raises UnusableResponseError, OSError of the disk, and CallAborted."""
        guard, limits = self._download_guard, self._limits
        connection = self._lifetime.use(CancellableSocket(guard, _ignore, limits.connect_seconds))
        self._lifetime.set_deadline(end - time.monotonic())
        try:
            file = self._files.open_plain()
            download_picture(url, connection, file, limits, check_start=self._files.check_start)
        except UnusableResponseError:
            if self._lifetime.abort_code:
                raise CallAborted(self._lifetime.abort_code) from None
            raise
        finally:
            connection.release()
        return file.path


def download_picture(
    url: str,
    connection: CancellableSocket,
    file: WritableFile,
    limits: Limits,
    *,
    max_redirects: int = 0,
    check_start: Callable[[bytes], None] = check_picture_start,
) -> None:
    """Write the picture at `url` to `file`, without key and cookies; each redirect is checked as the first URL is.

    `check_start` raises UnusableResponseError for the start of a file that is no picture. Raises that too, or OSError
    of the disk. The caller aborts `connection` at the deadline.
    """
    timeout = limits.fetch_seconds + 1
    try:
        with open_session(connection) as session:
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
            for redirects_left in range(max_redirects, -1, -1):
                connection.guard.check(Origin.from_url(url))
                prepared = session.prepare_request(requests.Request("GET", url, headers=_DOWNLOAD_HEADERS))
                with session.send(prepared, stream=True, timeout=timeout, allow_redirects=False) as response:
                    target = session.get_redirect_target(response)
                    if target is None or not redirects_left:
                        _check_status(response)
                        check_start(_save_body(response, connection, file, limits.fetched_bytes))
                        return
                    url = urljoin(url, target)
    except (
        AddressRefusedError,
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        BodyBrokenError,
        ValueError,
    ):
        raise UnusableResponseError(NOT_FETCHED) from None


def _check_status(response: requests.Response) -> None:
    if response.status_code != 200:
        raise UnusableResponseError(f"the image URL returned status {response.status_code}")


def _save_body(
    response: requests.Response, connection: CancellableSocket, file: WritableFile, max_bytes: int
) -> bytes:
    start = b""
    for block in read_blocks(response, connection, max_bytes):
        start = start if len(start) >= SIGNATURE_BYTES else start + block[:SIGNATURE_BYTES]
        file.write(block)
    file.close()
    return start
