"""Space: nebulae, stars, and a banded planet with its night side, rings and a moon."""

import math
from random import Random

from PIL import Image, ImageChops, ImageOps

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix, tone
from ...paint.colour import colour
from ...paint.fills import cloud_noise, stretch_levels
from ...paint.palette import named_colour
from ...paint.skies import draw_stars

_NEBULAE = ("5b2a86 1f6f9c e0558a", "1c5d73 2f3f8f 5fc0a8", "8a2f4f 5a2d82 e8894a", "27408b 7b3f98 58b7d4")
_PLANETS = (
    "c9875a e8c79a 7d4a38 f0dfc0",
    "4f7fb0 9cc3d8 2f4f80 dcecef",
    "a05a78 d8a0a8 6a3560 f0cfc8",
    "6f9a86 c0d4a8 3f6660 ecebcb",
)


def paint(art: Art) -> None:
    """Paint the deep sky, then the planet and its moon."""
    rng = art.rng("space")
    _draw_deep(art, rng)
    draw_stars(art, art.height, art.more(140, 420, 800))
    _draw_flares(art, art.rng("flares"))
    x, y = art.width * rng.choice((0.36, 0.62)), art.height * rng.uniform(0.5, 0.6)
    radius = art.unit * rng.uniform(0.23, 0.29)
    planet = [colour(code) for code in rng.choice(_PLANETS).split()]
    if art.scene.colours:
        own = named_colour(art.scene.colours[0])
        planet = [own, tone(own, light=0.16), tone(own, light=-0.18), tone(own, turn=20, light=0.25)]
    ringed = art.scene.shows("rings") or rng.random() < 0.65
    if ringed:
        _draw_rings(art, x, y, radius, planet[1], front=False)
    _draw_planet(art, art.rng("planet"), x, y, radius, planet)
    if ringed:
        _draw_rings(art, x, y, radius, planet[1], front=True)
    # On the side that has more room.
    moon_x = x + (1 if x < art.width / 2 else -1) * art.unit * 0.42
    _draw_planet(
        art,
        art.rng("moon"),
        moon_x,
        y - art.unit * 0.3,
        art.unit * 0.05,
        [(170, 168, 172), (206, 204, 206), (120, 118, 126), WHITE],
    )


def _draw_deep(art: Art, rng: Random) -> None:
    art.canvas.fill(Ramp([(7, 8, 22), (12, 11, 34), (5, 6, 16)]))
    tints = [colour(code) for code in rng.choice(_NEBULAE).split()]
    for index, tint in enumerate(tints):
        gas = stretch_levels(
            cloud_noise(art.canvas.size, art.rng(f"gas {index}"), 1.6 + index * 0.8, art.more(3, 5, 6)), 118, 225
        )
        art.canvas.light(Mask(gas, 0, 0), tint, 0.85)
    dust = stretch_levels(cloud_noise(art.canvas.size, art.rng("dust"), 3.2, art.more(3, 5, 6)), 140, 220)
    art.canvas.paint(Mask(dust, 0, 0), (8, 8, 20), 0.6)


def _draw_flares(art: Art, rng: Random) -> None:
    """Draw a few near stars with crosses of light."""
    for _ in range(art.more(3, 6, 9)):
        x, y, size = rng.uniform(0, art.width), rng.uniform(0, art.height), art.unit * rng.uniform(0.008, 0.022)
        cross = art.stencil()
        for dx, dy in ((size, 0), (0, size)):
            cross.polygon(
                [(x - dx, y - dy), (x + dy * 0.05, y - dx * 0.05), (x + dx, y + dy), (x - dy * 0.05, y + dx * 0.05)]
            )
        art.canvas.light(cross, (226, 236, 255), 0.9)
        art.canvas.glow(art.stencil().ellipse(x, y, size * 0.16), (190, 210, 255), size * 0.25, 1.4)


def _draw_planet(art: Art, rng: Random, x: float, y: float, radius: float, tints: list[Colour]) -> None:
    canvas = art.canvas
    disc = art.ellipse(x, y, radius)
    canvas.glow(
        art.stencil().ellipse(x - radius * 0.05, y - radius * 0.05, radius * 1.02), tints[1], radius * 0.12, 0.55
    )
    canvas.paint(disc, _bands(art, rng, disc.image.size, tints))
    # The lit part is a larger disc moved towards the sun; what it leaves is night.
    light = art.ellipse(x - radius * 0.42, y - radius * 0.42, radius * 1.18).soft(radius * 0.22)
    night = disc.minus(light)
    canvas.paint(night, (6, 7, 20), 0.94)
    canvas.light(disc.rim(radius * 0.035, radius * 0.035, radius * 0.03), mix(tints[3], (150, 200, 255), 0.4), 0.6)


def _bands(art: Art, rng: Random, size: tuple[int, int], tints: list[Colour]) -> Image.Image:
    """Return bands of weather: a striped gradient pushed about by noise, tilted."""
    stripes = 9
    row = [rng.choice(tints) for _ in range(stripes)]
    picture = Ramp(row).image(size)
    if art.detail:
        swirl = cloud_noise(size, rng, 4, art.more(3, 4, 5), 3.0)
        picture = ImageChops.overlay(picture, Image.merge("RGB", [swirl] * 3))
        fine = ImageOps.autocontrast(cloud_noise(size, rng, 9, 3, 5.0)).point([96 + v // 4 for v in range(256)])
        picture = ImageChops.overlay(picture, Image.merge("RGB", [fine] * 3))
    # The tilt of the rings: -0.32 radians, where y points down.
    return picture.rotate(18, Image.Resampling.BILINEAR, fillcolor=tints[0])


def _draw_rings(art: Art, x: float, y: float, radius: float, tint: Colour, *, front: bool) -> None:
    """Draw rings of dust; the planet covers their far half, and they cover it with the near one."""
    turn, count = -0.32, art.more(4, 9, 16)
    for index in range(count):
        share = index / count
        outline = []
        for rx, steps in (
            (1.35 + 0.75 * share, range(61)),
            (1.35 + 0.75 * (share + 0.72 / count), range(60, -1, -1)),
        ):
            for step in steps:
                angle = math.pi * step / 60 + (0 if front else math.pi)
                # Seen from 12 degrees above their plane, whose sine is 0.2.
                dx, dy = math.cos(angle) * rx * radius, math.sin(angle) * rx * radius * 0.2
                outline.append(
                    (x + dx * math.cos(turn) - dy * math.sin(turn), y + dx * math.sin(turn) + dy * math.cos(turn))
                )
        shade = mix(tint, BLACK if index % 3 == 1 else WHITE, 0.3)
        art.canvas.paint(art.polygon(outline), mix(shade, BLACK, 0.0 if front else 0.25), 0.8 - 0.3 * share)
