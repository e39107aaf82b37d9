"""Lines and outlines as points in pixels: smooth curves, ridges, blobs."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

type Point = tuple[float, float]


def parse_outline(
    text: str, x: float = 0.0, y: float = 0.0, wide: float = 1.0, tall: float | None = None
) -> list[Point]:
    """Read points written as "x,y x,y", in units of `wide` by `tall` (the same if not given) from an origin.

    Raises ValueError for anything else.
    """
    tall = wide if tall is None else tall
    pairs = (pair.split(",") for pair in text.split())
    return [(x + float(dx) * wide, y + float(dy) * tall) for dx, dy in pairs]


def smooth_curve(points: Sequence[Point], steps: int = 8, closed: bool = False) -> list[Point]:
    """Return a Catmull-Rom curve through the points, `steps` straight pieces between two of them."""
    if len(points) < 3:
        return list(points)
    # Each piece needs a neighbour on both sides: the other end of a closed curve, else the end point again.
    ends = (points[-1], points[0], points[1]) if closed else (points[0], points[-1])
    guides = [ends[0], *points, *ends[1:]]
    curve: list[Point] = []
    for index in range(len(guides) - 3):
        curve.extend(_segment(guides[index : index + 4], steps))
    return curve if closed else [*curve, points[-1]]


def _segment(four: Sequence[Point], steps: int) -> list[Point]:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    result = []
    for step in range(steps):
        t = step / steps
        result.append((_catmull(ax, bx, cx, dx, t), _catmull(ay, by, cy, dy, t)))
    return result


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def ridge_heights(rng: Random, rough: float, steps: int = 7) -> list[float]:
    """Return heights from about -1 to 1 of a broken line with 2**steps pieces; `rough` 0 is smooth, 1 wild."""
    heights = [rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5)]
    swing = 1.0
    for _ in range(steps):
        finer = []
        for left, right in pairwise(heights):
            finer += [left, (left + right) / 2 + rng.uniform(-swing, swing) * 0.5]
        heights = [*finer, heights[-1]]
        # Halving the swing with each finer step would give a natural ridge; less is smoother, more is wilder.
        swing *= 0.35 + 0.3 * rough
    return heights


def ridge_outline(heights: Sequence[float], width: float, base: float, tall: float, floor: float) -> list[Point]:
    """Close a ridge to an outline: heights around `base`, `tall` pixels high, filled down to `floor`."""
    step = width / (len(heights) - 1)
    line: list[Point] = [(index * step, base - height * tall) for index, height in enumerate(heights)]
    return [(0.0, floor), *line, (width, floor)]


def blob_outline(rng: Random, x: float, y: float, rx: float, ry: float, wobble: float = 0.15) -> list[Point]:
    """Return a soft closed outline around a centre, radii varied by `wobble`."""
    count = 10
    points = []
    for index in range(count):
        angle = math.tau * index / count
        reach = 1 + rng.uniform(-wobble, wobble)
        points.append((x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach))
    return smooth_curve(points, 6, closed=True)


def ellipse_outline(x: float, y: float, rx: float, ry: float, turn: float = 0.0, steps: int = 40) -> list[Point]:
    """Return an ellipse turned by radians, as points."""
    cos, sin = math.cos(turn), math.sin(turn)
    points = []
    for index in range(steps):
        angle = math.tau * index / steps
        dx, dy = math.cos(angle) * rx, math.sin(angle) * ry
        points.append((x + dx * cos - dy * sin, y + dx * sin + dy * cos))
    return points


def leaf_outline(x: float, y: float, length: float, width: float, turn: float) -> list[Point]:
    """Return a pointed leaf or petal that starts at a point and reaches `length` along `turn` radians."""
    cos, sin = math.cos(turn), math.sin(turn)
    outline = []
    for along, side in ((0, 0), (0.3, 0.42), (0.6, 0.5), (0.85, 0.25), (1, 0)):
        outline.append((along, side))
    shape = [*outline, *((along, -side) for along, side in reversed(outline[1:-1]))]
    placed = [
        (x + along * length * cos - side * width * sin, y + along * length * sin + side * width * cos)
        for along, side in shape
    ]
    return smooth_curve(placed, 5, closed=True)
