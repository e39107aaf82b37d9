"""Looks that change weather and season: autumn, snow, rain, fog."""

from PIL import Image, ImageChops, ImageEnhance

from ..effects import fall, mist
from ..mask import Mask
from .easel import Easel
from .toning import graded, split_toned


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
    canvas.picture = split_toned(canvas.picture, (70, 30, 20), (255, 206, 130), 0.22)


def snow(easel: Easel) -> None:
    """Cold pale light, white on what faces up, flakes in the air."""
    canvas, art = easel.art.canvas, easel.art
    pale = graded(ImageEnhance.Color(canvas.picture).enhance(0.55), (226, 238, 255), 1.0)
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
    canvas.picture = graded(ImageEnhance.Brightness(grey).enhance(0.82), (206, 220, 236), 1.0)
    mist(art, art.dice("rain mist"), art.height * 0.3, art.height, (150, 164, 178), 0.45)
    fall(art, art.dice("fall"), "rain")


def fog(easel: Easel) -> None:
    """Drifting fog, thicker towards the middle of the picture."""
    canvas, art = easel.art.canvas, easel.art
    canvas.picture = Image.blend(
        ImageEnhance.Color(canvas.picture).enhance(0.7), Image.new("RGB", canvas.size, (222, 227, 230)), 0.3
    )
    for layer, (top, bottom) in enumerate(((0.0, 0.7), (0.25, 0.95), (0.5, 1.2))):
        mist(art, art.dice(f"fog {layer}"), art.height * top, art.height * bottom, (232, 236, 238), 0.6)
