"""Open untrusted pictures, whatever their name, their media type or their header claims."""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final
from zlib import crc32

from PIL import Image, ImageFile

from playground.imageapi.catalog import (
    ANIMATION,
    MAX_EDGE,
    MAX_PIXELS,
    PNG_SIGNATURE,
    SIGNATURE_BYTES,
    VECTOR,
    format_from_start,
    result_format_from_start,
)
from playground.imaging.metadata import has_credentials

# Programs write about a dozen scans into a progressive JPEG. Each costs the CPU of a whole picture, in a few bytes.
MAX_SCANS: Final = 100
# Phones add more pictures to a JPEG. Pillow opens it as JPEG and then calls it MPO.
OPENED_AS: Final = ("PNG", "JPEG", "WEBP")
FORMATS: Final = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg", "WEBP": "webp", "GIF": ANIMATION}
# Only results may be animations; their first frame is decoded.
RESULTS_OPENED_AS: Final = (*OPENED_AS, "GIF")
_GIF_TRAILER: Final = b";"
# The EXIF tag (CIPA DC-008, 4.6.5) that says how a picture is turned.
ORIENTATION_TAG: Final = 0x0112
# The marker that begins a scan (ITU T.81, B.1.1.3); it cannot occur in compressed data.
_SCAN: Final = b"\xff\xda"
_PNG_CHUNK_TYPE: Final = re.compile(rb"\w{4}")
# All that Pillow has been seen to raise on broken files.
BROKEN: Final = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, MemoryError, KeyError)


class PictureError(Exception):
    """The file is not a picture that can be used; `reason` is one of REASONS."""

    REASONS = ("format", "size", "broken", "limit")

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Basic facts about a picture. `size` is in bytes.

    `digest` is the SHA-256 of the file as written, in hexadecimal; empty when nothing was written. `has_credentials`:
    the file carries Content Credentials.
    """

    format: str
    width: int
    height: int
    size: int
    has_alpha: bool
    digest: str = ""
    has_credentials: bool = False


def open_checked(path: Path, formats: tuple[str, ...] = OPENED_AS) -> ImageFile.ImageFile:
    """Open a picture and check format and claimed size before a pixel is decoded. Raises PictureError.

    `formats` are Pillow's names. A WebP of 38 bytes can claim 268 megapixels.
    """
    try:
        picture = Image.open(path, formats=formats)
    except Image.DecompressionBombError as error:
        raise PictureError("size") from error
    except BROKEN as error:
        raise PictureError("broken" if _matches_format(path) else "format") from error
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_EDGE:
        picture.close()
        raise PictureError("size")
    if picture.info.get("progressive") and path.read_bytes().count(_SCAN) > MAX_SCANS:
        picture.close()
        raise PictureError("broken")
    return picture


def _matches_format(path: Path) -> bool:
    """Say whether a file that cannot be opened has the signature of a format: then it is damaged."""
    with path.open("rb") as file:
        return format_from_start(file.read(SIGNATURE_BYTES)) != ""


def read_header(path: Path) -> PictureFacts:
    """Return the facts of a picture without decoding it, and check that its file is complete. Raises PictureError.

    All checksums of a PNG are verified. Takes a tenth of the time of decoding.
    """
    with open_checked(path) as picture:
        alpha = picture.has_transparency_data
        facts = PictureFacts(FORMATS[picture.format or ""], *picture.size, path.stat().st_size, alpha)
        try:
            if facts.format == "png":
                _verify_png(path)
            elif not _has_end(path, facts):
                picture.load()
        except BROKEN as error:
            raise PictureError("broken") from error
        return replace(facts, has_credentials=has_credentials(path, facts.format))


def read_result_header(path: Path) -> PictureFacts:
    """Return the facts of a result, which may also be a GIF or an SVG. Raises PictureError."""
    with path.open("rb") as file:
        result_format = result_format_from_start(file.read(SIGNATURE_BYTES))
    if result_format == VECTOR:
        # Never opened by Pillow: an SVG is a program for a browser.
        size = read_svg_size(path)
        if size is None:
            raise PictureError("broken")
        return PictureFacts(VECTOR, *size, path.stat().st_size, has_alpha=True)
    if result_format != ANIMATION:
        return read_header(path)
    with open_checked(path, RESULTS_OPENED_AS) as picture, path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read() != _GIF_TRAILER:
            raise PictureError("broken")
        return PictureFacts(ANIMATION, *picture.size, path.stat().st_size, picture.has_transparency_data)


def _verify_png(path: Path) -> None:
    """Verify all checksums. Raises SyntaxError, like Pillow's `verify`, which copies the file three times."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped, memoryview(mapped) as view:
        chunk_type, types, position = b"", set[bytes](), len(PNG_SIGNATURE)
        while chunk_type != b"IEND":
            end = position + 8 + int.from_bytes(view[position : position + 4])
            chunk_type = bytes(view[position + 4 : position + 8])
            with view[position + 4 : end] as part:
                is_right = crc32(part) == int.from_bytes(view[end : end + 4])
            if end + 4 > len(view) or not _PNG_CHUNK_TYPE.fullmatch(chunk_type) or not is_right:
                raise SyntaxError("a damaged PNG")
            position = end + 4
            types.add(chunk_type)
    if b"IDAT" not in types:
        raise SyntaxError("a PNG without pixels")


