"""Sets quoted words into what is marked."""

from ..captions import average, centred, face_for, title, words
from ..colour import BLACK, WHITE, legible_on
from ..lettering import is_cjk, set_lines
from ..palette import named
from .easel import Easel


def letter(easel: Easel) -> bool:
    """Set the wish's quoted words; False when there are none that the face can show."""
    art = easel.art
    lines = words(art)
    if not lines:
        return False
    if easel.marked is None:
        title(art)
    else:
        _fill_box(easel, lines)
    easel.tell(f"lettering {_quoted(lines)} set", f"写上文字{_quoted(lines)}")
    return True


def _fill_box(easel: Easel, lines: tuple[str, ...]) -> None:
    """All words in one block, as large as the marked rectangle allows."""
    art, (left, top, right, bottom) = easel.art, easel.box
    text = " ".join(lines)
    wide, tall = (right - left) * 0.88, (bottom - top) * 0.84
    bold = 0.018 if is_cjk(text) else 0.03
    block = set_lines(text, face_for(art, text), wide, tall, largest=tall, bold=bold)
    shape = centred(block, (left + right) / 2, (top + bottom) / 2)
    ground = average(art.canvas, (left, top, right, bottom))
    wanted = easel.wish.colour
    ink = named(wanted) if wanted else legible_on(ground, WHITE, BLACK)
    halo = legible_on(ink, WHITE, BLACK)
    art.canvas.paint(shape.soft(max(block.size * 0.12, 1.0), art.canvas.size).faded(1.3), halo, 0.3)
    art.canvas.paint(shape, ink)


def _quoted(lines: tuple[str, ...]) -> str:
    return "".join(f"“{line}”" for line in lines)
