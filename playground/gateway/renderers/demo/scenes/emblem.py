"""A simple emblem: one symbol in a badge, with the quoted words beneath it as a wordmark."""

import math

from ..art import Art
from ..captions import centred, face_for, words
from ..colour import BLACK, WHITE, Colour, colour, legible_on, mix, tone
from ..curves import leaf
from ..fills import Ramp
from ..lettering import is_cjk, set_lines
from ..mask import Mask
from ..palette import named
from .poster_shapes import cup

_GROUNDS = ("1f4e5f", "c8553d", "3a2e5c", "2f6b4f", "d98a2b", "28324e")


def paint(art: Art) -> None:
    """Paint the badge, its symbol and the wordmark."""
    dice = art.dice("emblem")
    tint = named(art.scene.colours[0]) if art.scene.colours else colour(dice.choice(_GROUNDS))
    second = (
        named(art.scene.colours[1]) if len(art.scene.colours) > 1 else mix(tone(tint, turn=36, light=0.3), WHITE, 0.3)
    )
    paper = (250, 248, 244) if not art.palette.dark else (18, 19, 26)
    if not art.clear:
        art.canvas.fill(paper)
    lines = words(art)
    x, y = art.width / 2, art.height * (0.42 if lines else 0.5)
    size = art.unit * (0.24 if lines else 0.3) * (1 - 0.05 * (art.index % 4))
    badge = _badge(art, x, y, size, tint, rounded=dice.random() < 0.5)
    _symbol(art, x, y, size, badge, (tint, second))
    if lines:
        ink = tint if art.clear else legible_on(paper, tint, (30, 30, 36))
        bold = 0.02 if is_cjk(lines[0]) else 0.03
        block = set_lines(
            lines[0], face_for(art, lines[0]), art.width * 0.8, art.height * 0.2, largest=art.unit * 0.12, bold=bold
        )
        art.canvas.paint(centred(block, x, y + size + art.unit * 0.06 + block.image.height / 2), ink)


def _badge(art: Art, x: float, y: float, size: float, tint: Colour, *, rounded: bool) -> Mask:
    shape = art.stencil()
    if rounded:
        shape.rectangle(x - size, y - size, x + size, y + size, size * 0.44)
    else:
        shape.ellipse(x, y, size)
    badge = shape.mask()
    if art.detail:
        art.canvas.shadow(badge.moved(0, size * 0.06), size * 0.07, 0.28, mix(tint, BLACK, 0.6))
    art.canvas.paint(badge, Ramp([tone(tint, light=0.08), tint, tone(tint, light=-0.08)]))
    if art.detail:
        art.canvas.light(badge.rim(0, size * 0.02, size * 0.01), WHITE, 0.35)
    return badge


def _symbol(art: Art, x: float, y: float, size: float, badge: Mask, tints: tuple[Colour, Colour]) -> None:
    """What the words ask for, or rings when they ask for nothing the demo can draw."""
    scene, light = art.scene, (252, 249, 243)
    if scene.inner in ("mountains", "forest"):
        _mountain(art, x, y, size, badge, light, tints[1])
    elif scene.inner == "sea" or scene.shows("wave"):
        _wave(art, x, y, size, badge, light, tints[1])
    elif scene.inner == "table" or scene.shows("cup"):
        _cup(art, x, y, size, light)
    elif scene.shows("leaf", "plant", "flower", "bamboo"):
        _leaf(art, x, y, size, light, tints[1])
    elif scene.inner == "animal":
        _cat(art, x, y, size, light, tints[0])
    elif scene.shows("sun", "morning") or scene.inner == "desert":
        _sun(art, x, y, size, light)
    else:
        _rings(art, x, y, size, light, tints[1])


