"""Lock everything outside the mask: copy it back from the source, and measure how much the API changed there."""

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
    box_size,
    place_picture,
    shown_parts,
    undo_shift,
)
from playground.imaging.decode import BROKEN, PictureError, open_checked, unfinished_file
from playground.imaging.frames import OVERLAP, inner_box
from playground.imaging.masks import feather_marks, load_marks, threshold

# Width of the soft edge outside the mask, as a share of the longer edge of the picture.
FEATHER: Final = 0.008


@dataclass(frozen=True, slots=True)
class LockFacts:
    """Facts about a locked result: its shift and the feather in pixels of the source, and its fit (see Placement)."""

    shift_x: int
    shift_y: int
    feather_px: int
    fit: Fit

    @property
    def placement(self) -> Placement:
        """The position of the result over its source."""
        return Placement(self.fit, self.shift_x, self.shift_y)


def lock_picture(source: Path, mask: Path, result: Path, target: Path, kept: Box | None = None) -> LockFacts:
    """Write the source with the result inside the mask, as a PNG of the source's size and colour profile.

    No pixel farther outside the mask than the feather differs from the source. `kept` is the picture within a source
    that was padded: there the feather lies inside the overlap. Raises PictureError.
    """
    try:
        original, profile = _load_rgb(source)
        marks = load_marks(mask, original.size)
        edited = _load_in_profile(result, profile)
        placement = align_picture(original, marks, edited)
        feather = round(max(original.size) * FEATHER)
        if kept is not None and kept != (0, 0, *original.size):
            feather = min(feather, OVERLAP)
            marks = _draw_back_overlap(marks, kept, feather)
        locked = _compose(original, edited, feather_marks(marks, feather), placement)
        # The padding was transparent; the picture in its place seldom is.
        if kept is not None and locked.mode == "RGBA" and locked.getchannel("A").getextrema() == (255, 255):
            locked = locked.convert("RGB")
        _save(locked, target, {"icc_profile": profile} if profile else {})
    except BROKEN as error:
        raise PictureError("broken") from error
    return LockFacts(placement.shift_x, placement.shift_y, feather, placement.fit)


def _draw_back_overlap(marks: Image.Image, kept: Box, feather: int) -> Image.Image:
    """Unmark the inner edge of the overlap, as wide as the feather, which then ends with the overlap."""
    edge = Image.new("L", marks.size, 0)
    edge.paste(255, inner_box(kept, marks.size, OVERLAP - feather))
    edge.paste(0, inner_box(kept, marks.size, OVERLAP))
    return ImageChops.subtract(marks, edge)


def _load_rgb(path: Path) -> tuple[Image.Image, bytes | None]:
    """Return the picture as RGB or RGBA with 8 bits a channel, and its profile. Raises PictureError."""
    with open_checked(path) as picture:
        picture.load()
        return convert.to_rgb(picture, picture.info.get("icc_profile"))


