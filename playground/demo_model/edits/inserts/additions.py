"""Add props and subjects to the picture."""

from typing import Final

from PIL import Image, ImageChops

from ...paint.colour import Colour
from ...paint.mask import blur_image, dilate, threshold
from ...paint.palette import named_colour
from ...props import PROPS, Prop
from ..inpaint import interpolate_membrane
from ..segmentation import segment
from ..session import Box, EditSession
from .placement import Placement, cut_out_subject, fit_box, paste_cutout
from .prop_positions import WORN, prop_boxes
from .scene_layers import paint_cutout, paint_subject, stands_free

# Lights have neither a shadow nor the light of others on them.
_SHINING: Final = frozenset({"star", "moon"})
# Their pictures end at the chest.
_BUSTS: Final = frozenset({"portrait", "animal"})
_MIN_SIDE: Final = 48  # pixels; smaller props are drawn at this size and shrunk


def add_props(session: EditSession) -> None:
    """Draw each requested prop and paste it in its place."""
    for request in session.instruction.actions.props:
        prop = PROPS[request.name]
        tint = named_colour(request.colour) if request.colour else prop.usual
        boxes = prop_boxes(session, request, prop)
        for box in boxes:
            if request.name in _SHINING:
                _draw_shine(session, tint, box)
            picture = _draw_prop(session, prop, tint, box)
            paste_cutout(session, picture, fit_box(picture, box), _choose_placement(request.name))
        session.note_change(_count_phrase(prop.english, len(boxes)), f"加上{prop.chinese}")


def add_subject(session: EditSession) -> bool:
    """Draw the subject of the scene (a cat, a vase, a cup) without background; return False when it has none."""
    scene = session.instruction.scene
    if not stands_free(scene):
        return False
    side = max(round(session.unit), 64)
    picture = cut_out_subject(paint_subject(scene, (side, side), session.art))
    if scene.kind in _BUSTS:
        picture = _round_foot(picture)
    paste_cutout(session, picture, _subject_box(session, picture), Placement(stands=True))
    session.note_change("a new subject drawn into it", "画入新的主体")
    return True


def _subject_box(session: EditSession, picture: Image.Image) -> Box:
    """Place the subject in the marked area, where the replaced subject stood, or to one side."""
    if session.marked is not None:
        return fit_box(picture, session.box, share=0.97, down=1.0)
    old = _erase_subject(session) if session.instruction.actions.replaces else None
    if old is not None:
        return fit_box(picture, old, down=1.0)
    # Of two pictures each shows the subject on another side.
    across = 0.9 if session.art.index % 2 == 0 else 0.1
    width, height = session.source.size
    room = (round(width * 0.04), round(height * 0.3), round(width * 0.96), round(height * 0.95))
    return fit_box(picture, room, share=0.62, across=across, down=1.0)


def _erase_subject(session: EditSession) -> Box | None:
    """Inpaint the subject that stands out and return its box; None when there is none."""
    segmentation = segment(session.source)
    box = threshold(segmentation.subject, 150).getbbox()
    if not segmentation.is_clear or box is None:
        return None
    canvas = session.art.canvas
    # A little more than the subject, or its outline would stay as a ghost.
    hidden = dilate(segmentation.subject, session.art.unit * 0.008)
    canvas.picture = Image.composite(interpolate_membrane(canvas.picture, hidden), canvas.picture, hidden)
    return box


def _round_foot(picture: Image.Image) -> Image.Image:
    """Give a bust a round foot, as a figurine has: it would end in a straight cut."""
    width, height = picture.size
    form = Image.new("L", (width, height), 255)
    arc = Image.radial_gradient("L").resize((width * 2, round(height * 0.8)))
    foot = arc.crop((width // 2, round(height * 0.4), width // 2 + width, round(height * 0.4) + round(height * 0.4)))
    round_foot = foot.point([255 if level < 178 else max(255 - (level - 178) * 40, 0) for level in range(256)])
    form.paste(round_foot, (0, height - round_foot.height))
    out = picture.copy()
    out.putalpha(ImageChops.darker(picture.getchannel("A"), blur_image(form, 1.0)))
    return out


def _draw_prop(session: EditSession, prop: Prop, tint: Colour, box: Box) -> Image.Image:
    wide, tall = max(box[2] - box[0], 1), max(box[3] - box[1], 1)
    scale = max(_MIN_SIDE / min(wide, tall), 1.0)
    size = (round(wide * scale), round(tall * scale))
    return paint_cutout(lambda art: prop.paint(art, tint), session.art.scene, size, session.art)


def _choose_placement(name: str) -> Placement:
    if name in _SHINING:
        return Placement(matched=0.0, shadow=0.0)
    return Placement(matched=0.2, shadow=0.5 if name in WORN else 0.3)


def _draw_shine(session: EditSession, tint: Colour, box: Box) -> None:
    wide = box[2] - box[0]
    disc = session.art.stencil().ellipse((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide * 0.4)
    session.art.canvas.glow(disc, tint, wide * 0.22, 0.4)


def _count_phrase(english: str, count: int) -> str:
    return f"{english} added" if count == 1 else f"{count} {english.removeprefix('a ')}s added"
