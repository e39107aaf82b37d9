"""What a scene paints with: canvas, parsed prompt, colours, typeface, random numbers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from ..scene import Scene
from .canvas import Canvas, Fill
from .curves import Point
from .fonts import Typeface
from .palette import Palette
from .stencil import Stencil


@dataclass(frozen=True, slots=True)
class Art:
    """`detail` is 0 (flat shapes), 1 (texture and light) or 2 (fine detail); `index` counts the pictures
    of one brief, so that each may take the next of a few layouts.
    """

    canvas: Canvas
    scene: Scene
    palette: Palette
    typeface: Typeface
    detail: int
    seed: str
    index: int = 0

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.canvas.size[0]

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.canvas.size[1]

    @property
    def unit(self) -> float:
        """The short side in pixels: the measure for things that must keep their shape."""
        return float(min(self.canvas.size))

    @property
    def clear(self) -> bool:
        """Whether the background is transparent, so that only the subject is drawn."""
        return self.canvas.cover is not None

    def rng(self, purpose: str) -> Random:
        """Random numbers of their own for each purpose, so that more detail never moves the big shapes."""
        return seeded_random(self.seed, purpose)

    def stencil(self) -> Stencil:
        return Stencil(self.canvas.size, 3 if self.detail and self.unit <= 1100 else 2)

    def paint_ellipse(
        self,
        fill: Fill,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        *,
        turn: float = 0.0,
        strength: float = 1,
    ) -> None:
        """Paint one ellipse around a centre; one radius makes a circle."""
        self.canvas.paint(self.stencil().ellipse(x, y, rx, ry, turn=turn), fill, strength)

    def paint_rectangle(
        self, fill: Fill, x0: float, y0: float, x1: float, y1: float, radius: float = 0.0, *, strength: float = 1
    ) -> None:
        """Paint one upright rectangle with rounded corners."""
        self.canvas.paint(self.stencil().rectangle(x0, y0, x1, y1, radius), fill, strength)

    def paint_polygon(self, fill: Fill, points: Sequence[Point], *, strength: float = 1) -> None:
        self.canvas.paint(self.stencil().polygon(points), fill, strength)

    def paint_line(self, fill: Fill, points: Sequence[Point], width: float, *, strength: float = 1) -> None:
        """Paint one line with round ends."""
        self.canvas.paint(self.stencil().line(points, width), fill, strength)

    def more(self, low: int, medium: int, high: int) -> int:
        """A number of things that grows with the detail."""
        return (low, medium, high)[self.detail]


def seeded_random(seed: str, purpose: str) -> Random:
    """Random numbers that are the same for the same seed and purpose, on every machine."""
    digest = hashlib.sha256(f"{seed}\0{purpose}".encode("utf-8", "surrogatepass")).digest()
    return Random(int.from_bytes(digest[:16]))  # noqa: S311 - pictures, not secrets
