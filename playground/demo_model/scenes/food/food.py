"""A table seen from above: a coffee with latte art, a bowl of noodles or a cake."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Ramp, mix, tone
from ...paint.captions import draw_title
from ...paint.colour import colour
from ...paint.curves import blob_outline, ellipse_outline
from ...paint.palette import named_colour
from .dishes import draw_cake, draw_noodles
from .hot_drinks import draw_hot_drink

_WOODS = ("a9764c", "c39a6d", "7d5237", "d8c3a5")
_CLOTHS = ("c9d2cf", "d9c7b8", "8fa3a0", "b8b2c4")


def paint(art: Art) -> None:
    """Paint table and dish; quoted words become a title."""
    rng = art.rng("table")
    if not art.clear:
        _draw_tabletop(art, rng)
    x, y = art.width * rng.uniform(0.47, 0.53), art.height * rng.uniform(0.5, 0.56)
    if art.scene.shows("cake"):
        draw_cake(art, x, y, art.unit * 0.34)
    elif art.scene.shows("cup"):
        draw_hot_drink(art, x, y, art.unit * 0.25)
    else:
        draw_noodles(art, x, y, art.unit * 0.35)
    if art.detail and not art.clear:
        _draw_window(art)
    draw_title(art)


def _draw_tabletop(art: Art, rng: Random) -> None:
    """Draw wooden boards with their grain, and a folded cloth in one corner."""
    wood = colour(rng.choice(_WOODS))
    if art.palette.dark:
        wood = tone(wood, light=-0.28)
    if art.scene.colours:
        wood = mix(wood, named_colour(art.scene.colours[0]), 0.3)
    boards = 6
    for index in range(boards):
        left, right = art.width * index / boards, art.width * (index + 1) / boards
        shade = tone(wood, turn=rng.uniform(-3, 3), light=rng.uniform(-0.04, 0.04))
        # One pixel over the next board: rounding must not leave a gap.
        board = art.rectangle(left, 0, right + 1, art.height)
        art.canvas.paint(board, Ramp([tone(shade, light=0.02), shade, tone(shade, light=-0.03)], "across"))
        _draw_grain(art, art.rng(f"grain {index}"), left, right, shade)
        gap = art.stencil().rectangle(left - art.unit * 0.0015, 0, left + art.unit * 0.0015, art.height)
        art.canvas.paint(gap, tone(wood, light=-0.25), 0.85)
    _draw_cloth(art, rng)


def _draw_grain(art: Art, rng: Random, left: float, right: float, shade: Colour) -> None:
    veins = art.stencil()
    for _ in range(art.more(4, 14, 30)):
        x, phase, swing = rng.uniform(left, right), rng.uniform(0, 6), rng.uniform(0.001, 0.006) * art.unit
        start, end = rng.uniform(-0.3, 0.6), rng.uniform(0.4, 1.3)
        points = [
            # Kept on the board: grain that crosses a joint looks printed.
            (min(max(x + math.sin(phase + t * 5) * swing, left), right), art.height * (start + (end - start) * t))
            for t in (n / 16 for n in range(17))
        ]
        veins.line(points, art.unit * rng.uniform(0.0007, 0.002), rng.randint(50, 150))
    art.canvas.paint(veins, tone(shade, light=-0.12), 0.7)


def _draw_cloth(art: Art, rng: Random) -> None:
    tint = colour(rng.choice(_CLOTHS))
    tint = mix(tint, art.palette.near, 0.5) if art.palette.dark else tint
    x, y, size = art.width * rng.choice((0.1, 0.9)), art.height * 0.78, art.unit * 0.5
    turn = rng.uniform(0.2, 0.6)
    corners = [
        (x + math.cos(turn + math.tau * n / 4) * size * 0.75, y + math.sin(turn + math.tau * n / 4) * size * 0.75)
        for n in range(4)
    ]
    shape = art.polygon(corners)
    art.canvas.shadow(shape.moved(art.unit * 0.006, art.unit * 0.01), art.unit * 0.012, 0.35)
    art.canvas.paint(shape, Ramp([tone(tint, light=0.05), tint, tone(tint, light=-0.06)]))
    stripes = art.stencil()
    for step in (0.12, 0.17, 0.83, 0.88):
        start = _along(corners[0], corners[1], step)
        end = _along(corners[3], corners[2], step)
        stripes.line([start, end], art.unit * 0.006)
    art.canvas.paint(stripes.mask().times(shape), tone(art.palette.accents[2], light=-0.05), 0.75)
    if art.detail:
        weave = art.stencil()
        for step in range(1, art.more(0, 60, 110)):
            share = step / art.more(1, 60, 110)
            weave.line([_along(corners[0], corners[1], share), _along(corners[3], corners[2], share)], 0.7, 90)
            weave.line([_along(corners[1], corners[2], share), _along(corners[0], corners[3], share)], 0.7, 90)
        art.canvas.paint(weave.mask().times(shape), mix(tint, BLACK, 0.35), 0.3)


def _along(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _draw_window(art: Art) -> None:
    """Draw slanting daylight with the shadow of leaves in it."""
    rng = art.rng("leafshade")
    light = art.stencil().polygon(
        [(art.width * 0.05, 0), (art.width * 0.75, 0), (art.width * 0.3, art.height), (-art.width * 0.5, art.height)]
    )
    art.canvas.light(light.mask().soft(art.unit * 0.05), (255, 226, 180), 0.08 if art.palette.dark else 0.16)
    # The shadow of something outside the picture places the table in a room.
    leaves = art.stencil()
    for _ in range(14):
        leaves.polygon(
            ellipse_outline(
                art.width * rng.uniform(-0.05, 0.35),
                art.height * rng.uniform(-0.05, 0.3),
                art.unit * 0.09,
                art.unit * 0.025,
                rng.uniform(0.2, 1.2),
            )
        )
    leaves.polygon(blob_outline(rng, art.width * 0.02, art.height * 0.02, art.unit * 0.18, art.unit * 0.14))
    art.canvas.shade(leaves.mask().soft(art.unit * 0.014), mix((90, 80, 90), WHITE, 0.1), 0.5)
