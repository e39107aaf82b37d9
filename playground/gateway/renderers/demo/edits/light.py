"""Looks that change light and weather: night, sunset, warm, cold, snow, rain, fog, neon, autumn."""

from PIL import Image, ImageChops, ImageEnhance, ImageStat

from ..canvas import Canvas
from ..colour import Colour
from ..effects import bloom, fall, mist, vignette
from ..fills import Ramp
from ..mask import Mask
from .cutting import cut
from .easel import Easel


def night(easel: Easel) -> None:
    """Blue moonlight: everything sinks into blue, lamps and other bright warm places go on shining."""
    canvas = easel.art.canvas
    lamps = _bright_and_warm(canvas.picture)
    _starry(easel)
    dim = ImageEnhance.Color(canvas.picture).enhance(0.62)
    curve = [round(255 * (level / 255) ** 1.25) for level in range(256)]
    dim = _graded(dim.point(curve * 3), (126, 144, 194), 1.0)
    dim = ImageChops.add(dim, Image.new("RGB", dim.size, (8, 12, 26)))
    glowing = ImageChops.multiply(canvas.picture, Image.new("RGB", dim.size, (255, 226, 170)))
    canvas.picture = Image.composite(glowing, dim, lamps)
    bloom(canvas, 120, easel.art.unit * 0.02, 0.6)
    vignette(canvas, 0.4, (4, 6, 24))


