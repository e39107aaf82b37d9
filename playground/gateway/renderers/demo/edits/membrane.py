"""Spreads the colours around a hole smoothly over it, in both directions or along rows."""

from typing import Final, Literal

from PIL import Image, ImageChops, ImageFilter

from .greys import above, lowest

type Along = Literal["both", "across"]
_HALVED: Final = 400  # pixels: short sides from which half the size is enough
_STEPS: Final = {"both": (2, 2), "across": (2, 1)}


def membrane(picture: Image.Image, hole: Image.Image, along: Along = "both") -> Image.Image:
    """The RGB picture with its hole (255) filled: known pixels are averaged down a pyramid, then spread back up.

    What is smooth is worked out at half the size, so outside the hole the result is only near the picture.
    "across" joins left and right row by row, which carries a horizon through the hole.
    """
    if along == "both" and min(picture.size) >= _HALVED:
        half = (picture.width // 2, picture.height // 2)
        hidden = above(hole.resize(half, Image.Resampling.BOX), 0)
        return membrane(picture.resize(half, Image.Resampling.BOX), hidden).resize(picture.size)
    level = picture.convert("RGBA")
    level.putalpha(ImageChops.invert(hole))
    pyramid = [level]
    while lowest(level.getchannel("A")) == 0 and _can_shrink(level, along):
        level = level.reduce(_STEPS[along])
        level.putalpha(above(level.getchannel("A"), 0))
        pyramid.append(level)
    out = pyramid[-1].convert("RGB")
    for finer in reversed(pyramid[:-1]):
        unknown = ImageChops.invert(finer.getchannel("A"))
        spread = out.resize(finer.size, Image.Resampling.BICUBIC)
        out = finer.convert("RGB")
        out.paste(spread, mask=unknown)
        if along == "both":
            _relax(out, unknown)
    return out


def _can_shrink(level: Image.Image, along: Along) -> bool:
    across, down = _STEPS[along]
    return (across > 1 and level.width > 2) or (down > 1 and level.height > 2)


def _relax(picture: Image.Image, hole: Image.Image) -> None:
    """Bring every unknown pixel near the mean of its neighbours, which small copies do cheaply for large ones."""
    for _ in range(12 if max(picture.size) < 200 else 3):
        picture.paste(picture.filter(ImageFilter.BoxBlur(1)), mask=hole)
