"""Prepare a source for an image API: upright, without metadata, in full resolution and in its own format."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

from playground.imageapi.catalog import MAX_FILE_BYTES
from playground.imaging import convert, metadata
from playground.imaging.decode import (
    BROKEN,
    FORMATS,
    ORIENTATION_TAG,
    PictureError,
    PictureFacts,
    open_checked,
    unfinished_file,
)

_STRIP: Final[dict[str, Callable[[bytes], bytes]]] = {
    "jpeg": metadata.strip_jpeg,
    "png": metadata.strip_png,
    "webp": metadata.strip_webp,
}
# Quality and chroma subsampling (0 is 4:4:4) of a JPEG that must be encoded again; the next step if it is too large.
_JPEG_STEPS: Final = ((95, 0), (92, 0), (90, 2))
_HEIC_BRANDS: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_HEIF_BRANDS: Final = frozenset((b"mif1", b"msf1"))
_AVIF_BRANDS: Final = frozenset((b"avif", b"avis"))


def normalize_source(source: Path, target: Path, thumbnail: Path | None = None) -> PictureFacts:
    """Write the picture to `target` as it may be sent, and a thumbnail if a path is given.

    Apply the orientation once. Drop EXIF, GPS, XMP, IPTC, comments and everything after the picture. Keep the colour
    profile, but convert CMYK, and grey with a profile of its own, to sRGB. Copy the compressed pixels of all others
    that are upright. Raises PictureError and DiskFullError.
    """
    format, size, has_alpha, can_copy_pixels = _inspect(source, thumbnail)
    data = _strip_metadata(source, format) if can_copy_pixels else None
    if data is None:
        data, size = _reencode(source, format)
    with unfinished_file(target) as path:
        path.write_bytes(data)
    return PictureFacts(format, *size, len(data), has_alpha, hashlib.sha256(data).hexdigest())


def _inspect(source: Path, thumbnail: Path | None) -> tuple[str, tuple[int, int], bool, bool]:
    """Return format, size, whether it has alpha, and whether its compressed pixels can be copied."""
    with open_checked(source) as picture:
        format, size = FORMATS[picture.format or ""], picture.size
        has_alpha = _check(picture)
        can_copy_pixels = not _is_rotated(picture) and not convert.becomes_srgb(
            picture, picture.info.get("icc_profile")
        )
        if thumbnail is not None:
            convert.write_thumbnail(picture, thumbnail)
        return format, size, has_alpha, can_copy_pixels


def is_heic(path: Path) -> bool:
    """Say whether the first bytes are those of a HEIC picture, which phones make."""
    with path.open("rb") as file:
        start = file.read(64)
    if start[4:8] != b"ftyp":
        return False
    brands = {
        start[8:12],
        *(start[offset : offset + 4] for offset in range(16, min(len(start), int.from_bytes(start[:4])), 4)),
    }
    return bool(brands & _HEIC_BRANDS) or bool(brands & _HEIF_BRANDS and not brands & _AVIF_BRANDS)


def _check(picture: Image.Image) -> bool:
    """Decode the picture, a JPEG at a small scale to save memory. Return whether it has alpha."""
    try:
        picture.draft(None, (convert.THUMBNAIL_EDGE * 2, convert.THUMBNAIL_EDGE * 2))
        picture.load()
    except BROKEN as error:
        raise PictureError("broken") from error
    return picture.has_transparency_data


def _is_rotated(picture: Image.Image) -> bool:
    try:
        return bool(picture.getexif().get(ORIENTATION_TAG, 1) in range(2, 9))
    except BROKEN:
        return False


def _strip_metadata(source: Path, format: str) -> bytes | None:
    """Return the file without metadata; None when its structure is wrong, or when it is animated."""
    try:
        return _STRIP[format](source.read_bytes())
    except ValueError:
        return None


def _reencode(source: Path, format: str) -> tuple[bytes, tuple[int, int]]:
    with open_checked(source) as picture:
        try:
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            profile = picture.info.get("icc_profile")
            needs_srgb = convert.becomes_srgb(picture, profile)
            upright, profile = convert.to_rgb(picture, profile) if needs_srgb else (picture, profile)
            return _encode(upright, format, source, {"icc_profile": profile} if profile else {}), upright.size
        except BROKEN as error:
            raise PictureError("broken") from error


def _encode(picture: Image.Image, format: str, source: Path, options: dict[str, Any]) -> bytes:
    # Pillow would write a comment that is still in `info`.
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    if format == "jpeg":
        return _encode_jpeg(picture, options)
    if format == "png":
        return _encode_as(picture, "PNG", options | {"compress_level": 6})
    return _encode_as(picture, "WEBP", options | {"quality": 95, "lossless": _is_lossless(source), "method": 4})


def _encode_jpeg(picture: Image.Image, options: dict[str, Any]) -> bytes:
    data = b""
    for quality, subsampling in _JPEG_STEPS:
        data = _encode_as(picture, "JPEG", options | {"quality": quality, "subsampling": subsampling})
        if len(data) <= MAX_FILE_BYTES:
            break
    return data


def _is_lossless(source: Path) -> bool:
    """Say whether a WebP is lossless; an animation counts as lossless."""
    names = {name for name, _ in metadata.webp_chunks(source.read_bytes())}
    return b"VP8 " not in names


def _encode_as(picture: Image.Image, format: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()
