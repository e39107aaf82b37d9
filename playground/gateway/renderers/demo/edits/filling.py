"""Fills a hole from its surroundings: a smooth membrane, and texture borrowed from the side that fits best."""

from itertools import product
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..mask import blurred
from .easel import Box
from .greys import above, lowest

_SEARCH: Final = 96  # long side in pixels of the copy on which the best neighbour is sought
_STEPS: Final = (-1.0, -0.75, -0.5, -0.3, 0.0, 0.3, 0.5, 0.75, 1.0)
# Mean difference in levels along the rim above which nothing nearby looks alike.
_MOST_UNLIKE: Final = 34.0


def filled(picture: Image.Image, hole: Image.Image) -> Image.Image:
    """`picture` (RGB) with everything under `hole` (255 to replace) made up from around it."""
    box = hole.getbbox()
    if box is None or ImageStat.Stat(hole).mean[0] > 250:
        return picture
    hard = above(hole, 8).filter(ImageFilter.MaxFilter(5))
    shift = _best_shift(picture, hard, box)
    if shift is None:
        smooth = membrane(picture, hard)
        return Image.composite(smooth, picture, hard)
    # Poisson cloning: the neighbour, plus the difference along the rim spread smoothly over the inside.
    neighbour = ImageChops.offset(picture, -shift[0], -shift[1])
    gap = membrane(ImageChops.subtract(picture, neighbour, 2.0, 128), hard)
    more = gap.point([max(level - 128, 0) * 2 for level in range(256)] * 3)
    less = gap.point([max(128 - level, 0) * 2 for level in range(256)] * 3)
    cloned = ImageChops.subtract(ImageChops.add(neighbour, more), less)
    return Image.composite(cloned, picture, hard)


def membrane(picture: Image.Image, hole: Image.Image) -> Image.Image:
    """RGB with the hole filled smoothly: known pixels are averaged downwards in a pyramid, then spread upwards."""
    known = ImageChops.invert(hole)
    level = picture.convert("RGBA")
    level.putalpha(known)
    pyramid = [level]
    while max(level.size) > 2 and lowest(level.getchannel("A")) == 0:
        level = level.reduce(2)
        level.putalpha(above(level.getchannel("A"), 0))
        pyramid.append(level)
    out = pyramid[-1].convert("RGB")
    for finer in reversed(pyramid[:-1]):
        spread = out.resize(finer.size, Image.Resampling.BICUBIC)
        unknown = ImageChops.invert(finer.getchannel("A"))
        out = finer.convert("RGB")
        out.paste(blurred(spread, 1.2), mask=unknown)
    return _relaxed(out, hole)


def _relaxed(picture: Image.Image, hole: Image.Image) -> Image.Image:
    """Even out the seams of the pyramid: blur again and again, but only in the hole."""
    for radius in (12.0, 6.0, 3.0):
        picture.paste(blurred(picture, min(radius, max(min(picture.size) / 20, 0.5))), mask=hole)
    return picture


def _best_shift(picture: Image.Image, hole: Image.Image, box: Box) -> tuple[int, int] | None:
    """How far away, in pixels, lies what looks most like the hole's rim; None when nothing does."""
    scale = min(_SEARCH / max(picture.size), 1.0)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    small, mask = picture.resize(size, Image.Resampling.BOX), hole.resize(size, Image.Resampling.BOX)
    mask = above(mask, 0)
    rim = ImageChops.subtract(mask.filter(ImageFilter.MaxFilter(7)), mask)
    left, top, right, bottom = (edge * scale for edge in box)
    wide, tall = right - left + 4, bottom - top + 4
    best, least = None, _MOST_UNLIKE
    for across, down in product(_STEPS, _STEPS):
        dx, dy = round(across * wide * 1.05), round(down * tall * 1.05)
        if not _is_usable(mask, (left, top, right, bottom), dx, dy):
            continue
        shifted = ImageChops.offset(small, -dx, -dy)
        unlike = sum(ImageStat.Stat(ImageChops.difference(small, shifted), rim).mean) / 3
        unlike += 3 * (abs(across) + abs(down)) / 2
        if unlike < least:
            best, least = (round(dx / scale), round(dy / scale)), unlike
    return best


def _is_usable(mask: Image.Image, box: tuple[float, float, float, float], dx: int, dy: int) -> bool:
    """Whether the hole, moved by this much, lies on the picture and off the hole."""
    left, top, right, bottom = box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy
    if left < 1 or top < 1 or right > mask.width - 1 or bottom > mask.height - 1:
        return False
    moved = ImageChops.multiply(mask, ImageChops.offset(mask, -dx, -dy))
    return moved.getbbox() is None
