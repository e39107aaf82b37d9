"""Animals, head and chest, seen from the front: a few traits make a cat, a dog, a fox or a rabbit."""

import math
from dataclasses import replace
from random import Random

from ...paint import BLACK, WHITE, Art, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.captions import draw_title
from ...paint.curves import leaf_outline
from ...paint.palette import named_colour
from .animal_faces import ANIMALS, Face, Traits, draw_ears, draw_eyes, draw_face_marks, draw_muzzle


def paint(art: Art) -> None:
    """Paint the animal; quoted words become a title."""
    rng = art.rng("animal")
    name = next((name for name in ANIMALS if art.scene.shows(name)), "cat")
    traits = rng.choice(ANIMALS[name])
    # A fox and a panda are known by their colours.
    if art.scene.colours and name in ("cat", "dog", "rabbit", "bear"):
        own = named_colour(art.scene.colours[0])
        traits = replace(traits, fur=own, light=mix(own, WHITE, 0.72), dark=mix(own, BLACK, 0.5))
    face = Face(art.width / 2, art.height * 0.5 - art.unit * 0.02, art.unit * 0.24)
    # A rabbit's ears reach two radii above the middle of its head: it is moved down and made smaller.
    if traits.ear == "long":
        face = Face(face.x, face.y + art.unit * 0.08, face.size * 0.9)
    if not art.clear:
        _draw_ground(art, face)
    _draw_chest(art, face, traits)
    draw_ears(art, face, traits)
    head = _head(art, face, traits)
    draw_face_marks(art, face, traits, head)
    _draw_fur(art, art.rng("fur"), face, traits, head)
    draw_muzzle(art, face, traits, head)
    draw_eyes(art, face, traits)
    draw_title(art)


def _draw_ground(art: Art, face: Face) -> None:
    unit, palette, canvas = art.unit, art.palette, art.canvas
    first, second, third = palette.accents
    base = mix(palette.haze, third, 0.3) if not palette.dark else palette.sky[1]
    canvas.fill(Ramp([mix(base, WHITE, 0.2), base, mix(base, third, 0.3)]))
    art.canvas.paint(
        art.ellipse(face.x, face.y, unit * 0.41), Ramp([mix(second, WHITE, 0.3), mix(second, first, 0.35)]), 0.9
    )
    rng = art.rng("leaves")
    for layer, tint in enumerate((mix(third, base, 0.35), third, tone(third, light=-0.1))):
        leaves = art.stencil()
        for side in (-1, 1):
            for blade in range(art.more(4, 6, 8)):
                start = (
                    art.width * (0.5 + side * 0.5) - side * unit * 0.05 * layer,
                    art.height * (0.72 + 0.12 * layer) + unit * rng.uniform(-0.05, 0.1),
                )
                turn = -math.pi / 2 - side * (0.1 + 0.24 * blade) + rng.uniform(-0.15, 0.15)
                leaves.polygon(leaf_outline(*start, unit * rng.uniform(0.18, 0.32), unit * 0.07, turn))
        shape = leaves.mask()
        canvas.paint(shape, Ramp([tone(tint, light=0.06), tone(tint, light=-0.08)]), 0.95)
        canvas.light(shape.rim(unit * 0.002, unit * 0.002), WHITE, 0.2)


def _draw_chest(art: Art, face: Face, traits: Traits) -> None:
    body = smooth_curve(
        face.path("-0.62,0.5 0.62,0.5 1.05,1.2 1.3,2.2 1.4,4 -1.4,4 -1.3,2.2 -1.05,1.2"), 8, closed=True
    )
    shape = art.polygon(body)
    # A panda's shoulders are black.
    fur = traits.dark if traits.marks == "panda" else traits.fur
    art.canvas.paint(shape, Ramp([tone(fur, light=-0.1), fur, tone(fur, light=-0.06)]))
    bib = smooth_curve(face.path("-0.4,0.8 0.4,0.8 0.6,1.4 0.45,2.2 0,2.7 -0.45,2.2 -0.6,1.4"), 8, closed=True)
    if traits.marks != "panda":
        art.canvas.paint(art.polygon(bib).soft(face.size * 0.06), traits.light, 0.85)
    if art.detail:
        _draw_strokes(art, art.rng("chest"), (face.x, face.y + face.size * 0.4), (0.7, 2.4), face.size, shape, traits)
    under = art.ellipse(face.x, face.y + face.size * 0.82, face.size * 0.82, face.size * 0.36)
    art.canvas.shade(under.soft(face.size * 0.1), (110, 84, 84), 0.55)


def _head(art: Art, face: Face, traits: Traits) -> Mask:
    canvas = art.canvas
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
    head = art.polygon(smooth_curve(face.path(outline), 10, closed=True))
    canvas.paint(head, Ramp([tone(traits.fur, light=0.06), traits.fur, tone(traits.fur, light=-0.07)]))
    canvas.shade(head.rim(-face.size * 0.05, -face.size * 0.1, face.size * 0.09), mix(traits.fur, BLACK, 0.4), 0.35)
    canvas.light(head.rim(face.size * 0.03, face.size * 0.05, face.size * 0.03), art.palette.glow, 0.28)
    return head


def _draw_fur(art: Art, rng: Random, face: Face, traits: Traits, head: Mask) -> None:
    if art.detail:
        _draw_strokes(art, rng, (face.x, face.y - face.size * 0.1), (0.12, 1.15), face.size, head, traits)


def _draw_strokes(
    art: Art, rng: Random, middle: Point, reach: tuple[float, float], size: float, shape: Mask, traits: Traits
) -> None:
    """Draw short hairs that grow away from a middle, light and dark, inside a shape."""
    light, dark = art.stencil(), art.stencil()
    for _ in range(art.more(0, 320, 900)):
        angle, far = rng.uniform(0, math.tau), rng.uniform(*reach) * size
        x, y = middle[0] + math.cos(angle) * far, middle[1] + math.sin(angle) * far
        # Hairs grow away from the middle, nearly straight.
        long, turn = size * rng.uniform(0.05, 0.11), angle + rng.uniform(-0.35, 0.35)
        hair = rng.choice((light, dark))
        hair.line(
            [(x, y), (x + math.cos(turn) * long, y + math.sin(turn) * long)], size * 0.007, rng.randint(50, 170)
        )
    art.canvas.paint(light.mask().times(shape), mix(traits.fur, traits.light, 0.55), 0.75)
    art.canvas.paint(dark.mask().times(shape), mix(traits.fur, traits.dark, 0.5), 0.6)
