"""What an API changed outside the mask, in what it returned: how much, and where."""

import os
from math import sqrt
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageOps

from playground.pixels.decode import BROKEN, PictureError
from playground.pixels.lock import load_colours, load_matched
from playground.pixels.mask import load_marks, threshold
from playground.pixels.register import find_fit, lay_out

# Levels of 255 by which brightness, colour or alpha may differ after a mean over 3 x 3 pixels (colour: 7 x 7, as JPEG
# keeps it coarse): what JPEG and WebP at quality 75 do to a picture mostly stays below, and hardly anybody sees it.
TOLERANCE: Final = 8
_FINE: Final = ImageFilter.BoxBlur(1)
_COARSE: Final = ImageFilter.BoxBlur(3)
# A pixel that is the same to this many levels has not changed, whatever its neighbours do.
_SAME: Final = 2
# The heat map is for looking at: as large as a screen.
_HEAT_EDGE: Final = 2048
# Larger pictures are compared at this size: APIs answer with no larger ones.
_MOST_PIXELS: Final = 2048 * 2048
# Resampling makes differences of its own, which a coarser look leaves out.
_COARSER: Final = 0.75


def outside_changed(source: Path, mask: Path, result: Path, heat_target: Path) -> float:
    """How many percent (0 to 100) of the pixels outside the mask the API changed; 0 where all is marked.

    A pixel has changed when it differs by more than TOLERANCE; a result that moved has changed. Pictures of two sizes
    are compared at the smaller one, a little coarser. Writes a PNG of the source's aspect that is see-through where
    nothing changed. Raises PictureError.
    """
    try:
        ours, profile = load_colours(source)
        marks = load_marks(mask, ours.size)
        theirs = load_matched(result, profile)
        ours, theirs, outside = _side_by_side(ours, theirs, ImageChops.invert(threshold(marks, 1)))
        # What is marked may change; it must not shine out into what may not.
        strength = _strength(ours, Image.composite(theirs, ours, outside))
        changed = ImageChops.darker(threshold(strength, TOLERANCE + 1), outside)
        _save_heat(strength, changed, heat_target)
    except BROKEN as error:
        raise PictureError("broken") from error
    pixels = outside.histogram()[255]
    return 100 * changed.histogram()[255] / pixels if pixels else 0.0


def _side_by_side(
    ours: Image.Image, theirs: Image.Image, outside: Image.Image
) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Both at one size and in one mode, and what of it is outside the mask (255) and can be compared."""
    fit = find_fit(ours, ImageChops.invert(outside), theirs)
    pixels = ours.width * ours.height
    if fit != "same" or pixels > _MOST_PIXELS:
        scale = sqrt(min(pixels, theirs.width * theirs.height, _MOST_PIXELS) / pixels) * _COARSER
        size = (max(1, round(ours.width * scale)), max(1, round(ours.height * scale)))
        theirs, box = lay_out(theirs, size, fit)
        ours = ours.resize(size, Image.Resampling.LANCZOS)
        shown = Image.new("L", size, 0)
        shown.paste(threshold(outside.resize(size, Image.Resampling.BOX), 255).crop(box), box[:2])
        outside = shown
    mode = "RGB" if ours.mode == theirs.mode == "RGB" else "RGBA"
    return ours.convert(mode), theirs.convert(mode), outside


def _strength(ours: Image.Image, theirs: Image.Image) -> Image.Image:
    """By how many levels each pixel differs in what differs most, noise apart."""
    strongest = differs = Image.new("L", ours.size, 0)
    means = (_FINE, _COARSE, _COARSE, _FINE)
    for one, other, mean in zip(_bands(ours), _bands(theirs), means, strict=False):
        strongest = ImageChops.lighter(strongest, ImageChops.difference(one.filter(mean), other.filter(mean)))
        differs = ImageChops.lighter(differs, ImageChops.difference(one, other))
    return ImageChops.darker(strongest, threshold(differs, _SAME + 1))


def _bands(picture: Image.Image) -> tuple[Image.Image, ...]:
    """Brightness, two of colour, and any alpha, multiplied in: what cannot be seen does not count."""
    if picture.mode == "RGB":
        return picture.convert("YCbCr").split()
    red, green, blue, alpha = picture.convert("RGBa").split()
    return (*Image.merge("RGB", (red, green, blue)).convert("YCbCr").split(), alpha)


def _save_heat(strength: Image.Image, changed: Image.Image, target: Path) -> None:
    """From yellow for little to red for much, over nothing."""
    small = ImageOps.contain(strength, (_HEAT_EDGE, _HEAT_EDGE)) if max(strength.size) > _HEAT_EDGE else strength
    where = changed if small is strength else changed.resize(small.size, Image.Resampling.BOX)
    full = Image.new("L", small.size, 255)
    green = small.point([max(0, 220 - level * 3) for level in range(256)])
    alpha = ImageChops.darker(where, small.point([min(225, 120 + level) for level in range(256)]))
    heat = Image.merge("RGBA", (full, green, Image.new("L", small.size, 0), alpha))
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        heat.save(unfinished, "PNG", compress_level=3)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
