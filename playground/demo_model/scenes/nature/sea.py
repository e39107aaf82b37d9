"""The sea: a low sun or moon, its track on the water, a beach with foam, a boat and palms."""

import math
from random import Random

from PIL import Image

from ...paint import BLACK, WHITE, Art, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.curves import leaf_outline, parse_outline
from ...paint.effects import band_mask, draw_mist, draw_precipitation
from ...paint.skies import draw_sky
from ...paint.stencil import Stencil


def paint(art: Art) -> None:
    rng = art.rng("sea")
    horizon = art.height * rng.uniform(0.46, 0.54)
    x = art.width * rng.choice((0.33, 0.5, 0.66))
    # A high small sun by day; low and large at sunset and at night, where it leaves a track on the water.
    high = 0.5 if _is_day(art) else rng.uniform(0.08, 0.2)
    draw_sky(art, horizon + 2, lamp=(x, horizon - art.height * high * 0.7), size=0.05 if _is_day(art) else 0.075)
    _draw_islands(art, horizon)
    _draw_water(art, horizon)
    _draw_track(art, x, horizon)
    if art.scene.shows("boat") or rng.random() < 0.7:
        _draw_boat(art, _clear_spot(art, x), horizon + art.height * 0.02)
    draw_beach(art)
    if art.scene.shows("palm") or rng.random() < 0.45:
        draw_palm(art, art.rng("palm"), -1 if x > art.width * 0.5 else 1)
    if art.scene.weather == "fog":
        draw_mist(art, art.rng("fog"), horizon - art.height * 0.2, horizon + art.height * 0.2, art.palette.haze, 0.9)
    elif art.scene.weather:
        draw_precipitation(art, art.rng("fall"), art.scene.weather)


def _clear_spot(art: Art, lamp_x: float) -> float:
    """Return the x of a boat: on the lamp's side, since a palm stands on the other."""
    share = lamp_x / art.width
    return art.width * (0.15 if share < 0.4 else 0.28 if share < 0.6 else 0.85)


def _is_day(art: Art) -> bool:
    return sum(art.palette.sky[0]) > 330


def _draw_islands(art: Art, horizon: float) -> None:
    rng = art.rng("islands")
    for layer in range(2):
        middle, wide = rng.uniform(0.05, 0.95) * art.width, art.width * rng.uniform(0.12, 0.3)
        tall = art.height * rng.uniform(0.02, 0.055)
        hill: list[Point] = [(middle - wide, horizon)]
        hill += [
            (middle + wide * t, horizon - tall * (1 - t * t) * rng.uniform(0.75, 1.1))
            for t in (-0.6, -0.25, 0.1, 0.4, 0.7)
        ]
        hill.append((middle + wide, horizon))
        tint = mix(art.palette.far, art.palette.haze, 0.45 - 0.25 * layer)
        art.canvas.paint(art.polygon(smooth_curve(hill, 8)), Ramp([tint, mix(tint, art.palette.haze, 0.5)]))


def _draw_water(art: Art, horizon: float) -> None:
    """Draw water in the sky's colours, deeper towards us, with waves that widen as they come."""
    top = round(horizon)
    area = Mask(Image.new("L", (art.width, art.height - top), 255), 0, top)
    far = mix(art.palette.sky[-1], art.palette.sky[-2], 0.5)
    deep = mix(art.palette.sky[0], BLACK, 0.15)
    if _is_day(art):
        deep = mix(mix(art.palette.sky[0], (28, 118, 140), 0.75), art.palette.accents[2], 0.2)
    light = mix(deep, far, 0.45)
    art.canvas.paint(area, Ramp([mix(far, deep, 0.25), mix(deep, far, 0.12), deep, light], stops=(0, 0.2, 0.6, 1)))
    rng = art.rng("waves")
    crests, troughs = art.stencil(), art.stencil()
    for _ in range(art.more(70, 260, 520)):
        # More and smaller waves towards the horizon, as in perspective.
        depth = rng.random() ** 1.7
        y = horizon + (art.height - horizon) * (0.01 + 0.8 * depth)
        x, long = rng.uniform(-0.05, 1.05) * art.width, art.width * (0.012 + 0.11 * depth) * rng.uniform(0.4, 1.3)
        thick = art.unit * (0.0006 + 0.0035 * depth)
        (crests if rng.random() < 0.5 else troughs).ellipse(x, y, long, thick, ink=rng.randint(60, 200))
    art.canvas.light(crests, mix(far, WHITE, 0.25), 0.35)
    art.canvas.shade(troughs, mix(deep, BLACK, 0.3), 0.5)


