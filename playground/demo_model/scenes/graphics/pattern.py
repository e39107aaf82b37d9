"""Repeating patterns whose cells divide the picture, so that it tiles: waves, quarter turns, leaves."""

import math
from collections.abc import Callable
from random import Random

from ...paint import WHITE, Art, Colour, Mask, mix, tone
from ...paint.captions import draw_title
from ...paint.curves import leaf_outline
from ...paint.fills import noise, stretch_levels
from ...paint.mask import blur_image
from .abstract import family

type _Tints = list[Colour]


def paint(art: Art) -> None:
    """Fill the picture with one pattern; quoted words become a title."""
    rng = art.rng("pattern")
    tints = family(art, rng)
    _choose(art, rng)(art, rng, tints)
    if art.detail:
        weave = stretch_levels(blur_image(noise(art.canvas.size, art.rng("weave")), 0.6), 60, 200)
        art.canvas.shade(Mask(weave, 0, 0), mix(WHITE, tints[1], 0.3), 0.35)
    draw_title(art)


def _choose(art: Art, rng: Random) -> Callable[[Art, Random, _Tints], None]:
    if art.scene.shows("wave", "japanese"):
        return _draw_waves
    if art.scene.shows("leaf", "flower", "plant"):
        return _draw_leaves
    if art.scene.style in ("bauhaus", "minimal"):
        return _draw_turns
    return rng.choice((_draw_waves, _draw_turns, _draw_leaves))


def _cells(art: Art, across: int) -> tuple[int, int, float, float]:
    # Whole cells in both directions: only then the picture tiles.
    columns = max(round(across * art.width / art.unit), 1)
    rows = max(round(across * art.height / art.unit), 1)
    return columns, rows, art.width / columns, art.height / rows


def _draw_waves(art: Art, rng: Random, tints: _Tints) -> None:
    """Draw overlapping scales of concentric rings, laid from the top down."""
    columns, _, wide, _ = _cells(art, rng.choice((5, 6, 8)))
    # An even number, since every second row is shifted by half a scale.
    rows = max(round(art.height / (wide / 4)) // 2 * 2, 2)
    step, radius = art.height / rows, wide / 2
    art.canvas.fill(tints[0])
    # A scale reaches two rows up, so the last ones have their middle below the picture.
    for row in range(-1, rows + 3):
        for ring, tint in _scale_rings(tints, art.detail):
            discs = art.stencil()
            for column in range(-1, columns + 1):
                x = (column + (0.5 if row % 2 else 1.0)) * wide
                discs.ellipse(x, row * step, radius * ring)
            art.canvas.paint(discs, tint)


def _scale_rings(tints: _Tints, detail: int) -> list[tuple[float, Colour]]:
    rings = [
        (1.0, tints[-1]),
        (0.93, tints[1]),
        (0.72, tints[-1]),
        (0.65, tints[2]),
        (0.44, tints[-1]),
        (0.37, tints[3]),
    ]
    return [*rings, (0.18, tints[-1]), (0.12, tints[4])] if detail else rings


def _draw_turns(art: Art, rng: Random, tints: _Tints) -> None:
    """Draw square tiles with quarter discs turned at random."""
    columns, rows, wide, tall = _cells(art, rng.choice((5, 6, 7)))
    for row in range(rows):
        for column in range(columns):
            ground, large, small = rng.sample(tints, 3)
            x0, y0, x1, y1 = (
                round(column * wide),
                round(row * tall),
                round((column + 1) * wide),
                round((row + 1) * tall),
            )
            tile = art.rectangle(x0, y0, x1, y1)
            art.canvas.paint(tile, ground)
            corner = (rng.choice((x0, x1)), rng.choice((y0, y1)))
            art.canvas.paint(art.ellipse(*corner, wide, tall).times(tile), large)
            if rng.random() < 0.6:
                art.canvas.paint(art.ellipse(*corner, wide * 0.5, tall * 0.5).times(tile), small)


def _draw_leaves(art: Art, rng: Random, tints: _Tints) -> None:
    """Draw sprigs and blossoms in a staggered grid."""
    columns, rows, wide, tall = _cells(art, 4)
    light = rng.random() < 0.5
    art.canvas.fill(tints[-1] if light else tints[0])
    inks = tints[:4] if light else tints[2:]
    angle = rng.uniform(-0.5, 0.5)
    for row in range(-1, rows + 1):
        for column in range(-1, columns + 1):
            x, y = (column + (0.5 if row % 2 else 1.0)) * wide, (row + 0.5) * tall
            flip = 1 if (row + column) % 2 else -1
            _draw_sprig(art, x, y, wide * 0.46, angle * flip - math.pi / 2, (inks[0], inks[1]))
            _draw_flower(art, x + wide * 0.5, y + tall * 0.05, wide * 0.13, (inks[2], inks[3]))
            dots = art.stencil()
            for dx, dy in ((0.28, -0.3), (-0.3, 0.32), (0.36, 0.36)):
                dots.ellipse(x + dx * wide, y + dy * tall, wide * 0.018)
            art.canvas.paint(dots, inks[2])


def _draw_sprig(art: Art, x: float, y: float, reach: float, turn: float, inks: tuple[Colour, Colour]) -> None:
    cos, sin = math.cos(turn), math.sin(turn)
    start = (x - cos * reach * 0.75, y - sin * reach * 0.75)
    stem = art.stencil().line([start, (x + cos * reach * 0.6, y + sin * reach * 0.6)], reach * 0.03)
    near, far = art.stencil(), art.stencil()
    for step in range(5):
        px, py = start[0] + cos * reach * 0.28 * (step + 0.6), start[1] + sin * reach * 0.28 * (step + 0.6)
        long = reach * (0.5 - 0.055 * step)
        near.polygon(leaf_outline(px, py, long, long * 0.42, turn - 0.85))
        far.polygon(leaf_outline(px, py, long, long * 0.42, turn + 0.85))
    near.polygon(leaf_outline(x + cos * reach * 0.55, y + sin * reach * 0.55, reach * 0.34, reach * 0.15, turn))
    art.canvas.paint(stem, inks[0])
    art.canvas.paint(near, inks[0])
    art.canvas.paint(far, inks[1])
    if art.detail:
        veins = near.mask().rim(reach * 0.012, reach * 0.012)
        art.canvas.paint(veins, tone(inks[0], light=0.15), 0.6)


def _draw_flower(art: Art, x: float, y: float, radius: float, inks: tuple[Colour, Colour]) -> None:
    petals = art.stencil()
    for index in range(6):
        turn = math.tau * index / 6
        petals.ellipse(x + math.cos(turn) * radius * 0.62, y + math.sin(turn) * radius * 0.62, radius * 0.42)
    art.canvas.paint(petals, inks[0])
    art.canvas.paint(art.ellipse(x, y, radius * 0.36), inks[1])
