"""Dunes in low light: each crest parts a lit side from a shaded one; a caravan or cactuses if named."""

import math
from random import Random

from ..art import Art
from ..colour import BLACK, WHITE, Colour, mix, tone
from ..curves import Point, smooth
from ..effects import mist
from ..fills import Ramp
from ..mask import Mask
from ..skies import sky
from ..stencil import Stencil


def paint(art: Art) -> None:
    """Paint the dunes from the horizon to our feet."""
    dice = art.dice("desert")
    horizon = art.height * 0.48
    side = dice.choice((-1, 1))
    sky(
        art,
        horizon + art.height * 0.1,
        lamp=(art.width * (0.5 + side * 0.22), horizon - art.height * dice.uniform(0.06, 0.2)),
        size=0.07,
    )
    count = 6
    for index in range(count):
        near = index / (count - 1)
        crest = _dune(art, art.dice(f"dune {index}"), near, horizon, side)
        if index == count - 3 and (art.scene.shows("camel") or dice.random() < 0.5):
            _caravan(art, crest)
        if art.detail and near < 0.8:
            mist(
                art,
                art.dice(f"dust {index}"),
                horizon,
                horizon + art.height * 0.2,
                art.palette.haze,
                0.3 * (1 - near),
            )
    if art.scene.shows("cactus"):
        for index in range(3):
            _cactus(
                art,
                art.width * (0.14, 0.82, 0.93)[index],
                art.height * (0.93, 0.86, 0.99)[index],
                art.unit * (0.34, 0.2, 0.27)[index],
            )


def _sand(art: Art, near: float) -> Colour:
    sand = mix((226, 164, 102), art.palette.accents[0], 0.16)
    sand = mix(sand, art.palette.near, 0.66 if art.palette.dark else 0.0)
    return mix(mix(sand, art.palette.haze, 0.55), sand, near)


def _dune(art: Art, dice: Random, near: float, horizon: float, side: int) -> list[Point]:
    """One dune; returns its crest from left to right."""
    base = horizon + art.height * (0.02 + 0.42 * near**1.25)
    swing = art.height * (0.02 + 0.055 * near)
    phase, waves = dice.uniform(0, math.tau), dice.uniform(0.5, 1.1)
    crest = [
        (
            art.width * t,
            base + math.sin(t * math.tau * waves + phase) * swing + abs(math.sin(t * 7 + phase * 2)) * swing * 0.22,
        )
        for t in (n / 48 for n in range(49))
    ]
    sand = _sand(art, near)
    shape = art.stencil().polygon([*crest, (art.width, art.height), (0, art.height)]).mask()
    art.canvas.paint(shape, Ramp([tone(sand, light=0.06), sand, tone(sand, light=-0.05)]))
    _shade(art, dice, crest, side, shape, sand)
    art.canvas.light(shape.rim(0, art.unit * 0.003, art.unit * 0.001), art.palette.glow, 0.5)
    if art.detail:
        _ripples(art, dice, crest, near, shape, sand)
    return crest


def _shade(art: Art, dice: Random, crest: list[Point], side: int, shape: Mask, sand: Colour) -> None:
    """The lee side: from each summit an S-curve runs down, and the shadow beyond it fades below."""
    dark = mix(tone(sand, turn=-10, light=-0.2), art.palette.sky[0], 0.22)
    step = -1 if side > 0 else 1
    for index in range(1, len(crest) - 1):
        x, y = crest[index]
        if not (y <= crest[index - 1][1] and y < crest[index + 1][1]):
            continue
        drop, out = art.height * dice.uniform(0.2, 0.32), step * art.width * dice.uniform(0.01, 0.05)
        spine = smooth(
            [(x, y), (x - out, y + drop * 0.2), (x + out * 1.6, y + drop * 0.5), (x + out * 0.4, y + drop)], 10
        )
        slope = [crest[index]]
        place = index + step
        while 0 <= place < len(crest) and crest[place][1] >= slope[-1][1] - art.height * 0.002:
            slope.append(crest[place])
            place += step
        end_x, end_y = slope[-1]
        foot = (end_x + out * 2, max(end_y, y + drop))
        lee = art.stencil().polygon([*reversed(slope), *spine, foot]).mask().times(shape)
        ends = [WHITE, WHITE, BLACK] if step > 0 else [BLACK, WHITE, WHITE]
        fade = Ramp(ends, "across").image(lee.image.size).convert("L")
        lee = lee.times(Mask(fade, lee.left, lee.top))
        art.canvas.paint(lee, Ramp([dark, mix(dark, sand, 0.55), sand]), 0.92)


