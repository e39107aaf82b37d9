"""Exchanges the background or the sky: for a colour or for another scene."""

from dataclasses import replace
from typing import Final

from PIL import Image, ImageChops, ImageStat

from ..colour import WHITE, mix, tone
from ..fills import Ramp
from ..palette import named
from .cutting import cut
from .easel import Easel
from .greys import above
from .painting import painted_sky, scene_picture


def change_ground(easel: Easel) -> bool:
    """Carry out a wish about background or sky; False when there is none that could be carried out."""
    canvas = easel.art.canvas
    if easel.marked is not None:
        left, top, right, bottom = easel.box
        there = _new_ground(easel, (right - left, bottom - top))
        if there is None:
            return False
        canvas.picture.paste(there, (left, top))
    else:
        front = _front(easel)
        free = ImageChops.invert(front).getbbox() or (0, 0, *canvas.size)
        size = (canvas.size[0], free[3]) if easel.wish.ground == "sky" else canvas.size
        there = _new_ground(easel, size)
        if there is None:
            return False
        kept = canvas.picture if _is_plain(easel) else _lit_like(canvas.picture, there, front)
        canvas.picture = kept.copy()
        canvas.picture.paste(there, mask=ImageChops.invert(front).crop((0, 0, *there.size)))
    easel.tell(*_TOLD[easel.wish.ground])
    return True


_TOLD: Final = {"background": ("the background exchanged", "更换背景"), "sky": ("the sky exchanged", "更换天空")}


def _is_plain(easel: Easel) -> bool:
    """Whether the new ground is a colour, which lends the front no light."""
    return easel.wish.colour is not None and not easel.wish.names_a_scene


def _new_ground(easel: Easel, size: tuple[int, int]) -> Image.Image | None:
    """What shall be there; None when the wish does not say."""
    wish = easel.wish
    if wish.names_a_scene:
        return scene_picture(wish.scene, size, easel.art)
    if wish.colour is not None:
        return _backdrop(easel, size)
    is_weathered = bool(wish.scene.time or wish.scene.weather)
    if is_weathered and (wish.replaces or wish.ground == "sky"):
        return painted_sky(wish.scene, size, easel.art)
    if wish.replaces:
        return scene_picture(replace(wish.scene, kind="abstract"), size, easel.art)
    return None


def _backdrop(easel: Easel, size: tuple[int, int]) -> Image.Image:
    """A studio's paper in the wanted colour, a little lighter in the middle."""
    tint = named(easel.wish.colour or "grey")
    light = mix(tint, WHITE, 0.22)
    if easel.wish.ground == "sky":
        return Ramp([tone(tint, light=-0.08), tint, mix(tint, WHITE, 0.45)]).image(size, easel.art.dice("ground"))
    return Ramp([light, tint, tone(tint, light=-0.07)], "out", (0, 0.55, 1)).image(size, easel.art.dice("ground"))


def _front(easel: Easel) -> Image.Image:
    """What stays in front: the source's own opacity, what stands out, or a guess."""
    if easel.cover is not None and easel.wish.ground != "sky":
        return easel.cover
    found = cut(easel.source, "top" if easel.wish.ground == "sky" else "around")
    return found.subject if found.is_clear else _guess(easel)


def _guess(easel: Easel) -> Image.Image:
    """What stays when nothing stands out: for a sky the lower part, else an upright oval in the middle."""
    width, height = easel.source.size
    if easel.wish.ground == "sky":
        shape = easel.art.stencil().rectangle(0, height * 0.42, width, height).mask()
    else:
        shape = easel.art.stencil().ellipse(width / 2, height * 0.58, width * 0.3, height * 0.44).mask()
    return shape.soft(easel.art.unit * 0.04, (width, height)).within((0, 0, width, height)).image


def _lit_like(front: Image.Image, ground: Image.Image, shape: Image.Image) -> Image.Image:
    """The front with a little of the ground's light, so that both seem to stand in one place."""
    there = ImageStat.Stat(ground.reduce(8) if min(ground.size) > 64 else ground).mean
    here = ImageStat.Stat(front, above(shape, 127)).mean
    gains = [min(max(1 + (a - b) / 255 * 0.35, 0.62), 1.15) for a, b in zip(there, here, strict=True)]
    return front.point([min(round(level * gain), 255) for gain in gains for level in range(256)])