def _mountain(art: Art, x: float, y: float, size: float, badge: Mask, light: Colour, second: Colour) -> None:
    art.canvas.paint(art.stencil().ellipse(x + size * 0.34, y - size * 0.36, size * 0.17), second)
    back = art.stencil().polygon(
        [(x - size * 0.1, y + size * 1.1), (x + size * 0.42, y - size * 0.1), (x + size * 1.1, y + size * 1.1)]
    )
    art.canvas.paint(back.mask().times(badge), mix(light, second, 0.6))
    front = art.stencil().polygon(
        [(x - size * 1.1, y + size * 1.1), (x - size * 0.2, y - size * 0.45), (x + size * 0.7, y + size * 1.1)]
    )
    art.canvas.paint(front.mask().times(badge), light)


def _wave(art: Art, x: float, y: float, size: float, badge: Mask, light: Colour, second: Colour) -> None:
    for row, tint in enumerate((mix(light, second, 0.7), mix(light, second, 0.35), light)):
        edge = [
            (x + size * (t - 1), y + size * (0.02 + 0.28 * row) + math.sin(t * 5.2 + row * 1.4) * size * 0.13)
            for t in (n / 20 for n in range(41))
        ]
        shape = art.stencil().polygon([*edge, (x + size, y + size), (x - size, y + size)])
        art.canvas.paint(shape.mask().times(badge), tint)
    art.canvas.paint(art.stencil().ellipse(x, y - size * 0.4, size * 0.2), second)


def _cup(art: Art, x: float, y: float, size: float, light: Colour) -> None:
    cup(art, x - size * 0.06, y + size * 0.46, size * 0.86, (light, light, light))


def _leaf(art: Art, x: float, y: float, size: float, light: Colour, second: Colour) -> None:
    art.canvas.paint(
        art.stencil().polygon(leaf(x, y + size * 0.62, size * 1.25, size * 0.78, -2.1)), mix(light, second, 0.5)
    )
    art.canvas.paint(art.stencil().polygon(leaf(x, y + size * 0.62, size * 1.25, size * 0.78, -1.05)), light)
    art.canvas.paint(art.stencil().line([(x, y + size * 0.5), (x, y + size * 0.78)], size * 0.05), light)


def _cat(art: Art, x: float, y: float, size: float, light: Colour, dark: Colour) -> None:
    head = [
        (-0.52, 0.1),
        (-0.56, -0.62),
        (-0.2, -0.36),
        (0.2, -0.36),
        (0.56, -0.62),
        (0.52, 0.1),
        (0.3, 0.46),
        (0, 0.54),
        (-0.3, 0.46),
    ]
    art.canvas.paint(art.stencil().polygon([(x + dx * size, y + dy * size) for dx, dy in head]), light)
    marks = art.stencil()
    for side in (-1, 1):
        marks.ellipse(x + side * size * 0.23, y + size * 0.02, size * 0.065, size * 0.09)
    marks.polygon([(x - size * 0.06, y + size * 0.18), (x + size * 0.06, y + size * 0.18), (x, y + size * 0.25)])
    art.canvas.paint(marks, dark)


def _sun(art: Art, x: float, y: float, size: float, light: Colour) -> None:
    rays = art.stencil().ellipse(x, y, size * 0.3)
    for index in range(12):
        angle = math.tau * index / 12
        rays.line(
            [
                (x + math.cos(angle) * size * 0.42, y + math.sin(angle) * size * 0.42),
                (x + math.cos(angle) * size * 0.62, y + math.sin(angle) * size * 0.62),
            ],
            size * 0.065,
        )
    art.canvas.paint(rays, light)


def _rings(art: Art, x: float, y: float, size: float, light: Colour, second: Colour) -> None:
    for index, tint in enumerate((light, second, light)):
        turn = math.tau * index / 3 - math.pi / 2
        cx, cy = x + math.cos(turn) * size * 0.24, y + math.sin(turn) * size * 0.24
        art.canvas.paint(art.stencil().ring(cx, cy, size * 0.32, size * 0.32, size * 0.085), tint)
