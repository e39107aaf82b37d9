"""The near shore of a sea: wet and dry sand, foam, and a palm."""

import math
from random import Random

from ..art import Art
from ..colour import BLACK, WHITE, mix, tone
from ..curves import Point, leaf, smooth
from ..effects import band
from ..fills import Ramp
from ..stencil import Stencil


def beach(art: Art) -> None:
    """Wet sand, then dry sand, with lines of foam between."""
    dice = art.dice("beach")
    sand = mix((226, 196, 150), art.palette.sky[-1], 0.3)
    sand = mix(sand, art.palette.near, 0.55 if art.palette.dark else 0.12)
    lean = dice.uniform(0.06, 0.14) * dice.choice((-1, 1))
    for order, (level, tint, strength) in enumerate(
        ((0.83, mix(sand, art.palette.sky[0], 0.35), 0.75), (0.88, mix(sand, BLACK, 0.14), 1.0), (0.93, sand, 1.0))
    ):
        edge = _edge(art, dice, level, lean)
        shape = art.stencil().polygon([*edge, (art.width, art.height), (0, art.height)]).mask()
        art.canvas.paint(shape, Ramp([tint, mix(tint, WHITE, 0.08)]), strength)
        if order < 2:
            _foam(art, dice, edge, 1 - 0.3 * order)
    if art.detail:
        _pebbles(art, dice, sand)
        sheen = band(art, art.height * 0.8, art.height * 0.92)
        art.canvas.light(sheen, art.palette.glow, 0.1)


def _edge(art: Art, dice: Random, level: float, lean: float) -> list[Point]:
    points = []
    for index in range(9):
        t = index / 8
        y = level + lean * (t - 0.5) + dice.uniform(-0.012, 0.012)
        points.append((art.width * t, art.height * y))
    return smooth(points, 10)


def _foam(art: Art, dice: Random, edge: list[Point], strength: float) -> None:
    lace = art.stencil().line(edge, art.unit * 0.007)
    for x, y in edge[:: 1 if art.detail else 2]:
        for _ in range(art.more(1, 3, 6)):
            lace.ellipse(
                x + dice.gauss(0, 8) * art.unit / 1000,
                y - abs(dice.gauss(0, 9)) * art.unit / 1000,
                art.unit * dice.uniform(0.001, 0.006),
                ink=dice.randint(110, 255),
            )
    tint = mix(WHITE, art.palette.sky[-1], 0.25)
    art.canvas.paint(lace, mix(tint, art.palette.near, 0.3) if art.palette.dark else tint, 0.85 * strength)


def _pebbles(art: Art, dice: Random, sand: tuple[int, int, int]) -> None:
    dots = art.stencil()
    for _ in range(art.more(0, 90, 320)):
        dots.ellipse(
            dice.uniform(0, art.width),
            art.height * dice.uniform(0.93, 1),
            art.unit * dice.uniform(0.0008, 0.003),
            art.unit * 0.0012,
        )
    art.canvas.paint(dots, tone(sand, light=-0.18), 0.5)


def palm(art: Art, dice: Random, side: int) -> None:
    """A leaning palm that frames one side."""
    foot_x = art.width * (0.5 + side * 0.44)
    top_x, top_y = art.width * (0.5 + side * 0.3), art.height * dice.uniform(0.24, 0.32)
    trunk = smooth(
        [
            (foot_x, art.height * 0.98),
            ((foot_x + top_x) / 2 + side * art.unit * 0.05, art.height * 0.66),
            (top_x, top_y),
        ],
        14,
    )
    shape = art.stencil()
    for index in range(len(trunk) - 1):
        shape.line(trunk[index : index + 2], art.unit * (0.026 - 0.014 * index / len(trunk)))
    for frond in range(9):
        angle = -1.57 + (frond - 4) * 0.62 + dice.uniform(-0.15, 0.15)
        _frond(art, shape, dice, (top_x, top_y), angle)
    tint = mix(art.palette.near, BLACK, 0.1)
    mask = shape.mask()
    art.canvas.paint(mask, Ramp([mix(tint, art.palette.far, 0.2), tint]))
    art.canvas.light(mask.rim(side * art.unit * 0.003, art.unit * 0.002), art.palette.glow, 0.3)


def _frond(art: Art, shape: Stencil, dice: Random, start: Point, angle: float) -> None:
    """A frond that rises, then droops under its weight, with leaflets along it."""
    long = art.unit * dice.uniform(0.2, 0.27)
    path: list[Point] = []
    for step in range(13):
        t = step / 12
        x = start[0] + math.cos(angle) * long * t
        path.append((x, start[1] + math.sin(angle) * long * t * 0.8 + long * 0.5 * t * t))
    shape.line(path, art.unit * 0.004)
    for x, y in path[2:]:
        for lean in (0.55, 2.2):
            turn = lean + (0.25 if math.cos(angle) > 0 else 0.35)
            shape.polygon(leaf(x, y, long * 0.24, long * 0.035, turn))
