"""Convert pictures: to another format, to a thumbnail, to RGB, and to another colour profile."""

import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from playground.imaging.decode import (
    BROKEN,
    RESULTS_OPENED_AS,
    DiskFullError,
    PictureError,
    open_checked,
    to_eight_bits,
    unfinished_file,
)
from playground.imaging.transparency import TransparencyFacts, measure_transparency

# All that Little CMS and Pillow raise on a profile that is damaged or does not fit the picture.
_PROFILE_ERRORS: Final = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
# Profiles of screens and cameras are smaller. Each thumbnail carries the profile, and Pillow reads none above 1 MiB
# from a PNG.
_MAX_PROFILE_BYTES: Final = 64 * 1024
_GREY_MODES: Final = ("1", "L", "LA", "I", "I;16", "I;16B")
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

THUMBNAIL_EDGE: Final = 320
# Of JPEG and WebP downloads, unless the visitor chooses another one.
DEFAULT_QUALITY: Final = 90


@dataclass(frozen=True, slots=True)
class Conversion:
    """The target of a conversion: `format` is png, jpeg or webp; `quality` 0 to 100 (100 is lossless for WebP).

    `matte` is the RRGGBB under transparency, for a JPEG and with `flattens`; `effort` is 0 to 6, for WebP. `xmp` is a
    packet to embed.
    """

    format: str
    quality: int = DEFAULT_QUALITY
    matte: str = "ffffff"
    effort: int = 4
    flattens: bool = False
    xmp: bytes = b""


def convert_picture(source: Path, target: Path, conversion: Conversion) -> None:
    """Write `source` to `target` in another format. Raises PictureError and DiskFullError."""
    with open_checked(source) as picture:
        try:
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
            _write(picture, target, conversion, profile)
        except BROKEN as error:
            raise PictureError("broken") from error


def make_thumbnail(source: Path, target: Path, edge: int = THUMBNAIL_EDGE) -> None:
    """Write a WebP with a longer edge of at most `edge` pixels. Raises PictureError and DiskFullError."""
    with open_checked(source) as picture:
        picture.draft(None, (edge * 2, edge * 2))
        write_thumbnail(picture, target, edge)


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """The facts that decoding a picture yields; `transparency` is None unless it was asked for.

    `thumbnail` is the name of its file; empty when none could be written.
    """

    thumbnail: str
    transparency: TransparencyFacts | None = None


def check_and_thumbnail(source: Path, stem: Path, measures_transparency: bool = False) -> CheckedPicture:
    """Decode the whole picture, measure its transparency if asked, and write a thumbnail where that is possible.

    `stem` is the thumbnail's path without extension. Raises PictureError when the picture itself cannot be decoded.
    """
    with open_checked(source, RESULTS_OPENED_AS) as picture:
        try:
            picture.load()
            transparency = measure_transparency(picture) if measures_transparency else None
        except BROKEN as error:
            raise PictureError("broken") from error
        # A JPEG takes a tenth of the CPU of a WebP, and is 3 KB larger.
        target = stem.with_name(stem.name + (".webp" if picture.has_transparency_data else ".jpg"))
        try:
            write_thumbnail(picture, target)
        except (PictureError, OSError, DiskFullError):
            # The disk is full, or a colour profile is unusable: the picture itself is good.
            return CheckedPicture("", transparency)
        return CheckedPicture(target.name, transparency)


def write_thumbnail(picture: Image.Image, target: Path, edge: int = THUMBNAIL_EDGE) -> None:
    """Turn an open picture upright, shrink it in place, and write it as WebP, or as JPEG where `target` is a .jpg.

    Raises PictureError and DiskFullError.
    """
    try:
        profile = picture.info.get("icc_profile")
        ImageOps.exif_transpose(picture, in_place=True)
        # For shrinking, HAMMING is as good as bicubic and takes a third of the time of Lanczos. Averaging blocks of
        # pixels first halves that again.
        picture.thumbnail((edge, edge), Image.Resampling.HAMMING, reducing_gap=1.25)
        # Effort 1 takes half the time, and a thumbnail is no larger for it.
        _write(picture, target, Conversion("jpeg" if target.suffix == ".jpg" else "webp", 80, effort=1), profile)
    except BROKEN as error:
        raise PictureError("broken") from error


