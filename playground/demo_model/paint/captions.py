"""Words on the picture: titles, upright signs, and the small mark that says demo."""

from PIL import Image, ImageStat

from playground.imaging.typefaces import Typeface, latin_typeface

from .art import Art
from .canvas import Canvas
from .colour import BLACK, WHITE, Colour, luminance, pick_legible
from .mask import Mask
from .typography import Block, is_cjk, set_lines


def quoted_lines(art: Art) -> tuple[str, ...]:
    """Return the quoted passages that the face can show."""
    shown = (art.typeface.keep_showable(quote) for quote in art.scene.quotes)
    return tuple(quote for quote in shown if quote)


def typeface_for(art: Art, text: str) -> Typeface:
    """Return a grotesque for plain ASCII, the CJK face for everything else."""
    return latin_typeface() if text.isascii() else art.typeface


def place_block(block: Block, left: float, top: float) -> Mask:
    """Set words with their top left corner at a pixel."""
    return Mask(block.image, round(left), round(top))


def centre_block(block: Block, x: float, y: float) -> Mask:
    return place_block(block, x - block.image.width / 2, y - block.image.height / 2)


def draw_title(art: Art, heights: tuple[float, ...] = (0.16, 0.8)) -> None:
    """Set the quoted words at the calmest of some heights (shares), with a soft ground for contrast."""
    lines = quoted_lines(art)
    if not lines:
        return
    width, height = art.width * 0.84, art.height * 0.2
    first = typeface_for(art, lines[0])
    block = set_lines(lines[0], first, width, height, largest=art.unit * 0.15, bold=_boldness(lines[0]))
    middle = _calmest_height(art, heights, block.image.height)
    shape = centre_block(block, art.width / 2, art.height * middle)
    ground = mean_colour(art.canvas, shape.box)
    ink = pick_legible(ground, WHITE, BLACK) if luminance(ground) < 0.3 else BLACK
    halo = BLACK if ink == WHITE else WHITE
    # A halo instead of a box, so that the picture shows between the words.
    art.canvas.paint(shape.soft(block.size * 0.35, art.canvas.size).faded(1.6), halo, 0.55)
    art.canvas.paint(shape, ink)
    _draw_lines_below(art, lines[1:], shape.box[3] + block.size * 0.5, ink)


def _draw_lines_below(art: Art, lines: tuple[str, ...], top: float, ink: Colour) -> None:
    for line in lines:
        block = set_lines(line, typeface_for(art, line), art.width * 0.7, art.height * 0.08, largest=art.unit * 0.045)
        shape = place_block(block, (art.width - block.image.width) / 2, top)
        art.canvas.paint(shape.soft(block.size * 0.3, art.canvas.size), BLACK if ink == WHITE else WHITE, 0.4)
        art.canvas.paint(shape, ink)
        top = shape.box[3] + block.size * 0.6


def _boldness(text: str) -> float:
    # Han characters have up to twenty strokes in one square: bolder ones would close up.
    return 0.018 if is_cjk(text) else 0.03


def _calmest_height(art: Art, middles: tuple[float, ...], tall: int) -> float:
    def busy(middle: float) -> float:
        top = max(round(art.height * middle - tall / 2), 0)
        box = (round(art.width * 0.08), top, round(art.width * 0.92), min(top + max(tall, 2), art.height))
        # So coarse that finer detail does not move the words.
        coarse = art.canvas.picture.resize((24, 6), Image.Resampling.BOX, box=box)
        return ImageStat.Stat(coarse.convert("L")).stddev[0]

    return min(middles, key=busy)


def mean_colour(canvas: Canvas, box: tuple[int, int, int, int]) -> Colour:
    """Return the mean colour of a rectangle of the canvas."""
    red, green, blue = ImageStat.Stat(canvas.picture.crop(box)).mean
    return (round(red), round(green), round(blue))


def draw_demo_mark(art: Art, remark: str = "") -> None:
    """Put the word demo, and the remark, in a small pill in the lower right corner: no model drew this."""
    # Below 7 pixels the word cannot be read.
    size = max(art.unit * 0.019, 7.0)
    text = f"demo: {remark}" if remark else "demo"
    block = set_lines(text, typeface_for(art, text), art.width * 0.8, size * 2, largest=size, bold=0.02)
    x = art.width - block.image.width / 2 - size * 1.9
    y = art.height - size * 2.0
    half, tall = block.image.width / 2 + size * 0.75, size * 0.85
    pill = art.rectangle(x - half, y - tall, x + half, y + tall, tall)
    ground = mean_colour(art.canvas, pill.box)
    # The pill is half transparent and the word nearly opaque, so both are chosen by what lies below.
    dark = luminance(ground) < 0.35
    art.canvas.paint(pill, BLACK if dark else WHITE, 0.42)
    art.canvas.paint(centre_block(block, x, y), WHITE if dark else BLACK, 0.85)
