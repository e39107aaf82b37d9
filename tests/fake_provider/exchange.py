"""One request and the means to answer it, for better or worse."""

import base64
import json
import socket
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.fake_provider.pictures import png
from tests.fake_provider.recorded_requests import Recorded

if TYPE_CHECKING:
    from tests.fake_provider.server import FakeProvider

_SIZES = {"auto": (1024, 1024)}


class Gone(Exception):
    """The client went away, or the server is being closed."""


class Exchange:
    """The input of a fault: the request, the server, and the connection for the answer."""

    def __init__(
        self, server: "FakeProvider", request: Recorded, fault: str, options: Mapping[str, str], sock: socket.socket
    ) -> None:
        self.server = server
        self.request = request
        self.fault = fault
        self.options = options
        self._sock = sock

    @property
    def base(self) -> str:
        """The address of this fault on this server."""
        return f"{self.server.origin}/{self.fault}"

    def picture(self, index: int = 0) -> bytes:
        """A picture of the size that was asked for."""
        size = str(self.request.fields.get("size", "auto"))
        width, height = _SIZES.get(size) or (int(side) for side in size.split("x"))
        return png(width, height, index)

    def b64(self, index: int = 0) -> str:
        """The picture as base64."""
        return base64.b64encode(self.picture(index)).decode()

    def answer(self, **changes: Any) -> dict[str, Any]:
        """A good answer of n pictures; `changes` replace its fields."""
        return {
            "created": 1_777_135_432,
            "data": [{"b64_json": self.b64(index)} for index in range(self.request.n)],
            "size": self.request.fields.get("size", "1024x1024"),
            "quality": self.request.fields.get("quality", "medium"),
            "output_format": "png",
            "background": "opaque",
            "usage": {
                "input_tokens": 50,
                "output_tokens": 1000,
                "total_tokens": 1050,
                "input_tokens_details": {"image_tokens": 40, "text_tokens": 10},
            },
            **changes,
        }

    def json(self, body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer with JSON."""
        self.body(json.dumps(body).encode(), status, "application/json", headers)

    def error(self, status: int, code: str | None, message: str, **more: Any) -> None:
        """Answer with an error in the OpenAI schema; `headers`, `type` and `param` may be given."""
        headers = more.pop("headers", None)
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code, **more}
        self.json({"error": error}, status, headers)

    def body(
        self, body: bytes, status: int = 200, content_type: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with a body of known length."""
        own = {"Content-Type": content_type or "application/json", "Content-Length": str(len(body))}
        self.head(status, own | dict(headers or {}))
        self.write(body)

    def head(self, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Send the status line and the headers."""
        lines = [f"HTTP/1.1 {status} Status", "x-request-id: req_test_1", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.write("\r\n".join([*lines, "", ""]).encode())

    def write(self, data: bytes) -> None:
        """Send bytes as they are. Raises Gone."""
        try:
            self._sock.sendall(data)
        except OSError:
            raise Gone from None

    def chunk(self, data: bytes) -> None:
        """Send one chunk of a chunked body; an empty one ends it."""
        self.write(b"%x\r\n%b\r\n" % (len(data), data))

    def drip(self, data: bytes, seconds: float = 0.02) -> None:
        """Send bytes one by one. Raises Gone."""
        for byte in data:
            self.write(bytes((byte,)))
            self.pause(seconds)

    def pause(self, seconds: float) -> None:
        """Wait, unless the server is closed. Raises Gone."""
        if self.server.closing.wait(seconds):
            raise Gone

    def hang(self) -> None:
        """Say nothing until the client goes away or the server is closed."""
        try:
            while self._sock.recv(65536):
                continue
        except OSError:
            return

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()
