"""A still life: a vase with flowers, or a bottle with a label, on a table before a lit wall."""

from random import Random

from PIL import Image

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, Ramp, mix, smooth_curve, tone
from ...paint.captions import draw_title
from ...paint.colour import colour
from ...paint.fills import cloud_noise, stretch_levels
from ...paint.palette import named_colour
from .blossoms import draw_bouquet
from .vessels import Vessel, draw_bottle, draw_glaze, draw_mouth

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
    unit = art.unit
    rng = art.rng("vessel")
    is_bottle = art.scene.shows("bottle") and not art.scene.shows("flower", "sunflower")
    # Flowers need more than half of the height above the vase; a bottle stands alone.
    tall = unit * (0.62 if is_bottle else 0.31 if art.scene.shows("sunflower") else 0.36)
    vessel = Vessel(art.width * rng.uniform(0.46, 0.54), art.height * 0.5 + unit * 0.33, tall, rng.choice((-1, 1)))
    if not art.clear:
        _draw_room(art, vessel)
    profile = rng.choice(_BOTTLES if is_bottle else _PROFILES)
    outline = _outline(profile, vessel)
    body = art.polygon(outline)
    _draw_shadows(art, vessel, profile[0][0] * tall)
    if art.detail == 2 and not art.clear:
        _draw_reflection(art, vessel, body)
    if is_bottle:
        draw_bottle(art, vessel, body, profile)
        return
    # "Vase with pink roses" colours the roses, "red vase" the vase.
    own = art.scene.colours[: -1 if art.scene.shows("flower") else None]
    glaze = named_colour(own[0]) if own else colour(rng.choice(_GLAZES))
    draw_mouth(art, vessel, profile[-1][0] * tall, glaze)
    draw_bouquet(art, vessel.x, vessel.foot - tall * 0.98, tall)
    draw_glaze(art, vessel, body, glaze)
    draw_title(art)


def _draw_room(art: Art, vessel: Vessel) -> None:
    """Draw a wall with the light of a window on it, and a table."""
    rng = art.rng("room")
    codes = _DARK_WALL if art.palette.dark else rng.choice(_WALLS)
    shade, wall, table = (colour(code) for code in codes)
    if art.scene.colours:
        wall, shade = (
            mix(wall, named_colour(art.scene.colours[-1]), 0.22),
            mix(shade, named_colour(art.scene.colours[-1]), 0.25),
        )
    art.canvas.fill(Ramp([wall, shade] if vessel.light < 0 else [shade, wall], "across"))
    if art.detail:
        plaster = stretch_levels(cloud_noise(art.canvas.size, rng, 5, 5), 70, 190).point([v // 6 for v in range(256)])
        art.canvas.paint(Mask(plaster, 0, 0), shade)
        _draw_window_light(art, vessel.light)
    edge = vessel.foot - art.unit * 0.1
    board = art.rectangle(0, edge, art.width, art.height)
    art.canvas.shadow(art.stencil().rectangle(0, edge - art.unit * 0.012, art.width, edge), art.unit * 0.012, 0.22)
    art.canvas.paint(board, Ramp([mix(table, wall, 0.4), table, tone(table, light=-0.1)]))
    if art.detail:
        _draw_wood(art, rng, edge, table)
    art.canvas.light(board.rim(0, max(art.unit * 0.003, 1)), WHITE, 0.35)


def _draw_window_light(art: Art, side: int) -> None:
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
    art.canvas.light(panes.mask().soft(art.unit * 0.012), (255, 232, 196), 0.13 if art.palette.dark else 0.3)


def _draw_wood(art: Art, rng: Random, top: float, table: Colour) -> None:
    width, unit = art.width, art.unit
    lines = art.stencil()
    for _ in range(art.more(0, 46, 110)):
        depth = rng.random() ** 1.3
        y, x = top + (art.height - top) * depth, rng.uniform(-0.2, 1) * width
        long = width * rng.uniform(0.1, 0.6)
        bend = rng.uniform(-1, 1) * unit * 0.004
        lines.line(
            [(x, y), (x + long / 2, y + bend), (x + long, y)], unit * (0.0008 + 0.0016 * depth), rng.randint(50, 150)
        )
    art.canvas.paint(lines.mask().soft(unit * 0.0008), tone(table, light=-0.14), 0.6)


def _outline(profile: tuple[tuple[float, float], ...], vessel: Vessel) -> list[Point]:
    side = smooth_curve([(radius * vessel.tall, vessel.foot - high * vessel.tall) for radius, high in profile], 10)
    foot = profile[0][0] * vessel.tall
    base = [
        # The foot is a flat ellipse: the table is seen from a little above.
        (vessel.x + foot * t, vessel.foot + foot * 0.17 * (1 - t * t) ** 0.5)
        for t in (n / 10 for n in range(-10, 11))
    ]
    return [
        *((vessel.x - radius, y) for radius, y in reversed(side)),
        *base,
        *((vessel.x + radius, y) for radius, y in side),
    ]


def _draw_shadows(art: Art, vessel: Vessel, foot: float) -> None:
    # The shadow falls away from the window.
    away = -vessel.light * vessel.tall
    cast = art.stencil().polygon(
        [
            (vessel.x, vessel.foot + foot * 0.18),
            (vessel.x + away * 1.3, vessel.foot - art.unit * 0.01),
            (vessel.x + away * 1.2, vessel.foot - art.unit * 0.06),
            (vessel.x, vessel.foot - foot * 0.3),
        ]
    )
    art.canvas.shadow(cast, art.unit * 0.02, 0.32)
    contact = art.stencil().ellipse(vessel.x, vessel.foot + foot * 0.08, foot * 1.12, foot * 0.2)
    art.canvas.shadow(contact, art.unit * 0.008, 0.62)


def _draw_reflection(art: Art, vessel: Vessel, body: Mask) -> None:
    """Draw the vessel mirrored faintly in the polished table."""
    image = body.image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    low = Mask(image, body.left, round(vessel.foot + vessel.tall * 0.04))
    fade = Ramp([(120,) * 3, BLACK, BLACK]).image(image.size).convert("L")
    veil = low.times(Mask(fade, low.left, low.top)).within((0, 0, art.width, art.height))
    art.canvas.paint(veil.soft(art.unit * 0.006), tone(art.palette.accents[2], light=0.2), 0.4)
