"""A bowl of noodle soup seen from above."""

import math
from random import Random

from ..art import Art
from ..colour import WHITE, colour, mix
from ..curves import Point, smooth
from ..fills import Ramp
from ..mask import Mask
from .plates import plate


def noodles(art: Art, x: float, y: float, radius: float) -> None:
    """A bowl of noodle soup with egg, greens and chopsticks."""
    dice = art.dice("noodles")
    glaze = colour(dice.choice(("33454f", "f0ebe0", "a8452f", "4c5f52")))
    plate(art, x, y, radius, glaze)
    broth = art.stencil().ellipse(x, y, radius * 0.86).mask()
    art.canvas.paint(broth, Ramp([(214, 140, 62), (198, 118, 46), (142, 74, 26)], "out", (0, 0.75, 1)))
    for strand in range(art.more(34, 60, 90)):
        tint = mix((246, 214, 132), (224, 174, 84), dice.random())
        a, b = dice.uniform(0, math.tau), dice.uniform(1.2, 2.6)
        bow = dice.uniform(-0.35, 0.35)
        points: list[Point] = []
        for step in range(7):
            t = step / 6
            angle = a + b * t
            far = radius * (0.62 + bow * math.sin(t * math.pi)) * (0.5 + 0.5 * (strand % 5) / 4)
            points.append((x + radius * 0.06 + math.cos(angle) * far, y + radius * 0.06 + math.sin(angle) * far))
        line = art.stencil().line(smooth(points, 5), radius * 0.036).mask().times(broth)
        art.canvas.shade(line.moved(0, radius * 0.012), (190, 140, 90), 0.5)
        art.canvas.paint(line, tint)
    _sheet(art, x - radius * 0.42, y - radius * 0.5, radius)
    for dx, dy in ((0.34, -0.34), (0.56, 0.02)):
        _egg(art, x + dx * radius, y + dy * radius, radius * 0.23)
    for index in range(3):
        _slice(art, x + radius * (-0.5 + 0.17 * index), y + radius * (0.28 + 0.1 * index), radius * 0.24)
    _scallions(art, dice, x + radius * 0.1, y + radius * 0.02, radius)
    if art.detail:
        _oil(art, dice, x, y, radius * 0.8, broth)
    _chopsticks(art, x, y, radius)


def _sheet(art: Art, x: float, y: float, radius: float) -> None:
    nori = (
        art.stencil()
        .polygon(
            [
                (x - radius * 0.3, y - radius * 0.16),
                (x + radius * 0.16, y - radius * 0.34),
                (x + radius * 0.36, y + radius * 0.22),
                (x - radius * 0.1, y + radius * 0.4),
            ]
        )
        .mask()
    )
    art.canvas.shadow(nori.moved(0, radius * 0.02), radius * 0.02, 0.4)
    art.canvas.paint(nori, Ramp([(44, 62, 48), (22, 34, 28)]))


def _egg(art: Art, x: float, y: float, radius: float) -> None:
    white = art.stencil().ellipse(x, y, radius, radius * 0.82, turn=0.5).mask()
    art.canvas.shadow(white.moved(0, radius * 0.1), radius * 0.1, 0.35)
    art.canvas.paint(white, Ramp([(252, 246, 232), (232, 214, 186)]))
    yolk = art.stencil().ellipse(x, y, radius * 0.56, radius * 0.52).mask()
    art.canvas.paint(yolk, Ramp([(255, 176, 54), (238, 132, 24), (216, 104, 18)], "out"))
    art.canvas.light(
        art.stencil()
        .ellipse(x - radius * 0.15, y - radius * 0.18, radius * 0.12, radius * 0.07)
        .mask()
        .soft(radius * 0.04, art.canvas.size),
        WHITE,
        0.8,
    )


def _slice(art: Art, x: float, y: float, radius: float) -> None:
    meat = art.stencil().ellipse(x, y, radius, radius * 0.8).mask()
    art.canvas.shadow(meat.moved(0, radius * 0.08), radius * 0.08, 0.35)
    art.canvas.paint(meat, Ramp([(222, 170, 136), (186, 118, 88)]))
    art.canvas.paint(meat.rim(-radius * 0.06, -radius * 0.08), (122, 66, 42))
    swirl = art.stencil().ring(x, y, radius * 0.58, radius * 0.44, radius * 0.09, 20, 300)
    art.canvas.paint(swirl, (244, 214, 188), 0.85)


def _scallions(art: Art, dice: Random, x: float, y: float, radius: float) -> None:
    for _ in range(art.more(14, 22, 34)):
        px, py, size = (
            x + dice.gauss(0, 0.16) * radius,
            y + dice.gauss(0, 0.14) * radius,
            radius * dice.uniform(0.025, 0.045),
        )
        art.canvas.paint(art.stencil().ellipse(px, py, size), mix((88, 148, 60), (172, 206, 104), dice.random()))
        art.canvas.paint(art.stencil().ellipse(px, py, size * 0.5), (222, 232, 170))


def _oil(art: Art, dice: Random, x: float, y: float, radius: float, broth: Mask) -> None:
    drops = art.stencil()
    for _ in range(art.more(0, 20, 46)):
        angle, far, size = (
            dice.uniform(0, math.tau),
            radius * dice.uniform(0.8, 1.05),
            radius * dice.uniform(0.008, 0.03),
        )
        drops.ring(x + math.cos(angle) * far, y + math.sin(angle) * far, size, size, max(size * 0.25, 0.8))
    art.canvas.light(drops.mask().times(broth), (255, 214, 130), 0.7)


def _chopsticks(art: Art, x: float, y: float, radius: float) -> None:
    sticks = art.stencil()
    for gap in (0.0, 0.09):
        sticks.line(
            [(x + radius * (0.35 + gap), y - radius * 0.1), (x + radius * (1.18 + gap), y - radius * 1.42)],
            radius * 0.042,
        )
    shape = sticks.mask()
    art.canvas.shadow(shape.moved(radius * 0.05, radius * 0.09), radius * 0.04, 0.45)
    art.canvas.paint(shape, Ramp([(122, 48, 36), (176, 92, 58)]))
    art.canvas.light(shape.rim(radius * 0.01, radius * 0.01), WHITE, 0.3)
