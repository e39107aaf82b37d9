"""A flat portrait, head and shoulders: light from one side, hair in a few styles, glasses or a hat if named."""

from ..art import Art
from ..captions import title
from ..colour import WHITE, colour, mix, tone
from ..curves import Point, leaf, smooth
from ..effects import bokeh
from ..fills import Ramp
from ..mask import Mask
from ..palette import named
from .features import features, glasses, hat
from .hair import back_hair, front_hair
from .head import HAIRS, SKINS, Head

_FACE = ((0.0, -1.0), (0.58, -0.88), (0.94, -0.42), (0.97, 0.08), (0.84, 0.5), (0.5, 0.86), (0.17, 1.0))


def paint(art: Art) -> None:
    """Paint background, bust, face and hair; quoted words become a title."""
    dice = art.dice("portrait")
    man = art.scene.shows("man")
    style = dice.choice(("short", "side")) if man else dice.choice(("long", "bob", "bun"))
    tall = art.unit * 0.185
    x, y, light = art.width / 2, art.height * 0.5 - art.unit * 0.1, dice.choice((-1, 1))
    skin, hair = colour(dice.choice(SKINS)), colour(dice.choice(HAIRS))
    head = Head(x, y, tall * 0.76, tall, light, skin, hair, style)
    if not art.clear:
        _ground(art, head)
    back_hair(art, head)
    _bust(art, head)
    face = art.stencil().polygon(smooth(head.path(_outline()), 8, closed=True)).mask()
    _ears(art, head)
    art.canvas.paint(face, Ramp([tone(head.skin, light=0.02), head.skin, tone(head.skin, light=-0.02)]))
    _shading(art, head, face)
    features(art, head, dice)
    front_hair(art, head, face)
    if art.scene.shows("glasses"):
        glasses(art, head)
    if art.scene.shows("hat"):
        hat(art, head)
    title(art)


def _outline() -> list[Point]:
    return [*_FACE, *((-dx, dy) for dx, dy in reversed(_FACE[1:]))]


def _ground(art: Art, head: Head) -> None:
    one, two, three = art.palette.accents
    soft = mix(art.palette.haze, two, 0.25)
    art.canvas.fill(
        Ramp([mix(soft, WHITE, 0.25), soft] if not art.palette.dark else [art.palette.sky[0], art.palette.sky[2]])
    )
    disc = art.stencil().ellipse(head.x + head.light * -art.unit * 0.05, head.y + art.unit * 0.03, art.unit * 0.36)
    art.canvas.paint(disc, Ramp([mix(two, WHITE, 0.2), mix(one, two, 0.4)]))
    dice, plants = art.dice("plants"), art.stencil()
    for side in (-1, 1):
        for blade in range(art.more(4, 5, 7)):
            start = (art.width / 2 + side * art.unit * (0.36 + 0.03 * blade), art.height * 0.5 + art.unit * 0.48)
            turn = -1.57 + side * (0.1 + 0.16 * blade) + dice.uniform(-0.1, 0.1)
            plants.polygon(leaf(*start, art.unit * dice.uniform(0.28, 0.46), art.unit * 0.07, turn))
    shape = plants.mask()
    art.canvas.paint(shape, Ramp([mix(three, WHITE, 0.1), tone(three, light=-0.14)]), 0.92)
    art.canvas.light(shape.rim(art.unit * 0.003, art.unit * 0.003), WHITE, 0.25)
    if art.palette.dark and art.detail:
        bokeh(art, dice, 14, (0, 0, art.width, art.height * 0.7), list(art.palette.accents))


