"""Trees as silhouettes: pines, lines of trees on a ridge, round crowns of leaves, bamboo."""

import math
from collections.abc import Sequence
from random import Random

from ...paint.art import Art
from ...paint.colour import Colour
from ...paint.curves import Point, leaf_outline
from ...paint.stencil import Stencil


def add_pine(stencil: Stencil, rng: Random, x: float, foot: float, tall: float) -> None:
    """Add one pine: a trunk and ragged tiers of boughs, `tall` pixels high."""
    stencil.polygon([(x - tall * 0.012, foot), (x, foot - tall), (x + tall * 0.012, foot)])
    tiers = 13
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        t = (tier + 1) / tiers
        reach = tall * 0.19 * t**0.9
        y = foot - tall * (1 - t * 0.9)
        for edge, side in ((left, -1), (right, 1)):
            # Out and in again for each tier makes the ragged outline.
            edge.append((x + side * reach * rng.uniform(0.75, 1.15), y + tall * 0.03 * rng.uniform(0.4, 1.2)))
            edge.append((x + side * reach * rng.uniform(0.3, 0.5), y))
    stencil.polygon([(x, foot - tall), *right, *reversed(left)])


def draw_treeline(art: Art, rng: Random, heights: Sequence[float], base: float, tall: float, tint: Colour) -> None:
    """Stand small pines along a ridge (see `curves.ridge_heights`)."""
    trees = art.stencil()
    for _ in range(art.more(24, 70, 130)):
        place = rng.random() * (len(heights) - 1)
        x = place / (len(heights) - 1) * art.width
        y = base - heights[int(place)] * tall
        size = art.unit * rng.uniform(0.012, 0.032)
        trees.polygon([(x - size * 0.22, y + size * 0.4), (x, y - size * 0.8), (x + size * 0.22, y + size * 0.4)])
    art.canvas.paint(trees, tint, 0.9)


def draw_tree_crown(
    art: Art, rng: Random, x: float, y: float, size: float, tints: tuple[Colour, Colour, Colour]
) -> None:
    """Draw a round crown of leaves in three tones, dark below and lit above; `size` is its radius."""
    count = art.more(26, 70, 130)
    for layer, tint in enumerate(tints):
        tufts = art.stencil()
        for _ in range(count):
            # The root spreads tufts evenly over the disc instead of crowding them in its middle.
            angle, far = rng.uniform(0, math.tau), rng.random() ** 0.5
            dx, dy = math.cos(angle) * far * size, math.sin(angle) * far * size * 0.72
            lift = size * (0.12 - 0.14 * layer)
            puff = size * rng.uniform(0.09, 0.17) * (1.5 - 0.35 * layer) * (1.25 if not art.detail else 1)
            # The lighter a layer, the nearer to the top and the middle it stays: light comes from above.
            keep = 1.0 - 0.18 * layer
            tufts.ellipse(x + dx * keep - size * 0.04 * layer, y + dy * keep + lift, puff, puff * 0.78)
        art.canvas.paint(tufts, tint, 0.94)


def draw_bough(art: Art, rng: Random, x: float, y: float, reach: float, turn: float, tints: Sequence[Colour]) -> None:
    """Draw a bough that hangs into the picture, with single leaves; `turn` is its direction in radians."""
    wood, leaves = art.stencil(), [art.stencil() for _ in tints]
    for twig in range(art.more(5, 8, 11)):
        angle = turn + rng.uniform(-0.55, 0.55)
        long = reach * rng.uniform(0.45, 1.0)
        path = [
            (x + math.cos(angle + 0.12 * s) * long * s / 6, y + math.sin(angle + 0.12 * s) * long * s / 6)
            for s in range(7)
        ]
        wood.line(path, max(reach * 0.012 * (1.2 - 0.06 * twig), 1))
        for _ in range(art.more(16, 34, 60)):
            px, py = path[rng.randint(1, 6)]
            px, py = px + rng.gauss(0, reach * 0.06), py + rng.gauss(0, reach * 0.05)
            size = reach * rng.uniform(0.035, 0.07)
            shape = leaf_outline(px, py, size, size * 0.5, rng.uniform(0, math.tau))
            leaves[rng.randrange(len(leaves))].polygon(shape)
    art.canvas.paint(wood, (52, 36, 34))
    for stencil, tint in zip(leaves, tints, strict=True):
        art.canvas.paint(stencil, tint)
