"""What stands and hangs in a room."""

import math
from random import Random

from ..art import Art
from ..colour import BLACK, WHITE, Colour, mix, tone
from ..curves import leaf
from ..fills import Ramp
from ..palette import named


def pictures(art: Art, dice: Random, side: int) -> None:
    """Hang three framed prints on the wall away from the window."""
    x, y = art.width * (0.5 - side * 0.26), art.height * 0.27
    for index, (dx, dy, wide, tall) in enumerate(
        ((-0.1, 0.0, 0.15, 0.2), (0.08, -0.03, 0.13, 0.13), (0.08, 0.12, 0.13, 0.11))
    ):
        cx, cy = x + dx * art.unit, y + dy * art.unit
        half_w, half_h = wide * art.unit / 2, tall * art.unit / 2
        sheet = art.stencil().rectangle(cx - half_w, cy - half_h, cx + half_w, cy + half_h).mask()
        art.canvas.shadow(sheet.moved(art.unit * 0.004, art.unit * 0.008), art.unit * 0.008, 0.35)
        art.canvas.paint(sheet, (52, 44, 40))
        inset = art.unit * 0.007
        art.canvas.paint(
            art.stencil().rectangle(
                cx - half_w + inset, cy - half_h + inset, cx + half_w - inset, cy + half_h - inset
            ),
            (244, 239, 229),
        )
        shapes = art.stencil().ellipse(cx, cy - half_h * 0.1, half_w * 0.42)
        art.canvas.paint(shapes, art.palette.accents[index])
        bar = art.stencil().rectangle(cx - half_w * 0.55, cy + half_h * 0.3, cx + half_w * 0.55, cy + half_h * 0.45)
        art.canvas.paint(bar, art.palette.accents[(index + 1) % 3])


def sofa(art: Art, dice: Random, side: int, floor_y: float) -> None:
    """Stand a sofa with two cushions."""
    x, foot = art.width * (0.5 - side * 0.16), floor_y + art.unit * 0.075
    wide, tall = art.unit * 0.52, art.unit * 0.2
    cloth = named(art.scene.colours[-1]) if art.scene.colours else art.palette.accents[2]
    cloth = mix(mix(cloth, (120, 116, 110), 0.25), art.palette.near, 0.35 if art.palette.dark else 0.05)
    shadow = art.stencil().ellipse(x, foot, wide * 0.56, art.unit * 0.026)
    art.canvas.shadow(shadow, art.unit * 0.016, 0.5)
    legs = art.stencil()
    for leg in (-0.44, 0.44):
        legs.rectangle(
            x + wide * leg - art.unit * 0.008, foot - art.unit * 0.04, x + wide * leg + art.unit * 0.008, foot
        )
    art.canvas.paint(legs, (66, 46, 34))
    parts: list[tuple[tuple[float, float, float, float], float]] = [((-0.46, -1.25, 0.46, -0.35), 0.02)]
    parts += [((-0.45, -0.72, -0.005, -0.32), 0.05), ((0.005, -0.72, 0.45, -0.32), 0.05)]
    parts += [
        ((-0.5, -0.4, 0.5, -0.14), -0.03),
        ((-0.56, -0.88, -0.43, -0.14), 0.0),
        ((0.43, -0.88, 0.56, -0.14), -0.04),
    ]
    for (left, top, right, low), light in parts:
        shape = (
            art.stencil()
            .rectangle(x + left * wide, foot + top * tall, x + right * wide, foot + low * tall, art.unit * 0.024)
            .mask()
        )
        tint = tone(cloth, light=light)
        art.canvas.paint(shape, Ramp([tone(tint, light=0.05), tint, tone(tint, light=-0.07)]))
        art.canvas.shade(
            shape.rim(-art.unit * 0.004, -art.unit * 0.008, art.unit * 0.006), tone(cloth, light=-0.15), 0.6
        )
    for dx, tint in ((-0.3, art.palette.accents[0]), (0.29, art.palette.accents[1])):
        cushion = (
            art.stencil()
            .polygon(
                [
                    (x + (dx + px) * wide, foot + py * tall)
                    for px, py in ((-0.1, -1.0), (0.08, -1.08), (0.1, -0.66), (-0.08, -0.6))
                ]
            )
            .mask()
        )
        art.canvas.shadow(cushion.moved(0, art.unit * 0.005), art.unit * 0.007, 0.3)
        art.canvas.paint(cushion, Ramp([tone(tint, light=0.04), tone(tint, light=-0.08)]))


