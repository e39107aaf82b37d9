"""Draw a picture for a brief: the same brief gives the same bytes, another index another picture."""

from random import Random

from PIL import Image, ImageEnhance

from playground.imaging.typefaces import cjk_typeface

from .briefs import DrawBrief, Drawing
from .describe import describe_drawing, unknown_subject
from .encoder import encode
from .paint import captions
from .paint.art import Art, seeded_random
from .paint.canvas import Canvas
from .paint.finish import apply_finish, cut_to_card
from .paint.palette import choose_palette
from .previews import partial_previews
from .prompt_parser import parse_prompt
from .registry import SCENES
from .scene import Scene

_MIN_SIDE = 16  # pixels; smaller pictures are drawn at this size and shrunk


def draw(brief: DrawBrief) -> Drawing:
    """Draw, encode and describe; any prompt works. Raises ValueError for an unknown output format."""
    scene = parse_prompt(brief.prompt)
    art = _paint(brief, scene)
    picture, size = art.canvas.result(), (brief.width, brief.height)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    picture = _vary_light(picture, brief.index)
    form = (brief.output_format, brief.output_compression)
    partials = tuple(encode(preview, *form, 1) for preview in partial_previews(picture, brief.partials))
    final = encode(picture, *form, brief.detail)
    lettering = captions.quoted_lines(art)
    return Drawing(final, partials, describe_drawing(brief.prompt, scene, brief.detail, lettering))


def _vary_light(picture: Image.Image, index: int) -> Image.Image:
    """Give each of n pictures its own light: compositions with few variants may come out alike twice."""
    if not index:
        return picture
    # The floors keep the tenth of ten pictures from turning grey and dark.
    calmer = ImageEnhance.Color(picture).enhance(max(0.5, 1 - 0.08 * index))
    return ImageEnhance.Brightness(calmer).enhance(max(0.8, 1 - 0.02 * index))


def _paint(brief: DrawBrief, scene: Scene) -> Art:
    size = (max(brief.width, _MIN_SIDE), max(brief.height, _MIN_SIDE))
    seed, detail = f"{brief.prompt}\0{brief.index}\0{brief.user_seed}", brief.detail
    scene_type = SCENES[scene.kind]
    clear = brief.background == "transparent" or (
        brief.background == "auto" and scene.cut_out and brief.output_format != "jpeg"
    )
    time = _time_of_day(scene, scene_type.times, seeded_random(seed, "time"))
    # Noise does not compress: at low quality gradients use a regular grid, which keeps the files small.
    dither = seeded_random(seed, "dither") if detail else None
    canvas = Canvas(size, clear=clear and scene_type.stands_free, dither=dither)
    palette = choose_palette(scene, time, seeded_random(seed, "palette"))
    art = Art(canvas, scene, palette, cjk_typeface(), detail, seed, brief.index)
    scene_type.paint(art)
    if not scene_type.letters_itself:
        captions.draw_title(art)
    apply_finish(art, grainy=True)
    if clear and not scene_type.stands_free:
        cut_to_card(art)
    # Last: neither a style nor the cut to a card may remove the mark.
    captions.draw_demo_mark(art, unknown_subject(scene))
    return art


def _time_of_day(scene: Scene, usual: tuple[str, ...], rng: Random) -> str:
    """Return the name of the palette: bad weather greys an ordinary day but not a night."""
    if scene.weather and scene.time in (None, "day"):
        # A street is a neon night by default, which suits rain better than a grey day.
        return scene.weather if "neon" not in usual else usual[0]
    return scene.time or rng.choice(usual)
