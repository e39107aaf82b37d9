"""The connection to the client: wait while it is open, read its body, answer before the body is read."""

import math
import select
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from playground.core.http.request_body import (
    BadChunkError,
    SlowBodyError,
    TooManyUploadsError,
    body_stream,
    body_timeout,
    drain_body,
)
from playground.imageapi.errors import ApiError
from playground.processes.pool import PoolBusyError, PoolTask, PoolTaskError, ProcessPool

# Seconds between two checks whether the client is still connected.
# A client that gives up is noticed within half a second.
POLL_SECONDS: Final = 0.5
# Linux reports a half-closed connection even with unread bytes; other systems only a full close.
_CLOSED: Final = getattr(select, "POLLRDHUP", 0)


class ClientDisconnected(Exception):
    """The client closed the connection before the answer was ready."""


@dataclass(frozen=True, slots=True)
class ClientConnection:
    """A client that waits for an answer. Without `connection` it counts as connected until the end."""

    key_hash: str
    connection: socket.socket | None = None

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds`; 0 only checks. Raises ClientDisconnected as soon as the client disconnects."""
        seconds = max(0.0, seconds)
        # Django's test client and other servers pass no socket.
        if self.connection is None:
            threading.Event().wait(seconds)
            return
        poll = select.poll()
        poll.register(self.connection, _CLOSED)
        if poll.poll(math.ceil(seconds * 1000)):
            raise ClientDisconnected

    def wait_for[Result](self, future: Future[Result]) -> Result:
        """Wait for the result of `future`. Raises its exception, or ClientDisconnected."""
        while not wait([future], POLL_SECONDS).done:
            self.wait(0)
        try:
            return future.result()
        except PoolTaskError:
            raise ApiError("server_error") from None

    def submit[Argument, Result](
        self, pool: ProcessPool[Argument, Result], tasks: Sequence[PoolTask[Argument]]
    ) -> list[Future[Result]]:
        """Queue tasks of this client. Raises ApiError `service_overloaded` when they would wait too long."""
        try:
            return pool.submit(tasks, owner=self.key_hash)
        except PoolBusyError as busy:
            raise ApiError("service_overloaded", retry_after=busy.seconds) from None


# Seconds of silence in the middle of a body.
BODY_TIMEOUT_SECONDS: Final = 60.0
# Limits of draining a body after an early answer: bytes, seconds, seconds of silence.
# More than the largest body that the API takes.
DRAIN_BYTES: Final = 512 * 1024 * 1024
DRAIN_SECONDS: Final = 60.0
DRAIN_IDLE_SECONDS: Final = 3.0
_BAD_CHUNK: Final = (
    "The chunked body can't be read: a size is wrong, or a chunk has more bytes than its size says. "
    "You weren't charged."
)
_STOPPED: Final = (
    "The body ended before it was complete: send as many bytes as Content-Length says, or end the last "
    "chunk. You weren't charged."
)
_TOO_SLOW: Final = "The body arrived too slowly. You weren't charged."
_TOO_MANY: Final = "The server is receiving too many slow uploads. You weren't charged. Try again later."
TOO_MANY_SECONDS: Final = 10


class RequestBody:
    """A body as a file that can be read once, also one in chunks (RFC 9112, 7.1)."""

    def __init__(self, request: HttpRequest) -> None:
        self._source = body_stream(request)

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end.

        Raises ClientDisconnected when the body breaks off, and ApiError when it stalls or its chunks are wrong.
        """
        try:
            return bytes(self._source.read(size))
        except OSError as error:
            # Django wraps the error of the server's stream.
            match error.__cause__ if isinstance(error, UnreadablePostError) else error:
                case BadChunkError():
                    raise ApiError("invalid_request", _BAD_CHUNK) from error
                case TooManyUploadsError():
                    raise ApiError("service_overloaded", _TOO_MANY, retry_after=TOO_MANY_SECONDS) from error
                case SlowBodyError():
                    raise ApiError("invalid_request", _TOO_SLOW, status=HTTPStatus.REQUEST_TIMEOUT) from error
                case TimeoutError():
                    raise ApiError("invalid_request", _STOPPED) from error
            raise ClientDisconnected from error


class EarlyResponse(HttpResponse):
    """An answer that may be sent before the body is read; the rest of the body is drained after it.

    Closing a connection with unread bytes resets it, and the reset can overtake the answer (RFC 9112, 9.6). Many
    clients read only after they have sent everything.
    """

    def __init__(self, answer: HttpResponse, request: HttpRequest) -> None:
        super().__init__(answer.content, status=answer.status_code, headers=dict(answer.headers))
        self._request = request

    def close(self) -> None:
        """Drain the body; the server calls this when the answer is sent."""
        try:
            drain_or_disconnect(self._request)
        finally:
            super().close()


def drain_or_disconnect(request: HttpRequest) -> None:
    """Drain the body; disconnect a client that sends too much, too slowly or for too long."""
    with body_timeout(request, DRAIN_IDLE_SECONDS):
        is_drained = drain_body(request, DRAIN_BYTES, DRAIN_SECONDS)
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None and not is_drained:
        # Otherwise the server would go on reading.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