def _ripples(art: Art, dice: Random, crest: list[Point], near: float, shape: Mask, sand: Colour) -> None:
    lines = art.stencil()
    for row in range(art.more(0, 10, 22)):
        offset = art.height * (0.014 + 0.012 * row) * (0.4 + near)
        phase = dice.uniform(0, 6)
        points = [(x, y + offset + math.sin(x / art.unit * 40 + phase) * art.unit * 0.0014) for x, y in crest]
        lines.line(points, art.unit * (0.0008 + 0.0012 * near), 130)
    art.canvas.paint(lines.mask().times(shape), tone(sand, light=-0.12), 0.3 + 0.2 * near)


def _caravan(art: Art, crest: list[Point]) -> None:
    for index in range(4):
        x, y = crest[14 + index * 4]
        _camel(art, x, y, art.unit * 0.06)


def _camel(art: Art, x: float, y: float, tall: float) -> None:
    body = art.stencil().ellipse(x, y - tall * 0.62, tall * 0.42, tall * 0.2)
    body.ellipse(x - tall * 0.04, y - tall * 0.82, tall * 0.17, tall * 0.16)
    for leg in (-0.3, -0.2, 0.2, 0.3):
        body.line([(x + tall * leg, y - tall * 0.55), (x + tall * leg * 1.08, y + tall * 0.02)], tall * 0.06)
    body.line(
        smooth(
            [
                (x + tall * 0.36, y - tall * 0.62),
                (x + tall * 0.55, y - tall * 0.6),
                (x + tall * 0.6, y - tall * 0.95),
            ],
            6,
        ),
        tall * 0.1,
    )
    body.ellipse(x + tall * 0.68, y - tall * 0.97, tall * 0.13, tall * 0.06)
    body.ellipse(x - tall * 0.02, y - tall * 1.08, tall * 0.06)
    body.polygon(
        [
            (x - tall * 0.11, y - tall * 0.84),
            (x + tall * 0.09, y - tall * 0.84),
            (x + tall * 0.02, y - tall * 1.06),
            (x - tall * 0.06, y - tall * 1.06),
        ]
    )
    art.canvas.paint(body, mix(art.palette.near, BLACK, 0.2))


def _cactus(art: Art, x: float, foot: float, tall: float) -> None:
    green = mix((74, 116, 82), art.palette.near, 0.5 if art.palette.dark else 0.15)
    body = art.stencil()
    _arm(body, [(x, foot), (x, foot - tall)], tall * 0.15)
    _arm(
        body,
        [(x, foot - tall * 0.4), (x - tall * 0.24, foot - tall * 0.42), (x - tall * 0.25, foot - tall * 0.75)],
        tall * 0.1,
    )
    _arm(
        body,
        [(x, foot - tall * 0.5), (x + tall * 0.22, foot - tall * 0.52), (x + tall * 0.23, foot - tall * 0.86)],
        tall * 0.1,
    )
    shape = body.mask()
    shadow = art.stencil().ellipse(x, foot, tall * 0.3, tall * 0.035)
    art.canvas.shadow(shadow, tall * 0.03, 0.4)
    art.canvas.paint(shape, Ramp([tone(green, light=0.08), green, tone(green, light=-0.12)], "across"))
    art.canvas.light(shape.rim(tall * 0.012, tall * 0.006, tall * 0.006), mix(art.palette.glow, WHITE, 0.1), 0.5)


def _arm(body: Stencil, path: list[Point], width: float) -> None:
    body.line(smooth(path, 8), width)
