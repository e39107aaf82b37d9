"""Adds things and subjects: into what is marked, or where one would put them."""

from dataclasses import replace
from typing import Final

from PIL import Image, ImageStat

from ..colour import Colour
from ..palette import named
from .cutting import cut
from .easel import Box, Easel
from .greys import above
from .painting import painted, stands_free, subject_picture
from .placing import Manner, fit, place
from .things import THINGS, Thing
from .wishes import Wanted

_WORN: Final = frozenset({"crown", "hat", "glasses"})
_SHINING: Final = frozenset({"star", "moon", "sun"})
# Without a mask: where a thing is tried (centre in shares of the picture) and how wide it is.
_PLACES: Final[dict[str, tuple[tuple[tuple[float, float], ...], float]]] = {
    "heart": (((0.78, 0.24), (0.22, 0.24), (0.5, 0.2)), 0.2),
    "star": (((0.78, 0.18), (0.24, 0.16), (0.5, 0.12)), 0.17),
    "moon": (((0.8, 0.2), (0.2, 0.2)), 0.2),
    "sun": (((0.8, 0.19), (0.2, 0.19)), 0.24),
    "balloon": (((0.84, 0.34), (0.16, 0.34), (0.68, 0.28)), 0.17),
    "flower": (((0.2, 0.8), (0.8, 0.8), (0.5, 0.84)), 0.2),
}


def add_things(easel: Easel) -> None:
    """Draw each wanted thing and put it in its place."""
    for wanted in easel.wish.things:
        thing = THINGS[wanted.name]
        boxes = _boxes(easel, wanted, thing)
        for box in boxes:
            picture = _drawn(easel, thing, _tint(wanted, thing), box)
            _shine(easel, wanted, box)
            place(easel, picture, fit(picture, box), _manner(wanted.name))
        easel.tell(_counted(thing.english, len(boxes)), f"加上{thing.chinese}")


def add_subject(easel: Easel) -> bool:
    """Draw the scene's subject (a cat, a vase, a cup …) standing free; False when it has none."""
    scene = easel.wish.scene
    if not stands_free(scene):
        return False
    side = max(round(easel.unit), 64)
    picture = subject_picture(scene, (side, side), easel.art)
    if easel.marked is not None:
        box = fit(picture, easel.box, share=0.97, down=1.0)
    else:
        across = 0.9 if easel.art.index % 2 == 0 else 0.1
        width, height = easel.source.size
        room = (round(width * 0.04), round(height * 0.3), round(width * 0.96), round(height * 0.95))
        box = fit(picture, room, share=0.62, across=across, down=1.0)
    place(easel, picture, box, Manner(stands=True))
    easel.tell("a new subject drawn into it", "画入新的主体")
    return True


def _boxes(easel: Easel, wanted: Wanted, thing: Thing) -> list[Box]:
    """Where the thing goes, once for each of its number."""
    if easel.marked is None:
        return _worn_box(easel, wanted, thing) if wanted.name in _WORN else _free_boxes(easel, wanted, thing)
    whole = easel.box
    if wanted.count == 1:
        return [_inside(whole, thing, wanted)]
    step = (whole[2] - whole[0]) / wanted.count
    slots = [
        (round(whole[0] + step * k), whole[1], round(whole[0] + step * (k + 1)), whole[3])
        for k in range(wanted.count)
    ]
    return [
        _inside(slot, thing, replace(wanted, size=wanted.size * (1.0 - 0.12 * (k % 2))))
        for k, slot in enumerate(slots)
    ]


def _inside(box: Box, thing: Thing, wanted: Wanted) -> Box:
    """In a marked rectangle: what is worn on a head sits at its top when there is room for a head below."""
    shape = Image.new("L", (round(1000 * thing.aspect), 1000))
    wide, tall = box[2] - box[0], box[3] - box[1]
    down = 0.5
    if wanted.name in ("crown", "hat"):
        down = 0.0 if tall > 1.5 * wide / thing.aspect else 0.9
    elif wanted.name == "glasses":
        down = 0.42
    return fit(shape, box, share=min(0.96 * (0.82 if wanted.size < 1 else 1.0), 1.0), down=down)


