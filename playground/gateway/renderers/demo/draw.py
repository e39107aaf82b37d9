"""Draws a picture for a brief: the same brief gives the same bytes, another index another picture."""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageEnhance

from . import captions
from .art import Art, dice
from .canvas import Canvas
from .encode import encode
from .faces import face
from .finish import cut_badge, finish
from .palette import choose
from .reading import Scene, read
from .scenes import COMPOSITIONS
from .stages import partial_pictures
from .telling import revised

_LEAST = 16  # pixels; smaller pictures are drawn at this size and shrunk
_DETAILS = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Brief:
    """What to draw. Sizes are in pixels; `index` is the 0-based number of the picture among several."""

    prompt: str
    width: int
    height: int
    quality: str
    index: int
    background: str = "auto"
    output_format: str = "png"
    output_compression: int = 100
    partials: int = 0
    user_seed: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Encoded pictures, all of one size and format, and what the demo says it drew."""

    final: bytes
    partials: tuple[bytes, ...]
    revised_prompt: str


def draw(brief: Brief) -> Drawing:
    """Draw, encode and describe; any prompt works. Raises ValueError for an unknown output format."""
    scene = read(brief.prompt)
    detail = _DETAILS.get(brief.quality, 1)
    art = _painted(brief, scene, (max(brief.width, _LEAST), max(brief.height, _LEAST)), detail)
    picture = _told_apart(_fitted(art.canvas.result(), (brief.width, brief.height)), brief.index)
    form = (brief.output_format, brief.output_compression)
    partials = tuple(encode(preview, *form, 1) for preview in partial_pictures(picture, brief.partials))
    final = encode(picture, *form, detail)
    return Drawing(final, partials, revised(brief.prompt, scene, detail, captions.words(art)))


def _told_apart(picture: Image.Image, index: int) -> Image.Image:
    """Each of the n in a light of its own: few-sided compositions may throw the same dice twice."""
    if not index:
        return picture
    calmer = ImageEnhance.Color(picture).enhance(max(0.5, 1 - 0.08 * index))
    return ImageEnhance.Brightness(calmer).enhance(max(0.8, 1 - 0.02 * index))


def _fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size else picture.resize(size, Image.Resampling.BICUBIC)


def _painted(brief: Brief, scene: Scene, size: tuple[int, int], detail: int) -> Art:
    seed = f"{brief.prompt}\0{brief.index}\0{brief.user_seed}"
    composition = COMPOSITIONS[scene.kind]
    clear = brief.background == "transparent" or (
        brief.background == "auto" and scene.cut_out and brief.output_format != "jpeg"
    )
    time = _time(scene, composition.times, dice(seed, "time"))
    canvas = Canvas(size, clear=clear and composition.stands_free, dither=dice(seed, "dither") if detail else None)
    art = Art(canvas, scene, choose(scene, time, dice(seed, "palette")), face(), detail, seed, brief.index)
    composition.paint(art)
    if not composition.letters_itself:
        captions.title(art)
    finish(art, grainy=True)
    if clear and not composition.stands_free:
        cut_badge(art)
    captions.mark(art)
    return art


def _time(scene: Scene, usual: tuple[str, ...], chance: Random) -> str:
    """The family of colours: bad weather greys an ordinary day but not a night."""
    if scene.weather and scene.time in (None, "day"):
        return scene.weather if "neon" not in usual else usual[0]
    return scene.time or chance.choice(usual)
