"""Frames: what is sent of a picture, cut or padded to the shape of the result.

A frame is a box over the picture, whose top left corner is (0, 0): it may reach outside of it.
"""

import hashlib
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, sqrt
from pathlib import Path
from typing import Final, Literal

from PIL import Image

from playground.imageapi.catalog import MAX_EDGE, MAX_PIXELS
from playground.imaging import convert
from playground.imaging.alignment import Box, Size, box_size
from playground.imaging.decode import BROKEN, PictureError, PictureFacts, open_checked, unfinished_file
from playground.imaging.masks import MARKED, load_marks, save_marks, scale_marks

FrameMode = Literal["fit", "fill", "extend"]
FRAME_MODES: Final[tuple[FrameMode, ...]] = ("fit", "fill", "extend")
SIDES: Final = ("left", "top", "right", "bottom")
# So many pixels of the picture beside an added area are repainted with it, or a seam would show.
OVERLAP: Final = 24
# At least so many pixels of the picture, in both directions, stay in the frame.
MIN_SHOWN: Final = 16
# Beyond this, a result has another shape than the picture (the same share as in alignment).
SAME_SHAPE: Final = 0.01


class FrameError(Exception):
    """A frame cannot be used; `reason` is one of REASONS.

    number: a side is no whole number, or too large. small: it shows too little of the picture. large: one side has
    more pixels than a picture may have.
    """

    REASONS = ("number", "small", "large")

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Frame:
    """A way to send a picture: `fill` cuts it to the shape of the result, `extend` pads it, `fit` sends it whole.

    The sides are pixels to add there, negative to cut; None where they follow from the shape.
    """

    mode: FrameMode = "fit"
    left: int | None = None
    top: int | None = None
    right: int | None = None
    bottom: int | None = None

    def region(self, size: Size) -> Box:
        """Return the box before it takes a shape. Raises FrameError."""
        width, height = size
        box = (-(self.left or 0), -(self.top or 0), width + (self.right or 0), height + (self.bottom or 0))
        _check_shown(box, size)
        return clip_box(box, size) if self.mode == "fill" else box

    def box(self, size: Size, shape: Size) -> Box:
        """Return the box over a picture of `size`, in the aspect of `shape`. Raises FrameError."""
        region = self.region(size)
        box = _shrink(region, shape) if self.mode == "fill" else self._grow(region, shape)
        _check_shown(box, size)
        if max(box_size(box)) > MAX_EDGE:
            raise FrameError("large")
        return box

    def _grow(self, box: Box, shape: Size) -> Box:
        """Grow the box to a shape, at the sides that were left open; else at both sides evenly."""
        left, top, right, bottom = box
        across, down = _missing(box, shape)
        before, after = _share(across, self.left is None, self.right is None)
        above, below = _share(down, self.top is None, self.bottom is None)
        return left - before, top - above, right + after, bottom + below


@dataclass(frozen=True, slots=True)
class FramedPicture:
    """A cut or padded picture, where the source's pixels lie in it, and whether a mask was written for it."""

    facts: PictureFacts
    kept: Box
    has_mask: bool


def clip_box(box: Box, size: Size) -> Box:
    """Return the part of a box that lies on a picture of `size`."""
    return max(box[0], 0), max(box[1], 0), min(box[2], size[0]), min(box[3], size[1])


def added_pixels(box: Box, size: Size) -> tuple[int, int, int, int]:
    """Return what a box adds at the left, top, right and bottom of a picture; negative where it cuts."""
    return -box[0], -box[1], box[2] - size[0], box[3] - size[1]


def is_padded(box: Box, size: Size) -> bool:
    """Say whether a box reaches outside of a picture."""
    return max(added_pixels(box, size)) > 0


def has_shape(size: Size, shape: Size) -> bool:
    """Say whether two sizes have the same aspect, nearly."""
    return abs(size[0] * shape[1] / (size[1] * shape[0]) - 1) < SAME_SHAPE


