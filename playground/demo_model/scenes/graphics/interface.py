"""A screen of an app: a desktop window with a sidebar, or a phone on upright pictures."""

from dataclasses import dataclass
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Point, Ramp, mix, smooth_curve, tone
from ...paint.captions import place_block, quoted_lines, typeface_for
from ...paint.palette import named_colour
from ...paint.typography import set_lines

type Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """The screen's colours, and the length that its corners, gaps and type are measured in (pixels)."""

    page: Colour
    card: Colour
    ink: Colour
    faint: Colour
    accents: tuple[Colour, Colour, Colour]
    step: float


def paint(art: Art) -> None:
    """Paint a soft ground and the screen; the first quoted words become its heading."""
    theme, width, height = _choose_theme(art), art.width, art.height
    ground, step = mix(theme.accents[0], theme.page, 0.55), theme.step
    art.canvas.fill(Ramp([mix(ground, WHITE, 0.2), ground, mix(ground, theme.accents[2], 0.3)]))
    is_phone = height > width * 1.05
    # A phone is about 1 to 2, a window 3 to 2.
    wide = min(width * 0.92, height * 0.46) if is_phone else min(width * 0.9, height * 1.28)
    tall = min(height * 0.94, wide * 2.05) if is_phone else min(height * 0.88, wide * 0.66)
    box = ((width - wide) / 2, (height - tall) / 2, (width + wide) / 2, (height + tall) / 2)
    screen = art.rectangle(*box, step * (1.6 if is_phone else 0.7))
    art.canvas.shadow(screen.moved(0, step), step * 1.2, 0.4)
    art.canvas.paint(screen, theme.page)
    (_draw_phone if is_phone else _draw_window)(art, theme, box, art.rng("interface"))


def _choose_theme(art: Art) -> Theme:
    accents = art.palette.accents
    if art.scene.colours:
        own = named_colour(art.scene.colours[0])
        accents = (own, tone(own, turn=28, light=0.1), tone(own, turn=-30, light=-0.04))
    step = art.unit * 0.026
    if art.palette.dark:
        return Theme((22, 24, 33), (34, 37, 49), (236, 238, 244), (92, 97, 114), accents, step)
    return Theme((246, 247, 250), WHITE, (32, 36, 48), (206, 210, 220), accents, step)


def _draw_phone(art: Art, theme: Theme, box: Box, rng: Random) -> None:
    """Draw a phone's frame, and one column of cards over a bar of tabs."""
    canvas = art.canvas
    (left, top, right, bottom), step, case = box, theme.step, (28, 29, 34)
    edge, wide = step * 0.35, right - left
    frame = art.stencil().rectangle(left - edge, top - edge, right + edge, bottom + edge, step * 1.9)
    canvas.paint(frame.rectangle(*box, step * 1.6, ink=0), case)
    canvas.paint(art.rectangle(left + wide * 0.36, top + step * 0.4, right - wide * 0.36, top + step, step), case)
    x0, x1, y = left + step, right - step, top + step * 4.3
    _draw_heading(art, theme, (x0, y - step * 2.4, x1, y - step * 0.8))
    room, tint = bottom - step * 2.6 - y, theme.accents[0]
    canvas.paint(art.rectangle(x0, y, x1, y + room * 0.3, step * 0.7), Ramp([tone(tint, light=0.06), tint], "across"))
    _draw_bars(art, (x0 + step * 0.7, y + step * 0.8), (wide * 0.3, wide * 0.22), mix(tint, WHITE, 0.6), step)
    # Made-up figures are readable, words are not: only the prompt's own words are set.
    amount = f"{rng.randint(1, 9)},{rng.randint(100, 999)}"
    _draw_figure(art, amount, (x0 + step * 0.7, y + room * 0.15), room * 0.1, WHITE)
    _draw_chart(art, theme, (x0, y + room * 0.33, x1, y + room * 0.63), rng)
    _draw_rows(art, theme, (x0, y + room * 0.66, x1, y + room), rng)
    for tab in range(4):
        x, y = left + wide * (tab + 0.5) / 4, bottom - step * 1.2
        _draw_square(art, theme.faint if tab else tint, x, y, step * 0.5)


