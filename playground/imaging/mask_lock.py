"""Lock what is outside the mask: the result laid into its source, so that the rest stays as it was to the pixel."""

import zlib
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops, ImageFilter, ImageOps

from playground.imaging import convert
from playground.imaging.alignment import (
    Box,
    Fit,
    Placement,
    Size,
    align_picture,
    place_picture,
    shown_parts,
    size_of,
    undo_shift,
)
from playground.imaging.decode import BROKEN, PictureError, open_checked
from playground.imaging.files import unfinished_file
from playground.imaging.masks import feather_marks, load_marks, threshold

# How far the edge of the mask runs out, as a share of the longer edge.
FEATHER: Final = 0.008


@dataclass(frozen=True, slots=True)
class LockFacts:
    """How a result was locked: how far it had moved, and how far the mask was feathered, in pixels of the source; and
    how it came to the source's size (see register.Placement)."""

    shift_x: int
    shift_y: int
    feather_px: int
    fit: Fit

    @property
    def placement(self) -> Placement:
        """How the result lay over its source."""
        return Placement(self.fit, self.shift_x, self.shift_y)


def lock_picture(source: Path, mask: Path, result: Path, target: Path) -> LockFacts:
    """Write the source with the result inside the mask, as a PNG of the source's size and colour profile.

    No pixel farther outside the mask than the feather differs from the source. Raises PictureError.
    """
    try:
        ours, profile = load_colours(source)
        marks = load_marks(mask, ours.size)
        theirs = load_matched(result, profile)
        placement = align_picture(ours, marks, theirs)
        feather = round(max(ours.size) * FEATHER)
        locked = _composed(ours, theirs, feather_marks(marks, feather), placement)
        _save(locked, target, {"icc_profile": profile} if profile else {})
    except BROKEN as error:
        raise PictureError("broken") from error
    return LockFacts(placement.shift_x, placement.shift_y, feather, placement.fit)


def load_colours(path: Path) -> tuple[Image.Image, bytes | None]:
    """The picture as RGB or RGBA with 8 bits a channel, and the profile of its numbers. Raises PictureError."""
    with open_checked(path) as picture:
        picture.load()
        return convert.to_rgb(picture, picture.info.get("icc_profile"))


