"""Dishes seen from above: plate, noodle soup, cake."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.colour import colour
from ...paint.curves import parse_outline


def draw_plate(art: Art, x: float, y: float, radius: float, glaze: Colour) -> None:
    """Draw a plate, saucer or bowl: shadow, rim, hollow."""
    disc = art.ellipse(x, y, radius)
    art.canvas.shadow(disc.moved(radius * 0.05, radius * 0.09), radius * 0.07, 0.5)
    art.canvas.paint(disc, Ramp([tone(glaze, light=0.05), tone(glaze, light=-0.1)]))
    art.canvas.shade(disc.rim(-radius * 0.03, -radius * 0.05, radius * 0.04), mix(glaze, BLACK, 0.5), 0.5)
    hollow = art.ellipse(x, y, radius * 0.88)
    art.canvas.paint(hollow, Ramp([tone(glaze, light=-0.07), tone(glaze, light=0.02)]))
    art.canvas.light(disc.rim(radius * 0.012, radius * 0.02, radius * 0.008), WHITE, 0.5)


def draw_noodles(art: Art, x: float, y: float, radius: float) -> None:
    """Draw a bowl of noodle soup with egg, greens and chopsticks."""
    rng = art.rng("noodles")
    glaze = colour(rng.choice(("33454f", "f0ebe0", "a8452f", "4c5f52")))
    draw_plate(art, x, y, radius, glaze)
    broth = art.ellipse(x, y, radius * 0.86)
    art.canvas.paint(broth, Ramp([(214, 140, 62), (198, 118, 46), (142, 74, 26)], "out", (0, 0.75, 1)))
    for strand in range(art.more(34, 60, 90)):
        tint = mix((246, 214, 132), (224, 174, 84), rng.random())
        a, b = rng.uniform(0, math.tau), rng.uniform(1.2, 2.6)
        bow = rng.uniform(-0.35, 0.35)
        points: list[Point] = []
        for step in range(7):
            t = step / 6
            angle = a + b * t
            # Five rounds of strands, from half the radius to the rim.
            far = radius * (0.62 + bow * math.sin(t * math.pi)) * (0.5 + 0.5 * (strand % 5) / 4)
            points.append((x + radius * 0.06 + math.cos(angle) * far, y + radius * 0.06 + math.sin(angle) * far))
        # Each strand has a shadow of its own on those below: they would melt into one surface.
        line = art.line(smooth_curve(points, 5), radius * 0.036).times(broth)
        art.canvas.shade(line.moved(0, radius * 0.012), (190, 140, 90), 0.5)
        art.canvas.paint(line, tint)
    _draw_sheet(art, x - radius * 0.42, y - radius * 0.5, radius)
    for dx, dy in ((0.34, -0.34), (0.56, 0.02)):
        _draw_egg(art, x + dx * radius, y + dy * radius, radius * 0.23)
    for index in range(3):
        _draw_slice(art, x + radius * (-0.5 + 0.17 * index), y + radius * (0.28 + 0.1 * index), radius * 0.24)
    _draw_scallions(art, rng, x + radius * 0.1, y + radius * 0.02, radius)
    if art.detail:
        _draw_oil(art, rng, x, y, radius * 0.8, broth)
    _draw_chopsticks(art, x, y, radius)


def _draw_sheet(art: Art, x: float, y: float, radius: float) -> None:
    nori = art.polygon(parse_outline("-0.3,-0.16 0.16,-0.34 0.36,0.22 -0.1,0.4", x, y, radius))
    art.canvas.shadow(nori.moved(0, radius * 0.02), radius * 0.02, 0.4)
    art.canvas.paint(nori, Ramp([(44, 62, 48), (22, 34, 28)]))


def _draw_egg(art: Art, x: float, y: float, radius: float) -> None:
    white = art.ellipse(x, y, radius, radius * 0.82, turn=0.5)
    art.canvas.shadow(white.moved(0, radius * 0.1), radius * 0.1, 0.35)
    art.canvas.paint(white, Ramp([(252, 246, 232), (232, 214, 186)]))
    yolk = art.ellipse(x, y, radius * 0.56, radius * 0.52)
    art.canvas.paint(yolk, Ramp([(255, 176, 54), (238, 132, 24), (216, 104, 18)], "out"))
    art.canvas.light(
        art.ellipse(x - radius * 0.15, y - radius * 0.18, radius * 0.12, radius * 0.07).soft(radius * 0.04),
        WHITE,
        0.8,
    )


def _draw_slice(art: Art, x: float, y: float, radius: float) -> None:
    meat = art.ellipse(x, y, radius, radius * 0.8)
    art.canvas.shadow(meat.moved(0, radius * 0.08), radius * 0.08, 0.35)
    art.canvas.paint(meat, Ramp([(222, 170, 136), (186, 118, 88)]))
    art.canvas.paint(meat.rim(-radius * 0.06, -radius * 0.08), (122, 66, 42))
    swirl = art.stencil().ring(x, y, radius * 0.58, radius * 0.44, radius * 0.09, 20, 300)
    art.canvas.paint(swirl, (244, 214, 188), 0.85)


def _draw_scallions(art: Art, rng: Random, x: float, y: float, radius: float) -> None:
    for _ in range(art.more(14, 22, 34)):
        px, py, size = (
            x + rng.gauss(0, 0.16) * radius,
            y + rng.gauss(0, 0.14) * radius,
            radius * rng.uniform(0.025, 0.045),
        )
        art.canvas.paint(art.ellipse(px, py, size), mix((88, 148, 60), (172, 206, 104), rng.random()))
        art.canvas.paint(art.ellipse(px, py, size * 0.5), (222, 232, 170))


def _draw_oil(art: Art, rng: Random, x: float, y: float, radius: float, broth: Mask) -> None:
    drops = art.stencil()
    for _ in range(art.more(0, 20, 46)):
        angle, far, size = (
            rng.uniform(0, math.tau),
            radius * rng.uniform(0.8, 1.05),
            radius * rng.uniform(0.008, 0.03),
        )
        drops.ring(x + math.cos(angle) * far, y + math.sin(angle) * far, size, size, max(size * 0.25, 0.8))
    art.canvas.light(drops.mask().times(broth), (255, 214, 130), 0.7)


def _draw_chopsticks(art: Art, x: float, y: float, radius: float) -> None:
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


def draw_cake(art: Art, x: float, y: float, radius: float) -> None:
    """Draw a round cake with cream rosettes and berries."""
    canvas = art.canvas
    rng = art.rng("cake")
    cream = mix((250, 238, 222), art.palette.accents[0], 0.1)
    draw_plate(art, x, y, radius * 1.12, (240, 238, 232))
    draw_plate(art, x, y, radius * 0.92, cream)
    canvas.paint(art.ellipse(x, y, radius * 0.8), Ramp([tone(cream, light=0.03), mix(cream, (236, 190, 170), 0.35)]))
    for index in range(12):
        angle = math.tau * index / 12
        px, py = x + math.cos(angle) * radius * 0.68, y + math.sin(angle) * radius * 0.68
        for ring in range(3):
            puff = art.ellipse(px, py, radius * (0.13 - 0.036 * ring))
            canvas.shadow(puff.moved(0, radius * 0.015), radius * 0.015, 0.18)
            canvas.paint(puff, Ramp([WHITE, tone(cream, light=-0.05 + 0.02 * ring)]))
        _draw_berry(art, px, py - radius * 0.01, radius * 0.062, (196, 38, 52))
    for _ in range(art.more(9, 14, 20)):
        # The root spreads berries evenly; without it they would crowd in the middle.
        angle, far = rng.uniform(0, math.tau), radius * 0.42 * rng.random() ** 0.5
        tint = rng.choice(((196, 38, 52), (62, 58, 112), (222, 84, 70)))
        _draw_berry(art, x + math.cos(angle) * far, y + math.sin(angle) * far, radius * rng.uniform(0.06, 0.1), tint)


def _draw_berry(art: Art, x: float, y: float, radius: float, tint: Colour) -> None:
    berry = art.ellipse(x, y, radius)
    art.canvas.shadow(berry.moved(0, radius * 0.25), radius * 0.2, 0.35)
    art.canvas.paint(berry, Ramp([tone(tint, light=0.14), tint, tone(tint, light=-0.14)]))
    art.canvas.light(art.ellipse(x - radius * 0.3, y - radius * 0.35, radius * 0.22).soft(radius * 0.1), WHITE, 0.7)