def _starry(easel: Easel) -> None:
    """Where a sky can be told from the rest: dark above, paler at the horizon, with stars."""
    canvas = easel.art.canvas
    found = cut(canvas.picture, "top")
    above_all = ImageChops.invert(found.subject)
    red, _, blue = ImageStat.Stat(canvas.picture, above_all).mean if above_all.getbbox() else (1.0, 0.0, 0.0)
    if not found.is_clear or blue <= red:
        return
    deep = Ramp([(18, 30, 72), (52, 76, 130), (120, 134, 170)]).image(canvas.size, easel.art.dice("night"))
    canvas.picture.paste(deep, mask=above_all.point([level * 3 // 4 for level in range(256)]))
    dice, dots = easel.art.dice("stars"), easel.art.stencil()
    for _ in range(easel.art.more(60, 130, 220)):
        x, y, size = dice.uniform(0, easel.art.width), dice.uniform(0, 0.6) * easel.art.height, dice.random() ** 4
        dots.ellipse(x, y, easel.art.unit * (0.0009 + 0.002 * size), ink=round(120 + 135 * dice.random()))
    whole = dots.mask().within((0, 0, *canvas.size))
    canvas.light(whole.times(Mask(above_all, 0, 0)), (255, 252, 236))


def sunset(easel: Easel) -> None:
    """Low golden light from above, violet shade below."""
    canvas = easel.art.canvas
    soft = ImageEnhance.Color(canvas.picture).enhance(1.1)
    toned = _split(soft, (58, 20, 74), (255, 178, 92), 0.42)
    sky = Ramp([(255, 120, 70), (255, 168, 90), (196, 110, 120), (92, 52, 110)]).image(canvas.size)
    canvas.picture = Image.blend(toned, _overlaid(toned, sky), 0.6)
    bloom(canvas, 175, easel.art.unit * 0.03, 0.5)
    vignette(canvas, 0.35, (60, 16, 40))


def warm(easel: Easel) -> None:
    """Warmer light."""
    canvas = easel.art.canvas
    canvas.picture = _split(_graded(canvas.picture, (255, 238, 206), 1.0), (70, 30, 20), (255, 206, 130), 0.22)


def cold(easel: Easel) -> None:
    """Colder light."""
    canvas = easel.art.canvas
    cooled = _graded(ImageEnhance.Color(canvas.picture).enhance(0.82), (206, 228, 255), 1.0)
    canvas.picture = _split(cooled, (10, 30, 66), (176, 214, 255), 0.26)


def neon(easel: Easel) -> None:
    """Night lit by magenta from one side and cyan from the other."""
    canvas = easel.art.canvas
    dark = ImageEnhance.Contrast(ImageEnhance.Brightness(canvas.picture).enhance(0.62)).enhance(1.25)
    sides = Ramp([(255, 40, 170), (120, 60, 220), (20, 220, 240)], "across").image(canvas.size)
    lit = _split(dark, (26, 6, 60), (255, 120, 220), 0.3)
    canvas.picture = Image.blend(lit, _overlaid(lit, sides), 0.75)
    bloom(canvas, 140, easel.art.unit * 0.03, 0.9)
    vignette(canvas, 0.5, (10, 0, 30))


def autumn(easel: Easel) -> None:
    """Greens turn to orange and rust."""
    canvas = easel.art.canvas
    red, green, blue = canvas.picture.split()
    leafy = ImageChops.subtract(green, ImageChops.lighter(Image.blend(red, blue, 0.5), blue))
    leafy = leafy.point([min(level * 6, 255) for level in range(256)])
    light = canvas.picture.convert("L")
    leaves = Image.merge(
        "RGB",
        (
            light.point([min(round(level * 1.5 + 30), 255) for level in range(256)]),
            light.point([round(level * 0.78) for level in range(256)]),
            light.point([round(level * 0.26) for level in range(256)]),
        ),
    )
    canvas.picture = Image.composite(leaves, canvas.picture, leafy)
    warm(easel)


def snow(easel: Easel) -> None:
    """Cold pale light, white on what faces up, flakes in the air."""
    canvas, art = easel.art.canvas, easel.art
    pale = _graded(ImageEnhance.Color(canvas.picture).enhance(0.55), (226, 238, 255), 1.0)
    grey = pale.convert("L")
    lifted = ImageChops.offset(grey, 0, max(round(art.unit * 0.008), 1))
    upward = ImageChops.subtract(grey, lifted).point([min(level * 5, 235) for level in range(256)])
    canvas.picture = ImageEnhance.Brightness(pale).enhance(1.06)
    canvas.paint(Mask(upward, 0, 0).soft(max(art.unit * 0.002, 0.4), canvas.size), (250, 252, 255))
    mist(art, art.dice("snow mist"), art.height * 0.45, art.height * 1.05, (238, 243, 250), 0.55)
    fall(art, art.dice("fall"), "snow")


def rain(easel: Easel) -> None:
    """Grey wet light and streaks."""
    canvas, art = easel.art.canvas, easel.art
    grey = ImageEnhance.Color(canvas.picture).enhance(0.6)
    canvas.picture = _graded(ImageEnhance.Brightness(grey).enhance(0.82), (206, 220, 236), 1.0)
    mist(art, art.dice("rain mist"), art.height * 0.3, art.height, (150, 164, 178), 0.45)
    fall(art, art.dice("fall"), "rain")


def fog(easel: Easel) -> None:
    """Drifting fog, thicker towards the middle of the picture."""
    canvas, art = easel.art.canvas, easel.art
    canvas.picture = Image.blend(
        ImageEnhance.Color(canvas.picture).enhance(0.7), _plain(canvas, (222, 227, 230)), 0.3
    )
    for layer, (top, bottom) in enumerate(((0.0, 0.7), (0.25, 0.95), (0.5, 1.2))):
        mist(art, art.dice(f"fog {layer}"), art.height * top, art.height * bottom, (232, 236, 238), 0.6)


def _plain(canvas: Canvas, tint: Colour) -> Image.Image:
    return Image.new("RGB", canvas.size, tint)


def _graded(picture: Image.Image, tint: Colour, strength: float) -> Image.Image:
    """Multiply by a colour."""
    return Image.blend(picture, ImageChops.multiply(picture, Image.new("RGB", picture.size, tint)), strength)


def _split(picture: Image.Image, dark: Colour, light: Colour, share: float) -> Image.Image:
    """Lay one colour into the shadows and another into the lights."""
    grey = picture.convert("L")
    ramp = [Ramp([dark, light]).at(level / 255) for level in range(256)]
    toned = Image.merge("RGB", [grey.point([entry[band] for entry in ramp]) for band in range(3)])
    return Image.blend(picture, toned, share)


def _overlaid(picture: Image.Image, light: Image.Image) -> Image.Image:
    return ImageChops.overlay(picture, light)


def _bright_and_warm(picture: Image.Image) -> Image.Image:
    """Where lamps may be: brighter than most, and not blue."""
    red, _, blue = picture.split()
    bright = red.point([min(max((level - 176) * 6, 0), 255) for level in range(256)])
    is_warm = ImageChops.subtract(red, blue).point([min(max(level - 34, 0) * 5, 255) for level in range(256)])
    return ImageChops.multiply(bright, is_warm)
