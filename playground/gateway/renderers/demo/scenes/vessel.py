"""A still life: a vase with flowers, or a bottle with a label, on a table before a lit wall."""

from random import Random

from PIL import Image

from ..art import Art
from ..captions import title
from ..colour import BLACK, WHITE, Colour, colour, mix, tone
from ..curves import Point, smooth
from ..fills import Ramp, clouds, levels
from ..mask import Mask
from ..palette import named
from .blossoms import bouquet
from .flask import bottle
from .glaze import glazed, mouth
from .pot import Pot

_WALLS = (
    ("cbb59c", "ece0cd", "b08a63"),
    ("9fb0a8", "dfe5dc", "a98f70"),
    ("b99a8a", "ead6c8", "8d6a54"),
    ("8fa3b3", "dbe3e6", "b39b82"),
)
_DARK_WALL = ("1d2429", "46535a", "3a2c24")
_GLAZES = ("e9e1d3", "7fa3a8", "c96f4a", "3f5a6c", "d8b98a", "a7b59b")
# Radius against height from the foot, as shares of the vase's height.
_PROFILES = (
    ((0.2, 0.0), (0.3, 0.14), (0.37, 0.36), (0.33, 0.6), (0.19, 0.8), (0.14, 0.9), (0.2, 1.0)),
    ((0.17, 0.0), (0.22, 0.2), (0.31, 0.52), (0.3, 0.72), (0.2, 0.88), (0.17, 0.94), (0.21, 1.0)),
    ((0.22, 0.0), (0.34, 0.16), (0.38, 0.34), (0.28, 0.56), (0.13, 0.72), (0.12, 0.9), (0.16, 1.0)),
)
_BOTTLES = (
    ((0.19, 0.0), (0.2, 0.02), (0.2, 0.56), (0.19, 0.62), (0.085, 0.76), (0.07, 0.8), (0.07, 1.0)),
    ((0.27, 0.0), (0.28, 0.03), (0.28, 0.6), (0.26, 0.68), (0.11, 0.74), (0.1, 0.76), (0.1, 0.86)),
)


def paint(art: Art) -> None:
    """Paint the still life; quoted words become the bottle's label, or else a title."""
    dice = art.dice("vessel")
    is_bottle = art.scene.shows("bottle") and not art.scene.shows("flower", "sunflower")
    tall = art.unit * (0.62 if is_bottle else 0.31 if art.scene.shows("sunflower") else 0.36)
    pot = Pot(art.width * dice.uniform(0.46, 0.54), art.height * 0.5 + art.unit * 0.33, tall, dice.choice((-1, 1)))
    if not art.clear:
        _room(art, pot)
    profile = dice.choice(_BOTTLES if is_bottle else _PROFILES)
    outline = _outline(profile, pot)
    body = art.stencil().polygon(outline).mask()
    _shadows(art, pot, profile[0][0] * tall)
    if art.detail == 2 and not art.clear:
        _reflection(art, pot, body)
    if is_bottle:
        bottle(art, pot, body, profile)
        return
    # "Vase with pink roses" colours the roses, "red vase" the vase.
    own = art.scene.colours[: -1 if art.scene.shows("flower") else None]
    glaze = named(own[0]) if own else colour(dice.choice(_GLAZES))
    mouth(art, pot, profile[-1][0] * tall, glaze)
    bouquet(art, pot.x, pot.foot - tall * 0.98, tall)
    glazed(art, pot, body, glaze)
    title(art)


