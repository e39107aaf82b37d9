"""Loose props: a heart, a balloon, a flower, a star and a moon."""

import math

from ..paint import WHITE, Art, Colour, Point, Ramp, mix, smooth_curve, tone
from ..paint.colour import colour
from ..paint.curves import parse_outline
from .prop_shapes import canvas_points, draw_body, draw_gloss, shape

_HEART: tuple[Point, ...] = (
    (0.5, 0.97), (0.36, 0.84), (0.14, 0.62), (0.035, 0.4), (0.05, 0.2), (0.17, 0.065), (0.32, 0.05), (0.44, 0.13),
)  # fmt: skip


def draw_heart(art: Art, tint: Colour) -> None:
    width, height, unit = art.width, art.height, art.unit
    half = [*smooth_curve(_HEART, 10), (0.5, 0.22)]
    # One half is written down, the other is its mirror image.
    outline = [*half, *((1 - x, y) for x, y in reversed(half[1:-1]))]
    form = art.polygon(canvas_points(art, outline))
    draw_body(art, form, tint, axis="down")
    low = art.ellipse(width * 0.62, height * 0.62, width * 0.4, height * 0.34, turn=-0.7)
    dark = form.minus(low.soft(unit * 0.12).moved(-unit * 0.14, -unit * 0.16))
    art.canvas.shade(dark.soft(unit * 0.05).times(form), tone(tint, light=-0.18), 0.35)
    draw_gloss(art, 0.25, 0.24, 0.085, 0.05, -0.7)
    draw_gloss(art, 0.145, 0.38, 0.022, 0.03, -0.2, 0.6)


def draw_balloon(art: Art, tint: Colour) -> None:
    """Draw a balloon full of light, with its knot and a string that waves."""
    width, height, canvas = art.width, art.height, art.canvas
    string = [(0.5, 0.7), (0.47, 0.78), (0.53, 0.85), (0.48, 0.92), (0.51, 0.995)]
    art.canvas.paint(
        art.line(smooth_curve(canvas_points(art, string), 10), max(width * 0.012, 1)), colour("e9e2d6"), 0.9
    )
    skin = shape(
        art, parse_outline("0.5,0.012 0.8,0.075 0.965,0.27 0.86,0.48 0.5,0.675 0.14,0.48 0.035,0.27 0.2,0.075")
    )
    draw_body(art, skin, tint)
    inner = art.ellipse(width * 0.6, height * 0.47, width * 0.27, height * 0.12, turn=-0.4)
    glow = inner.soft(art.unit * 0.09).times(skin)
    canvas.light(glow, mix(tint, WHITE, 0.35), 0.45)
    knot = shape(art, parse_outline("0.5,0.66 0.57,0.705 0.43,0.705"), round_off=False)
    canvas.paint(knot, tone(tint, light=-0.12))
    draw_gloss(art, 0.3, 0.17, 0.085, 0.06, -0.9)
    draw_gloss(art, 0.2, 0.28, 0.022, 0.022, 0.0, 0.55)


def draw_flower(art: Art, tint: Colour) -> None:
    """Draw an open blossom of two rings of petals around a golden heart."""
    x, y, reach = art.width / 2, art.height / 2, art.unit * 0.49
    for ring, (count, far, wide, light) in enumerate(((9, 1.0, 0.62, -0.05), (8, 0.74, 0.46, 0.06))):
        turn = 0.2 + ring * math.pi / 9
        for petal in range(count):
            angle = turn + math.tau * petal / count
            form = art.polygon(_petal(x, y, reach * far, reach * wide, angle))
            lit = 0.05 * math.sin(angle + 2.4)
            edge, root = tone(tint, light=0.1 + light + lit), tone(tint, turn=-12, light=-0.12 + light)
            art.canvas.paint(form, edge)
            inner = art.ellipse(x, y, reach * far * 0.5).soft(reach * 0.2)
            art.canvas.paint(inner.times(form), root, 0.8)
            art.canvas.shade(form.rim(-reach * 0.02, -reach * 0.02, reach * 0.02), tone(tint, light=-0.15), 0.5)
            vein = [
                (x + math.cos(angle) * reach * far * t, y + math.sin(angle) * reach * far * t) for t in (0.3, 0.82)
            ]
            art.canvas.paint(art.line(vein, max(reach * 0.012, 1)), tone(tint, light=-0.12), 0.3)
    _draw_heart_of_flower(art, x, y, reach * 0.24)


