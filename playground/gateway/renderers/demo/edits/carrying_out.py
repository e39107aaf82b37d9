"""Carries out a wish on an easel, step by step in the order in which one would paint."""

from typing import Final

from PIL import Image, ImageChops, ImageEnhance

from ..styles import STYLES
from .adding import add_subject, add_things
from .blending import regenerated
from .composing import compose
from .easel import Easel
from .filling import filled
from .grounds import change_ground
from .lettering import letter
from .looks import LOOKS
from .painting import scene_picture
from .recolouring import recoloured
from .varying import vary

_LIGHTS: Final = frozenset({"night", "sunset", "neon", "snow", "rain", "fog"})


def carry_out(easel: Easel) -> None:
    """Paint what the wish says; what the demo does not understand becomes a scene or a gentle restyling."""
    canvas, wish = easel.art.canvas, easel.wish
    if not easel.faithful:
        canvas.picture = regenerated(canvas.picture, easel.art.detail, easel.art.unit)
    if wish.is_variation and not easel.others:
        vary(easel)
        return
    if wish.removes or (easel.marked is not None and wish.replaces and (wish.things or wish.letters)):
        _remove(easel)
    is_grounded = _wants_ground(easel) and change_ground(easel)
    if easel.others:
        compose(easel)
    if not is_grounded and not easel.others and not wish.removes:
        _paint_scene(easel)
    if wish.colour and not is_grounded and not wish.letters and (wish.recolours or not (easel.deeds or wish.things)):
        _recolour(easel)
    add_things(easel)
    for look in wish.looks:
        if is_grounded and look in _LIGHTS:
            continue  # the new background has this light already
        LOOKS[look][0](easel)
        easel.tell(*LOOKS[look][1])
    letter(easel)
    if not easel.deeds and not wish.cut_out:
        _restyle(easel)


def _wants_ground(easel: Easel) -> bool:
    wish = easel.wish
    if wish.cut_out or "blur" in wish.looks:
        return False
    return bool(wish.ground)


def _remove(easel: Easel) -> None:
    """Fill what is marked from its surroundings; without a mask the demo cannot know what is meant."""
    if easel.marked is None:
        easel.tell("nothing removed: the demo needs a mask to know where", "未移除内容：演示程序需要蒙版才知道位置")
        return
    easel.art.canvas.picture = filled(easel.art.canvas.picture, easel.marked)
    easel.tell("what was marked removed and filled from its surroundings", "移除标记内容并用周围画面补全")


def _paint_scene(easel: Easel) -> None:
    """A place or a subject that the prompt names, drawn where it is marked."""
    wish = easel.wish
    if not wish.scene.understood or wish.scene.kind == "abstract" or wish.things or wish.recolours:
        return
    if wish.looks and not (wish.adds or wish.replaces):
        return  # "make the street a watercolour" names what is there
    if easel.marked is None:
        if wish.adds:
            add_subject(easel)
        return
    if not add_subject(easel):
        _fill_with_scene(easel)


def _fill_with_scene(easel: Easel) -> None:
    left, top, right, bottom = easel.box
    picture = scene_picture(easel.wish.scene, (right - left, bottom - top), easel.art)
    easel.art.canvas.picture.paste(picture.resize((right - left, bottom - top)), (left, top))
    easel.tell("a new scene drawn into it", "画入新的场景")


def _recolour(easel: Easel) -> None:
    name = easel.wish.colour or "grey"
    easel.art.canvas.picture = recoloured(easel.art.canvas.picture, name, easel.marked)
    easel.tell(f"recoloured {name}", "改变颜色")


def _restyle(easel: Easel) -> None:
    """Nothing was understood: a scene of shapes where it is marked, else soft paint in the prompt's colours."""
    if easel.marked is not None:
        _fill_with_scene(easel)
        return
    art = easel.art
    before = art.canvas.picture
    STYLES["oil"](art)
    art.canvas.picture = Image.blend(before, art.canvas.picture, 0.7)
    light = Image.merge("RGB", [Image.linear_gradient("L").resize(before.size)] * 3)
    tint = Image.composite(
        Image.new("RGB", before.size, art.palette.accents[0]),
        Image.new("RGB", before.size, art.palette.accents[2]),
        light.convert("L"),
    )
    washed = ImageChops.soft_light(art.canvas.picture, tint)
    art.canvas.picture = ImageEnhance.Color(Image.blend(art.canvas.picture, washed, 0.5)).enhance(1.1)
    easel.tell(
        "repainted softly, since the demo did not understand the wish", "演示程序没有理解要求，只做了柔和的重绘"
    )
