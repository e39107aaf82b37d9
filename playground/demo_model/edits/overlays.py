"""Set quoted words into an edit, and put the small demo mark on it."""

from dataclasses import replace

from PIL import Image, ImageChops

from ..paint import captions
from ..paint.canvas import Canvas
from ..paint.captions import centre_block, draw_title, mean_colour, quoted_lines, typeface_for
from ..paint.colour import BLACK, WHITE, pick_legible
from ..paint.mask import darkest_level
from ..paint.palette import named_colour
from ..paint.typography import is_cjk, set_lines
from .session import Box, EditSession


def draw_lettering(session: EditSession) -> bool:
    """Set the prompt's quoted words; return False when the typeface can show none of them."""
    art = session.art
    lines = quoted_lines(art)
    if not lines:
        return False
    if session.marked is None:
        draw_title(art)
    else:
        _fill_marked_area(session, lines)
    session.note_change(f"lettering {_quote_lines(lines)} set", f"写上文字{_quote_lines(lines)}")
    return True


def _fill_marked_area(session: EditSession, lines: tuple[str, ...]) -> None:
    """Set all words in one block, as large as the marked area allows."""
    art, (left, top, right, bottom) = session.art, session.box
    text = " ".join(lines)
    wide, tall = (right - left) * 0.88, (bottom - top) * 0.84
    # As in `captions`: bold Han characters close up.
    bold = 0.018 if is_cjk(text) else 0.03
    block = set_lines(text, typeface_for(art, text), wide, tall, largest=tall, bold=bold)
    shape = centre_block(block, (left + right) / 2, (top + bottom) / 2)
    ground = mean_colour(art.canvas, (left, top, right, bottom))
    wanted = session.instruction.actions.colour
    ink = named_colour(wanted) if wanted else pick_legible(ground, WHITE, BLACK)
    # Around a colour that was asked for, the halo alone makes words legible.
    halo = pick_legible(ink, WHITE, BLACK)
    art.canvas.paint(shape.soft(max(block.size * 0.12, 1.0), art.canvas.size).faded(1.3), halo, 0.3)
    art.canvas.paint(shape, ink)


def _quote_lines(lines: tuple[str, ...]) -> str:
    return "".join(f"“{line}”" for line in lines)


def draw_edit_mark(session: EditSession, picture: Image.Image, cover: Image.Image | None) -> Image.Image:
    """Draw the demo mark; return RGBA when there is a cover. A marked area that is too small gets none."""
    if session.marked is not None:
        box = _mark_box(session)
        if box is not None:
            part = replace(session.art, canvas=Canvas((box[2] - box[0], box[3] - box[1])))
            part.canvas.picture = picture.crop(box)
            captions.draw_demo_mark(part)
            picture.paste(part.canvas.picture, box[:2])
        if cover is not None:
            picture.putalpha(cover)
        return picture
    canvas = Canvas(picture.size, clear=cover is not None)
    canvas.picture = picture
    if cover is not None:
        canvas.picture = ImageChops.multiply(picture, Image.merge("RGB", [cover] * 3))
        canvas.cover = cover.copy()
    captions.draw_demo_mark(replace(session.art, canvas=canvas))
    return canvas.result()


def _mark_box(session: EditSession) -> Box | None:
    """Return a square whose lower right corner, where the mark goes, lies in the marked area."""
    marked = session.marked
    assert marked is not None
    left, top, right, bottom = session.box
    # About half the usual mark: the marked area may be small, and 7 pixels can just be read.
    size = max(session.art.unit * 0.019 * 0.55, 7.0)
    # `draw_demo_mark` sizes its letters by the short side of the picture, so this side gives `size`.
    side = round(size / 0.019)
    for inset in (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        x, y = round(right - (right - left) * inset), round(bottom - (bottom - top) * inset)
        room = (max(x - side, 0), max(y - side, 0), x, y)
        under = (round(x - size * 5.6), round(y - size * 3.4), x, y)
        if under[0] < left or under[1] < top or min(room[2] - room[0], room[3] - room[1]) < size * 6:
            continue
        # Every pixel below the mark must be free to change: outside the mask nothing may.
        if darkest_level(marked.crop(under)) >= 250:
            return room
    return None
