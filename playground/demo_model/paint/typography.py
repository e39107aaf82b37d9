"""Typography: fits words into a box, wrapped in lines or stacked in a column."""

import re
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from playground.imaging.typefaces import Typeface

_MAX_CHARACTERS = 160
# Latin words stay whole. So do the last four characters of a CJK run: a line of one character would look lost.
_TOKENS = re.compile(
    r"[A-Za-z0-9À-ɏͰ-ӿ'’&.,:;!?%@#/+\-]+|[\u2e80-\u9fff\uac00-\ud7af]{1,4}(?![\u2e80-\u9fff\uac00-\ud7af])|\S"
)
# Marks that must not begin a line.
_HANGING = "，。！？、；：）》」』”…,.!?;:)"
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Block:
    """Words set in lines, as a mask."""

    image: Image.Image
    lines: tuple[str, ...]
    size: float


def shorten_text(text: str, limit: int = _MAX_CHARACTERS) -> str:
    """Cut to `limit` characters, at a word when one ends near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    # A space further to the front would lose too many words.
    return (cut[:space] if space > limit * 0.6 else cut).rstrip(" ,.;:，。；：、") + "…"


def set_lines(
    text: str,
    face: Typeface,
    width: float,
    height: float,
    *,
    largest: float,
    bold: float = 0.0,
    align: str = "centre",
    leading: float = 1.16,
) -> Block:
    """Set text as large as fits a box in pixels; what cannot fit ends in an ellipsis.

    `bold` is a share of the type size, `leading` the distance of lines in type sizes.
    """
    text = shorten_text(text)
    # Smaller than 7 pixels nothing can be read: the text is cut with an ellipsis instead.
    low, high = max(min(width, height) * 0.045, 7.0), max(largest, 8.0)
    best = _wrap_words(text, face, low, width, bold)
    # Nine halvings find the size within 0.2 % of the range.
    for _ in range(9):
        middle = (low + high) / 2
        lines = _wrap_words(text, face, middle, width, bold)
        if lines and len(lines) * middle * leading <= height:
            low, best = middle, lines
        else:
            high = middle
    room = max(int(height / (low * leading)), 1)
    lines = best or _break_anywhere(text, face, low, width)
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1].rstrip("…")[:-1] + "…"]
    font = face.font(low)
    return Block(_render_lines(lines, font, low * leading, align, low * bold), tuple(lines), low)


def set_column(text: str, face: Typeface, size: float, height: float, bold: float = 0.0) -> Block:
    """Stack characters downwards, as on an upright sign; leave out those that do not fit the height."""
    max_marks = max(int(height / (size * 1.12)), 1)
    marks = [mark for mark in text if not mark.isspace()]
    if len(marks) > max_marks:
        marks = [*marks[: max_marks - 1], "…"] if max_marks > 1 else marks[:1]
    return Block(_render_lines(marks, face.font(size), size * 1.12, "centre", size * bold), tuple(marks), size)


def is_cjk(text: str) -> bool:
    """Return whether most of the text is set in square characters."""
    return len(_CJK.findall(text)) * 2 > len(text.replace(" ", ""))


def _wrap_words(text: str, face: Typeface, size: float, width: float, bold: float) -> list[str]:
    """Wrap into lines of at most `width`; return none when a single word is wider than that."""
    font = face.font(size)
    room = width - 2 * size * bold
    lines = [""]
    for token, spaced in _split_words(text):
        longer = lines[-1] + (" " if spaced and lines[-1] else "") + token
        if font.getlength(longer) <= room:
            lines[-1] = longer
        elif font.getlength(token) > room:
            return []
        else:
            lines.append(token)
    return [line for line in lines if line]


def _split_words(text: str) -> list[tuple[str, bool]]:
    """Return words that stay whole, each with whether a space stands before it."""
    pieces: list[tuple[str, bool]] = []
    for match in _TOKENS.finditer(text):
        token, spaced = match.group(), match.start() > 0 and text[match.start() - 1].isspace()
        if token in _HANGING and pieces and not spaced:
            pieces[-1] = (pieces[-1][0] + token, pieces[-1][1])
        else:
            pieces.append((token, spaced))
    return pieces


def _break_anywhere(text: str, face: Typeface, size: float, width: float) -> list[str]:
    """Break lines anywhere, for words that are wider than the box."""
    font = face.font(size)
    lines = [""]
    for mark in text:
        if lines[-1] and font.getlength(lines[-1] + mark) > width:
            lines.append("")
        lines[-1] += mark
    return [line.strip() for line in lines if line.strip()] or ["…"]


def _render_lines(lines: list[str], font: ImageFont.FreeTypeFont, gap: float, align: str, bold: float) -> Image.Image:
    """Render lines of text as a mask cut to their ink; `bold` thickens strokes by pixels."""
    width = max(font.getlength(line) for line in lines) + 4 * bold + font.size
    # Room for strokes and for glyphs that overhang their line; the empty part is cropped at the end.
    plate = Image.new("L", (int(width) + 2, int(gap * len(lines) + font.size * 1.2 + 4 * bold)))
    pen = ImageDraw.Draw(plate)
    for row, line in enumerate(lines):
        spare = width - font.size - font.getlength(line)
        left = {"left": 0.0, "centre": spare / 2, "right": spare}[align] + font.size / 2
        pen.text((left, row * gap + bold), line, fill=255, font=font, stroke_width=bold)
    box = plate.getbbox()
    return plate.crop(box) if box else Image.new("L", (1, 1))
