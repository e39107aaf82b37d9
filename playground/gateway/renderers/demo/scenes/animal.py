"""Animals, head and chest, seen from the front: a few traits make a cat, a dog, a fox or an owl."""

import math
from dataclasses import replace
from random import Random

from ..art import Art
from ..captions import title
from ..colour import BLACK, WHITE, mix, tone
from ..curves import Point, leaf, smooth
from ..fills import Ramp
from ..mask import Mask
from ..palette import named
from .beasts import ANIMALS, Face, Traits
from .muzzles import ears, eyes, face_marks, muzzle


def paint(art: Art) -> None:
    """Paint the animal; quoted words become a title."""
    dice = art.dice("animal")
    name = next((name for name in ANIMALS if art.scene.shows(name)), "cat")
    traits = dice.choice(ANIMALS[name])
    if art.scene.colours and name in ("cat", "dog", "rabbit", "bear"):
        own = named(art.scene.colours[0])
        traits = replace(traits, fur=own, light=mix(own, WHITE, 0.72), dark=mix(own, BLACK, 0.5))
    face = Face(art.width / 2, art.height * 0.5 - art.unit * 0.02, art.unit * 0.24)
    if traits.ear == "long":
        face = Face(face.x, face.y + art.unit * 0.08, face.size * 0.9)
    if not art.clear:
        _ground(art, face)
    _chest(art, face, traits)
    ears(art, face, traits)
    head = _head(art, face, traits)
    face_marks(art, face, traits, head)
    _fur(art, art.dice("fur"), face, traits, head)
    muzzle(art, face, traits, head)
    eyes(art, face, traits)
    title(art)


def _ground(art: Art, face: Face) -> None:
    one, two, three = art.palette.accents
    base = mix(art.palette.haze, three, 0.3) if not art.palette.dark else art.palette.sky[1]
    art.canvas.fill(Ramp([mix(base, WHITE, 0.2), base, mix(base, three, 0.3)]))
    art.canvas.paint(
        art.stencil().ellipse(face.x, face.y, art.unit * 0.41), Ramp([mix(two, WHITE, 0.3), mix(two, one, 0.35)]), 0.9
    )
    dice = art.dice("leaves")
    for layer, tint in enumerate((mix(three, base, 0.35), three, tone(three, light=-0.1))):
        leaves = art.stencil()
        for side in (-1, 1):
            for blade in range(art.more(4, 6, 8)):
                start = (
                    art.width * (0.5 + side * 0.5) - side * art.unit * 0.05 * layer,
                    art.height * (0.72 + 0.12 * layer) + art.unit * dice.uniform(-0.05, 0.1),
                )
                turn = -math.pi / 2 - side * (0.1 + 0.24 * blade) + dice.uniform(-0.15, 0.15)
                leaves.polygon(leaf(*start, art.unit * dice.uniform(0.18, 0.32), art.unit * 0.07, turn))
        shape = leaves.mask()
        art.canvas.paint(shape, Ramp([tone(tint, light=0.06), tone(tint, light=-0.08)]), 0.95)
        art.canvas.light(shape.rim(art.unit * 0.002, art.unit * 0.002), WHITE, 0.2)


def _chest(art: Art, face: Face, traits: Traits) -> None:
    body = smooth(
        face.path(
            [(-0.62, 0.5), (0.62, 0.5), (1.05, 1.2), (1.3, 2.2), (1.4, 4.0), (-1.4, 4.0), (-1.3, 2.2), (-1.05, 1.2)]
        ),
        8,
        closed=True,
    )
    shape = art.stencil().polygon(body).mask()
    fur = traits.dark if traits.marks == "panda" else traits.fur
    art.canvas.paint(shape, Ramp([tone(fur, light=-0.1), fur, tone(fur, light=-0.06)]))
    bib = smooth(
        face.path([(-0.4, 0.8), (0.4, 0.8), (0.6, 1.4), (0.45, 2.2), (0, 2.7), (-0.45, 2.2), (-0.6, 1.4)]),
        8,
        closed=True,
    )
    if traits.marks != "panda":
        art.canvas.paint(
            art.stencil().polygon(bib).mask().soft(face.size * 0.06, art.canvas.size), traits.light, 0.85
        )
    if art.detail:
        _strokes(art, art.dice("chest"), (face.x, face.y + face.size * 0.4), (0.7, 2.4), face.size, shape, traits)
    under = art.stencil().ellipse(face.x, face.y + face.size * 0.82, face.size * 0.82, face.size * 0.36).mask()
    art.canvas.shade(under.soft(face.size * 0.1, art.canvas.size), (110, 84, 84), 0.55)


def _head(art: Art, face: Face, traits: Traits) -> Mask:
    wide = traits.cheeks
    outline = [
        (0, -0.86),
        (0.5, -0.8),
        (0.88 * wide, -0.38),
        (1.02 * wide, 0.16),
        (0.82 * wide, 0.6),
        (0.4, 0.86),
        (0, 0.92),
    ]
    outline += [(-dx, dy) for dx, dy in reversed(outline[1:-1])]
    head = art.stencil().polygon(smooth(face.path(outline), 10, closed=True)).mask()
    art.canvas.paint(head, Ramp([tone(traits.fur, light=0.06), traits.fur, tone(traits.fur, light=-0.07)]))
    art.canvas.shade(
        head.rim(-face.size * 0.05, -face.size * 0.1, face.size * 0.09), mix(traits.fur, BLACK, 0.4), 0.35
    )
    art.canvas.light(head.rim(face.size * 0.03, face.size * 0.05, face.size * 0.03), art.palette.glow, 0.28)
    return head


def _fur(art: Art, dice: Random, face: Face, traits: Traits, head: Mask) -> None:
    if art.detail:
        _strokes(art, dice, (face.x, face.y - face.size * 0.1), (0.12, 1.15), face.size, head, traits)


def _strokes(
    art: Art, dice: Random, middle: Point, reach: tuple[float, float], size: float, shape: Mask, traits: Traits
) -> None:
    """Short hairs that grow away from a middle, light and dark, inside a shape."""
    light, dark = art.stencil(), art.stencil()
    for _ in range(art.more(0, 320, 900)):
        angle, far = dice.uniform(0, math.tau), dice.uniform(*reach) * size
        x, y = middle[0] + math.cos(angle) * far, middle[1] + math.sin(angle) * far
        long, turn = size * dice.uniform(0.05, 0.11), angle + dice.uniform(-0.35, 0.35)
        hair = dice.choice((light, dark))
        hair.line(
            [(x, y), (x + math.cos(turn) * long, y + math.sin(turn) * long)], size * 0.007, dice.randint(50, 170)
        )
    art.canvas.paint(light.mask().times(shape), mix(traits.fur, traits.light, 0.55), 0.75)
    art.canvas.paint(dark.mask().times(shape), mix(traits.fur, traits.dark, 0.5), 0.6)
