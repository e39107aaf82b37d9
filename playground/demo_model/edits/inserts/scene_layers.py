"""Paint scenes and single subjects for use inside an edit."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from playground.imaging.typefaces import cjk_typeface

from ...paint.art import Art, seeded_random
from ...paint.canvas import Canvas
from ...paint.finish import apply_finish
from ...paint.mask import threshold
from ...paint.palette import choose_palette
from ...paint.skies import draw_sky
from ...registry import SCENES
from ...scene import Scene

type Size = tuple[int, int]


def paint_scene(scene: Scene, size: Size, art: Art) -> Image.Image:
    """Paint a whole scene as RGB, with the level of detail and the seed of `art`."""
    scene_art = _scene_art(scene, size, art, clear=False)
    SCENES[scene.kind].paint(scene_art)
    apply_finish(scene_art, grainy=False)
    return _shrink_to(scene_art.canvas.picture, size)


def paint_subject(scene: Scene, size: Size, art: Art) -> Image.Image:
    """Paint a subject without background (see `stands_free`) as RGBA, cropped to what it painted."""
    return paint_cutout(lambda scene_art: SCENES[scene.kind].paint(scene_art), scene, size, art)


def paint_cutout(paint: Callable[[Art], None], scene: Scene, size: Size, art: Art) -> Image.Image:
    """Run `paint` on a transparent canvas and crop the RGBA result to what it painted."""
    scene_art = _scene_art(scene, size, art, clear=True)
    paint(scene_art)
    picture = scene_art.canvas.result()
    # Alpha below 12 is the end of a soft shadow, which would make the crop wider than the subject.
    return picture.crop(threshold(picture.getchannel("A"), 12).getbbox())


def stands_free(scene: Scene) -> bool:
    """Return whether the scene's subject can do without a background."""
    return scene.understood and SCENES[scene.kind].stands_free


def _scene_art(scene: Scene, size: Size, art: Art, *, clear: bool) -> Art:
    # The edit sets the words, and its looks are applied to the whole picture.
    scene = replace(scene, quotes=(), quoted_details=frozenset(), style=None)
    seed = f"{art.seed}\0scene"
    canvas = Canvas((max(size[0], 48), max(size[1], 48)), clear=clear)
    colours = choose_palette(scene, time_of_day(scene, art.seed), seeded_random(seed, "palette"))
    return Art(canvas, scene, colours, cjk_typeface(), art.detail, seed, art.index)


def time_of_day(scene: Scene, seed: str) -> str:
    """Return the name of the palette for a scene: bad weather greys a day but not a night."""
    if scene.weather and scene.time in (None, "day"):
        return scene.weather
    return scene.time or seeded_random(seed, "time").choice(SCENES[scene.kind].times)


def paint_sky(scene: Scene, size: Size, art: Art) -> Image.Image:
    """Paint only sky, with sun or moon, in the light that the scene names."""
    scene_art = _scene_art(replace(scene, kind="sea"), size, art, clear=False)
    sky_rng = scene_art.rng("lamp")
    lamp = (scene_art.width * sky_rng.choice((0.24, 0.74)), scene_art.height * sky_rng.uniform(0.3, 0.5))
    draw_sky(scene_art, scene_art.height, lamp=lamp if not scene.weather else None, size=0.09)
    return _shrink_to(scene_art.canvas.picture, size)


def _shrink_to(picture: Image.Image, size: Size) -> Image.Image:
    """Shrink to the size: scenes are painted at least 48 pixels wide and high."""
    return picture if picture.size == size else picture.resize(size, Image.Resampling.BOX)