def _bust(art: Art, head: Head) -> None:
    """Neck, shoulders and a plain garment with a collar."""
    neck = (
        art.stencil()
        .polygon(
            head.path([(-0.44, 0.4), (0.44, 0.4), (0.46, 1.25), (0.9, 1.55), (0, 2.0), (-0.9, 1.55), (-0.46, 1.25)])
        )
        .mask()
    )
    art.canvas.paint(neck, Ramp([tone(head.skin, light=-0.12), tone(head.skin, light=-0.03)]))
    under = art.stencil().polygon(
        smooth(head.path([(-0.5, 0.6), (0.5, 0.6), (0.44, 1.16), (0, 1.34), (-0.44, 1.16)]), 6, closed=True)
    )
    art.canvas.shade(under.mask().times(neck), mix(head.skin, (120, 50, 50), 0.5), 0.6)
    cloth = named(art.scene.colours[0]) if art.scene.colours else art.palette.accents[2]
    cloth = mix(cloth, art.palette.near, 0.2)
    right = [(0.0, 1.95), (0.52, 1.4), (1.3, 1.62), (2.2, 1.95), (2.62, 2.6), (2.9, 5.5)]
    left = [(-dx, dy) for dx, dy in reversed(right[1:])]
    outline = [*smooth(head.path(right), 8), *smooth(head.path(left), 8)]
    coat = art.stencil().polygon(outline).mask()
    art.canvas.paint(coat, Ramp([tone(cloth, light=0.06), cloth, tone(cloth, light=-0.12)]))
    far = art.stencil().polygon(
        head.path([(0, 1.3), (-head.light * 3.2, 1.3), (-head.light * 3.2, 5.6), (-head.light * 0.25, 5.6)])
    )
    art.canvas.shade(
        far.mask().soft(art.unit * 0.012, art.canvas.size).times(coat.within((0, 0, art.width, art.height))),
        tone(cloth, light=-0.1),
        0.45,
    )
    folds = art.stencil()
    for side in (-1, 1):
        folds.line(smooth(head.path([(side * 0.5, 1.45), (side * 0.34, 1.85), (0, 2.12)]), 8), head.wide * 0.07)
        folds.line(
            smooth(head.path([(side * 1.75, 2.5), (side * 1.62, 3.2), (side * 1.7, 4.4)]), 8), head.wide * 0.03
        )
    art.canvas.paint(folds.mask().times(coat), tone(cloth, light=-0.14), 0.8)
    if art.detail:
        art.canvas.light(
            coat.rim(head.light * -art.unit * 0.005, art.unit * 0.004, art.unit * 0.002), art.palette.glow, 0.35
        )


def _ears(art: Art, head: Head) -> None:
    for side in (-1, 1):
        ear = art.stencil().ellipse(*head.at(side * 0.99, 0.12), head.wide * 0.13, head.tall * 0.17, turn=side * 0.18)
        art.canvas.paint(ear, tone(head.skin, light=-0.05))
        inner = art.stencil().ellipse(*head.at(side * 1.0, 0.12), head.wide * 0.06, head.tall * 0.1, turn=side * 0.18)
        art.canvas.paint(inner, tone(head.skin, turn=-6, light=-0.13))


def _shading(art: Art, head: Head, face: Mask) -> None:
    """The side away from the light, cheeks, and the shadow of the brow."""
    away = -head.light
    edge = [
        (away * 0.16, -1.1),
        (away * 0.3, -0.3),
        (away * 0.14, 0.1),
        (away * 0.34, 0.42),
        (away * 0.1, 0.7),
        (away * 0.06, 1.1),
        (away * 1.4, 1.1),
        (away * 1.4, -1.1),
    ]
    side = art.stencil().polygon(smooth(head.path(edge), 8, closed=True)).mask()
    soft = side.soft(head.wide * (0.02 + 0.03 * art.detail), art.canvas.size)
    art.canvas.shade(
        soft.times(face.within((0, 0, art.width, art.height))), mix(head.skin, (150, 70, 70), 0.45), 0.32
    )
    for cheek in (-1, 1):
        blush = art.stencil().ellipse(*head.at(cheek * 0.55, 0.38), head.wide * 0.22, head.tall * 0.11).mask()
        art.canvas.paint(
            blush.soft(head.wide * 0.08, art.canvas.size).times(face.within((0, 0, art.width, art.height))),
            mix(head.skin, (222, 84, 84), 0.6),
            0.4,
        )
    if art.detail:
        art.canvas.light(
            face.rim(-head.light * art.unit * 0.006, art.unit * 0.002, art.unit * 0.003), art.palette.glow, 0.3
        )
