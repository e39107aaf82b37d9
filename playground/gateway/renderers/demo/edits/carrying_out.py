"""Carries out a wish on an easel, step by step in the order in which one would paint."""

from typing import Final

from PIL import Image, ImageChops, ImageEnhance

from ..palette import named
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
from .picking import main_colour
from .recolouring import CHINESE, recoloured
from .varying import vary

_LIGHTS: Final = frozenset({"night", "sunset", "neon", "snow", "rain", "fog"})


def carry_out(easel: Easel) -> None:
    """Paint what the wish says; what the demo does not understand becomes a scene or a gentle restyling."""
    wish = easel.wish
    if not easel.faithful:
        easel.art.canvas.picture = regenerated(easel.art.canvas.picture, easel.art.detail, easel.art.unit)
    if wish.is_variation and not easel.others:
        vary(easel)
        return
    if wish.removes or (easel.marked is not None and wish.replaces and (wish.things or wish.letters)):
        _remove(easel)
    is_lit = _wants_ground(easel) and change_ground(easel)
    if easel.others:
        compose(easel)
    elif not is_lit and not wish.removes:
        is_lit = _paint_scene(easel)
    if wish.colour and (wish.recolours or not (easel.deeds or wish.things or wish.letters)) and not is_lit:
        _recolour(easel)
    add_things(easel)
    for look in wish.looks:
        if not (is_lit and look in _LIGHTS):  # a new scene has its light already
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
    easel.art.canvas.picture = filled(easel.art.canvas.picture, easel.marked, easel.art.dice("fill"))
    easel.tell("what was marked removed and filled from its surroundings", "移除标记内容并用周围画面补全")


def _paint_scene(easel: Easel) -> bool:
    """A place or a subject that the prompt names, drawn where it is marked; False when it wants none."""
    wish = easel.wish
    if not wish.names_a_scene or wish.things or wish.recolours:
        return False
    is_named_only = wish.alters or easel.marked is None
    if wish.looks and is_named_only and not (wish.adds or wish.replaces):
        return False  # "make the street a watercolour" names what is there
    if easel.marked is None:
        return (wish.adds or wish.replaces) and add_subject(easel)
    if not add_subject(easel):
        easel.art.canvas.picture.paste(_scene_there(easel), easel.box[:2])
        easel.tell("a new scene drawn into it", "画入新的场景")
    return True


def _scene_there(easel: Easel) -> Image.Image:
    """The wish's scene at the size of what is marked."""
    left, top, right, bottom = easel.box
    return scene_picture(easel.wish.scene, (right - left, bottom - top), easel.art)


def _recolour(easel: Easel) -> None:
    name = easel.wish.colour or "grey"
    picture = easel.art.canvas.picture
    meant = main_colour(picture, easel.marked, named(name), surface=easel.wish.surface)
    where = meant if easel.marked is None or meant is None else ImageChops.multiply(meant, easel.marked)
    changed = recoloured(picture, name, where or easel.marked)
    easel.art.canvas.picture = changed if meant is None else Image.composite(changed, picture, meant)
    easel.tell(f"recoloured {name}", f"改为{CHINESE[name]}")


def _restyle(easel: Easel) -> None:
    """Nothing was understood: shapes where something new is wished for, else soft paint in the prompt's colours."""
    if easel.marked is not None and not easel.wish.alters:
        scene = _scene_there(easel)
        there = easel.art.canvas.picture.crop(easel.box)
        mixed = Image.blend(scene, ImageChops.overlay(there, scene), 0.5)
        easel.art.canvas.picture.paste(mixed, easel.box[:2])
        easel.tell(
            "shapes drawn into it, since the demo did not understand the wish", "演示程序没有理解要求，画入了抽象图形"
        )
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
