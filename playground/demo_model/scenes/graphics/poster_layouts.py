"""Geometric layouts for posters. Each paints shapes and says at which share of the height words go."""

import math
from collections.abc import Callable
from random import Random

from ...paint import Art, Colour
from ...paint.stencil import Stencil

type Inks = tuple[Colour, Colour, Colour, Colour, Colour]  # paper, three inks, black


def sunrise(art: Art, rng: Random, inks: Inks, lettered: bool) -> float:
    """Draw a half sun with rings over a horizon; a cup stands in it when the words speak of one."""
    paper, first, second, third, black = inks
    width, height, unit = art.width, art.height, art.unit
    x, y = width / 2, height * (0.54 if lettered else 0.66)
    radius = min(width * 0.42, height * 0.42)
    rays = art.stencil()
    for step in range(15):
        angle = math.pi + math.pi * (step + 0.5) / 15
        if step % 2 == 0:
            rays.polygon(
                [
                    _polar(x, y, radius * 1.04, angle - 0.1),
                    _polar(x, y, radius * 1.34, angle - 0.07),
                    _polar(x, y, radius * 1.34, angle + 0.07),
                    _polar(x, y, radius * 1.04, angle + 0.1),
                ]
            )
    art.canvas.paint(rays, second)
    for ring, tint in enumerate((first, paper, second, paper, third)):
        art.canvas.paint(_half(art, x, y, radius * (1 - 0.15 * ring)), tint)
    if _has_cup(art):
        draw_cup(art, x, y - unit * 0.012, radius * 0.56, (black, black, black))
    else:
        art.canvas.paint(_half(art, x, y, radius * 0.3), black)
    bars = art.stencil().rectangle(width * 0.07, y, width * 0.93, y + unit * 0.014)
    art.canvas.paint(bars, black)
    _draw_footer(art, rng, inks, height * (0.9 if lettered else 0.78))
    return 0.71


def modules(art: Art, rng: Random, inks: Inks, lettered: bool) -> float:
    """Draw rows of square tiles with quarter circles, discs and stripes, and room for words between them."""
    paper, first, second, third, black = inks
    room = round(0.3 * art.height) if lettered else 0
    rows = rng.choice((2, 4)) if art.width >= art.height else 4
    side = round(min((art.height * 0.88 - room) / rows, art.width * 0.88 / 2))
    columns = max(int(art.width * 0.9 / side), 2)
    left, top = (art.width - side * columns) // 2, (art.height - side * rows - room) // 2
    above = (rows + 1) // 2
    cup_at = (rng.randrange(0, above), rng.randrange(0, columns)) if _has_cup(art) else None
    previous = paper
    for row in range(rows):
        y = top + row * side + (room if row >= above else 0)
        for column in range(columns):
            # Never the ground of the tile before: two equal ones would look like one.
            ground, shape = rng.sample([tint for tint in (paper, first, second, third, black) if tint != previous], 2)
            previous = ground
            x = left + column * side
            art.canvas.paint(art.rectangle(x, y, x + side, y + side), ground)
            if (row, column) == cup_at:
                bare = paper if ground != paper else first
                draw_cup(art, x + side * 0.46, y + side * 0.84, side * 0.56, (bare, bare, bare))
            else:
                art.canvas.paint(_tile(art, rng, x, y, side), shape)
                if rng.random() < 0.3:
                    dot = art.stencil().ellipse(x + side / 2, y + side / 2, side * 0.13)
                    art.canvas.paint(dot, rng.choice([tint for tint in inks if tint != shape]))
    return (top + above * side + room / 2) / art.height


def diagonal(art: Art, rng: Random, inks: Inks, lettered: bool) -> float:
    """Draw a great disc crossed by slanting bars, overprinting where they meet."""
    paper, first, second, third, black = inks
    width, height, unit = art.width, art.height, art.unit
    x, y, radius = width * 0.56, height * 0.33, min(width, height) * 0.27
    art.canvas.paint(art.ellipse(x, y, radius), first)
    if _has_cup(art):
        art.canvas.paint(_slant(art, x + unit * 0.04, y - unit * 0.05, radius * 3.0, unit * 0.05), black)
        art.canvas.paint(_slant(art, x + unit * 0.14, y - unit * 0.03, radius * 2.7, unit * 0.09), third)
        art.canvas.paint(art.ellipse(x, y, radius), first)
        art.canvas.shade(art.stencil().ellipse(x - radius * 0.95, y + radius * 0.42, radius * 0.5), second)
        draw_cup(art, x - radius * 0.02, y + radius * 0.46, radius * 0.86, (paper, paper, black))
        _draw_dots(art, width * 0.1, height * 0.1, unit * 0.032, 4, black)
        _draw_footer(art, rng, inks, height * 0.925)
        return 0.765
    art.canvas.shade(art.stencil().ellipse(x - radius * 0.95, y + radius * 0.42, radius * 0.58), second)
    for step, (wide, tint) in enumerate(((0.05, black), (0.022, third), (0.012, black), (0.09, third))):
        shift = unit * (-0.17 + 0.12 * step)
        long = radius * (1.2 if step == 0 else 2.2)
        art.canvas.shade(_slant(art, x + shift, y - shift * 0.35 - unit * 0.06, long, wide * unit), tint)
    art.canvas.paint(art.stencil().ring(x, y, radius * 1.16, radius * 1.16, unit * 0.01, 190, 330), black)
    triangle = [
        (width * 0.08, height * 0.6),
        (width * 0.08, height * 0.6 - unit * 0.2),
        (width * 0.08 + unit * 0.2, height * 0.6),
    ]
    art.canvas.shade(art.stencil().polygon(triangle), third)
    _draw_dots(art, width * 0.1, height * 0.1, unit * 0.032, 4, black)
    _draw_footer(art, rng, inks, height * 0.925)
    return 0.765


