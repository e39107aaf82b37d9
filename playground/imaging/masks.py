"""Read, inspect and write masks. In a mask file alpha 0 means: repaint this.

In memory a mask is its marks: an `L` picture with 255 where it is marked and 0 where the source must stay.
"""

import zlib
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageChops, ImageFilter, ImageOps

from playground.imaging.decode import BROKEN, FORMATS, PictureError, open_checked, to_eight_bits, unfinished_file

Column = Literal["left", "centre", "right"]
Row = Literal["top", "middle", "bottom"]
_COLUMNS: Final[tuple[Column, ...]] = ("left", "centre", "right")
_ROWS: Final[tuple[Row, ...]] = ("top", "middle", "bottom")
# The lowest level that counts as marked; lower ones are the edge of a soft brush.
MARKED: Final = 128
# Black and white may be slightly grey where a program softened edges or saved as JPEG.
_GREY_TOLERANCE: Final = 32
_NEARLY_ALL: Final = 0.9
_INVERTED_SHARE: Final = 0.5
_MAP_EDGE: Final = 48


@dataclass(frozen=True, slots=True)
class MaskFacts:
    """Facts about a mask file. `marked` is the share of the picture that will be repainted, 0 to 1.

    `has_marks`: a pixel is at least half marked. `looks_inverted`: most of the picture and nearly all of its border
    is marked, which is rarely intended. A file without alpha has no marks; then `is_black_and_white` says whether
    `mask_from_black_and_white` can read it, and `white_marks` which of the two is rarer and so probably marks.
    """

    width: int
    height: int
    is_png: bool
    has_alpha: bool
    marked: float
    has_marks: bool
    is_full: bool
    is_binary: bool
    looks_inverted: bool
    is_black_and_white: bool
    white_marks: bool


@dataclass(frozen=True, slots=True)
class Region:
    """The marked share, 0 to 1, and the position of its centre, to be put in words; None when nothing is marked."""

    share: float
    column: Column | None
    row: Row | None


def inspect_mask(path: Path) -> MaskFacts:
    """Return the facts of a mask file. Raises PictureError."""
    picture, is_png = _load_picture(path)
    has_alpha = picture.has_transparency_data
    marks = _alpha_marks(picture)
    shares = _level_shares(marks)
    grey = picture.convert("L")
    extremes = sum(_level_shares(grey)[:_GREY_TOLERANCE]) + sum(_level_shares(grey)[-_GREY_TOLERANCE:])
    marked = sum(value * share for value, share in enumerate(shares)) / 255
    return MaskFacts(
        *marks.size,
        is_png=is_png,
        has_alpha=has_alpha,
        marked=marked,
        has_marks=sum(shares[MARKED:]) > 0,
        is_full=shares[255] == 1,
        is_binary=shares[0] + shares[255] == 1,
        looks_inverted=_INVERTED_SHARE < marked < 1 and _border_share(marks) > _NEARLY_ALL,
        is_black_and_white=not has_alpha and extremes > _NEARLY_ALL and not _is_coloured(picture),
        white_marks=sum(_level_shares(grey)[MARKED:]) <= 0.5,
    )


def fit_mask(mask: Path, target: Path, size: tuple[int, int]) -> None:
    """Write the mask as the API takes it, a PNG of `size` (pixels) with colours 0. Raises PictureError.

    A mask of that size keeps its alpha exactly; others are scaled, and hard edges stay hard.
    """
    picture, _ = _load_picture(mask)
    save_marks(scale_marks(_alpha_marks(picture), size), target)


def mask_from_black_and_white(source: Path, target: Path, white_marks: bool) -> None:
    """Write a mask from a black-and-white picture, of which white (else black) is marked. Raises PictureError."""
    picture, _ = _load_picture(source)
    grey = picture.convert("L")
    save_marks(grey if white_marks else ImageChops.invert(grey), target)


