"""gunicorn's threaded worker with limits for slow clients, and an arbiter that stops listening at once.

gunicorn gives each new connection a thread, which waits for the head, for the body and for a client that does not
read: a few hundred silent sockets block every page. Here the poller collects heads without a thread, bodies and
responses have a minimum speed, and half of the threads never wait for a body.
"""

import contextlib
import errno
import select
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Buffer, Callable, Iterator
from functools import partial
from typing import Any, Final

from gunicorn import arbiter, glogging
from gunicorn.workers import gthread

from playground.core import change_notices
from playground.core.http.held_requests import HeldRequests, Hold, read_hold
from playground.core.http.request_body import SlowBodyError, TooManyUploadsError

# A head must be complete within this time after its first byte, or after the connection was made.
HEAD_SECONDS: Final = 10.0
# The rest of a longer head is read in a thread, with the limits of a body.
HEAD_BYTES: Final = 32 * 1024
# A thread waits so long for a body; each BODY_RATE bytes add a second, for slow phones.
BODY_SECONDS: Final = 30.0
BODY_RATE: Final = 1000
# The client must take each piece of a response within this time.
SEND_SECONDS: Final = 60.0
SEND_BYTES: Final = 64 * 1024
# A connection is kept so long for the next request: longer than clients keep theirs (httpx and so the official Python
# SDK 5 s, Node 4 s, nginx as in deploy/ 4 s), else a POST now and then meets a connection that is being closed.
KEEPALIVE_SECONDS: Final = 10
# After the last response, read what the client still sends for this time (RFC 9112, 9.6).
LINGER_SECONDS: Final = 2.0
LINGER_BYTES: Final = 64 * 1024
# When all connections are in use, those without data for this time are closed.
IDLE_SECONDS: Final = 1.0
# Before listening stops, wait so long for connections in the backlog to be accepted.
BACKLOG_SECONDS: Final = 0.5
TIMEOUT_ANSWER: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PacedSocket(socket.socket):
    """The socket of a client, with a minimum speed for sending and receiving."""

    body_slots: threading.Semaphore
    seconds_left: float = BODY_SECONDS

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive data. Raise SlowBodyError when the client has used up its time."""
        if self.gettimeout() != 0 and not flags and not self._is_readable(0):
            self._wait()
        block = super().recv(size, flags)
        self.seconds_left = min(BODY_SECONDS, self.seconds_left + len(block) / BODY_RATE)
        return block

    def _wait(self) -> None:
        if not self.body_slots.acquire(blocking=False):
            raise TooManyUploadsError
        silence, started = self.gettimeout(), time.monotonic()
        try:
            is_readable = self._is_readable(min(self.seconds_left, BODY_SECONDS if silence is None else silence))
        finally:
            self.body_slots.release()
            # Count the waiting only, not the time in which the application uses the data.
            self.seconds_left -= time.monotonic() - started
        if not is_readable:
            raise SlowBodyError

    def _is_readable(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))

    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        """Send all data. Raise ConnectionResetError when the client stops reading."""
        view = memoryview(data).cast("B")
        with self._sending():
            for start in range(0, len(view), SEND_BYTES):
                super().sendall(view[start : start + SEND_BYTES], flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file. Raise ConnectionResetError when the client stops reading."""
        with self._sending():
            return super().sendfile(file, offset, count)

    @contextlib.contextmanager
    def _sending(self) -> Iterator[None]:
        before = self.gettimeout()
        self.settimeout(SEND_SECONDS)
        try:
            yield
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the answer was not taken") from error
        finally:
            self.settimeout(before)


