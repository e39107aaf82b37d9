"""Brings the painted canvas and the source together through the mask, with the model's small unfaithfulness."""

from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from ..fills import noise
from ..mask import blurred
from .easel import Easel
from .greys import above, grown

# Levels by which re-encoding moves a pixel, and the share of pixels outside the mask that it moves.
_NOISE: Final = 2
_NOISY: Final = 0.02


def regenerated(picture: Image.Image, detail: int, unit: float) -> Image.Image:
    """The RGB picture as a model repaints it that keeps the structure and loses the finest detail."""
    loss = (2.2, 1.6, 1.25)[detail]
    if min(picture.size) < 16:
        return picture
    small = picture.resize(
        (max(round(picture.width / loss), 1), max(round(picture.height / loss), 1)), Image.Resampling.BOX
    )
    if detail < 2:
        small = small.filter(ImageFilter.MedianFilter(3))
    back = small.resize(picture.size, Image.Resampling.BICUBIC)
    return back.filter(ImageFilter.UnsharpMask(max(unit * 0.0015, 0.8), (60, 80, 70)[detail], 1))


def blended(easel: Easel) -> Image.Image:
    """The canvas where it is marked, the source elsewhere. With low fidelity a little spills over the edge."""
    if easel.marked is None:
        return easel.art.canvas.picture
    if easel.faithful:
        return Image.composite(easel.art.canvas.picture, easel.source, _feathered(easel.marked, easel.art.unit))
    reach = max(easel.art.unit * 0.004, 1.0)
    wide = grown(easel.marked, reach * 0.7)
    spilled = ImageChops.lighter(
        easel.marked, blurred(wide, reach * 1.2).point([level * 3 // 4 for level in range(256)])
    )
    mixed = Image.composite(easel.art.canvas.picture, easel.source, spilled)
    return drifted(mixed, easel.art.dice("drift"))


def drifted(picture: Image.Image, dice: Random) -> Image.Image:
    """Some four percent of the pixels moved by up to 2 levels, as if the picture had been encoded again."""
    speckle = noise(picture.size, dice)
    few = round(256 * _NOISY)
    table = [0] * 256
    for level in range(few):
        table[level] = 1 + level % _NOISE
    up = speckle.point(table)
    down = ImageChops.offset(up, picture.width // 3, picture.height // 3)
    moved = ImageChops.add(picture, Image.merge("RGB", [up] * 3))
    return ImageChops.subtract(moved, Image.merge("RGB", [down] * 3))


def _feathered(marked: Image.Image, unit: float) -> Image.Image:
    """The mask with a soft edge that lies inside it, so that nothing outside changes; soft masks stay as they are."""
    inward = blurred(above(marked, 0), max(unit * 0.003, 0.5)).point(
        [max(level * 2 - 255, 0) for level in range(256)]
    )
    return ImageChops.darker(marked, inward)
