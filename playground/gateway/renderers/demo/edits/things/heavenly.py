"""Things of the sky: a star, a moon, a sun."""

import math

from ...art import Art
from ...colour import WHITE, Colour, mix, tone
from ...curves import Point
from ...fills import Ramp
from ...mask import Mask
from .shapes import gloss


def star(art: Art, tint: Colour) -> None:
    """A plump five-pointed star, folded along its rays, with a glow."""
    x, y, reach = art.width * 0.5, art.height * 0.53, art.unit * 0.46
    tips = [_around(x, y, reach, -math.pi / 2 + math.tau * k / 5) for k in range(5)]
    dents = [_around(x, y, reach * 0.5, -math.pi / 2 + math.tau * (k + 0.5) / 5) for k in range(5)]
    outline = [point for pair in zip(tips, dents, strict=True) for point in pair]
    soft = art.stencil().polygon(outline).line([*outline, outline[0]], reach * 0.09).mask()
    art.canvas.paint(soft, Ramp([tone(tint, light=0.12), tint, tone(tint, turn=-10, light=-0.12)]))
    for index in range(5):
        for side, dent in ((-1, dents[index - 1]), (1, dents[index])):
            half = art.stencil().polygon([(x, y), tips[index], dent]).mask().times(soft)
            facing = math.cos(math.tau * index / 5 - math.pi / 2 + side * 0.5 + 2.3)
            if facing > 0:
                art.canvas.light(half, mix(tint, WHITE, 0.5), 0.4 * facing)
            else:
                art.canvas.shade(half, tone(tint, turn=-8, light=-0.2), -0.65 * facing)
    art.canvas.light(soft.rim(reach * 0.03, reach * 0.03, reach * 0.03), WHITE, 0.5)


def moon(art: Art, tint: Colour) -> None:
    """A crescent with craters, and the faint rest of its disc."""
    x, y, radius = art.width * 0.5, art.height * 0.5, art.unit * 0.44
    disc = art.stencil().ellipse(x, y, radius).mask()
    bite = art.stencil().ellipse(x + radius * 0.5, y - radius * 0.16, radius * 0.86).mask()
    crescent = disc.minus(bite)
    art.canvas.paint(crescent, Ramp([tone(tint, light=0.06), tint, tone(tint, turn=-8, light=-0.12)]))
    dice, craters = art.dice("craters"), art.stencil()
    for _ in range(art.more(4, 7, 11)):
        place = _around(x, y, radius * dice.uniform(0.62, 0.94), dice.uniform(0.4, 1.35) * math.pi)
        craters.ellipse(*place, radius * dice.uniform(0.03, 0.1))
    art.canvas.shade(
        craters.mask().times(crescent.within((0, 0, art.width, art.height))), tone(tint, light=-0.16), 0.55
    )
    art.canvas.light(crescent.rim(radius * 0.05, radius * 0.03, radius * 0.04), WHITE, 0.5)
    inner = crescent.rim(-radius * 0.12, radius * 0.02, radius * 0.1)
    art.canvas.shade(inner, tone(tint, turn=-10, light=-0.18), 0.4)


def sun(art: Art, tint: Colour) -> None:
    """A warm disc with long and short rays."""
    x, y, reach = art.width * 0.5, art.height * 0.5, art.unit * 0.49
    for count, far, wide, light in ((12, 0.84, 0.1, 0.04), (12, 1.0, 0.085, 0.1)):
        rays = art.stencil()
        for index in range(count):
            angle = math.tau * (index + (0.5 if far < 1 else 0)) / count
            tip = _around(x, y, reach * far, angle)
            rays.polygon(
                [tip, _around(x, y, reach * 0.5, angle - wide * 1.6), _around(x, y, reach * 0.5, angle + wide * 1.6)]
            )
        art.canvas.paint(rays, tone(tint, light=light))
    disc = art.stencil().ellipse(x, y, reach * 0.56).mask()
    art.canvas.paint(disc, _glow_of(art, disc, tint))
    art.canvas.light(disc.rim(reach * 0.05, reach * 0.05, reach * 0.06), WHITE, 0.5)
    gloss(art, 0.4, 0.36, 0.07, 0.045, -0.7, 0.5)


def _glow_of(art: Art, disc: Mask, tint: Colour) -> Ramp:
    return Ramp([mix(tint, WHITE, 0.45), tint, tone(tint, turn=-14, light=-0.04)], "out", (0, 0.45, 1))


def _around(x: float, y: float, far: float, angle: float) -> Point:
    return (x + math.cos(angle) * far, y + math.sin(angle) * far)
