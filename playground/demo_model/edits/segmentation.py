"""Separate the subject from its backdrop: flood from the edges, then refine the edge at full size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageChops, ImageFilter, ImageStat

from ..paint.mask import blur_image, darkest_level, threshold
from .inpaint import interpolate_membrane

type Edges = Literal["around", "top"]
# Levels between neighbours, and from where the flood began: a sky changes more than a wall,
_TOLERANCE: Final[dict[Edges, tuple[int, int]]] = {"around": (6, 48), "top": (6, 115)}
# but it grows paler downwards, while what stands before it is darker: so much darker (three bands together).
_DARKER: Final[dict[Edges, int]] = {"around": 400, "top": 36}
_PART: Final = 0.05  # of the largest part: smaller ones are specks
_SMALL: Final = 128  # long side in pixels of the copy that is flooded


@dataclass(frozen=True, slots=True)
class Segmentation:
    """`subject` is 255 where the subject is; `is_clear` says that it stood out well."""

    subject: Image.Image
    is_clear: bool


def segment(picture: Image.Image, edges: Edges = "around") -> Segmentation:
    """Separate an RGB picture into backdrop and subject; with `edges` "top" the backdrop is only the sky."""
    scale = min(_SMALL / max(picture.size), 1.0)
    size = (max(round(picture.width * scale), 4), max(round(picture.height * scale), 4))
    # Grain would stop the flood: neighbours may differ by 6 levels only.
    small = blur_image(picture.resize(size, Image.Resampling.BOX), 0.6)
    flooded, met = flood_fill(small, edges)
    share = ImageStat.Stat(flooded).mean[0] / 255
    subject = largest_parts(ImageChops.invert(flooded).filter(ImageFilter.MedianFilter(3)))
    # A subject fills 7 to 94 % and leaves about half of the rim free. Else the flood ran through it, or there is no
    # backdrop.
    is_clear = 0.06 < share < 0.93 and met > (0.55 if edges == "around" else 0.4)
    return Segmentation(_refine_edge(picture, subject), is_clear)


def _refine_edge(picture: Image.Image, subject: Image.Image) -> Image.Image:
    """Scale the small cut up; near its edge the pixels decide by how much they differ from the backdrop."""
    inner = subject.filter(ImageFilter.MinFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    outer = subject.filter(ImageFilter.MaxFilter(3)).resize(picture.size, Image.Resampling.BICUBIC)
    backdrop = interpolate_membrane(picture, threshold(outer, 20))
    red, green, blue = ImageChops.difference(picture, backdrop).split()
    unlike = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    # Up to 10 levels are grain; from 32 on it is the subject.
    decided = unlike.point([min(max((level - 10) * 255 // 22, 0), 255) for level in range(256)])
    return blur_image(ImageChops.lighter(inner, ImageChops.darker(outer, decided)), 0.7)


def spread_edge_colours(picture: Image.Image, cover: Image.Image) -> Image.Image:
    """Spread the subject's colours outwards in the RGB picture, so that no backdrop shows along its edge."""
    # Pixels that are less than 95 % subject contain some of the backdrop's colour.
    outside = cover.point([255 * (level < 242) for level in range(256)]).filter(ImageFilter.MaxFilter(3))
    if darkest_level(outside) == 255 or outside.getbbox() is None:
        return picture
    return Image.composite(interpolate_membrane(picture, outside), picture, outside)


def flood_fill(small: Image.Image, edges: Edges) -> tuple[Image.Image, float]:
    """Flood an RGB picture from its corners in small steps; return the mask and the share of the edge reached."""
    width, height = small.size
    pixels = small.tobytes()
    (step, drift), darker = _TOLERANCE[edges], _DARKER[edges]
    rim = _edge_places(width, height, edges)
    corners = [0, width - 1]
    if edges == "top":  # houses may reach into the corners, but the sky is the lightest
        corners = [
            max(0, width - 1, width // 2, width // 4, width * 3 // 4, key=lambda place: _pixel_sum(pixels, place))
        ]
    # A subject may touch the rim, so only what looks like a corner begins a flood.
    origin = {
        place: place
        for place in rim
        if min(_pixel_difference(pixels, place, corner) for corner in corners) <= step * 3
    }
    queue = list(origin)
    # The list grows while it is read: it is the queue.
    for place in queue:
        begun = origin[place]
        least = _pixel_sum(pixels, begun) - darker
        for near in _neighbours(place, width, height):
            if (
                near in origin
                or _pixel_difference(pixels, near, place) > step
                or _pixel_difference(pixels, near, begun) > drift
            ):
                continue
            # What is much darker than where the flood began stands before the sky: a roof or a tree.
            if _pixel_sum(pixels, near) >= least:
                origin[near] = begun
                queue.append(near)
    met = sum(place in origin for place in rim) / max(len(rim), 1)
    return _mask_of_places(queue, small.size), met


def largest_parts(shape: Image.Image) -> Image.Image:
    """Remove the parts of a small shape (0 or 255) that are much smaller than its largest one."""
    inside = shape.tobytes()
    seen = bytearray(len(inside))
    parts: list[list[int]] = []
    for start in range(len(inside)):
        if inside[start] < 128 or seen[start]:
            continue
        part = [start]
        seen[start] = 1
        for place in part:
            for near in _neighbours(place, *shape.size):
                if inside[near] >= 128 and not seen[near]:
                    seen[near] = 1
                    part.append(near)
        parts.append(part)
    largest = max((len(part) for part in parts), default=0)
    return _mask_of_places([place for part in parts if len(part) >= largest * _PART for place in part], shape.size)


def _neighbours(place: int, width: int, height: int) -> Iterator[int]:
    x = place % width
    if x > 0:
        yield place - 1
    if x < width - 1:
        yield place + 1
    if place >= width:
        yield place - width
    if place < width * (height - 1):
        yield place + width


def _mask_of_places(places: list[int], size: tuple[int, int]) -> Image.Image:
    plate = bytearray(size[0] * size[1])
    for place in places:
        plate[place] = 255
    return Image.frombytes("L", size, bytes(plate))


def _edge_places(width: int, height: int, edges: Edges) -> list[int]:
    """Return pixels of the top edge, and around a subject also of the sides, nearly down to the ground."""
    sides = range(1, round(height * 0.97) if edges == "around" else 1)
    return [*range(width), *(y * width for y in sides), *(y * width + width - 1 for y in sides)]


def _pixel_difference(pixels: bytes, first: int, second: int) -> int:
    """Return the widest difference of a band between two pixels, in levels."""
    first, second = first * 3, second * 3
    return max(
        abs(pixels[first] - pixels[second]),
        abs(pixels[first + 1] - pixels[second + 1]),
        abs(pixels[first + 2] - pixels[second + 2]),
    )


def _pixel_sum(pixels: bytes, place: int) -> int:
    return sum(pixels[place * 3 : place * 3 + 3])
