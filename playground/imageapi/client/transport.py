"""Send HTTP requests through one socket that a deadline or another thread can abort, to allowed addresses only.

Server-side request forgery: connect to public addresses by https, and to the listed APIs as they are listed. A host
name is resolved once, its addresses are checked, and a checked address is connected to. A name that resolves
differently a moment later (DNS rebinding, OWASP SSRF prevention) changes nothing.
"""

import functools
import heapq
import ipaddress
import itertools
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

_PORTS = {"http": 80, "https": 443}
# NAT64 (RFC 6052) and the other embeddings reach an IPv4 address through a public IPv6 one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The reason of an abort at a deadline; other reasons are error codes.
DEADLINE: Final = "deadline"
# A sweep costs a copy of the heap of alarms, so short heaps are not swept.
_MIN_SWEPT: Final = 1000


class AddressRefusedError(OSError):
    """The address must not be connected to. An OSError, so that HTTP libraries treat it as a failed connection."""


class Origin(NamedTuple):
    """Scheme, host and port of a URL."""

    scheme: str
    host: str
    port: int

    @classmethod
    def from_url(cls, url: str) -> "Origin":
        """Raises AddressRefusedError for anything but http and https with a host and without credentials."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressRefusedError("the address is not valid") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            raise AddressRefusedError("the address is not a plain web address")
        return cls(parts.scheme, parts.hostname.lower(), _PORTS[parts.scheme] if port is None else port)


class ResolvedAddress(NamedTuple):
    """An address as `socket.connect` takes it."""

    family: int
    address: Any


class AddressGuard:
    """Decide which origins may be connected to. `listed` are base URLs of APIs that an operator chose."""

    def __init__(self, listed: Collection[str] = ()) -> None:
        self._listed = frozenset(Origin.from_url(url) for url in listed)

    def check(self, origin: Origin) -> None:
        """Raise AddressRefusedError when `origin` is refused whatever its name resolves to."""
        if origin.scheme != "https" and origin not in self._listed:
            raise AddressRefusedError("only listed APIs may be plain http")

    def resolve(self, origin: Origin) -> list[ResolvedAddress]:
        """Return the addresses that may be connected to. Raises AddressRefusedError, or socket.gaierror."""
        self.check(origin)
        try:
            infos = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except UnicodeError:
            # Python itself refuses a label that is empty or has more than 63 characters.
            raise AddressRefusedError("the address is not valid") from None
        addresses = [ResolvedAddress(family, address) for family, _, _, _, address in infos]
        if origin not in self._listed:
            addresses = [address for address in addresses if is_public(str(address.address[0]))]
        if not addresses:
            raise AddressRefusedError("the address is not public")
        return addresses


def is_public(text: str) -> bool:
    """Say whether an IP address is public, also an IPv4 one that is embedded in IPv6."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public(str(embedded))
    return address.is_global and not address.is_multicast


class SocketAborted(OSError):
    """The call was aborted before or while its connection was used."""


