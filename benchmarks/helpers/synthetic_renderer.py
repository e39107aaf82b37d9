"""The built-in API with a renderer that draws nothing, for measurements of everything around it.

A prompt is a list of `name=value`: `seconds` to take, `bytes` a picture, `come` pictures instead of n, and `fault`,
an error code. Each start and end of a rendering is a line in the file OVERLAPS: time, account, +1 or -1.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Models can be imported only after the application has been made.
from playground.wsgi import application as application  # isort: split

from playground.gateway.client_connection import ClientConnection
from playground.gateway.renderers import base
from playground.gateway.renderers.base import RenderedPicture, RenderingOptions
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest


class QuickRendering:
    """Pictures of zeros."""

    def __init__(self, request: ImageRequest, caller: ClientConnection, folder: Path) -> None:
        self.request, self.caller, self.path = request, caller, folder / "zeros"
        self.words = dict(word.split("=") for word in request.prompt.split() if "=" in word)
        self.is_open = True
        note(caller, +1)

    def __iter__(self) -> Iterator[RenderedPicture]:
        self.caller.wait(float(self.words.get("seconds", 0)))
        if "fault" in self.words:
            raise ApiError(self.words["fault"])
        look = RenderingOptions(self.request.size or "", "low", "opaque", "png")
        self.path.write_bytes(b"\x89PNG" + bytes(int(self.words.get("bytes", 100))))
        for index in range(int(self.words.get("come", self.request.n or 1))):
            yield RenderedPicture(index, self.path, look)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            note(self.caller, -1)


class QuickRenderer:
    """Makes them."""

    def render(self, request: ImageRequest, caller: ClientConnection, folder: Path) -> QuickRendering:
        return QuickRendering(request, caller, folder)


def note(caller: ClientConnection, change: int) -> None:
    """Write down that work begins or ends; one write is one line, also from several processes."""
    line = f"{time.monotonic_ns()} {caller.key_hash[:12]} {change:+d}\n".encode()
    file = os.open(settings.DATA_DIR / "overlaps", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line)
    os.close(file)


quick_renderer = QuickRenderer()
base.demo_renderer = lambda: quick_renderer  # type: ignore[assignment]
