"""The body of a request while it comes in: read in blocks, and heard out after an early answer."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from playground.gateway.caller import CallerLeft
from playground.imageapi.errors import ApiError
from playground.web.body import BadChunkError, CrowdedError, SlowBodyError

BLOCK: Final = 64 * 1024
# Seconds to wait for the next bytes in the middle of a body.
PATIENCE: Final = 60.0
# What is read on after an answer that came early, and for how long at most: bytes, seconds, seconds of silence.
HEARD_OUT_BYTES: Final = 512 * 1024 * 1024
HEARD_OUT_SECONDS: Final = 60.0
HEARD_OUT_SILENCE: Final = 3.0
_BAD_CHUNK: Final = (
    "The chunks of the body cannot be read: a size is wrong, or a chunk has more bytes than its size says. "
    "Nothing was charged."
)
_STOPPED: Final = (
    "The body stopped coming before it was complete: send as many bytes as Content-Length says, or end the last "
    "chunk. Nothing was charged."
)
_TOO_SLOW: Final = "The body came too slowly, so it was not waited for. Nothing was charged."
_CROWDED: Final = "Too many bodies come slowly at the same time. Nothing was charged; try again later."
CROWDED_SECONDS: Final = 10


class Incoming:
    """A body as a file that can be read once; also one in chunks, without a length (RFC 9112, 7.1)."""

    def __init__(self, request: HttpRequest) -> None:
        is_chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
        # Django hands on only what has a length; a server that ends a chunked body by itself says so.
        ends_itself = is_chunked and request.META.get("wsgi.input_terminated")
        self._source = request.META["wsgi.input"] if ends_itself else request

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end.

        Raises CallerLeft when the body breaks off, and ApiError when it stops coming or its chunks are wrong.
        """
        try:
            return bytes(self._source.read(size))
        except OSError as error:
            # Django wraps the error of the server's stream.
            match error.__cause__ if isinstance(error, UnreadablePostError) else error:
                case BadChunkError():
                    raise ApiError("invalid_request", _BAD_CHUNK) from error
                case CrowdedError():
                    raise ApiError("service_overloaded", _CROWDED, retry_after=CROWDED_SECONDS) from error
                case SlowBodyError():
                    raise ApiError("invalid_request", _TOO_SLOW, status=HTTPStatus.REQUEST_TIMEOUT) from error
                case TimeoutError():
                    raise ApiError("invalid_request", _STOPPED) from error
            raise CallerLeft from error


@contextmanager
def patience(request: HttpRequest, seconds: float = PATIENCE) -> Iterator[None]:
    """Within, reading the body waits at most `seconds` for the next bytes, then raises ApiError."""
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(seconds)
    try:
        yield
    finally:
        if connection is not None:
            connection.settimeout(None)


class EarlyAnswer(HttpResponse):
    """An answer that may be out before the request is in.

    A connection closed on unread bytes is reset, and the reset overtakes the answer (RFC 9112, 9.6); many programs
    listen only once everything is sent. So what still comes is read on and thrown away, after the answer.
    """

    def __init__(self, answer: HttpResponse, request: HttpRequest) -> None:
        super().__init__(answer.content, status=answer.status_code, headers=dict(answer.headers))
        self._request = request

    def close(self) -> None:
        """Called by the server when the answer is out."""
        try:
            hear_out(self._request)
        finally:
            super().close()


def hear_out(request: HttpRequest) -> None:
    """Read the rest of the body and throw it away; a caller that sends too much or too slowly is cut off."""
    body, left, until = Incoming(request), HEARD_OUT_BYTES, time.monotonic() + HEARD_OUT_SECONDS
    with suppress(CallerLeft, ApiError), patience(request, HEARD_OUT_SILENCE):
        while left > 0 and time.monotonic() < until:
            if not (block := body.read(BLOCK)):
                return
            left -= len(block)
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None:
        # The server would go on reading for a while.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
