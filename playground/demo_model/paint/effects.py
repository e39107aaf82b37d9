"""Effects on what is already painted: reflections, mist, grain, bloom, rays, bokeh."""

import math
from collections.abc import Sequence
from random import Random

from PIL import Image, ImageChops, ImageOps

from .art import Art
from .canvas import Canvas
from .colour import BLACK, Colour, mix
from .curves import Point
from .fills import Ramp, cloud_noise, noise, stretch_levels
from .mask import Mask, blur_image


def mirror_strip(
    canvas: Canvas, horizon: float, bottom: float, rng: Random, *, ripple: float, smear: float = 1.0
) -> Image.Image:
    """Mirror the part above the horizon into the strip below it, rippled and drawn out downwards.

    `ripple` is the sideways swing in pixels at the bottom edge; `smear` below 1 blurs along the height.
    """
    top, low = round(horizon), round(bottom)
    width, deep = canvas.size[0], max(low - top, 1)
    # Above a high horizon there is less to mirror than the strip is deep; it is stretched then.
    source = canvas.picture.crop((0, max(top - deep, 0), width, max(top, 1)))
    flipped = ImageOps.flip(source).resize((width, deep), Image.Resampling.BILINEAR)
    if smear < 1:
        short = flipped.resize((width, max(int(deep * smear), 2)), Image.Resampling.BOX)
        flipped = short.resize((width, deep), Image.Resampling.BICUBIC)
    return ripple_rows(flipped, rng, ripple)


