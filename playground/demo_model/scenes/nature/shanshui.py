"""A Chinese ink landscape: ridges that rise out of mist, a pine on a near rock, a boat, an inscription and a seal."""

import math
from random import Random

from PIL import Image, ImageChops

from ...paint import BLACK, Art, Colour, Mask, Point, Ramp, mix, smooth_curve
from ...paint.captions import centre_block, place_block, quoted_lines, typeface_for
from ...paint.curves import parse_outline, ridge_heights, ridge_outline
from ...paint.effects import add_grain, draw_mist
from ...paint.fills import cloud_noise, stretch_levels
from ...paint.typography import set_column

_PAPER: Colour = (240, 232, 212)
_INK: Colour = (34, 37, 40)
_SEAL: Colour = (176, 42, 34)
# A common phrase about mountains and water; the seal says demo.
_DEFAULT_INSCRIPTION, _SEAL_TEXT = "山高水长", "演示"
_LATIN_SEAL = "DM"


def paint(art: Art) -> None:
    """Paint from the far ridges to the near rock; the quoted words stand upright in the upper corner."""
    rng = art.rng("shanshui")
    side = rng.choice((-1, 1))  # where the rock stands; the inscription goes to the other side
    art.canvas.fill(Ramp([mix(_PAPER, (226, 214, 188), 0.3), _PAPER, mix(_PAPER, (214, 206, 188), 0.35)]))
    if art.scene.time in ("sunset", "dawn") or rng.random() < 0.5:
        sun = art.ellipse(art.width * (0.5 + side * 0.12), art.height * 0.2, art.unit * 0.05)
        art.canvas.paint(sun.soft(art.unit * 0.003), (198, 84, 58), 0.8)
    shore = art.height * 0.72
    for layer in range(5):
        _draw_ridge(art, layer / 4, shore, side)
    _draw_water(art, shore)
    _draw_boat(art, art.width * (0.5 - side * 0.18), shore + art.height * 0.1)
    _draw_rock(art, side)
    _wash(art)
    _draw_inscription(art, side)
    if art.detail:
        add_grain(art.canvas, art.rng("paper"), 4, 0.7)


def _draw_ridge(art: Art, near: float, shore: float, side: int) -> None:
    """Draw one range: dark along its crest, dissolving downwards, with dry strokes for the rock faces."""
    rng = art.rng(f"ridge {near:.2f}")
    heights = ridge_heights(rng, 0.55, 6)
    # Steep summits with narrow necks, the tallest on the far ranges and away from the rock.
    summits = [(rng.uniform(0.12, 0.88), rng.uniform(0.05, 0.11), rng.uniform(0.35, 1.0)) for _ in range(3)]
    summits[0] = (0.5 + side * (0.3 * near - 0.12), 0.12, 1.25 - 0.6 * near)
    line = []
    for index, height in enumerate(heights):
        place = index / (len(heights) - 1)
        # Bells instead of triangles: they have the narrow necks of karst peaks.
        rise = max(size * math.exp(-(((place - middle) / width) ** 2)) for middle, width, size in summits)
        line.append(height * 0.22 + rise)
    tall = art.height * (0.27 - 0.17 * near)
    base = shore - art.height * (0.22 * (1 - near) + 0.005)
    outline = ridge_outline(line, art.width, base, tall, shore)
    shape = art.polygon(outline)
    fade = (
        # Ink is dark along the crest and nearly gone three quarters of the way down, where the mist begins.
        Ramp([(255,) * 3, (120,) * 3, (24,) * 3, BLACK], "down", (0, 0.3, 0.75, 1))
        .image(shape.image.size)
        .convert("L")
    )
    wash = ImageChops.multiply(fade, stretch_levels(cloud_noise(shape.image.size, rng, 5, 4), 40, 200))
    ink = mix(_PAPER, _INK, 0.3 + 0.5 * near)
    art.canvas.paint(Mask(Image.blend(fade, wash, 0.55), shape.left, shape.top).times(shape), ink, 0.9)
    crest = art.line(outline[1:-1], art.unit * (0.002 + 0.002 * near))
    art.canvas.paint(crest.soft(art.unit * 0.0012), mix(_PAPER, _INK, 0.45 + 0.5 * near), 0.8)
    if art.detail:
        strokes = art.stencil()
        for _ in range(art.more(0, 60, 150)):
            x, y = outline[1 + rng.randrange(len(line))]
            long = tall * rng.uniform(0.08, 0.3)
            slant = rng.uniform(-0.25, 0.25) * long
            start = y + long * rng.uniform(0, 0.7)
            strokes.line(
                [(x, start), (x + slant, start + long)], art.unit * rng.uniform(0.001, 0.003), rng.randint(30, 130)
            )
        art.canvas.paint(strokes.mask().times(shape), _INK, 0.25 + 0.35 * near)
    draw_mist(
        art, art.rng(f"mist {near:.2f}"), base - art.height * 0.02, base + art.height * 0.2, _PAPER, 0.75 - 0.3 * near
    )


def _draw_water(art: Art, shore: float) -> None:
    water = art.rectangle(0, shore, art.width, art.height)
    art.canvas.paint(water, Ramp([_PAPER, mix(_PAPER, (168, 176, 170), 0.4)]), 0.8)
    rng, lines = art.rng("water"), art.stencil()
    for _ in range(art.more(10, 22, 36)):
        y, x = shore + (art.height - shore) * rng.random() ** 1.3, rng.uniform(0, 1) * art.width
        lines.ellipse(x, y, art.unit * rng.uniform(0.03, 0.14), art.unit * 0.0011, ink=rng.randint(30, 90))
    art.canvas.paint(lines, _INK, 0.5)


