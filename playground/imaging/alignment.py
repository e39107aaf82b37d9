"""How a result lies over its source: image APIs answer in sizes of their own, and move pictures by a few pixels.

Both are judged by what is not marked, on brightness without its slow changes, so that a new tint hides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from PIL import Image, ImageChops, ImageFilter, ImageStat

from playground.imaging.masks import grow_marks, threshold

type Size = tuple[int, int]
type Box = tuple[int, int, int, int]
Fit = Literal["same", "scaled", "stretched", "cropped", "padded"]
# A result is sought this many pixels of the source away, in each direction.
MAX_SHIFT: Final = 8
# Another place is believed only when it explains the picture this much better than none, and when it does explain it:
# of two pictures that have nothing in common, some place is always the best.
_CLEARLY: Final = 0.9
_EXPLAINED: Final = 0.8
_SAME_ASPECT: Final = 0.01
_FIRST_EDGE: Final = 640
_FIT_EDGE: Final = 256
_SLOW: Final = 4
# Large pictures are compared to the pixel in one part of this width and height.
_WINDOW: Final = 1400


@dataclass(frozen=True, slots=True)
class Placement:
    """How the result came to the source's size, and how far it had moved: right and down, in pixels of the source.

    same: nothing to do. scaled: same aspect, other size. stretched: other aspect, the whole of it is there. cropped:
    it shows only the middle of the source. padded: it shows the source with bars.
    """

    fit: Fit
    shift_x: int = 0
    shift_y: int = 0


def align_picture(source: Image.Image, marks: Image.Image, result: Image.Image) -> Placement:
    """Find how `result` lies over `source`; `marks` (L, the source's size) are left out of it."""
    fit = find_fit(source, marks, result)
    laid, box = place_picture(result.convert("L"), source.size, fit)
    unsure = marks if box == (0, 0, *source.size) else _marked_outside(marks, box)
    return Placement(fit, *_find_shift(source.convert("L"), unsure, laid))


def find_fit(source: Image.Image, marks: Image.Image, result: Image.Image) -> Fit:
    """How a result of another size shows its source, told by what is not marked."""
    if result.size == source.size:
        return "same"
    aspect, other = source.width / source.height, result.width / result.height
    if abs(aspect / other - 1) < _SAME_ASPECT:
        return "scaled"
    scale = min(1.0, _FIT_EDGE / max(source.size))
    size = (max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    small, hidden = source.convert("L").resize(size, Image.Resampling.BOX), marks.resize(size, Image.Resampling.BOX)
    grey = result.convert("L")
    ours = _details(small)
    errors: dict[Fit, float] = {}
    for fit in ("stretched", "cropped", "padded"):
        laid, box = place_picture(grey, size, fit)
        kept = _kept(_marked_outside(hidden, box), 1)
        unexplained = _error(ours, Image.new("L", size, 128), kept)
        errors[fit] = _error(ours, _details(laid), kept) / max(unexplained, 1.0)
    best = min(errors, key=lambda fit: errors[fit])
    return best if errors[best] < min(_CLEARLY * errors["stretched"], _EXPLAINED) else "stretched"


def place_picture(result: Image.Image, size: Size, fit: Fit) -> tuple[Image.Image, Box]:
    """The result at the source's size, and the part of the source that it shows, in pixels."""
    shown, inner = shown_parts(size, result.size, fit)
    if result.size == size:
        return result, shown
    laid = result.resize(size_of(shown), Image.Resampling.LANCZOS, box=inner)
    if shown == (0, 0, *size):
        return laid, shown
    sheet = Image.new(result.mode, size)
    sheet.paste(laid, shown[:2])
    return sheet, shown


def shown_parts(size: Size, result_size: Size, fit: Fit) -> tuple[Box, Box]:
    """The part of a source of `size` that its result shows, and the part of the result that shows it, in pixels."""
    whole, all_of_it = (0, 0, *size), (0, 0, *result_size)
    if fit == "cropped":
        return _middle(size, result_size), all_of_it
    return whole, _middle(result_size, size) if fit == "padded" else all_of_it


def size_of(box: Box) -> Size:
    """Width and height of a box."""
    return box[2] - box[0], box[3] - box[1]


def undo_shift(laid: Image.Image, placement: Placement) -> Image.Image:
    """The laid out result where the source is; what comes in at the edges stays as it was."""
    if not placement.shift_x and not placement.shift_y:
        return laid
    moved = laid.copy()
    moved.paste(laid, (-placement.shift_x, -placement.shift_y))
    return moved


def _find_shift(source: Image.Image, marks: Image.Image, laid: Image.Image) -> tuple[int, int]:
    """From coarse to fine: the whole reach on a small copy, then one pixel around the best on each larger one."""
    factor = 1
    while max(source.size) / factor > _FIRST_EDGE:
        factor *= 2
    reach = ceil(MAX_SHIFT / factor)
    best, candidates = (0, 0), list(_around((0, 0), reach, reach))
    window: Box = (0, 0, *source.size)
    while True:
        area = _aligned(window, factor)
        ours, theirs = (_details(one.crop(area).reduce(factor)) for one in (source, laid))
        kept = _kept(threshold(marks.crop(area).reduce(factor), 1), reach)
        best, is_clear = _best_of(candidates, ours, theirs, kept)
        if factor == 1:
            return best if is_clear else (0, 0)
        if window == (0, 0, *source.size):
            window = _telling_window(ours, ImageChops.offset(theirs, -best[0], -best[1]), kept, source.size)
        factor //= 2
        reach = ceil(MAX_SHIFT / factor)
        candidates = list(_around((best[0] * 2, best[1] * 2), 1, reach))


def _telling_window(ours: Image.Image, theirs: Image.Image, kept: Image.Image, size: Size) -> Box:
    """Of a large picture the part that tells most of how the two match, in pixels of the source."""
    if size[0] * size[1] <= _WINDOW**2:
        return 0, 0, *size
    flat = Image.new("L", ours.size, 128)
    matching = ImageChops.subtract(ImageChops.difference(ours, flat), ImageChops.difference(ours, theirs))
    matching = ImageChops.darker(matching, kept)
    width, height = min(_WINDOW, size[0]), min(_WINDOW, size[1])
    places = [
        (left, top, left + width, top + height)
        for left in _spread(size[0] - width)
        for top in _spread(size[1] - height)
    ]
    scale = ours.width / size[0]
    return max(places, key=lambda box: ImageStat.Stat(matching.crop(_scaled(box, scale))).sum[0])


def _spread(room: int) -> list[int]:
    """Where windows begin along one side that leaves `room` pixels."""
    return [round(room * part / 4) for part in range(5)] if room else [0]


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (int(side * scale) for side in box)
    return left, top, right, bottom


def _aligned(box: Box, factor: int) -> Box:
    """The box with its corner where reduced pixels begin."""
    return box[0] // factor * factor, box[1] // factor * factor, box[2], box[3]


def _around(centre: tuple[int, int], radius: int, reach: int) -> Iterator[tuple[int, int]]:
    # Not having moved is always among them, to be compared with.
    yield (0, 0)
    for x in range(max(-reach, centre[0] - radius), min(reach, centre[0] + radius) + 1):
        for y in range(max(-reach, centre[1] - radius), min(reach, centre[1] + radius) + 1):
            if (x, y) != (0, 0):
                yield x, y


def _best_of(
    candidates: Sequence[tuple[int, int]], ours: Image.Image, theirs: Image.Image, kept: Image.Image
) -> tuple[tuple[int, int], bool]:
    """The shift that explains the picture best, and whether it is to be believed."""
    errors = {(x, y): _error(ours, ImageChops.offset(theirs, -x, -y), kept) for x, y in candidates}
    best = min(errors, key=lambda shift: errors[shift])
    unexplained = _error(ours, Image.new("L", ours.size, 128), kept)
    return best, errors[best] < min(_CLEARLY * errors[0, 0], _EXPLAINED * unexplained)


def _details(grey: Image.Image) -> Image.Image:
    return ImageChops.subtract(grey, grey.filter(ImageFilter.BoxBlur(_SLOW)), 1, 128)


def _kept(marks: Image.Image, border: int) -> Image.Image:
    """Where the two can be compared: not near a mark and not at the edge."""
    free = ImageChops.invert(grow_marks(threshold(marks, 1), _SLOW + 2))
    sheet = Image.new("L", free.size, 0)
    inner = (border, border, free.width - border, free.height - border)
    if inner[2] > inner[0] and inner[3] > inner[1]:
        sheet.paste(free.crop(inner), inner[:2])
    return sheet


def _error(ours: Image.Image, theirs: Image.Image, kept: Image.Image) -> float:
    """The mean difference where `kept`, in levels of brightness; 0 where there is nothing to compare."""
    counts = ImageChops.difference(ours, theirs).histogram(kept)
    pixels = sum(counts)
    return sum(level * count for level, count in enumerate(counts)) / pixels if pixels else 0.0


def _marked_outside(marks: Image.Image, box: Box) -> Image.Image:
    sheet = Image.new("L", marks.size, 255)
    sheet.paste(marks.crop(box), box[:2])
    return sheet


def _middle(size: Size, aspect: Size) -> Box:
    """The largest box in the middle of `size` that has the aspect of `aspect`."""
    scale = min(size[0] / aspect[0], size[1] / aspect[1])
    width, height = max(1, round(aspect[0] * scale)), max(1, round(aspect[1] * scale))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height
