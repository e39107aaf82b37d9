"""Adds things and subjects to the picture."""

from typing import Final

from PIL import Image, ImageChops

from ..colour import Colour
from ..mask import blurred
from ..palette import named
from .cutting import cut
from .easel import Box, Easel
from .freeing import freed
from .greys import above, grown
from .membrane import membrane
from .painting import painted, stands_free, subject_picture
from .placing import Manner, fit, place
from .spots import WORN, spots
from .things import THINGS, Thing

_SHINING: Final = frozenset({"star", "moon", "sun"})
_BUSTS: Final = frozenset({"portrait", "animal"})
_SMALLEST: Final = 48  # pixels: a thing is drawn at least so large, then made smaller


def add_things(easel: Easel) -> None:
    """Draw each wanted thing and put it in its place."""
    for wanted in easel.wish.things:
        thing = THINGS[wanted.name]
        tint = named(wanted.colour) if wanted.colour else thing.usual
        boxes = spots(easel, wanted, thing)
        for box in boxes:
            if wanted.name in _SHINING:
                _shine(easel, tint, box)
            picture = _drawn(easel, thing, tint, box)
            place(easel, picture, fit(picture, box), _manner(wanted.name))
        easel.tell(_counted(thing.english, len(boxes)), f"加上{thing.chinese}")


def add_subject(easel: Easel) -> bool:
    """Draw the scene's subject (a cat, a vase, a cup …) standing free; False when it has none."""
    scene = easel.wish.scene
    if not stands_free(scene):
        return False
    side = max(round(easel.unit), 64)
    picture = freed(subject_picture(scene, (side, side), easel.art))
    if scene.kind in _BUSTS:
        picture = _rounded_below(picture)
    place(easel, picture, _standing(easel, picture), Manner(stands=True))
    easel.tell("a new subject drawn into it", "画入新的主体")
    return True


def _standing(easel: Easel, picture: Image.Image) -> Box:
    """Where a subject stands: in what is marked, in the place of the one it replaces, or to one side."""
    if easel.marked is not None:
        return fit(picture, easel.box, share=0.97, down=1.0)
    old = _old_subject(easel) if easel.wish.replaces else None
    if old is not None:
        return fit(picture, old, down=1.0)
    across = 0.9 if easel.art.index % 2 == 0 else 0.1
    width, height = easel.source.size
    room = (round(width * 0.04), round(height * 0.3), round(width * 0.96), round(height * 0.95))
    return fit(picture, room, share=0.62, across=across, down=1.0)


def _old_subject(easel: Easel) -> Box | None:
    """Paint the subject that stands out over with its backdrop and say where it was; None when there is none."""
    found = cut(easel.source)
    box = above(found.subject, 150).getbbox()
    if not found.is_clear or box is None:
        return None
    canvas = easel.art.canvas
    hidden = grown(found.subject, easel.art.unit * 0.008)
    canvas.picture = Image.composite(membrane(canvas.picture, hidden), canvas.picture, hidden)
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
    out.putalpha(ImageChops.darker(picture.getchannel("A"), blurred(form, 1.0)))
    return out


def _drawn(easel: Easel, thing: Thing, tint: Colour, box: Box) -> Image.Image:
    wide, tall = max(box[2] - box[0], 1), max(box[3] - box[1], 1)
    scale = max(_SMALLEST / min(wide, tall), 1.0)
    size = (round(wide * scale), round(tall * scale))
    return painted(lambda art: thing.paint(art, tint), easel.art.scene, size, easel.art)


def _manner(name: str) -> Manner:
    if name in _SHINING:
        return Manner(matched=0.0, shadow=0.0)
    return Manner(matched=0.2, shadow=0.5 if name in WORN else 0.3)


def _shine(easel: Easel, tint: Colour, box: Box) -> None:
    wide = box[2] - box[0]
    disc = easel.art.stencil().ellipse((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide * 0.4)
    easel.art.canvas.glow(disc, tint, wide * 0.22, 0.4)


def _counted(english: str, count: int) -> str:
    return f"{english} added" if count == 1 else f"{count} {english.removeprefix('a ')}s added"
