"""Looks that change weather and season: autumn, snow, rain, fog."""

from PIL import Image, ImageChops, ImageEnhance

from ...paint.effects import draw_mist, draw_precipitation
from ...paint.mask import Mask
from ..session import EditSession
from .lighting import split_tone, tint_image


def autumn(session: EditSession) -> None:
    """Turn greens to orange and rust."""
    canvas = session.art.canvas
    red, green, blue = canvas.picture.split()
    # Greener than the mean of red and blue, and greener than blue: leaves, not turquoise water.
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
    canvas.picture = split_tone(canvas.picture, (70, 30, 20), (255, 206, 130), 0.22)


def snow(session: EditSession) -> None:
    """Add cold pale light, white on surfaces that face up, and flakes in the air."""
    canvas, art = session.art.canvas, session.art
    pale = tint_image(ImageEnhance.Color(canvas.picture).enhance(0.55), (226, 238, 255), 1.0)
    grey = pale.convert("L")
    # Where a pixel is lighter than the one above it, something faces up and catches snow.
    shifted = ImageChops.offset(grey, 0, max(round(art.unit * 0.008), 1))
    upward = ImageChops.subtract(grey, shifted).point([min(level * 5, 235) for level in range(256)])
    canvas.picture = ImageEnhance.Brightness(pale).enhance(1.06)
    canvas.paint(Mask(upward, 0, 0).soft(max(art.unit * 0.002, 0.4)), (250, 252, 255))
    draw_mist(art, art.rng("snow mist"), art.height * 0.45, art.height * 1.05, (238, 243, 250), 0.55)
    draw_precipitation(art, art.rng("fall"), "snow")


def rain(session: EditSession) -> None:
    """Add grey wet light and streaks."""
    canvas, art = session.art.canvas, session.art
    grey = ImageEnhance.Color(canvas.picture).enhance(0.6)
    canvas.picture = tint_image(ImageEnhance.Brightness(grey).enhance(0.82), (206, 220, 236), 1.0)
    draw_mist(art, art.rng("rain mist"), art.height * 0.3, art.height, (150, 164, 178), 0.45)
    draw_precipitation(art, art.rng("fall"), "rain")


def fog(session: EditSession) -> None:
    """Add drifting fog, thicker towards the middle of the picture."""
    canvas, art = session.art.canvas, session.art
    canvas.picture = Image.blend(
        ImageEnhance.Color(canvas.picture).enhance(0.7), Image.new("RGB", canvas.size, (222, 227, 230)), 0.3
    )
    for layer, (top, bottom) in enumerate(((0.0, 0.7), (0.25, 0.95), (0.5, 1.2))):
        draw_mist(art, art.rng(f"fog {layer}"), art.height * top, art.height * bottom, (232, 236, 238), 0.6)
