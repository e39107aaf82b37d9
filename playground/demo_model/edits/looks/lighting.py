"""Filters that change the light: night, sunset, warm, cold, neon."""

from PIL import Image, ImageChops, ImageEnhance, ImageStat

from ...paint.colour import Colour
from ...paint.effects import add_bloom, add_vignette
from ...paint.fills import Ramp
from ...paint.mask import Mask
from ..segmentation import segment
from ..session import EditSession


def tint_image(picture: Image.Image, tint: Colour, strength: float) -> Image.Image:
    """Multiply by a colour, as coloured glass does; `strength` 0 to 1."""
    return Image.blend(picture, ImageChops.multiply(picture, Image.new("RGB", picture.size, tint)), strength)


def split_tone(picture: Image.Image, dark: Colour, light: Colour, share: float) -> Image.Image:
    """Lay one colour into the shadows and another into the lights."""
    grey = picture.convert("L")
    ramp = [Ramp([dark, light]).colour_at(level / 255) for level in range(256)]
    toned = Image.merge("RGB", [grey.point([entry[band] for entry in ramp]) for band in range(3)])
    return Image.blend(picture, toned, share)


def night(session: EditSession) -> None:
    """Sink everything into blue moonlight; lamps and other bright warm places keep shining."""
    canvas = session.art.canvas
    lamps = _lamp_mask(canvas.picture)
    _draw_night_sky(session)
    dim = ImageEnhance.Color(canvas.picture).enhance(0.62)
    curve = [round(255 * (level / 255) ** 1.25) for level in range(256)]
    dim = tint_image(dim.point(curve * 3), (126, 144, 194), 1.0)
    # At night shadows are blue, not black.
    dim = ImageChops.add(dim, Image.new("RGB", dim.size, (8, 12, 26)))
    # Lamps keep their brightness and turn warmer, which makes the blue around them look like night.
    glowing = ImageChops.multiply(canvas.picture, Image.new("RGB", dim.size, (255, 226, 170)))
    canvas.picture = Image.composite(glowing, dim, lamps)
    add_bloom(canvas, 120, session.art.unit * 0.02, 0.6)
    add_vignette(canvas, 0.4, (4, 6, 24))


def _draw_night_sky(session: EditSession) -> None:
    """Darken the sky above and set stars, where the sky is clear to tell apart."""
    canvas = session.art.canvas
    segmentation = segment(canvas.picture, "top")
    above_all = ImageChops.invert(segmentation.subject)
    red, _, blue = ImageStat.Stat(canvas.picture, above_all).mean if above_all.getbbox() else (1.0, 0.0, 0.0)
    # What is redder than blue is a wall or a sunset rather than a clear sky.
    if not segmentation.is_clear or blue <= red:
        return
    deep = Ramp([(18, 30, 72), (52, 76, 130), (120, 134, 170)]).image(canvas.size, session.art.rng("night"))
    # A quarter of the day's sky stays, with its clouds.
    canvas.picture.paste(deep, mask=above_all.point([level * 3 // 4 for level in range(256)]))
    rng, dots = session.art.rng("stars"), session.art.stencil()
    for _ in range(session.art.more(60, 130, 220)):
        x, y, size = rng.uniform(0, session.art.width), rng.uniform(0, 0.6) * session.art.height, rng.random() ** 4
        dots.ellipse(x, y, session.art.unit * (0.0009 + 0.002 * size), ink=round(120 + 135 * rng.random()))
    whole = dots.mask().within((0, 0, *canvas.size))
    canvas.light(whole.times(Mask(above_all, 0, 0)), (255, 252, 236))


def sunset(session: EditSession) -> None:
    """Light from above in low gold, with violet shade below."""
    canvas = session.art.canvas
    soft = ImageEnhance.Color(canvas.picture).enhance(1.1)
    toned = split_tone(soft, (58, 20, 74), (255, 178, 92), 0.42)
    sky = Ramp([(255, 120, 70), (255, 168, 90), (196, 110, 120), (92, 52, 110)]).image(canvas.size)
    canvas.picture = Image.blend(toned, ImageChops.overlay(toned, sky), 0.6)
    add_bloom(canvas, 175, session.art.unit * 0.03, 0.5)
    add_vignette(canvas, 0.35, (60, 16, 40))


def warm(session: EditSession) -> None:
    canvas = session.art.canvas
    canvas.picture = split_tone(tint_image(canvas.picture, (255, 238, 206), 1.0), (70, 30, 20), (255, 206, 130), 0.22)


def cold(session: EditSession) -> None:
    canvas = session.art.canvas
    cooled = tint_image(ImageEnhance.Color(canvas.picture).enhance(0.82), (206, 228, 255), 1.0)
    canvas.picture = split_tone(cooled, (10, 30, 66), (176, 214, 255), 0.26)


def neon(session: EditSession) -> None:
    """Light the night in magenta from one side and cyan from the other."""
    canvas = session.art.canvas
    dark = ImageEnhance.Contrast(ImageEnhance.Brightness(canvas.picture).enhance(0.62)).enhance(1.25)
    sides = Ramp([(255, 40, 170), (120, 60, 220), (20, 220, 240)], "across").image(canvas.size)
    lit = split_tone(dark, (26, 6, 60), (255, 120, 220), 0.3)
    canvas.picture = Image.blend(lit, ImageChops.overlay(lit, sides), 0.75)
    add_bloom(canvas, 140, session.art.unit * 0.03, 0.9)
    add_vignette(canvas, 0.5, (10, 0, 30))


def _lamp_mask(picture: Image.Image) -> Image.Image:
    """Mask places that may be lamps: brighter than most, and not blue."""
    red, _, blue = picture.split()
    bright = red.point([min(max((level - 176) * 6, 0), 255) for level in range(256)])
    # At least 34 levels redder than blue: clouds and white walls are bright, too.
    is_warm = ImageChops.subtract(red, blue).point([min(max(level - 34, 0) * 5, 255) for level in range(256)])
    return ImageChops.multiply(bright, is_warm)
