"""Read JSON bodies: decode data URLs of an edit to files while the body arrives, and fetch https URLs after it.

Fetches have no key and no cookies, and SOURCE_FETCH_SECONDS each. The guard of `imageapi.client.transport` resolves
each host once and connects to public addresses only, also after a redirect.
"""

import json
import re
import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from django.http import HttpRequest

from playground.core.files import disk
from playground.core.http.request_body import BLOCK_BYTES, body_timeout
from playground.gateway.client_connection import BODY_TIMEOUT_SECONDS, POLL_SECONDS, ClientConnection, RequestBody
from playground.gateway.parsing.image_check import disk_full_error, image_problem
from playground.gateway.parsing.multipart import FILE_LIMIT, MAX_TEXT_BYTES, TOTAL_LIMIT, EditUpload, UploadedFile
from playground.imageapi.catalog import (
    MAX_FILE_BYTES,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    SOURCE_FETCH_SECONDS,
    Limits,
)
from playground.imageapi.client.call import NOT_FETCHED, download_picture
from playground.imageapi.client.json_stream import JsonStreamParser
from playground.imageapi.client.picture_files import (
    INVALID_BASE64,
    NOT_AN_IMAGE,
    Base64File,
    UnusableResponseError,
    WritableFile,
    write_fully,
)
from playground.imageapi.client.transport import DEADLINE, AddressGuard, CancellableSocket, set_alarm
from playground.imageapi.errors import ApiError

JSON: Final = "application/json"
MAX_JSON_BYTES: Final = MIB
# A key and the start of a data URL, as in `json_stream`.
_DATA_URL: Final = re.compile(rb'(?<!\\)"image_url"\s{0,9}:\s{0,9}"(?=data:)')
# Base64 makes four bytes of three; beside the images there are texts and white space.
MAX_BODY_BYTES: Final = MAX_TOTAL_BYTES * 4 // 3 + 4 * MIB
# All images and the mask.
_MAX_FILES: Final = MAX_SOURCES + 1
_PROBLEMS: Final = {
    INVALID_BASE64: "isn't valid base64",
    NOT_AN_IMAGE: image_problem("format"),
    NOT_FETCHED: f"can't be fetched: it must be public and respond within {SOURCE_FETCH_SECONDS} seconds",
}
_EXAMPLE: Final = '{"image_url": "data:image/png;base64,…"}'
MAX_REDIRECTS: Final = 3
# The file itself refuses more than MAX_FILE_BYTES.
_LIMITS: Final = Limits(
    connect_seconds=SOURCE_FETCH_SECONDS, fetch_seconds=SOURCE_FETCH_SECONDS, fetched_bytes=2 * MAX_FILE_BYTES
)


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Read the fields of a JSON object. Raises ApiError 400, 413 or 415, and ClientDisconnected."""
    if request.content_type != JSON:
        raise ApiError("unsupported_media_type", "Send the body as JSON, with 'Content-Type: application/json'.")
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        # One byte more than allowed tells a body that is too long from one that fits.
        body = RequestBody(request).read(MAX_JSON_BYTES + 1)
    if len(body) > MAX_JSON_BYTES:
        raise ApiError("invalid_request", "The body is over 1 MB.", status=413)
    return fields_from_json(body)


def fields_from_json(body: bytes) -> dict[str, Any]:
    """Parse a JSON object. Raises ApiError 400."""
    if not body:
        raise ApiError("invalid_request", "The body is empty: send JSON.")
    try:
        fields = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        # Escapes can name lone surrogates, which no file, log or font can hold.
        json.dumps(fields, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ApiError("invalid_request", "The JSON is nested too deeply.") from error
    except ValueError as error:
        # Covers wrong UTF-8 too, and integers with more digits than Python converts.
        raise ApiError("invalid_request", "The body isn't valid UTF-8 JSON.") from error
    if not isinstance(fields, dict):
        raise ApiError("invalid_request", "The body must be a JSON object.")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON (RFC 8259)")


class TooLargeError(OSError):
    """A file is over its limit, or with it all files together."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoRoomError(OSError):
    """The disk has no room for the next bytes of a file."""


