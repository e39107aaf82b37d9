"""Choose where a prop goes: into the marked area, onto a head, or where the picture is calm."""

from dataclasses import replace
from typing import Final

from PIL import Image, ImageStat

from ...paint.mask import threshold
from ...props import Prop
from ..parsing.clauses import PropRequest
from ..segmentation import segment
from ..session import Box, EditSession
from .placement import fit_box

WORN: Final = frozenset({"crown", "hat", "glasses"})
# Without a mask: places to try (centre in shares of the picture) and how wide the prop is.
_PLACES: Final[dict[str, tuple[tuple[tuple[float, float], ...], float]]] = {
    "heart": (((0.78, 0.24), (0.22, 0.24), (0.5, 0.2)), 0.2),
    "star": (((0.78, 0.18), (0.24, 0.16), (0.5, 0.12)), 0.17),
    "moon": (((0.8, 0.2), (0.2, 0.2)), 0.2),
    "balloon": (((0.84, 0.34), (0.16, 0.34), (0.68, 0.28)), 0.17),
    "flower": (((0.2, 0.8), (0.8, 0.8), (0.5, 0.84)), 0.2),
}
_SMALLER: Final = (1.0, 0.78, 0.64, 0.7, 0.55)  # each further one of several
# Width of worn props in widths of the head.
_WIDE: Final = {"crown": 0.62, "hat": 1.25, "glasses": 0.68}


def prop_boxes(session: EditSession, request: PropRequest, prop: Prop) -> list[Box]:
    """Return one box of the prop's aspect for each of the requested number, in pixels of the canvas."""
    if session.marked is None:
        return (
            [_head_prop_box(session, request, prop)] if request.name in WORN else _calm_boxes(session, request, prop)
        )
    left, top, right, bottom = session.box
    # Several props share the marked area side by side.
    step = (right - left) / request.count
    boxes = []
    for number in range(request.count):
        slot = (round(left + step * number), top, round(left + step * (number + 1)), bottom)
        size = request.size * _SMALLER[number % 2]
        boxes.append(_fit_marked_area(slot, prop, replace(request, size=size)))
    return boxes


def _fit_marked_area(box: Box, prop: Prop, request: PropRequest) -> Box:
    """Fit into a marked area; worn props go to its top when there is room for a head below."""
    shape = Image.new("L", (round(1000 * prop.aspect), 1000))
    wide, tall = box[2] - box[0], box[3] - box[1]
    # Eyes lie a little above the middle of a marked face.
    down = 0.42 if request.name == "glasses" else 0.5
    if request.name in ("crown", "hat"):
        down = 0.0 if tall > 1.5 * wide / prop.aspect else 0.9
    return fit_box(shape, box, share=0.96 * min(max(request.size, 0.8), 1.0), down=down)


def _head_prop_box(session: EditSession, request: PropRequest, prop: Prop) -> Box:
    """Fit onto the head of the subject, or else to the top of the middle."""
    left, top, right, bottom = _find_head(session)
    wide = (right - left) * _WIDE[request.name] * min(request.size, 1.0)
    tall = wide / prop.aspect
    # A crown sits on the hair, a hat comes down over it, glasses stand at the eyes.
    foot = {"crown": top + tall * 0.32, "hat": top + tall * 0.6, "glasses": (top + bottom + tall) / 2}[request.name]
    # Never above the picture.
    foot, middle = max(foot, tall + session.art.height * 0.01), (left + right) / 2
    return (round(middle - wide / 2), round(foot - tall), round(middle + wide / 2), round(foot))


def _find_head(session: EditSession) -> Box:
    """Return the box of the head, its eyes halfway down; a guess when no subject stands out."""
    width, height = session.source.size
    segmentation = segment(session.source)
    solid = threshold(segmentation.subject, 150)
    box = solid.getbbox()
    if segmentation.is_clear and box is not None and box[1] > height * 0.02:
        rows = solid.crop((0, box[1], width, box[3])).resize((width, 48), Image.Resampling.NEAREST)
        step = (box[3] - box[1]) / 48
        for row in range(1, 40):
            near, far = _row_extent(rows, row), _row_extent(rows, row + 4)
            wide = near[1] - near[0]
            # A head has ended growing; shoulders and backdrops are wider than high.
            if step * row > wide * 0.25 and far[1] - far[0] < wide * 1.08 and wide < width * 0.66:
                # A head with hair is about a third taller than wide.
                return (near[0], box[1], near[1], round(box[1] + wide * 1.36))
    side = min(width, height) * 0.3
    return (
        round(width / 2 - side / 2),
        round(height * 0.17),
        round(width / 2 + side / 2),
        round(height * 0.17 + side * 1.2),
    )


def _row_extent(rows: Image.Image, row: int) -> tuple[int, int]:
    box = rows.crop((0, row, rows.width, row + 1)).getbbox()
    return (box[0], box[2]) if box else (0, 1)


def _calm_boxes(session: EditSession, request: PropRequest, prop: Prop) -> list[Box]:
    """Return boxes where the picture is calm, the calmest first, another one for each index."""
    width, height = session.source.size
    centres, share = _PLACES[request.name]
    ranked = sorted(centres, key=lambda centre: _measure_detail(session, centre))
    if request.count == 1:
        # The next picture takes the next place, but never the busiest.
        first = session.art.index % max(len(ranked) - 1, 1)
        ranked = ranked[first:] + ranked[:first]
    rng = session.art.rng(f"places {request.name}")
    boxes = []
    for number in range(request.count):
        x, y = ranked[number % len(ranked)]
        if number >= len(ranked):
            x, y = rng.uniform(0.12, 0.88), min(max(y + rng.uniform(-0.1, 0.1), 0.1), 0.88)
        wide = min(width, height) * share * request.size * _SMALLER[min(number, 4)]
        tall = wide / prop.aspect
        boxes.append(_clamp_box((x * width - wide / 2, y * height - tall / 2, wide, tall), (width, height)))
    return boxes


def _clamp_box(placed: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """Move a rectangle (left, top, width, height) onto the picture."""
    left, top, wide, tall = placed
    left = min(max(left, size[0] * 0.02), size[0] * 0.98 - wide)
    top = min(max(top, size[1] * 0.02), size[1] * 0.98 - tall)
    return (round(left), round(top), round(left + wide), round(top + tall))


def _measure_detail(session: EditSession, centre: tuple[float, float]) -> float:
    width, height = session.source.size
    x, y, reach = centre[0] * width, centre[1] * height, min(width, height) * 0.1
    part = session.source.crop((round(x - reach), round(y - reach), round(x + reach) + 1, round(y + reach) + 1))
    return ImageStat.Stat(part.convert("L")).stddev[0]
