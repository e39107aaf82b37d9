"""Fill a hole from its surroundings: clone a similar neighbour, or spread the colours around it."""

from itertools import product
from random import Random
from typing import Final, Literal

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..paint.fills import noise
from ..paint.mask import blur_image, darkest_level, threshold
from .session import Box

type _Edges = tuple[float, float, float, float]
_SEARCH: Final = 96  # long side in pixels of the copy on which the best neighbour is sought
_STEPS: Final = (-1.0, -0.75, -0.5, -0.3, 0.0, 0.3, 0.5, 0.75, 1.0)
# Mean difference in levels along the rim above which nothing nearby looks alike.
_MAX_RIM_DIFFERENCE: Final = 30.0
# The same for the two ends of a row that is to be joined.
_MAX_ROW_DIFFERENCE: Final = 84


def inpaint(picture: Image.Image, hole: Image.Image, rng: Random) -> Image.Image:
    """Fill the `hole` (255 to replace) of an RGB picture from its surroundings."""
    box = hole.getbbox()
    # Nothing is marked, or hardly anything is left to fill it from.
    if box is None or ImageStat.Stat(hole).mean[0] > 250:
        return picture
    # Two pixels wider than the mask: the soft edge of what is removed would stay as a rim.
    hard = threshold(hole, 8).filter(ImageFilter.MaxFilter(5))
    shift = _find_neighbour(picture, hard, box)
    made_up = _fill_smoothly(picture, hard, box, rng) if shift is None else _clone_neighbour(picture, hard, shift)
    return Image.composite(made_up, picture, hard)


def _clone_neighbour(picture: Image.Image, hole: Image.Image, shift: tuple[int, int]) -> Image.Image:
    """Copy the neighbour and spread the difference along the rim over the inside (Poisson cloning)."""
    neighbour = ImageChops.offset(picture, -shift[0], -shift[1])
    # Differences run from -255 to 255: halved and around 128 they fit into a byte.
    gap = interpolate_membrane(ImageChops.subtract(picture, neighbour, 2.0, 128), hole)
    more = gap.point([max(level - 128, 0) * 2 for level in range(256)] * 3)
    less = gap.point([max(128 - level, 0) * 2 for level in range(256)] * 3)
    return ImageChops.subtract(ImageChops.add(neighbour, more), less)


def _fill_smoothly(picture: Image.Image, hole: Image.Image, box: Box, rng: Random) -> Image.Image:
    """Interpolate a membrane; where left and right match, join rows so that a horizon runs on. Add grain."""
    out = interpolate_membrane(picture, hole)
    agreed = _matching_rows(picture, box)
    if agreed is not None:
        size = (box[2] - box[0], box[3] - box[1])
        rows = blur_image(interpolate_membrane(picture, hole, "across"), 1.0).crop(box)
        calm = ImageChops.invert(_stray_colours(rows, out.crop(box)))
        out.paste(rows, box[:2], ImageChops.multiply(agreed.resize(size, Image.Resampling.BICUBIC), calm))
    # Photographs have grain: a perfectly smooth patch is seen at once.
    speckle = blur_image(noise(picture.size, rng, 13), 0.6)
    return ImageChops.add(out, Image.merge("RGB", [speckle] * 3), 1.0, -6)


