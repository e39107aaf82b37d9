"""Picks the pixels that one means by "make it red": those of the main colour in what is marked."""

from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..colour import Colour
from ..mask import blurred
from .greys import above, lowest
from .membrane import membrane

type _Chroma = tuple[float, float]
_GRID: Final = 64  # pixels; the copy in which the main colour is sought
_PALE: Final = 34  # distance from grey below which the colour alone does not tell what is meant
_SAME, _OTHER = 20, 40  # distance of colours, in levels, that still is the same, and that is another


def main_colour(
    picture: Image.Image, marked: Image.Image | None, wanted: Colour, *, surface: bool = False
) -> Image.Image | None:
    """255 where the RGB picture has its main colour; None when there is no such thing, so that all is meant.

    With a mask the main colour is the commonest near the middle of what is marked, else the strongest one that
    is neither skin nor wood. What has the `wanted` colour already is never meant, and a `surface` is
    what does not stand out.
    """
    chroma = _main_chroma(picture, marked, wanted)
    if chroma is None:
        return None
    if marked is not None and abs(chroma[0] - 128) + abs(chroma[1] - 128) < _PALE:
        objects = _standing_out(picture, marked)
        return ImageChops.invert(objects) if surface and objects is not None else objects
    _, blue, red = picture.convert("YCbCr").split()
    far = ImageChops.add(_distance(blue, chroma[0]), _distance(red, chroma[1]))
    same = far.point([min(max((_OTHER - level) * 255 // (_OTHER - _SAME), 0), 255) for level in range(256)])
    same = blurred(same.filter(ImageFilter.MedianFilter(3)), 0.8)
    share = ImageStat.Stat(same, marked).mean[0] / 255
    return same if 0.03 < share < (0.9 if marked is not None else 0.75) else None


def _standing_out(picture: Image.Image, marked: Image.Image) -> Image.Image | None:
    """What in the marked place differs from its surroundings, drawn smoothly across it."""
    hole = above(marked, 8)
    if lowest(hole) == 255:
        return None
    smooth = membrane(picture, hole)
    red, green, blue = ImageChops.difference(picture, smooth).split()
    unlike = blurred(ImageChops.lighter(ImageChops.lighter(red, green), blue), 1.5)
    out = unlike.point([min(max((level - 12) * 255 // 16, 0), 255) for level in range(256)])
    share = ImageStat.Stat(out, marked).mean[0] / 255
    return out.filter(ImageFilter.MedianFilter(5)) if 0.1 < share < 0.95 else None


def _main_chroma(picture: Image.Image, marked: Image.Image | None, wanted: Colour) -> _Chroma | None:
    _, had_blue, had_red = Image.new("RGB", (1, 1), wanted).convert("YCbCr").tobytes()
    box = marked.getbbox() if marked is not None else None
    small = picture.resize((_GRID, _GRID), Image.Resampling.BOX, box)
    few = small.quantize(7, Image.Quantize.MEDIANCUT)
    weight = _weights(marked, box)
    centres = few.convert("RGB").convert("YCbCr")
    best, most = None, 0.0
    for index in range(7):
        here = ImageChops.multiply(few.point([255 * (level == index) for level in range(256)], "L"), weight)
        share = ImageStat.Stat(here).mean[0] / 255
        if share < 0.02:
            continue
        _, blue, red = ImageStat.Stat(centres, above(here, 0)).mean
        if abs(blue - had_blue) + abs(red - had_red) < _SAME or (marked is None and _is_skin(blue, red)):
            continue
        strength = abs(blue - 128) + abs(red - 128)
        score = share * (12 + strength) if marked is not None else share**0.3 * strength
        if score > most and (marked is not None or strength > 24):
            best, most = (blue, red), score
    return best


def _is_skin(blue: float, red: float) -> bool:
    """Whether a colour may be skin, which nobody means without saying where; wood looks the same."""
    return 80 < blue < 126 and 131 < red < 178


def _weights(marked: Image.Image | None, box: tuple[int, int, int, int] | None) -> Image.Image:
    """How much each cell counts: the middle of what is marked most."""
    if marked is None:
        return Image.new("L", (_GRID, _GRID), 255)
    middle = ImageChops.invert(Image.radial_gradient("L")).resize((_GRID, _GRID))
    return ImageChops.multiply(middle, marked.resize((_GRID, _GRID), Image.Resampling.BOX, box))


def _distance(band: Image.Image, centre: float) -> Image.Image:
    return band.point([min(round(abs(level - centre)), 255) for level in range(256)])
