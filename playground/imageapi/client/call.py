"""The client of image APIs: one Call asks for pictures once, and tells exactly what is known when it fails.

It resends only what certainly was not worked on: a connection that never came about, or a plain refusal with a short
Retry-After. Whatever else breaks may have been paid, and the person decides (the official SDK resends twice).
"""

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import requests

from playground.imageapi.catalog import Limits
from playground.imageapi.client import error_mapping
from playground.imageapi.client.attempt import Attempt, AttemptFailed, UpstreamAnswer
from playground.imageapi.client.deadlines import CallEnded, CallLifetime
from playground.imageapi.client.multipart import SourceMissingError, multipart_body
from playground.imageapi.client.picture_download import fetch_picture
from playground.imageapi.client.picture_files import PictureDelivery, PictureFiles, UnusablePictureError
from playground.imageapi.client.ssrf import AddressGuard, Origin
from playground.imageapi.client.transport import CancellableSocket
from playground.imageapi.errors import ERRORS, ApiError, Charged
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest, ImageResult, PartialPicture, ReceivedPicture

USER_AGENT = "gpt-image-playground"
DEFAULT_LIMITS = Limits()


def _ignore(_: object = None) -> None:
    return


def request_headers(request: ImageRequest, content_type: str) -> dict[str, str]:
    """The headers that go with every request, the key and the length of the body apart."""
    accept = "text/event-stream, application/json" if request.stream else "application/json"
    return {
        "User-Agent": USER_AGENT,
        "Accept": accept,
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Type": content_type,
    }