def marked_region(mask: Path) -> Region:
    """Return how much of the picture is marked, and where. Raises PictureError."""
    picture, _ = _load_picture(mask)
    marks = _alpha_marks(picture)
    share = sum(value * part for value, part in enumerate(_level_shares(marks))) / 255
    small = marks.resize((_MAP_EDGE, _MAP_EDGE), Image.Resampling.BOX).tobytes()
    weight = sum(small)
    if not weight:
        return Region(share, None, None)
    x = sum(value * (index % _MAP_EDGE + 0.5) for index, value in enumerate(small)) / weight / _MAP_EDGE
    y = sum(value * (index // _MAP_EDGE + 0.5) for index, value in enumerate(small)) / weight / _MAP_EDGE
    return Region(share, _COLUMNS[int(x * 3)], _ROWS[int(y * 3)])


def load_marks(path: Path, size: tuple[int, int]) -> Image.Image:
    """Return the marks of a mask file at `size` in pixels. Raises PictureError."""
    picture, _ = _load_picture(path)
    return scale_marks(_alpha_marks(picture), size)


def scale_marks(marks: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale marks to another size; hard edges stay hard."""
    if marks.size == size:
        return marks
    histogram = marks.histogram()
    is_binary = histogram[0] + histogram[255] == marks.width * marks.height
    resized = marks.resize(size, Image.Resampling.BILINEAR)
    return threshold(resized, MARKED) if is_binary else resized


def threshold(marks: Image.Image, minimum: int) -> Image.Image:
    """Return 255 where a pixel is at least `minimum`, else 0."""
    return marks.point([255 if value >= minimum else 0 for value in range(256)])


def grow_marks(marks: Image.Image, radius: int) -> Image.Image:
    """Mark the square of `radius` pixels around each mark. `radius` is at most 127; edges become hard."""
    for direction in ((radius, 0), (0, radius)):
        marks = threshold(marks.filter(ImageFilter.BoxBlur(direction)), 1)
    return marks


def feather_marks(marks: Image.Image, reach: int) -> Image.Image:
    """Soften the edges over `reach` pixels outside the marks, and mark nothing farther out.

    Full marks stay full, and soft ones as soft as they are.
    """
    inner = ceil(reach / 2)
    soft = grow_marks(threshold(marks, MARKED), inner) if reach else marks
    for radius in ((reach - inner) // 2, ceil((reach - inner) / 2)):
        soft = soft.filter(ImageFilter.BoxBlur(radius))
    return ImageChops.lighter(soft, marks)


def _load_picture(path: Path) -> tuple[Image.Image, bool]:
    with open_checked(path) as picture:
        is_png = FORMATS[picture.format or ""] == "png"
        try:
            picture.load()
            return to_eight_bits(ImageOps.exif_transpose(picture)), is_png
        except BROKEN as error:
            raise PictureError("broken") from error


def _alpha_marks(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return Image.new("L", picture.size, 0)
    has_band = picture.mode in ("LA", "RGBA")
    return ImageChops.invert((picture if has_band else picture.convert("RGBA")).getchannel("A"))


def _level_shares(grey: Image.Image) -> list[float]:
    pixels = grey.width * grey.height
    return [count / pixels for count in grey.histogram()]


def _border_share(marks: Image.Image) -> float:
    """Return the share of marked pixels along the border, 0 to 1."""
    width, height = marks.size
    boxes = ((0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height))
    values = b"".join(marks.crop(box).tobytes() for box in boxes)
    return sum(value >= MARKED for value in values) / len(values)


def _is_coloured(picture: Image.Image) -> bool:
    if picture.mode in ("1", "L"):
        return False
    _, *chroma = picture.convert("RGB").convert("YCbCr").split()
    grey_shares = (sum(_level_shares(band)[128 - _GREY_TOLERANCE : 128 + _GREY_TOLERANCE]) for band in chroma)
    return any(share < _NEARLY_ALL for share in grey_shares)


def save_marks(marks: Image.Image, target: Path) -> None:
    zero = Image.new("L", marks.size, 0)
    picture = Image.merge("RGBA", (zero, zero, zero, ImageChops.invert(marks)))
    with unfinished_file(target) as path:
        picture.save(path, "PNG", compress_type=zlib.Z_RLE)
