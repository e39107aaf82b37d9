"""Floods a small picture from its edges, pixel by pixel, and drops specks."""

from typing import Final, Literal

from PIL import Image

type Edges = Literal["around", "top"]
_STEP, _DRIFT = 6, 48  # levels between neighbours, and from where the flood began
_PART: Final = 0.05  # of the largest part: smaller ones are specks


def flood(small: Image.Image, edges: Edges) -> tuple[Image.Image, float]:
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