LAYOUTS: tuple[Callable[[Art, Random, Inks, bool], float], ...] = (sunrise, modules, diagonal)


def draw_cup(art: Art, x: float, foot: float, wide: float, tints: tuple[Colour, Colour, Colour]) -> None:
    """Draw a cup built of circles, with steam; `tints` are cup, steam and saucer."""
    canvas = art.canvas
    body, steam, saucer = tints
    half, top = wide / 2, foot - wide * 0.62
    canvas.paint(art.stencil().ring(x + half * 0.98, top + wide * 0.2, wide * 0.17, wide * 0.17, wide * 0.07), body)
    bowl = (
        art.stencil()
        .rectangle(x - half, top, x + half, top + wide * 0.14)
        .ellipse(x, top + wide * 0.1, half, wide * 0.5)
    )
    # The upper half of the ellipse is cut off at the rim of the cup.
    bowl.rectangle(x - wide, top - wide, x + wide, top, ink=0)
    canvas.paint(bowl, body)
    art.canvas.paint(art.rectangle(x - wide * 0.72, foot, x + wide * 0.72, foot + wide * 0.05, wide * 0.025), saucer)
    for lean in (-0.24, 0.0, 0.24):
        points = []
        for step in range(25):
            t = step / 24
            points.append((x + wide * lean + math.sin(t * math.tau) * wide * 0.05, top - wide * (0.08 + 0.42 * t)))
        art.canvas.paint(art.line(points, wide * 0.045), steam)


def _has_cup(art: Art) -> bool:
    return "cup" in art.scene.quoted_details or art.scene.shows("cup") or "morning" in art.scene.quoted_details


def _polar(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    return (x + math.cos(angle) * radius, y + math.sin(angle) * radius)


def _half(art: Art, x: float, y: float, radius: float) -> Stencil:
    return art.stencil().ellipse(x, y, radius).rectangle(x - radius - 2, y, x + radius + 2, y + radius + 2, ink=0)


def _tile(art: Art, rng: Random, x: float, y: float, side: float) -> Stencil:
    shape = art.stencil()
    kind = rng.randrange(6)
    corner = (x + side * rng.randrange(2), y + side * rng.randrange(2))
    if kind in (0, 1):
        shape.ellipse(*corner, side)
    elif kind == 2:
        shape.ellipse(x + side / 2, y + side * rng.randrange(2), side / 2)
    elif kind == 3:
        shape.ellipse(x + side / 2, y + side / 2, side * 0.42)
    elif kind == 4:
        for step in range(4):
            shape.rectangle(x, y + side * (step + 0.25) / 4, x + side, y + side * (step + 0.75) / 4)
    else:
        shape.polygon([(x, y + side), (x + side, y + side), (x + side * rng.randrange(2), y)])
    return _only(shape, x, y, side)


def _only(shape: Stencil, x: float, y: float, side: float) -> Stencil:
    """Cut the shape to the tile."""
    # Discs around a corner reach one side beyond the tile.
    far = side * 1.2
    shape.rectangle(x - far, y - far, x, y + side + far, ink=0)
    shape.rectangle(x + side, y - far, x + side + far, y + side + far, ink=0)
    shape.rectangle(x - far, y - far, x + side + far, y, ink=0)
    return shape.rectangle(x - far, y + side, x + side + far, y + side + far, ink=0)


def _slant(art: Art, x: float, y: float, long: float, wide: float) -> Stencil:
    dx, dy = long / 2 * math.cos(-0.9), long / 2 * math.sin(-0.9)
    nx, ny = wide / 2 * math.sin(0.9), wide / 2 * math.cos(0.9)
    return art.stencil().polygon(
        [
            (x - dx - nx, y - dy - ny),
            (x + dx - nx, y + dy - ny),
            (x + dx + nx, y + dy + ny),
            (x - dx + nx, y - dy + ny),
        ]
    )


def _draw_dots(art: Art, x: float, y: float, step: float, count: int, tint: Colour) -> None:
    dots = art.stencil()
    for row in range(count):
        for column in range(count):
            dots.ellipse(x + column * step, y + row * step, step * 0.17)
    art.canvas.paint(dots, tint)


def _draw_footer(art: Art, rng: Random, inks: Inks, y: float) -> None:
    """Draw a row of small marks that closes the sheet."""
    _, first, second, third, black = inks
    x, size = art.width * 0.07, art.unit * 0.034
    for index, tint in enumerate((black, first, second, third)):
        mark = art.stencil()
        if index % 2:
            mark.ellipse(x + size / 2, y + size / 2, size / 2)
        else:
            mark.rectangle(x, y, x + size, y + size)
        art.canvas.paint(mark, tint)
        x += size * 1.35
    art.canvas.paint(
        art.rectangle(x + size * 0.3, y + size * 0.42, art.width * rng.uniform(0.62, 0.78), y + size * 0.58), black
    )
