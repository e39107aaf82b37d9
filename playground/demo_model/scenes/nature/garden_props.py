"""Garden props: bridge, stone lantern, stones, koi."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Point, Ramp, mix, smooth_curve, tone
from ...paint.curves import blob_outline, leaf_outline, parse_outline


def draw_bridge(art: Art, x: float, foot: float, span: float) -> None:
    """Draw an arched red bridge around x with its feet at `foot`, `span` pixels wide."""
    red = mix((196, 58, 44), art.palette.near, 0.45 if art.palette.dark else 0.05)
    dark = mix(red, BLACK, 0.4)
    arch, half = span * 0.2, span / 2

    # A parabola: deck, rails and posts follow the same arch at different heights.
    def curve(lift: float, reach: float = 1.0) -> list[Point]:
        steps = [-reach + 2 * reach * step / 40 for step in range(41)]
        return [(x + half * t, foot - arch * (1 - t * t) - lift) for t in steps]

    deck = art.stencil().polygon([*curve(span * 0.035), *reversed(curve(0))])
    below = art.stencil().polygon([*curve(0), *reversed([(px, py + span * 0.03) for px, py in curve(-span * 0.0)])])
    posts, rails = art.stencil(), art.stencil()
    for step in range(9):
        t = -0.94 + 1.88 * step / 8
        px, py = x + half * t, foot - arch * (1 - t * t)
        posts.rectangle(px - span * 0.008, py - span * 0.15, px + span * 0.008, py)
        posts.ellipse(px, py - span * 0.155, span * 0.013)
        if step in (1, 3, 5, 7):
            posts.rectangle(px - span * 0.007, py, px + span * 0.007, foot + span * 0.02)
    for lift, width in ((0.135, 0.016), (0.09, 0.01)):
        rails.line(curve(span * lift), span * width)
    art.canvas.paint(posts, Ramp([red, dark]))
    art.canvas.paint(rails, red)
    art.canvas.paint(below, dark)
    shape = deck.mask()
    art.canvas.paint(shape, Ramp([tone(red, light=0.06), red]))
    art.canvas.light(rails.mask().rim(0, max(span * 0.005, 1)), art.palette.glow, 0.45)


def draw_lantern(art: Art, x: float, foot: float, tall: float) -> None:
    """Draw a stone lantern with a warm window, `tall` pixels high."""
    stone = mix((138, 138, 130), art.palette.near, 0.5 if art.palette.dark else 0.08)
    lit, dark = tone(stone, light=0.12), tone(stone, light=-0.16)
    parts = art.stencil()
    parts.rectangle(x - tall * 0.16, foot - tall * 0.08, x + tall * 0.16, foot)
    parts.rectangle(x - tall * 0.06, foot - tall * 0.46, x + tall * 0.06, foot - tall * 0.06)
    parts.polygon(
        [(x + tall * dx, foot - tall * dy) for dx, dy in ((-0.09, 0.45), (0.09, 0.45), (0.17, 0.52), (-0.17, 0.52))]
    )
    parts.rectangle(x - tall * 0.12, foot - tall * 0.7, x + tall * 0.12, foot - tall * 0.51)
    roof = parse_outline("-0.27,0.69 -0.2,0.76 -0.05,0.86 0.05,0.86 0.2,0.76 0.27,0.69 0.13,0.7 -0.13,0.7")
    parts.polygon([(x + tall * dx, foot - tall * dy) for dx, dy in roof])
    parts.ellipse(x, foot - tall * 0.9, tall * 0.045, tall * 0.06)
    shape = parts.mask()
    art.canvas.paint(shape, Ramp([lit, stone, dark], "across"))
    window = art.stencil().rectangle(
        x - tall * 0.065, foot - tall * 0.67, x + tall * 0.065, foot - tall * 0.55, tall * 0.01
    )
    art.canvas.paint(window, (255, 214, 140))
    art.canvas.glow(window, (255, 190, 100), tall * 0.1, 0.9 if art.palette.dark else 0.4)
    art.canvas.light(shape.rim(tall * 0.012, tall * 0.012), art.palette.glow, 0.3)


def draw_stones(art: Art, rng: Random) -> None:
    """Draw rounded stones with moss in the lower corners."""
    for corner in (0.0, 1.0):
        for index in range(art.more(3, 4, 5)):
            size = art.unit * rng.uniform(0.06, 0.13) * (1 - 0.1 * index)
            # From either corner inwards, each a little smaller than the one before.
            x = art.width * corner + (1 - 2 * corner) * art.unit * (0.02 + 0.075 * index)
            draw_stone(art, rng, x, art.height - size * rng.uniform(0.0, 0.35), size)


def draw_stone(art: Art, rng: Random, x: float, y: float, size: float) -> None:
    """Draw one stone around a centre: lit from above, mossy, speckled when detailed."""
    grey: Colour = mix((118, 120, 116), art.palette.near, 0.55 if art.palette.dark else 0.12)
    grey = tone(grey, light=rng.uniform(-0.06, 0.06))
    shape = art.polygon(blob_outline(rng, x, y, size, size * 0.62, 0.12))
    art.canvas.shadow(shape.moved(0, size * 0.07), size * 0.07, 0.45)
    art.canvas.paint(shape, Ramp([tone(grey, light=0.14), grey, tone(grey, light=-0.2)]))
    moss = art.stencil()
    for _ in range(art.more(4, 9, 16)):
        angle = rng.uniform(math.pi * 1.1, math.pi * 1.9)
        moss.ellipse(
            x + math.cos(angle) * size * 0.8,
            y + math.sin(angle) * size * 0.5,
            size * rng.uniform(0.1, 0.25),
            size * 0.1,
        )
    green = mix((96, 126, 66), art.palette.near, 0.5 if art.palette.dark else 0.1)
    art.canvas.paint(moss.mask().times(shape), green, 0.75)
    if art.detail:
        specks = art.stencil()
        for _ in range(art.more(0, 26, 70)):
            specks.ellipse(
                x + rng.uniform(-1, 1) * size, y + rng.uniform(-0.6, 0.6) * size, size * rng.uniform(0.006, 0.02)
            )
        art.canvas.paint(specks.mask().times(shape), tone(grey, light=-0.25), 0.5)
    art.canvas.light(shape.rim(0, size * 0.04, size * 0.02), art.palette.glow, 0.3)


# Share of the length from the nose, and half the width there in lengths.
_GIRTH = ((0.0, 0.0), (0.06, 0.075), (0.2, 0.115), (0.42, 0.12), (0.65, 0.085), (0.85, 0.04), (0.95, 0.025))
_COATS: tuple[tuple[Colour, Colour], ...] = (
    ((250, 244, 236), (226, 84, 34)),
    ((238, 118, 40), (250, 240, 228)),
    ((250, 244, 236), (208, 46, 34)),
    ((242, 176, 56), (250, 226, 150)),
    ((236, 232, 226), (40, 38, 42)),
)
_FLAT = 0.62  # how much the slanting view shortens what lies on the water


def draw_koi(art: Art, rng: Random, x: float, y: float, long: float, turn: float) -> None:
    """Paint one koi around a point, `long` pixels from nose to tail, heading along `turn` radians."""
    spine = _spine(rng, x, y, long, turn)
    base, patch = rng.choice(_COATS)
    night = art.palette.dark
    base, patch = (mix(tint, art.palette.near, 0.4 if night else 0.04) for tint in (base, patch))
    body = art.polygon(_outline(spine, long))
    fins = art.stencil()
    for place, lean in ((3, 1.0), (3, -1.0), (7, 0.8), (7, -0.8)):
        heading = _heading(spine, place)
        size = long * (0.17 if place == 3 else 0.1)
        fins.polygon(_flat(leaf_outline(*spine[place], size, size * 0.5, heading + math.pi - lean), spine[place]))
    for lean in (-0.38, 0.0, 0.38):
        heading = _heading(spine, 10) + math.pi
        fins.polygon(_flat(leaf_outline(*spine[-1], long * 0.24, long * 0.09, heading + lean), spine[-1]))
    art.canvas.shadow(body.moved(long * 0.05, long * 0.12), long * 0.05, 0.4, (6, 30, 36))
    art.canvas.paint(fins, mix(base, WHITE, 0.15), 0.62)
    art.canvas.paint(body, base)
    marks = art.stencil()
    for place in rng.sample(range(1, 10), 4):
        px, py = spine[place]
        marks.ellipse(
            px + rng.uniform(-0.03, 0.03) * long, py, long * rng.uniform(0.06, 0.11), long * rng.uniform(0.04, 0.07)
        )
    art.canvas.paint(marks.mask().times(body), patch)
    art.canvas.shade(body.rim(-long * 0.02, -long * 0.03, long * 0.015), (70, 90, 110), 0.7)
    if art.detail:
        back = art.line(spine[1:9], long * 0.02).soft(long * 0.012)
        art.canvas.light(back, WHITE, 0.4)
    _draw_ripple(art, rng, spine[0], long)


def _spine(rng: Random, x: float, y: float, long: float, turn: float) -> list[Point]:
    bend = rng.choice((-1, 1)) * rng.uniform(0.5, 1.1)
    points = []
    px, py, heading = x, y, turn + math.pi
    for step in range(12):
        points.append((px, py))
        px += math.cos(heading) * long / 12
        py += math.sin(heading) * long / 12 * _FLAT
        # The head points ahead, and the tail swings most.
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
    return smooth_curve([*left, *reversed(right[1:])], 6, closed=True)


def _flat(points: list[Point], origin: Point) -> list[Point]:
    return [(x, origin[1] + (y - origin[1]) * _FLAT) for x, y in points]


def _draw_ripple(art: Art, rng: Random, nose: Point, long: float) -> None:
    rings = art.stencil()
    for step in range(art.more(1, 2, 3)):
        # The rings lie on the water, which is seen at a slant; they are open, since a fish disturbs them.
        radius = long * (0.35 + 0.28 * step)
        rings.ring(
            *nose, radius, radius * 0.36, max(art.unit * 0.0014, 0.8), rng.uniform(0, 60), rng.uniform(260, 360)
        )
    art.canvas.light(rings, (214, 234, 232), 0.28)
