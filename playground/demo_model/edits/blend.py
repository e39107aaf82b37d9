"""Blend the painted canvas into the source, with a model's small losses."""

from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from ..paint.fills import noise
from ..paint.mask import blur_image, dilate, threshold
from .session import EditSession

# Levels by which re-encoding moves a pixel, and the share of pixels outside the mask that it moves.
_NOISE: Final = 2
_NOISY: Final = 0.02


def imitate_regeneration(picture: Image.Image, detail: int, unit: float) -> Image.Image:
    """Lose the finest detail and keep the structure, as a model does that repaints the whole picture."""
    # Higher quality keeps more of the source's detail, as the model does.
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


def blend_into_source(session: EditSession) -> Image.Image:
    """Take the canvas inside the mask and the source outside; at low fidelity a little spills over the edge."""
    if session.marked is None:
        return session.art.canvas.picture
    if session.high_fidelity:
        return Image.composite(
            session.art.canvas.picture, session.source, _feather_inwards(session.marked, session.art.unit)
        )
    reach = max(session.art.unit * 0.004, 1.0)
    # A model repaints a little beyond the mask, too.
    wide = dilate(session.marked, reach * 0.7)
    spilled = ImageChops.lighter(
        session.marked, blur_image(wide, reach * 1.2).point([level * 3 // 4 for level in range(256)])
    )
    mixed = Image.composite(session.art.canvas.picture, session.source, spilled)
    return add_encoding_noise(mixed, session.art.rng("drift"))


def add_encoding_noise(picture: Image.Image, rng: Random) -> Image.Image:
    """Move about 4 % of the pixels by up to 2 levels, as encoding the picture again would."""
    speckle = noise(picture.size, rng)
    # Noise is even over 256 levels, so the lowest 5 are 2 % of the pixels: once up, and once down elsewhere.
    few = round(256 * _NOISY)
    table = [0] * 256
    for level in range(few):
        table[level] = 1 + level % _NOISE
    up = speckle.point(table)
    down = ImageChops.offset(up, picture.width // 3, picture.height // 3)
    moved = ImageChops.add(picture, Image.merge("RGB", [up] * 3))
    return ImageChops.subtract(moved, Image.merge("RGB", [down] * 3))


def _feather_inwards(marked: Image.Image, unit: float) -> Image.Image:
    """Soften the mask inside its edge, so that nothing outside changes; soft masks stay as they are."""
    # Blurring moves the edge both ways; doubled and less 255, only its inner half remains.
    inward = blur_image(threshold(marked, 0), max(unit * 0.003, 0.5)).point(
        [max(level * 2 - 255, 0) for level in range(256)]
    )
    return ImageChops.darker(marked, inward)
