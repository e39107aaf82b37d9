"""Things that are worn: a hat and glasses."""

import math

from ...art import Art
from ...colour import BLACK, WHITE, Colour, colour, mix, tone
from ...curves import Point, smooth
from ...fills import Ramp
from .shapes import at, shape


def hat(art: Art, tint: Colour) -> None:
    """A felt hat with a dented crown, a ribbon and a curved brim."""
    brim = [(0.01, 0.7), (0.12, 0.66), (0.3, 0.63), (0.7, 0.63), (0.88, 0.66), (0.99, 0.7), (0.9, 0.86), (0.7, 0.95)]
    brim += [(0.5, 0.97), (0.3, 0.95), (0.1, 0.86)]
    plate = shape(art, brim)
    art.canvas.paint(plate, Ramp([tone(tint, light=0.02), tone(tint, light=-0.1)]))
    art.canvas.light(plate.rim(0, art.height * 0.03, art.unit * 0.02), WHITE, 0.12)
    top = [
        (0.23, 0.8),
        (0.245, 0.45),
        (0.3, 0.16),
        (0.38, 0.05),
        (0.5, 0.1),
        (0.62, 0.05),
        (0.7, 0.16),
        (0.755, 0.45),
    ]
    top += [(0.77, 0.8), (0.65, 0.865), (0.5, 0.885), (0.35, 0.865)]
    crown_of_hat = shape(art, top)
    art.canvas.shadow(crown_of_hat.moved(0, art.height * 0.03).times(plate), art.unit * 0.03, 0.5)
    sides = [tone(tint, light=-0.06), tone(tint, light=0.13), tone(tint, light=0.03), tone(tint, light=-0.14)]
    art.canvas.paint(crown_of_hat, Ramp(sides, "across", (0, 0.3, 0.6, 1)))
    dent = shape(art, [(0.4, 0.07), (0.5, 0.12), (0.6, 0.07), (0.56, 0.3), (0.5, 0.38), (0.44, 0.3)])
    soft = dent.soft(art.unit * 0.03, art.canvas.size).times(crown_of_hat.within((0, 0, art.width, art.height)))
    art.canvas.shade(soft, tone(tint, light=-0.2), 0.75)
    whole = art.stencil().polygon(at(art, _ribbon())).mask().times(crown_of_hat)
    cloth = mix(tone(tint, turn=180, rich=0.25), colour("c8433f"), 0.75)
    art.canvas.paint(
        whole, Ramp([tone(cloth, light=-0.06), tone(cloth, light=0.07), tone(cloth, light=-0.12)], "across")
    )
    reach = art.unit * 0.012
    art.canvas.light(crown_of_hat.rim(reach, reach, reach), WHITE, 0.22)


def _ribbon() -> list[Point]:
    upper = [(0.2 + 0.6 * k / 12, 0.62 + 0.075 * math.sin(math.pi * k / 12)) for k in range(13)]
    under = [(x, y + 0.17) for x, y in reversed(upper)]
    return [*upper, *under]


def glasses(art: Art, tint: Colour) -> None:
    """Sunglasses: rounded dark lenses that mirror the sky, a bridge and the roots of the arms."""
    frames, lenses = art.stencil(), art.stencil()
    for side in (-1, 1):
        outer = _lens(side, 1.0)
        frames.polygon(smooth(at(art, outer), 10, closed=True))
        lenses.polygon(smooth(at(art, _lens(side, 0.84)), 10, closed=True))
        arm = at(art, [(0.5 + side * 0.44, 0.2), (0.5 + side * 0.495, 0.17), (0.5 + side * 0.495, 0.34)])
        frames.polygon([*arm, *at(art, [(0.5 + side * 0.44, 0.4)])])
    bridge = [(0.42, 0.36), (0.46, 0.24), (0.5, 0.21), (0.54, 0.24), (0.58, 0.36)]
    frames.line(smooth(at(art, bridge), 8), art.height * 0.085)
    frame = frames.mask()
    art.canvas.paint(frame, Ramp([tone(tint, light=0.08), tint, mix(tint, BLACK, 0.4)]))
    reach = art.height * 0.02
    art.canvas.light(frame.rim(reach * 0.5, reach, reach * 0.6), WHITE, 0.45)
    glass = lenses.mask()
    smoke = mix(tint, colour("1a2233"), 0.75)
    art.canvas.paint(glass, Ramp([mix(smoke, BLACK, 0.35), smoke, mix(smoke, colour("7f93ad"), 0.5)]))
    for side in (-1, 1):
        x = 0.5 + side * 0.245
        streak = [(x - 0.1, 0.2), (x - 0.045, 0.16), (x - 0.085, 0.72), (x - 0.125, 0.6)]
        art.canvas.paint(shape(art, streak, round_off=False).times(glass), WHITE, 0.2)
        thin = [(x - 0.025, 0.15), (x - 0.008, 0.15), (x - 0.05, 0.78), (x - 0.064, 0.76)]
        art.canvas.paint(shape(art, thin, round_off=False).times(glass), WHITE, 0.16)


def _lens(side: int, share: float) -> list[Point]:
    """The outline of one lens around its centre, scaled by a share."""
    x, y = 0.5 + side * 0.245, 0.48
    inner = (
        (-0.2, -0.36),
        (0.0, -0.4),
        (0.2, -0.36),
        (0.215, 0.02),
        (0.14, 0.36),
        (0.0, 0.44),
        (-0.15, 0.38),
        (-0.21, 0.04),
    )
    return [(x + side * dx * share, y + dy * share) for dx, dy in inner]
