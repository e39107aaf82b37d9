"""A forest: trunks in layers that darken towards us, light falling in, ferns and a path."""

import math
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix, tone
from ...paint.curves import leaf_outline
from ...paint.effects import draw_bokeh, draw_mist, draw_precipitation, draw_rays
from ...paint.skies import draw_stars
from ...paint.stencil import Stencil
from .trees import add_pine, draw_tree_crown


def paint(art: Art) -> None:
    """Paint the forest from the far light to the near trunks."""
    width, height, palette = art.width, art.height, art.palette
    rng = art.rng("forest")
    light_x = width * rng.uniform(0.4, 0.62)
    ground = height * 0.74
    _draw_light(art, light_x)
    layers = 5
    # Bamboo has neither a canopy of leaves nor roots that flare.
    bamboo = art.scene.shows("bamboo")
    for layer in range(layers):
        near = layer / (layers - 1)
        _draw_trunks(art, art.rng(f"trunks {near:.1f}"), near, ground + height * 0.2 * near, light_x, bamboo)
        if layer < layers - 1:
            thick = (0.75 if art.scene.weather == "fog" else 0.42) * (1 - 0.6 * near)
            draw_mist(art, art.rng(f"mist {layer}"), ground - height * 0.35, ground + height * 0.12, _air(art), thick)
    _draw_floor(art, ground, light_x)
    _draw_ferns(art, rng)
    if not bamboo:
        _draw_canopy(art)
    draw_rays(
        art,
        (light_x, -height * 0.25),
        art.rng("rays"),
        art.more(4, 8, 12),
        palette.glow,
        0.16 if palette.dark else 0.26,
    )
    if art.scene.weather in ("rain", "snow"):
        draw_precipitation(art, art.rng("fall"), art.scene.weather)
    elif palette.dark:
        draw_bokeh(
            art,
            art.rng("fireflies"),
            art.more(8, 14, 20),
            (width * 0.1, height * 0.35, width * 0.9, height * 0.9),
            [palette.glow, palette.accents[1]],
        )


def _green(art: Art) -> Colour:
    return mix((64, 112, 62), art.palette.near, 0.55 if art.palette.dark else 0.12)


def _air(art: Art) -> Colour:
    air = mix(art.palette.haze, art.palette.glow, 0.3)
    leafy = mix(air, (206, 224, 150), 0.0 if art.palette.dark or art.scene.weather else 0.45)
    return mix(leafy, _green(art), 0.35 if art.palette.dark else 0.16)


def _draw_light(art: Art, x: float) -> None:
    air = _air(art)
    deep = mix(air, _green(art), 0.55)
    art.canvas.fill(Ramp([mix(deep, air, 0.5), air, mix(air, deep, 0.6), deep], stops=(0, 0.42, 0.75, 1)))
    if art.palette.dark:
        draw_stars(art, art.height * 0.4, art.more(20, 50, 90))
    sun = art.stencil().ellipse(x, art.height * 0.34, art.unit * 0.13, art.unit * 0.16)
    art.canvas.glow(sun, art.palette.glow, art.unit * 0.15, 0.4 if art.palette.dark else 0.9)


def _draw_trunks(art: Art, rng: Random, near: float, foot: float, light_x: float, bamboo: bool) -> None:
    tint = mix(mix(_air(art), _green(art), 0.35), mix(mix(_green(art), (74, 48, 34), 0.4), BLACK, 0.5), near**1.2)
    if bamboo:
        tint = mix(tint, (112, 158, 84), 0.45 * (1 - 0.3 * near))
    count = round(15 - 9 * near)
    shape, knots = art.stencil(), art.stencil()
    for index in range(count):
        share = (index + rng.uniform(0.15, 0.85)) / count
        if near > 0.75 and 0.3 < share < 0.68:
            continue  # keep the view open
        x = art.width * share
        wide = art.unit * (0.008 + 0.04 * near**1.5) * rng.uniform(0.7, 1.3) * (0.7 if bamboo else 1)
        lean = rng.uniform(-0.03, 0.03) * art.width
        base = foot + rng.uniform(-0.02, 0.03) * art.height
        if art.scene.shows("pine") and near < 0.7:
            add_pine(shape, rng, x, base, art.height * (0.3 + 0.4 * near) * rng.uniform(0.7, 1.1))
            continue
        flare = 1.0 if bamboo else 1.5
        shape.polygon(
            [
                (x - wide * flare, base),
                (x - wide * 0.9, base - art.height * 0.12),
                # Five pixels above the picture, so that no trunk ends in it.
                (x - wide * 0.75 + lean, -5),
                (x + wide * 0.75 + lean, -5),
                (x + wide * 0.9, base - art.height * 0.12),
                (x + wide * flare, base),
            ]
        )
        if bamboo:
            _nodes(knots, rng, x, lean, wide, base)
        elif near > 0.3:
            _branches(shape, rng, x + lean * 0.5, wide, base, art.height)
    mask = shape.mask()
    art.canvas.paint(mask, Ramp([tint, mix(tint, BLACK, 0.15 * near), mix(tint, _air(art), 0.3 * (1 - near))]))
    art.canvas.paint(knots, mix(tint, BLACK, 0.35), 0.8)
    if art.detail and near > 0.3:
        side = art.unit * 0.004 * (0.5 + near)
        art.canvas.light(mask.rim(side, 0, side * 0.4), art.palette.glow, 0.2 + 0.12 * near)
        _draw_bark(art, rng, mask, tint, near)


