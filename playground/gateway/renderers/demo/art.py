"""One picture in the making: canvas, what was asked for, colours and dice, handed to a composition."""

import hashlib
from dataclasses import dataclass
from random import Random

from .canvas import Canvas
from .faces import Face
from .palette import Palette
from .reading import Scene
from .stencil import Stencil


@dataclass(frozen=True, slots=True)
class Art:
    """`detail` is 0 (flat shapes), 1 (texture and light) or 2 (fine detail); `index` counts the pictures
    of one brief, so that each may take the next of a few layouts.
    """

    canvas: Canvas
    scene: Scene
    palette: Palette
    face: Face
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

    def dice(self, purpose: str) -> Random:
        """Dice of their own for each purpose, so that more detail never moves the big shapes."""
        return dice(self.seed, purpose)

    def stencil(self) -> Stencil:
        """An empty stencil for this canvas."""
        return Stencil(self.canvas.size, 3 if self.detail and self.unit <= 1100 else 2)

    def more(self, low: int, medium: int, high: int) -> int:
        """A number of things that grows with the detail."""
        return (low, medium, high)[self.detail]


def dice(seed: str, purpose: str) -> Random:
    """Dice that fall the same way for the same seed and purpose, on every machine."""
    digest = hashlib.sha256(f"{seed}\0{purpose}".encode("utf-8", "surrogatepass")).digest()
    return Random(int.from_bytes(digest[:16]))  # noqa: S311 - pictures, not secrets
