"""Fills a hole from its surroundings: with a neighbour that looks alike, or smoothly where there is none."""

from itertools import product
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..fills import noise
from ..mask import blurred
from .easel import Box
from .greys import above
from .membrane import membrane

type _Edges = tuple[float, float, float, float]
_SEARCH: Final = 96  # long side in pixels of the copy on which the best neighbour is sought
_STEPS: Final = (-1.0, -0.75, -0.5, -0.3, 0.0, 0.3, 0.5, 0.75, 1.0)
# Mean difference in levels along the rim above which nothing nearby looks alike.
_MOST_UNLIKE: Final = 30.0
# The same for two opposite sides of the hole that are to be joined row by row.
_SIDES_ALIKE: Final = 30.0


def filled(picture: Image.Image, hole: Image.Image, dice: Random) -> Image.Image:
    """`picture` (RGB) with everything under `hole` (255 to replace) made up from around it."""
    box = hole.getbbox()
    if box is None or ImageStat.Stat(hole).mean[0] > 250:
        return picture
    hard = above(hole, 8).filter(ImageFilter.MaxFilter(5))
    shift = _best_shift(picture, hard, box)
    made_up = _smooth(picture, hard, box, dice) if shift is None else _cloned(picture, hard, shift)
    return Image.composite(made_up, picture, hard)


def _cloned(picture: Image.Image, hole: Image.Image, shift: tuple[int, int]) -> Image.Image:
    """The neighbour, plus what differs along the rim spread smoothly over the inside (Poisson cloning)."""
    neighbour = ImageChops.offset(picture, -shift[0], -shift[1])
    gap = membrane(ImageChops.subtract(picture, neighbour, 2.0, 128), hole)
    more = gap.point([max(level - 128, 0) * 2 for level in range(256)] * 3)
    less = gap.point([max(128 - level, 0) * 2 for level in range(256)] * 3)
    return ImageChops.subtract(ImageChops.add(neighbour, more), less)


def _smooth(picture: Image.Image, hole: Image.Image, box: Box, dice: Random) -> Image.Image:
    """A membrane, drawn along rows or columns when the two sides match, with grain like the rest."""
    out = membrane(picture, hole)
    across, down = _sides_differ(picture, box, upright=False), _sides_differ(picture, box, upright=True)
    if min(across, down) < _SIDES_ALIKE:
        lines = membrane(picture, hole, "across" if across <= down else "down")
        out = Image.blend(out, blurred(lines, 1.5), 0.8)
    speckle = blurred(noise(picture.size, dice, 13), 0.6)
    return ImageChops.add(out, Image.merge("RGB", [speckle] * 3), 1.0, -6)


def _sides_differ(picture: Image.Image, box: Box, *, upright: bool) -> float:
    """Mean difference in levels between the strips left and right of the hole, or above and below it."""
    left, top, right, bottom = box
    deep = max(((bottom - top) if upright else (right - left)) // 12, 3)
    if upright:
        strips = ((left, top - deep, right, top), (left, bottom, right, bottom + deep))
        size = (48, 1)
    else:
        strips = ((left - deep, top, left, bottom), (right, top, right + deep, bottom))
        size = (1, 48)
    for one in strips:
        if one[0] < 0 or one[1] < 0 or one[2] > picture.width or one[3] > picture.height:
            return 255.0
    first, second = (picture.crop(one).resize(size, Image.Resampling.BOX) for one in strips)
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def _best_shift(picture: Image.Image, hole: Image.Image, box: Box) -> tuple[int, int] | None:
    """How far away, in pixels, lies what looks most like the hole's rim; None when nothing does."""
    scale = min(_SEARCH / max(picture.size), 1.0)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    small, mask = picture.resize(size, Image.Resampling.BOX), above(hole.resize(size, Image.Resampling.BOX), 0)
    rim = ImageChops.subtract(mask.filter(ImageFilter.MaxFilter(7)), mask)
    left, top, right, bottom = (edge * scale for edge in box)
    best, least = None, _MOST_UNLIKE
    for across, down in product(_STEPS, _STEPS):
        dx, dy = round(across * (right - left + 4) * 1.05), round(down * (bottom - top + 4) * 1.05)
        if not _is_usable(mask, (left, top, right, bottom), dx, dy):
            continue
        shifted = ImageChops.offset(small, -dx, -dy)
        unlike = sum(ImageStat.Stat(ImageChops.difference(small, shifted), rim).mean) / 3
        unlike += 1.5 * (abs(across) + abs(down))
        if unlike < least:
            best, least = (round(dx / scale), round(dy / scale)), unlike
    return best


def _is_usable(mask: Image.Image, box: _Edges, dx: int, dy: int) -> bool:
    """Whether the hole, moved by this much, lies on the picture and off the hole."""
    left, top, right, bottom = box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy
    if left < 1 or top < 1 or right > mask.width - 1 or bottom > mask.height - 1:
        return False
    return ImageChops.multiply(mask, ImageChops.offset(mask, -dx, -dy)).getbbox() is None