class CancellableSocket:
    """The socket of one HTTP request. Any thread may call `abort`; the rest belongs to the calling thread.

    `abort_reason` is empty until then. `has_sent`: a byte of the request may have left.
    """

    def __init__(self, guard: AddressGuard, on_sent: Callable[[], None], connect_seconds: float) -> None:
        self.guard = guard
        self.connect_seconds = connect_seconds
        self.has_sent = False
        self.abort_reason = ""
        self._on_sent = on_sent
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None

    def attach(self, sock: socket.socket) -> None:
        """Keep a duplicate of `sock` to abort it by. Raises SocketAborted when the call is over.

        urllib3 wraps, passes on and closes its own handle; ours stays valid, so an abort never hits another
        connection that got the same file descriptor.
        """
        with self._lock:
            self._raise_if_aborted()
            self._close_handle()
            self._handle = sock.dup()

    def begin_sending(self) -> None:
        """Report that the request is about to leave. Raises SocketAborted when nothing may be sent any more."""
        if self.has_sent:
            return
        with self._lock:
            self._raise_if_aborted()
        self._on_sent()
        with self._lock:
            self._raise_if_aborted()
            self.has_sent = True

    def abort(self, reason: str) -> None:
        """Shut the connection down, which wakes the thread that reads or writes it. The first reason counts."""
        with self._lock:
            self.abort_reason = self.abort_reason or reason
            if self._handle is not None:
                shut_down(self._handle)

    def release(self) -> None:
        """Close the duplicate when the request is over."""
        with self._lock:
            self._close_handle()

    def _raise_if_aborted(self) -> None:
        if self.abort_reason:
            raise SocketAborted(self.abort_reason)

    def _close_handle(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


def open_session(connection: CancellableSocket) -> requests.Session:
    """Open a session that uses `connection` only: no proxies or netrc from the environment, no retries."""
    session = requests.Session()
    # A proxy from the environment would see the key, and its address is not checked.
    session.trust_env = False
    session.adapters.clear()
    adapter = CancellableAdapter(connection)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class CancellableAdapter(HTTPAdapter):
    """Send the requests of a session through one CancellableSocket. `responses` can mock the inherited `send`."""

    def __init__(self, connection: CancellableSocket) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._connection = connection
        self._pools: list[HTTPConnectionPool] = []

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        """Return a pool for this one request, instead of the shared pools of requests."""
        parts = urlsplit(request.url or "")
        host, port = parts.hostname or "", parts.port
        pool: HTTPConnectionPool
        if parts.scheme == "https":
            pool = _CancellableTlsPool(host, port, connection=self._connection, ssl_context=tls_context(), maxsize=1)
        else:
            pool = _CancellablePool(host, port, connection=self._connection, maxsize=1)
        self._pools.append(pool)
        return pool

    def close(self) -> None:
        """Close the pools, and with them every open connection."""
        for pool in self._pools:
            pool.close()
        super().close()

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Do nothing: `tls_context` always verifies, and loading certificates for each call would cost 20 ms."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the one context of this process: trusts certifi and the system (SSL_CERT_FILE), verifies names."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def connect(connection: CancellableSocket, addresses: list[ResolvedAddress]) -> socket.socket:
    """Connect to the first address that answers; each gets an equal share of the time that is left.

    Raises TimeoutError, SocketAborted, or the last OSError.
    """
    end = time.monotonic() + connection.connect_seconds
    failure: OSError = OSError("no address")
    for position, address in enumerate(addresses):
        # A dead IPv6 route would otherwise use up all the time before IPv4 is tried.
        share = (end - time.monotonic()) / (len(addresses) - position)
        try:
            return _connect_address(connection, address, max(share, 0.001), end)
        except SocketAborted:
            raise
        except OSError as error:
            failure = error
    raise failure


def shut_down(sock: socket.socket) -> None:
    """Wake every thread that waits for `sock`, which the other side may have closed already."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _connect_address(
    connection: CancellableSocket, address: ResolvedAddress, seconds: float, end: float
) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.settimeout(seconds)
        connection.attach(sock)
        sock.connect(address.address)
        # The rest of the connect time is for the TLS handshake.
        sock.settimeout(max(end - time.monotonic(), 0.001))
    except BaseException:
        sock.close()
        raise
    return sock


class _CancellableConnection(HTTPConnection):
    """Connect to checked addresses only, and report to the CancellableSocket before the first byte is sent."""

    scheme = "http"

    def __init__(self, *args: Any, connection: CancellableSocket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connection = connection

    def _new_conn(self) -> socket.socket:
        origin = Origin(self.scheme, self._dns_host.strip("[]").lower(), self.port)
        try:
            return connect(self._connection, self._connection.guard.resolve(origin))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the connection took too long") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def send(self, data: Any) -> None:
        # http.client would connect inside `send`, after `begin_sending` had already reported a sent byte.
        if self.sock is None:
            self.connect()
        self._connection.begin_sending()
        super().send(data)


class _CancellableTlsConnection(_CancellableConnection, HTTPSConnection):
    scheme = "https"


class _CancellablePool(HTTPConnectionPool):
    ConnectionCls = _CancellableConnection


class _CancellableTlsPool(HTTPSConnectionPool):
    ConnectionCls = _CancellableTlsConnection


class Alarm:
    """A callback that runs once at its time, unless it is cancelled before."""

    __slots__ = ("_callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    @property
    def is_over(self) -> bool:
        """True when the callback ran or was cancelled."""
        return self._callback is None

    def cancel(self) -> None:
        """Never run the callback. Does nothing when it ran already."""
        self._callback = None

    def run(self) -> None:
        """Run the callback now, at most once."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class AlarmThread:
    """One thread and a heap for all alarms: a thousand open calls must not need a thousand timer threads.

    The thread starts with the first alarm. Callbacks must be quick and must not raise.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()
        self._max_unswept = _MIN_SWEPT
        self._is_running = False

    def set(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        """Run `callback` in `seconds`."""
        alarm = Alarm(callback)
        entry = (time.monotonic() + max(seconds, 0.0), next(self._numbers), alarm)
        with self._changed:
            self._sweep()
            heapq.heappush(self._heap, entry)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
            if self._heap[0] is entry:
                self._changed.notify()
        return alarm

    def _sweep(self) -> None:
        """Drop cancelled alarms when the heap is long: most calls end well before their deadline."""
        if len(self._heap) > self._max_unswept:
            self._heap = [entry for entry in self._heap if not entry[2].is_over]
            heapq.heapify(self._heap)
            self._max_unswept = max(_MIN_SWEPT, 2 * len(self._heap))

    def _run(self) -> None:
        while True:
            self._wait_for_alarm().run()

    def _wait_for_alarm(self) -> Alarm:
        with self._changed:
            while not self._heap or self._heap[0][0] > time.monotonic():
                seconds = self._heap[0][0] - time.monotonic() if self._heap else None
                self._changed.wait(seconds)
            return heapq.heappop(self._heap)[2]


_alarms = AlarmThread()


def set_alarm(seconds: float, callback: Callable[[], None]) -> Alarm:
    """Run `callback` in `seconds` on the alarm thread of this process."""
    return _alarms.set(seconds, callback)


def _renew_after_fork() -> None:
    # A fork copies the heap but not the thread, and perhaps a lock that is held.
    global _alarms
    _alarms = AlarmThread()


os.register_at_fork(after_in_child=_renew_after_fork)
