"""A koi seen from above, under a little water."""

import math
from random import Random

from ..art import Art
from ..colour import WHITE, Colour, mix
from ..curves import Point, leaf, smooth

_GIRTH = ((0.0, 0.0), (0.06, 0.075), (0.2, 0.115), (0.42, 0.12), (0.65, 0.085), (0.85, 0.04), (0.95, 0.025))
_COATS: tuple[tuple[Colour, Colour], ...] = (
    ((250, 244, 236), (226, 84, 34)),
    ((238, 118, 40), (250, 240, 228)),
    ((250, 244, 236), (208, 46, 34)),
    ((242, 176, 56), (250, 226, 150)),
    ((236, 232, 226), (40, 38, 42)),
)
_FLAT = 0.62  # how much the slanting view shortens what lies on the water


def koi(art: Art, dice: Random, x: float, y: float, long: float, turn: float) -> None:
    """Paint one koi around a point, `long` pixels from nose to tail, heading along `turn` radians."""
    spine = _spine(dice, x, y, long, turn)
    base, patch = dice.choice(_COATS)
    night = art.palette.dark
    base, patch = (mix(tint, art.palette.near, 0.4 if night else 0.04) for tint in (base, patch))
    body = art.stencil().polygon(_outline(spine, long)).mask()
    fins = art.stencil()
    for place, lean in ((3, 1.0), (3, -1.0), (7, 0.8), (7, -0.8)):
        heading = _heading(spine, place)
        size = long * (0.17 if place == 3 else 0.1)
        fins.polygon(_flat(leaf(*spine[place], size, size * 0.5, heading + math.pi - lean), spine[place]))
    for lean in (-0.38, 0.0, 0.38):
        heading = _heading(spine, 10) + math.pi
        fins.polygon(_flat(leaf(*spine[-1], long * 0.24, long * 0.09, heading + lean), spine[-1]))
    art.canvas.shadow(body.moved(long * 0.05, long * 0.12), long * 0.05, 0.4, (6, 30, 36))
    art.canvas.paint(fins, mix(base, WHITE, 0.15), 0.62)
    art.canvas.paint(body, base)
    marks = art.stencil()
    for place in dice.sample(range(1, 10), 4):
        px, py = spine[place]
        marks.ellipse(
            px + dice.uniform(-0.03, 0.03) * long,
            py,
            long * dice.uniform(0.06, 0.11),
            long * dice.uniform(0.04, 0.07),
        )
    art.canvas.paint(marks.mask().times(body), patch)
    art.canvas.shade(body.rim(-long * 0.02, -long * 0.03, long * 0.015), (70, 90, 110), 0.7)
    if art.detail:
        back = art.stencil().line(spine[1:9], long * 0.02).mask().soft(long * 0.012, art.canvas.size)
        art.canvas.light(back, WHITE, 0.4)
    _ripple(art, dice, spine[0], long)


def _spine(dice: Random, x: float, y: float, long: float, turn: float) -> list[Point]:
    bend = dice.choice((-1, 1)) * dice.uniform(0.5, 1.1)
    points = []
    px, py, heading = x, y, turn + math.pi
    for step in range(12):
        points.append((px, py))
        px += math.cos(heading) * long / 12
        py += math.sin(heading) * long / 12 * _FLAT
        heading += bend * (step - 3) / 26
    return points


def _heading(spine: list[Point], place: int) -> float:
    (ax, ay), (bx, by) = spine[place], spine[place - 1]
    return math.atan2((by - ay) / _FLAT, bx - ax)


def _outline(spine: list[Point], long: float) -> list[Point]:
    left, right = [], []
    for share, girth in _GIRTH:
        place = min(round(share * 11), 11)
        heading = _heading(spine, max(place, 1)) + math.pi / 2
        x, y = spine[place]
        dx, dy = math.cos(heading) * girth * long, math.sin(heading) * girth * long * _FLAT
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return smooth([*left, *reversed(right[1:])], 6, closed=True)


def _flat(points: list[Point], origin: Point) -> list[Point]:
    return [(x, origin[1] + (y - origin[1]) * _FLAT) for x, y in points]


def _ripple(art: Art, dice: Random, nose: Point, long: float) -> None:
    rings = art.stencil()
    for step in range(art.more(1, 2, 3)):
        radius = long * (0.35 + 0.28 * step)
        rings.ring(
            *nose, radius, radius * 0.36, max(art.unit * 0.0014, 0.8), dice.uniform(0, 60), dice.uniform(260, 360)
        )
    art.canvas.light(rings, (214, 234, 232), 0.28)
