"""Paints scenes and single subjects with the compositions of the drawing demo, for use inside an edit."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from ..art import Art, dice
from ..canvas import Canvas
from ..faces import face
from ..finish import finish
from ..palette import choose
from ..reading import Scene
from ..scenes import COMPOSITIONS
from ..skies import sky
from .greys import above

type Size = tuple[int, int]


def scene_picture(scene: Scene, size: Size, art: Art) -> Image.Image:
    """A whole scene as RGB, in the detail and with the dice of `art`."""
    inside = _art(scene, size, art, clear=False)
    COMPOSITIONS[scene.kind].paint(inside)
    finish(inside, grainy=False)
    return _of_size(inside.canvas.picture, size)


def subject_picture(scene: Scene, size: Size, art: Art) -> Image.Image:
    """A subject that stands free (see `stands_free`) as RGBA, cut to its own outline."""
    return painted(lambda inside: COMPOSITIONS[scene.kind].paint(inside), scene, size, art)


def painted(paint: Callable[[Art], None], scene: Scene, size: Size, art: Art) -> Image.Image:
    """Whatever `paint` puts on a clear canvas, as RGBA cut to its outline."""
    inside = _art(scene, size, art, clear=True)
    paint(inside)
    picture = inside.canvas.result()
    return picture.crop(above(picture.getchannel("A"), 12).getbbox())


def stands_free(scene: Scene) -> bool:
    """Whether the scene's subject can do without a background."""
    return scene.understood and COMPOSITIONS[scene.kind].stands_free


def _art(scene: Scene, size: Size, art: Art, *, clear: bool) -> Art:
    scene = replace(scene, quotes=(), hints=frozenset(), style=None)
    seed = f"{art.seed}\0scene"
    canvas = Canvas((max(size[0], 48), max(size[1], 48)), clear=clear)
    colours = choose(scene, time_of(scene, art), dice(seed, "palette"))
    return Art(canvas, scene, colours, face(), art.detail, seed, art.index)


def time_of(scene: Scene, art: Art) -> str:
    """The family of colours for a scene: bad weather greys a day but not a night."""
    if scene.weather and scene.time in (None, "day"):
        return scene.weather
    return scene.time or dice(art.seed, "time").choice(COMPOSITIONS[scene.kind].times)


def painted_sky(scene: Scene, size: Size, art: Art) -> Image.Image:
    """Nothing but sky, with sun or moon, in the light that the scene names."""
    inside = _art(replace(scene, kind="sea"), size, art, clear=False)
    dice_of = inside.dice("lamp")
    lamp = (inside.width * dice_of.choice((0.24, 0.74)), inside.height * dice_of.uniform(0.3, 0.5))
    sky(inside, inside.height, lamp=lamp if not scene.weather else None, size=0.09)
    return _of_size(inside.canvas.picture, size)


def _of_size(picture: Image.Image, size: Size) -> Image.Image:
    """Scenes are painted at least 48 pixels wide and high, then made as small as needed."""
    return picture if picture.size == size else picture.resize(size, Image.Resampling.BOX)
