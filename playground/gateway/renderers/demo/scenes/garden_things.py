"""Things that stand in a garden: an arched bridge, a stone lantern, stones on the near shore."""

import math
from random import Random

from ..art import Art
from ..colour import BLACK, Colour, mix, tone
from ..curves import Point, blob
from ..fills import Ramp


def bridge(art: Art, x: float, foot: float, span: float) -> None:
    """An arched red bridge around x with its feet at `foot`, `span` pixels wide."""
    red = mix((196, 58, 44), art.palette.near, 0.45 if art.palette.dark else 0.05)
    dark = mix(red, BLACK, 0.4)
    arch, half = span * 0.2, span / 2

    def curve(lift: float, reach: float = 1.0) -> list[Point]:
        steps = [-reach + 2 * reach * step / 40 for step in range(41)]
        return [(x + half * t, foot - arch * (1 - t * t) - lift) for t in steps]

    deck = art.stencil().polygon([*curve(span * 0.035), *reversed(curve(0))])
    below = art.stencil().polygon([*curve(0), *reversed([(px, py + span * 0.03) for px, py in curve(-span * 0.0)])])
    posts, rails = art.stencil(), art.stencil()
    for step in range(9):
        t = -0.94 + 1.88 * step / 8
        px, py = x + half * t, foot - arch * (1 - t * t)
        posts.rectangle(px - span * 0.008, py - span * 0.15, px + span * 0.008, py)
        posts.ellipse(px, py - span * 0.155, span * 0.013)
        if step in (1, 3, 5, 7):
            posts.rectangle(px - span * 0.007, py, px + span * 0.007, foot + span * 0.02)
    for lift, width in ((0.135, 0.016), (0.09, 0.01)):
        rails.line(curve(span * lift), span * width)
    art.canvas.paint(posts, Ramp([red, dark]))
    art.canvas.paint(rails, red)
    art.canvas.paint(below, dark)
    shape = deck.mask()
    art.canvas.paint(shape, Ramp([tone(red, light=0.06), red]))
    art.canvas.light(rails.mask().rim(0, max(span * 0.005, 1)), art.palette.glow, 0.45)


def lantern(art: Art, x: float, foot: float, tall: float) -> None:
    """A stone lantern with a warm window, `tall` pixels high."""
    stone = mix((138, 138, 130), art.palette.near, 0.5 if art.palette.dark else 0.08)
    lit, dark = tone(stone, light=0.12), tone(stone, light=-0.16)
    parts = art.stencil()
    parts.rectangle(x - tall * 0.16, foot - tall * 0.08, x + tall * 0.16, foot)
    parts.rectangle(x - tall * 0.06, foot - tall * 0.46, x + tall * 0.06, foot - tall * 0.06)
    parts.polygon(
        [(x + tall * dx, foot - tall * dy) for dx, dy in ((-0.09, 0.45), (0.09, 0.45), (0.17, 0.52), (-0.17, 0.52))]
    )
    parts.rectangle(x - tall * 0.12, foot - tall * 0.7, x + tall * 0.12, foot - tall * 0.51)
    roof = (
        (-0.27, 0.69),
        (-0.2, 0.76),
        (-0.05, 0.86),
        (0.05, 0.86),
        (0.2, 0.76),
        (0.27, 0.69),
        (0.13, 0.7),
        (-0.13, 0.7),
    )
    parts.polygon([(x + tall * dx, foot - tall * dy) for dx, dy in roof])
    parts.ellipse(x, foot - tall * 0.9, tall * 0.045, tall * 0.06)
    shape = parts.mask()
    art.canvas.paint(shape, Ramp([lit, stone, dark], "across"))
    window = art.stencil().rectangle(
        x - tall * 0.065, foot - tall * 0.67, x + tall * 0.065, foot - tall * 0.55, tall * 0.01
    )
    art.canvas.paint(window, (255, 214, 140))
    art.canvas.glow(window, (255, 190, 100), tall * 0.1, 0.9 if art.palette.dark else 0.4)
    art.canvas.light(shape.rim(tall * 0.012, tall * 0.012), art.palette.glow, 0.3)


def stones(art: Art, dice: Random) -> None:
    """Rounded stones with moss in the lower corners."""
    for corner in (0.0, 1.0):
        for index in range(art.more(3, 4, 5)):
            size = art.unit * dice.uniform(0.06, 0.13) * (1 - 0.1 * index)
            x = art.width * corner + (1 - 2 * corner) * art.unit * (0.02 + 0.075 * index)
            stone(art, dice, x, art.height - size * dice.uniform(0.0, 0.35), size)


def stone(art: Art, dice: Random, x: float, y: float, size: float) -> None:
    """One stone around a centre: lit from above, mossy, speckled when detailed."""
    grey: Colour = mix((118, 120, 116), art.palette.near, 0.55 if art.palette.dark else 0.12)
    grey = tone(grey, light=dice.uniform(-0.06, 0.06))
    shape = art.stencil().polygon(blob(dice, x, y, size, size * 0.62, 0.12)).mask()
    art.canvas.shadow(shape.moved(0, size * 0.07), size * 0.07, 0.45)
    art.canvas.paint(shape, Ramp([tone(grey, light=0.14), grey, tone(grey, light=-0.2)]))
    moss = art.stencil()
    for _ in range(art.more(4, 9, 16)):
        angle = dice.uniform(math.pi * 1.1, math.pi * 1.9)
        moss.ellipse(
            x + math.cos(angle) * size * 0.8,
            y + math.sin(angle) * size * 0.5,
            size * dice.uniform(0.1, 0.25),
            size * 0.1,
        )
    green = mix((96, 126, 66), art.palette.near, 0.5 if art.palette.dark else 0.1)
    art.canvas.paint(moss.mask().times(shape), green, 0.75)
    if art.detail:
        specks = art.stencil()
        for _ in range(art.more(0, 26, 70)):
            specks.ellipse(
                x + dice.uniform(-1, 1) * size, y + dice.uniform(-0.6, 0.6) * size, size * dice.uniform(0.006, 0.02)
            )
        art.canvas.paint(specks.mask().times(shape), tone(grey, light=-0.25), 0.5)
    art.canvas.light(shape.rim(0, size * 0.04, size * 0.02), art.palette.glow, 0.3)
