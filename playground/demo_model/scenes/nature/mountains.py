"""Ridges in layers, paler with distance, with snow, mist, pines and a lake when the prompt names them."""

from random import Random

from PIL import Image

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, tone
from ...paint.curves import ridge_heights, ridge_outline
from ...paint.effects import band_mask, draw_mist, draw_precipitation, mirror_strip
from ...paint.skies import draw_sky
from .trees import add_pine, draw_treeline


def paint(art: Art) -> None:
    """Paint the mountains from the sky to the near shore."""
    rng = art.rng("mountains")
    lake = art.scene.shows("lake")
    shore = art.height * (0.64 if lake else 0.86)
    lamp = (art.width * rng.choice((0.3, 0.68)), art.height * rng.uniform(0.2, 0.3))
    draw_sky(art, shore, lamp=lamp)
    light = -1 if lamp[0] < art.width / 2 else 1
    # Snow peaks are not for every range: in two of five pictures the ridges are enough.
    if art.scene.shows("snowcap") or art.scene.weather == "snow" or rng.random() < 0.6:
        _draw_peaks(art, rng, shore, light, lake)
    _draw_ridges(art, rng, shore, lake)
    if lake:
        _draw_lake(art, shore)
    _draw_near(art, rng, shore, lake)
    if art.scene.weather in ("rain", "snow"):
        draw_precipitation(art, art.rng("fall"), art.scene.weather)


def _draw_peaks(art: Art, rng: Random, shore: float, light: int, lake: bool) -> None:
    """Draw great snow peaks: a lit side, a shaded side, and broken facets along the crests."""
    width, height = art.width, art.height
    count = rng.choice((2, 3))
    spots = sorted((rng.uniform(0.1, 0.9) for _ in range(count)), key=lambda _: rng.random())
    for index, spot in enumerate(spots):
        x = width * (spot * 0.5 + (index + 0.5) / count * 0.5)
        top = shore - height * rng.uniform(0.34, 0.44) * (1 - 0.12 * index) * (1.0 if lake else 1.32)
        _draw_peak(
            art, art.rng(f"peak {index}"), x, top, max(width, height * 0.8) * rng.uniform(0.36, 0.5), shore, light
        )


def _draw_peak(art: Art, rng: Random, x: float, top: float, half: float, base: float, light: int) -> None:
    left = _flank(rng, (x, top), (x - half, base))
    right = _flank(rng, (x, top), (x + half, base))
    rock = mix(art.palette.far, art.palette.haze, 0.25)
    snow = mix(art.palette.glow, WHITE, 0.45)
    body = art.polygon([*reversed(left), *right[1:]])
    fade = mix(rock, art.palette.haze, 0.85)
    art.canvas.paint(body, Ramp([mix(rock, snow, 0.5), rock, fade], stops=(0, 0.45, 1)))
    spine = _spine(rng, x, top, base, half)
    sunny = [*(left if light < 0 else right), *reversed(spine)]
    side = art.polygon(sunny).times(body)
    art.canvas.paint(side, Ramp([snow, mix(snow, rock, 0.45), fade], stops=(0, 0.5, 1)), 0.9)
    _draw_gullies(art, rng, spine, half, base, body, (snow, rock, light))


def _flank(rng: Random, start: Point, end: Point) -> list[Point]:
    heights = ridge_heights(rng, 0.55, 5)
    drop = end[1] - start[1]
    points = []
    for index, height in enumerate(heights):
        t = index / (len(heights) - 1)
        # Below 1: steeper at the summit than at the foot.
        bow = t**0.85
        points.append(
            (
                start[0] + (end[0] - start[0]) * t,
                start[1] + drop * bow - height * drop * 0.09 * (t * (1 - t)) ** 0.5 * 2,
            )
        )
    # Both flanks must meet in the summit.
    points[0] = start
    return points


def _spine(rng: Random, x: float, top: float, base: float, half: float) -> list[Point]:
    points = [(x, top)]
    lean = rng.uniform(-0.12, 0.12)
    for step in range(1, 9):
        t = step / 8
        points.append((x + half * (lean * t + rng.uniform(-0.07, 0.07) * t**0.5), top + (base - top) * t))
    return points


def _draw_gullies(
    art: Art, rng: Random, spine: list[Point], half: float, base: float, body: Mask, look: tuple[Colour, Colour, int]
) -> None:
    """Draw dark ribs on the lit side and bright ones on the shaded side."""
    snow, rock, light = look
    lit, shaded = art.stencil(), art.stencil()
    top = spine[0][1]
    for _ in range(art.more(8, 20, 34)):
        x, y = spine[rng.randrange(0, 6)]
        side = rng.choice((-1, 1))
        # Ribs spread as far as the mountain is wide at their height.
        x += side * half * rng.uniform(0.0, 0.5) * (y - top) / max(base - top, 1)
        run, drop = half * rng.uniform(0.05, 0.16), (base - top) * rng.uniform(0.08, 0.22)
        rib = [
            (x, y),
            (x + side * run, y + drop),
            (x + side * run * 0.55, y + drop * 0.72),
            (x + side * run * 0.2, y + drop * 0.8),
        ]
        (shaded if side == light else lit).polygon(rib, rng.randint(90, 220))
    fade = art.palette.haze
    art.canvas.paint(shaded.mask().times(body), Ramp([mix(rock, snow, 0.2), mix(rock, fade, 0.6)]), 0.6)
    art.canvas.paint(lit.mask().times(body), Ramp([snow, mix(snow, fade, 0.6)]), 0.65)