def _draw_track(art: Art, x: float, horizon: float) -> None:
    """Draw the lamp's track: broken strips of light that spread towards us."""
    rng, strips = art.rng("track"), art.stencil()
    for _ in range(art.more(120, 260, 480)):
        depth = rng.random() ** 1.3
        y = horizon + (art.height * 0.8 - horizon) * depth + art.unit * 0.003
        spread = art.width * (0.025 + 0.1 * depth)
        long = art.unit * (0.008 + 0.035 * depth) * rng.uniform(0.4, 1.2)
        # The track is brightest at the horizon and breaks up towards the viewer.
        ink = round(255 * (1 - 0.65 * depth) * rng.uniform(0.4, 1))
        strips.ellipse(x + rng.gauss(0, 0.5) * spread, y, long, art.unit * (0.001 + 0.0028 * depth), ink=ink)
    shape = strips.mask()
    art.canvas.light(shape, art.palette.glow, 0.9)
    art.canvas.glow(shape, art.palette.glow, art.unit * 0.02, 0.5)


def _draw_boat(art: Art, x: float, y: float) -> None:
    palette = art.palette
    tall = art.unit * art.rng("boat").uniform(0.11, 0.16)
    sail = mix(WHITE, palette.glow, 0.5)
    mirror = art.stencil().polygon(
        [(x - tall * 0.3, y + tall * 0.05), (x + tall * 0.3, y + tall * 0.05), (x + tall * 0.04, y + tall * 0.75)]
    )
    art.canvas.light(mirror.mask().soft(tall * 0.06), sail, 0.3)
    main = [(x, y - tall), (x + tall * 0.1, y - tall * 0.55), (x + tall * 0.36, y - tall * 0.1), (x, y - tall * 0.1)]
    jib = parse_outline("-0.04,-0.9 -0.04,-0.1 -0.34,-0.1 -0.16,-0.45", x, y, tall)
    art.canvas.paint(
        art.polygon(smooth_curve(main, 6, closed=False)), Ramp([sail, mix(sail, palette.accents[0], 0.25)], "across")
    )
    art.canvas.paint(
        art.polygon(smooth_curve(jib, 6, closed=False)), Ramp([mix(sail, palette.accents[0], 0.35), sail], "across")
    )
    hull = parse_outline("-0.36,-0.07 0.4,-0.08 0.28,0.05 -0.24,0.05", x, y, tall)
    art.canvas.paint(art.polygon(hull), mix(palette.near, palette.accents[0], 0.25))


def draw_beach(art: Art) -> None:
    """Draw wet sand, then dry sand, with lines of foam between."""
    rng = art.rng("beach")
    sand = mix((226, 196, 150), art.palette.sky[-1], 0.3)
    sand = mix(sand, art.palette.near, 0.55 if art.palette.dark else 0.12)
    lean = rng.uniform(0.06, 0.14) * rng.choice((-1, 1))
    for order, (level, tint, strength) in enumerate(
        ((0.83, mix(sand, art.palette.sky[0], 0.35), 0.75), (0.88, mix(sand, BLACK, 0.14), 1.0), (0.93, sand, 1.0))
    ):
        edge = _edge(art, rng, level, lean)
        shape = art.polygon([*edge, (art.width, art.height), (0, art.height)])
        art.canvas.paint(shape, Ramp([tint, mix(tint, WHITE, 0.08)]), strength)
        if order < 2:
            _draw_foam(art, rng, edge, 1 - 0.3 * order)
    if art.detail:
        _draw_pebbles(art, rng, sand)
        sheen = band_mask(art, art.height * 0.8, art.height * 0.92)
        art.canvas.light(sheen, art.palette.glow, 0.1)


