"""The road of one sending: its socket, held so that another thread can cut it, and so that we know if it was used."""

import socket
import threading
import time
from collections.abc import Callable

from playground.imageapi.guard import Endpoint, Guard


class RoadCut(OSError):
    """The call was ended from outside before or while its connection was used."""


class Road:
    """One attempt's way to a server. `cut` may come from any thread; the rest belongs to the calling thread."""

    def __init__(self, guard: Guard, on_sent: Callable[[], None], connect_seconds: float) -> None:
        self.guard = guard
        self.connect_seconds = connect_seconds
        self.is_used = False
        self.why_cut = ""
        self._on_sent = on_sent
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None

    def hold(self, sock: socket.socket) -> None:
        """Keep a second handle of `sock`. Ours stays valid while urllib3 wraps, passes on and closes its own, so a
        cut can never hit a stranger's socket that got the same number. Raises RoadCut when the call is over."""
        with self._lock:
            self._raise_if_cut()
            self._close_handle()
            self._handle = sock.dup()

    def use(self) -> None:
        """Say that the request leaves now. Raises RoadCut when the call is over, and then nothing may be sent."""
        if self.is_used:
            return
        with self._lock:
            self._raise_if_cut()
        self._on_sent()
        with self._lock:
            self._raise_if_cut()
            self.is_used = True

    def cut(self, why: str) -> None:
        """Shut the connection down: whoever reads or writes it is woken. The first reason stays."""
        with self._lock:
            self.why_cut = self.why_cut or why
            if self._handle is not None:
                shut_down(self._handle)

    def release(self) -> None:
        """Let go of the socket, when its attempt is over."""
        with self._lock:
            self._close_handle()

    def _raise_if_cut(self) -> None:
        if self.why_cut:
            raise RoadCut(self.why_cut)

    def _close_handle(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


def shut_down(sock: socket.socket) -> None:
    """Wake everyone who waits for `sock`; it may have been closed by the other side already."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def connect(road: Road, endpoints: list[Endpoint]) -> socket.socket:
    """A socket connected to the first endpoint that answers; each gets its share of the time that is left.

    Raises TimeoutError, RoadCut, or the last OSError.
    """
    end = time.monotonic() + road.connect_seconds
    failure: OSError = OSError("no address")
    for position, endpoint in enumerate(endpoints):
        share = (end - time.monotonic()) / (len(endpoints) - position)
        try:
            return _connect_one(road, endpoint, max(share, 0.001), end)
        except RoadCut:
            raise
        except OSError as error:
            failure = error
    raise failure


def _connect_one(road: Road, endpoint: Endpoint, seconds: float, end: float) -> socket.socket:
    sock = socket.socket(endpoint.family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.settimeout(seconds)
        road.hold(sock)
        sock.connect(endpoint.address)
        # What is left of the connect time is for the TLS handshake.
        sock.settimeout(max(end - time.monotonic(), 0.001))
    except BaseException:
        sock.close()
        raise
    return sock
