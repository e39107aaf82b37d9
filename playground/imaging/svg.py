"""Read the size of an SVG from its root element. Nothing here or elsewhere draws or parses the rest of it."""

import re
from pathlib import Path
from typing import Final

from playground.imageapi.catalog import MAX_EDGE

# Declaration, comments and document type before the root element take less.
_HEAD_BYTES: Final = 64 * 1024
_BEFORE_ROOT: Final = re.compile(
    rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>\s*)*", re.DOTALL
)
_ROOT: Final = re.compile(rb"<(?:\w+:)?svg(?=[\s/>])(?P<attributes>[^>]*)>", re.IGNORECASE)
_END: Final = re.compile(rb"</(?:\w+:)?svg\s*>|/>\s*\Z")
_TAIL_BYTES: Final = 4096
_NUMBER: Final = r"[0-9]{1,7}(?:\.[0-9]{1,9})?"
# What browsers draw when the root names neither size nor viewBox (CSS 2, 10.3.2).
_DEFAULT_SIZE: Final = (300, 150)


def read_svg_size(path: Path) -> tuple[int, int] | None:
    """Return width and height in pixels; None when the file is no complete SVG."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        tail = file.read()
    before = _BEFORE_ROOT.match(head)
    root = _ROOT.match(head, before.end() if before else 0)
    if root is None or not _END.search(tail):
        return None
    attributes = root["attributes"].decode("utf-8", "replace")
    width, height = (_length(attributes, name) for name in ("width", "height"))
    box = re.search(
        rf"\bviewBox\s*=\s*[\"']\s*(?:-?{_NUMBER}[\s,]+){{2}}({_NUMBER})[\s,]+({_NUMBER})\s*[\"']", attributes
    )
    if box and not (width and height):
        width, height = float(box[1]), float(box[2])
    if not (width and height):
        return _DEFAULT_SIZE
    scale = min(1.0, MAX_EDGE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _length(attributes: str, name: str) -> float:
    """Return an attribute in pixels; 0 when it is missing or in another unit."""
    match = re.search(rf"(?<![\w-]){name}\s*=\s*[\"']\s*({_NUMBER})(?:px)?\s*[\"']", attributes)
    return float(match[1]) if match else 0.0
