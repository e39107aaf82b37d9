"""A forest: trunks in layers that darken towards us, light falling in, ferns and a path."""

import math
from random import Random

from ..art import Art
from ..colour import BLACK, WHITE, Colour, mix, tone
from ..curves import leaf
from ..effects import bokeh, fall, mist, rays
from ..fills import Ramp
from ..mask import Mask
from ..skies import stars
from ..stencil import Stencil
from ..trees import crown, pine


def paint(art: Art) -> None:
    """Paint the forest from the far light to the near trunks."""
    dice = art.dice("forest")
    light_x = art.width * dice.uniform(0.4, 0.62)
    ground = art.height * 0.74
    _light(art, light_x)
    layers = 5
    bamboo = art.scene.shows("bamboo")
    for layer in range(layers):
        near = layer / (layers - 1)
        _trunks(art, art.dice(f"trunks {near:.1f}"), near, ground + art.height * 0.2 * near, light_x, bamboo)
        if layer < layers - 1:
            thick = (0.75 if art.scene.weather == "fog" else 0.42) * (1 - 0.6 * near)
            mist(
                art,
                art.dice(f"mist {layer}"),
                ground - art.height * 0.35,
                ground + art.height * 0.12,
                _air(art),
                thick,
            )
    _floor(art, ground, light_x)
    _ferns(art, dice)
    if not bamboo:
        _canopy(art)
    rays(
        art,
        (light_x, -art.height * 0.25),
        art.dice("rays"),
        art.more(4, 8, 12),
        art.palette.glow,
        0.16 if art.palette.dark else 0.26,
    )
    if art.scene.weather in ("rain", "snow"):
        fall(art, art.dice("fall"), art.scene.weather)
    elif art.palette.dark:
        bokeh(
            art,
            art.dice("fireflies"),
            art.more(8, 14, 20),
            (art.width * 0.1, art.height * 0.35, art.width * 0.9, art.height * 0.9),
            [art.palette.glow, art.palette.accents[1]],
        )


def _green(art: Art) -> Colour:
    return mix((64, 112, 62), art.palette.near, 0.55 if art.palette.dark else 0.12)


def _air(art: Art) -> Colour:
    air = mix(art.palette.haze, art.palette.glow, 0.3)
    leafy = mix(air, (206, 224, 150), 0.0 if art.palette.dark or art.scene.weather else 0.45)
    return mix(leafy, _green(art), 0.35 if art.palette.dark else 0.16)


def _light(art: Art, x: float) -> None:
    air = _air(art)
    deep = mix(air, _green(art), 0.55)
    art.canvas.fill(Ramp([mix(deep, air, 0.5), air, mix(air, deep, 0.6), deep], stops=(0, 0.42, 0.75, 1)))
    if art.palette.dark:
        stars(art, art.height * 0.4, art.more(20, 50, 90))
    sun = art.stencil().ellipse(x, art.height * 0.34, art.unit * 0.13, art.unit * 0.16)
    art.canvas.glow(sun, art.palette.glow, art.unit * 0.15, 0.4 if art.palette.dark else 0.9)


def _trunks(art: Art, dice: Random, near: float, foot: float, light_x: float, bamboo: bool) -> None:
    tint = mix(mix(_air(art), _green(art), 0.35), mix(mix(_green(art), (74, 48, 34), 0.4), BLACK, 0.5), near**1.2)
    if bamboo:
        tint = mix(tint, (112, 158, 84), 0.45 * (1 - 0.3 * near))
    count = round(15 - 9 * near)
    shape, knots = art.stencil(), art.stencil()
    for index in range(count):
        share = (index + dice.uniform(0.15, 0.85)) / count
        if near > 0.75 and 0.3 < share < 0.68:
            continue  # keep the view open
        x = art.width * share
        wide = art.unit * (0.008 + 0.04 * near**1.5) * dice.uniform(0.7, 1.3) * (0.7 if bamboo else 1)
        lean = dice.uniform(-0.03, 0.03) * art.width
        base = foot + dice.uniform(-0.02, 0.03) * art.height
        if art.scene.shows("pine") and near < 0.7:
            pine(shape, dice, x, base, art.height * (0.3 + 0.4 * near) * dice.uniform(0.7, 1.1))
            continue
        flare = 1.0 if bamboo else 1.5
        shape.polygon(
            [
                (x - wide * flare, base),
                (x - wide * 0.9, base - art.height * 0.12),
                (x - wide * 0.75 + lean, -5),
                (x + wide * 0.75 + lean, -5),
                (x + wide * 0.9, base - art.height * 0.12),
                (x + wide * flare, base),
            ]
        )
        if bamboo:
            _nodes(knots, dice, x, lean, wide, base)
        elif near > 0.3:
            _branches(shape, dice, x + lean * 0.5, wide, base, art.height)
    mask = shape.mask()
    art.canvas.paint(mask, Ramp([tint, mix(tint, BLACK, 0.15 * near), mix(tint, _air(art), 0.3 * (1 - near))]))
    art.canvas.paint(knots, mix(tint, BLACK, 0.35), 0.8)
    if art.detail and near > 0.3:
        side = art.unit * 0.004 * (0.5 + near)
        art.canvas.light(mask.rim(side, 0, side * 0.4), art.palette.glow, 0.2 + 0.12 * near)
        _bark(art, dice, mask, tint, near)


