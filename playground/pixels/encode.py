"""Pictures in another format, and small ones for lists. Colours stay as they are, other metadata is left out."""

import gzip
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

from playground.pixels import colour
from playground.pixels.decode import BROKEN, PictureError, open_checked

THUMBNAIL_EDGE: Final = 320


@dataclass(frozen=True, slots=True)
class Conversion:
    """`format` png, jpeg or webp; `quality` 0-100 (100 is lossless for WebP); `matte` RRGGBB under alpha for JPEG;
    `effort` 0-6 for WebP."""

    format: str
    quality: int = 90
    matte: str = "ffffff"
    effort: int = 4


def convert(source: Path, target: Path, conversion: Conversion) -> None:
    """Write `source` as `conversion` says to `target`, whole or not at all. Raises PictureError."""
    with open_checked(source) as picture:
        try:
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
            _write(picture, target, conversion, profile)
        except BROKEN as error:
            raise PictureError("broken") from error


def thumbnail(source: Path, target: Path, edge: int = THUMBNAIL_EDGE) -> None:
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
        except (PictureError, OSError):
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
            pixels = colour.to_rgb(picture, picture.info.get("icc_profile"))[0].convert("RGBA")
            fitted = pixels if pixels.size == size else pixels.resize(size, Image.Resampling.BILINEAR)
            return pixels.size, gzip.compress(fitted.tobytes(), compresslevel=1)
        except BROKEN as error:
            raise PictureError("broken") from error


def _on_matte(picture: Image.Image, matte: str) -> Image.Image:
    ground = Image.new("RGBA", picture.size, f"#{matte}ff")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _write(picture: Image.Image, target: Path, conversion: Conversion, profile: bytes | None) -> None:
    picture, profile = colour.to_rgb(picture, profile)
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
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        picture.save(unfinished, conversion.format.upper(), **options)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
