"""Recolour the object or surface that the prompt means, and keep its light and shade."""

from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from ..paint.colour import BLACK, WHITE, Colour, luminance, mix, tone
from ..paint.mask import blur_image, darkest_level, threshold
from ..paint.palette import NAMED, named_colour
from .inpaint import interpolate_membrane

_CHINESE_NAMES: Final = "深蓝色 青色 橙色 米色 红色 金色 黄色 薄荷绿 绿色 蓝色 紫色 粉色 棕色 黑色 白色 灰色"
CHINESE: Final = dict(zip(NAMED, _CHINESE_NAMES.split(), strict=True))
# Cream has a hue, but so little that it is mixed like a grey.
_GREYS: Final = frozenset({"black", "white", "grey", "cream"})


def recolour_image(picture: Image.Image, name: str, where: Image.Image | None) -> Image.Image:
    """Tint the RGB picture in a named colour; measure its light where `where` (0 to 255) says."""
    wanted = named_colour(name)
    grey = picture.convert("L")
    mean = ImageStat.Stat(grey, where).mean[0] if where is None or where.getbbox() else 128.0
    grey = grey.point(_tone_curve(mean, _target_lightness(name, wanted)))
    if name in _GREYS:
        ends = (mix(wanted, BLACK, 0.75), mix(wanted, WHITE, 0.8))
        # A trace of the old colour keeps prints and reflections visible.
        return Image.blend(ImageOps.colorize(grey, ends[0], ends[1], wanted), picture, 0.06)
    dark = mix(tone(wanted, light=-0.3), BLACK, 0.35)
    light = mix(tone(wanted, light=0.22), WHITE, 0.62)
    washed = ImageOps.colorize(grey, dark, light, wanted, midpoint=128)
    return Image.blend(washed, picture, 0.1)


def _target_lightness(name: str, wanted: Colour) -> float:
    """Return the lightness, 0 to 255, for the middle of the result."""
    return {"black": 58.0, "white": 196.0, "cream": 178.0}.get(name, 108 + 40 * luminance(wanted))


def _tone_curve(mean: float, middle: float) -> list[int]:
    """Bend the tones so that the mean moves towards the middle and the ends stay."""
    # Away from the ends, or one half of the curve would be divided by nothing.
    mean = min(max(mean, 24.0), 232.0)
    # Three quarters of the way: a black chair that turns white keeps some of its depth.
    goal = mean + (middle - mean) * 0.75
    table = []
    for level in range(256):
        if level <= mean:
            table.append(round(level * goal / mean))
        else:
            table.append(round(goal + (level - mean) * (255 - goal) / (255 - mean)))
    return table


type _Chroma = tuple[float, float]
_GRID: Final = 64  # pixels; the copy in which the main colour is sought
_PALE: Final = 34  # distance from grey below which the colour alone does not tell what is meant
_SAME, _OTHER = 20, 40  # distance of colours, in levels, that still is the same, and that is another


def main_colour_mask(
    picture: Image.Image, marked: Image.Image | None, wanted: Colour, *, surface: bool = False
) -> Image.Image | None:
    """Mask the main colour of the RGB picture; return None when there is none, to recolour everything.

    With a mask that is the commonest colour near the middle of the marked area, else the strongest one that
    is neither skin nor wood. Pixels that have the `wanted` colour do not count; a `surface` does not stand out.
    """
    chroma = _main_chroma(picture, marked, wanted)
    if chroma is None:
        return None
    if marked is not None and abs(chroma[0] - 128) + abs(chroma[1] - 128) < _PALE:
        objects = _standout_mask(picture, marked)
        return ImageChops.invert(objects) if surface and objects is not None else objects
    _, blue, red = picture.convert("YCbCr").split()
    far = ImageChops.add(_band_distance(blue, chroma[0]), _band_distance(red, chroma[1]))
    same = far.point([min(max((_OTHER - level) * 255 // (_OTHER - _SAME), 0), 255) for level in range(256)])
    # Without single pixels of noise that happen to have the colour.
    same = blur_image(same.filter(ImageFilter.MedianFilter(3)), 0.8)
    share = ImageStat.Stat(same, marked).mean[0] / 255
    # Less than 3 % is a detail; nearly everything is no object that stands out.
    return same if 0.03 < share < (0.9 if marked is not None else 0.75) else None


def _standout_mask(picture: Image.Image, marked: Image.Image) -> Image.Image | None:
    """Mask pixels that differ from a smooth interpolation of the surroundings."""
    hole = threshold(marked, 8)
    if darkest_level(hole) == 255:
        return None
    smooth = interpolate_membrane(picture, hole)
    red, green, blue = ImageChops.difference(picture, smooth).split()
    unlike = blur_image(ImageChops.lighter(ImageChops.lighter(red, green), blue), 1.5)
    out = unlike.point([min(max((level - 12) * 255 // 16, 0), 255) for level in range(256)])
    share = ImageStat.Stat(out, marked).mean[0] / 255
    return out.filter(ImageFilter.MedianFilter(5)) if 0.1 < share < 0.95 else None


def _main_chroma(picture: Image.Image, marked: Image.Image | None, wanted: Colour) -> _Chroma | None:
    _, had_blue, had_red = Image.new("RGB", (1, 1), wanted).convert("YCbCr").tobytes()
    box = marked.getbbox() if marked is not None else None
    small = picture.resize((_GRID, _GRID), Image.Resampling.BOX, box)
    # Seven colours: enough to separate an object from what is around it, few enough to gather all of its shades.
    few = small.quantize(7, Image.Quantize.MEDIANCUT)
    weight = _cell_weights(marked, box)
    centres = few.convert("RGB").convert("YCbCr")
    best, best_score = None, 0.0
    for index in range(7):
        here = ImageChops.multiply(few.point([255 * (level == index) for level in range(256)], "L"), weight)
        share = ImageStat.Stat(here).mean[0] / 255
        if share < 0.02:
            continue
        _, blue, red = ImageStat.Stat(centres, threshold(here, 0)).mean
        if abs(blue - had_blue) + abs(red - had_red) < _SAME or (marked is None and _is_skin(blue, red)):
            continue
        strength = abs(blue - 128) + abs(red - 128)
        # In a marked area the commonest colour counts; in a whole picture a strong one, even of a small object.
        score = share * (12 + strength) if marked is not None else share**0.3 * strength
        if score > best_score and (marked is not None or strength > 24):
            best, best_score = (blue, red), score
    return best


def _is_skin(blue: float, red: float) -> bool:
    """Return whether a colour may be skin or wood, which a prompt never means without naming it."""
    return 80 < blue < 126 and 131 < red < 178


def _cell_weights(marked: Image.Image | None, box: tuple[int, int, int, int] | None) -> Image.Image:
    """Weight each cell: the middle of the marked area counts most."""
    if marked is None:
        return Image.new("L", (_GRID, _GRID), 255)
    middle = ImageChops.invert(Image.radial_gradient("L")).resize((_GRID, _GRID))
    return ImageChops.multiply(middle, marked.resize((_GRID, _GRID), Image.Resampling.BOX, box))


def _band_distance(band: Image.Image, centre: float) -> Image.Image:
    return band.point([min(round(abs(level - centre)), 255) for level in range(256)])