def read_rgba(source: Path, size: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    """Return the upright picture's own size, and its RGBA at `size`, gzipped. Raises PictureError."""
    with open_checked(source) as picture:
        try:
            ImageOps.exif_transpose(picture, in_place=True)
            pixels = to_rgb(picture, picture.info.get("icc_profile"))[0].convert("RGBA")
            fitted = pixels if pixels.size == size else pixels.resize(size, Image.Resampling.BILINEAR)
            return pixels.size, gzip.compress(fitted.tobytes(), compresslevel=1)
        except BROKEN as error:
            raise PictureError("broken") from error


def to_rgb(picture: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """Return the picture as RGB or RGBA with 8 bits a channel, and its colour profile (None is sRGB).

    RGB keeps its numbers and its profile. Pictures for which `becomes_srgb` is true keep their colours only.
    """
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    picture = to_eight_bits(picture)
    if not becomes_srgb(picture, profile):
        # Pillow would copy all pixels even of a picture that has this mode already.
        return picture if picture.mode == mode else picture.convert(mode), storable_profile(profile)
    numbers = picture if picture.mode == "CMYK" else picture.convert("L" if picture.mode in _GREY_MODES else "RGB")
    converted = _convert_profile(numbers, _open_profile(profile), _SRGB, "RGB") if profile else None
    if converted is None:
        return picture.convert(mode), None
    if mode == "RGBA":
        converted.putalpha(picture.convert(mode).getchannel("A"))
    return converted, None


def becomes_srgb(picture: Image.Image, profile: bytes | None) -> bool:
    """Say whether `to_rgb` changes numbers: the profile does not describe RGB, or is too large to store."""
    if picture.mode == "CMYK":
        return True
    space = _colour_space(profile)
    return (space == "GRAY" and picture.mode in _GREY_MODES) or (
        space == "RGB" and len(profile or b"") > _MAX_PROFILE_BYTES
    )


def match_profile(picture: Image.Image, profile: bytes | None, target_profile: bytes | None) -> Image.Image:
    """Convert a picture (RGB or RGBA) from one profile to another; None means sRGB."""
    if profile == target_profile or (_is_srgb(profile) and _is_srgb(target_profile)):
        return picture
    return _convert_profile(picture, _open_profile(profile), _open_profile(target_profile), picture.mode) or picture


def storable_profile(profile: bytes | None) -> bytes | None:
    """Return the profile if it describes RGB and is small enough to store, else None."""
    return profile if _colour_space(profile) == "RGB" and len(profile or b"") <= _MAX_PROFILE_BYTES else None


def _colour_space(profile: bytes | None) -> str:
    """Return the colour space of a profile: RGB, GRAY, CMYK…; empty when it cannot be read."""
    parsed_profile = _open_profile(profile) if profile else None
    return parsed_profile.profile.xcolor_space.strip() if parsed_profile is not None else ""


def _open_profile(profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if profile is None:
        return _SRGB
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except _PROFILE_ERRORS:
        return None


def _is_srgb(profile: bytes | None) -> bool:
    parsed_profile = _open_profile(profile)
    if parsed_profile is None or profile is None:
        return True
    try:
        return "srgb" in ImageCms.getProfileDescription(parsed_profile).lower()
    except _PROFILE_ERRORS:
        return True


def _convert_profile(
    picture: Image.Image,
    source: ImageCms.ImageCmsProfile | None,
    target: ImageCms.ImageCmsProfile | None,
    mode: str,
) -> Image.Image | None:
    if source is None or target is None:
        return None
    try:
        return ImageCms.profileToProfile(picture, source, target, outputMode=mode)
    except _PROFILE_ERRORS:
        return None


def _flatten(picture: Image.Image, matte: str) -> Image.Image:
    ground = Image.new("RGBA", picture.size, f"#{matte}ff")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _png_texts(xmp: bytes) -> PngInfo | None:
    """Return the chunk in which a PNG keeps XMP (XMP specification part 3, 1.1.5)."""
    if not xmp:
        return None
    texts = PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
    return texts


def _write(picture: Image.Image, target: Path, conversion: Conversion, profile: bytes | None) -> None:
    picture, profile = to_rgb(picture, profile)
    if picture.mode == "RGBA" and (conversion.flattens or conversion.format == "jpeg"):
        picture = _flatten(picture, conversion.matte)
    # Pillow would write the profile that is still in `info`.
    picture.info.pop("icc_profile", None)
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if conversion.xmp and conversion.format != "png":
        options["xmp"] = conversion.xmp
    match conversion.format:
        case "jpeg":
            options |= {"quality": max(1, conversion.quality), "optimize": True}
        case "webp":
            options |= {"quality": conversion.quality, "lossless": conversion.quality == 100}
            options["method"] = conversion.effort
        case "png":
            options |= {"compress_level": 6, "pnginfo": _png_texts(conversion.xmp)}
    with unfinished_file(target) as path:
        picture.save(path, conversion.format.upper(), **options)