def _draw_boat(art: Art, x: float, y: float) -> None:
    """Draw a flat boat with a fisherman under his hat, and his pole."""
    size = art.unit * 0.075
    hull = [
        (x - size, y - size * 0.16),
        (x - size * 0.6, y + size * 0.06),
        (x + size * 0.6, y + size * 0.06),
        (x + size, y - size * 0.2),
    ]
    boat = art.stencil().polygon(
        smooth_curve([*hull, (x + size * 0.5, y - size * 0.03), (x - size * 0.5, y - size * 0.03)], 6, closed=True)
    )
    boat.polygon(parse_outline("-0.2,0 -0.1,-0.4 0.08,-0.4 0.16,0", x, y, size))
    boat.polygon([(x - size * 0.26, y - size * 0.38), (x, y - size * 0.58), (x + size * 0.24, y - size * 0.38)])
    boat.line([(x + size * 0.05, y - size * 0.25), (x + size * 1.25, y - size * 0.62)], size * 0.025)
    art.canvas.paint(boat, mix(_INK, _PAPER, 0.12), 0.92)
    mirror = art.ellipse(x, y + size * 0.16, size * 0.9, size * 0.07)
    art.canvas.paint(mirror.soft(size * 0.05), _INK, 0.25)


def _draw_rock(art: Art, side: int) -> None:
    """Draw a rock in the lower corner, and a bent pine that reaches over the water."""
    rng, unit = art.rng("rock"), art.unit
    edge = art.width * (0.5 + side * 0.5)

    def point(dx: float, dy: float) -> Point:
        return (edge - side * dx * unit, art.height - dy * unit)

    outline = [
        point(*shares)
        for shares in parse_outline(
            "-0.05,-0.05 -0.05,0.34 0.08,0.3 0.15,0.21 0.26,0.17 0.33,0.07 0.46,0.03 0.5,-0.05"
        )
    ]
    rock = art.polygon(smooth_curve(outline, 5, closed=True))
    art.canvas.paint(rock, Ramp([mix(_INK, _PAPER, 0.05), mix(_INK, _PAPER, 0.45), mix(_INK, _PAPER, 0.15)]))
    trunk = smooth_curve(
        [point(0.06, 0.26), point(0.11, 0.4), point(0.09, 0.5), point(0.17, 0.58), point(0.3, 0.62)], 10
    )
    wood = art.stencil()
    # Piece by piece, since a line has one width and a trunk tapers.
    for index in range(len(trunk) - 1):
        wood.line(trunk[index : index + 2], unit * (0.022 - 0.014 * index / len(trunk)))
    wood.line(smooth_curve([point(0.1, 0.48), point(0.03, 0.56), point(-0.02, 0.58)], 6), unit * 0.01)
    art.canvas.paint(wood, _INK)
    for dx, dy, size in (
        (0.04, 0.6, 0.09),
        (0.14, 0.64, 0.08),
        (0.24, 0.655, 0.085),
        (0.33, 0.635, 0.075),
        (0.2, 0.54, 0.06),
    ):
        _draw_needles(art, rng, point(dx, dy), size * unit)


def _draw_needles(art: Art, rng: Random, place: Point, size: float) -> None:
    """Draw a flat cloud of needles: fans of short strokes."""
    needles = art.stencil()
    for _ in range(art.more(40, 80, 140)):
        x, y = place[0] + rng.uniform(-1, 1) * size, place[1] + rng.uniform(-0.25, 0.25) * size
        needles.line(
            [(x, y), (x + rng.uniform(-0.22, 0.22) * size, y - rng.uniform(0.1, 0.3) * size)],
            size * 0.035,
            rng.randint(120, 255),
        )
    soft = art.ellipse(*place, size * 1.05, size * 0.3).soft(size * 0.12)
    art.canvas.paint(soft, (70, 84, 76), 0.4)
    art.canvas.paint(needles, _INK, 0.9)


def _wash(art: Art) -> None:
    """Let ink and paper bleed unevenly, as on raw rice paper."""
    blot = stretch_levels(cloud_noise(art.canvas.size, art.rng("blot"), 4, 5), 60, 200).point(
        [v // 8 for v in range(256)]
    )
    art.canvas.paint(Mask(blot, 0, 0), mix(_PAPER, (190, 176, 140), 0.6))


def _draw_inscription(art: Art, side: int) -> None:
    """Draw columns from right to left, as Chinese is inscribed, with the seal below the last one."""
    width, height, canvas = art.width, art.height, art.canvas
    is_cjk_face = art.typeface.path is not None
    lines = quoted_lines(art) or ((_DEFAULT_INSCRIPTION,) if is_cjk_face else ())
    size = art.unit * 0.05
    left = width * 0.5 - side * width * 0.5
    x = left - size * 2 if side < 0 else left + size * (0.75 + 1.25 * len(lines))
    bottom = top = art.height * 0.07 + size * 0.6
    for line in lines:
        column = set_column(line, typeface_for(art, line), size, height * 0.42, 0.015)
        canvas.paint(place_block(column, x - column.image.width / 2, top), _INK, 0.92)
        bottom = top + column.image.height
        x -= size * 1.25
    half = size * 0.52
    # Back to the last column, which the loop has stepped past.
    x, y = x + size * 1.25, bottom + size * 0.95
    seal = art.rectangle(x - half, y - half, x + half, y + half, half * 0.2)
    canvas.paint(seal, _SEAL, 0.92)
    text = _SEAL_TEXT if is_cjk_face else _LATIN_SEAL
    canvas.paint(centre_block(set_column(text, typeface_for(art, text), half * 0.82, half * 2, 0.03), x, y), _PAPER)
