"""The server itself: threads, the record of what came, gate and latency."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.fake_provider.catalogue import FAULTS
from tests.fake_provider.exchange import Exchange, Gone
from tests.fake_provider.recorded_requests import Recorded


class FakeProvider(ThreadingHTTPServer):
    """An image API on a free port of loopback (or `port`); a context manager.

    `latency` delays every answer, in seconds. `keeps_bodies` False spares memory under load. `finale` is an event
    that the fault `sse_partials` waits for between its previews and its picture.
    """

    daemon_threads = True
    request_queue_size = 2048

    def __init__(self, port: int = 0, *, latency: float = 0.0, keeps_bodies: bool = True) -> None:
        self.latency = latency
        self.keeps_bodies = keeps_bodies
        self.requests: list[Recorded] = []
        self.connections = 0
        self.closing = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.finale = threading.Event()
        self.finale.set()
        self._came = threading.Condition()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def url(self, fault: str = "ok", **options: object) -> str:
        """The base address under which the API shows `fault`."""
        return f"{self.origin}/{'+'.join([fault, *(f'{name}={value}' for name, value in options.items())])}/v1"

    def hold(self) -> None:
        """Keep every answer back."""
        self.gate.clear()

    def release(self) -> None:
        """Let the answers go."""
        self.gate.set()

    def wait_for(self, count: int, seconds: float = 5.0) -> None:
        """Wait until `count` requests came. Raises TimeoutError."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.requests) >= count, seconds):
                raise TimeoutError(f"{len(self.requests)} of {count} requests came")

    def record(self, request: Recorded) -> int:
        """Keep a request; returns its number, from 1."""
        with self._came:
            self.requests.append(request)
            self._came.notify_all()
            return len(self.requests)

    def get_request(self) -> tuple[Any, Any]:
        """Count connections, and know them, to break them at the end."""
        connection, address = super().get_request()
        with self._came:
            self.connections += 1
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection and close it."""
        with self._came:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what half of the tests are about: say nothing."""

    def __enter__(self) -> Self:
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.gate.set()
        self.finale.set()
        self.shutdown()
        with self._came:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, records it, and lets the fault of its address answer."""

    protocol_version = "HTTP/1.1"
    server: FakeProvider

    def do_POST(self) -> None:
        """A call of the image API."""
        self._handle()

    def do_GET(self) -> None:
        """A picture's address."""
        self._handle()

    def _handle(self) -> None:
        self.close_connection = True
        length = int(self.headers.get("Content-Length") or 0)
        body = self._read(length)
        request = Recorded(self.command, self.path, dict(self.headers.items()), length, body)
        name, *options = self.path.strip("/").split("/", 1)[0].split("+")
        words = dict(option.split("=", 1) for option in options)
        exchange = Exchange(self.server, request, name, words, self.connection)
        self.server.record(request)
        self.server.gate.wait()
        try:
            exchange.pause(float(words.get("latency", self.server.latency)))
            FAULTS[name](exchange)
        except Gone:
            return
        except KeyError:
            exchange.error(404, "not_found", f"there is no fault {name}")

    def _read(self, length: int) -> bytes:
        if self.server.keeps_bodies:
            return self.rfile.read(length)
        while length:
            block = self.rfile.read(min(length, 65536))
            if not block:
                break
            length -= len(block)
        return b""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
