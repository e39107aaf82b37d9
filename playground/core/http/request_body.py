"""The body of a request: complete, or an OSError."""

import errno
import math
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.http import HttpRequest
from gunicorn.http.errors import ChunkMissingTerminator, NoMoreData, ParseException

INPUT: Final = "wsgi.input"
BLOCK_BYTES: Final = 64 * 1024


class BadChunkError(OSError):
    """The chunks of the body do not follow RFC 9112, 7.1."""


class SlowBodyError(TimeoutError):
    """The client sends too slowly. gunicorn logs no traceback for ECONNRESET."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the body comes too slowly")


class TooManyUploadsError(SlowBodyError):
    """Too many threads wait for bodies already."""


class WholeBody:
    """A `wsgi.input` that raises an error when the connection ends before the body is complete.

    Django would parse the part that came: a form cut off in the middle of the prompt would be sent and paid for.
    """

    def __init__(self, stream: Any, length: int) -> None:
        """Take Content-Length as `length`; 0 for a chunked body, which marks its own end."""
        self._stream = stream
        self._left = length
        self.error: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, none at the end. Raise OSError for a cut off body or an invalid chunk."""
        data = self._take(self._stream.read, size)
        is_short = size < 0 or len(data) < size
        return self._whole(data, is_short=is_short)

    def readline(self, size: int = -1) -> bytes:
        """Return the next line, at most `size` bytes of it. Raise OSError as `read` does."""
        data = self._take(self._stream.readline, size)
        return self._whole(data, is_short=not data and size != 0)

    def _take(self, read: Any, size: int) -> bytes:
        try:
            return _translate(read, size)
        except OSError as error:
            self.error = error
            raise

    def _whole(self, data: bytes, *, is_short: bool) -> bytes:
        self._left -= len(data)
        if is_short and self._left > 0:
            self.error = ConnectionResetError("the body ended early")
            raise self.error
        return data


def guard_body(environ: dict[str, Any]) -> None:
    """Wrap the body of the request in WholeBody."""
    length = environ.get("CONTENT_LENGTH") or ""
    environ[INPUT] = WholeBody(environ[INPUT], int(length) if length.isascii() and length.isdigit() else 0)


def body_stream(request: HttpRequest) -> Any:
    """Return what the body can be read from; also a body in chunks, which Django leaves unread."""
    is_chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    # A server that ends a chunked body by itself says so; for all others only Content-Length is safe.
    return request.META[INPUT] if is_chunked and request.META.get(f"{INPUT}_terminated") else request


@contextmanager
def body_timeout(request: HttpRequest, seconds: float) -> Iterator[None]:
    """Let reads of the body in the `with` block wait at most `seconds`; they raise TimeoutError then."""
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(seconds)
    try:
        yield
    finally:
        if connection is not None:
            connection.settimeout(None)


def drain_body(request: HttpRequest, max_bytes: int, max_seconds: float = math.inf) -> bool:
    """Read the rest of the body and drop it. Return whether its end was reached within the limits.

    A connection that is closed on unread bytes is reset, and the reset overtakes the response (RFC 9112, 9.6).
    """
    stream, end = body_stream(request), time.monotonic() + max_seconds
    with suppress(OSError):
        while max_bytes > 0 and time.monotonic() < end:
            block = stream.read(BLOCK_BYTES)
            if not block:
                return True
            max_bytes -= len(block)
    return False


def body_error(request: HttpRequest) -> OSError | None:
    """Return the error that reading the body raised, or None."""
    error = getattr(request.META.get(INPUT), "error", None)
    return error if isinstance(error, OSError) else None


def _translate(read: Any, size: int) -> bytes:
    try:
        return bytes(read(size))
    except ChunkMissingTerminator as error:
        # gunicorn raises the same for a connection that ended between two chunks.
        raise (BadChunkError if error.term else NoMoreData)(str(error)) from error
    except ParseException as error:
        raise BadChunkError(str(error)) from error
