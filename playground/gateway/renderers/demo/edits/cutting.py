"""Cuts the subject of a picture out: floods the backdrop from the edges, then finds the soft edge at full size."""

from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..mask import blurred
from .filling import membrane
from .greys import above, lowest

type Edges = Literal["around", "top"]
_SMALL: Final = 128  # long side in pixels of the copy that is flooded
_STEP, _DRIFT = 9, 62  # levels between neighbours, and from where the flood began
_PART: Final = 0.05  # of the largest part: smaller ones are specks


@dataclass(frozen=True, slots=True)
class Cut:
    """`subject` is 255 where the subject is; `is_clear` says that it stood out well."""

    subject: Image.Image
    is_clear: bool


def cut(picture: Image.Image, edges: Edges = "around") -> Cut:
    """Part an RGB picture into backdrop and subject; with `edges` "top" only what hangs on the top edge (the sky)."""
    scale = min(_SMALL / max(picture.size), 1.0)
    size = (max(round(picture.width * scale), 4), max(round(picture.height * scale), 4))
    small = blurred(picture.resize(size, Image.Resampling.BOX), 0.6)
    flooded, met = _flood(small, edges)
    share = ImageStat.Stat(flooded).mean[0] / 255
    subject = main_parts(ImageChops.invert(flooded).filter(ImageFilter.MedianFilter(3)))
    is_clear = 0.06 < share < 0.93 and met > (0.55 if edges == "around" else 0.7)
    return Cut(_refined(picture, subject), is_clear)


def _flood(small: Image.Image, edges: Edges) -> tuple[Image.Image, float]:
    """What is reached from the corners by small steps, and the share of the edge that is reached too."""
    width, height = small.size
    pixels = small.tobytes()
    lowest = height if edges == "around" else round(height * 0.75)
    rim = _rim(width, height, edges)
    corners = (0, width - 1, width // 2) if edges == "top" else (0, width - 1)
    origin = {
        place: place
        for place in rim
        if min(_unlike(pixels, place * 3, corner * 3) for corner in corners) <= _STEP * 3
    }
    queue = list(origin)
    for place in queue:
        begun = origin[place] * 3
        x, y = place % width, place // width
        for near, inside in (
            (place - 1, x > 0),
            (place + 1, x < width - 1),
            (place - width, y > 0),
            (place + width, y < lowest - 1),
        ):
            if not inside or near in origin:
                continue
            if _unlike(pixels, near * 3, place * 3) <= _STEP and _unlike(pixels, near * 3, begun) <= _DRIFT:
                origin[near] = origin[place]
                queue.append(near)
    plate = bytearray(width * height)
    for place in queue:
        plate[place] = 255
    met = sum(place in origin for place in rim) / max(len(rim), 1)
    return Image.frombytes("L", small.size, bytes(plate)), met


def _rim(width: int, height: int, edges: Edges) -> list[int]:
    """The top edge, and the sides as far down as a backdrop reaches (a sky much less than a studio's wall)."""
    sides = range(1, round(height * (0.97 if edges == "around" else 0.3)))
    return [*range(width), *(y * width for y in sides), *(y * width + width - 1 for y in sides)]


def _unlike(pixels: bytes, one: int, other: int) -> int:
    """The widest difference of a band between two pixels, in levels."""
    return max(
        abs(pixels[one] - pixels[other]),
        abs(pixels[one + 1] - pixels[other + 1]),
        abs(pixels[one + 2] - pixels[other + 2]),
    )


def main_parts(shape: Image.Image) -> Image.Image:
    """A small shape (0 or 255) without the parts that are much smaller than its largest one."""
    width, height = shape.size
    inside = shape.tobytes()
    part_of = bytearray(width * height)
    parts: list[list[int]] = []
    for start in range(width * height):
        if inside[start] < 128 or part_of[start]:
            continue
        part = [start]
        part_of[start] = 1
        for place in part:
            x = place % width
            for near, is_there in (
                (place - 1, x > 0),
                (place + 1, x < width - 1),
                (place - width, place >= width),
                (place + width, place < width * (height - 1)),
            ):
                if is_there and inside[near] >= 128 and not part_of[near]:
                    part_of[near] = 1
                    part.append(near)
        parts.append(part)
    kept = bytearray(width * height)
    largest = max((len(part) for part in parts), default=0)
    for part in parts:
        if len(part) >= largest * _PART:
            for place in part:
                kept[place] = 255
    return Image.frombytes("L", shape.size, bytes(kept))


def _refined(picture: Image.Image, subject: Image.Image) -> Image.Image:
    """The small cut at full size: near its edge the pixels themselves decide, by how unlike the backdrop they are."""
    inner = subject.filter(ImageFilter.MinFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    outer = subject.filter(ImageFilter.MaxFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    half = (max(picture.width // 2, 1), max(picture.height // 2, 1))
    hidden = above(outer.resize(half), 20)
    backdrop = membrane(picture.resize(half, Image.Resampling.BOX), hidden).resize(picture.size)
    red, green, blue = ImageChops.difference(picture, backdrop).split()
    unlike = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    decided = unlike.point([min(max((level - 10) * 255 // 22, 0), 255) for level in range(256)])
    return blurred(ImageChops.lighter(inner, ImageChops.darker(outer, decided)), 0.7)


def lifted(picture: Image.Image, cover: Image.Image) -> Image.Image:
    """The RGB picture with the subject's own colours drawn outwards, so that no backdrop shows along its edge."""
    outside = cover.point([255 * (level < 242) for level in range(256)]).filter(ImageFilter.MaxFilter(3))
    if lowest(outside) == 255 or outside.getbbox() is None:
        return picture
    half = (max(picture.width // 2, 1), max(picture.height // 2, 1))
    hidden = above(outside.resize(half, Image.Resampling.BOX), 0)
    if lowest(hidden) == 255:
        return picture
    drawn = membrane(picture.resize(half, Image.Resampling.BOX), hidden).resize(picture.size)
    return Image.composite(drawn, picture, outside)
