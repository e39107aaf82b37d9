"""Flowing bands of colour with soft shadows, for whatever the demo has no picture of."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Point, Ramp, mix, tone
from ...paint.captions import draw_title
from ...paint.colour import colour
from ...paint.palette import named_colour

_FAMILIES = (
    "14213d 28527a 4f8fb3 8fc1c9 f2d9a0 f08a4b",
    "2b1d4f 5b3a8c 9c5fb5 e58fb0 f7c6a3 fff0d6",
    "0f3d3e 1f6f6b 5fa98f b9d7a8 f5e6b8 e9935a",
    "3a1c32 7d2e4c c64f55 ee8a5f f7c27d fdf0d5",
    "1b2a41 3f5a7d 7d94b5 b9c4d6 ead9d2 d9826b",
)


def paint(art: Art) -> None:
    """Paint the bands, a disc behind them, and the quoted words as a title."""
    rng = art.rng("abstract")
    tints = family(art, rng)
    art.canvas.fill(Ramp([mix(tints[-1], WHITE, 0.25), mix(tints[-2], tints[-1], 0.35)]))
    _draw_disc(art, rng, tints)
    slope, waves = rng.uniform(-0.35, 0.35), rng.uniform(0.7, 1.4)
    count = 8
    for index in range(count):
        share = index / (count - 1)
        # From light at the back to dark in front, as distance looks.
        _draw_band(art, art.rng(f"band {index}"), share, (slope, waves), _along(tints, 1 - share))
    if art.detail:
        _draw_motes(art, rng, tints)
    draw_title(art)


def family(art: Art, rng: Random) -> list[Colour]:
    """Return six colours from dark to light: around the prompt's own, or a hand-picked row."""
    if art.scene.colours:
        base = [named_colour(name) for name in art.scene.colours[:3]]
        first, last = base[0], base[-1]
        middle = mix(first, last, 0.5) if len(base) > 1 else first
        return [
            tone(first, light=-0.3),
            tone(first, light=-0.12),
            first,
            tone(middle, turn=12, light=0.08),
            tone(last, light=0.12),
            mix(last, WHITE, 0.75),
        ]
    row = [colour(code) for code in rng.choice(_FAMILIES).split()]
    return [mix(tint, BLACK, 0.35) for tint in row] if art.palette.dark else row


def _along(tints: list[Colour], share: float) -> Colour:
    return Ramp(tints).colour_at(share)


def _draw_disc(art: Art, rng: Random, tints: list[Colour]) -> None:
    x, y = art.width * rng.choice((0.3, 0.68)), art.height * rng.uniform(0.24, 0.34)
    radius = art.unit * rng.uniform(0.14, 0.2)
    disc = art.ellipse(x, y, radius)
    art.canvas.glow(disc, tints[-2], radius * 0.6, 0.5)
    art.canvas.paint(disc, Ramp([tints[-1], tints[-2], tints[-3]]))


def _draw_band(art: Art, rng: Random, share: float, flow: tuple[float, float], tint: Colour) -> None:
    """Draw one sheet from its wavy upper edge down to the bottom, shading the sheet behind."""
    slope, waves = flow
    phase, swing = rng.uniform(0, 1.2) + share * 2.2, art.height * rng.uniform(0.04, 0.09)
    base = art.height * (0.34 + 0.6 * share)
    edge: list[Point] = []
    for step in range(61):
        t = step / 60
        y = base + slope * (t - 0.5) * art.height * 0.5 + math.sin(t * math.tau * waves + phase) * swing
        # A second wave that is no multiple of the first keeps the edge from repeating.
        y += math.sin(t * math.tau * waves * 2.3 + phase * 1.7) * swing * 0.3
        edge.append((t * art.width, y))
    shape = art.polygon([*edge, (art.width, art.height), (0, art.height)])
    art.canvas.shadow(shape.moved(0, -art.unit * 0.006), art.unit * 0.016, 0.3, mix(tint, BLACK, 0.7))
    art.canvas.paint(shape, Ramp([tone(tint, light=0.07), tint, tone(tint, turn=-8, light=-0.07)]))
    art.canvas.light(shape.rim(0, art.unit * 0.004, art.unit * 0.001), WHITE, 0.4)
    if art.detail == 2:
        lines = art.stencil()
        for offset in range(1, 9):
            lines.line([(x, y + offset * art.unit * 0.011) for x, y in edge], art.unit * 0.0009, 150 - 15 * offset)
        art.canvas.light(lines, mix(tint, WHITE, 0.5), 0.45)


def _draw_motes(art: Art, rng: Random, tints: list[Colour]) -> None:
    dots = art.stencil()
    for _ in range(art.more(0, 60, 140)):
        dots.ellipse(
            rng.uniform(0, art.width),
            rng.random() ** 1.5 * art.height * 0.7,
            art.unit * rng.uniform(0.001, 0.004),
            ink=rng.randint(60, 200),
        )
    art.canvas.light(dots, tints[-1], 0.5)
