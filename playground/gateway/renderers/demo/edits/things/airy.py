"""Light things: a heart, a balloon, a flower."""

import math

from ...art import Art
from ...colour import WHITE, Colour, colour, mix, tone
from ...curves import Point, smooth
from ...fills import Ramp
from .shapes import at, body, gloss, shape

_HEART: tuple[Point, ...] = (
    (0.5, 0.97), (0.36, 0.84), (0.14, 0.62), (0.035, 0.4), (0.05, 0.2), (0.17, 0.065), (0.32, 0.05), (0.44, 0.13),
)  # fmt: skip


def heart(art: Art, tint: Colour) -> None:
    """A round, shining heart."""
    half = [*smooth(_HEART, 10), (0.5, 0.22)]
    outline = [*half, *((1 - x, y) for x, y in reversed(half[1:-1]))]
    form = art.stencil().polygon(at(art, outline)).mask()
    body(art, form, tint, axis="down")
    low = (
        art.stencil()
        .ellipse(art.width * 0.62, art.height * 0.62, art.width * 0.4, art.height * 0.34, turn=-0.7)
        .mask()
    )
    dark = form.minus(low.soft(art.unit * 0.12, art.canvas.size).moved(-art.unit * 0.14, -art.unit * 0.16))
    art.canvas.shade(
        dark.soft(art.unit * 0.05, art.canvas.size).times(form.within((0, 0, art.width, art.height))),
        tone(tint, light=-0.18),
        0.35,
    )
    gloss(art, 0.25, 0.24, 0.085, 0.05, -0.7)
    gloss(art, 0.145, 0.38, 0.022, 0.03, -0.2, 0.6)


def balloon(art: Art, tint: Colour) -> None:
    """A balloon full of light, with its knot and a string that waves."""
    string = [(0.5, 0.7), (0.47, 0.78), (0.53, 0.85), (0.48, 0.92), (0.51, 0.995)]
    art.canvas.paint(
        art.stencil().line(smooth(at(art, string), 10), max(art.width * 0.012, 1)), colour("e9e2d6"), 0.9
    )
    skin = shape(
        art,
        [
            (0.5, 0.012),
            (0.8, 0.075),
            (0.965, 0.27),
            (0.86, 0.48),
            (0.5, 0.675),
            (0.14, 0.48),
            (0.035, 0.27),
            (0.2, 0.075),
        ],
    )
    body(art, skin, tint)
    inner = (
        art.stencil()
        .ellipse(art.width * 0.6, art.height * 0.47, art.width * 0.27, art.height * 0.12, turn=-0.4)
        .mask()
    )
    glow = inner.soft(art.unit * 0.09, art.canvas.size).times(skin.within((0, 0, art.width, art.height)))
    art.canvas.light(glow, mix(tint, WHITE, 0.35), 0.45)
    knot = shape(art, [(0.5, 0.66), (0.57, 0.705), (0.43, 0.705)], round_off=False)
    art.canvas.paint(knot, tone(tint, light=-0.12))
    gloss(art, 0.3, 0.17, 0.085, 0.06, -0.9)
    gloss(art, 0.2, 0.28, 0.022, 0.022, 0.0, 0.55)


def flower(art: Art, tint: Colour) -> None:
    """An open blossom of two rings of petals around a golden heart."""
    x, y, reach = art.width / 2, art.height / 2, art.unit * 0.49
    for ring, (count, far, wide, light) in enumerate(((9, 1.0, 0.62, -0.05), (8, 0.74, 0.46, 0.06))):
        turn = 0.2 + ring * math.pi / 9
        for petal in range(count):
            angle = turn + math.tau * petal / count
            form = art.stencil().polygon(_petal(x, y, reach * far, reach * wide, angle)).mask()
            lit = 0.05 * math.sin(angle + 2.4)
            edge, root = tone(tint, light=0.1 + light + lit), tone(tint, turn=-12, light=-0.12 + light)
            art.canvas.paint(form, edge)
            inner = art.stencil().ellipse(x, y, reach * far * 0.5).mask().soft(reach * 0.2, art.canvas.size)
            art.canvas.paint(inner.times(form.within((0, 0, art.width, art.height))), root, 0.8)
            art.canvas.shade(form.rim(-reach * 0.02, -reach * 0.02, reach * 0.02), tone(tint, light=-0.15), 0.5)
            vein = [
                (x + math.cos(angle) * reach * far * t, y + math.sin(angle) * reach * far * t) for t in (0.3, 0.82)
            ]
            art.canvas.paint(art.stencil().line(vein, max(reach * 0.012, 1)), tone(tint, light=-0.12), 0.3)
    _heart_of_flower(art, x, y, reach * 0.24)


def _petal(x: float, y: float, long: float, wide: float, turn: float) -> list[Point]:
    """A petal with a broad round end."""
    cos, sin = math.cos(turn), math.sin(turn)
    half = [(0.0, 0.0), (0.25, 0.2), (0.6, 0.48), (0.86, 0.46), (0.97, 0.2)]
    outline = [*half, (0.95, 0.0), *((along, -side) for along, side in reversed(half[1:]))]
    placed = [(x + a * long * cos - s * wide * sin, y + a * long * sin + s * wide * cos) for a, s in outline]
    return smooth(placed, 6, closed=True)


def _heart_of_flower(art: Art, x: float, y: float, radius: float) -> None:
    gold = colour("f2b632")
    disc = art.stencil().ellipse(x, y, radius).mask()
    art.canvas.shadow(disc, radius * 0.25, 0.4)
    art.canvas.paint(disc, Ramp([tone(gold, light=0.1), gold, tone(gold, turn=-14, light=-0.16)]))
    dice, seeds = art.dice("seeds"), art.stencil()
    for index in range(art.more(24, 44, 70)):
        far, angle = (
            radius * 0.88 * (index / 70) ** 0.5 if art.detail == 2 else radius * 0.85 * dice.random() ** 0.5,
            index * 2.4,
        )
        seeds.ellipse(x + math.cos(angle) * far, y + math.sin(angle) * far, radius * 0.06)
    art.canvas.paint(seeds, tone(gold, turn=-16, light=-0.2), 0.75)