def _draw_window(art: Art, theme: Theme, box: Box, rng: Random) -> None:
    """Draw a title bar, a sidebar, three figures, a chart, a donut and a list."""
    (left, top, right, bottom), step = box, theme.step
    side = left + (right - left) * 0.2
    bar = art.stencil().rectangle(left, top, side, bottom, step * 0.7).rectangle(side - step, top, side, bottom)
    art.canvas.paint(bar, mix(theme.card, theme.accents[0], 0.08))
    for index, tint in enumerate(((237, 106, 94), (244, 191, 79), (98, 197, 84))):
        art.canvas.paint(art.ellipse(left + step * (0.9 + 0.85 * index), top + step * 0.9, step * 0.26), tint)
    for item in range(7):
        y, tint = top + step * (3.2 + 1.9 * item), theme.faint if item else theme.accents[0]
        if item == 0:
            pill = (left + step * 0.5, y - step * 0.75, side - step * 0.5, y + step * 0.75, step * 0.4)
            art.canvas.paint(art.rectangle(*pill), mix(theme.card, tint, 0.2))
        _draw_square(art, tint, left + step * 1.2, y, step * 0.3)
        _draw_bars(art, (left + step * 2, y - step * 0.16), ((side - left) * rng.uniform(0.3, 0.5),), tint, step)
    x0, x1, y = side + step, right - step, top + step * 3.5
    _draw_heading(art, theme, (x0, y - step * 2.6, x1 - step * 6, y - step * 0.9))
    art.canvas.paint(art.ellipse(x1 - step * 0.8, y - step * 1.8, step * 0.8), Ramp(theme.accents[1:]))
    room, wide = bottom - step - y, (x1 - x0 - step * 1.6) / 3
    figures = (
        f"{rng.randint(12, 98)}%",
        f"{rng.randint(1, 9)},{rng.randint(100, 999)}",
        f"{rng.randint(20, 480) / 10}k",
    )
    for card, figure in enumerate(figures):
        x = x0 + card * (wide + step * 0.8)
        corner = _draw_card(art, theme, (x, y, x + wide, y + room * 0.24))
        _draw_bars(art, corner, (wide * 0.4,), theme.faint, step)
        _draw_figure(art, figure, (corner[0], corner[1] + room * 0.055), room * 0.085, theme.accents[card])
    middle, x = y + room * 0.29, x0 + 2 * (wide + step * 0.8)
    _draw_chart(art, theme, (x0, middle, x - step * 0.8, bottom - step), rng)
    _draw_donut(art, theme, (x, middle, x1, middle + room * 0.35), rng)
    _draw_rows(art, theme, (x, middle + room * 0.39, x1, bottom - step), rng)


def _draw_card(art: Art, theme: Theme, box: Box) -> Point:
    """Draw a white card; return the point where its content begins."""
    shape = art.rectangle(*box, theme.step * 0.6)
    art.canvas.shadow(shape.moved(0, theme.step * 0.12), theme.step * 0.3, 0.14)
    art.canvas.paint(shape, theme.card)
    return (box[0] + theme.step * 0.7, box[1] + theme.step * 0.7)


def _draw_square(art: Art, tint: Colour, x: float, y: float, half: float) -> None:
    art.canvas.paint(art.rectangle(x - half, y - half, x + half, y + half, half * 0.5), tint)


def _draw_heading(art: Art, theme: Theme, box: Box) -> None:
    """Draw the first quoted words, or a bar in their place."""
    (left, top, right, bottom), lines = box, quoted_lines(art)
    if lines:
        face, tall = typeface_for(art, lines[0]), bottom - top
        block = set_lines(lines[0], face, right - left, tall, largest=theme.step * 1.5, bold=0.03)
        art.canvas.paint(place_block(block, left, top + (tall - block.image.height) / 2), theme.ink)
    else:
        _draw_bars(art, (left, top + theme.step * 0.4), ((right - left) * 0.4,), theme.ink, theme.step * 2)


def _draw_bars(art: Art, corner: Point, widths: tuple[float, ...], tint: Colour, step: float) -> None:
    """Draw lines of text as bars: letters would be illegible at this size."""
    bars, (x, y) = art.stencil(), corner
    for index, width in enumerate(widths):
        bars.rectangle(x, y + step * 0.75 * index, x + width, y + step * (0.75 * index + 0.34), step * 0.17)
    art.canvas.paint(bars, tint)


