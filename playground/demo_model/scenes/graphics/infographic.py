"""An infographic: a headline, numbered steps along a winding path, and a strip of charts."""

import math
from random import Random

from ...paint.art import Art
from ...paint.captions import centre_block, quoted_lines, typeface_for
from ...paint.colour import WHITE, Colour, colour, mix, pick_legible, tone
from ...paint.curves import Point, parse_outline, smooth_curve
from ...paint.palette import named_colour
from ...paint.typography import is_cjk, set_lines

_INKS = ("e2703a f0b13c 2f8f83 3c6ea8", "d1495b edae49 00798c 30638e", "6a4c93 e36588 f2b134 2a9d8f")
_STEPS = 4


def paint(art: Art) -> None:
    """Paint paper, headline, steps and charts; the first quoted words are the headline, the next its subtitle."""
    rng = art.rng("infographic")
    inks = [colour(code) for code in rng.choice(_INKS).split()]
    if art.scene.colours:
        own = [named_colour(name) for name in art.scene.colours[:2]]
        inks = [*own, *(tone(own[0], turn=40 * step, light=0.06) for step in range(1, 5))][:4]
    paper = (24, 27, 38) if art.palette.dark else mix((250, 247, 240), inks[0], 0.03)
    ink = pick_legible(paper, (38, 42, 54), WHITE)
    art.canvas.fill(paper)
    head = art.height * 0.17
    _draw_headline(art, head, ink, inks[0])
    charts = art.height * 0.66
    _draw_steps(art, (head, charts), inks, (paper, ink), rng)
    _draw_charts(art, (charts, art.height * 0.94), inks, (paper, ink), rng)


def _draw_headline(art: Art, head: float, ink: Colour, tint: Colour) -> None:
    width, unit, canvas = art.width, art.unit, art.canvas
    lines = quoted_lines(art)
    if not lines:
        _draw_bars(art, width / 2, head * 0.42, (0.5,), ink, thick=0.026)
        _draw_bars(art, width / 2, head * 0.78, (0.34,), mix(tint, ink, 0.3))
        return
    bold = 0.02 if is_cjk(lines[0]) else 0.035
    block = set_lines(
        lines[0], typeface_for(art, lines[0]), width * 0.88, head * 0.55, largest=unit * 0.09, bold=bold
    )
    canvas.paint(centre_block(block, width / 2, head * 0.46), ink)
    if len(lines) > 1:
        below = set_lines(lines[1], typeface_for(art, lines[1]), width * 0.7, head * 0.2, largest=unit * 0.034)
        canvas.paint(centre_block(below, width / 2, head * 0.88), mix(tint, ink, 0.3))


def _draw_bars(art: Art, x: float, y: float, widths: tuple[float, ...], tint: Colour, thick: float = 0.011) -> None:
    """Draw centred lines of text as bars; widths are shares of the short side."""
    bars, tall = art.stencil(), art.unit * thick
    for index, width in enumerate(widths):
        top = y + tall * 1.9 * index
        bars.rectangle(x - width * art.unit / 2, top - tall / 2, x + width * art.unit / 2, top + tall / 2, tall / 2)
    art.canvas.paint(bars, tint)


def _draw_steps(
    art: Art, rows: tuple[float, float], inks: list[Colour], sheet: tuple[Colour, Colour], rng: Random
) -> None:
    """Draw four numbered discs on one path, each with an icon's worth of shapes and two lines of text."""
    top, bottom = rows
    middle, swing = top + (bottom - top) * 0.36, (bottom - top) * 0.09
    # Up and down in turn, so that the path winds.
    places = [(art.width * (index + 0.5) / _STEPS, middle + swing * (-1) ** index) for index in range(_STEPS)]
    path = smooth_curve([(0, middle + swing), *places, (art.width, middle - swing)], 12)
    art.canvas.paint(art.line(path, art.unit * 0.012), mix(sheet[0], sheet[1], 0.18))
    radius = min(art.width / _STEPS * 0.36, (bottom - top) * 0.25)
    for index, (place, tint) in enumerate(zip(places, inks, strict=True)):
        disc = art.ellipse(*place, radius)
        art.canvas.shadow(disc.moved(0, radius * 0.08), radius * 0.1, 0.25)
        art.canvas.paint(disc, tint)
        art.canvas.paint(art.ellipse(*place, radius * 0.78), mix(tint, WHITE, 0.88))
        _draw_icon(art, place, radius * 0.46, tint, (index + rng.randrange(4)) % 4)
        badge = (place[0] - radius * 0.72, place[1] - radius * 0.72)
        art.canvas.paint(art.ellipse(*badge, radius * 0.3), sheet[1])
        number = set_lines(
            str(index + 1), typeface_for(art, "1"), radius, radius * 0.5, largest=radius * 0.36, bold=0.04
        )
        art.canvas.paint(centre_block(number, *badge), sheet[0])
        text = (place[0], max(y for _, y in places) + radius + (bottom - top) * 0.09)
        _draw_bars(art, *text, (radius * 1.5 / art.unit,), mix(tint, sheet[1], 0.25), thick=0.014)
        lines = tuple(radius * rng.uniform(1.2, 1.9) / art.unit for _ in range(2))
        _draw_bars(art, text[0], text[1] + art.unit * 0.03, lines, mix(sheet[0], sheet[1], 0.3))


