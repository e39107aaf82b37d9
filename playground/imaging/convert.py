"""Colour profiles: what a picture's numbers mean, and the same colours in another profile."""

import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps

from playground.imaging.decode import BROKEN, PictureError, open_checked, to_eight_bits
from playground.imaging.files import DiskFullError, unfinished_file

# What little CMS and Pillow raise on profiles that are damaged or do not fit the picture.
_UNUSABLE: Final = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
# Bytes. Profiles of screens and cameras are smaller; each thumbnail would carry a larger one, and Pillow reads none
# of more than 1 MiB back from a PNG.
_LARGEST: Final = 64 * 1024
_GREY_MODES: Final = ("1", "L", "LA", "I", "I;16", "I;16B")
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_rgb(picture: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """Return the picture as RGB or RGBA with 8 bits a channel, and the profile of its numbers (None is sRGB).

    RGB keeps its numbers and its profile; what `becomes_srgb` keeps its colours alone.
    """
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    picture = to_eight_bits(picture)
    if not becomes_srgb(picture, profile):
        # Pillow would copy all pixels of one that is in that mode already.
        return picture if picture.mode == mode else picture.convert(mode), is_rgb_profile(profile)
    numbers = picture if picture.mode == "CMYK" else picture.convert("L" if picture.mode in _GREY_MODES else "RGB")
    converted = _converted(numbers, _opened(profile), _SRGB, "RGB") if profile else None
    if converted is None:
        return picture.convert(mode), None
    if mode == "RGBA":
        converted.putalpha(picture.convert(mode).getchannel("A"))
    return converted, None


def becomes_srgb(picture: Image.Image, profile: bytes | None) -> bool:
    """Whether `to_rgb` changes the picture's numbers: its profile cannot describe RGB, or is too large to be kept."""
    if picture.mode == "CMYK":
        return True
    space = _space(profile)
    return (space == "GRAY" and picture.mode in _GREY_MODES) or (space == "RGB" and len(profile or b"") > _LARGEST)


def match_profile(picture: Image.Image, profile: bytes | None, wanted: bytes | None) -> Image.Image:
    """The picture (RGB or RGBA) with its numbers in the profile `wanted`. None, in either place, is sRGB."""
    if profile == wanted or (_is_srgb(profile) and _is_srgb(wanted)):
        return picture
    return _converted(picture, _opened(profile), _opened(wanted), picture.mode) or picture


def is_rgb_profile(profile: bytes | None) -> bytes | None:
    """The profile when it can describe an RGB picture and is small enough to be kept, else None."""
    return profile if _space(profile) == "RGB" and len(profile or b"") <= _LARGEST else None


def _space(profile: bytes | None) -> str:
    """The colours that a profile describes: RGB, GRAY, CMYK…; empty without a profile that can be read."""
    opened = _opened(profile) if profile else None
    return opened.profile.xcolor_space.strip() if opened is not None else ""


def _opened(profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if profile is None:
        return _SRGB
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except _UNUSABLE:
        return None


def _is_srgb(profile: bytes | None) -> bool:
    opened = _opened(profile)
    if opened is None or profile is None:
        return True
    try:
        return "srgb" in ImageCms.getProfileDescription(opened).lower()
    except _UNUSABLE:
        return True


def _converted(
    picture: Image.Image,
    one: ImageCms.ImageCmsProfile | None,
    other: ImageCms.ImageCmsProfile | None,
    mode: str,
) -> Image.Image | None:
    if one is None or other is None:
        return None
    try:
        return ImageCms.profileToProfile(picture, one, other, outputMode=mode)
    except _UNUSABLE:
        return None


THUMBNAIL_EDGE: Final = 320


@dataclass(frozen=True, slots=True)
class Conversion:
    """`format` png, jpeg or webp; `quality` 0-100 (100 is lossless for WebP); `matte` RRGGBB under alpha for JPEG;
    `effort` 0-6 for WebP."""

    format: str
    quality: int = 90
    matte: str = "ffffff"
    effort: int = 4


def convert_picture(source: Path, target: Path, conversion: Conversion) -> None:
    """Write `source` as `conversion` says to `target`, whole or not at all. Raises PictureError."""
    with open_checked(source) as picture:
        try:
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
            _write(picture, target, conversion, profile)
        except BROKEN as error:
            raise PictureError("broken") from error


def make_thumbnail(source: Path, target: Path, edge: int = THUMBNAIL_EDGE) -> None:
    """Write a small WebP of `source` with a longer edge of at most `edge` pixels. Raises PictureError."""
    with open_checked(source) as picture:
        picture.draft(None, (edge * 2, edge * 2))
        write_thumbnail(picture, target, edge)


def check_and_thumbnail(source: Path, target: Path, edge: int = THUMBNAIL_EDGE) -> bool:
    """Decode the whole picture and write a small WebP of it; whether that could be written.

    Raises PictureError when the picture itself can not be decoded.
    """
    with open_checked(source) as picture:
        try:
            picture.load()
        except BROKEN as error:
            raise PictureError("broken") from error
        try:
            write_thumbnail(picture, target, edge)
        except (PictureError, OSError, DiskFullError):
            # A full disk, or colours that cannot be converted: no fault of the picture.
            return False
        return True


def write_thumbnail(picture: Image.Image, target: Path, edge: int = THUMBNAIL_EDGE) -> None:
    """Write a small upright WebP of an open picture, which may be decoded already; it is the small one afterwards.

    Raises PictureError.
    """
    try:
        profile = picture.info.get("icc_profile")
        ImageOps.exif_transpose(picture, in_place=True)
        # As good as bicubic where pictures become smaller, in a third of the time of Lanczos.
        picture.thumbnail((edge, edge), Image.Resampling.HAMMING)
        # A small picture comes out as small with little effort, in half the time.
        _write(picture, target, Conversion("webp", 80, effort=1), profile)
    except BROKEN as error:
        raise PictureError("broken") from error


def rgba(source: Path, size: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    """The upright picture's own size, and its RGBA at `size`, gzipped. Raises PictureError."""
    with open_checked(source) as picture:
        try:
            ImageOps.exif_transpose(picture, in_place=True)
            pixels = to_rgb(picture, picture.info.get("icc_profile"))[0].convert("RGBA")
            fitted = pixels if pixels.size == size else pixels.resize(size, Image.Resampling.BILINEAR)
            return pixels.size, gzip.compress(fitted.tobytes(), compresslevel=1)
        except BROKEN as error:
            raise PictureError("broken") from error


def _on_matte(picture: Image.Image, matte: str) -> Image.Image:
    ground = Image.new("RGBA", picture.size, f"#{matte}ff")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _write(picture: Image.Image, target: Path, conversion: Conversion, profile: bytes | None) -> None:
    picture, profile = to_rgb(picture, profile)
    if conversion.format == "jpeg" and picture.mode == "RGBA":
        picture = _on_matte(picture, conversion.matte)
    # Pillow would write the profile that still hangs on the picture.
    picture.info.pop("icc_profile", None)
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    match conversion.format:
        case "jpeg":
            options |= {"quality": max(1, conversion.quality), "optimize": True}
        case "webp":
            options |= {"quality": conversion.quality, "lossless": conversion.quality == 100}
            options["method"] = conversion.effort
        case "png":
            options |= {"compress_level": 6}
    with unfinished_file(target) as path:
        picture.save(path, conversion.format.upper(), **options)
