"""A flat portrait, head and shoulders: light from one side, hair in a few styles, glasses or a hat if named."""

from ...paint import WHITE, Art, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.captions import draw_title
from ...paint.colour import colour
from ...paint.curves import leaf_outline
from ...paint.effects import draw_bokeh
from ...paint.palette import named_colour
from .facial_features import HAIRS, SKINS, Head, draw_features, draw_glasses, draw_hat
from .hair import draw_back_hair, draw_front_hair

_FACE = ((0.0, -1.0), (0.58, -0.88), (0.94, -0.42), (0.97, 0.08), (0.84, 0.5), (0.5, 0.86), (0.17, 1.0))


def paint(art: Art) -> None:
    """Paint background, bust, face and hair; quoted words become a title."""
    rng = art.rng("portrait")
    man = art.scene.shows("man")
    style = rng.choice(("short", "side")) if man else rng.choice(("long", "bob", "bun"))
    # Half the face's height: head and shoulders fill the short side in every format.
    tall = art.unit * 0.185
    x, y, light = art.width / 2, art.height * 0.5 - art.unit * 0.1, rng.choice((-1, 1))
    skin, hair = colour(rng.choice(SKINS)), colour(rng.choice(HAIRS))
    head = Head(x, y, tall * 0.76, tall, light, skin, hair, style)
    if not art.clear:
        _draw_ground(art, head)
    draw_back_hair(art, head)
    _draw_bust(art, head)
    face = art.polygon(smooth_curve(head.path(_outline()), 8, closed=True))
    _draw_ears(art, head)
    art.canvas.paint(face, Ramp([tone(head.skin, light=0.02), head.skin, tone(head.skin, light=-0.02)]))
    _draw_shading(art, head, face)
    draw_features(art, head, rng)
    draw_front_hair(art, head, face)
    if art.scene.shows("glasses"):
        draw_glasses(art, head)
    if art.scene.shows("hat"):
        draw_hat(art, head)
    draw_title(art)


def _outline() -> list[Point]:
    return [*_FACE, *((-dx, dy) for dx, dy in reversed(_FACE[1:]))]


def _draw_ground(art: Art, head: Head) -> None:
    width, height, unit, palette, canvas = art.width, art.height, art.unit, art.palette, art.canvas
    first, second, third = palette.accents
    soft = mix(palette.haze, second, 0.25)
    canvas.fill(Ramp([mix(soft, WHITE, 0.25), soft] if not palette.dark else [palette.sky[0], palette.sky[2]]))
    disc = art.stencil().ellipse(head.x + head.light * -unit * 0.05, head.y + unit * 0.03, unit * 0.36)
    canvas.paint(disc, Ramp([mix(second, WHITE, 0.2), mix(first, second, 0.4)]))
    rng, plants = art.rng("plants"), art.stencil()
    for side in (-1, 1):
        for blade in range(art.more(4, 5, 7)):
            start = (width / 2 + side * unit * (0.36 + 0.03 * blade), height * 0.5 + unit * 0.48)
            turn = -1.57 + side * (0.1 + 0.16 * blade) + rng.uniform(-0.1, 0.1)
            plants.polygon(leaf_outline(*start, unit * rng.uniform(0.28, 0.46), unit * 0.07, turn))
    shape = plants.mask()
    canvas.paint(shape, Ramp([mix(third, WHITE, 0.1), tone(third, light=-0.14)]), 0.92)
    canvas.light(shape.rim(unit * 0.003, unit * 0.003), WHITE, 0.25)
    if palette.dark and art.detail:
        draw_bokeh(art, rng, 14, (0, 0, width, height * 0.7), list(palette.accents))