def _draw_icon(art: Art, place: Point, size: float, tint: Colour, kind: int) -> None:
    """Draw a magnifying glass, a gear, a bulb or a flag."""
    (x, y), shape = place, art.stencil()
    if kind == 0:
        shape.ring(x - size * 0.15, y - size * 0.15, size * 0.55, size * 0.55, size * 0.2)
        shape.line([(x + size * 0.3, y + size * 0.3), (x + size * 0.75, y + size * 0.75)], size * 0.24)
    elif kind == 1:
        for tooth in range(8):
            turn = math.tau * tooth / 8
            shape.line([place, (x + math.cos(turn) * size * 0.82, y + math.sin(turn) * size * 0.82)], size * 0.26)
        shape.ellipse(x, y, size * 0.6).ellipse(x, y, size * 0.26, ink=0)
    elif kind == 2:
        shape.ellipse(x, y - size * 0.2, size * 0.58).rectangle(x - size * 0.26, y, x + size * 0.26, y + size * 0.5)
        shape.rectangle(x - size * 0.26, y + size * 0.58, x + size * 0.26, y + size * 0.76, size * 0.09)
    else:
        shape.rectangle(x - size * 0.5, y - size * 0.8, x - size * 0.36, y + size * 0.85)
        shape.polygon(parse_outline("-0.36,-0.75 0.75,-0.4 -0.36,-0.02", x, y, size))
    art.canvas.paint(shape, tint)


def _draw_charts(
    art: Art, rows: tuple[float, float], inks: list[Colour], sheet: tuple[Colour, Colour], rng: Random
) -> None:
    """Draw bars, a donut and shares, side by side on a tinted panel."""
    top, bottom = rows
    panel = art.stencil().rectangle(art.width * 0.04, top, art.width * 0.96, bottom, art.unit * 0.025)
    art.canvas.paint(panel, mix(sheet[0], sheet[1], 0.06))
    pad = (bottom - top) * 0.16
    foot, room, left = bottom - pad, bottom - top - 2 * pad, art.width * 0.09
    step = art.width * 0.26 / 5
    for index in range(5):
        height = room * (0.3 + 0.14 * index + rng.uniform(-0.06, 0.06))
        bar = art.stencil().rectangle(
            left + step * index, foot - height, left + step * (index + 0.66), foot, step * 0.1
        )
        art.canvas.paint(bar, inks[index % 4])
    x, y, radius = art.width / 2, (top + bottom) / 2, min(room * 0.42, art.width * 0.11)
    # From twelve o'clock, the largest part first.
    start, share = -90.0, rng.uniform(0.45, 0.7)
    for tint, part in zip(inks, (share, (1 - share) * 0.5, (1 - share) * 0.3, (1 - share) * 0.2), strict=True):
        art.canvas.paint(art.stencil().ring(x, y, radius, radius, radius * 0.42, start, start + part * 360), tint)
        start += part * 360
    text = f"{round(share * 100)}%"
    block = set_lines(text, typeface_for(art, text), radius * 1.2, radius * 0.5, largest=radius * 0.42, bold=0.035)
    art.canvas.paint(centre_block(block, x, y), sheet[1])
    left, right, thick = art.width * 0.67, art.width * 0.91, room * 0.1
    for index, tint in enumerate(inks):
        y = top + pad + room * (index + 0.5) / 4
        art.canvas.paint(
            art.rectangle(left, y - thick / 2, right, y + thick / 2, thick / 2), mix(sheet[0], sheet[1], 0.14)
        )
        end = left + (right - left) * rng.uniform(0.35, 0.92)
        art.canvas.paint(art.rectangle(left, y - thick / 2, end, y + thick / 2, thick / 2), tint)
