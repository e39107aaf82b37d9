"""Adds things and subjects to the picture."""

from typing import Final

from PIL import Image, ImageChops

from ..paint.colour import Colour
from ..paint.mask import blur_image, dilate, threshold
from ..paint.palette import named_colour
from ..props import PROPS, Prop
from .cutouts import cut_out_subject
from .inpaint import interpolate_membrane
from .placement import Placement, fit_box, paste_cutout
from .prop_positions import WORN, prop_boxes
from .scene_layers import paint_cutout, paint_subject, stands_free
from .segmentation import segment
from .session import Box, EditSession

_SHINING: Final = frozenset({"star", "moon"})
_BUSTS: Final = frozenset({"portrait", "animal"})
_SMALLEST: Final = 48  # pixels: a thing is drawn at least so large, then made smaller


def add_props(session: EditSession) -> None:
    """Draw each wanted thing and put it in its place."""
    for wanted in session.instruction.props:
        thing = PROPS[wanted.name]
        tint = named_colour(wanted.colour) if wanted.colour else thing.usual
        boxes = prop_boxes(session, wanted, thing)
        for box in boxes:
            if wanted.name in _SHINING:
                _shine(session, tint, box)
            picture = _drawn(session, thing, tint, box)
            paste_cutout(session, picture, fit_box(picture, box), _manner(wanted.name))
        session.note_change(_counted(thing.english, len(boxes)), f"加上{thing.chinese}")


def add_subject(session: EditSession) -> bool:
    """Draw the scene's subject (a cat, a vase, a cup …) standing free; False when it has none."""
    scene = session.instruction.scene
    if not stands_free(scene):
        return False
    side = max(round(session.unit), 64)
    picture = cut_out_subject(paint_subject(scene, (side, side), session.art))
    if scene.kind in _BUSTS:
        picture = _rounded_below(picture)
    paste_cutout(session, picture, _standing(session, picture), Placement(stands=True))
    session.note_change("a new subject drawn into it", "画入新的主体")
    return True


def _standing(session: EditSession, picture: Image.Image) -> Box:
    """Where a subject stands: in what is marked, in the place of the one it replaces, or to one side."""
    if session.marked is not None:
        return fit_box(picture, session.box, share=0.97, down=1.0)
    old = _old_subject(session) if session.instruction.replaces else None
    if old is not None:
        return fit_box(picture, old, down=1.0)
    across = 0.9 if session.art.index % 2 == 0 else 0.1
    width, height = session.source.size
    room = (round(width * 0.04), round(height * 0.3), round(width * 0.96), round(height * 0.95))
    return fit_box(picture, room, share=0.62, across=across, down=1.0)


def _old_subject(session: EditSession) -> Box | None:
    """Paint the subject that stands out over with its backdrop and say where it was; None when there is none."""
    found = segment(session.source)
    box = threshold(found.subject, 150).getbbox()
    if not found.is_clear or box is None:
        return None
    canvas = session.art.canvas
    hidden = dilate(found.subject, session.art.unit * 0.008)
    canvas.picture = Image.composite(interpolate_membrane(canvas.picture, hidden), canvas.picture, hidden)
    return box


def _rounded_below(picture: Image.Image) -> Image.Image:
    """A bust that would end in a straight cut gets a round foot, as a figurine has."""
    width, height = picture.size
    form = Image.new("L", (width, height), 255)
    arc = Image.radial_gradient("L").resize((width * 2, round(height * 0.8)))
    foot = arc.crop((width // 2, round(height * 0.4), width // 2 + width, round(height * 0.4) + round(height * 0.4)))
    round_foot = foot.point([255 if level < 178 else max(255 - (level - 178) * 40, 0) for level in range(256)])
    form.paste(round_foot, (0, height - round_foot.height))
    out = picture.copy()
    out.putalpha(ImageChops.darker(picture.getchannel("A"), blur_image(form, 1.0)))
    return out


def _drawn(session: EditSession, thing: Prop, tint: Colour, box: Box) -> Image.Image:
    wide, tall = max(box[2] - box[0], 1), max(box[3] - box[1], 1)
    scale = max(_SMALLEST / min(wide, tall), 1.0)
    size = (round(wide * scale), round(tall * scale))
    return paint_cutout(lambda art: thing.paint(art, tint), session.art.scene, size, session.art)


def _manner(name: str) -> Placement:
    if name in _SHINING:
        return Placement(matched=0.0, shadow=0.0)
    return Placement(matched=0.2, shadow=0.5 if name in WORN else 0.3)


def _shine(session: EditSession, tint: Colour, box: Box) -> None:
    wide = box[2] - box[0]
    disc = session.art.stencil().ellipse((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide * 0.4)
    session.art.canvas.glow(disc, tint, wide * 0.22, 0.4)


def _counted(english: str, count: int) -> str:
    return f"{english} added" if count == 1 else f"{count} {english.removeprefix('a ')}s added"