def _draw_ridges(art: Art, rng: Random, shore: float, lake: bool) -> None:
    """Draw five ranges, each nearer, lower and darker, fading into the air at its foot."""
    height, unit, palette, canvas = art.height, art.unit, art.palette, art.canvas
    count = 5
    # Above a lake the ranges share less room, and end at its shore.
    spread, floor = (0.2, shore + 2) if lake else (0.34, height)
    for index in range(count):
        near = index / (count - 1)
        heights = ridge_heights(art.rng(f"ridge {index / count:.1f}"), 0.75 - 0.25 * near)
        base = shore - height * (spread * (1 - near) ** 1.3 + 0.01)
        tall = height * (0.07 + 0.03 * rng.random())
        tint = mix(mix(palette.far, palette.haze, 0.35), palette.near, near**1.5 * 0.8)
        foot = mix(tint, palette.haze, 0.75 - 0.4 * near)
        shape = art.polygon(ridge_outline(heights, art.width, base, tall, floor))
        canvas.paint(shape, Ramp([tint, mix(tint, foot, 0.35), foot], stops=(0, 0.4, 1)))
        if art.detail:
            canvas.light(shape.rim(0, unit * 0.003, unit * 0.001), palette.glow, 0.16)
        if near > 0.5 and (art.scene.shows("pine") or near < 1):
            draw_treeline(art, art.rng(f"treeline {index}"), heights, base, tall, mix(tint, BLACK, 0.12))
        foggy = art.scene.weather == "fog"
        if foggy or near < 0.8:
            thick = (0.85 if foggy else 0.4) * (1 - 0.4 * near)
            draw_mist(art, art.rng(f"mist {index}"), base - height * 0.03, base + height * 0.12, palette.haze, thick)


def _draw_lake(art: Art, shore: float) -> None:
    """Draw still water: the mountains upside down, darker, with lanes of light."""
    water = mirror_strip(art.canvas, shore, art.height, art.rng("lake"), ripple=art.unit * 0.004, smear=0.5)
    area = Mask(Image.new("L", water.size, 255), 0, round(shore))
    art.canvas.paint(area, water)
    deep = tone(mix(art.palette.sky[0], art.palette.near, 0.45), rich=0.05)
    veil = Ramp([BLACK, (150,) * 3]).image(water.size).convert("L")
    art.canvas.paint(Mask(veil, 0, round(shore)), deep)
    lanes, rng = art.stencil(), art.rng("lanes")
    for _ in range(art.more(14, 40, 80)):
        depth = rng.random() ** 1.6
        y = shore + (art.height - shore) * (0.01 + 0.75 * depth)
        x, long = rng.uniform(-0.1, 1) * art.width, art.width * rng.uniform(0.05, 0.3) * (0.3 + depth)
        lanes.ellipse(x, y, long, art.unit * (0.0007 + 0.0018 * depth), ink=rng.randint(30, 120))
    art.canvas.light(lanes, mix(art.palette.sky[-1], WHITE, 0.3), 0.75)
    edge = band_mask(art, shore - art.height * 0.012, shore + art.height * 0.02, peak=0.4)
    art.canvas.paint(edge, art.palette.haze, 0.7 if art.scene.weather == "fog" else 0.4)


def _draw_near(art: Art, rng: Random, shore: float, lake: bool) -> None:
    """Draw a dark bank with pines that frames the view from one side."""
    side = rng.choice((-1, 1))
    tint = mix(art.palette.near, BLACK, 0.25)
    edge: list[Point] = []
    heights = ridge_heights(art.rng("bank"), 0.3, 6)
    for index, height in enumerate(heights):
        t = index / (len(heights) - 1)
        across = t if side < 0 else 1 - t
        rise = (0.16 * (1 - across) ** 2 + 0.035) * art.height
        edge.append((t * art.width, art.height - rise - height * art.height * 0.012))
    bank = art.stencil().polygon([(0, art.height), *edge, (art.width, art.height)])
    trunks = art.stencil()
    for tree in range(art.more(6, 10, 14)):
        # Each pine has numbers of its own: more of them at high quality leave the first ones where they are.
        rng = art.rng(f"pine {tree}")
        # Most stand at the edge of the picture, which they frame.
        t = rng.random() ** 1.7 * 0.5
        index = round((t if side < 0 else 1 - t) * (len(edge) - 1))
        x, y = edge[index]
        add_pine(trunks, rng, x, y + art.height * 0.012, art.height * rng.uniform(0.14, 0.3) * (1 - t))
    art.canvas.paint(trunks, Ramp([mix(tint, art.palette.haze, 0.18), tint]))
    shape = bank.mask()
    art.canvas.paint(shape, Ramp([mix(tint, art.palette.ground, 0.3), tint]))
    if art.detail:
        _draw_grass(art, edge, tint)
    art.canvas.light(shape.rim(0, art.unit * 0.003), art.palette.glow, 0.2 if lake else 0.1)


def _draw_grass(art: Art, edge: list[Point], tint: Colour) -> None:
    rng, blades = art.rng("grass"), art.stencil()
    for _ in range(art.more(0, 260, 620)):
        x, y = rng.choice(edge)
        x += rng.uniform(-0.02, 0.02) * art.width
        y += art.unit * rng.uniform(0.0, 0.03)
        long = art.unit * rng.uniform(0.012, 0.035)
        blades.line([(x, y), (x + long * rng.uniform(-0.4, 0.4), y - long)], art.unit * 0.0014)
    art.canvas.paint(blades, mix(tint, art.palette.ground, 0.25))
