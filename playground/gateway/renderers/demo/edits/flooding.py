"""Floods a small picture from its edges, pixel by pixel, and drops specks."""

from collections.abc import Iterator
from typing import Final, Literal

from PIL import Image

type Edges = Literal["around", "top"]
# Levels between neighbours, and from where the flood began: a sky changes more than a wall,
_TOLERANCE: Final[dict[Edges, tuple[int, int]]] = {"around": (6, 48), "top": (6, 115)}
# but it grows paler downwards, while what stands before it is darker: so much darker (three bands together).
_DARKER: Final[dict[Edges, int]] = {"around": 400, "top": 36}
_PART: Final = 0.05  # of the largest part: smaller ones are specks


def flood(small: Image.Image, edges: Edges) -> tuple[Image.Image, float]:
    """255 where small steps lead from the corners of an RGB picture, and the share of its edge that is reached."""
    width, height = small.size
    pixels = small.tobytes()
    (step, drift), darker = _TOLERANCE[edges], _DARKER[edges]
    rim = _rim(width, height, edges)
    corners = [0, width - 1]
    if edges == "top":  # houses may reach into the corners, but the sky is the lightest
        corners = [max(0, width - 1, width // 2, width // 4, width * 3 // 4, key=lambda place: _sum(pixels, place))]
    origin = {place: place for place in rim if min(_unlike(pixels, place, corner) for corner in corners) <= step * 3}
    queue = list(origin)
    for place in queue:
        begun = origin[place]
        least = _sum(pixels, begun) - darker
        for near in _neighbours(place, width, height):
            if near in origin or _unlike(pixels, near, place) > step or _unlike(pixels, near, begun) > drift:
                continue
            if _sum(pixels, near) >= least:
                origin[near] = begun
                queue.append(near)
    met = sum(place in origin for place in rim) / max(len(rim), 1)
    return _plate(queue, small.size), met


def main_parts(shape: Image.Image) -> Image.Image:
    """A small shape (0 or 255) without the parts that are much smaller than its largest one."""
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
    return _plate([place for part in parts if len(part) >= largest * _PART for place in part], shape.size)


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


def _plate(places: list[int], size: tuple[int, int]) -> Image.Image:
    plate = bytearray(size[0] * size[1])
    for place in places:
        plate[place] = 255
    return Image.frombytes("L", size, bytes(plate))


def _rim(width: int, height: int, edges: Edges) -> list[int]:
    """The top edge, and around a subject the sides nearly down to the ground."""
    sides = range(1, round(height * 0.97) if edges == "around" else 1)
    return [*range(width), *(y * width for y in sides), *(y * width + width - 1 for y in sides)]


def _unlike(pixels: bytes, one: int, other: int) -> int:
    """The widest difference of a band between two pixels, in levels."""
    one, other = one * 3, other * 3
    return max(
        abs(pixels[one] - pixels[other]),
        abs(pixels[one + 1] - pixels[other + 1]),
        abs(pixels[one + 2] - pixels[other + 2]),
    )


def _sum(pixels: bytes, place: int) -> int:
    return sum(pixels[place * 3 : place * 3 + 3])
