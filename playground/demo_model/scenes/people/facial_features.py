"""The head of a portrait and its features: eyes, nose, mouth, glasses, hat."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from ...paint import BLACK, WHITE, Art, Colour, Point, Ramp, mix, smooth_curve, tone
from ...paint.colour import colour
from ...paint.curves import parse_outline

SKINS = ("f3cdb0", "e6b18c", "c98a62", "9a6242", "6d4530")


HAIRS = ("2a2021", "4a2f26", "7a4a2c", "b5793f", "3a3a44", "a8442c")


@dataclass(frozen=True, slots=True)
class Head:
    """The face: its middle and half sizes in pixels, the lit side, and its colours."""

    x: float
    y: float
    wide: float
    tall: float
    light: int
    skin: Colour
    hair: Colour
    style: str

    def point(self, dx: float, dy: float) -> Point:
        """Return a point of the face from shares of its half sizes."""
        return (self.x + dx * self.wide, self.y + dy * self.tall)

    def path(self, points: Sequence[Point] | str, mirror: float = 1) -> list[Point]:
        """Return several points, or an outline written as "x,y x,y"; -1 mirrors it."""
        pairs = parse_outline(points) if isinstance(points, str) else points
        return [self.point(dx * mirror, dy) for dx, dy in pairs]


def draw_features(art: Art, head: Head, rng: Random) -> None:
    dark = mix(head.hair, BLACK, 0.45)
    iris = colour(rng.choice(("4a3426", "3d5a4a", "4a6a88", "2c2420")))
    for side in (-1, 1):
        _draw_eye(art, head, side, iris, dark)
    nose = smooth_curve(head.path("-0.1,-0.02 -0.17,0.3 -0.2,0.42 -0.02,0.47", head.light), 8)
    art.canvas.paint(art.line(nose, head.wide * 0.035), tone(head.skin, turn=-8, light=-0.2), 0.85)
    nostril = art.stencil().ellipse(*head.point(head.light * 0.1, 0.455), head.wide * 0.05, head.tall * 0.014)
    art.canvas.paint(nostril, tone(head.skin, light=-0.24), 0.7)
    # Mixed into the skin, so that lips fit every tone.
    lip = mix(head.skin, (178, 52, 62), 0.62)
    upper = head.path("-0.3,0.66 -0.1,0.615 0,0.632 0.1,0.615 0.3,0.66 0,0.682")
    lower = smooth_curve(head.path("-0.29,0.664 0,0.684 0.29,0.664 0.14,0.745 -0.14,0.745"), 6, closed=True)
    art.canvas.paint(art.polygon(lower), tone(lip, light=0.05))
    art.canvas.paint(art.polygon(upper), tone(lip, light=-0.07))
    if art.detail:
        shine = art.stencil().ellipse(*head.point(head.light * 0.07, 0.708), head.wide * 0.08, head.tall * 0.01)
        art.canvas.light(shine, WHITE, 0.5)
    chin = art.stencil().ellipse(*head.point(0, 0.8), head.wide * 0.14, head.tall * 0.012)
    art.canvas.paint(chin.mask().soft(head.wide * 0.02), tone(head.skin, light=-0.15), 0.6)


def _draw_eye(art: Art, head: Head, side: int, iris: Colour, dark: Colour) -> None:
    x, y = head.point(side * 0.43, 0.04)
    wide, tall = head.wide * 0.2, head.tall * 0.062
    almond = art.polygon(
        smooth_curve(
            [
                (x - wide, y + tall * 0.2),
                (x - wide * 0.3, y - tall),
                (x + wide * 0.4, y - tall * 0.95),
                (x + wide, y),
                (x + wide * 0.3, y + tall * 0.9),
                (x - wide * 0.4, y + tall * 0.85),
            ],
            6,
            closed=True,
        )
    )
    art.canvas.paint(almond, (248, 244, 240))
    ball = art.ellipse(x, y - tall * 0.05, wide * 0.46).times(almond)
    art.canvas.paint(ball, Ramp([mix(iris, BLACK, 0.45), iris]))
    art.canvas.paint(art.ellipse(x, y - tall * 0.05, wide * 0.22).times(almond), (14, 10, 12))
    art.canvas.paint(art.ellipse(x + head.light * wide * 0.16, y - tall * 0.4, wide * 0.1), WHITE)
    lid = smooth_curve(
        [
            (x - wide * 1.04, y + tall * 0.2),
            (x - wide * 0.3, y - tall * 1.02),
            (x + wide * 0.4, y - tall),
            (x + wide * 1.06, y),
        ],
        8,
    )
    art.canvas.paint(art.line(lid, head.wide * 0.036), dark)
    brow = smooth_curve(head.path([(side * 0.2, -0.15), (side * 0.42, -0.21), (side * 0.68, -0.14)]), 8)
    art.canvas.paint(art.line(brow, head.wide * 0.065), mix(head.hair, BLACK, 0.25), 0.9)


def draw_glasses(art: Art, head: Head) -> None:
    frame = art.stencil()
    for side in (-1, 1):
        x, y = head.point(side * 0.43, 0.05)
        frame.ring(x, y, head.wide * 0.31, head.wide * 0.28, head.wide * 0.045)
        frame.line([head.point(side * 0.74, 0.02), head.point(side * 0.98, -0.03)], head.wide * 0.045)
        # A faint light on the lens: an empty ring would not look like glass.
        glass = art.stencil().ellipse(x, y, head.wide * 0.3, head.wide * 0.27)
        art.canvas.light(glass, (190, 214, 230), 0.18)
    frame.line(
        smooth_curve([head.point(-0.13, 0.03), head.point(0, -0.01), head.point(0.13, 0.03)], 6), head.wide * 0.045
    )
    art.canvas.paint(frame, (34, 30, 34))


def draw_hat(art: Art, head: Head) -> None:
    felt = mix(art.palette.accents[0], BLACK, 0.3)
    brim = smooth_curve(
        head.path("-1.75,-0.42 -0.9,-0.62 0,-0.68 0.9,-0.62 1.75,-0.42 0.9,-0.4 0,-0.42 -0.9,-0.4"), 8, closed=True
    )
    crown = smooth_curve(
        head.path("-0.92,-0.58 -0.86,-1.1 -0.55,-1.42 0,-1.34 0.55,-1.42 0.86,-1.1 0.92,-0.58 0,-0.66"),
        8,
        closed=True,
    )
    art.canvas.paint(art.polygon(crown), Ramp([tone(felt, light=0.1), felt]))
    band = art.stencil().polygon(head.path("-0.93,-0.62 -0.91,-0.8 0,-0.88 0.91,-0.8 0.93,-0.62 0,-0.7"))
    art.canvas.paint(band, mix(felt, BLACK, 0.5))
    shape = art.polygon(brim)
    art.canvas.shadow(shape.moved(0, head.tall * 0.06), head.tall * 0.04, 0.35)
    art.canvas.paint(shape, Ramp([felt, tone(felt, light=-0.1)]))