def _draw_bark(art: Art, rng: Random, mask: Mask, tint: Colour, near: float) -> None:
    box, lines = mask.box, art.stencil()
    for _ in range(art.more(0, 60, 160)):
        x, y = rng.uniform(box[0], box[2]), rng.uniform(box[1], box[3])
        lines.line(
            [(x, y), (x + art.unit * rng.uniform(-0.002, 0.002), y + art.unit * rng.uniform(0.02, 0.07))],
            art.unit * 0.0016,
        )
    art.canvas.paint(lines.mask().times(mask), mix(tint, BLACK, 0.4), 0.5 * near)


def _nodes(knots: Stencil, rng: Random, x: float, lean: float, wide: float, base: float) -> None:
    y, step = base, wide * rng.uniform(6, 8)
    while y > 0:
        middle = x + lean * (base - y) / base
        knots.rectangle(middle - wide * 0.9, y - wide * 0.14, middle + wide * 0.9, y + wide * 0.08)
        y -= step


def _branches(shape: Stencil, rng: Random, x: float, wide: float, base: float, tall: float) -> None:
    for _ in range(3):
        y = base - tall * rng.uniform(0.3, 0.65)
        side, long = rng.choice((-1, 1)), tall * rng.uniform(0.06, 0.16)
        tip = (x + side * long, y - long * rng.uniform(0.5, 0.9))
        shape.polygon([(x, y + wide * 0.5), (x, y - wide * 0.3), tip])
        twig = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        shape.polygon([twig, (twig[0], twig[1] - wide * 0.3), (twig[0] + side * long * 0.5, twig[1] - long * 0.1)])


def _draw_floor(art: Art, ground: float, light_x: float) -> None:
    """Draw undergrowth and a path that runs to the light."""
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    green = _green(art)
    points = [
        (width * n / 20, ground + height * 0.05 * math.sin(n * 0.9 + light_x) * 0.3 + height * 0.06)
        for n in range(21)
    ]
    soil = art.stencil().polygon([*points, (width, height), (0, height)])
    canvas.paint(soil, Ramp([mix(green, _air(art), 0.35), mix(green, BLACK, 0.35), mix(green, BLACK, 0.65)]), 0.96)
    far = ground + height * 0.062
    path = art.stencil().polygon(
        [
            (light_x - unit * 0.02, far),
            (light_x + unit * 0.02, far),
            (light_x + unit * 0.12, height * 0.88),
            (light_x + unit * 0.2, height),
            (light_x - unit * 0.3, height),
            (light_x - unit * 0.1, height * 0.88),
        ]
    )
    earth = mix((150, 118, 82), palette.near, 0.55 if palette.dark else 0.12)
    canvas.paint(
        path.mask().soft(unit * 0.006), Ramp([mix(earth, _air(art), 0.5), earth, mix(earth, BLACK, 0.4)]), 0.85
    )


def _draw_ferns(art: Art, rng: Random) -> None:
    for row, count in enumerate((art.more(16, 26, 40), art.more(10, 16, 24))):
        fronds = art.stencil()
        for _ in range(count):
            side = rng.choice((-1, 1))
            # At least 16 % of the width off the middle, where the path leads to the light.
            x = art.width * (0.5 + side * (0.5 - rng.random() ** 1.4 * 0.34))
            y, size = art.height * (0.87 + 0.12 * row + rng.uniform(-0.03, 0.03)), art.unit * (0.07 + 0.05 * row)
            for blade in range(6):
                turn = -math.pi / 2 + (blade - 2.5) * 0.42 + rng.uniform(-0.1, 0.1)
                fronds.polygon(leaf_outline(x, y, size * rng.uniform(0.7, 1.1), size * 0.14, turn))
        tint = mix(_green(art), BLACK, 0.35 + 0.35 * row)
        shape = fronds.mask()
        art.canvas.paint(shape, Ramp([tone(tint, light=0.08), tint, mix(tint, BLACK, 0.4)]))
        art.canvas.light(shape.rim(0, art.unit * 0.002), mix(art.palette.glow, WHITE, 0.1), 0.2)


def _draw_canopy(art: Art) -> None:
    rng = art.rng("canopy")
    base = mix(_green(art), BLACK, 0.4)
    for index in range(art.more(6, 8, 10)):
        share = index / (art.more(6, 8, 10) - 1)
        size = art.unit * (0.12 + 0.1 * abs(share - 0.5) * 2)
        draw_tree_crown(
            art, rng, art.width * share, -size * 0.12, size, (mix(base, BLACK, 0.3), base, tone(base, light=0.05))
        )
