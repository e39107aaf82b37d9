"""A renderer for tests: tiny pictures at once, and failures on demand."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from playground.gateway.client_connection import ClientConnection
from playground.gateway.renderers.base import RenderedPicture, RenderedPreview, RenderingOptions
from playground.imageapi.schemas import ImageRequest


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)


class TinyRenderer:
    """Makes 1x1 pictures. `refusal` is raised at once, `failure` after the first picture.

    `pauses`: so often nothing is ready before each preview and before the first picture.
    """

    def __init__(self) -> None:
        self.requests: list[ImageRequest] = []
        self.refusal: Exception | None = None
        self.failure: Exception | None = None
        self.pauses = 0
        self.open = 0

    def render(self, request: ImageRequest, client: ClientConnection, folder: Path) -> "TinyRendering":
        """Remember the request and take it on."""
        self.requests.append(request)
        if self.refusal:
            raise self.refusal
        self.open += 1
        picture = folder / "tiny"
        picture.write_bytes(PNG)
        return TinyRendering(self, request, client, picture)


class TinyRendering:
    """The pictures of one request."""

    def __init__(
        self, renderer: TinyRenderer, request: ImageRequest, client: ClientConnection, picture: Path
    ) -> None:
        self.renderer = renderer
        self.request = request
        self.client = client
        self.picture = picture
        self.is_open = True

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture | None]:
        options = RenderingOptions(self.request.size or "", "low", "opaque", self.request.output_format or "")
        for step in range(self.request.partial_images or 0):
            yield from [None] * self.renderer.pauses
            for index in range(self.request.n or 1):
                yield RenderedPreview(index, step, self.picture, options)
        yield from [None] * self.renderer.pauses
        for index in range(self.request.n or 1):
            self.client.wait(0)
            yield RenderedPicture(index, self.picture, options, f"{self.request.prompt} {index}")
            if self.renderer.failure:
                raise self.renderer.failure

    def close(self) -> None:
        """Count the end, once."""
        self.renderer.open -= self.is_open
        self.is_open = False