class _BearerAuth(requests.auth.AuthBase):
    """Sets the Authorization header; keeps the key out of every repr."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._key}"
        return prepared


class ImageApiCall:
    """One call to an image API; another thread may abort it.

    `seconds` is the deadline, counted from the first sending. `listed` are base addresses of listed APIs: only these
    may be plain http or not public. `on_sent` is called just before the first byte of the request leaves, once an
    attempt that connects. Files in `folder` that were passed to `on_partial` or `on_picture` belong to the caller,
    all others are removed; those that the disk does not take go to `spare`. `headers` are sent besides our own. The
    pictures of an edit go as `images_field`.
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
        headers: Mapping[str, str] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        images_field: str = "image",
        spare: Path | None = None,
    ) -> None:
        self._url = f"{api.base_url}/images/{request.endpoint}"
        self._key = key
        self._request = request
        self._images_field = images_field
        self._headers = dict(headers or {})
        self._seconds = seconds
        self._limits = limits
        self._guard = AddressGuard(listed)
        # An answer may point to where it came from and to the internet, not to the other listed APIs.
        self._fetch_guard = AddressGuard([one for one in listed if Origin.of(one) == Origin.of(api.base_url)])
        self._on_sent = on_sent
        self._intake = PictureFiles(folder, limits.picture_bytes, spare)
        self._delivery = PictureDelivery(self._intake, request.n or 1, on_partial, on_picture)
        self._life = CallLifetime()
        self._ends: float | None = None
        self._road: CancellableSocket | None = None
        self._is_refused = False

    @property
    def sent(self) -> bool:
        """Whether a byte of the request may have left; False again once the API refused it without working on it."""
        return self._road is not None and self._road.is_used and not self._is_refused

    def abort(self, code: str = "cancelled") -> None:
        """End the call with the error `code`, from any thread, at any time. Raises KeyError for an unknown code."""
        self._life.end(ERRORS[code].code)

    def run(self) -> ImageResult:
        """Send the request and receive its pictures. Raises ApiError, and nothing else of its own."""
        try:
            return self._run()
        except AttemptFailed as failed:
            error = failed.error
        except CallEnded as ended:
            error = ApiError(ended.code, charged="maybe" if self.sent else "no")
        finally:
            self._life.calm()
            self._intake.tidy()
        # Raised here, without a context: the exceptions of HTTP libraries hold the request, and that holds the key.
        raise error

    def _run(self) -> ImageResult:
        if not self._key.isascii() or not self._key.isprintable() or " " in self._key:
            raise AttemptFailed(ApiError("invalid_api_key"))
        started = time.monotonic()
        connect_seconds = self._limits.connect_seconds
        try:
            answer = self._attempt(connect_seconds)
        except AttemptFailed as failed:
            left = connect_seconds - (time.monotonic() - started)
            self._wait_for_retry(failed, left)
            answer = self._attempt(left if failed.error.code == "network_unreachable" else connect_seconds)
        return self._receive(answer)

    def _attempt(self, connect_seconds: float) -> UpstreamAnswer:
        road = self._life.enter(CancellableSocket(self._guard, self._begin, connect_seconds))
        self._road = road
        attempt = Attempt(road, self._intake, self._delivery, self._limits, self._key, self._seconds)
        try:
            body, content_type = multipart_body(self._request, self._images_field)
            return attempt.run(
                requests.Request(
                    "POST",
                    self._url,
                    data=body,
                    headers=self._headers | request_headers(self._request, content_type),
                    auth=_BearerAuth(self._key),
                )
            )
        except SourceMissingError:
            lost = "A picture that should be sent is missing."
            charged: Charged = "maybe" if road.is_used else "no"
            raise AttemptFailed(ApiError("interrupted", lost, charged=charged, fault="files")) from None

    def _begin(self) -> None:
        """The road is about to be used: tell the caller, and let the deadline run from the first time on."""
        self._on_sent()
        now = time.monotonic()
        self._ends = now + self._seconds if self._ends is None else self._ends
        self._is_refused = False
        self._life.cut_in(self._ends - now)

    def _wait_for_retry(self, failed: AttemptFailed, connect_left: float) -> None:
        """Wait until the request may be sent once more. Raises Failed when it may not, and Ended."""
        if failed.retry_after is None:
            raise failed
        pause = failed.retry_after * self._limits.retry_pace
        left = connect_left
        if self._ends is not None:
            # Refused: the deadline runs on, and half of it must be left to make a picture in.
            self._is_refused = True
            left = self._ends - time.monotonic() - self._seconds / 2
        if pause >= left:
            raise failed
        self._life.pause(pause)

    def _receive(self, answer: UpstreamAnswer) -> ImageResult:
        entries = [one for one in answer.entries if one.failure is None][: self._delivery.missing]
        failures: list[Exception] = [one.failure for one in answer.entries if one.failure is not None]
        fetch_ends = time.monotonic() + self._limits.fetch_seconds
        for entry in entries:
            try:
                path = entry.path or self._fetch(entry.url, fetch_ends)
            except (UnusablePictureError, OSError) as error:
                failures.append(error)
            else:
                self._delivery.give(path, entry.revised_prompt)
        if not self._delivery.is_complete:
            self._check_lost(failures, answer.request_id)
        return ImageResult(
            tuple(self._delivery.pictures),
            request_id=answer.request_id,
            headers=answer.headers,
            **answer.details,
        )

    def _check_lost(self, failures: list[Exception], request_id: str) -> None:
        """Raise Failed when pictures came that our own disk did not take, or when none at all can be used."""
        if any(isinstance(one, OSError) for one in failures):
            raise AttemptFailed(error_mapping.not_stored_error(request_id))
        if failures and not self._delivery.pictures:
            raise AttemptFailed(error_mapping.garbled_error(str(failures[0]), request_id=request_id))

    def _fetch(self, url: str, ends: float) -> Path:
        """The file of the picture at `url`. Raises Unusable, OSError of the disk, and Ended."""
        road = self._life.enter(CancellableSocket(self._fetch_guard, _ignore, self._limits.connect_seconds))
        self._life.cut_in(ends - time.monotonic())
        try:
            file = self._intake.open_plain()
            fetch_picture(url, road, file, self._limits)
        except UnusablePictureError:
            if self._life.why_over:
                raise CallEnded(self._life.why_over) from None
            raise
        finally:
            road.release()
        return file.path