def _worn_box(easel: Easel, wanted: Wanted, thing: Thing) -> list[Box]:
    """On the head of whoever stands out from the backdrop, or else at the top of the middle."""
    left, top, right, bottom = _head(easel)
    wide = (
        (right - left)
        * {"crown": 0.62, "hat": 1.25, "glasses": 0.68}[wanted.name]
        * (wanted.size if wanted.size < 1 else 1)
    )
    tall = wide / thing.aspect
    middle = (left + right) / 2
    foot = {"crown": top + tall * 0.32, "hat": top + tall * 0.6, "glasses": top + (bottom - top) * 0.5 + tall / 2}[
        wanted.name
    ]
    foot = max(foot, tall + easel.art.height * 0.01)
    return [(round(middle - wide / 2), round(foot - tall), round(middle + wide / 2), round(foot))]


def _head(easel: Easel) -> Box:
    """The upper part of the subject, as a rectangle; a guess when no subject stands out."""
    width, height = easel.source.size
    found = cut(easel.source)
    if found.is_clear:
        solid = above(found.subject, 150)
        box = solid.getbbox()
        if box is not None and box[1] > height * 0.02 and (box[2] - box[0]) < width * 0.97:
            band = solid.crop((0, box[1], width, min(box[1] + max((box[3] - box[1]) // 4, 2), height)))
            near = band.getbbox() or (box[0], 0, box[2], 1)
            return (near[0], box[1], near[2], round(box[1] + (near[2] - near[0]) * 1.15))
    side = min(width, height) * 0.36
    return (
        round(width / 2 - side / 2),
        round(height * 0.2),
        round(width / 2 + side / 2),
        round(height * 0.2 + side * 1.2),
    )


def _free_boxes(easel: Easel, wanted: Wanted, thing: Thing) -> list[Box]:
    """Where the picture is calm; several things spread out, each a little smaller."""
    width, height = easel.source.size
    centres, share = _PLACES[wanted.name]
    ranked = sorted(centres, key=lambda centre: _busy(easel, centre))
    first = easel.art.index % max(len(ranked) - 1, 1) if wanted.count == 1 else 0
    ranked = ranked[first:] + ranked[:first]
    dice = easel.art.dice(f"places {wanted.name}")
    boxes = []
    for number in range(wanted.count):
        x, y = ranked[number % len(ranked)]
        if number >= len(ranked):
            x, y = dice.uniform(0.12, 0.88), min(max(y + dice.uniform(-0.1, 0.1), 0.1), 0.88)
        wide = min(width, height) * share * wanted.size * (1.0, 0.78, 0.64, 0.7, 0.55)[min(number, 4)]
        tall = wide / thing.aspect
        boxes.append(_kept((x * width - wide / 2, y * height - tall / 2, wide, tall), (width, height)))
    return boxes


def _kept(placed: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """A rectangle (left, top, width, height) moved onto the picture."""
    left, top, wide, tall = placed
    left = min(max(left, size[0] * 0.02), size[0] * 0.98 - wide)
    top = min(max(top, size[1] * 0.02), size[1] * 0.98 - tall)
    return (round(left), round(top), round(left + wide), round(top + tall))


def _busy(easel: Easel, centre: tuple[float, float]) -> float:
    width, height = easel.source.size
    x, y, reach = centre[0] * width, centre[1] * height, min(width, height) * 0.1
    part = easel.source.crop((round(x - reach), round(y - reach), round(x + reach) + 1, round(y + reach) + 1))
    return ImageStat.Stat(part.convert("L")).stddev[0]


def _drawn(easel: Easel, thing: Thing, tint: Colour, box: Box) -> Image.Image:
    size = (max(box[2] - box[0], 48), max(box[3] - box[1], 48))
    scale = max(48 / max(box[2] - box[0], 1), 48 / max(box[3] - box[1], 1), 1.0)
    size = (max(round((box[2] - box[0]) * scale), 8), max(round((box[3] - box[1]) * scale), 8))
    return painted(lambda art: thing.paint(art, tint), easel.art.scene, size, easel.art)


def _tint(wanted: Wanted, thing: Thing) -> Colour:
    return named(wanted.colour) if wanted.colour else thing.usual


def _manner(name: str) -> Manner:
    if name in _SHINING:
        return Manner(matched=0.0, shadow=0.0)
    return Manner(matched=0.2, shadow=0.5 if name in _WORN else 0.3)


def _shine(easel: Easel, wanted: Wanted, box: Box) -> None:
    if wanted.name in _SHINING:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        disc = easel.art.stencil().ellipse(x, y, (box[2] - box[0]) * 0.4)
        easel.art.canvas.glow(disc, _tint(wanted, THINGS[wanted.name]), (box[2] - box[0]) * 0.22, 0.4)


def _counted(english: str, count: int) -> str:
    plural = english.removeprefix("a ")
    return f"{english} added" if count == 1 else f"{count} {plural}s added"