def _petal(x: float, y: float, long: float, wide: float, turn: float) -> list[Point]:
    """Return a petal with a broad round end."""
    cos, sin = math.cos(turn), math.sin(turn)
    half = [(0.0, 0.0), (0.25, 0.2), (0.6, 0.48), (0.86, 0.46), (0.97, 0.2)]
    outline = [*half, (0.95, 0.0), *((along, -side) for along, side in reversed(half[1:]))]
    placed = [(x + a * long * cos - s * wide * sin, y + a * long * sin + s * wide * cos) for a, s in outline]
    return smooth_curve(placed, 6, closed=True)


def _draw_heart_of_flower(art: Art, x: float, y: float, radius: float) -> None:
    gold = colour("f2b632")
    disc = art.ellipse(x, y, radius)
    art.canvas.shadow(disc, radius * 0.25, 0.4)
    art.canvas.paint(disc, Ramp([tone(gold, light=0.1), gold, tone(gold, turn=-14, light=-0.16)]))
    rng, seeds = art.rng("seeds"), art.stencil()
    for index in range(art.more(24, 44, 70)):
        far, angle = (
            radius * 0.88 * (index / 70) ** 0.5 if art.detail == 2 else radius * 0.85 * rng.random() ** 0.5,
            index * 2.4,
        )
        seeds.ellipse(x + math.cos(angle) * far, y + math.sin(angle) * far, radius * 0.06)
    art.canvas.paint(seeds, tone(gold, turn=-16, light=-0.2), 0.75)


def draw_star(art: Art, tint: Colour) -> None:
    """Draw a plump five-pointed star, folded along its rays, with a glow."""
    x, y, reach = art.width * 0.5, art.height * 0.53, art.unit * 0.46
    tips = [_around(x, y, reach, -math.pi / 2 + math.tau * k / 5) for k in range(5)]
    dents = [_around(x, y, reach * 0.5, -math.pi / 2 + math.tau * (k + 0.5) / 5) for k in range(5)]
    outline = [point for pair in zip(tips, dents, strict=True) for point in pair]
    # A thick line around the outline rounds its tips.
    soft = art.stencil().polygon(outline).line([*outline, outline[0]], reach * 0.09).mask()
    art.canvas.paint(soft, Ramp([tone(tint, light=0.12), tint, tone(tint, turn=-10, light=-0.12)]))
    for index in range(5):
        for side, dent in ((-1, dents[index - 1]), (1, dents[index])):
            half = art.polygon([(x, y), tips[index], dent]).times(soft)
            facing = math.cos(math.tau * index / 5 - math.pi / 2 + side * 0.5 + 2.3)
            if facing > 0:
                art.canvas.light(half, mix(tint, WHITE, 0.5), 0.4 * facing)
            else:
                art.canvas.shade(half, tone(tint, turn=-8, light=-0.2), -0.65 * facing)
    art.canvas.light(soft.rim(reach * 0.03, reach * 0.03, reach * 0.03), WHITE, 0.5)


def draw_moon(art: Art, tint: Colour) -> None:
    """Draw a crescent with craters, and the faint rest of its disc."""
    x, y, radius = art.width * 0.5, art.height * 0.5, art.unit * 0.44
    disc = art.ellipse(x, y, radius)
    bite = art.ellipse(x + radius * 0.5, y - radius * 0.16, radius * 0.86)
    crescent = disc.minus(bite)
    art.canvas.paint(crescent, Ramp([tone(tint, light=0.06), tint, tone(tint, turn=-8, light=-0.12)]))
    rng, craters = art.rng("craters"), art.stencil()
    for _ in range(art.more(4, 7, 11)):
        place = _around(x, y, radius * rng.uniform(0.62, 0.94), rng.uniform(0.4, 1.35) * math.pi)
        craters.ellipse(*place, radius * rng.uniform(0.03, 0.1))
    art.canvas.shade(craters.mask().times(crescent), tone(tint, light=-0.16), 0.55)
    art.canvas.light(crescent.rim(radius * 0.05, radius * 0.03, radius * 0.04), WHITE, 0.5)
    inner = crescent.rim(-radius * 0.12, radius * 0.02, radius * 0.1)
    art.canvas.shade(inner, tone(tint, turn=-10, light=-0.18), 0.4)


def _around(x: float, y: float, far: float, angle: float) -> Point:
    return (x + math.cos(angle) * far, y + math.sin(angle) * far)
