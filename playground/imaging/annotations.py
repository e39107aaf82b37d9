"""Annotations on a picture: check a list that a browser sent, and draw it.

An annotation is a dict of plain JSON in whole pixels of the upright picture: an arrow, a box, a circle, a pen stroke
or a note. `width` is the thickness of its lines, and GEOMETRY has the other sizes as multiples of it. A browser draws
the same shapes as SVG from these constants (static/js/markup/drawing.js).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

from playground.imaging.convert import THUMBNAIL_EDGE
from playground.imaging.decode import BROKEN, PictureError, PictureFacts, open_checked, to_eight_bits, unfinished_file
from playground.imaging.typefaces import cjk_typeface

type Annotation = dict[str, Any]
type Point = tuple[float, float]

# A line and the edge around it, so that it shows on any picture.
COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "red": ("#e3192d", "#ffffff"),
    "yellow": ("#ffd400", "#1a1a1a"),
    "green": ("#0b8a3e", "#ffffff"),
    "blue": ("#1463ff", "#ffffff"),
    "black": ("#1a1a1a", "#ffffff"),
    "white": ("#ffffff", "#1a1a1a"),
}
MAX_ANNOTATIONS: Final = 100
MAX_CHARACTERS: Final = 64 * 1024
MAX_NOTE_LENGTH: Final = 200
MAX_NOTE_LINES: Final = 12
_MAX_POINTS: Final = 4000
# Multiples of the width: the edge around a line, an arrow's head, and a note's letters, lines, padding and corners.
GEOMETRY: Final[Mapping[str, float]] = {
    "edge": 0.35,
    "headLength": 4.5,
    "headWidth": 2.2,
    "letters": 5.0,
    "leading": 6.5,
    "padding": 1.6,
    "corner": 1.2,
}
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "arrow": ("x1", "y1", "x2", "y2"),
    "box": ("left", "top", "right", "bottom"),
    "circle": ("left", "top", "right", "bottom"),
    "pen": (),
    "note": ("x", "y"),
}
_JPEG_QUALITY: Final = 92


class AnnotationsError(Exception):
    """The list cannot be drawn; `reason` is one of REASONS, and `number` counts the annotations from 1."""

    REASONS = ("unreadable", "size", "too_many", "invalid", "note")

    def __init__(self, reason: str, number: int = 0) -> None:
        super().__init__(reason, number)
        self.reason, self.number = reason, number


def parse_annotations(text: str, size: tuple[int, int]) -> list[Annotation]:
    """Return the annotations of a JSON text for a picture of `size`. Raises AnnotationsError."""
    if not text.strip():
        return []
    try:
        # A browser may send any text; JSON that is nested too deeply raises RecursionError.
        document = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        raise AnnotationsError("unreadable") from None
    if len(text) > MAX_CHARACTERS:
        raise AnnotationsError("too_many")
    if not isinstance(document, dict) or not isinstance(document.get("annotations"), list):
        raise AnnotationsError("unreadable")
    annotations = document["annotations"]
    if annotations and (document.get("width"), document.get("height")) != size:
        raise AnnotationsError("size")
    if len(annotations) > MAX_ANNOTATIONS:
        raise AnnotationsError("too_many")
    return [_check(annotation, size, number) for number, annotation in enumerate(annotations, start=1)]


def move_annotations(annotations: Sequence[Annotation], offset: Point, scale: float) -> list[Annotation]:
    """Return the annotations for a picture of another size, in which the corner (0, 0) lies at `offset`."""
    return [_move(annotation, offset, scale) for annotation in annotations]


def draw_annotations(size: tuple[int, int], annotations: Sequence[Annotation], target: Path) -> PictureFacts:
    """Write the annotations alone as a transparent PNG of `size`. Raises DiskFullError."""
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    _paint(layer, annotations)
    with unfinished_file(target) as path:
        layer.save(path, "PNG", compress_level=6)
        return _facts(path, "png", layer)


def draw_annotated_copy(source: Path, annotations: Sequence[Annotation], target: Path) -> PictureFacts:
    """Write a copy of the picture with the annotations: a JPEG, or a PNG when the picture has alpha.

    Raises PictureError and DiskFullError.
    """
    with open_checked(source) as picture:
        try:
            picture.load()
            copy, profile = _editable_copy(picture), picture.info.get("icc_profile")
        except BROKEN as error:
            raise PictureError("broken") from error
    _paint(copy, annotations)
    has_alpha = copy.mode == "RGBA"
    form: dict[str, Any] = {"compress_level": 6} if has_alpha else {"quality": _JPEG_QUALITY, "subsampling": 0}
    with unfinished_file(target) as path:
        copy.save(path, "PNG" if has_alpha else "JPEG", icc_profile=profile, **form)
        return _facts(path, "png" if has_alpha else "jpeg", copy)


def draw_annotated_thumbnail(
    thumbnail: Path, size: tuple[int, int], annotations: Sequence[Annotation], target: Path
) -> None:
    """Write a small WebP with the annotations of a picture of `size`, of which `thumbnail` is a small copy.

    Raises PictureError and DiskFullError.
    """
    with open_checked(thumbnail) as picture:
        try:
            picture.draft(None, (THUMBNAIL_EDGE * 2, THUMBNAIL_EDGE * 2))
            picture.load()
            copy = _editable_copy(picture)
        except BROKEN as error:
            raise PictureError("broken") from error
    copy.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.HAMMING)
    _paint(copy, annotations, copy.width / size[0])
    with unfinished_file(target) as path:
        copy.save(path, "WEBP", quality=80, method=1)


def _facts(path: Path, format: str, picture: Image.Image) -> PictureFacts:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return PictureFacts(format, *picture.size, len(data), picture.mode == "RGBA", digest)


def _move(annotation: Annotation, offset: Point, scale: float) -> Annotation:
    def moved(value: int, axis: int) -> int:
        # Half up, as browsers round.
        return floor(value * scale + offset[axis] + 0.5)

    places: Annotation = {
        name: moved(annotation[name], name.startswith(("y", "top", "bottom"))) for name in _FIELDS[annotation["kind"]]
    }
    if points := annotation.get("points"):
        places["points"] = [
            value if index % 3 == 2 else moved(value, index % 3) for index, value in enumerate(points)
        ]
    return {**annotation, **places, "width": max(1, floor(annotation["width"] * scale + 0.5))}


def _editable_copy(picture: Image.Image) -> Image.Image:
    upright = to_eight_bits(ImageOps.exif_transpose(picture))
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _check(annotation: object, size: tuple[int, int], number: int) -> Annotation:
    """Return only the known fields of an annotation, with values that can be drawn."""
    if not isinstance(annotation, dict) or annotation.get("kind") not in (*_FIELDS,):
        raise AnnotationsError("invalid", number)
    kind, longest = annotation["kind"], max(size)
    checked = {"kind": kind, "colour": annotation.get("colour"), "width": annotation.get("width")}
    # Tuples: a browser may send a list here, which cannot be looked up in a mapping.
    if checked["colour"] not in (*COLOURS,) or not _is_number(checked["width"], 1, longest):
        raise AnnotationsError("invalid", number)
    for name in _FIELDS[kind]:
        checked[name] = annotation.get(name)
        # Shapes may reach out of the picture, as when one is moved across its border.
        if not _is_number(checked[name], -longest, 2 * longest):
            raise AnnotationsError("invalid", number)
    if kind == "pen":
        checked["points"] = _check_points(annotation.get("points"), longest, number)
    if kind == "note":
        checked["text"] = _check_text(annotation.get("text"), number)
    return checked


def _check_points(points: object, longest: int, number: int) -> list[int]:
    """Check x, y and pressure (1 to 100) in turn."""
    if not isinstance(points, list) or not points or len(points) % 3 or len(points) > 3 * _MAX_POINTS:
        raise AnnotationsError("invalid", number)
    for index, value in enumerate(points):
        low, high = (1, 100) if index % 3 == 2 else (-longest, 2 * longest)
        if not _is_number(value, low, high):
            raise AnnotationsError("invalid", number)
    return points


def _check_text(text: object, number: int) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_NOTE_LENGTH:
        raise AnnotationsError("note", number)
    text = text.replace("\r\n", "\n")
    # Surrogates cannot be encoded, and control characters cannot be drawn.
    if text.count("\n") >= MAX_NOTE_LINES or any(
        not character.isprintable() and character not in "\n\u3000" for character in text
    ):
        raise AnnotationsError("note", number)
    return text


def _is_number(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


@dataclass(slots=True)
class _Tile:
    """The part of the picture around an annotation, as a mask of `scale` times its pixels for smooth edges."""

    corner: tuple[int, int]
    mask: Image.Image
    scale: int

    @classmethod
    def around(cls, points: Iterable[Point], margin: float, size: tuple[int, int]) -> "_Tile | None":
        """Return the empty tile around points, or None when it is outside of the picture."""
        xs, ys = zip(*points, strict=True)
        left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
        right, bottom = min(size[0], int(max(xs) + margin) + 2), min(size[1], int(max(ys) + margin) + 2)
        if left >= right or top >= bottom:
            return None
        pixels = (right - left) * (bottom - top)
        scale = 4 if pixels < 2_000_000 else 2
        return cls((left, top), Image.new("L", ((right - left) * scale, (bottom - top) * scale), 0), scale)

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.mask)

    def place(self, point: Point) -> Point:
        return (point[0] - self.corner[0]) * self.scale, (point[1] - self.corner[1]) * self.scale

    def polygon(self, points: Sequence[Point]) -> None:
        self.pen.polygon([self.place(point) for point in points], fill=255)

    def dot(self, point: Point, radius: float) -> None:
        x, y = self.place(point)
        reach = radius * self.scale
        self.pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)

    def line(self, points: Sequence[Point], radii: Sequence[float]) -> None:
        """Join round dots of these radii by straight pieces."""
        for index, (point, radius) in enumerate(zip(points, radii, strict=True)):
            self.dot(point, radius)
            if not index:
                continue
            before, thickness = points[index - 1], radii[index - 1]
            length = ((point[0] - before[0]) ** 2 + (point[1] - before[1]) ** 2) ** 0.5
            if length:
                across = ((before[1] - point[1]) / length, (point[0] - before[0]) / length)
                self.polygon(
                    (
                        (before[0] + across[0] * thickness, before[1] + across[1] * thickness),
                        (point[0] + across[0] * radius, point[1] + across[1] * radius),
                        (point[0] - across[0] * radius, point[1] - across[1] * radius),
                        (before[0] - across[0] * thickness, before[1] - across[1] * thickness),
                    )
                )

    def lay_on(self, picture: Image.Image, colour: str) -> None:
        """Paint the mask onto the picture."""
        mask = self.mask.reduce(self.scale)
        if picture.mode == "RGB":
            picture.paste(ImageColor.getrgb(colour), self.corner, mask)
            return
        tile = Image.new("RGBA", mask.size, colour)
        tile.putalpha(mask)
        picture.alpha_composite(tile, self.corner)


def _paint(picture: Image.Image, annotations: Sequence[Annotation], scale: float = 1) -> None:
    """Paint the annotations onto an RGB or RGBA picture, in their order; `scale` fits them to a smaller copy."""
    for annotation in annotations:
        ink, edge = COLOURS[annotation["colour"]]
        # Thinner than a pixel, a line would fade out in a thumbnail.
        width = max(1.5, annotation["width"] * scale)
        if annotation["kind"] == "note":
            _paint_note(picture, annotation, width, scale)
            continue
        for colour, extra in ((edge, max(1.0, GEOMETRY["edge"] * width)), (ink, 0.0)):
            _paint_lines(picture, annotation, width, scale, extra, colour)


def _paint_lines(
    picture: Image.Image, annotation: Annotation, width: float, scale: float, extra: float, colour: str
) -> None:
    """Paint an arrow, a box, a circle or a pen stroke; `extra` thickens all its lines on both sides."""
    points, radii = _outline(annotation, width, scale)
    head = arrow_head(annotation, width, scale) if annotation["kind"] == "arrow" else []
    tile = _Tile.around([*points, *head], max(radii) + 2 * extra, picture.size)
    if tile is None:
        return
    if annotation["kind"] == "circle":
        _draw_ring(tile, points, width / 2, extra)
    else:
        tile.line(points, [radius + extra for radius in radii])
    if head:
        tile.polygon(head)
        if extra:
            tile.line([*head, head[0]], [extra] * 4)
    tile.lay_on(picture, colour)


def _outline(annotation: Annotation, width: float, scale: float) -> tuple[list[Point], list[float]]:
    """Return the places that a line joins, and its radius at each."""
    match annotation["kind"]:
        case "arrow":
            start = (annotation["x1"] * scale, annotation["y1"] * scale)
            # The shaft ends inside the head, so that the tip is sharp.
            head = arrow_head(annotation, width, scale)
            end = ((head[1][0] + head[2][0]) / 2, (head[1][1] + head[2][1]) / 2)
            return [start, end], [width / 2] * 2
        case "pen":
            xs, ys, pressures = (annotation["points"][part::3] for part in range(3))
            points = [(x * scale, y * scale) for x, y in zip(xs, ys, strict=True)]
            return points, [width / 2 * pressure / 100 for pressure in pressures]
    left, top, right, bottom = (annotation[name] * scale for name in _FIELDS["box"])
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return corners, [width / 2] * 5


def arrow_head(annotation: Annotation, width: float, scale: float) -> list[Point]:
    """Return the tip and the two corners behind it; the head of a short arrow is smaller."""
    x1, y1, x2, y2 = (annotation[name] * scale for name in _FIELDS["arrow"])
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    along = ((x2 - x1) / length, (y2 - y1) / length) if length else (1.0, 0.0)
    back = min(GEOMETRY["headLength"] * width, max(length, width))
    half = GEOMETRY["headWidth"] * width * back / (GEOMETRY["headLength"] * width)
    base = (x2 - along[0] * back, y2 - along[1] * back)
    return [
        (x2, y2),
        (base[0] - along[1] * half, base[1] + along[0] * half),
        (base[0] + along[1] * half, base[1] - along[0] * half),
    ]


def _draw_ring(tile: _Tile, corners: Sequence[Point], radius: float, extra: float) -> None:
    (left, top), (right, bottom) = corners[0], corners[2]
    left, right, top, bottom = min(left, right), max(left, right), min(top, bottom), max(top, bottom)
    reach = radius + extra
    for offset, fill in ((reach, 255), (-reach, 0)):
        start, end = tile.place((left - offset, top - offset)), tile.place((right + offset, bottom + offset))
        if end[0] > start[0] and end[1] > start[1]:
            tile.pen.ellipse((*start, *end), fill=fill)


def _paint_note(picture: Image.Image, annotation: Annotation, width: float, scale: float) -> None:
    """Paint a note as a label, moved or shrunk so that all of it is on the picture."""
    ink, edge = COLOURS[annotation["colour"]]
    lines = annotation["text"].split("\n")
    font, box = _measure_note(lines, width)
    room = min(picture.width / box[0], picture.height / box[1], 1.0)
    if room < 1:
        width *= room
        font, box = _measure_note(lines, width)
    left = max(0.0, min(annotation["x"] * scale, picture.width - box[0]))
    top = max(0.0, min(annotation["y"] * scale, picture.height - box[1]))
    corners = [(left, top), (left + box[0], top + box[1])]
    for colour, inset in ((edge, 0.0), (ink, max(1.0, GEOMETRY["edge"] * width))):
        if tile := _Tile.around(corners, 0, picture.size):
            start = tile.place((left + inset, top + inset))
            end = tile.place((left + box[0] - inset, top + box[1] - inset))
            if end[0] > start[0] and end[1] > start[1]:
                tile.pen.rounded_rectangle((*start, *end), GEOMETRY["corner"] * width * tile.scale, fill=255)
            tile.lay_on(picture, colour)
    if tile := _Tile.around(corners, 0, picture.size):
        large = font.font_variant(size=font.size * tile.scale)
        for row, line in enumerate(lines):
            baseline = GEOMETRY["padding"] * width + GEOMETRY["leading"] * width * (row + 0.78)
            tile.pen.text(
                tile.place((left + GEOMETRY["padding"] * width, top + baseline)), line, 255, large, anchor="ls"
            )
        tile.lay_on(picture, edge)


def _measure_note(lines: Sequence[str], width: float) -> tuple[ImageFont.FreeTypeFont, tuple[float, float]]:
    """Return the font of a note, and the width and height of its label."""
    font = cjk_typeface().font(GEOMETRY["letters"] * width)
    padding = 2 * GEOMETRY["padding"] * width
    return font, (
        max(font.getlength(line) for line in lines) + padding,
        len(lines) * GEOMETRY["leading"] * width + padding,
    )
