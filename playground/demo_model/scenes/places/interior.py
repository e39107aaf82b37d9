"""A room: a large window with a view, its light on the floor, a sofa, a lamp, pictures and a plant."""

from random import Random

from ...paint import Art, Mask, Ramp, mix, tone
from ...paint.captions import draw_title
from ...paint.colour import colour
from ...paint.curves import ridge_heights, ridge_outline
from ...paint.fills import cloud_noise, stretch_levels
from ...paint.palette import named_colour
from .furniture import draw_lamp, draw_pictures, draw_plant, draw_sofa

_WALLS = ("e6dccb", "d3d9d2", "dcc8b8", "c8cdd6", "b8c2b4")


def paint(art: Art) -> None:
    """Paint the room; quoted words become a title."""
    rng = art.rng("room")
    wall = mix(colour(rng.choice(_WALLS)), art.palette.near, 0.55 if art.palette.dark else 0.0)
    if art.scene.colours:
        wall = mix(wall, named_colour(art.scene.colours[0]), 0.35)
    floor_y = art.height * 0.72
    side = rng.choice((-1, 1))
    art.canvas.fill(Ramp([tone(wall, light=-0.02), wall] if side < 0 else [wall, tone(wall, light=-0.05)], "across"))
    if art.detail:
        plaster = stretch_levels(cloud_noise(art.canvas.size, art.rng("plaster"), 6, 4), 70, 200).point(
            [v // 9 for v in range(256)]
        )
        art.canvas.paint(Mask(plaster, 0, 0), tone(wall, light=-0.2))
    _draw_window(art, side, floor_y)
    _draw_floor(art, rng, floor_y, side)
    draw_pictures(art, rng, side)
    draw_sofa(art, rng, side, floor_y)
    draw_lamp(art, side, floor_y)
    draw_plant(art, art.rng("plant"), side, floor_y)
    draw_title(art)


def _draw_window(art: Art, side: int, floor_y: float) -> None:
    """Draw the window on the lit side, looking over hills."""
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    wide, tall = unit * 0.42, height * 0.46
    x = width * (0.5 + side * 0.24)
    top = height * 0.12
    pane = art.rectangle(x - wide / 2, top, x + wide / 2, top + tall)
    canvas.paint(pane, Ramp(palette.sky))
    for layer in range(3):
        heights = ridge_heights(art.rng(f"view {layer}"), 0.4, 5)
        base = top + tall * (0.66 + 0.12 * layer)
        # The ridge is as wide as the picture; its middle is moved behind the window, and the pane cuts it.
        outline = [
            (px - width / 2 + x, py) for px, py in ridge_outline(heights, width, base, tall * 0.1, top + tall + 2)
        ]
        tint = mix(mix(palette.far, palette.haze, 0.4), palette.near, layer * 0.28)
        canvas.paint(art.polygon(outline).times(pane), tint)
    frame = art.stencil().rectangle(
        x - wide / 2 - unit * 0.016, top - unit * 0.016, x + wide / 2 + unit * 0.016, top + tall + unit * 0.016
    )
    frame.rectangle(x - wide / 2, top, x + wide / 2, top + tall, ink=0)
    for share in (1 / 3, 2 / 3):
        frame.rectangle(
            x - wide / 2 + wide * share - unit * 0.005, top, x - wide / 2 + wide * share + unit * 0.005, top + tall
        )
    frame.rectangle(x - wide / 2, top + tall * 0.3, x + wide / 2, top + tall * 0.3 + unit * 0.009)
    shape = frame.mask()
    canvas.shadow(shape.moved(unit * 0.004, unit * 0.008), unit * 0.008, 0.25)
    canvas.paint(shape, Ramp([(246, 243, 238), (222, 217, 210)]) if not palette.dark else (70, 72, 86))
    if not palette.dark:
        canvas.glow(pane, palette.glow, unit * 0.06, 0.25)
    _draw_curtains(art, x, wide, top, floor_y)


def _draw_curtains(art: Art, x: float, wide: float, top: float, floor_y: float) -> None:
    unit, palette, canvas = art.unit, art.palette, art.canvas
    linen = mix((240, 234, 224), palette.near, 0.5 if palette.dark else 0.0)
    for edge in (-1, 1):
        folds = 5
        for fold in range(folds):
            left = (
                x + edge * (wide / 2 + unit * 0.012) + edge * fold * unit * 0.022 - (unit * 0.024 if edge < 0 else 0)
            )
            strip = art.stencil().rectangle(left, top - unit * 0.045, left + unit * 0.024, floor_y - unit * 0.01)
            shade = tone(linen, light=-0.05 * (fold % 2))
            canvas.paint(strip, Ramp([tone(shade, light=-0.06), shade, tone(shade, light=-0.07)], "across"), 0.93)
    rod = art.stencil().line(
        [(x - wide * 0.85, top - unit * 0.05), (x + wide * 0.85, top - unit * 0.05)], unit * 0.009
    )
    canvas.paint(rod, (84, 66, 52))


def _draw_floor(art: Art, rng: Random, floor_y: float, side: int) -> None:
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    wood = mix((176, 128, 84), palette.near, 0.55 if palette.dark else 0.0)
    shape = art.rectangle(0, floor_y, width, height)
    canvas.paint(shape, Ramp([tone(wood, light=0.05), wood, tone(wood, light=-0.08)]))
    lines = art.stencil()
    middle = width / 2
    for index in range(-14, 15):
        lines.line([(middle + index * unit * 0.09, floor_y), (middle + index * unit * 0.2, height)], unit * 0.0016)
    for index in range(1, 7):
        # Closer together towards the wall, as in perspective.
        y = floor_y + (height - floor_y) * (index / 7) ** 1.5
        lines.line([(0, y), (width, y)], unit * 0.0012, 90)
    canvas.paint(lines, tone(wood, light=-0.14), 0.55)
    base = art.stencil().rectangle(0, floor_y - unit * 0.028, width, floor_y)
    canvas.paint(base, (240, 236, 230) if not palette.dark else (58, 60, 72))
    if not palette.dark:
        x = width * (0.5 + side * 0.2)
        patch = art.stencil()
        for column in range(3):
            left = x - unit * 0.2 + column * unit * 0.14
            # Daylight falls from the window into the room.
            shift = -side * unit * 0.2
            patch.polygon(
                [
                    (left, floor_y + unit * 0.02),
                    (left + unit * 0.12, floor_y + unit * 0.02),
                    (left + unit * 0.15 + shift, height * 0.97),
                    (left - unit * 0.01 + shift, height * 0.97),
                ]
            )
        canvas.light(patch.mask().soft(unit * 0.008), palette.glow, 0.3)
    rug = art.stencil().ellipse(
        width * (0.5 - side * 0.14), floor_y + (height - floor_y) * 0.6, unit * 0.36, (height - floor_y) * 0.3
    )
    canvas.paint(rug, mix(palette.accents[1], (236, 226, 210), 0.45), 0.95)
    inner = art.stencil().ring(
        width * (0.5 - side * 0.14),
        floor_y + (height - floor_y) * 0.6,
        unit * 0.32,
        (height - floor_y) * 0.26,
        unit * 0.006,
    )
    canvas.paint(inner, palette.accents[0], 0.7)
