"""A glazed vase and a glass bottle: their positions and surfaces."""

from dataclasses import dataclass

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix, tone
from ...paint.captions import centre_block, quoted_lines, typeface_for
from ...paint.colour import pick_legible
from ...paint.palette import named_colour
from ...paint.typography import set_lines


@dataclass(frozen=True, slots=True)
class Vessel:
    """The position of the vessel: middle, foot and height in pixels, and the lit side."""

    x: float
    foot: float
    tall: float
    light: int


def draw_glaze(art: Art, vessel: Vessel, body: Mask, glaze: Colour) -> None:
    """Draw round shading, a bare clay foot, speckles and the soft mirror of the window."""
    radius = vessel.tall * 0.2
    # The opening is drawn before the stems, and the glaze after them must not cover it.
    hole = art.ellipse(vessel.x, vessel.foot - vessel.tall, radius * 0.9, radius * 0.2)
    body = body.minus(hole)
    dark, lit = tone(glaze, light=-0.24), tone(glaze, light=0.1)
    tones = [mix(glaze, dark, 0.35), lit, glaze, dark, mix(dark, BLACK, 0.2), mix(dark, glaze, 0.5)]
    stops: tuple[float, ...] = (0, 0.26, 0.5, 0.78, 0.92, 1)
    # Written for light from the left; the other side is its mirror image.
    if vessel.light > 0:
        tones, stops = tones[::-1], tuple(1 - stop for stop in reversed(stops))
    art.canvas.paint(body, Ramp(tones, "across", stops))
    clay = art.rectangle(0, vessel.foot - vessel.tall * 0.12, art.width, vessel.foot + vessel.tall)
    clay = clay.times(body)
    art.canvas.paint(clay, Ramp([mix(tint, (150, 104, 74), 0.75) for tint in tones], "across", stops))
    if art.detail:
        _draw_speckles(art, body, vessel)
    shine = art.stencil().ellipse(
        vessel.x + vessel.light * vessel.tall * 0.16,
        vessel.foot - vessel.tall * 0.5,
        vessel.tall * 0.035,
        vessel.tall * 0.16,
        turn=0.12 * vessel.light,
    )
    art.canvas.light(shine.mask().soft(vessel.tall * 0.03).times(body), WHITE, 0.6)
    art.canvas.light(body.rim(-vessel.light * art.unit * 0.006, 0, art.unit * 0.003), WHITE, 0.22)
    art.canvas.shade(body.rim(0, -vessel.tall * 0.06, vessel.tall * 0.09), (90, 70, 70), 0.7)


def _draw_speckles(art: Art, body: Mask, vessel: Vessel) -> None:
    rng, dots = art.rng("speckles"), art.stencil()
    for _ in range(art.more(0, 110, 380)):
        x, y = vessel.x + rng.uniform(-0.4, 0.4) * vessel.tall, vessel.foot - rng.random() * vessel.tall
        dots.ellipse(x, y, art.unit * rng.uniform(0.0006, 0.0022))
    art.canvas.paint(dots.mask().times(body), (70, 52, 42), 0.45)


def draw_mouth(art: Art, vessel: Vessel, radius: float, glaze: Colour) -> None:
    """Draw the opening and its far rim, before the stems."""
    y = vessel.foot - vessel.tall
    art.canvas.paint(art.ellipse(vessel.x, y, radius, radius * 0.24), tone(glaze, light=0.03))
    art.canvas.paint(art.ellipse(vessel.x, y + radius * 0.02, radius * 0.86, radius * 0.18), mix(glaze, BLACK, 0.72))


def draw_bottle(art: Art, vessel: Vessel, body: Mask, profile: tuple[tuple[float, float], ...]) -> None:
    """Draw coloured glass with liquid, a cap, and a paper label that carries the words."""
    glass = named_colour(art.scene.colours[0]) if art.scene.colours else art.palette.accents[2]
    deep, pale = mix(glass, BLACK, 0.45), mix(glass, WHITE, 0.45)
    art.canvas.paint(
        body,
        Ramp([deep, glass, pale, glass, deep, mix(deep, pale, 0.5)], "across", (0, 0.12, 0.3, 0.62, 0.94, 1)),
        0.96,
    )
    level = art.rectangle(0, vessel.foot - vessel.tall * 0.52, art.width, vessel.foot + vessel.tall).times(body)
    art.canvas.shade(level, mix(glass, WHITE, 0.35), 0.75)
    top, radius = vessel.foot - vessel.tall * profile[-1][1], profile[-1][0] * vessel.tall
    cap = art.stencil().rectangle(
        vessel.x - radius * 1.15,
        top - vessel.tall * 0.12,
        vessel.x + radius * 1.15,
        top + vessel.tall * 0.03,
        radius * 0.18,
    )
    metal = mix(art.palette.accents[1], (60, 46, 36), 0.45)
    art.canvas.paint(
        cap, Ramp([mix(metal, BLACK, 0.4), metal, mix(metal, WHITE, 0.6), metal, mix(metal, BLACK, 0.5)], "across")
    )
    _draw_label(art, vessel, profile[2][0] * vessel.tall)
    streak = art.stencil().rectangle(
        vessel.x + vessel.light * vessel.tall * 0.13,
        vessel.foot - vessel.tall * 0.58,
        vessel.x + vessel.light * vessel.tall * 0.155,
        vessel.foot - vessel.tall * 0.05,
        vessel.tall * 0.01,
    )
    art.canvas.light(streak.mask().soft(vessel.tall * 0.006), WHITE, 0.55)
    art.canvas.light(body.rim(-vessel.light * art.unit * 0.004, 0, art.unit * 0.002), WHITE, 0.4)


def _draw_label(art: Art, vessel: Vessel, radius: float) -> None:
    middle, tall, wide = vessel.foot - vessel.tall * 0.3, vessel.tall * 0.15, radius * 0.97
    paper = (246, 240, 228)
    sheet = art.rectangle(vessel.x - wide, middle - tall, vessel.x + wide, middle + tall)
    art.canvas.paint(sheet, Ramp([tone(paper, light=-0.22), paper, paper, tone(paper, light=-0.3)], "across"))
    ink = pick_legible(paper, tone(art.palette.accents[0], light=-0.25), (40, 34, 32))
    rules = art.stencil()
    for y in (middle - tall * 0.82, middle + tall * 0.82):
        rules.rectangle(vessel.x - wide * 0.8, y - art.unit * 0.001, vessel.x + wide * 0.8, y + art.unit * 0.001)
    art.canvas.paint(rules, ink, 0.8)
    lines = quoted_lines(art)
    if lines:
        block = set_lines(
            lines[0], typeface_for(art, lines[0]), wide * 1.55, tall * 1.4, largest=art.unit * 0.07, bold=0.02
        )
        art.canvas.paint(centre_block(block, vessel.x, middle), ink)
    else:
        art.canvas.paint(art.ellipse(vessel.x, middle, tall * 0.4), art.palette.accents[0])