def _room(art: Art, pot: Pot) -> None:
    """A wall with the light of a window on it, and a table."""
    dice = art.dice("room")
    codes = _DARK_WALL if art.palette.dark else dice.choice(_WALLS)
    shade, wall, table = (colour(code) for code in codes)
    if art.scene.colours:
        wall, shade = mix(wall, named(art.scene.colours[-1]), 0.22), mix(shade, named(art.scene.colours[-1]), 0.25)
    art.canvas.fill(Ramp([wall, shade] if pot.light < 0 else [shade, wall], "across"))
    if art.detail:
        plaster = levels(clouds(art.canvas.size, dice, 5, 5), 70, 190).point([v // 6 for v in range(256)])
        art.canvas.paint(Mask(plaster, 0, 0), shade)
        _window_light(art, pot.light)
    edge = pot.foot - art.unit * 0.1
    board = art.stencil().rectangle(0, edge, art.width, art.height).mask()
    art.canvas.shadow(art.stencil().rectangle(0, edge - art.unit * 0.012, art.width, edge), art.unit * 0.012, 0.22)
    art.canvas.paint(board, Ramp([mix(table, wall, 0.4), table, tone(table, light=-0.1)]))
    if art.detail:
        _wood(art, dice, edge, table)
    art.canvas.light(board.rim(0, max(art.unit * 0.003, 1)), WHITE, 0.35)


def _window_light(art: Art, side: int) -> None:
    panes = art.stencil()
    x0, slant = art.width * (0.5 + side * 0.2), side * art.unit * 0.12
    for row in range(3):
        for column in range(2):
            left, top = x0 + side * column * art.unit * 0.17, art.height * 0.08 + row * art.unit * 0.17
            wide, tall = side * art.unit * 0.15, art.unit * 0.15
            panes.polygon(
                [
                    (left, top),
                    (left + wide, top - abs(slant) * 0.25),
                    (left + wide, top + tall - abs(slant) * 0.25),
                    (left, top + tall),
                ]
            )
    art.canvas.light(
        panes.mask().soft(art.unit * 0.012, art.canvas.size), (255, 232, 196), 0.13 if art.palette.dark else 0.3
    )


def _wood(art: Art, dice: Random, top: float, table: Colour) -> None:
    lines = art.stencil()
    for _ in range(art.more(0, 46, 110)):
        depth = dice.random() ** 1.3
        y, x = top + (art.height - top) * depth, dice.uniform(-0.2, 1) * art.width
        long = art.width * dice.uniform(0.1, 0.6)
        bend = dice.uniform(-1, 1) * art.unit * 0.004
        lines.line(
            [(x, y), (x + long / 2, y + bend), (x + long, y)],
            art.unit * (0.0008 + 0.0016 * depth),
            dice.randint(50, 150),
        )
    art.canvas.paint(lines.mask().soft(art.unit * 0.0008, art.canvas.size), tone(table, light=-0.14), 0.6)


def _outline(profile: tuple[tuple[float, float], ...], pot: Pot) -> list[Point]:
    side = smooth([(radius * pot.tall, pot.foot - high * pot.tall) for radius, high in profile], 10)
    foot = profile[0][0] * pot.tall
    base = [(pot.x + foot * t, pot.foot + foot * 0.17 * (1 - t * t) ** 0.5) for t in (n / 10 for n in range(-10, 11))]
    return [
        *((pot.x - radius, y) for radius, y in reversed(side)),
        *base,
        *((pot.x + radius, y) for radius, y in side),
    ]


def _shadows(art: Art, pot: Pot, foot: float) -> None:
    away = -pot.light * pot.tall
    cast = art.stencil().polygon(
        [
            (pot.x, pot.foot + foot * 0.18),
            (pot.x + away * 1.3, pot.foot - art.unit * 0.01),
            (pot.x + away * 1.2, pot.foot - art.unit * 0.06),
            (pot.x, pot.foot - foot * 0.3),
        ]
    )
    art.canvas.shadow(cast, art.unit * 0.02, 0.32)
    contact = art.stencil().ellipse(pot.x, pot.foot + foot * 0.08, foot * 1.12, foot * 0.2)
    art.canvas.shadow(contact, art.unit * 0.008, 0.62)


def _reflection(art: Art, pot: Pot, body: Mask) -> None:
    """The vessel mirrored faintly in the polished table."""
    image = body.image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    low = Mask(image, body.left, round(pot.foot + pot.tall * 0.04))
    fade = Ramp([(120,) * 3, BLACK, BLACK]).image(image.size).convert("L")
    veil = low.times(Mask(fade, low.left, low.top)).within((0, 0, art.width, art.height))
    art.canvas.paint(veil.soft(art.unit * 0.006, art.canvas.size), tone(art.palette.accents[2], light=0.2), 0.4)