def read_headers(paths: Sequence[Path]) -> list[PictureFacts | None]:
    """Return the facts of each picture, None for an unusable one."""
    return [_read_header_or_none(path) for path in paths]


def _read_header_or_none(path: Path) -> PictureFacts | None:
    try:
        return read_header(path)
    except PictureError:
        return None


def _has_end(path: Path, facts: PictureFacts) -> bool:
    with path.open("rb") as file:
        if facts.format == "webp":
            return facts.size >= 8 + int.from_bytes(file.read(8)[4:], "little")
        file.seek(-2, os.SEEK_END)
        return file.read() == b"\xff\xd9"


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height from the header of a picture that was checked before. Raises PictureError."""
    with open_checked(path) as picture:
        return picture.size


def to_eight_bits(picture: Image.Image) -> Image.Image:
    """Reduce 16-bit grey to 8 bits: Pillow would clip nearly all of it to white."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.point(lambda value: value / 256).convert("L")
    return picture


_DISK_FULL_CODES: Final = (errno.ENOSPC, errno.EDQUOT)


class DiskFullError(Exception):
    """The disk is full. Not an OSError: those of Pillow mean that a picture is damaged."""


@contextmanager
def unfinished_file(target: Path) -> Iterator[Path]:
    """Yield a path beside `target`, and rename it to `target` unless something is raised. Raises DiskFullError."""
    path = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        yield path
        path.replace(target)
    except OSError as error:
        if error.errno in _DISK_FULL_CODES:
            raise DiskFullError from error
        raise
    finally:
        path.unlink(missing_ok=True)


# Declaration, comments and document type before the root element take less.
_SVG_HEAD_BYTES: Final = 64 * 1024
_SVG_BEFORE_ROOT: Final = re.compile(
    rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>\s*)*", re.DOTALL
)
_SVG_ROOT: Final = re.compile(rb"<(?:\w+:)?svg(?=[\s/>])(?P<attributes>[^>]*)>", re.IGNORECASE)
_SVG_END: Final = re.compile(rb"</(?:\w+:)?svg\s*>|/>\s*\Z")
_SVG_TAIL_BYTES: Final = 4096
_SVG_NUMBER: Final = r"[0-9]{1,7}(?:\.[0-9]{1,9})?"
_SVG_VIEW_BOX: Final = re.compile(
    rf"\bviewBox\s*=\s*[\"']\s*(?:-?{_SVG_NUMBER}[\s,]+){{2}}({_SVG_NUMBER})[\s,]+({_SVG_NUMBER})\s*[\"']"
)
# What browsers draw when the root names neither size nor viewBox (CSS 2, 10.3.2).
_SVG_DEFAULT_SIZE: Final = (300, 150)


def read_svg_size(path: Path) -> tuple[int, int] | None:
    """Return width and height of an SVG in pixels from its root element; None when the file is no complete SVG.

    Nothing here or elsewhere draws or parses the rest of it.
    """
    with path.open("rb") as file:
        head = file.read(_SVG_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
        file.seek(max(0, path.stat().st_size - _SVG_TAIL_BYTES))
        tail = file.read()
    before = _SVG_BEFORE_ROOT.match(head)
    root = _SVG_ROOT.match(head, before.end() if before else 0)
    if root is None or not _SVG_END.search(tail):
        return None
    attributes = root["attributes"].decode("utf-8", "replace")
    width, height = (_svg_length(attributes, name) for name in ("width", "height"))
    box = _SVG_VIEW_BOX.search(attributes)
    if box and not (width and height):
        width, height = float(box[1]), float(box[2])
    if not (width and height):
        return _SVG_DEFAULT_SIZE
    scale = min(1.0, MAX_EDGE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _svg_length(attributes: str, name: str) -> float:
    """Return an attribute in pixels; 0 when it is missing or in another unit."""
    match = re.search(rf"(?<![\w-]){name}\s*=\s*[\"']\s*({_SVG_NUMBER})(?:px)?\s*[\"']", attributes)
    return float(match[1]) if match else 0.0