def load_matched(path: Path, profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA with its colours in `profile` (None is sRGB). Raises PictureError."""
    picture, own = load_colours(path)
    return convert.match_profile(picture, own, profile)


def _composed(ours: Image.Image, theirs: Image.Image, soft: Image.Image, placement: Placement) -> Image.Image:
    laid, box = place_picture(theirs, ours.size, placement.fit)
    laid = undo_shift(laid, placement)
    if box != (0, 0, *ours.size):
        # The result does not show this part of the source.
        shown = Image.new("L", ours.size, 0)
        shown.paste(soft.crop(box), box[:2])
        soft = shown
    if ours.mode == laid.mode == "RGB":
        return Image.composite(laid, ours, soft)
    ours, laid = ours.convert("RGBA"), laid.convert("RGBA")
    # Blended with their alpha multiplied in, else see-through colours would shine at the edges; that rounds, so what
    # is outside the feather comes from the source itself.
    blended = Image.composite(laid.convert("RGBa"), ours.convert("RGBa"), soft).convert("RGBA")
    return Image.composite(blended, ours, threshold(soft, 1))


def _save(picture: Image.Image, target: Path, options: dict[str, Any]) -> None:
    # Pillow would write the profile that is still in `info`.
    picture.info = {}
    with unfinished_file(target) as path:
        # Z_RLE is twice as fast as the default, and no larger for photographs.
        picture.save(path, "PNG", compress_type=zlib.Z_RLE, **options)


type FloatBox = tuple[float, float, float, float]
# Levels of 255 by which brightness, colour or alpha may differ after a mean over 3 x 3 pixels (colour: 7 x 7, as JPEG
# keeps it coarse): what JPEG and WebP at quality 75 do to a picture mostly stays below, and hardly anybody sees it.
TOLERANCE: Final = 8
_FINE: Final = ImageFilter.BoxBlur(1)
_COARSE: Final = ImageFilter.BoxBlur(3)
# A pixel that is the same to this many levels has not changed, whatever its neighbours do.
_SAME: Final = 2
# The heat map is for looking at: as large as a screen.
_HEAT_EDGE: Final = 2048
# Larger pictures are compared at this size: APIs answer with no larger ones.
_MOST_PIXELS: Final = 2048 * 2048
# Resampling makes differences of its own, which a coarser look leaves out.
_COARSER: Final = 0.75


def measure_outside_change(source: Path, mask: Path, result: Path, heat_target: Path, placement: Placement) -> float:
    """How many percent (0 to 100) of the pixels outside the mask the API changed; 0 where all is marked.

    A shift of the whole result is undone first, as the lock undoes it; then a pixel has changed when it differs by
    more than TOLERANCE. What the result does not show does not count. Pictures of two sizes are compared at the
    smaller one, a little coarser. Writes a PNG of the source's aspect that is see-through where nothing changed.
    Raises PictureError.
    """
    try:
        ours, profile = load_colours(source)
        outside = ImageChops.invert(threshold(load_marks(mask, ours.size), 1))
        theirs = load_matched(result, profile)
        parts = _shown_parts(ours.size, theirs.size, placement)
        scale = _scale(ours.size, theirs.size, placement)
        whole = _scaled(ours.size, scale)
        ours, theirs, outside = _fit_sizes(ours, theirs, outside, parts, scale)
        # What is marked may change; it must not shine out into what may not.
        strength = _strength(ours, Image.composite(theirs, ours, outside))
        changed = ImageChops.darker(threshold(strength, TOLERANCE + 1), outside)
        corner = (round(parts[0][0] * scale), round(parts[0][1] * scale))
        _save_heat(_on_sheet(strength, whole, corner), _on_sheet(changed, whole, corner), heat_target)
    except BROKEN as error:
        raise PictureError("broken") from error
    pixels = outside.histogram()[255]
    return 100 * changed.histogram()[255] / pixels if pixels else 0.0


def _shown_parts(size: Size, result_size: Size, placement: Placement) -> tuple[Box, FloatBox]:
    """The part of the source that can be compared, and the part of the result that shows it once it is moved back."""
    (left, top, right, bottom), inner = shown_parts(size, result_size, placement.fit)
    x, y = placement.shift_x, placement.shift_y
    ours = (max(left, left - x), max(top, top - y), min(right, right - x), min(bottom, bottom - y))
    across, down = (inner[2] - inner[0]) / (right - left), (inner[3] - inner[1]) / (bottom - top)
    theirs = (
        inner[0] + (ours[0] + x - left) * across,
        inner[1] + (ours[1] + y - top) * down,
        # Rounding must not lead out of the picture.
        min(inner[0] + (ours[2] + x - left) * across, inner[2]),
        min(inner[1] + (ours[3] + y - top) * down, inner[3]),
    )
    return ours, theirs


def _scale(size: Size, result_size: Size, placement: Placement) -> float:
    """The share of the source's width and height at which the two are compared."""
    pixels = size[0] * size[1]
    if placement.fit == "same" and pixels <= _MOST_PIXELS:
        return 1.0
    return sqrt(min(pixels, result_size[0] * result_size[1], _MOST_PIXELS) / pixels) * _COARSER


def _fit_sizes(
    ours: Image.Image,
    theirs: Image.Image,
    outside: Image.Image,
    parts: tuple[Box, FloatBox],
    scale: float,
) -> tuple[Image.Image, Image.Image, Image.Image]:
    """The same part of both at one size and in one mode, and what of it is outside the mask (255)."""
    box, their_box = parts
    if scale == 1:
        left, top, right, bottom = their_box
        ours, outside = _cropped(ours, box), _cropped(outside, box)
        theirs = _cropped(theirs, (round(left), round(top), round(right), round(bottom)))
    else:
        size = _scaled(size_of(box), scale)
        ours = ours.resize(size, Image.Resampling.LANCZOS, box=box)
        theirs = theirs.resize(size, Image.Resampling.LANCZOS, box=their_box)
        outside = threshold(outside.resize(size, Image.Resampling.BOX, box=box), 255)
    mode = "RGB" if ours.mode == theirs.mode == "RGB" else "RGBA"
    return ours.convert(mode), theirs.convert(mode), outside


def _cropped(picture: Image.Image, box: Box) -> Image.Image:
    # Pillow would copy all pixels of a whole one.
    return picture if box == (0, 0, *picture.size) else picture.crop(box)


def _scaled(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_sheet(part: Image.Image, size: Size, corner: Size) -> Image.Image:
    """The part at its place in the whole picture, 0 where nothing was compared."""
    if part.size == size:
        return part
    sheet = Image.new("L", size, 0)
    sheet.paste(part, corner)
    return sheet


def _strength(ours: Image.Image, theirs: Image.Image) -> Image.Image:
    """By how many levels each pixel differs in what differs most, noise apart."""
    strongest = differs = Image.new("L", ours.size, 0)
    means = (_FINE, _COARSE, _COARSE, _FINE)
    for one, other, mean in zip(_bands(ours), _bands(theirs), means, strict=False):
        strongest = ImageChops.lighter(strongest, ImageChops.difference(one.filter(mean), other.filter(mean)))
        differs = ImageChops.lighter(differs, ImageChops.difference(one, other))
    return ImageChops.darker(strongest, threshold(differs, _SAME + 1))


def _bands(picture: Image.Image) -> tuple[Image.Image, ...]:
    """Brightness, two of colour, and any alpha, multiplied in: what cannot be seen does not count."""
    if picture.mode == "RGB":
        return picture.convert("YCbCr").split()
    red, green, blue, alpha = picture.convert("RGBa").split()
    return (*Image.merge("RGB", (red, green, blue)).convert("YCbCr").split(), alpha)


def _save_heat(strength: Image.Image, changed: Image.Image, target: Path) -> None:
    """From yellow for little to red for much, over nothing."""
    small = ImageOps.contain(strength, (_HEAT_EDGE, _HEAT_EDGE)) if max(strength.size) > _HEAT_EDGE else strength
    where = changed if small is strength else changed.resize(small.size, Image.Resampling.BOX)
    full = Image.new("L", small.size, 255)
    green = small.point([max(0, 220 - level * 3) for level in range(256)])
    alpha = ImageChops.darker(where, small.point([min(225, 120 + level) for level in range(256)]))
    heat = Image.merge("RGBA", (full, green, Image.new("L", small.size, 0), alpha))
    with unfinished_file(target) as path:
        heat.save(path, "PNG", compress_level=3)
