"""Multipart bodies, byte for byte as a test wants them, and pictures to put into them."""

import io
import json
from functools import cache

from django.http import HttpResponse
from PIL import Image

BOUNDARY = "a-boundary-of-the-tests"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, content: bytes | str, file_name: str | None = None, head: str = "") -> bytes:
    """One field, or one file when it has a file name. `head` replaces the whole Content-Disposition line."""
    named = "" if file_name is None else f'; filename="{file_name}"'
    head = head or f'Content-Disposition: form-data; name="{name}"{named}'
    content = content.encode() if isinstance(content, str) else content
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


def body_of(*parts: bytes) -> bytes:
    """A whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def fields(**values: object) -> bytes:
    """Text fields: a plain request with these added; None leaves one out."""
    sent = {"model": "gpt-image-2", "prompt": "a crown", **values}
    return b"".join(part(name, str(value)) for name, value in sent.items() if value is not None)


@cache
def picture(output_format: str = "png", width: int = 8, height: int = 8, mode: str = "RGB", turned: int = 1) -> bytes:
    """A small picture; `turned` is its EXIF orientation."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned
    extra = {} if turned == 1 else {"exif": exif}
    Image.new(mode, (width, height), (90, 120, 40) + (0,) * (mode == "RGBA")).save(out, output_format, **extra)
    return out.getvalue()


def refused(response: HttpResponse) -> tuple[int, str, str | None]:
    """Status, code and field of a refusal in the official shape."""
    error = json.loads(response.content)["error"]
    return response.status_code, error["code"], error["param"]