def ripple_rows(picture: Image.Image, rng: Random, ripple: float) -> Image.Image:
    """Shift thin rows sideways, further apart and further out towards the bottom, as water does."""
    width, height = picture.size
    mesh = []
    row, phase = 0.0, rng.uniform(0, math.tau)
    while row < height:
        depth = row / height
        # Rows of 0.4 % to 1.6 % of the height: waves look taller the nearer they are.
        tall = max(1.0, (0.004 + 0.012 * depth) * height)
        shift = math.sin(phase) * ripple * (0.15 + depth) + rng.uniform(-0.4, 0.4) * ripple * depth
        top, bottom = int(row), min(int(row + tall) + 1, height)
        quad = (shift, top, shift, bottom, width + shift, bottom, width + shift, top)
        mesh.append(((0, top, width, bottom), quad))
        # A wave takes 4.65 rows: no whole number, so the rows never line up.
        phase += 1.35
        row += tall
    out = picture.transform(picture.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    edge = max(math.ceil(abs(ripple) * 1.6) + 1, 1)
    if ripple >= 0.5 and width > 4 * edge:  # the mesh reaches beyond the sides, where there is nothing
        out.paste(
            picture.crop((0, 0, edge, height)),
            (0, 0),
            Ramp([(255,) * 3, BLACK], "across").image((edge, height)).convert("L"),
        )
        right = picture.crop((width - edge, 0, width, height))
        out.paste(right, (width - edge, 0), Ramp([BLACK, (255,) * 3], "across").image((edge, height)).convert("L"))
    return out


def band_mask(art: Art, top: float, bottom: float, *, peak: float = 0.5) -> Mask:
    """Return a mask across the whole width that swells from `top` to full at `peak` and back by `bottom`."""
    deep = max(round(bottom - top), 2)
    grey = Ramp([BLACK, (255, 255, 255), BLACK], stops=(0, peak, 1)).image((art.width, deep)).convert("L")
    whole = Mask(grey, 0, round(top))
    left, high, right, low = whole.box
    return whole.within((left, max(high, 0), right, min(low, art.height)))


def draw_mist(art: Art, rng: Random, top: float, bottom: float, tint: Colour, strength: float) -> None:
    """Lay drifting mist between two heights."""
    veil = band_mask(art, top, bottom)
    drift = stretch_levels(cloud_noise(veil.image.size, rng, 4, 4, 2.2), 60, 170)
    # Never below 70: between the drifts a little mist remains.
    mixed = ImageChops.multiply(veil.image, ImageChops.lighter(drift, Image.new("L", drift.size, 70)))
    art.canvas.paint(Mask(mixed, veil.left, veil.top), tint, strength)


def draw_bokeh(
    art: Art, rng: Random, count: int, area: tuple[float, float, float, float], tints: Sequence[Colour]
) -> None:
    """Scatter soft discs of light over a rectangle in pixels."""
    left, top, right, bottom = area
    for _ in range(count):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        radius = art.unit * rng.uniform(0.012, 0.045)
        disc = art.ellipse(x, y, radius)
        tint, strength = rng.choice(list(tints)), rng.uniform(0.12, 0.4)
        art.canvas.light(disc.soft(radius * 0.08), tint, strength)
        edge = art.ring(x, y, radius * 0.95, radius * 0.95, max(radius * 0.08, 1))
        art.canvas.light(edge, tint, strength * 0.5)


def draw_rays(art: Art, origin: Point, rng: Random, count: int, tint: Colour, strength: float) -> None:
    """Let wedges of light fall from a point across the picture."""
    reach = math.hypot(art.width, art.height)
    beams = art.stencil()
    for _ in range(count):
        angle, spread = rng.uniform(0.15, 0.85) * math.pi, rng.uniform(0.012, 0.05)
        ends = [
            (origin[0] + math.cos(angle + side) * reach, origin[1] + math.sin(angle + side) * reach)
            for side in (-spread, spread)
        ]
        beams.polygon([origin, *ends], rng.randint(70, 190))
    art.canvas.light(beams.mask().soft(art.unit * 0.018), tint, strength)


def add_bloom(canvas: Canvas, threshold: int, radius: float, strength: float) -> None:
    """Let what is brighter than the threshold (0 to 255) shine over its surroundings."""
    # Only the part above the threshold shines, so that middle tones stay as they are.
    table = [max(level - threshold, 0) * 255 // max(255 - threshold, 1) for level in range(256)]
    bright = blur_image(canvas.picture.point(table * 3), radius)
    bright = bright.point([int(level * strength) for level in range(256)] * 3)
    canvas.picture = ImageChops.screen(canvas.picture, bright)


def add_grain(canvas: Canvas, rng: Random, amount: int, fine: float = 0.0) -> None:
    """Add film grain of plus or minus `amount` levels, softened by `fine` pixels."""
    speckle = noise(canvas.size, rng, 2 * amount + 1)
    if fine:
        # Softening weakens the noise, so it starts twice as strong.
        speckle = blur_image(speckle.point([level * 2 for level in range(256)]), fine)
        amount *= 2
    canvas.picture = ImageChops.add(canvas.picture, Image.merge("RGB", [speckle] * 3), 1.0, -amount)


def add_vignette(canvas: Canvas, strength: float, tint: Colour = BLACK) -> None:
    reach = Ramp([BLACK, BLACK, (255, 255, 255)], "out", (0, 0.55, 1)).image(canvas.size).convert("L")
    canvas.shade(Mask(reach, 0, 0), mix((255, 255, 255), tint, 0.85), strength)


def draw_precipitation(art: Art, rng: Random, weather: str) -> None:
    """Draw rain as thin slanted streaks, or snow as soft flakes near and far."""
    width, height, unit = art.width, art.height, art.unit
    if weather == "rain":
        streaks = art.stencil()
        for _ in range(art.more(90, 240, 420)):
            x, y, near = rng.uniform(-0.1, 1.05) * width, rng.uniform(-0.1, 1) * height, rng.random()
            long = unit * (0.02 + 0.06 * near)
            # Nine degrees off the vertical, as in a light wind.
            streaks.line([(x, y), (x + long * 0.16, y + long)], unit * 0.0013, round(40 + 90 * near))
        art.canvas.light(streaks, mix(art.palette.haze, (255, 255, 255), 0.6), 0.7)
    else:
        # Three depths: many small flakes, few large soft ones.
        for near, count in ((0.3, art.more(60, 160, 260)), (0.6, art.more(30, 70, 110)), (1.0, art.more(8, 18, 30))):
            flakes = art.stencil()
            for _ in range(count):
                size = unit * (0.002 + 0.007 * near) * rng.uniform(0.6, 1.3)
                flakes.ellipse(rng.uniform(0, width), rng.uniform(0, height), size)
            art.canvas.paint(flakes.mask().soft(unit * 0.003 * near), (250, 252, 255), 0.9 - 0.3 * near)