def lamp(art: Art, side: int, floor_y: float) -> None:
    """Stand a floor lamp; it is lit when it is dark outside."""
    x, foot, top = art.width * 0.5 - side * art.unit * 0.46, floor_y + art.unit * 0.04, art.height * 0.4
    x = min(max(x, art.unit * 0.08), art.width - art.unit * 0.08)
    stand = (
        art.stencil()
        .rectangle(x - art.unit * 0.004, top, x + art.unit * 0.004, foot)
        .ellipse(x, foot, art.unit * 0.045, art.unit * 0.01)
    )
    art.canvas.paint(stand, (44, 40, 42))
    shade = (
        art.stencil()
        .polygon(
            [
                (x - art.unit * 0.042, top - art.unit * 0.03),
                (x + art.unit * 0.042, top - art.unit * 0.03),
                (x + art.unit * 0.068, top + art.unit * 0.065),
                (x - art.unit * 0.068, top + art.unit * 0.065),
            ]
        )
        .mask()
    )
    lit = art.palette.dark
    art.canvas.paint(shade, Ramp([(255, 236, 190), (250, 208, 140)] if lit else [(244, 234, 214), (224, 206, 176)]))
    if lit:
        art.canvas.glow(shade, (255, 190, 110), art.unit * 0.1, 1.0)
        art.canvas.glow(shade, (255, 170, 90), art.unit * 0.24, 0.7)


def plant(art: Art, dice: Random, side: int, floor_y: float) -> None:
    """Stand a big-leaved plant in a pot."""
    x, foot = art.width * 0.5 + side * art.unit * 0.44, floor_y + art.unit * 0.11
    x = min(max(x, art.unit * 0.1), art.width - art.unit * 0.1)
    green: Colour = mix((66, 112, 78), art.palette.near, 0.45 if art.palette.dark else 0.05)
    art.canvas.shadow(art.stencil().ellipse(x, foot, art.unit * 0.09, art.unit * 0.016), art.unit * 0.012, 0.5)
    pot = art.stencil().polygon(
        [
            (x - art.unit * 0.065, foot - art.unit * 0.12),
            (x + art.unit * 0.065, foot - art.unit * 0.12),
            (x + art.unit * 0.046, foot),
            (x - art.unit * 0.046, foot),
        ]
    )
    for _ in range(art.more(9, 13, 18)):
        turn = -math.pi / 2 + dice.uniform(-1.15, 1.15)
        long = art.unit * dice.uniform(0.12, 0.27)
        tip_x, tip_y = x + math.cos(turn) * long * 0.55, foot - art.unit * 0.1 + math.sin(turn) * long * 0.75
        art.canvas.paint(
            art.stencil().line([(x, foot - art.unit * 0.1), (tip_x, tip_y)], art.unit * 0.004),
            tone(green, light=-0.1),
        )
        shape = art.stencil().polygon(leaf(tip_x, tip_y, long * 0.75, long * 0.42, turn)).mask()
        tint = tone(green, light=dice.uniform(-0.07, 0.07))
        art.canvas.paint(shape, Ramp([tone(tint, light=0.06), tint]))
        art.canvas.shade(shape.rim(0, -art.unit * 0.004, art.unit * 0.003), mix(green, BLACK, 0.3), 0.5)
    clay = mix(art.palette.accents[0], (220, 200, 180), 0.35)
    art.canvas.paint(pot, Ramp([tone(clay, light=0.08), clay, tone(clay, light=-0.14)], "across"))
    art.canvas.light(pot.mask().rim(0, art.unit * 0.004), WHITE, 0.3)
