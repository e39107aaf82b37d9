"""Furniture of a room: pictures, sofa, lamp, plant."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Ramp, mix, tone
from ...paint.curves import leaf_outline, parse_outline
from ...paint.palette import named_colour


def draw_pictures(art: Art, rng: Random, side: int) -> None:
    """Hang three framed prints on the wall away from the window."""
    # Shares of the width place things in the room, shares of the short side give them their size.
    x, y = art.width * (0.5 - side * 0.26), art.height * 0.27
    for index, (dx, dy, wide, tall) in enumerate(
        ((-0.1, 0.0, 0.15, 0.2), (0.08, -0.03, 0.13, 0.13), (0.08, 0.12, 0.13, 0.11))
    ):
        cx, cy = x + dx * art.unit, y + dy * art.unit
        half_w, half_h = wide * art.unit / 2, tall * art.unit / 2
        sheet = art.rectangle(cx - half_w, cy - half_h, cx + half_w, cy + half_h)
        art.canvas.shadow(sheet.moved(art.unit * 0.004, art.unit * 0.008), art.unit * 0.008, 0.35)
        art.canvas.paint(sheet, (52, 44, 40))
        inset = art.unit * 0.007
        art.canvas.paint(
            art.rectangle(cx - half_w + inset, cy - half_h + inset, cx + half_w - inset, cy + half_h - inset),
            (244, 239, 229),
        )
        shapes = art.stencil().ellipse(cx, cy - half_h * 0.1, half_w * 0.42)
        art.canvas.paint(shapes, art.palette.accents[index])
        bar = art.stencil().rectangle(cx - half_w * 0.55, cy + half_h * 0.3, cx + half_w * 0.55, cy + half_h * 0.45)
        art.canvas.paint(bar, art.palette.accents[(index + 1) % 3])


def draw_sofa(art: Art, rng: Random, side: int, floor_y: float) -> None:
    """Stand a sofa with two cushions."""
    unit, palette, canvas = art.unit, art.palette, art.canvas
    x, foot = art.width * (0.5 - side * 0.16), floor_y + unit * 0.075
    wide, tall = unit * 0.52, unit * 0.2
    cloth = named_colour(art.scene.colours[-1]) if art.scene.colours else palette.accents[2]
    cloth = mix(mix(cloth, (120, 116, 110), 0.25), palette.near, 0.35 if palette.dark else 0.05)
    shadow = art.stencil().ellipse(x, foot, wide * 0.56, unit * 0.026)
    canvas.shadow(shadow, unit * 0.016, 0.5)
    legs = art.stencil()
    for leg in (-0.44, 0.44):
        legs.rectangle(x + wide * leg - unit * 0.008, foot - unit * 0.04, x + wide * leg + unit * 0.008, foot)
    canvas.paint(legs, (66, 46, 34))
    # From back to front: backrest, two back cushions, seat, armrests; left, top, right, foot and lightness.
    parts: list[tuple[tuple[float, float, float, float], float]] = [((-0.46, -1.25, 0.46, -0.35), 0.02)]
    parts += [((-0.45, -0.72, -0.005, -0.32), 0.05), ((0.005, -0.72, 0.45, -0.32), 0.05)]
    parts += [
        ((-0.5, -0.4, 0.5, -0.14), -0.03),
        ((-0.56, -0.88, -0.43, -0.14), 0.0),
        ((0.43, -0.88, 0.56, -0.14), -0.04),
    ]
    for (left, top, right, low), light in parts:
        shape = art.rectangle(x + left * wide, foot + top * tall, x + right * wide, foot + low * tall, unit * 0.024)
        tint = tone(cloth, light=light)
        canvas.paint(shape, Ramp([tone(tint, light=0.05), tint, tone(tint, light=-0.07)]))
        canvas.shade(shape.rim(-unit * 0.004, -unit * 0.008, unit * 0.006), tone(cloth, light=-0.15), 0.6)
    for dx, tint in ((-0.3, palette.accents[0]), (0.29, palette.accents[1])):
        cushion = art.polygon(
            [
                (x + (dx + px) * wide, foot + py * tall)
                for px, py in ((-0.1, -1.0), (0.08, -1.08), (0.1, -0.66), (-0.08, -0.6))
            ]
        )
        canvas.shadow(cushion.moved(0, unit * 0.005), unit * 0.007, 0.3)
        canvas.paint(cushion, Ramp([tone(tint, light=0.04), tone(tint, light=-0.08)]))


def draw_lamp(art: Art, side: int, floor_y: float) -> None:
    """Stand a floor lamp; it is lit when it is dark outside."""
    width, unit, canvas = art.width, art.unit, art.canvas
    x, foot, top = width * 0.5 - side * unit * 0.46, floor_y + unit * 0.04, art.height * 0.4
    # In a narrow picture it would stand outside.
    x = min(max(x, unit * 0.08), width - unit * 0.08)
    stand = (
        art.stencil()
        .rectangle(x - unit * 0.004, top, x + unit * 0.004, foot)
        .ellipse(x, foot, unit * 0.045, unit * 0.01)
    )
    canvas.paint(stand, (44, 40, 42))
    shade = art.polygon(parse_outline("-0.042,-0.03 0.042,-0.03 0.068,0.065 -0.068,0.065", x, top, unit))
    lit = art.palette.dark
    canvas.paint(shade, Ramp([(255, 236, 190), (250, 208, 140)] if lit else [(244, 234, 214), (224, 206, 176)]))
    if lit:
        canvas.glow(shade, (255, 190, 110), unit * 0.1, 1.0)
        canvas.glow(shade, (255, 170, 90), unit * 0.24, 0.7)


def draw_plant(art: Art, rng: Random, side: int, floor_y: float) -> None:
    """Stand a big-leaved plant in a pot."""
    width, unit, palette, canvas = art.width, art.unit, art.palette, art.canvas
    x, foot = width * 0.5 + side * unit * 0.44, floor_y + unit * 0.11
    x = min(max(x, unit * 0.1), width - unit * 0.1)
    green: Colour = mix((66, 112, 78), palette.near, 0.45 if palette.dark else 0.05)
    canvas.shadow(art.stencil().ellipse(x, foot, unit * 0.09, unit * 0.016), unit * 0.012, 0.5)
    vessel = art.stencil().polygon(parse_outline("-0.065,-0.12 0.065,-0.12 0.046,0 -0.046,0", x, foot, unit))
    for _ in range(art.more(9, 13, 18)):
        turn = -math.pi / 2 + rng.uniform(-1.15, 1.15)
        long = unit * rng.uniform(0.12, 0.27)
        tip_x, tip_y = x + math.cos(turn) * long * 0.55, foot - unit * 0.1 + math.sin(turn) * long * 0.75
        canvas.paint(art.line([(x, foot - unit * 0.1), (tip_x, tip_y)], unit * 0.004), tone(green, light=-0.1))
        shape = art.polygon(leaf_outline(tip_x, tip_y, long * 0.75, long * 0.42, turn))
        tint = tone(green, light=rng.uniform(-0.07, 0.07))
        canvas.paint(shape, Ramp([tone(tint, light=0.06), tint]))
        canvas.shade(shape.rim(0, -unit * 0.004, unit * 0.003), mix(green, BLACK, 0.3), 0.5)
    clay = mix(palette.accents[0], (220, 200, 180), 0.35)
    canvas.paint(vessel, Ramp([tone(clay, light=0.08), clay, tone(clay, light=-0.14)], "across"))
    canvas.light(vessel.mask().rim(0, unit * 0.004), WHITE, 0.3)
