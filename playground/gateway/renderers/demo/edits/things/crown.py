"""A crown."""

import math

from ...art import Art
from ...colour import WHITE, Colour, colour, mix, tone
from ...curves import Point
from ...fills import Ramp
from ...mask import Mask
from .shapes import at, gloss, shape

_JEWELS = ("c7263e", "2f6fc9", "2f9d6b")


def crown(art: Art, tint: Colour) -> None:
    """A crown of five points with pearls, a band with jewels, and the dark inside of its far rim."""
    dark, light = tone(tint, light=-0.24), tone(tint, light=0.2)
    far = art.stencil().ellipse(art.width * 0.5, art.height * 0.66, art.width * 0.415, art.height * 0.11).mask()
    back = shape(art, _points(0.60, (0.2, 0.34, 0.5, 0.66, 0.8), 0.3), round_off=False)
    art.canvas.paint(back, Ramp([tone(tint, light=-0.12), tone(tint, light=-0.3)]))
    art.canvas.paint(far, tone(tint, light=-0.34))
    front = art.stencil().polygon(_front(art)).mask()
    metal = [tone(tint, light=-0.14), tint, light, tint, tone(tint, light=-0.06), light, tone(tint, light=-0.2)]
    art.canvas.paint(front, Ramp(metal, "across"))
    edge = art.unit * 0.014
    art.canvas.light(front.rim(edge, edge, edge * 0.6), mix(light, WHITE, 0.6), 0.8)
    art.canvas.shade(front.rim(-edge, -edge, edge), dark, 0.6)
    _band(art, tint, front)
    for index, (x, y) in enumerate(_tips()):
        radius = art.width * (0.038 if index != 2 else 0.046)
        pearl = art.stencil().ellipse(x * art.width, y * art.height, radius).mask()
        art.canvas.paint(pearl, Ramp([mix(light, WHITE, 0.5), tint, dark], "down"))
        gloss(art, x - 0.012, y - 0.018, 0.011, 0.014)


def _tips() -> list[Point]:
    return [(0.075, 0.27), (0.28, 0.15), (0.5, 0.075), (0.72, 0.15), (0.925, 0.27)]


def _front(art: Art) -> list[Point]:
    """The near wall: points on top, a bowed foot below."""
    left, second, middle, fourth, right = _tips()
    top = [left, (0.2, 0.56), second, (0.39, 0.52), middle, (0.61, 0.52), fourth, (0.8, 0.56), right]
    foot = [(0.5 + 0.405 * math.cos(a), 0.84 + 0.115 * math.sin(a)) for a in (math.pi * k / 16 for k in range(17))]
    return at(art, [*top, *foot])


def _points(base: float, tips: tuple[float, ...], tall: float) -> list[Point]:
    line: list[Point] = [(0.1, base)]
    for tip in tips:
        line += [(tip - 0.06, base - 0.05), (tip, tall), (tip + 0.06, base - 0.05)]
    return [*line, (0.9, base), (0.88, base + 0.12), (0.12, base + 0.12)]


def _band(art: Art, tint: Colour, front: Mask) -> None:
    """Two bowed ridges along the foot, and jewels between them."""
    for down, thick in ((0.72, 0.02), (0.9, 0.028)):
        path = [
            (0.5 + 0.4 * math.cos(a), down - 0.055 + 0.075 * math.sin(a))
            for a in (math.pi * k / 20 for k in range(21))
        ]
        ridge = art.stencil().line(at(art, path), art.height * thick).mask().times(front)
        art.canvas.paint(ridge, tone(tint, light=0.16))
        art.canvas.shade(ridge.moved(0, art.height * 0.022).times(front), tone(tint, light=-0.22), 0.7)
    for index, x in enumerate((0.2, 0.35, 0.5, 0.65, 0.8)):
        y = 0.805 + 0.075 * math.sin(math.acos(min(max((x - 0.5) / 0.42, -1), 1))) - 0.05
        stone = colour(_JEWELS[(index + 1) % 3 if index != 2 else 0])
        wide = (0.034 if index != 2 else 0.05) * (1.1 - abs(x - 0.5))
        rim = art.stencil().ellipse(x * art.width, y * art.height, wide * art.width * 1.25, wide * art.width * 1.35)
        art.canvas.paint(rim, tone(tint, light=-0.2))
        gem = art.stencil().ellipse(x * art.width, y * art.height, wide * art.width, wide * art.width * 1.1)
        art.canvas.paint(gem, Ramp([tone(stone, light=0.18), stone, tone(stone, light=-0.14)]))
        gloss(art, x - wide * 0.3, y - wide * 0.5, wide * 0.28, wide * 0.3, strength=0.85)
