"""The surface of a vase: round shading, a bare clay foot, speckles, the dark mouth."""

from ..art import Art
from ..colour import BLACK, WHITE, Colour, mix, tone
from ..fills import Ramp
from ..mask import Mask
from .pot import Pot


def glazed(art: Art, pot: Pot, body: Mask, glaze: Colour) -> None:
    """Round shading, a bare clay foot, speckles and the soft mirror of the window."""
    radius = pot.tall * 0.2
    hole = art.stencil().ellipse(pot.x, pot.foot - pot.tall, radius * 0.9, radius * 0.2).mask()
    body = body.minus(hole)
    dark, lit = tone(glaze, light=-0.24), tone(glaze, light=0.1)
    tones = [mix(glaze, dark, 0.35), lit, glaze, dark, mix(dark, BLACK, 0.2), mix(dark, glaze, 0.5)]
    stops: tuple[float, ...] = (0, 0.26, 0.5, 0.78, 0.92, 1)
    if pot.light > 0:
        tones, stops = tones[::-1], tuple(1 - stop for stop in reversed(stops))
    art.canvas.paint(body, Ramp(tones, "across", stops))
    clay = art.stencil().rectangle(0, pot.foot - pot.tall * 0.12, art.width, pot.foot + pot.tall).mask()
    clay = clay.times(body.within((0, 0, art.width, art.height)))
    art.canvas.paint(clay, Ramp([mix(tint, (150, 104, 74), 0.75) for tint in tones], "across", stops))
    if art.detail:
        _speckles(art, body, pot)
    shine = art.stencil().ellipse(
        pot.x + pot.light * pot.tall * 0.16,
        pot.foot - pot.tall * 0.5,
        pot.tall * 0.035,
        pot.tall * 0.16,
        turn=0.12 * pot.light,
    )
    art.canvas.light(
        shine.mask().soft(pot.tall * 0.03, art.canvas.size).times(body.within((0, 0, art.width, art.height))),
        WHITE,
        0.6,
    )
    art.canvas.light(body.rim(-pot.light * art.unit * 0.006, 0, art.unit * 0.003), WHITE, 0.22)
    art.canvas.shade(body.rim(0, -pot.tall * 0.06, pot.tall * 0.09), (90, 70, 70), 0.7)


def _speckles(art: Art, body: Mask, pot: Pot) -> None:
    dice, dots = art.dice("speckles"), art.stencil()
    for _ in range(art.more(0, 110, 380)):
        x, y = pot.x + dice.uniform(-0.4, 0.4) * pot.tall, pot.foot - dice.random() * pot.tall
        dots.ellipse(x, y, art.unit * dice.uniform(0.0006, 0.0022))
    art.canvas.paint(dots.mask().times(body), (70, 52, 42), 0.45)


def mouth(art: Art, pot: Pot, radius: float, glaze: Colour) -> None:
    """The opening and its far rim, before the stems."""
    y = pot.foot - pot.tall
    art.canvas.paint(art.stencil().ellipse(pot.x, y, radius, radius * 0.24), tone(glaze, light=0.03))
    art.canvas.paint(
        art.stencil().ellipse(pot.x, y + radius * 0.02, radius * 0.86, radius * 0.18), mix(glaze, BLACK, 0.72)
    )
