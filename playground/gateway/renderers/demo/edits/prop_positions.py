"""Where a thing goes: into what is marked, onto a head, or where the picture is calm."""

from dataclasses import replace
from typing import Final

from PIL import Image, ImageStat

from ..paint.mask import threshold
from ..props import Prop
from .clauses import PropRequest
from .placement import fit_box
from .segmentation import segment
from .session import Box, EditSession

WORN: Final = frozenset({"crown", "hat", "glasses"})
# Without a mask: where a thing is tried (centre in shares of the picture) and how wide it is.
_PLACES: Final[dict[str, tuple[tuple[tuple[float, float], ...], float]]] = {
    "heart": (((0.78, 0.24), (0.22, 0.24), (0.5, 0.2)), 0.2),
    "star": (((0.78, 0.18), (0.24, 0.16), (0.5, 0.12)), 0.17),
    "moon": (((0.8, 0.2), (0.2, 0.2)), 0.2),
    "balloon": (((0.84, 0.34), (0.16, 0.34), (0.68, 0.28)), 0.17),
    "flower": (((0.2, 0.8), (0.8, 0.8), (0.5, 0.84)), 0.2),
}
_SMALLER: Final = (1.0, 0.78, 0.64, 0.7, 0.55)  # each further one of several
# How wide a worn thing is beside the head.
_WIDE: Final = {"crown": 0.62, "hat": 1.25, "glasses": 0.68}


def prop_boxes(session: EditSession, wanted: PropRequest, thing: Prop) -> list[Box]:
    """A rectangle of the thing's aspect for each of its number, in pixels of the canvas."""
    if session.marked is None:
        return [_on_head(session, wanted, thing)] if wanted.name in WORN else _calm_places(session, wanted, thing)
    left, top, right, bottom = session.box
    step = (right - left) / wanted.count
    found = []
    for number in range(wanted.count):
        slot = (round(left + step * number), top, round(left + step * (number + 1)), bottom)
        size = wanted.size * _SMALLER[number % 2]
        found.append(_inside(slot, thing, replace(wanted, size=size)))
    return found


def _inside(box: Box, thing: Prop, wanted: PropRequest) -> Box:
    """In a marked rectangle: what is worn on a head sits at its top when there is room for a head below."""
    shape = Image.new("L", (round(1000 * thing.aspect), 1000))
    wide, tall = box[2] - box[0], box[3] - box[1]
    down = 0.42 if wanted.name == "glasses" else 0.5
    if wanted.name in ("crown", "hat"):
        down = 0.0 if tall > 1.5 * wide / thing.aspect else 0.9
    return fit_box(shape, box, share=0.96 * min(max(wanted.size, 0.8), 1.0), down=down)


def _on_head(session: EditSession, wanted: PropRequest, thing: Prop) -> Box:
    """On the head of whoever stands out from the backdrop, or else at the top of the middle."""
    left, top, right, bottom = _head(session)
    wide = (right - left) * _WIDE[wanted.name] * min(wanted.size, 1.0)
    tall = wide / thing.aspect
    foot = {"crown": top + tall * 0.32, "hat": top + tall * 0.6, "glasses": (top + bottom + tall) / 2}[wanted.name]
    foot, middle = max(foot, tall + session.art.height * 0.01), (left + right) / 2
    return (round(middle - wide / 2), round(foot - tall), round(middle + wide / 2), round(foot))


def _head(session: EditSession) -> Box:
    """The head of the subject, its eyes halfway down; a guess when nobody stands out."""
    width, height = session.source.size
    found = segment(session.source)
    solid = threshold(found.subject, 150)
    box = solid.getbbox()
    if found.is_clear and box is not None and box[1] > height * 0.02:
        rows = solid.crop((0, box[1], width, box[3])).resize((width, 48), Image.Resampling.NEAREST)
        step = (box[3] - box[1]) / 48
        for row in range(1, 40):
            near, far = _extent(rows, row), _extent(rows, row + 4)
            wide = near[1] - near[0]
            # A head has ended growing; shoulders and backdrops are wider than high.
            if step * row > wide * 0.25 and far[1] - far[0] < wide * 1.08 and wide < width * 0.66:
                return (near[0], box[1], near[1], round(box[1] + wide * 1.36))
    side = min(width, height) * 0.3
    return (
        round(width / 2 - side / 2),
        round(height * 0.17),
        round(width / 2 + side / 2),
        round(height * 0.17 + side * 1.2),
    )


def _extent(rows: Image.Image, row: int) -> tuple[int, int]:
    box = rows.crop((0, row, rows.width, row + 1)).getbbox()
    return (box[0], box[2]) if box else (0, 1)


def _calm_places(session: EditSession, wanted: PropRequest, thing: Prop) -> list[Box]:
    """Where the picture is calm, the calmest first, another one for each index."""
    width, height = session.source.size
    centres, share = _PLACES[wanted.name]
    ranked = sorted(centres, key=lambda centre: _busy(session, centre))
    if wanted.count == 1:
        first = session.art.index % max(len(ranked) - 1, 1)
        ranked = ranked[first:] + ranked[:first]
    rng = session.art.rng(f"places {wanted.name}")
    found = []
    for number in range(wanted.count):
        x, y = ranked[number % len(ranked)]
        if number >= len(ranked):
            x, y = rng.uniform(0.12, 0.88), min(max(y + rng.uniform(-0.1, 0.1), 0.1), 0.88)
        wide = min(width, height) * share * wanted.size * _SMALLER[min(number, 4)]
        tall = wide / thing.aspect
        found.append(_kept((x * width - wide / 2, y * height - tall / 2, wide, tall), (width, height)))
    return found


def _kept(placed: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """A rectangle (left, top, width, height) moved onto the picture."""
    left, top, wide, tall = placed
    left = min(max(left, size[0] * 0.02), size[0] * 0.98 - wide)
    top = min(max(top, size[1] * 0.02), size[1] * 0.98 - tall)
    return (round(left), round(top), round(left + wide), round(top + tall))


def _busy(session: EditSession, centre: tuple[float, float]) -> float:
    width, height = session.source.size
    x, y, reach = centre[0] * width, centre[1] * height, min(width, height) * 0.1
    part = session.source.crop((round(x - reach), round(y - reach), round(x + reach) + 1, round(y + reach) + 1))
    return ImageStat.Stat(part.convert("L")).stddev[0]
