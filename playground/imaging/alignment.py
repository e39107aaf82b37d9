"""Find how a result lies over its source: image APIs return sizes of their own and move pictures by a few pixels.

Only unmarked pixels are compared, by brightness minus its local mean, so that a new tint does not matter.
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
# The largest shift that is searched for, in pixels of the source, in each direction.
MAX_SHIFT: Final = 8
# A shift is accepted only when its error is below these shares of the error without a shift and of a flat picture's
# error: even of two unrelated pictures, some shift is always the best.
_MAX_OF_UNMOVED: Final = 0.9
_MAX_OF_FLAT: Final = 0.8
_SAME_ASPECT: Final = 0.01
_COARSE_EDGE: Final = 640
_FIT_EDGE: Final = 256
_BLUR_RADIUS: Final = 4
# Large pictures are compared at full size in one window of this width and height.
_WINDOW_EDGE: Final = 1400


@dataclass(frozen=True, slots=True)
class Placement:
    """The position of a result over its source; the shift is right and down, in pixels of the source.

    same: same size. scaled: same aspect, other size. stretched: other aspect, all of the source. cropped: only the
    middle of the source. padded: all of the source, between bars.
    """

    fit: Fit
    shift_x: int = 0
    shift_y: int = 0


def align_picture(source: Image.Image, marks: Image.Image, result: Image.Image) -> Placement:
    """Find how `result` lies over `source`. Pixels in `marks` (L, the source's size) are ignored."""
    fit = find_fit(source, marks, result)
    fitted, box = place_picture(result.convert("L"), source.size, fit)
    hidden = marks if box == (0, 0, *source.size) else _marked_outside(marks, box)
    return Placement(fit, *_find_shift(source.convert("L"), hidden, fitted))


def find_fit(source: Image.Image, marks: Image.Image, result: Image.Image) -> Fit:
    """Find how a result of another size shows its source, by its unmarked pixels."""
    if result.size == source.size:
        return "same"
    aspect, result_aspect = source.width / source.height, result.width / result.height
    if abs(aspect / result_aspect - 1) < _SAME_ASPECT:
        return "scaled"
    scale = min(1.0, _FIT_EDGE / max(source.size))
    size = (max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    small, hidden = source.convert("L").resize(size, Image.Resampling.BOX), marks.resize(size, Image.Resampling.BOX)
    grey = result.convert("L")
    original = _details(small)
    errors: dict[Fit, float] = {}
    for fit in ("stretched", "cropped", "padded"):
        fitted, box = place_picture(grey, size, fit)
        comparable = _comparable(_marked_outside(hidden, box), 1)
        unexplained = _error(original, Image.new("L", size, 128), comparable)
        errors[fit] = _error(original, _details(fitted), comparable) / max(unexplained, 1.0)
    best = min(errors, key=lambda fit: errors[fit])
    return best if errors[best] < min(_MAX_OF_UNMOVED * errors["stretched"], _MAX_OF_FLAT) else "stretched"


def place_picture(result: Image.Image, size: Size, fit: Fit) -> tuple[Image.Image, Box]:
    """Return the result at the source's size, and the box of the source that it shows."""
    source_box, result_box = shown_parts(size, result.size, fit)
    if result.size == size:
        return result, source_box
    fitted = result.resize(box_size(source_box), Image.Resampling.LANCZOS, box=result_box)
    if source_box == (0, 0, *size):
        return fitted, source_box
    full = Image.new(result.mode, size)
    full.paste(fitted, source_box[:2])
    return full, source_box


def shown_parts(size: Size, result_size: Size, fit: Fit) -> tuple[Box, Box]:
    """Return the box of a source of `size` that its result shows, and the box of the result that shows it."""
    whole, whole_result = (0, 0, *size), (0, 0, *result_size)
    if fit == "cropped":
        return _middle(size, result_size), whole_result
    return whole, _middle(result_size, size) if fit == "padded" else whole_result


def box_size(box: Box) -> Size:
    """Return width and height of a box."""
    return box[2] - box[0], box[3] - box[1]


def undo_shift(fitted: Image.Image, placement: Placement) -> Image.Image:
    """Move the fitted result back over the source; pixels at the edges that nothing moves onto stay."""
    if not placement.shift_x and not placement.shift_y:
        return fitted
    moved = fitted.copy()
    moved.paste(fitted, (-placement.shift_x, -placement.shift_y))
    return moved


def _find_shift(source: Image.Image, marks: Image.Image, fitted: Image.Image) -> tuple[int, int]:
    """Search from coarse to fine: all shifts on a small copy, then one pixel around the best on each larger copy."""
    factor = 1
    while max(source.size) / factor > _COARSE_EDGE:
        factor *= 2
    reach = ceil(MAX_SHIFT / factor)
    best, candidates = (0, 0), list(_around((0, 0), reach, reach))
    window: Box = (0, 0, *source.size)
    while True:
        area = _aligned(window, factor)
        original, edited = (_details(picture.crop(area).reduce(factor)) for picture in (source, fitted))
        comparable = _comparable(threshold(marks.crop(area).reduce(factor), 1), reach)
        best, is_clear = _find_best_shift(candidates, original, edited, comparable)
        if factor == 1:
            return best if is_clear else (0, 0)
        if window == (0, 0, *source.size):
            window = _most_detailed_window(
                original, ImageChops.offset(edited, -best[0], -best[1]), comparable, source.size
            )
        factor //= 2
        reach = ceil(MAX_SHIFT / factor)
        candidates = list(_around((best[0] * 2, best[1] * 2), 1, reach))


def _most_detailed_window(original: Image.Image, edited: Image.Image, comparable: Image.Image, size: Size) -> Box:
    """Return the window of a large source where the two match with the most detail."""
    if size[0] * size[1] <= _WINDOW_EDGE**2:
        return 0, 0, *size
    flat = Image.new("L", original.size, 128)
    matching = ImageChops.subtract(ImageChops.difference(original, flat), ImageChops.difference(original, edited))
    matching = ImageChops.darker(matching, comparable)
    width, height = min(_WINDOW_EDGE, size[0]), min(_WINDOW_EDGE, size[1])
    places = [
        (left, top, left + width, top + height)
        for left in _spread(size[0] - width)
        for top in _spread(size[1] - height)
    ]
    scale = original.width / size[0]
    return max(places, key=lambda box: ImageStat.Stat(matching.crop(_scaled(box, scale))).sum[0])


def _spread(free: int) -> list[int]:
    """Return five evenly spread window positions along a side that leaves `free` pixels."""
    return [round(free * part / 4) for part in range(5)] if free else [0]


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (int(side * scale) for side in box)
    return left, top, right, bottom


def _aligned(box: Box, factor: int) -> Box:
    """Move the corner of a box to the start of a reduced pixel."""
    return box[0] // factor * factor, box[1] // factor * factor, box[2], box[3]


def _around(centre: tuple[int, int], radius: int, reach: int) -> Iterator[tuple[int, int]]:
    # The error without a shift is always needed, to compare with.
    yield (0, 0)
    for x in range(max(-reach, centre[0] - radius), min(reach, centre[0] + radius) + 1):
        for y in range(max(-reach, centre[1] - radius), min(reach, centre[1] + radius) + 1):
            if (x, y) != (0, 0):
                yield x, y


def _find_best_shift(
    candidates: Sequence[tuple[int, int]], original: Image.Image, edited: Image.Image, comparable: Image.Image
) -> tuple[tuple[int, int], bool]:
    """Return the shift with the smallest error, and whether it is small enough to accept."""
    errors = {(x, y): _error(original, ImageChops.offset(edited, -x, -y), comparable) for x, y in candidates}
    best = min(errors, key=lambda shift: errors[shift])
    unexplained = _error(original, Image.new("L", original.size, 128), comparable)
    return best, errors[best] < min(_MAX_OF_UNMOVED * errors[0, 0], _MAX_OF_FLAT * unexplained)


def _details(grey: Image.Image) -> Image.Image:
    return ImageChops.subtract(grey, grey.filter(ImageFilter.BoxBlur(_BLUR_RADIUS)), 1, 128)


def _comparable(marks: Image.Image, border: int) -> Image.Image:
    """Return a mask (255) of the pixels to compare: not near a mark and not at the edge."""
    free = ImageChops.invert(grow_marks(threshold(marks, 1), _BLUR_RADIUS + 2))
    full = Image.new("L", free.size, 0)
    inner = (border, border, free.width - border, free.height - border)
    if inner[2] > inner[0] and inner[3] > inner[1]:
        full.paste(free.crop(inner), inner[:2])
    return full


def _error(original: Image.Image, edited: Image.Image, comparable: Image.Image) -> float:
    """Return the mean difference in levels of brightness; 0 when there is nothing to compare."""
    counts = ImageChops.difference(original, edited).histogram(comparable)
    pixels = sum(counts)
    return sum(level * count for level, count in enumerate(counts)) / pixels if pixels else 0.0


def _marked_outside(marks: Image.Image, box: Box) -> Image.Image:
    full = Image.new("L", marks.size, 255)
    full.paste(marks.crop(box), box[:2])
    return full


def _middle(size: Size, aspect: Size) -> Box:
    """Return the largest centred box in `size` that has the aspect of `aspect`."""
    scale = min(size[0] / aspect[0], size[1] / aspect[1])
    width, height = max(1, round(aspect[0] * scale)), max(1, round(aspect[1] * scale))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height