def _bark(art: Art, dice: Random, mask: Mask, tint: Colour, near: float) -> None:
    box, lines = mask.box, art.stencil()
    for _ in range(art.more(0, 60, 160)):
        x, y = dice.uniform(box[0], box[2]), dice.uniform(box[1], box[3])
        lines.line(
            [(x, y), (x + art.unit * dice.uniform(-0.002, 0.002), y + art.unit * dice.uniform(0.02, 0.07))],
            art.unit * 0.0016,
        )
    art.canvas.paint(lines.mask().times(mask), mix(tint, BLACK, 0.4), 0.5 * near)


def _nodes(knots: Stencil, dice: Random, x: float, lean: float, wide: float, base: float) -> None:
    y, step = base, wide * dice.uniform(6, 8)
    while y > 0:
        middle = x + lean * (base - y) / base
        knots.rectangle(middle - wide * 0.9, y - wide * 0.14, middle + wide * 0.9, y + wide * 0.08)
        y -= step


def _branches(shape: Stencil, dice: Random, x: float, wide: float, base: float, tall: float) -> None:
    for _ in range(3):
        y = base - tall * dice.uniform(0.3, 0.65)
        side, long = dice.choice((-1, 1)), tall * dice.uniform(0.06, 0.16)
        tip = (x + side * long, y - long * dice.uniform(0.5, 0.9))
        shape.polygon([(x, y + wide * 0.5), (x, y - wide * 0.3), tip])
        twig = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        shape.polygon([twig, (twig[0], twig[1] - wide * 0.3), (twig[0] + side * long * 0.5, twig[1] - long * 0.1)])


def _floor(art: Art, ground: float, light_x: float) -> None:
    """Undergrowth and a path that runs to the light."""
    green = _green(art)
    points = [
        (art.width * n / 20, ground + art.height * 0.05 * math.sin(n * 0.9 + light_x) * 0.3 + art.height * 0.06)
        for n in range(21)
    ]
    soil = art.stencil().polygon([*points, (art.width, art.height), (0, art.height)])
    art.canvas.paint(
        soil, Ramp([mix(green, _air(art), 0.35), mix(green, BLACK, 0.35), mix(green, BLACK, 0.65)]), 0.96
    )
    far = ground + art.height * 0.062
    path = art.stencil().polygon(
        [
            (light_x - art.unit * 0.02, far),
            (light_x + art.unit * 0.02, far),
            (light_x + art.unit * 0.12, art.height * 0.88),
            (light_x + art.unit * 0.2, art.height),
            (light_x - art.unit * 0.3, art.height),
            (light_x - art.unit * 0.1, art.height * 0.88),
        ]
    )
    earth = mix((150, 118, 82), art.palette.near, 0.55 if art.palette.dark else 0.12)
    art.canvas.paint(
        path.mask().soft(art.unit * 0.006, art.canvas.size),
        Ramp([mix(earth, _air(art), 0.5), earth, mix(earth, BLACK, 0.4)]),
        0.85,
    )


def _ferns(art: Art, dice: Random) -> None:
    for row, count in enumerate((art.more(16, 26, 40), art.more(10, 16, 24))):
        fronds = art.stencil()
        for _ in range(count):
            side = dice.choice((-1, 1))
            x = art.width * (0.5 + side * (0.5 - dice.random() ** 1.4 * 0.34))
            y, size = art.height * (0.87 + 0.12 * row + dice.uniform(-0.03, 0.03)), art.unit * (0.07 + 0.05 * row)
            for blade in range(6):
                turn = -math.pi / 2 + (blade - 2.5) * 0.42 + dice.uniform(-0.1, 0.1)
                fronds.polygon(leaf(x, y, size * dice.uniform(0.7, 1.1), size * 0.14, turn))
        tint = mix(_green(art), BLACK, 0.35 + 0.35 * row)
        shape = fronds.mask()
        art.canvas.paint(shape, Ramp([tone(tint, light=0.08), tint, mix(tint, BLACK, 0.4)]))
        art.canvas.light(shape.rim(0, art.unit * 0.002), mix(art.palette.glow, WHITE, 0.1), 0.2)


def _canopy(art: Art) -> None:
    dice = art.dice("canopy")
    base = mix(_green(art), BLACK, 0.4)
    for index in range(art.more(6, 8, 10)):
        share = index / (art.more(6, 8, 10) - 1)
        size = art.unit * (0.12 + 0.1 * abs(share - 0.5) * 2)
        crown(art, dice, art.width * share, -size * 0.12, size, (mix(base, BLACK, 0.3), base, tone(base, light=0.05)))
