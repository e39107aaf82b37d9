"""Pictures as they go to an image API: upright, without metadata, in full resolution, in the format they came in."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

from playground.imageapi.catalog import MAX_FILE_BYTES
from playground.imaging import convert, metadata
from playground.imaging.decode import BROKEN, FORMATS, PictureError, PictureFacts, open_checked
from playground.imaging.files import unfinished_file

_STRIP: Final[dict[str, Callable[[bytes], bytes]]] = {
    "jpeg": metadata.strip_jpeg,
    "png": metadata.strip_png,
    "webp": metadata.strip_webp,
}
_ORIENTATION: Final = 0x0112
# JPEG that must be encoded anew: quality and chroma subsampling (0 is 4:4:4), coarser where it would grow too large.
_JPEG_STEPS: Final = ((95, 0), (92, 0), (90, 2))
_HEIC_BRANDS: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_HEIF_BRANDS: Final = frozenset((b"mif1", b"msf1"))
_AVIF_BRANDS: Final = frozenset((b"avif", b"avis"))


def normalize_source(source: Path, target: Path, thumbnail: Path | None = None) -> PictureFacts:
    """Write to `target` what may be sent of `source`, and say what it is; a small copy to `thumbnail` if wanted.

    Orientation is applied once; EXIF, GPS, XMP, IPTC, comments and everything after the picture are left out; the
    colour profile stays; CMYK, and grey with a profile of its own, become sRGB. Others that are upright keep their
    compressed pixels. Raises PictureError.
    """
    format, size, has_alpha, may_stay = _inspect(source, thumbnail)
    data = _stripped(source, format) if may_stay else None
    if data is None:
        data, size = _reencode(source, format)
    with unfinished_file(target) as path:
        path.write_bytes(data)
    return PictureFacts(format, *size, len(data), has_alpha, hashlib.sha256(data).hexdigest())


def _inspect(source: Path, thumbnail: Path | None) -> tuple[str, tuple[int, int], bool, bool]:
    """Format, size, whether it has alpha, and whether its compressed pixels may stay; the decoded ones are let go."""
    with open_checked(source) as picture:
        format, size = FORMATS[picture.format or ""], picture.size
        has_alpha = _check(picture)
        may_stay = not _is_turned(picture) and not convert.becomes_srgb(picture, picture.info.get("icc_profile"))
        if thumbnail is not None:
            convert.write_thumbnail(picture, thumbnail)
        return format, size, has_alpha, may_stay


def is_heic(path: Path) -> bool:
    """Whether the file is a HEIC picture, as phones make them, told by its first bytes alone."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] != b"ftyp":
        return False
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(len(head), int.from_bytes(head[:4])), 4))}
    return bool(brands & _HEIC_BRANDS) or bool(brands & _HEIF_BRANDS and not brands & _AVIF_BRANDS)


def _check(picture: Image.Image) -> bool:
    """Decode all of it, a JPEG at a small scale that costs little memory; whether it has alpha."""
    try:
        picture.draft(None, (convert.THUMBNAIL_EDGE * 2, convert.THUMBNAIL_EDGE * 2))
        picture.load()
    except BROKEN as error:
        raise PictureError("broken") from error
    return picture.has_transparency_data


def _is_turned(picture: Image.Image) -> bool:
    try:
        return bool(picture.getexif().get(_ORIENTATION, 1) in range(2, 9))
    except BROKEN:
        return False


def _stripped(source: Path, format: str) -> bytes | None:
    """The file without metadata; None when it is not built as its format says, or is an animation."""
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
            is_foreign = convert.becomes_srgb(picture, profile)
            upright, profile = convert.to_rgb(picture, profile) if is_foreign else (picture, profile)
            return _encode(upright, format, source, {"icc_profile": profile} if profile else {}), upright.size
        except BROKEN as error:
            raise PictureError("broken") from error


def _encode(picture: Image.Image, format: str, source: Path, options: dict[str, Any]) -> bytes:
    # What hangs on the picture, a comment for one, would be written again.
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    if format == "jpeg":
        return _encode_jpeg(picture, options)
    if format == "png":
        return _saved(picture, "PNG", options | {"compress_level": 6})
    return _saved(picture, "WEBP", options | {"quality": 95, "lossless": _is_lossless(source), "method": 4})


def _encode_jpeg(picture: Image.Image, options: dict[str, Any]) -> bytes:
    data = b""
    for quality, subsampling in _JPEG_STEPS:
        data = _saved(picture, "JPEG", options | {"quality": quality, "subsampling": subsampling})
        if len(data) <= MAX_FILE_BYTES:
            break
    return data


def _is_lossless(source: Path) -> bool:
    """Whether a WebP file holds its pixels without loss; frames of an animation are taken for that."""
    names = {name for name, _ in metadata.webp_chunks(source.read_bytes())}
    return b"VP8 " not in names


def _saved(picture: Image.Image, format: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()
