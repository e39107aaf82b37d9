"""The inputs and results of `draw` and `edit`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

DETAIL_LEVELS: Final = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class DrawBrief:
    """A picture to draw. Sizes are in pixels; `index` is the 0-based number of the picture among several."""

    prompt: str
    width: int
    height: int
    quality: str
    index: int
    background: str = "auto"
    output_format: str = "png"
    output_compression: int = 100
    partials: int = 0
    user_seed: str = ""

    @property
    def detail(self) -> int:
        """Return 0 (low) to 2 (high); an unknown quality is medium."""
        return DETAIL_LEVELS.get(self.quality, 1)


@dataclass(frozen=True, slots=True)
class EditBrief(DrawBrief):
    """A picture to edit: the first of `images`. The others go into it; `mask` belongs to the first."""

    images: tuple[Path, ...] = ()
    mask: Path | None = None
    input_fidelity: str = "low"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Encoded pictures, all of one size and format, and a description of the content."""

    final: bytes
    partials: tuple[bytes, ...]
    revised_prompt: str


class UnusableImageError(Exception):
    """A file is no picture, or too large: `which` is the image's number from 1, or "mask"."""

    def __init__(self, which: int | Literal["mask"]) -> None:
        super().__init__(which)
        self.which = which
