"""A bottle: coloured glass with liquid, a cap, and a paper label that carries the words."""

from ..art import Art
from ..captions import centred, face_for, words
from ..colour import BLACK, WHITE, legible_on, mix, tone
from ..fills import Ramp
from ..lettering import set_lines
from ..mask import Mask
from ..palette import named
from .pot import Pot


def bottle(art: Art, pot: Pot, body: Mask, profile: tuple[tuple[float, float], ...]) -> None:
    """Coloured glass with liquid, a cap, and a paper label that carries the words."""
    glass = named(art.scene.colours[0]) if art.scene.colours else art.palette.accents[2]
    deep, pale = mix(glass, BLACK, 0.45), mix(glass, WHITE, 0.45)
    art.canvas.paint(
        body,
        Ramp([deep, glass, pale, glass, deep, mix(deep, pale, 0.5)], "across", (0, 0.12, 0.3, 0.62, 0.94, 1)),
        0.96,
    )
    level = art.stencil().rectangle(0, pot.foot - pot.tall * 0.52, art.width, pot.foot + pot.tall).mask().times(body)
    art.canvas.shade(level, mix(glass, WHITE, 0.35), 0.75)
    top, radius = pot.foot - pot.tall * profile[-1][1], profile[-1][0] * pot.tall
    cap = art.stencil().rectangle(
        pot.x - radius * 1.15, top - pot.tall * 0.12, pot.x + radius * 1.15, top + pot.tall * 0.03, radius * 0.18
    )
    metal = mix(art.palette.accents[1], (60, 46, 36), 0.45)
    art.canvas.paint(
        cap, Ramp([mix(metal, BLACK, 0.4), metal, mix(metal, WHITE, 0.6), metal, mix(metal, BLACK, 0.5)], "across")
    )
    _label(art, pot, profile[2][0] * pot.tall)
    streak = art.stencil().rectangle(
        pot.x + pot.light * pot.tall * 0.13,
        pot.foot - pot.tall * 0.58,
        pot.x + pot.light * pot.tall * 0.155,
        pot.foot - pot.tall * 0.05,
        pot.tall * 0.01,
    )
    art.canvas.light(streak.mask().soft(pot.tall * 0.006, art.canvas.size), WHITE, 0.55)
    art.canvas.light(body.rim(-pot.light * art.unit * 0.004, 0, art.unit * 0.002), WHITE, 0.4)


def _label(art: Art, pot: Pot, radius: float) -> None:
    middle, tall, wide = pot.foot - pot.tall * 0.3, pot.tall * 0.15, radius * 0.97
    paper = (246, 240, 228)
    sheet = art.stencil().rectangle(pot.x - wide, middle - tall, pot.x + wide, middle + tall).mask()
    art.canvas.paint(sheet, Ramp([tone(paper, light=-0.22), paper, paper, tone(paper, light=-0.3)], "across"))
    ink = legible_on(paper, tone(art.palette.accents[0], light=-0.25), (40, 34, 32))
    rules = art.stencil()
    for y in (middle - tall * 0.82, middle + tall * 0.82):
        rules.rectangle(pot.x - wide * 0.8, y - art.unit * 0.001, pot.x + wide * 0.8, y + art.unit * 0.001)
    art.canvas.paint(rules, ink, 0.8)
    lines = words(art)
    if lines:
        block = set_lines(
            lines[0], face_for(art, lines[0]), wide * 1.55, tall * 1.4, largest=art.unit * 0.07, bold=0.02
        )
        art.canvas.paint(centred(block, pot.x, middle), ink)
    else:
        art.canvas.paint(art.stencil().ellipse(pot.x, middle, tall * 0.4), art.palette.accents[0])
