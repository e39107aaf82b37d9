"""Shapes collected in pixels and cut as one antialiased mask."""

import math
from collections.abc import Callable, Sequence
from typing import Self

from PIL import Image, ImageDraw

from .curves import Point, ellipse_outline
from .mask import Mask

type _Box = tuple[float, float, float, float]
type _Cut = Callable[[ImageDraw.ImageDraw, float, float, float], None]


class Stencil:
    """Shapes of one colour. They are drawn at `fine` times the resolution; ink 0 cuts holes."""

    def __init__(self, size: tuple[int, int], fine: int = 2) -> None:
        self.size = size
        self.fine = fine
        self._cuts: list[_Cut] = []
        self._box: _Box = (math.inf, math.inf, -math.inf, -math.inf)

    def polygon(self, points: Sequence[Point], ink: int = 255) -> Self:
        if len(points) < 3:
            return self

        def cut(pen: ImageDraw.ImageDraw, left: float, top: float, fine: float) -> None:
            pen.polygon([((x - left) * fine, (y - top) * fine) for x, y in points], fill=ink)

        return self._add(cut, points, 0)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float | None = None, ink: int = 255, turn: float = 0.0
    ) -> Self:
        """Fill an ellipse around a centre, turned by radians; one radius makes a circle."""
        ry = rx if ry is None else ry
        # Pillow draws upright ellipses only.
        if turn:
            return self.polygon(ellipse_outline(x, y, rx, ry, turn), ink)
        rx, ry = abs(rx), abs(ry)

        def cut(pen: ImageDraw.ImageDraw, left: float, top: float, fine: float) -> None:
            corners = [(x - rx - left) * fine, (y - ry - top) * fine, (x + rx - left) * fine, (y + ry - top) * fine]
            pen.ellipse(corners, fill=ink)

        return self._add(cut, [(x - rx, y - ry), (x + rx, y + ry)], 0)

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, radius: float = 0.0, ink: int = 255) -> Self:
        """Fill an upright rectangle with rounded corners."""
        x0, x1 = min(x0, x1), max(x0, x1)
        y0, y1 = min(y0, y1), max(y0, y1)

        def cut(pen: ImageDraw.ImageDraw, left: float, top: float, fine: float) -> None:
            # Pillow's rectangles include their last pixel, and it refuses corners in the wrong order.
            corners = [(x0 - left) * fine, (y0 - top) * fine, (x1 - left) * fine - 1, (y1 - top) * fine - 1]
            corners[2], corners[3] = max(corners[2], corners[0]), max(corners[3], corners[1])
            pen.rounded_rectangle(corners, radius * fine, fill=ink)

        return self._add(cut, [(x0, y0), (x1, y1)], 0)

    def line(self, points: Sequence[Point], width: float, ink: int = 255) -> Self:
        """Draw a line with round ends, `width` pixels thick."""

        def cut(pen: ImageDraw.ImageDraw, left: float, top: float, fine: float) -> None:
            path = [((x - left) * fine, (y - top) * fine) for x, y in points]
            thick = max(round(width * fine), 1)
            pen.line(path, fill=ink, width=thick, joint="curve")
            # Pillow's lines have flat ends; below 3 pixels nobody sees them.
            if thick > 3:
                for x, y in (path[0], path[-1]):
                    pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=ink)

        return self._add(cut, points, width) if len(points) > 1 else self

    def ring(
        self, x: float, y: float, rx: float, ry: float, width: float, start: float = 0, end: float = 360
    ) -> Self:
        """Draw an elliptical arc, degrees clockwise from three o'clock, `width` pixels thick."""
        # Pieces of four degrees stay within a pixel of the arc up to a radius of 1,600 pixels.
        steps = max(8, int(abs(end - start) / 4))
        angles = [math.radians(start + (end - start) * index / steps) for index in range(steps + 1)]
        return self.line([(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles], width)

    def mask(self) -> Mask:
        """Return everything drawn so far as one mask, cut at the canvas's edges."""
        # A pixel of margin, so that antialiased edges are not cut off.
        left, top = (max(math.floor(edge) - 1, 0) for edge in self._box[:2]) if self._cuts else (0, 0)
        right = min(math.ceil(self._box[2]) + 1, self.size[0]) if self._cuts else 0
        bottom = min(math.ceil(self._box[3]) + 1, self.size[1]) if self._cuts else 0
        if right <= left or bottom <= top:
            return Mask(Image.new("L", (1, 1)), 0, 0, self.size)
        plate = Image.new("L", ((right - left) * self.fine, (bottom - top) * self.fine))
        pen = ImageDraw.Draw(plate)
        for cut in self._cuts:
            cut(pen, left, top, self.fine)
        return Mask(plate.reduce(self.fine) if self.fine > 1 else plate, left, top, self.size)

    def _add(self, cut: _Cut, points: Sequence[Point], width: float) -> Self:
        left, top, right, bottom = self._box
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self._box = (
            min(left, min(xs) - width),
            min(top, min(ys) - width),
            max(right, max(xs) + width),
            max(bottom, max(ys) + width),
        )
        self._cuts.append(cut)
        return self
