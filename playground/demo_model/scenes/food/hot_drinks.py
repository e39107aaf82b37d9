"""A cup of coffee or tea seen from above, on its saucer, with a spoon."""

import math
from random import Random

from ...paint import WHITE, Art, Colour, Mask, Ramp, smooth_curve, tone
from ...paint.colour import colour
from ...paint.curves import ellipse_outline
from ...paint.palette import named_colour
from .dishes import draw_plate


def draw_hot_drink(art: Art, x: float, y: float, radius: float) -> None:
    """Draw a cup of coffee with a rosette of milk, or of clear tea, on a saucer with a spoon."""
    rng = art.rng("coffee")
    glaze = named_colour(art.scene.colours[0]) if art.scene.colours else colour(rng.choice(_GLAZES))
    # "Coffee or tea" gets a coffee: a rosette shows more than a plain surface.
    is_tea = art.scene.shows("tea") and not art.scene.shows("coffee")
    _draw_saucer(art, x, y, radius, glaze)
    draw_plate(art, x, y, radius, glaze)
    inner = art.ellipse(x, y, radius * 0.89)
    art.canvas.paint(inner, Ramp([tone(glaze, light=-0.3), tone(glaze, light=-0.08)]))
    brew = art.ellipse(x, y + radius * 0.02, radius * 0.83)
    if is_tea:
        art.canvas.paint(brew, Ramp([(222, 150, 62), (204, 122, 40), (150, 78, 24)], "out", (0, 0.75, 1)))
        sheen = art.stencil().ellipse(x - radius * 0.28, y - radius * 0.3, radius * 0.36, radius * 0.16, turn=-0.7)
        art.canvas.light(sheen.mask().soft(radius * 0.06), (255, 236, 200), 0.45)
    else:
        roast = [(150, 92, 48), (128, 74, 38), (84, 46, 24), (62, 33, 18)]
        art.canvas.paint(brew, Ramp(roast, "out", (0, 0.6, 0.93, 1)))
        _draw_rosette(art, x, y + radius * 0.02, radius * 0.66, brew)
        _draw_beans(art, rng, x, y, radius)
    if art.detail:
        _draw_bubbles(art, rng, x, y, radius * 0.8)
    lip = art.ring(x, y, radius * 0.94, radius * 0.94, radius * 0.025, 190, 300)
    art.canvas.light(lip.soft(radius * 0.012), WHITE, 0.7)


def _draw_saucer(art: Art, x: float, y: float, radius: float, glaze: Colour) -> None:
    """Draw the saucer with its well, the spoon on it, and the cup's handle over it."""
    draw_plate(art, x, y, radius * 1.62, glaze)
    well = art.ring(x, y, radius * 1.18, radius * 1.18, radius * 0.05)
    art.canvas.shade(well.soft(radius * 0.03), (150, 140, 140), 0.5)
    _draw_spoon(art, x, y, radius)
    grip = art.stencil().rectangle(
        x + radius * 0.85, y - radius * 0.14, x + radius * 1.5, y + radius * 0.14, radius * 0.13
    )
    handle = grip.mask()
    art.canvas.shadow(handle.moved(radius * 0.04, radius * 0.08), radius * 0.06, 0.35)
    art.canvas.paint(handle, Ramp([tone(glaze, light=0.06), tone(glaze, light=-0.14)]))


def _draw_rosette(art: Art, x: float, y: float, reach: float, brew: Mask) -> None:
    """Draw a fern of milk: pairs of leaves that narrow to the top, and a heart over them."""
    milk = art.stencil()
    for step in range(6):
        # Six pairs of leaves, each narrower and higher than the one before.
        t = step / 5
        wide, high = reach * (0.86 - 0.5 * t), reach * (0.5 - 1.05 * t)
        outer = [
            (x - wide, y + high - wide * 0.34),
            (x - wide * 0.5, y + high + reach * 0.06),
            (x, y + high + reach * 0.15),
            (x + wide * 0.5, y + high + reach * 0.06),
            (x + wide, y + high - wide * 0.34),
        ]
        inner = [(px, py + reach * 0.16 * (1 - abs(px - x) / wide) + reach * 0.02) for px, py in reversed(outer)]
        milk.polygon(smooth_curve([*outer, *inner], 6, closed=True))
    milk.ellipse(x, y - reach * 0.74, reach * 0.15, reach * 0.13)
    milk.line([(x, y - reach * 0.7), (x, y + reach * 0.62)], reach * 0.02)
    shape = milk.mask().times(brew)
    art.canvas.paint(shape.soft(reach * 0.012), (240, 222, 192), 0.95)


def _draw_bubbles(art: Art, rng: Random, x: float, y: float, radius: float) -> None:
    rings = art.stencil()
    for _ in range(art.more(0, 16, 44)):
        angle, size = rng.uniform(0, math.tau), radius * rng.uniform(0.008, 0.022)
        far = radius * rng.uniform(0.86, 0.98)
        rings.ring(x + math.cos(angle) * far, y + math.sin(angle) * far, size, size, max(size * 0.3, 0.7))
    art.canvas.light(rings, (230, 190, 140), 0.6)


def _draw_spoon(art: Art, x: float, y: float, radius: float) -> None:
    spoon = art.stencil().line(
        [(x - radius * 1.2, y + radius * 1.0), (x - radius * 0.4, y + radius * 1.5)], radius * 0.07
    )
    spoon.polygon(ellipse_outline(x - radius * 1.34, y + radius * 0.9, radius * 0.24, radius * 0.15, 0.56))
    shape = spoon.mask()
    art.canvas.shadow(shape.moved(radius * 0.03, radius * 0.06), radius * 0.03, 0.45)
    art.canvas.paint(shape, Ramp([(236, 232, 226), (168, 164, 160), (214, 208, 202), (130, 126, 124)], "across"))


def _draw_beans(art: Art, rng: Random, x: float, y: float, radius: float) -> None:
    for _ in range(art.more(7, 11, 16)):
        # To the left of the saucer, since the handle is on the right.
        angle, far = rng.uniform(2.5, 4.4), radius * rng.uniform(1.9, 2.9)
        px, py, turn, size = x + math.cos(angle) * far, y + math.sin(angle) * far, rng.uniform(0, 3), radius * 0.12
        bean = art.polygon(ellipse_outline(px, py, size, size * 0.66, turn))
        art.canvas.shadow(bean.moved(size * 0.15, size * 0.25), size * 0.15, 0.45)
        art.canvas.paint(bean, Ramp([(112, 68, 40), (66, 36, 22)]))
        crease = [
            (px - math.cos(turn) * size * 0.8, py - math.sin(turn) * size * 0.8),
            (px + math.sin(turn) * size * 0.1, py),
            (px + math.cos(turn) * size * 0.8, py + math.sin(turn) * size * 0.8),
        ]
        art.canvas.paint(art.line(smooth_curve(crease, 5), size * 0.13), (38, 20, 14))
        art.canvas.light(bean.rim(size * 0.12, size * 0.14, size * 0.06), (255, 220, 180), 0.3)


_GLAZES = ("f3eee4", "e3e7e4", "3f4f5a", "d9a78a", "8fa9a4")
