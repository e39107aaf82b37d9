"""Neon signs for streets: upright boxes on the walls, and a gate that carries the prompt's own words."""

from collections.abc import Callable
from random import Random

from PIL import ImageOps

from ...paint import BLACK, WHITE, Art, Colour, Mask, Point, mix
from ...paint.captions import centre_block, quoted_lines, typeface_for
from ...paint.typography import is_cjk, set_column, set_lines

# Plain trades and places; the Latin ones stand in where the CJK face is missing.
_TRADES = tuple(
    [
        "居酒屋",
        "ラーメン",
        "電気街",
        "茶",
        "夜市",
        "書店",
        "酒場",
        "映画館",
        "花屋",
        "薬局",
        "珈琲",
        "寿司",
        "麺",
        "音楽",
    ]
)
_LATIN = ("BAR", "HOTEL", "CAFE", "NOODLES", "BOOKS", "CINEMA", "TEA", "MUSIC")


def draw_signs(art: Art, wall: Callable[[int, float, float], Point]) -> None:
    """Hang signs along both walls, far ones first; without lamps they are painted boards."""
    trades = _TRADES if art.typeface.path else _LATIN
    # Each sign has random numbers of its own, so that more signs leave the first ones where they are.
    signs = [(rng.uniform(0.16, 0.95), -1 if index % 2 else 1, rng) for index, rng in _sign_rngs(art)]
    for scale, side, rng in sorted(signs, key=lambda sign: sign[0]):
        x, y = wall(side, scale, rng.uniform(0.2, 0.62))
        wide = art.unit * rng.uniform(0.055, 0.085) * scale * 1.25
        left = x if side < 0 else x - wide
        text = rng.choice(trades)
        _draw_blade(art, text, left, y, wide, rng.choice(art.palette.accents), filled=rng.random() < 0.35)


def _sign_rngs(art: Art) -> list[tuple[int, Random]]:
    return [(index, art.rng(f"sign {index}")) for index in range(art.more(9, 14, 19))]


def _draw_blade(art: Art, text: str, left: float, top: float, wide: float, tint: Colour, *, filled: bool) -> None:
    column = set_column(text, art.typeface, wide * 0.7, art.height, bold=0.03)
    tall = column.image.height + wide * 0.4
    board = art.rectangle(left, top, left + wide, top + tall, wide * 0.12)
    edge = board.minus(
        art.rectangle(
            left + wide * 0.07, top + wide * 0.07, left + wide * 0.93, top + tall - wide * 0.07, wide * 0.08
        )
    )
    script = centre_block(column, left + wide / 2, top + tall / 2)
    lit = art.palette.dark
    if filled:
        art.canvas.paint(board, mix(tint, WHITE, 0.25) if lit else tint, 0.95)
        art.canvas.paint(script, mix(art.palette.near, BLACK, 0.3))
    else:
        art.canvas.paint(board, mix(art.palette.near, tint, 0.12), 0.92)
        art.canvas.paint(edge, tint)
        art.canvas.paint(script, mix(tint, WHITE, 0.6))
    if lit:
        _draw_shine(art, board if filled else edge, script, tint, wide)


def _draw_shine(art: Art, lamp: Mask, script: Mask, tint: Colour, wide: float) -> None:
    art.canvas.glow(lamp, tint, wide * 0.55, 0.75)
    art.canvas.glow(script, tint, wide * 0.12, 0.8)
    if art.detail:
        art.canvas.glow(lamp, tint, wide * 1.6, 0.6)


def draw_gate(art: Art, x: float, y: float) -> None:
    """Hang the prompt's words over the road as neon tubes on a dark board; nothing without words."""
    lines = quoted_lines(art)
    if not lines:
        return
    text = lines[0]
    bold = 0.03 if is_cjk(text) else 0.02
    block = set_lines(
        text, typeface_for(art, text), art.width * 0.66, art.height * 0.2, largest=art.unit * 0.13, bold=bold
    )
    wide, tall = block.image.width / 2 + block.size * 0.5, block.image.height / 2 + block.size * 0.42
    middle = y - art.height * 0.26
    _draw_board(art, x, middle, wide, tall, block.size)
    script = centre_block(block, x, middle)
    tint = art.palette.accents[0]
    if art.palette.dark:
        _draw_mirror(art, script, y, tint)
    art.canvas.glow(script, tint, block.size * 0.55, 1.0)
    art.canvas.glow(script, tint, block.size * 0.14, 1.0)
    art.canvas.paint(script.soft(block.size * 0.02, art.canvas.size), mix(tint, WHITE, 0.78))


def _draw_board(art: Art, x: float, y: float, wide: float, tall: float, size: float) -> None:
    posts = art.stencil()
    for side in (-1, 1):
        posts.rectangle(x + side * wide * 0.96, y - art.height, x + side * wide * 0.96 + size * 0.05, y)
    art.canvas.paint(posts, mix(art.palette.near, BLACK, 0.5))
    board = art.rectangle(x - wide, y - tall, x + wide, y + tall, size * 0.16)
    inset = size * 0.1
    tube = art.stencil().rectangle(x - wide + inset, y - tall + inset, x + wide - inset, y + tall - inset, size * 0.1)
    # At least a pixel and a bit, or a thin tube would vanish in small pictures.
    inner = inset + max(size * 0.035, 1.2)
    hole = art.stencil().rectangle(
        x - wide + inner, y - tall + inner, x + wide - inner, y + tall - inner, size * 0.08
    )
    edge = tube.mask().minus(hole.mask())
    art.canvas.paint(board, mix(art.palette.near, BLACK, 0.35), 0.94)
    art.canvas.paint(edge, mix(art.palette.accents[1], WHITE, 0.5))
    art.canvas.glow(edge, art.palette.accents[1], size * 0.25, 1.0)


def _draw_mirror(art: Art, script: Mask, horizon: float, tint: Colour) -> None:
    """Draw the words upside down on the wet road, drawn out and soft."""
    # Half as tall again: wet asphalt draws lights out towards the viewer.
    tall = round(script.image.height * 1.5)
    image = ImageOps.flip(script.image).resize((script.image.width, tall))
    below = Mask(image, script.left, round(2 * horizon - script.box[3] + art.height * 0.03))
    soft = below.soft(art.unit * 0.006, art.canvas.size)
    art.canvas.light(soft, mix(tint, WHITE, 0.2), 0.55)
    art.canvas.glow(below, tint, art.unit * 0.03, 0.5)
