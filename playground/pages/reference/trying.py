"""“Run it”: what a sample asks for, sent to the built-in API with the visitor's demo key, and what came."""

import base64
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from playground.imageapi.options import Endpoint
from playground.pages.reference import exchange
from playground.pages.reference.exchange import Exchange, Files
from playground.pixels import child
from playground.pixels.decode import PictureError

_STREET: Final = {"model": "gpt-image-2", "size": "1024x1024", "quality": "low", "n": 1}
_CROWN: Final = {
    "model": "gpt-image-2",
    "prompt": "put a tiny crown on the cat",
    "size": "1024x1024",
    "quality": "high",
    "input_fidelity": "high",
    "background": "transparent",
    "output_format": "png",
}
_COMPOSE: Final = {"model": "gpt-image-2", "size": "1536x1024", "quality": "high", "input_fidelity": "high"}
_SCENE: Final = "Place the product naturally into the scene"
# What each program of the reference sends; a test reads them side by side.
FIELDS: Final[dict[str, Mapping[str, Any]]] = {
    "python": {**_STREET, "prompt": "A cyberpunk Tokyo street at night, neon reflecting in rain puddles"},
    "python-edit": _CROWN,
    "python-compose": {**_COMPOSE, "prompt": f"{_SCENE}, match the lighting and shadows."},
    "python-url": {
        "model": "gpt-image-2",
        "prompt": "A serene Japanese garden with a koi pond",
        "size": "1024x1024",
        "quality": "medium",
        "response_format": "url",
    },
    "curl": {**_STREET, "prompt": "A cyberpunk Tokyo street at night"},
    "curl-edit": _CROWN,
    "curl-compose": {**_COMPOSE, "prompt": _SCENE},
    "javascript": {**_STREET, "prompt": "A cyberpunk Tokyo street at night"},
    "javascript-edit": _CROWN,
    "node": {**_STREET, "prompt": "A small ceramic vase with sunflower, photorealistic"},
}
_SAMPLE: Final = Path(settings.BASE_DIR) / "static" / "img" / "sample.webp"
# 8 x 8 pixels, transparent in the upper middle; masks are scaled to their picture.
_MASK: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAAGUlEQVR42mNgYGD4TwAjGGiABgoIuoFGCgAaQDPNxZTCyAAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class Trial:
    """An answer, with its picture made small as a `data:` address; `picture` is empty where none came."""

    answer: Exchange
    picture: str


def try_out(request: HttpRequest, name: str) -> Trial:
    """Send what the program of that name sends. Raises KeyError for an unknown one."""
    endpoint: Endpoint = "edits" if "edit" in name or "compose" in name else "generations"
    answer = exchange.call(exchange.demo_key(request), endpoint, FIELDS[name], _files(name))
    return Trial(answer, _small(answer.pictures[0]) if answer.pictures else _address(answer))


def _files(name: str) -> Files | None:
    """The pictures that go along: this site's own sample stands in for the visitor's files."""
    picture = _SAMPLE.read_bytes()
    if "compose" in name:
        return [("image", (f"{one}.webp", picture, "image/webp")) for one in ("scene", "product")]
    if "edit" in name:
        return [("image", ("cat.webp", picture, "image/webp")), ("mask", ("mask.png", _MASK, "image/png"))]
    return None


def _small(data: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "picture"), Path(folder, "small.webp")
        source.write_bytes(data)
        try:
            child.thumbnail(source, target)
        except PictureError:
            return ""
        return f"data:image/webp;base64,{base64.b64encode(target.read_bytes()).decode('ascii')}"


def _address(answer: Exchange) -> str:
    """The address of the picture, for an answer that has one: it lies on this server."""
    data = answer.said.get("data") if isinstance(answer.said, dict) else None
    address = str(data[0].get("url", "")) if data else ""
    return address[address.index("/", 8) :] if address.startswith(("http://", "https://")) else ""
