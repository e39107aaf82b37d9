"""Load a visitor's files: small enough, upright, and scaled to the size of the answer."""

from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageOps

from playground.imaging import convert
from playground.imaging.decode import BROKEN, PictureError, open_checked, to_eight_bits

from ..briefs import UnusableImageError
from ..paint.colour import WHITE

type Size = tuple[int, int]
type Which = int | Literal["mask"]
# An ICC profile; None means sRGB.
type Profile = bytes | None
# The model squeezes a picture a little rather than cut it; beyond this share it cuts.
_MAX_STRETCH: Final = 0.03


def load_source(path: Path, which: Which, size: Size, *, whole: bool) -> tuple[Image.Image, Profile]:
    """Load the picture as RGBA at exactly `size` pixels, and its ICC profile.

    The sides are cut evenly to reach the aspect, unless a stretch of 3 % is enough or `whole` asks to keep
    everything: with a mask, each marked pixel must stay where the visitor sees it. Raises UnusableImageError.
    """
    picture, profile = _convert_to_rgb(_load_upright(path, which, size))
    box = None if whole else _crop_box(picture.size, size)
    return _resize(picture, size, box), profile


def load_insert(path: Path, which: Which, max_size: Size, target: Profile) -> Image.Image:
    """Load the whole picture as RGBA in the profile `target`, no larger than `max_size`.

    Raises UnusableImageError.
    """
    picture, profile = _convert_to_rgb(_load_upright(path, which, max_size))
    picture = convert.match_profile(picture, profile, target)
    scale = min(max_size[0] / picture.width, max_size[1] / picture.height, 1.0)
    return _resize(picture, (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)), None)


def load_mask(path: Path, size: Size) -> Image.Image:
    """Load a mask (alpha 0 marks) at `size`: 255 where to paint, 0 where to keep. Raises UnusableImageError.

    A mask without alpha marks nothing.
    """
    picture = to_eight_bits(_load_upright(path, "mask", size))
    if not picture.has_transparency_data:
        return Image.new("L", size)
    marked = ImageOps.invert(picture.convert("RGBA").getchannel("A"))
    return marked if marked.size == size else marked.resize(size, Image.Resampling.BILINEAR)


def lay_on_white(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB on a white ground."""
    background = Image.new("RGB", picture.size, WHITE)
    background.paste(picture, mask=picture.getchannel("A"))
    return background


def _load_upright(path: Path, which: Which, size: Size) -> Image.Image:
    """Decode and turn as the camera was held. A JPEG much larger than `size` is decoded smaller."""
    try:
        with open_checked(path) as picture:
            # A camera held upright swaps the sides, so the decoder keeps enough for both.
            picture.draft(None, (max(size), max(size)))
            picture.load()
            return ImageOps.exif_transpose(picture)
    except (PictureError, *BROKEN) as error:
        raise UnusableImageError(which) from error


def _convert_to_rgb(picture: Image.Image) -> tuple[Image.Image, Profile]:
    return convert.to_rgb(picture, picture.info.get("icc_profile"))


def _crop_box(given: Size, target: Size) -> tuple[float, float, float, float] | None:
    """Return the middle part of `given` that has the aspect of `target`; None when all of it nearly has."""
    width, height = given
    ratio = width / height / (target[0] / target[1])
    if max(ratio, 1 / ratio) <= 1 + _MAX_STRETCH:
        return None
    spare = (width - width / ratio) / 2 if ratio > 1 else 0.0
    slack = (height - height * ratio) / 2 if ratio < 1 else 0.0
    return (spare, slack, width - spare, height - slack)


def _resize(picture: Image.Image, size: Size, box: tuple[float, float, float, float] | None) -> Image.Image:
    if picture.size != size or box is not None:
        # The gap lets Pillow shrink a photograph by a whole factor first, down to twice the target: much faster.
        picture = picture.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    return picture if picture.mode == "RGBA" else picture.convert("RGBA")
