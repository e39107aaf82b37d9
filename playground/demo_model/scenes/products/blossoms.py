"""Flowers for vases: sunflowers, round blossoms, and dry twigs when no flower is named."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.curves import leaf_outline
from ...paint.palette import named_colour

_BLOSSOMS = 7


def draw_bouquet(art: Art, x: float, y: float, tall: float) -> None:
    """Stand flowers in an opening around (x, y); `tall` is the vase's height in pixels."""
    rng = art.rng("bouquet")
    if art.scene.shows("sunflower"):
        places = [(rng.uniform(-0.1, 0.1), 1.05, 0.44)]
        if art.scene.shows("flower") and rng.random() < 0.7:
            places = [(-0.42, 0.72, 0.32), (0.45, 0.86, 0.34), *places]
        for number, (dx, dy, size) in enumerate(places):
            rng = art.rng(f"sunflower {number}")
            _draw_stem(art, rng, (x, y), (x + dx * tall, y - dy * tall), tall)
            draw_sunflower(art, rng, x + dx * tall, y - dy * tall, size * tall)
    elif art.scene.shows("flower"):
        for place in range(_BLOSSOMS):
            rng = art.rng(f"blossom {place}")
            angle = -math.pi / 2 + (place / (_BLOSSOMS - 1) - 0.5) * 1.7
            far = tall * rng.uniform(0.6, 1.1)
            end = (x + math.cos(angle) * far, y + math.sin(angle) * far)
            _draw_stem(art, rng, (x, y), end, tall * 0.8)
            # The last colour: in "white vase with pink roses" the flowers come last.
            tint = named_colour(art.scene.colours[-1]) if art.scene.colours else rng.choice(art.palette.accents)
            draw_blossom(art, rng, *end, tall * rng.uniform(0.14, 0.2), tint)
    else:
        _draw_twigs(art, rng, x, y, tall)


def draw_sunflower(art: Art, rng: Random, x: float, y: float, radius: float) -> None:
    """Draw a sunflower head around a centre: three rings of petals and a spiral of seeds."""
    golds: tuple[Colour, ...] = ((206, 128, 22), (236, 166, 32), (250, 200, 62))
    for ring, gold in enumerate(golds):
        # Fewer petals in each inner ring, turned by half a petal, so that gaps are covered.
        count = 19 - 2 * ring
        petals, veins = art.stencil(), art.stencil()
        for index in range(count):
            turn = math.tau * (index + 0.5 * ring) / count + rng.uniform(-0.09, 0.09)
            long = radius * rng.uniform(0.92, 1.08) * (1 - 0.09 * ring)
            petals.polygon(leaf_outline(x, y, long, radius * 0.3, turn))
            veins.line(
                [
                    (x + math.cos(turn) * radius * 0.45, y + math.sin(turn) * radius * 0.45),
                    (x + math.cos(turn) * long * 0.86, y + math.sin(turn) * long * 0.86),
                ],
                radius * 0.012,
            )
        shape = petals.mask()
        if ring:
            art.canvas.shade(shape.moved(0, radius * 0.03).soft(radius * 0.03), (120, 60, 10), 0.35)
        art.canvas.paint(shape, Ramp([tone(gold, light=0.05), gold, tone(gold, turn=-8, light=-0.06)]))
        if art.detail:
            art.canvas.paint(veins, tone(gold, turn=-12, light=-0.14), 0.5)
            art.canvas.light(shape.rim(radius * 0.012, radius * 0.012), WHITE, 0.22)
    _draw_seeds(art, x, y, radius * 0.44)


def _whole(art: Art) -> Mask:
    """Mask the whole canvas: on a clear one, shading stays on painted pixels anyway."""
    return art.rectangle(0, 0, art.width, art.height)


def _draw_seeds(art: Art, x: float, y: float, radius: float) -> None:
    disc = art.ellipse(x, y, radius)
    art.canvas.paint(disc, Ramp([(92, 58, 24), (70, 40, 18), (44, 25, 14)], "out", (0, 0.5, 1)))
    dark, lit = art.stencil(), art.stencil()
    for index in range(art.more(90, 240, 420)):
        # The root keeps seeds equally dense from the middle to the rim.
        share = (index / art.more(90, 240, 420)) ** 0.5
        # The golden angle in radians, by which seeds of a sunflower follow each other.
        angle = index * 2.39996
        size = radius * (0.018 + 0.026 * share)
        dot = lit if index % 3 == 0 or share > 0.82 else dark
        dot.ellipse(x + math.cos(angle) * radius * share * 0.97, y + math.sin(angle) * radius * share * 0.97, size)
    art.canvas.paint(dark, (34, 19, 12), 0.8)
    art.canvas.paint(lit, (176, 112, 40), 0.85)
    art.canvas.shade(disc.rim(-radius * 0.1, -radius * 0.14, radius * 0.1), BLACK, 0.5)


