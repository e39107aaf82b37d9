"""A room: a large window with a view, its light on the floor, a sofa, a lamp, pictures and a plant."""

from random import Random

from ..art import Art
from ..captions import title
from ..colour import colour, mix, tone
from ..curves import profile, ridge
from ..fills import Ramp, clouds, levels
from ..mask import Mask
from ..palette import named
from .furniture import lamp, pictures, plant, sofa

_WALLS = ("e6dccb", "d3d9d2", "dcc8b8", "c8cdd6", "b8c2b4")


def paint(art: Art) -> None:
    """Paint the room; quoted words become a title."""
    dice = art.dice("room")
    wall = mix(colour(dice.choice(_WALLS)), art.palette.near, 0.55 if art.palette.dark else 0.0)
    if art.scene.colours:
        wall = mix(wall, named(art.scene.colours[0]), 0.35)
    floor_y = art.height * 0.72
    side = dice.choice((-1, 1))
    art.canvas.fill(Ramp([tone(wall, light=-0.02), wall] if side < 0 else [wall, tone(wall, light=-0.05)], "across"))
    if art.detail:
        plaster = levels(clouds(art.canvas.size, art.dice("plaster"), 6, 4), 70, 200).point(
            [v // 9 for v in range(256)]
        )
        art.canvas.paint(Mask(plaster, 0, 0), tone(wall, light=-0.2))
    _window(art, side, floor_y)
    _floor(art, dice, floor_y, side)
    pictures(art, dice, side)
    sofa(art, dice, side, floor_y)
    lamp(art, side, floor_y)
    plant(art, art.dice("plant"), side, floor_y)
    title(art)


def _window(art: Art, side: int, floor_y: float) -> None:
    """The window on the lit side, looking over hills."""
    wide, tall = art.unit * 0.42, art.height * 0.46
    x = art.width * (0.5 + side * 0.24)
    top = art.height * 0.12
    pane = art.stencil().rectangle(x - wide / 2, top, x + wide / 2, top + tall).mask()
    art.canvas.paint(pane, Ramp(art.palette.sky))
    for layer in range(3):
        heights = ridge(art.dice(f"view {layer}"), 0.4, 5)
        base = top + tall * (0.66 + 0.12 * layer)
        outline = [
            (px - art.width / 2 + x, py) for px, py in profile(heights, art.width, base, tall * 0.1, top + tall + 2)
        ]
        tint = mix(mix(art.palette.far, art.palette.haze, 0.4), art.palette.near, layer * 0.28)
        art.canvas.paint(art.stencil().polygon(outline).mask().times(pane), tint)
    frame = art.stencil().rectangle(
        x - wide / 2 - art.unit * 0.016,
        top - art.unit * 0.016,
        x + wide / 2 + art.unit * 0.016,
        top + tall + art.unit * 0.016,
    )
    frame.rectangle(x - wide / 2, top, x + wide / 2, top + tall, ink=0)
    for share in (1 / 3, 2 / 3):
        frame.rectangle(
            x - wide / 2 + wide * share - art.unit * 0.005,
            top,
            x - wide / 2 + wide * share + art.unit * 0.005,
            top + tall,
        )
    frame.rectangle(x - wide / 2, top + tall * 0.3, x + wide / 2, top + tall * 0.3 + art.unit * 0.009)
    shape = frame.mask()
    art.canvas.shadow(shape.moved(art.unit * 0.004, art.unit * 0.008), art.unit * 0.008, 0.25)
    art.canvas.paint(shape, Ramp([(246, 243, 238), (222, 217, 210)]) if not art.palette.dark else (70, 72, 86))
    if not art.palette.dark:
        art.canvas.glow(pane, art.palette.glow, art.unit * 0.06, 0.25)
    _curtains(art, x, wide, top, floor_y)


def _curtains(art: Art, x: float, wide: float, top: float, floor_y: float) -> None:
    linen = mix((240, 234, 224), art.palette.near, 0.5 if art.palette.dark else 0.0)
    for edge in (-1, 1):
        folds = 5
        for fold in range(folds):
            left = (
                x
                + edge * (wide / 2 + art.unit * 0.012)
                + edge * fold * art.unit * 0.022
                - (art.unit * 0.024 if edge < 0 else 0)
            )
            strip = art.stencil().rectangle(
                left, top - art.unit * 0.045, left + art.unit * 0.024, floor_y - art.unit * 0.01
            )
            shade = tone(linen, light=-0.05 * (fold % 2))
            art.canvas.paint(strip, Ramp([tone(shade, light=-0.06), shade, tone(shade, light=-0.07)], "across"), 0.93)
    rod = art.stencil().line(
        [(x - wide * 0.85, top - art.unit * 0.05), (x + wide * 0.85, top - art.unit * 0.05)], art.unit * 0.009
    )
    art.canvas.paint(rod, (84, 66, 52))


def _floor(art: Art, dice: Random, floor_y: float, side: int) -> None:
    wood = mix((176, 128, 84), art.palette.near, 0.55 if art.palette.dark else 0.0)
    shape = art.stencil().rectangle(0, floor_y, art.width, art.height).mask()
    art.canvas.paint(shape, Ramp([tone(wood, light=0.05), wood, tone(wood, light=-0.08)]))
    lines = art.stencil()
    middle = art.width / 2
    for index in range(-14, 15):
        lines.line(
            [(middle + index * art.unit * 0.09, floor_y), (middle + index * art.unit * 0.2, art.height)],
            art.unit * 0.0016,
        )
    for index in range(1, 7):
        y = floor_y + (art.height - floor_y) * (index / 7) ** 1.5
        lines.line([(0, y), (art.width, y)], art.unit * 0.0012, 90)
    art.canvas.paint(lines, tone(wood, light=-0.14), 0.55)
    base = art.stencil().rectangle(0, floor_y - art.unit * 0.028, art.width, floor_y)
    art.canvas.paint(base, (240, 236, 230) if not art.palette.dark else (58, 60, 72))
    if not art.palette.dark:
        x = art.width * (0.5 + side * 0.2)
        patch = art.stencil()
        for column in range(3):
            left = x - art.unit * 0.2 + column * art.unit * 0.14
            shift = -side * art.unit * 0.2
            patch.polygon(
                [
                    (left, floor_y + art.unit * 0.02),
                    (left + art.unit * 0.12, floor_y + art.unit * 0.02),
                    (left + art.unit * 0.15 + shift, art.height * 0.97),
                    (left - art.unit * 0.01 + shift, art.height * 0.97),
                ]
            )
        art.canvas.light(patch.mask().soft(art.unit * 0.008, art.canvas.size), art.palette.glow, 0.3)
    rug = art.stencil().ellipse(
        art.width * (0.5 - side * 0.14),
        floor_y + (art.height - floor_y) * 0.6,
        art.unit * 0.36,
        (art.height - floor_y) * 0.3,
    )
    art.canvas.paint(rug, mix(art.palette.accents[1], (236, 226, 210), 0.45), 0.95)
    inner = art.stencil().ring(
        art.width * (0.5 - side * 0.14),
        floor_y + (art.height - floor_y) * 0.6,
        art.unit * 0.32,
        (art.height - floor_y) * 0.26,
        art.unit * 0.006,
    )
    art.canvas.paint(inner, art.palette.accents[0], 0.7)