class Connection(gthread.TConn):  # type: ignore[misc]
    """The connection of a client, with the received part of the next head."""

    def __init__(self, linger: Callable[["Connection"], None], *args: Any) -> None:
        super().__init__(*args)
        self.head = bytearray()
        self.hold: Hold | None = None
        self.lingered = 0
        self._linger = linger

    def receive(self) -> bytes | None:
        """Receive without waiting; None when there is no data yet, empty when the client has closed."""
        try:
            # Not `recv` of PacedSocket: this must not wait.
            return socket.socket.recv(self.sock, HEAD_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def collect_head(self) -> bool:
        """Receive a part of the head. Return whether it is complete (`data_ready`) or the client has closed."""
        self.data_ready = False
        if not (block := self.receive()):
            return block is not None
        searched = max(0, len(self.head) - 3)
        self.head += block
        if self.head.find(b"\r\n\r\n", searched) < 0 and len(self.head) <= HEAD_BYTES:
            return False
        self.hold = read_hold(bytes(self.head))
        self.init()
        self.parser.unreader.unread(bytes(self.head))
        self.head.clear()
        self.data_ready = True
        return True

    def close(self, graceful: bool = False) -> None:
        """Close; `graceful` lets the client read the response first, without a thread that waits."""
        if graceful:
            self._linger(self)
        else:
            super().close()


class PacedWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads; heads, bodies and closing differ."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lingering: deque[Connection] = deque()
        self.held: HeldRequests[Connection] = HeldRequests()
        self.body_slots = threading.Semaphore(max(1, self.cfg.threads // 2))

    def accept(self, listener: Any) -> None:
        """Accept a connection; a thread gets it once its head is complete."""
        try:
            client, address = listener.accept()
        except OSError as error:
            self._handle_accept_error(listener, error)
            return
        self.nr_conns += 1
        paced = PacedSocket(fileno=client.detach())
        paced.body_slots = self.body_slots
        conn = Connection(self.linger, self.cfg, paced, address, listener.getsockname())
        self._await_head(conn)

    def _handle_accept_error(self, listener: Any, error: OSError) -> None:
        if error.errno == errno.EINVAL:
            # The arbiter has called `stop_listening`.
            self.poller.unregister(listener)
            self.sockets.remove(listener)
        elif error.errno in (errno.EMFILE, errno.ENFILE):
            # gunicorn would exit, and abort all calls.
            self.log.error("no more files can be open: connections wait")
            time.sleep(0.05)
        elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
            raise error

    def _await_head(self, conn: Connection) -> None:
        conn.sock.setblocking(False)
        if conn.collect_head():
            self._enqueue_or_drop(conn)
            return
        conn.timeout = time.monotonic() + HEAD_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Connection, client: PacedSocket) -> None:
        """Handle more of a head, or a client that has closed."""
        if conn.collect_head():
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self._enqueue_or_drop(conn)

    def _enqueue_or_drop(self, conn: Connection) -> None:
        if not conn.data_ready:
            self._drop(conn)
        elif conn.hold:
            self.held.add(conn, conn.hold)
        else:
            self.enqueue_req(conn)

    def run(self) -> None:
        """Serve, and listen for changes that held requests wait for."""
        pipe = change_notices.wake_pipe(self.age)
        if pipe is not None:
            self.poller.register(pipe, selectors.EVENT_READ, self.held.notice_change)
        super().run()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events, and give threads to held requests whose wait is over."""
        super().wait_for_and_dispatch_events(min(timeout, self.held.seconds_to_next_check()))
        for conn in self.held.take_due(end_all=not self.alive):
            self.enqueue_req(conn)

    def on_client_socket_readable(self, conn: Connection, client: PacedSocket) -> None:
        """Wait for the next head on a keep-alive connection."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn)

    def enqueue_req(self, conn: Connection) -> None:
        """Give the request to a thread."""
        conn.sock.seconds_left = BODY_SECONDS
        super().enqueue_req(conn)

    def linger(self, conn: Connection) -> None:
        """Shut down the sending side and read on, so that no reset overtakes the response."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        self.nr_conns += 1
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self.lingering.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_lingering, conn))

    def _read_lingering(self, conn: Connection, client: PacedSocket) -> None:
        block = conn.receive()
        conn.lingered += len(block or b"")
        if block == b"" or conn.lingered > LINGER_BYTES:
            self.lingering.remove(conn)
            self.poller.unregister(client)
            self._drop(conn)

    def murder_pending(self) -> None:
        """Close connections that have used up their time. gunicorn calls it once a second and after each event."""
        now = time.monotonic()
        for conn in self._take_expired(self.pending_conns, now):
            if conn.head:
                with contextlib.suppress(OSError):
                    socket.socket.send(conn.sock, TIMEOUT_ANSWER)
            self._drop(conn)
        for conn in self._take_expired(self.lingering, now):
            self._drop(conn)
        if self.nr_conns >= self.worker_connections:
            idle = [
                *self._take_expired(self.pending_conns, now + HEAD_SECONDS - IDLE_SECONDS),
                *self._take_expired(self.keepalived_conns, now + self.cfg.keepalive - IDLE_SECONDS),
            ]
            for conn in idle:
                self._drop(conn)

    def _take_expired(self, waiting: deque[Connection], now: float) -> Iterator[Connection]:
        """Remove and yield expired connections; each deque is ordered by time."""
        while waiting and waiting[0].timeout <= now:
            conn = waiting.popleft()
            self.poller.unregister(conn.sock)
            yield conn

    def _drop(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Leave keep-alive connections of a proxy open: it closes them first, so no POST meets a closed one."""
        if not self.cfg.forwarded_allow_ips:
            super()._cap_keepalive(deadline)


class Arbiter(arbiter.Arbiter):  # type: ignore[misc]
    """gunicorn's arbiter; it stops listening before it ends the workers."""

    def stop(self, graceful: bool = True) -> None:
        """Stop listening, then end the workers."""
        for listener in self.LISTENERS:
            stop_listening(listener.sock)
        super().stop(graceful)


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's logger with the format of settings.LOGGING."""

    def setup(self, cfg: Any) -> None:
        """Pass records on to the handlers of settings.LOGGING."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def stop_listening(listener: socket.socket) -> None:
    """Refuse new connections in all processes that share the socket; `listen()` opens it again.

    Closing is not enough: while any process has the socket open, the kernel accepts connections for it.
    """
    until = time.monotonic() + BACKLOG_SECONDS
    with contextlib.suppress(OSError):
        # Workers still accept these: they may hold forms.
        while _backlog(listener) and time.monotonic() < until:
            time.sleep(0.005)
        listener.shutdown(socket.SHUT_RDWR)


def _backlog(listener: socket.socket) -> int:
    """Return the number of connections to be accepted (tcpi_unacked of a listening socket on Linux)."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    return int.from_bytes(listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)[24:28], "little")
