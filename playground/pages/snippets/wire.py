"""The request as it goes over the wire: its head, and its body as JSON or in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playground.imageapi.body import SourceLost, body_of
from playground.imageapi.client import headers_of
from playground.imageapi.messages import Source
from playground.pages.snippets.quoting import json_object
from playground.pages.snippets.target import KEY, Target, as_text


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: a text, or a file with its type, bytes and pixels; zeros where they are not known yet."""

    name: str
    value: str = ""
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Wire:
    """A request line, headers in order, and either a JSON body or the parts of a form."""

    line: str
    headers: list[tuple[str, str]]
    json: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that goes along, with its pixels. Without a path only its size is known."""

    source: Source
    width: int = 0
    height: int = 0


def wire(target: Target, images: Sequence[Sent] = (), mask: Sent | None = None) -> Wire:
    """What is sent for the request of `target`, whose files are `images` and `mask`."""
    url, request = urlsplit(target.url), target.request
    length, content_type = _measured(target)
    headers = {
        "Host": url.netloc,
        **headers_of(request, content_type),
        "Content-Length": length,
        "Authorization": f"Bearer {KEY}",
    }
    parts = []
    if request.endpoint == "edits":
        parts = [Part(name, as_text(value)) for name, value in request.parameters().items()]
        parts += [_file("image", one) for one in images] + ([_file("mask", mask)] if mask else [])
    return Wire(
        line=f"POST {url.path} HTTP/1.1",
        headers=[(name, value) for name, value in headers.items() if value],
        json=json_object(request.parameters()) if request.endpoint == "generations" else "",
        parts=parts,
    )


def _measured(target: Target) -> tuple[str, str]:
    """Content length, empty where a file is not here yet, and content type with a boundary of the right length."""
    request = target.request
    try:
        body, content_type = body_of(request)
    except SourceLost:
        return "", "multipart/form-data"
    is_unknown = any(one.path == Path() for one in (*request.images, *filter(None, [request.mask])))
    return "" if is_unknown else str(len(body)), content_type


def _file(name: str, sent: Sent) -> Part:
    source = sent.source
    return Part(name, "", source.name, source.media_type, source.size, sent.width, sent.height)
