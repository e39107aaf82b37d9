"""Skies: gradient, sun or moon with its glow, stars and clouds. Most places begin with one."""

import math

from PIL import Image, ImageChops

from .art import Art
from .colour import WHITE, mix, tone
from .curves import Point
from .fills import Ramp, cloud_noise, stretch_levels
from .mask import Mask

# Weathers that veil the sun or moon: a soft pale disc without craters.
_BARE = frozenset({"rain", "fog"})


def draw_sky(art: Art, horizon: float, *, lamp: Point | None = None, size: float = 0.055) -> None:
    """Paint the sky down to the horizon (pixels); `lamp` is where the sun or moon stands, `size` its radius."""
    deep = max(round(horizon), 2)
    art.canvas.paint(Mask(Image.new("L", (art.width, deep), 255), 0, 0), Ramp(art.palette.sky))
    if art.palette.dark:
        draw_stars(art, horizon * 0.85, art.more(50, 160, 320))
    if lamp is not None:
        _draw_lamp(art, lamp, size * art.unit)
    # At low quality clouds are flat, and at night they would only hide the stars.
    if art.detail or not art.palette.dark:
        _draw_clouds(art, horizon)


def draw_stars(art: Art, bottom: float, count: int) -> None:
    """Scatter stars above a height, few of them bright."""
    rng = art.rng("stars")
    dots, bright = art.stencil(), art.stencil()
    for _ in range(count):
        # The powers make stars denser towards the top, and only a few of them large.
        x, y, size = rng.uniform(0, art.width), rng.uniform(0, 1) ** 1.4 * bottom, rng.random() ** 4
        spot = bright if size > 0.7 else dots
        spot.ellipse(x, y, art.unit * (0.0007 + 0.0018 * size), ink=round(90 + 165 * rng.random()))
    art.canvas.light(dots, mix(art.palette.glow, WHITE, 0.6), 0.9)
    art.canvas.light(bright, WHITE)
    art.canvas.glow(bright, art.palette.glow, art.unit * 0.004, 0.9)


def _draw_lamp(art: Art, place: Point, radius: float) -> None:
    x, y = place
    tint = art.palette.glow
    disc = art.ellipse(x, y, radius)
    halo = art.ellipse(x, y, radius * 1.5)
    veiled = art.scene.weather in _BARE
    # Two glows: a wide weak one that lights the air, and a narrow one around the disc.
    art.canvas.glow(halo, mix(tint, art.palette.sky[-1], 0.4), radius * 4.5, 0.55 if art.palette.dark else 0.9)
    art.canvas.glow(disc, tint, radius * 1.1, 0.45 if veiled else 0.7)
    art.canvas.paint(disc.soft(radius * (0.25 if veiled else 0.015)), tint, 0.55 if veiled else 1)
    if art.palette.dark and not veiled:
        _draw_craters(art, x, y, radius, disc)


def _draw_craters(art: Art, x: float, y: float, radius: float, disc: Mask) -> None:
    rng = art.rng("moon")
    seas = art.stencil()
    for _ in range(art.more(3, 6, 9)):
        angle, far = rng.uniform(0, math.tau), rng.uniform(0.1, 0.75) * radius
        seas.ellipse(x + math.cos(angle) * far, y + math.sin(angle) * far, radius * rng.uniform(0.08, 0.24))
    shape = seas.mask().soft(radius * 0.05).times(disc)
    art.canvas.paint(shape, tone(art.palette.glow, light=-0.14, rich=-0.3), 0.5)


def _draw_clouds(art: Art, horizon: float) -> None:
    """Draw long lit banks of cloud: the noise is flat near the horizon and thin above."""
    rng = art.rng("clouds")
    size = (art.width, max(round(horizon), 2))
    bank = stretch_levels(cloud_noise(size, rng, rng.uniform(2.0, 3.2), art.more(3, 4, 5), 2.6), 128, 215)
    # Densest a third of the way down, thin at the zenith and where the sky meets the haze.
    fade = Ramp([(70,) * 3, (255,) * 3, (150,) * 3, (40,) * 3]).image(size).convert("L")
    shape = Mask(ImageChops.multiply(bank, fade), 0, 0)
    dark = art.palette.dark
    lit = mix(art.palette.sky[-1], WHITE, 0.1 if dark else 0.5)
    art.canvas.paint(shape, lit, 0.28 if dark else 0.75)
    if art.detail:
        under = shape.rim(0, -art.unit * 0.012, art.unit * 0.006)
        art.canvas.shade(under, mix(art.palette.sky[0], WHITE, 0.35), 0.45)
