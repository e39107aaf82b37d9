"""The tools of a scene: canvas, parsed prompt, colours, typeface, random numbers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from playground.imaging.typefaces import Typeface

from ..scene import Scene
from .canvas import Canvas
from .curves import Point
from .mask import Mask
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
        """Return the width in pixels."""
        return self.canvas.size[0]

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return self.canvas.size[1]

    @property
    def unit(self) -> float:
        """Return the short side in pixels: the measure for things that must keep their shape."""
        return float(min(self.canvas.size))

    @property
    def clear(self) -> bool:
        """Return whether the background is transparent, so that only the subject is drawn."""
        return self.canvas.cover is not None

    def rng(self, purpose: str) -> Random:
        """Return random numbers for one purpose, so that more detail never moves the big shapes."""
        return seeded_random(self.seed, purpose)

    def stencil(self) -> Stencil:
        # Nine samples a pixel instead of four; on large pictures the difference does not show and more than doubles
        # the work.
        return Stencil(self.canvas.size, 3 if self.detail and self.unit <= 1100 else 2)

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None, *, turn: float = 0.0) -> Mask:
        """Return one ellipse around a centre as a mask; see `Stencil` for this and the next four."""
        return self.stencil().ellipse(x, y, rx, ry, turn=turn).mask()

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Mask:
        """Return one upright rectangle as a mask."""
        return self.stencil().rectangle(x0, y0, x1, y1, radius).mask()

    def polygon(self, points: Sequence[Point]) -> Mask:
        """Return one outline as a mask."""
        return self.stencil().polygon(points).mask()

    def line(self, points: Sequence[Point], width: float) -> Mask:
        """Return one line as a mask."""
        return self.stencil().line(points, width).mask()

    def ring(
        self, x: float, y: float, rx: float, ry: float, width: float, start: float = 0, end: float = 360
    ) -> Mask:
        """Return one elliptical arc as a mask."""
        return self.stencil().ring(x, y, rx, ry, width, start, end).mask()

    def more(self, low: int, medium: int, high: int) -> int:
        """Return the count for the detail of this drawing."""
        return (low, medium, high)[self.detail]


def seeded_random(seed: str, purpose: str) -> Random:
    """Return random numbers that are the same for the same seed and purpose, on every machine."""
    digest = hashlib.sha256(f"{seed}\0{purpose}".encode("utf-8", "surrogatepass")).digest()
    return Random(int.from_bytes(digest[:16]))  # noqa: S311 - pictures, not secrets
