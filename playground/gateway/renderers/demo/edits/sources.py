"""Reads a visitor's files: small enough, upright, and laid out at the size of the answer."""

from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageOps

from playground.pixels import colour
from playground.pixels.decode import BROKEN, PictureError, in_eight_bits, open_checked

from ..briefs import UnusableImageError
from ..paint.colour import WHITE

type Size = tuple[int, int]
type Which = int | Literal["mask"]
# An ICC profile; None means sRGB.
type Profile = bytes | None
# The model squeezes a picture a little rather than cut it; beyond this share it cuts.
_MOST_STRETCH: Final = 0.03


def load_source(path: Path, which: Which, size: Size, *, whole: bool) -> tuple[Image.Image, Profile]:
    """The picture as RGBA at exactly `size` pixels, and the profile of its numbers.

    The sides are cut evenly to reach the aspect, unless a stretch of 3 % is enough or `whole` asks to keep
    everything: with a mask, each marked pixel must stay where the visitor sees it. Raises UnusableImageError.
    """
    picture, profile = _in_rgb(_upright(path, which, size))
    box = None if whole else _window(picture.size, size)
    return _resized(picture, size, box), profile


def load_insert(path: Path, which: Which, most: Size, wanted: Profile) -> Image.Image:
    """The picture as RGBA with its numbers in the profile `wanted`, whole and no larger than `most`.

    Raises UnusableImageError.
    """
    picture, profile = _in_rgb(_upright(path, which, most))
    picture = colour.matched(picture, profile, wanted)
    scale = min(most[0] / picture.width, most[1] / picture.height, 1.0)
    return _resized(picture, (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)), None)


def load_mask(path: Path, size: Size) -> Image.Image:
    """What is marked (alpha 0 marks): 255 where to paint, 0 where to keep, at `size`. Raises UnusableImageError.

    A mask without alpha marks nothing.
    """
    picture = in_eight_bits(_upright(path, "mask", size))
    if not picture.has_transparency_data:
        return Image.new("L", size)
    marked = ImageOps.invert(picture.convert("RGBA").getchannel("A"))
    return marked if marked.size == size else marked.resize(size, Image.Resampling.BILINEAR)


def lay_on_white(picture: Image.Image) -> Image.Image:
    """The picture as RGB, its transparency laid on white."""
    sheet = Image.new("RGB", picture.size, WHITE)
    sheet.paste(picture, mask=picture.getchannel("A"))
    return sheet


def _upright(path: Path, which: Which, size: Size) -> Image.Image:
    """Decode and turn as the camera was held. A JPEG much larger than `size` is decoded smaller."""
    try:
        with open_checked(path) as picture:
            # A camera held upright swaps the sides, so the decoder keeps enough for both.
            picture.draft(None, (max(size), max(size)))
            picture.load()
            return ImageOps.exif_transpose(picture)
    except (PictureError, *BROKEN) as error:
        raise UnusableImageError(which) from error


def _in_rgb(picture: Image.Image) -> tuple[Image.Image, Profile]:
    return colour.to_rgb(picture, picture.info.get("icc_profile"))


def _window(given: Size, wanted: Size) -> tuple[float, float, float, float] | None:
    """The middle part of `given` that has the aspect of `wanted`; None when all of it nearly has."""
    width, height = given
    ratio = width / height / (wanted[0] / wanted[1])
    if max(ratio, 1 / ratio) <= 1 + _MOST_STRETCH:
        return None
    spare = (width - width / ratio) / 2 if ratio > 1 else 0.0
    slack = (height - height * ratio) / 2 if ratio < 1 else 0.0
    return (spare, slack, width - spare, height - slack)


def _resized(picture: Image.Image, size: Size, box: tuple[float, float, float, float] | None) -> Image.Image:
    if picture.size != size or box is not None:
        picture = picture.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    return picture if picture.mode == "RGBA" else picture.convert("RGBA")