def _matching_rows(picture: Image.Image, box: Box) -> Image.Image | None:
    """Return a column, 255 for rows that match left and right of the hole; None where most do not."""
    left, top, right, bottom = box
    # A strip of a twelfth of the width on each side says whether a row goes on behind the hole.
    deep = max((right - left) // 12, 3)
    if left < deep or right + deep > picture.width:
        return None
    sides = ((left - deep, top, left, bottom), (right, top, right + deep, bottom))
    near_left, near_right = (picture.crop(side).resize((1, 64), Image.Resampling.BOX) for side in sides)
    red, green, blue = ImageChops.difference(near_left, near_right).split()
    unlike = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    agreed = unlike.point([min(max((_MAX_ROW_DIFFERENCE - level) * 6, 0), 235) for level in range(256)])
    # When half of the rows do not match, joining the others would leave streaks.
    return agreed if ImageStat.Stat(agreed).mean[0] > 120 else None


def _stray_colours(rows: Image.Image, smooth: Image.Image) -> Image.Image:
    """Mask rows that carry a colour far in that does not belong there: the rest of a half-marked object."""
    _, blue, red = ImageChops.difference(rows.convert("YCbCr"), smooth.convert("YCbCr")).split()
    apart = ImageChops.add(blue, red).point([min(max((level - 17) * 16, 0), 255) for level in range(256)])
    return blur_image(apart, max(min(rows.size) * 0.01, 1.0))


def _find_neighbour(picture: Image.Image, hole: Image.Image, box: Box) -> tuple[int, int] | None:
    """Return the offset in pixels of the place that looks most like the hole's rim; None when nothing does."""
    scale = min(_SEARCH / max(picture.size), 1.0)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    small, mask = picture.resize(size, Image.Resampling.BOX), threshold(hole.resize(size, Image.Resampling.BOX), 0)
    rim = ImageChops.subtract(mask.filter(ImageFilter.MaxFilter(7)), mask)
    left, top, right, bottom = (edge * scale for edge in box)
    best, least = None, _MAX_RIM_DIFFERENCE
    for across, down in product(_STEPS, _STEPS):
        # A little further than the hole is wide, or the copy would contain a part of it.
        dx, dy = round(across * (right - left + 4) * 1.05), round(down * (bottom - top + 4) * 1.05)
        if not _is_usable(mask, (left, top, right, bottom), dx, dy):
            continue
        shifted = ImageChops.offset(small, -dx, -dy)
        unlike = sum(ImageStat.Stat(ImageChops.difference(small, shifted), rim).mean) / 3
        # Of two places that look alike the nearer one has the fitting light and perspective.
        unlike += 1.5 * (abs(across) + abs(down))
        if unlike < least:
            best, least = (round(dx / scale), round(dy / scale)), unlike
    return best


def _is_usable(mask: Image.Image, box: _Edges, dx: int, dy: int) -> bool:
    """Return whether the shifted hole lies on the picture and off the hole."""
    left, top, right, bottom = box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy
    if left < 1 or top < 1 or right > mask.width - 1 or bottom > mask.height - 1:
        return False
    return ImageChops.multiply(mask, ImageChops.offset(mask, -dx, -dy)).getbbox() is None


type Along = Literal["both", "across"]
_HALVED: Final = 400  # pixels: short sides from which half the size is enough
_REDUCTION: Final = {"both": (2, 2), "across": (2, 1)}


def interpolate_membrane(picture: Image.Image, hole: Image.Image, along: Along = "both") -> Image.Image:
    """Fill the hole (255) of an RGB picture: average known pixels down a pyramid, then spread them back up.

    Smooth values are computed at half the size, so outside the hole the result only approximates the picture.
    "across" joins left and right row by row, which carries a horizon through the hole.
    """
    if along == "both" and min(picture.size) >= _HALVED:
        half = (picture.width // 2, picture.height // 2)
        hidden = threshold(hole.resize(half, Image.Resampling.BOX), 0)
        return interpolate_membrane(picture.resize(half, Image.Resampling.BOX), hidden).resize(picture.size)
    level = picture.convert("RGBA")
    level.putalpha(ImageChops.invert(hole))
    pyramid = [level]
    while darkest_level(level.getchannel("A")) == 0 and _can_shrink(level, along):
        # Pillow weighs by alpha here, so unknown pixels do not darken the mean.
        level = level.reduce(_REDUCTION[along])
        level.putalpha(threshold(level.getchannel("A"), 0))
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
    across, down = _REDUCTION[along]
    return (across > 1 and level.width > 2) or (down > 1 and level.height > 2)


def _relax(picture: Image.Image, hole: Image.Image) -> None:
    """Move every unknown pixel near the mean of its neighbours; small levels do it cheaply for large ones."""
    for _ in range(12 if max(picture.size) < 200 else 3):
        picture.paste(picture.filter(ImageFilter.BoxBlur(1)), mask=hole)