def inner_box(kept: Box, size: Size, distance: int) -> Box:
    """Move the sides of `kept` that are not on the edge of `size` inwards."""
    left, top, right, bottom = kept
    # A narrow strip of the picture must not be repainted whole.
    across, down = (min(distance, side // 4) for side in box_size(kept))
    return (
        left + across * (left > 0),
        top + down * (top > 0),
        right - across * (right < size[0]),
        bottom - down * (bottom < size[1]),
    )


def frame_picture(
    source: Path, box: Box, target: Path, thumbnail: Path, mask: Path | None, mask_target: Path, max_bytes: int
) -> FramedPicture:
    """Write the part of the source in `box` as a PNG, padded with transparency, and a mask for it.

    The mask marks what `mask` marks of the source, and the added area with OVERLAP pixels of the source. It is left
    out when nothing is marked. A picture over MAX_PIXELS, or over `max_bytes` as PNG, is made smaller. Raises
    PictureError and DiskFullError.
    """
    try:
        with open_checked(source) as picture:
            picture.load()
            pixels, profile = convert.to_rgb(picture, picture.info.get("icc_profile"))
        marks = load_marks(mask, pixels.size) if mask else None
        part = clip_box(box, pixels.size)
        shown, size = pixels.crop(part), box_size(box)
        kept = (part[0] - box[0], part[1] - box[1], part[2] - box[0], part[3] - box[1])
        if size[0] * size[1] > MAX_PIXELS:
            size, kept = _scale(size, kept, sqrt(MAX_PIXELS / (size[0] * size[1])))
        data = _encode(framed := _pad(shown, size, kept), profile)
        while len(data) > max_bytes:
            if max(size) <= MIN_SHOWN:
                raise PictureError("size")
            size, kept = _scale(size, kept, sqrt(max_bytes / len(data)) * 0.97)
            data = _encode(framed := _pad(shown, size, kept), profile)
        has_mask = _write_mask(marks.crop(part) if marks else None, framed.size, kept, mask_target)
        with unfinished_file(target) as path:
            path.write_bytes(data)
        facts = PictureFacts("png", *framed.size, len(data), framed.mode == "RGBA", hashlib.sha256(data).hexdigest())
        framed.info = {"icc_profile": profile} if profile else {}
        convert.write_thumbnail(framed, thumbnail)
    except BROKEN as error:
        raise PictureError("broken") from error
    return FramedPicture(facts, kept, has_mask)


def parse_frame(values: Mapping[str, str]) -> Frame:
    """Return the frame of a form: `mode`, and the sides as text. Raises FrameError."""
    mode = next((mode for mode in FRAME_MODES if mode == values.get("mode")), FRAME_MODES[0])
    return Frame(mode, *(_parse_side(values.get(side, "")) for side in SIDES))


def frame_sides(frame: Frame) -> dict[str, int | None]:
    """Return the sides of a frame by name."""
    return {side: getattr(frame, side) for side in SIDES}


def _parse_side(text: str) -> int | None:
    # People copy numbers with a minus sign of their own.
    plain = text.strip().replace("\N{MINUS SIGN}", "-").removeprefix("+")
    if not plain:
        return None
    digits = plain.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 6 or int(digits) > MAX_EDGE:
        raise FrameError("number")
    return int(plain)


def _check_shown(box: Box, size: Size) -> None:
    shown = box_size(clip_box(box, size))
    if any(length < min(MIN_SHOWN, side) for length, side in zip(shown, size, strict=True)):
        raise FrameError("small")


def _missing(box: Box, shape: Size) -> Size:
    """Return how many pixels a box lacks in width or in height to have a shape; one is rounding."""
    width, height = box_size(box)
    across = floor(height * shape[0] / shape[1] + 0.5) - width
    down = floor(width * shape[1] / shape[0] + 0.5) - height
    return across if across > 1 else 0, down if down > 1 else 0


def _share(length: int, is_before_open: bool, is_after_open: bool) -> tuple[int, int]:
    if is_before_open == is_after_open:
        return length // 2, length - length // 2
    return (length, 0) if is_before_open else (0, length)


def _shrink(box: Box, shape: Size) -> Box:
    """Cut the box evenly to a shape."""
    left, top, right, bottom = box
    width, height = box_size(box)
    across, down = _missing(box, shape)
    # What it lacks in height, it has too much in width.
    spare_width = width - floor(height * shape[0] / shape[1] + 0.5) if down else 0
    spare_height = height - floor(width * shape[1] / shape[0] + 0.5) if across else 0
    return (
        left + spare_width // 2,
        top + spare_height // 2,
        right - (spare_width - spare_width // 2),
        bottom - (spare_height - spare_height // 2),
    )


def _pad(shown: Image.Image, size: Size, kept: Box) -> Image.Image:
    """Return a picture of `size` with the shown part in the box `kept`, and transparency around it."""
    if shown.size != box_size(kept):
        shown = shown.resize(box_size(kept), Image.Resampling.LANCZOS)
    if shown.size == size:
        return shown
    padded = Image.new("RGBA", size)
    padded.paste(shown.convert("RGBA"), kept[:2])
    return padded


def _scale(size: Size, kept: Box, factor: float) -> tuple[Size, Box]:
    width, height = max(1, floor(size[0] * factor)), max(1, floor(size[1] * factor))
    across, down = width / size[0], height / size[1]
    left, top, right, bottom = kept
    return (width, height), (round(left * across), round(top * down), round(right * across), round(bottom * down))


def _encode(picture: Image.Image, profile: bytes | None) -> bytes:
    buffer = io.BytesIO()
    picture.info = {}
    # Z_RLE is twice as fast as the default, and no larger for photographs.
    picture.save(buffer, "PNG", compress_type=zlib.Z_RLE, **({"icc_profile": profile} if profile else {}))
    return buffer.getvalue()


def _write_mask(marks: Image.Image | None, size: Size, kept: Box, target: Path) -> bool:
    """Write the marks of the kept part and the area around it; return whether anything is marked."""
    framed = Image.new("L", size, 255)
    inner = inner_box(kept, size, OVERLAP)
    framed.paste(0, inner)
    if marks is not None:
        inside = scale_marks(marks, box_size(kept))
        x, y = kept[:2]
        framed.paste(inside.crop((inner[0] - x, inner[1] - y, inner[2] - x, inner[3] - y)), inner[:2])
    if not any(framed.histogram()[MARKED:]):
        return False
    save_marks(framed, target)
    return True
