"""Spreads the colours around a hole smoothly over it, in both directions or along one."""

from typing import Final, Literal

from PIL import Image, ImageChops

from ..mask import blurred
from .greys import above, lowest

type Along = Literal["both", "across", "down"]
_STEPS: Final = {"both": (2, 2), "across": (2, 1), "down": (1, 2)}


def membrane(picture: Image.Image, hole: Image.Image, along: Along = "both") -> Image.Image:
    """The RGB picture with its hole (255) filled: known pixels are averaged down a pyramid, then spread back up.

    "across" joins left and right row by row, which carries a horizon through the hole.
    """
    level = picture.convert("RGBA")
    level.putalpha(ImageChops.invert(hole))
    pyramid = [level]
    while lowest(level.getchannel("A")) == 0 and _can_shrink(level, along):
        level = level.reduce(_STEPS[along])
        level.putalpha(above(level.getchannel("A"), 0))
        pyramid.append(level)
    out = pyramid[-1].convert("RGB")
    for finer in reversed(pyramid[:-1]):
        spread = out.resize(finer.size, Image.Resampling.BICUBIC)
        out = finer.convert("RGB")
        out.paste(blurred(spread, 1.2) if along == "both" else spread, mask=ImageChops.invert(finer.getchannel("A")))
    return _relaxed(out, hole) if along == "both" else out


def _can_shrink(level: Image.Image, along: Along) -> bool:
    across, down = _STEPS[along]
    return (across > 1 and level.width > 2) or (down > 1 and level.height > 2)


def _relaxed(picture: Image.Image, hole: Image.Image) -> Image.Image:
    """Even out the seams of the pyramid: blur again and again, but only in the hole."""
    for radius in (12.0, 6.0, 3.0):
        picture.paste(blurred(picture, min(radius, max(min(picture.size) / 20, 0.5))), mask=hole)
    return picture
