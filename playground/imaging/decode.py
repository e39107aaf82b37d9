"""Untrusted pictures: what they are, without believing their name, their type or their header's promises."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final
from zlib import crc32

from PIL import Image, ImageFile

from playground.imageapi.catalog import MAX_EDGE, MAX_PIXELS, PNG_SIGNATURE, SIGNATURE_BYTES, format_from_start

# Programs write a dozen scans into a progressive JPEG. Each costs as much as a picture, in a few bytes.
MAX_SCANS: Final = 100
# Many phone pictures are JPEG with more inside, which Pillow opens as JPEG and then calls MPO.
OPENED_AS: Final = ("PNG", "JPEG", "WEBP")
FORMATS: Final = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg", "WEBP": "webp"}
# The marker that begins a scan (ITU T.81, B.1.1.3); in compressed data 0xFF is never followed by it.
_SCAN: Final = b"\xff\xda"
# What the chunks of a PNG may be called.
_PNG_KIND: Final = re.compile(rb"\w{4}")
# What Pillow is known to raise on broken files; a decompression bomb is an error here, whatever its size.
BROKEN: Final = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, MemoryError, KeyError)


class PictureError(Exception):
    """The file is not a picture that can be used; `reason` is one of REASONS."""

    REASONS = ("format", "size", "broken", "limit")

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a picture is: `format` png, jpeg or webp; pixels; bytes; whether any alpha is in it.

    `digest` is the SHA-256 of the file as written, in hexadecimal; empty when nothing was written.
    """

    format: str
    width: int
    height: int
    size: int
    has_alpha: bool
    digest: str = ""


def open_checked(path: Path) -> ImageFile.ImageFile:
    """Open a picture whose format and claimed size are within limits; its pixels are not decoded yet.

    Raises PictureError. The claimed size comes first, before any pixel: a 38-byte WebP can claim 268 megapixels.
    """
    try:
        picture = Image.open(path, formats=OPENED_AS)
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
    """Whether a file that cannot be opened begins like one of the formats: then it is damaged."""
    with path.open("rb") as file:
        return format_from_start(file.read(SIGNATURE_BYTES)) != ""


def read_header(path: Path) -> PictureFacts:
    """What a picture is, of a file that holds all of it; its pixels are not decoded. Raises PictureError.

    A PNG's checksums are all looked at. Takes a tenth of the time of decoding.
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
        return facts


def _verify_png(path: Path) -> None:
    """Look at every checksum. Raises SyntaxError, as Pillow's `verify`, which copies the file three times for it."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped, memoryview(mapped) as view:
        kind, kinds, position = b"", set[bytes](), len(PNG_SIGNATURE)
        while kind != b"IEND":
            end = position + 8 + int.from_bytes(view[position : position + 4])
            kind = bytes(view[position + 4 : position + 8])
            with view[position + 4 : end] as part:
                is_right = crc32(part) == int.from_bytes(view[end : end + 4])
            if end + 4 > len(view) or not _PNG_KIND.fullmatch(kind) or not is_right:
                raise SyntaxError("a damaged PNG")
            position = end + 4
            kinds.add(kind)
    if b"IDAT" not in kinds:
        raise SyntaxError("a PNG without pixels")


def read_headers(paths: Sequence[Path]) -> list[PictureFacts | None]:
    """What each of the pictures is; None for those that cannot be used."""
    return [_head_or_none(path) for path in paths]


def _head_or_none(path: Path) -> PictureFacts | None:
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
    """Width and height in pixels from the header alone, of a picture that was checked before. Raises PictureError."""
    with open_checked(path) as picture:
        return picture.size


def to_eight_bits(picture: Image.Image) -> Image.Image:
    """The picture with at most 8 bits a channel: Pillow alone would make 16-bit grey white."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.point(lambda value: value / 256).convert("L")
    return picture