def _draw_bust(art: Art, head: Head) -> None:
    """Draw neck, shoulders and a plain garment with a collar."""
    unit, palette, canvas = art.unit, art.palette, art.canvas
    neck = art.polygon(head.path("-0.44,0.4 0.44,0.4 0.46,1.25 0.9,1.55 0,2 -0.9,1.55 -0.46,1.25"))
    canvas.paint(neck, Ramp([tone(head.skin, light=-0.12), tone(head.skin, light=-0.03)]))
    under = art.stencil().polygon(
        smooth_curve(head.path("-0.5,0.6 0.5,0.6 0.44,1.16 0,1.34 -0.44,1.16"), 6, closed=True)
    )
    canvas.shade(under.mask().times(neck), mix(head.skin, (120, 50, 50), 0.5), 0.6)
    # A colour in a portrait nearly always means the clothes.
    cloth = named_colour(art.scene.colours[0]) if art.scene.colours else palette.accents[2]
    cloth = mix(cloth, palette.near, 0.2)
    right = [(0.0, 1.95), (0.52, 1.4), (1.3, 1.62), (2.2, 1.95), (2.62, 2.6), (2.9, 5.5)]
    left = [(-dx, dy) for dx, dy in reversed(right[1:])]
    outline = [*smooth_curve(head.path(right), 8), *smooth_curve(head.path(left), 8)]
    coat = art.polygon(outline)
    canvas.paint(coat, Ramp([tone(cloth, light=0.06), cloth, tone(cloth, light=-0.12)]))
    far = art.stencil().polygon(
        head.path([(0, 1.3), (-head.light * 3.2, 1.3), (-head.light * 3.2, 5.6), (-head.light * 0.25, 5.6)])
    )
    canvas.shade(far.mask().soft(unit * 0.012).times(coat), tone(cloth, light=-0.1), 0.45)
    folds = art.stencil()
    for side in (-1, 1):
        folds.line(smooth_curve(head.path([(side * 0.5, 1.45), (side * 0.34, 1.85), (0, 2.12)]), 8), head.wide * 0.07)
        folds.line(
            smooth_curve(head.path([(side * 1.75, 2.5), (side * 1.62, 3.2), (side * 1.7, 4.4)]), 8), head.wide * 0.03
        )
    canvas.paint(folds.mask().times(coat), tone(cloth, light=-0.14), 0.8)
    if art.detail:
        canvas.light(coat.rim(head.light * -unit * 0.005, unit * 0.004, unit * 0.002), palette.glow, 0.35)


def _draw_ears(art: Art, head: Head) -> None:
    for side in (-1, 1):
        ear = art.stencil().ellipse(
            *head.point(side * 0.99, 0.12), head.wide * 0.13, head.tall * 0.17, turn=side * 0.18
        )
        art.canvas.paint(ear, tone(head.skin, light=-0.05))
        inner = art.stencil().ellipse(
            *head.point(side * 1.0, 0.12), head.wide * 0.06, head.tall * 0.1, turn=side * 0.18
        )
        art.canvas.paint(inner, tone(head.skin, turn=-6, light=-0.13))


def _draw_shading(art: Art, head: Head, face: Mask) -> None:
    """Draw the side away from the light, cheeks, and the shadow of the brow."""
    unit, canvas = art.unit, art.canvas
    # The border of light runs over brow, cheekbone, mouth and chin as it would on a real face.
    edge = head.path("0.16,-1.1 0.3,-0.3 0.14,0.1 0.34,0.42 0.1,0.7 0.06,1.1 1.4,1.1 1.4,-1.1", -head.light)
    side = art.polygon(smooth_curve(edge, 8, closed=True))
    soft = side.soft(head.wide * (0.02 + 0.03 * art.detail))
    canvas.shade(soft.times(face), mix(head.skin, (150, 70, 70), 0.45), 0.32)
    for cheek in (-1, 1):
        blush = art.ellipse(*head.point(cheek * 0.55, 0.38), head.wide * 0.22, head.tall * 0.11)
        canvas.paint(blush.soft(head.wide * 0.08).times(face), mix(head.skin, (222, 84, 84), 0.6), 0.4)
    if art.detail:
        canvas.light(face.rim(-head.light * unit * 0.006, unit * 0.002, unit * 0.003), art.palette.glow, 0.3)