def draw_blossom(art: Art, rng: Random, x: float, y: float, radius: float, tint: Colour) -> None:
    art.canvas.shadow(art.stencil().ellipse(x, y + radius * 0.15, radius * 0.9), radius * 0.2, 0.2)
    for ring in range(4):
        reach = radius * (1 - 0.23 * ring)
        count = 9 - ring * 2
        petals = art.stencil()
        start = rng.uniform(0, math.tau)
        for index in range(count):
            turn = start + math.tau * index / count
            petals.ellipse(
                x + math.cos(turn) * reach * 0.55,
                y + math.sin(turn) * reach * 0.5,
                reach * 0.48,
                reach * 0.42,
                turn=turn,
            )
        shape = petals.mask()
        base = tone(tint, light=-0.07 + 0.05 * ring)
        art.canvas.paint(shape, Ramp([mix(base, WHITE, 0.22), base]))
        if art.detail:
            art.canvas.shade(shape.rim(0, -radius * 0.05, radius * 0.04), (120, 70, 80), 0.5)
    art.canvas.paint(art.ellipse(x, y, radius * 0.12), tone(tint, turn=25, light=0.15))


def _draw_stem(art: Art, rng: Random, start: Point, end: Point, tall: float) -> None:
    green = mix((84, 116, 56), art.palette.near, 0.35 if art.palette.dark else 0.05)
    middle = ((start[0] + end[0]) / 2 + rng.uniform(-0.06, 0.06) * tall, (start[1] + end[1]) / 2)
    path = smooth_curve([(start[0] * 0.8 + middle[0] * 0.2, start[1] + tall * 0.1), middle, end], 10)
    stalk = art.line(path, tall * 0.034)
    art.canvas.paint(stalk, Ramp([tone(green, light=0.06), tone(green, light=-0.1)]))
    art.canvas.light(stalk.rim(tall * 0.01, 0), art.palette.glow, 0.25)
    for side in (-1, 1):
        joint = path[rng.randint(6, 11)]
        _draw_leaf(art, joint, tall * rng.uniform(0.3, 0.4), -math.pi / 2 + side * rng.uniform(0.9, 1.4), green)


def _draw_leaf(art: Art, start: Point, long: float, turn: float, green: Colour) -> None:
    shape = art.polygon(leaf_outline(*start, long, long * 0.62, turn))
    art.canvas.paint(shape, Ramp([tone(green, light=0.08), tone(green, light=-0.09)]))
    tip = (start[0] + math.cos(turn) * long * 0.94, start[1] + math.sin(turn) * long * 0.94)
    veins = art.stencil().line([start, tip], long * 0.018)
    if art.detail:
        for step in range(1, 6):
            x, y = start[0] + (tip[0] - start[0]) * step / 6, start[1] + (tip[1] - start[1]) * step / 6
            for lean in (-0.7, 0.7):
                reach = long * 0.26 * (1 - abs(step - 2.5) / 5)
                veins.line(
                    [(x, y), (x + math.cos(turn + lean) * reach, y + math.sin(turn + lean) * reach)], long * 0.009
                )
    art.canvas.paint(veins.mask().times(shape), tone(green, light=0.16), 0.7)
    art.canvas.shade(shape.rim(0, -long * 0.03, long * 0.02), (60, 80, 50), 0.5)


def _draw_twigs(art: Art, rng: Random, x: float, y: float, tall: float) -> None:
    """Draw long eucalyptus twigs with round leaves."""
    green = mix((128, 152, 132), art.palette.near, 0.35 if art.palette.dark else 0.0)
    for twig in range(art.more(4, 5, 6)):
        turn = -math.pi / 2 + (twig - 2) * 0.26 + rng.uniform(-0.1, 0.1)
        long = tall * rng.uniform(0.95, 1.35)
        path = [
            (
                x + math.cos(turn + 0.03 * s) * long * s / 12,
                y + tall * 0.08 + math.sin(turn + 0.03 * s) * long * s / 12,
            )
            for s in range(13)
        ]
        art.canvas.paint(art.line(path, tall * 0.014), (112, 92, 70))
        leaves = art.stencil()
        for px, py in path[3:]:
            for side in (-1, 1):
                size = tall * rng.uniform(0.045, 0.07)
                leaves.ellipse(px + side * size * 0.9, py - size * 0.3, size, size * 0.75, turn=side * 0.5)
        shape = leaves.mask()
        art.canvas.paint(shape, Ramp([tone(green, light=0.1), tone(green, light=-0.06 * (twig % 3))]), 0.95)
        art.canvas.light(shape.rim(tall * 0.006, tall * 0.006), WHITE, 0.25)
