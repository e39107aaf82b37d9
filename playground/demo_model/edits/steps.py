"""Apply an instruction step by step, in the order in which a painter would work."""

from typing import Final

from PIL import Image, ImageChops, ImageEnhance

from ..paint.palette import named_colour
from ..paint.styles import STYLES
from .backgrounds import change_background
from .blend import imitate_regeneration
from .inpaint import inpaint
from .inserts.additions import add_props, add_subject
from .inserts.composite import compose_images
from .inserts.scene_layers import paint_scene
from .looks.filters import LOOKS
from .overlays import draw_lettering
from .recolour import CHINESE, main_colour_mask, recolour_image
from .session import EditSession
from .variation import vary_image

_LIGHTS: Final = frozenset({"night", "sunset", "neon", "snow", "rain", "fog"})


def apply_instruction(session: EditSession) -> None:
    """Apply the instruction; a prompt that names no edit becomes a scene or a gentle restyling."""
    instruction, actions = session.instruction, session.instruction.actions
    if not session.high_fidelity:
        session.art.canvas.picture = imitate_regeneration(
            session.art.canvas.picture, session.art.detail, session.art.unit
        )
    is_extended = bool(session.changes)
    if instruction.is_variation and not session.others:
        if not is_extended:
            vary_image(session)
        return
    if actions.removes or (
        session.marked is not None and actions.replaces and (actions.props or instruction.letters)
    ):
        _remove(session)
    is_lit = _wants_backdrop(session) and change_background(session)
    if session.others:
        compose_images(session)
    elif not is_lit and not actions.removes and not (is_extended and not (actions.adds or actions.replaces)):
        is_lit = _paint_scene(session)
    if (
        actions.colour
        and (actions.recolours or not (session.changes or actions.props or instruction.letters))
        and not is_lit
    ):
        _recolour(session)
    add_props(session)
    for look in instruction.looks:
        if not (is_lit and look in _LIGHTS):  # a new scene has its light already
            LOOKS[look][0](session)
            session.note_change(*LOOKS[look][1])
    draw_lettering(session)
    if not session.changes and not actions.cut_out:
        _restyle(session)


def _wants_backdrop(session: EditSession) -> bool:
    actions = session.instruction.actions
    return bool(actions.backdrop) and not actions.cut_out and "blur" not in session.instruction.looks


def _remove(session: EditSession) -> None:
    """Fill the marked area from its surroundings; without a mask only note that one is needed."""
    if session.marked is None:
        session.note_change(
            "nothing removed: the demo needs a mask to know where", "未移除内容：演示程序需要蒙版才知道位置"
        )
        return
    session.art.canvas.picture = inpaint(session.art.canvas.picture, session.marked, session.art.rng("fill"))
    session.note_change("what was marked removed and filled from its surroundings", "移除标记内容并用周围画面补全")


def _paint_scene(session: EditSession) -> bool:
    """Draw the place or subject that the prompt names into the marked area; return False when it names none."""
    instruction, actions = session.instruction, session.instruction.actions
    if not instruction.names_a_scene or actions.props or actions.recolours:
        return False
    is_named_only = actions.alters or session.marked is None
    if instruction.looks and is_named_only and not (actions.adds or actions.replaces):
        return False  # "make the street a watercolour" names what is there
    if session.marked is None:
        return (actions.adds or actions.replaces) and add_subject(session)
    if not add_subject(session):
        session.art.canvas.picture.paste(_scene_for_marked_area(session), session.box[:2])
        session.note_change("a new scene drawn into it", "画入新的场景")
    return True


def _scene_for_marked_area(session: EditSession) -> Image.Image:
    """Paint the requested scene at the size of the marked area."""
    left, top, right, bottom = session.box
    return paint_scene(session.instruction.scene, (right - left, bottom - top), session.art)


def _recolour(session: EditSession) -> None:
    name = session.instruction.actions.colour or "grey"
    picture = session.art.canvas.picture
    meant = main_colour_mask(picture, session.marked, named_colour(name), surface=session.instruction.actions.surface)
    where = meant if session.marked is None or meant is None else ImageChops.multiply(meant, session.marked)
    changed = recolour_image(picture, name, where or session.marked)
    session.art.canvas.picture = changed if meant is None else Image.composite(changed, picture, meant)
    session.note_change(f"recoloured {name}", f"改为{CHINESE[name]}")


def _restyle(session: EditSession) -> None:
    """Draw shapes into the marked area, else repaint softly: the prompt named nothing that the demo knows."""
    if session.marked is not None and not session.instruction.actions.alters:
        scene = _scene_for_marked_area(session)
        there = session.art.canvas.picture.crop(session.box)
        # Half of what is there shines through, so that the shapes fit their surroundings.
        mixed = Image.blend(scene, ImageChops.overlay(there, scene), 0.5)
        session.art.canvas.picture.paste(mixed, session.box[:2])
        session.note_change(
            "shapes drawn into it, since the demo did not understand the wish", "演示程序没有理解要求，画入了抽象图形"
        )
        return
    art = session.art
    before = art.canvas.picture
    STYLES["oil"](art)
    # A picture must stay recognizable when its edit was not understood.
    art.canvas.picture = Image.blend(before, art.canvas.picture, 0.7)
    light = Image.merge("RGB", [Image.linear_gradient("L").resize(before.size)] * 3)
    tint = Image.composite(
        Image.new("RGB", before.size, art.palette.accents[0]),
        Image.new("RGB", before.size, art.palette.accents[2]),
        light.convert("L"),
    )
    washed = ImageChops.soft_light(art.canvas.picture, tint)
    art.canvas.picture = ImageEnhance.Color(Image.blend(art.canvas.picture, washed, 0.5)).enhance(1.1)
    session.note_change(
        "repainted softly, since the demo did not understand the wish", "演示程序没有理解要求，只做了柔和的重绘"
    )
