"""A simple emblem: one symbol in a badge, with the quoted words beneath it as a wordmark."""

import math

from ...paint import BLACK, WHITE, Art, Colour, Mask, Ramp, mix, tone
from ...paint.captions import centre_block, quoted_lines, typeface_for
from ...paint.colour import colour, pick_legible
from ...paint.curves import leaf_outline, parse_outline
from ...paint.palette import named_colour
from ...paint.typography import is_cjk, set_lines
from .poster_layouts import draw_cup

_GROUNDS = ("1f4e5f", "c8553d", "3a2e5c", "2f6b4f", "d98a2b", "28324e")


def paint(art: Art) -> None:
    """Paint the badge, its symbol and the wordmark."""
    width, height, unit, canvas = art.width, art.height, art.unit, art.canvas
    rng = art.rng("emblem")
    tint = named_colour(art.scene.colours[0]) if art.scene.colours else colour(rng.choice(_GROUNDS))
    second = (
        named_colour(art.scene.colours[1])
        if len(art.scene.colours) > 1
        else mix(tone(tint, turn=36, light=0.3), WHITE, 0.3)
    )
    paper = (250, 248, 244) if not art.palette.dark else (18, 19, 26)
    if not art.clear:
        canvas.fill(paper)
    lines = quoted_lines(art)
    x, y = width / 2, height * (0.42 if lines else 0.5)
    # Four sizes, so that several emblems differ even with the same symbol.
    size = unit * (0.24 if lines else 0.3) * (1 - 0.05 * (art.index % 4))
    badge = _badge(art, x, y, size, tint, rounded=rng.random() < 0.5)
    _draw_symbol(art, x, y, size, badge, (tint, second))
    if lines:
        # On a transparent ground nobody knows what lies below, so the wordmark has the badge's colour.
        ink = tint if art.clear else pick_legible(paper, tint, (30, 30, 36))
        bold = 0.02 if is_cjk(lines[0]) else 0.03
        block = set_lines(
            lines[0], typeface_for(art, lines[0]), width * 0.8, height * 0.2, largest=unit * 0.12, bold=bold
        )
        canvas.paint(centre_block(block, x, y + size + unit * 0.06 + block.image.height / 2), ink)


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


def _draw_symbol(art: Art, x: float, y: float, size: float, badge: Mask, tints: tuple[Colour, Colour]) -> None:
    """Draw the content that the prompt names, or rings when the demo cannot draw it."""
    scene, light = art.scene, (252, 249, 243)
    if scene.content in ("mountains", "forest"):
        _draw_mountain(art, x, y, size, badge, light, tints[1])
    elif scene.content == "sea" or scene.shows("wave"):
        _draw_wave(art, x, y, size, badge, light, tints[1])
    elif scene.content == "food" or scene.shows("cup"):
        _draw_cup(art, x, y, size, light)
    elif scene.shows("leaf", "plant", "flower", "bamboo"):
        _draw_leaf(art, x, y, size, light, tints[1])
    elif scene.content == "animal":
        _draw_cat(art, x, y, size, light, tints[0])
    else:
        _draw_rings(art, x, y, size, light, tints[1])


def _draw_mountain(art: Art, x: float, y: float, size: float, badge: Mask, light: Colour, second: Colour) -> None:
    art.canvas.paint(art.ellipse(x + size * 0.34, y - size * 0.36, size * 0.17), second)
    back = art.stencil().polygon(
        [(x - size * 0.1, y + size * 1.1), (x + size * 0.42, y - size * 0.1), (x + size * 1.1, y + size * 1.1)]
    )
    art.canvas.paint(back.mask().times(badge), mix(light, second, 0.6))
    front = art.stencil().polygon(
        [(x - size * 1.1, y + size * 1.1), (x - size * 0.2, y - size * 0.45), (x + size * 0.7, y + size * 1.1)]
    )
    art.canvas.paint(front.mask().times(badge), light)


def _draw_wave(art: Art, x: float, y: float, size: float, badge: Mask, light: Colour, second: Colour) -> None:
    for row, tint in enumerate((mix(light, second, 0.7), mix(light, second, 0.35), light)):
        edge = [
            (x + size * (t - 1), y + size * (0.02 + 0.28 * row) + math.sin(t * 5.2 + row * 1.4) * size * 0.13)
            for t in (n / 20 for n in range(41))
        ]
        shape = art.stencil().polygon([*edge, (x + size, y + size), (x - size, y + size)])
        art.canvas.paint(shape.mask().times(badge), tint)
    art.canvas.paint(art.ellipse(x, y - size * 0.4, size * 0.2), second)


def _draw_cup(art: Art, x: float, y: float, size: float, light: Colour) -> None:
    draw_cup(art, x - size * 0.06, y + size * 0.46, size * 0.86, (light, light, light))


def _draw_leaf(art: Art, x: float, y: float, size: float, light: Colour, second: Colour) -> None:
    art.canvas.paint(
        art.polygon(leaf_outline(x, y + size * 0.62, size * 1.25, size * 0.78, -2.1)), mix(light, second, 0.5)
    )
    art.canvas.paint(art.polygon(leaf_outline(x, y + size * 0.62, size * 1.25, size * 0.78, -1.05)), light)
    art.canvas.paint(art.line([(x, y + size * 0.5), (x, y + size * 0.78)], size * 0.05), light)


def _draw_cat(art: Art, x: float, y: float, size: float, light: Colour, dark: Colour) -> None:
    head = parse_outline("-0.52,0.1 -0.56,-0.62 -0.2,-0.36 0.2,-0.36 0.56,-0.62 0.52,0.1 0.3,0.46 0,0.54 -0.3,0.46")
    art.canvas.paint(art.polygon([(x + dx * size, y + dy * size) for dx, dy in head]), light)
    marks = art.stencil()
    for side in (-1, 1):
        marks.ellipse(x + side * size * 0.23, y + size * 0.02, size * 0.065, size * 0.09)
    marks.polygon([(x - size * 0.06, y + size * 0.18), (x + size * 0.06, y + size * 0.18), (x, y + size * 0.25)])
    art.canvas.paint(marks, dark)


def _draw_rings(art: Art, x: float, y: float, size: float, light: Colour, second: Colour) -> None:
    for index, tint in enumerate((light, second, light)):
        turn = math.tau * index / 3 - math.pi / 2
        cx, cy = x + math.cos(turn) * size * 0.24, y + math.sin(turn) * size * 0.24
        art.canvas.paint(art.stencil().ring(cx, cy, size * 0.32, size * 0.32, size * 0.085), tint)