def _draw_figure(art: Art, text: str, corner: Point, tall: float, tint: Colour) -> None:
    block = set_lines(text, typeface_for(art, text), art.width, tall * 1.3, largest=tall, bold=0.03)
    art.canvas.paint(place_block(block, *corner), tint)


def _draw_chart(art: Art, theme: Theme, box: Box, rng: Random) -> None:
    """Draw a line with an area below it, over a grid, and bars along the foot."""
    (left, top), step, count = _draw_card(art, theme, box), theme.step, 9
    right, bottom = box[2] - step * 0.7, box[3] - step * 0.7
    _draw_bars(art, (left, top), ((right - left) * 0.25,), mix(theme.faint, theme.ink, 0.3), step)
    top += step * 1.3
    tall, wide = bottom - top, right - left
    grid, bars = art.stencil(), art.stencil()
    for line in range(5):
        grid.rectangle(left, top + tall * line / 4, right, top + tall * line / 4 + max(step * 0.04, 1))
    art.canvas.paint(grid, theme.faint, 0.5)
    # A slow rise below the noise gives the curve a direction.
    heights = [0.25 + 0.06 * index + rng.uniform(-0.14, 0.14) for index in range(count)]
    for index, height in enumerate(heights):
        x = left + wide * (index + 0.5) / count
        bars.rectangle(x - step * 0.3, bottom - tall * height * 0.6, x + step * 0.3, bottom, step * 0.15)
    art.canvas.paint(bars, mix(theme.accents[1], theme.card, 0.45))
    points = [(left + wide * n / (count - 1), bottom - tall * min(h + 0.12, 0.97)) for n, h in enumerate(heights)]
    curve, tint = smooth_curve(points, 10), theme.accents[0]
    art.canvas.paint(
        art.polygon([*curve, (right, bottom), (left, bottom)]), Ramp([tint, mix(tint, theme.card, 0.8)]), 0.3
    )
    art.canvas.paint(art.line(curve, step * 0.16), tint)
    art.canvas.paint(art.ellipse(*points[-3], step * 0.34), theme.card)
    art.canvas.paint(art.ellipse(*points[-3], step * 0.22), tint)


def _draw_donut(art: Art, theme: Theme, box: Box, rng: Random) -> None:
    canvas = art.canvas
    _draw_card(art, theme, box)
    x, y, radius = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, min(box[2] - box[0], box[3] - box[1]) * 0.32
    start, share = -90.0, rng.uniform(0.5, 0.7)
    for tint, part in zip(theme.accents, (share, (1 - share) * 0.6, (1 - share) * 0.4), strict=True):
        canvas.paint(art.stencil().ring(x, y, radius, radius, radius * 0.36, start + 4, start + part * 360 - 4), tint)
        start += part * 360
    text = f"{round(share * 100)}%"
    block = set_lines(text, typeface_for(art, text), radius, radius * 0.6, largest=radius * 0.4, bold=0.03)
    canvas.paint(place_block(block, x - block.image.width / 2, y - block.image.height / 2), theme.ink)


def _draw_rows(art: Art, theme: Theme, box: Box, rng: Random) -> None:
    """Draw a list: picture, two lines, and a tag."""
    (left, top), step = _draw_card(art, theme, box), theme.step
    right, ink = box[2] - step * 0.7, mix(theme.faint, theme.ink, 0.15)
    room = right - left - step * 4.2
    for row in range(max(int((box[3] - top - step * 0.2) / (step * 2.1)), 1)):
        y, tint = top + row * step * 2.1, theme.accents[row % 3]
        art.canvas.paint(
            art.rectangle(left, y, left + step * 1.4, y + step * 1.4, step * 0.4), Ramp([mix(tint, WHITE, 0.3), tint])
        )
        _draw_bars(art, (left + step * 1.9, y + step * 0.15), (room * rng.uniform(0.5, 0.9), room * 0.4), ink, step)
        tag = mix(tint, BLACK, 0.3) if art.palette.dark else mix(tint, theme.card, 0.6)
        art.canvas.paint(art.rectangle(right - step * 1.7, y + step * 0.4, right, y + step * 1.05, step * 0.32), tag)