def _load_in_profile(path: Path, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB or RGBA in `profile` (None is sRGB). Raises PictureError."""
    picture, own_profile = _load_rgb(path)
    return convert.match_profile(picture, own_profile, profile)


def _compose(original: Image.Image, edited: Image.Image, soft: Image.Image, placement: Placement) -> Image.Image:
    fitted, box = place_picture(edited, original.size, placement.fit)
    fitted = undo_shift(fitted, placement)
    if box != (0, 0, *original.size):
        # The rest of the source is not in the result.
        visible = Image.new("L", original.size, 0)
        visible.paste(soft.crop(box), box[:2])
        soft = visible
    if original.mode == fitted.mode == "RGB":
        return Image.composite(fitted, original, soft)
    original, fitted = original.convert("RGBA"), fitted.convert("RGBA")
    # Blend with premultiplied alpha, or transparent colours would show at the edges. That rounds, so pixels outside
    # the feather come from the source itself.
    blended = Image.composite(fitted.convert("RGBa"), original.convert("RGBa"), soft).convert("RGBA")
    return Image.composite(blended, original, threshold(soft, 1))


def _save(picture: Image.Image, target: Path, options: dict[str, Any]) -> None:
    # Pillow would write the profile that is still in `info`.
    picture.info = {}
    with unfinished_file(target) as path:
        # Z_RLE is twice as fast as the default, and no larger for photographs.
        picture.save(path, "PNG", compress_type=zlib.Z_RLE, **options)


type FloatBox = tuple[float, float, float, float]
# Levels of 255 by which brightness, colour or alpha may differ after a mean over 3 x 3 pixels (colour: 7 x 7, because
# JPEG stores it coarsely). JPEG and WebP at quality 75 mostly change less, and the change is hardly visible.
TOLERANCE: Final = 8
_FINE: Final = ImageFilter.BoxBlur(1)
_COARSE: Final = ImageFilter.BoxBlur(3)
# A pixel that differs by at most this many levels has not changed, even if the mean around it has.
_NOISE: Final = 2
# The heat map need not be larger than a screen.
_HEAT_EDGE: Final = 2048
# Larger pictures are compared at this size: no API returns larger ones.
_MAX_PIXELS: Final = 2048 * 2048
# Resampling makes small differences of its own, which vanish at a smaller scale.
_RESAMPLED_SCALE: Final = 0.75


def measure_outside_change(source: Path, mask: Path, result: Path, heat_target: Path, placement: Placement) -> float:
    """Return the percentage (0 to 100) of pixels outside the mask that the API changed; 0 when all is marked.

    The shift of the whole result is undone first, as the lock does it. A pixel has changed when it differs by more
    than TOLERANCE. Parts of the source that the result does not show do not count. Pictures of different sizes are
    compared at a smaller scale. Writes a PNG that is transparent where nothing changed. Raises PictureError.
    """
    try:
        original, profile = _load_rgb(source)
        outside = ImageChops.invert(threshold(load_marks(mask, original.size), 1))
        edited = _load_in_profile(result, profile)
        parts = _comparable_parts(original.size, edited.size, placement)
        scale = _comparison_scale(original.size, edited.size, placement)
        full_size = _scale_size(original.size, scale)
        original, edited, outside = _fit_sizes(original, edited, outside, parts, scale)
        # The mean must not spread marked changes to unmarked pixels.
        strength = _change_strength(original, Image.composite(edited, original, outside))
        changed = ImageChops.darker(threshold(strength, TOLERANCE + 1), outside)
        offset = (round(parts[0][0] * scale), round(parts[0][1] * scale))
        _save_heat(
            _expand_to_full_size(strength, full_size, offset),
            _expand_to_full_size(changed, full_size, offset),
            heat_target,
        )
    except BROKEN as error:
        raise PictureError("broken") from error
    pixels = outside.histogram()[255]
    return 100 * changed.histogram()[255] / pixels if pixels else 0.0


def _comparable_parts(size: Size, result_size: Size, placement: Placement) -> tuple[Box, FloatBox]:
    """Return the box of the source that can be compared, and the box of the result that shows it."""
    (left, top, right, bottom), inner = shown_parts(size, result_size, placement.fit)
    x, y = placement.shift_x, placement.shift_y
    original = (max(left, left - x), max(top, top - y), min(right, right - x), min(bottom, bottom - y))
    across, down = (inner[2] - inner[0]) / (right - left), (inner[3] - inner[1]) / (bottom - top)
    edited = (
        inner[0] + (original[0] + x - left) * across,
        inner[1] + (original[1] + y - top) * down,
        # Rounding must not leave the picture.
        min(inner[0] + (original[2] + x - left) * across, inner[2]),
        min(inner[1] + (original[3] + y - top) * down, inner[3]),
    )
    return original, edited


def _comparison_scale(size: Size, result_size: Size, placement: Placement) -> float:
    """Return the share of the source's width and height at which the two are compared."""
    pixels = size[0] * size[1]
    if placement.fit == "same" and pixels <= _MAX_PIXELS:
        return 1.0
    return sqrt(min(pixels, result_size[0] * result_size[1], _MAX_PIXELS) / pixels) * _RESAMPLED_SCALE


def _fit_sizes(
    original: Image.Image,
    edited: Image.Image,
    outside: Image.Image,
    parts: tuple[Box, FloatBox],
    scale: float,
) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return the same part of both at one size and in one mode, and the outside of the mask (255)."""
    box, edited_box = parts
    if scale == 1:
        left, top, right, bottom = edited_box
        original, outside = _crop(original, box), _crop(outside, box)
        edited = _crop(edited, (round(left), round(top), round(right), round(bottom)))
    else:
        size = _scale_size(box_size(box), scale)
        original = original.resize(size, Image.Resampling.LANCZOS, box=box)
        edited = edited.resize(size, Image.Resampling.LANCZOS, box=edited_box)
        outside = threshold(outside.resize(size, Image.Resampling.BOX, box=box), 255)
    mode = "RGB" if original.mode == edited.mode == "RGB" else "RGBA"
    return original.convert(mode), edited.convert(mode), outside


def _crop(picture: Image.Image, box: Box) -> Image.Image:
    # Pillow would copy all pixels even of a whole picture.
    return picture if box == (0, 0, *picture.size) else picture.crop(box)


def _scale_size(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _expand_to_full_size(part: Image.Image, size: Size, offset: Size) -> Image.Image:
    """Paste the compared part into a picture of the full size, which is 0 everywhere else."""
    if part.size == size:
        return part
    full = Image.new("L", size, 0)
    full.paste(part, offset)
    return full


def _change_strength(original: Image.Image, edited: Image.Image) -> Image.Image:
    """Return the levels by which each pixel differs in its most different band, without noise."""
    strongest = differs = Image.new("L", original.size, 0)
    means = (_FINE, _COARSE, _COARSE, _FINE)
    for original_band, edited_band, mean in zip(_bands(original), _bands(edited), means, strict=False):
        strongest = ImageChops.lighter(
            strongest, ImageChops.difference(original_band.filter(mean), edited_band.filter(mean))
        )
        differs = ImageChops.lighter(differs, ImageChops.difference(original_band, edited_band))
    return ImageChops.darker(strongest, threshold(differs, _NOISE + 1))


def _bands(picture: Image.Image) -> tuple[Image.Image, ...]:
    """Return brightness, two bands of colour, and alpha if any, premultiplied: invisible colours do not count."""
    if picture.mode == "RGB":
        return picture.convert("YCbCr").split()
    red, green, blue, alpha = picture.convert("RGBa").split()
    return (*Image.merge("RGB", (red, green, blue)).convert("YCbCr").split(), alpha)


def _save_heat(strength: Image.Image, changed: Image.Image, target: Path) -> None:
    """Write yellow for small changes to red for large ones, over transparency."""
    small = ImageOps.contain(strength, (_HEAT_EDGE, _HEAT_EDGE)) if max(strength.size) > _HEAT_EDGE else strength
    mask = changed if small is strength else changed.resize(small.size, Image.Resampling.BOX)
    full = Image.new("L", small.size, 255)
    green = small.point([max(0, 220 - level * 3) for level in range(256)])
    alpha = ImageChops.darker(mask, small.point([min(225, 120 + level) for level in range(256)]))
    heat = Image.merge("RGBA", (full, green, Image.new("L", small.size, 0), alpha))
    with unfinished_file(target) as path:
        heat.save(path, "PNG", compress_level=3)