class EditFiles:
    """The files of one request in `folder`, and their bytes together. Threads may write different files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._count = self._bytes = 0

    def open_base64(self) -> Base64File:
        """Open a file for a data URL. Raises ApiError for more files than an edit has."""
        return Base64File(self.open(), lambda _: None)

    def open(self) -> "LimitedFile":
        """Open a file. Raises ApiError for more files than an edit has."""
        self._count += 1
        if self._count > _MAX_FILES:
            raise ApiError("invalid_request", f"You can send at most {MAX_SOURCES} images.", param="images")
        return LimitedFile(self._folder / f"json-{self._count}", self)

    def count_bytes(self, size: int) -> None:
        """Count bytes before they are written. Raises TooLargeError and NoRoomError."""
        with self._lock:
            self._bytes += size
            if self._bytes > MAX_TOTAL_BYTES:
                raise TooLargeError(f"exceeded the limit of {TOTAL_LIMIT} for all files together")
        # Before the write: a full disk would take answers of other calls with it.
        if not disk.has_room(size):
            raise NoRoomError


class LimitedFile:
    """A file of at most MAX_FILE_BYTES."""

    def __init__(self, path: Path, files: EditFiles) -> None:
        self.path = path
        self._files = files
        self._size = 0
        self._file: BinaryIO = path.open("xb", buffering=0)

    def write(self, block: bytes) -> None:
        """Append `block`. Raises OSError, also beyond a limit."""
        self._size += len(block)
        if self._size > MAX_FILE_BYTES:
            raise TooLargeError(f"is over {FILE_LIMIT}")
        self._files.count_bytes(len(block))
        write_fully(self._file, block)

    def close(self) -> None:
        """Close the file, whatever is in it."""
        self._file.close()


class ImageFetch:
    """A download to `file`, in a thread of its own: the client may disconnect meanwhile."""

    def __init__(self, url: str, file: WritableFile) -> None:
        self.outcome: Future[Path] = Future()
        self._url = url
        self._file = file
        self._connection = CancellableSocket(AddressGuard(), lambda: None, SOURCE_FETCH_SECONDS)
        threading.Thread(target=self._run, name="image-fetch", daemon=True).start()

    def abort(self) -> None:
        """End the download, if it is not over."""
        self._connection.abort(DEADLINE)

    def path(self) -> Path:
        """Return the file. Raises UnusableResponseError, or OSError of the disk."""
        # A name that is still being resolved cannot be aborted, so the thread may be there yet.
        if not self.outcome.done():
            raise UnusableResponseError(NOT_FETCHED)
        return self.outcome.result()

    def _run(self) -> None:
        alarm = set_alarm(SOURCE_FETCH_SECONDS, self.abort)
        try:
            download_picture(self._url, self._connection, self._file, _LIMITS, max_redirects=MAX_REDIRECTS)
            self.outcome.set_result(self._file.path)
        except BaseException as error:  # handed to the thread that waits
            self.outcome.set_exception(error)
        finally:
            alarm.cancel()
            self._connection.release()
            self._file.close()


def wait_for_fetches(fetches: Collection[ImageFetch], client: ClientConnection) -> None:
    """Wait until all are over, at most SOURCE_FETCH_SECONDS. Raises ClientDisconnected."""
    end = time.monotonic() + SOURCE_FETCH_SECONDS
    try:
        while wait([fetch.outcome for fetch in fetches], POLL_SECONDS).not_done and time.monotonic() < end:
            client.wait(0)
    finally:
        for fetch in fetches:
            fetch.abort()


@dataclass(frozen=True, slots=True)
class _ImageUrl:
    """An `image_url`, and its place in the request, such as `images[0].image_url`."""

    field: str
    url: str


@dataclass(frozen=True, slots=True)
class JsonEdit:
    """The body of an edit. `fields` are those besides the images."""

    fields: Mapping[str, object]
    _images: tuple[_ImageUrl, ...]
    _mask: _ImageUrl | None
    _parser: JsonStreamParser
    _files: EditFiles

    def collect(self, client: ClientConnection) -> EditUpload:
        """Fetch the https URLs, and return the files. Raises ApiError and ClientDisconnected."""
        urls = [*self._images, *([self._mask] if self._mask else [])]
        stored = {url.field: self._stored(url) for url in urls}
        fetches = {url.field: ImageFetch(url.url, self._files.open()) for url in urls if stored[url.field] is None}
        wait_for_fetches(fetches.values(), client)
        paths = {field: path or self._fetched(field, fetches[field]) for field, path in stored.items()}
        images = [_uploaded(f"image-{number}", url, paths) for number, url in enumerate(self._images, 1)]
        return EditUpload(self.fields, tuple(images), _uploaded("mask", self._mask, paths) if self._mask else None)

    def _stored(self, url: _ImageUrl) -> Path | None:
        """Return the file of a data URL; None for an https URL."""
        try:
            path = self._parser.stored_picture(url.url)
            # A key that is written with escapes leaves its data URL in the text.
            path = path or (self._parser.save(url.url) if url.url.startswith("data:") else None)
        except (UnusableResponseError, OSError) as failure:
            raise _image_error(url.field, failure) from failure
        if path is None and not url.url.lower().startswith("https://"):
            message = f"{url.field} must be a data URL or start with https://."
            raise ApiError("invalid_request", message, param=url.field)
        return path

    def _fetched(self, field: str, fetch: ImageFetch) -> Path:
        try:
            return fetch.path()
        except (UnusableResponseError, OSError) as failure:
            raise _image_error(field, failure) from failure


def read_json_edit(request: HttpRequest, folder: Path) -> JsonEdit:
    """Read the body to its end; images of data URLs go to `folder`.

    Raises ApiError 400 or 413, and ClientDisconnected. Memory does not grow with the images.
    """
    files = EditFiles(folder)
    parser = JsonStreamParser(files, MAX_TEXT_BYTES, _DATA_URL)
    with body_timeout(request, BODY_TIMEOUT_SECONDS):
        text = _read_text(RequestBody(request), parser)
    fields = fields_from_json(text)
    images, mask = _read_images(fields.pop("images", None)), _read_mask(fields.pop("mask", None))
    return JsonEdit(fields, images, mask, parser, files)


def _read_text(body: RequestBody, parser: JsonStreamParser) -> bytes:
    bytes_left = MAX_BODY_BYTES
    try:
        while block := body.read(BLOCK_BYTES):
            bytes_left -= len(block)
            if bytes_left < 0:
                raise ApiError("invalid_request", "The body is larger than the upload limits allow.", status=413)
            parser.feed(block)
    except UnusableResponseError as error:
        message = "The text fields are over 1 MB in total. Send images as data URLs or https URLs in image_url."
        raise ApiError("invalid_request", message, status=413) from error
    try:
        return parser.finish_text()
    except UnusableResponseError as error:
        raise ApiError("invalid_request", "The body isn't valid UTF-8 JSON.") from error


def _read_images(value: Any) -> tuple[_ImageUrl, ...]:
    if not isinstance(value, list) or not value:
        message = f"images is required: send an array of 1 to {MAX_SOURCES} objects like {_EXAMPLE}."
        raise ApiError("invalid_request", message, param="images")
    if len(value) > MAX_SOURCES:
        raise ApiError("invalid_request", f"You can send at most {MAX_SOURCES} images.", param="images")
    return tuple(_read_url(item, f"images[{number}]") for number, item in enumerate(value))


def _read_mask(value: Any) -> _ImageUrl | None:
    return None if value is None else _read_url(value, "mask")


def _read_url(item: Any, name: str) -> _ImageUrl:
    if not isinstance(item, dict):
        raise ApiError("invalid_request", f"{name} must be an object like {_EXAMPLE}.", param=name)
    if item.get("file_id") is not None:
        field = f"{name}.file_id"
        message = f"{field} isn't supported, because this API stores no files. Send the image in image_url."
        raise ApiError("invalid_request", message, param=field)
    field, url = f"{name}.image_url", item.get("image_url")
    if not isinstance(url, str) or not url:
        raise ApiError("invalid_request", f"{field} is required: send {_EXAMPLE}.", param=field)
    return _ImageUrl(field, url)


def _uploaded(name: str, url: _ImageUrl, paths: Mapping[str, Path]) -> UploadedFile:
    path = paths[url.field]
    return UploadedFile(path, name, path.stat().st_size, url.field)


def _image_error(field: str, failure: UnusableResponseError | OSError) -> ApiError:
    if isinstance(failure, TooLargeError):
        return ApiError("image_too_large", f"{field} {failure.reason}.", param=field)
    if isinstance(failure, NoRoomError) or disk.is_disk_full(failure):
        return disk_full_error()
    if isinstance(failure, OSError):
        return ApiError("server_error")
    problem = _PROBLEMS.get(str(failure)) or f"is unusable: {failure}"
    return ApiError("invalid_request", f"{field} {problem}.", param=field)