def _edge(art: Art, rng: Random, level: float, lean: float) -> list[Point]:
    points = []
    for index in range(9):
        t = index / 8
        y = level + lean * (t - 0.5) + rng.uniform(-0.012, 0.012)
        points.append((art.width * t, art.height * y))
    return smooth_curve(points, 10)


def _draw_foam(art: Art, rng: Random, edge: list[Point], strength: float) -> None:
    lace = art.stencil().line(edge, art.unit * 0.007)
    for x, y in edge[:: 1 if art.detail else 2]:
        for _ in range(art.more(1, 3, 6)):
            lace.ellipse(
                # Foam lies on the edge and about a hundredth of the picture above it, on the water's side.
                x + rng.gauss(0, 8) * art.unit / 1000,
                y - abs(rng.gauss(0, 9)) * art.unit / 1000,
                art.unit * rng.uniform(0.001, 0.006),
                ink=rng.randint(110, 255),
            )
    tint = mix(WHITE, art.palette.sky[-1], 0.25)
    art.canvas.paint(lace, mix(tint, art.palette.near, 0.3) if art.palette.dark else tint, 0.85 * strength)


def _draw_pebbles(art: Art, rng: Random, sand: tuple[int, int, int]) -> None:
    dots = art.stencil()
    for _ in range(art.more(0, 90, 320)):
        dots.ellipse(
            rng.uniform(0, art.width),
            art.height * rng.uniform(0.93, 1),
            art.unit * rng.uniform(0.0008, 0.003),
            art.unit * 0.0012,
        )
    art.canvas.paint(dots, tone(sand, light=-0.18), 0.5)


def draw_palm(art: Art, rng: Random, side: int) -> None:
    """Draw a leaning palm that frames one side."""
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    foot_x = width * (0.5 + side * 0.44)
    top_x, top_y = width * (0.5 + side * 0.3), height * rng.uniform(0.24, 0.32)
    trunk = smooth_curve(
        [(foot_x, height * 0.98), ((foot_x + top_x) / 2 + side * unit * 0.05, height * 0.66), (top_x, top_y)], 14
    )
    shape = art.stencil()
    for index in range(len(trunk) - 1):
        shape.line(trunk[index : index + 2], unit * (0.026 - 0.014 * index / len(trunk)))
    for frond in range(9):
        angle = -1.57 + (frond - 4) * 0.62 + rng.uniform(-0.15, 0.15)
        _draw_frond(art, shape, rng, (top_x, top_y), angle)
    tint = mix(palette.near, BLACK, 0.1)
    mask = shape.mask()
    canvas.paint(mask, Ramp([mix(tint, palette.far, 0.2), tint]))
    canvas.light(mask.rim(side * unit * 0.003, unit * 0.002), palette.glow, 0.3)


def _draw_frond(art: Art, shape: Stencil, rng: Random, start: Point, angle: float) -> None:
    """Draw a frond that rises, then droops under its weight, with leaflets along it."""
    long = art.unit * rng.uniform(0.2, 0.27)
    path: list[Point] = []
    for step in range(13):
        t = step / 12
        x = start[0] + math.cos(angle) * long * t
        # The square of t pulls the tip down more than the root.
        path.append((x, start[1] + math.sin(angle) * long * t * 0.8 + long * 0.5 * t * t))
    shape.line(path, art.unit * 0.004)
    for x, y in path[2:]:
        for lean in (0.55, 2.2):
            turn = lean + (0.25 if math.cos(angle) > 0 else 0.35)
            shape.polygon(leaf_outline(x, y, long * 0.24, long * 0.035, turn))
