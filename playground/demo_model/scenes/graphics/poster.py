"""Posters: geometric overprints on paper with a large headline, or another scene in a printed frame."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageChops

from ...paint.art import Art
from ...paint.canvas import Canvas
from ...paint.captions import centre_block, quoted_lines, typeface_for
from ...paint.colour import WHITE, Colour, colour, mix, pick_legible, tone
from ...paint.effects import add_grain
from ...paint.fills import cloud_noise, noise, stretch_levels
from ...paint.mask import Mask, blur_image
from ...paint.palette import named_colour
from ...paint.typography import Block, is_cjk, set_lines
from .poster_layouts import LAYOUTS

_PAPERS = frozenset({"cream", "white", "mint", "yellow", "pink"})
_SETS = (
    ("f2e6d0", "d9542b", "e9a23b", "2d6a6e", "1f1b1a"),
    ("f4ead8", "cf3f2e", "f0b83c", "28508c", "1c1b1d"),
    ("efe4d2", "e27d3a", "d9b25f", "7a3b2e", "231a18"),
    ("eceadf", "2f6f62", "e8a948", "c8553d", "1b2021"),
)


@dataclass(frozen=True, slots=True)
class Inks:
    """The printer's colours: paper, three inks and the dark one for type."""

    paper: Colour
    first: Colour
    second: Colour
    third: Colour
    black: Colour


def paint(art: Art) -> None:
    rng = art.rng("poster")
    inks = _inks(art, rng)
    art.canvas.fill(inks.paper)
    lines = quoted_lines(art)
    # By the index, so that several pictures differ, and by the words, so that two prompts do.
    layout = LAYOUTS[(len("".join(lines)) + art.index) % len(LAYOUTS)]
    shuffled = rng.sample((inks.first, inks.second, inks.third), 3)
    if art.scene.colours:
        shuffled = [inks.first, *rng.sample((inks.second, inks.third), 2)]
    middle = layout(art, rng, (inks.paper, shuffled[0], shuffled[1], shuffled[2], inks.black), bool(lines))
    if lines:
        _draw_headline(art, lines, middle * art.height, inks)
    _print(art, inks)


def paint_framed(art: Art, inner: Callable[[Art], None]) -> None:
    """Print another composition inside a frame, with the headline beneath it."""
    inks = _inks(art, art.rng("poster"))
    lines = quoted_lines(art)
    # Broader below, as prints are framed, and much broader when words stand there.
    margin, foot = round(art.unit * 0.055), round(art.height * (0.2 if lines else 0.075))
    size = (max(art.width - 2 * margin, 8), max(art.height - margin - foot, 8))
    view = replace(art, canvas=Canvas(size, dither=art.canvas.dither), scene=replace(art.scene, quotes=()))
    inner(view)
    art.canvas.fill(inks.paper)
    art.canvas.picture.paste(view.canvas.picture, (margin, margin))
    if lines:
        _draw_headline(art, lines, art.height - foot * 0.5, inks, height=foot * 0.62)
    _print(art, inks)


def _inks(art: Art, rng: Random) -> Inks:
    """Return the prompt's colours first: the first pale one is the paper, the others print."""
    paper, first, second, third, black = (colour(code) for code in rng.choice(_SETS))
    wanted = [name for name in art.scene.colours if name != "black"]
    pale = [name for name in wanted if name in _PAPERS]
    bold = [named_colour(name) for name in wanted if name not in pale[:1]]
    if pale:
        paper = mix(named_colour(pale[0]), WHITE, 0.12)
    elif art.palette.dark and not bold:
        paper = mix((24, 22, 34), art.palette.sky[0], 0.4)
    # One colour in the prompt: two relatives of it print beside it.
    if len(bold) == 1:
        bold += [tone(bold[0], turn=-16, light=-0.14), tone(bold[0], turn=13, light=0.12)]
    first, second, third = (*bold, first, second, third)[:3]
    return Inks(paper, first, second, third, pick_legible(paper, black, WHITE))


def _draw_headline(art: Art, lines: tuple[str, ...], middle: float, inks: Inks, height: float = 0.0) -> None:
    """Draw the first passage large and bold around a height, further ones small beneath it."""
    tall = height or art.height * 0.25
    first = _set(art, lines[0], art.width * 0.84, tall * (1 if len(lines) == 1 else 0.72), art.unit * 0.3)
    rest = [_set(art, line, art.width * 0.76, tall * 0.16, art.unit * 0.045) for line in lines[1:]]
    gap = art.unit * 0.026
    total = first.image.height + sum(block.image.height + gap for block in rest)
    y = middle - total / 2
    for block in (first, *rest):
        art.canvas.paint(centre_block(block, art.width / 2, y + block.image.height / 2), inks.black)
        y += block.image.height + gap


def _set(art: Art, text: str, width: float, height: float, largest: float) -> Block:
    bold = 0.032 if is_cjk(text) else 0.045
    return set_lines(text, typeface_for(art, text), width, height, largest=largest, bold=bold, leading=1.08)


def _print(art: Art, inks: Inks) -> None:
    """Add paper and ink: fibres, worn patches in the print, a yellowed edge."""
    if not art.detail:
        return
    size = art.canvas.size
    # Paper takes up to 8 % of the light.
    paper = stretch_levels(cloud_noise(size, art.rng("paper"), 6, 5), 50, 200).point(
        [235 + v * 20 // 255 for v in range(256)]
    )
    art.canvas.picture = ImageChops.multiply(art.canvas.picture, Image.merge("RGB", [paper] * 3))
    fine = noise(size, art.rng("wear"))
    worn = stretch_levels(blur_image(fine, 0.7), 178, 215)
    patches = stretch_levels(cloud_noise(size, art.rng("patches"), 5, 4), 110, 190)
    wear = ImageChops.multiply(worn, patches)
    old = art.scene.style == "vintage"
    art.canvas.paint(Mask(wear, 0, 0), inks.paper, 0.9 if old else 0.45)
    edge = Image.radial_gradient("L").resize(size).point([max(v - 150, 0) for v in range(256)])
    art.canvas.shade(Mask(edge, 0, 0), (196, 160, 110), 0.7 if old else 0.35)
    add_grain(art.canvas, art.rng("fibres"), 4 if art.detail == 1 else 6, 0.6)
    if art.detail == 2:
        _draw_fibres(art, inks)


def _draw_fibres(art: Art, inks: Inks) -> None:
    rng, threads = art.rng("threads"), art.stencil()
    for _ in range(240):
        x, y = rng.uniform(0, art.width), rng.uniform(0, art.height)
        long = art.unit * rng.uniform(0.004, 0.012)
        threads.line(
            [(x, y), (x + rng.uniform(-1, 1) * long, y + rng.uniform(-1, 1) * long)], 0.6, rng.randint(40, 110)
        )
    art.canvas.paint(threads, mix(inks.paper, inks.black, 0.4), 0.5)
