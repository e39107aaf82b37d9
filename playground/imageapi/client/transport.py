"""The road of one sending: its socket, held so that another thread can cut it, and so that we know if it was used."""

import functools
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from playground.imageapi.client.ssrf import AddressGuard, Origin, ResolvedAddress


class SocketAborted(OSError):
    """The call was ended from outside before or while its connection was used."""


class CancellableSocket:
    """One attempt's way to a server. `cut` may come from any thread; the rest belongs to the calling thread."""

    def __init__(self, guard: AddressGuard, on_sent: Callable[[], None], connect_seconds: float) -> None:
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
            raise SocketAborted(self.why_cut)

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


def connect(road: CancellableSocket, endpoints: list[ResolvedAddress]) -> socket.socket:
    """A socket connected to the first endpoint that answers; each gets its share of the time that is left.

    Raises TimeoutError, RoadCut, or the last OSError.
    """
    end = time.monotonic() + road.connect_seconds
    failure: OSError = OSError("no address")
    for position, endpoint in enumerate(endpoints):
        share = (end - time.monotonic()) / (len(endpoints) - position)
        try:
            return _connect_one(road, endpoint, max(share, 0.001), end)
        except SocketAborted:
            raise
        except OSError as error:
            failure = error
    raise failure


def _connect_one(road: CancellableSocket, endpoint: ResolvedAddress, seconds: float, end: float) -> socket.socket:
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


class _CancellableConnection(HTTPConnection):
    """A connection of a Road: connects to checked addresses only, and tells the road before it sends."""

    scheme = "http"

    def __init__(self, *args: Any, road: CancellableSocket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._road = road

    def _new_conn(self) -> socket.socket:
        origin = Origin(self.scheme, self._dns_host.strip("[]").lower(), self.port)
        try:
            return connect(self._road, self._road.guard.resolve(origin))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the connection took too long") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def send(self, data: Any) -> None:
        # http.client connects by itself on the first send, which would be too late to call the road unused.
        if self.sock is None:
            self.connect()
        self._road.use()
        super().send(data)


class _CancellableTlsConnection(_CancellableConnection, HTTPSConnection):
    scheme = "https"


class _CancellablePool(HTTPConnectionPool):
    ConnectionCls = _CancellableConnection


class _CancellableTlsPool(HTTPSConnectionPool):
    ConnectionCls = _CancellableTlsConnection


class CancellableAdapter(HTTPAdapter):
    """Sends every request of its session along one Road. `send` is inherited, so `responses` can answer it."""

    def __init__(self, road: CancellableSocket) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._road = road
        self._pools: list[HTTPConnectionPool] = []

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        """A pool for this one request, without the shared pools of requests."""
        parts = urlsplit(request.url or "")
        host, port = parts.hostname or "", parts.port
        pool: HTTPConnectionPool
        if parts.scheme == "https":
            pool = _CancellableTlsPool(host, port, road=self._road, ssl_context=tls_context(), maxsize=1)
        else:
            pool = _CancellablePool(host, port, road=self._road, maxsize=1)
        self._pools.append(pool)
        return pool

    def close(self) -> None:
        """Close what is still connected."""
        for pool in self._pools:
            pool.close()
        super().close()

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the context verifies always, and reading certificates again for each call would cost 20 ms."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The one context of this process: trusts certifi and the system (SSL_CERT_FILE), verifies names."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def open_session(road: CancellableSocket) -> requests.Session:
    """A session whose only way out is `road`: no proxies or netrc from the environment, no retries."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    adapter = CancellableAdapter(road)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
