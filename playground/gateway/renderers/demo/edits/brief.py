"""What an edit is asked to do."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EditBrief:
    """What to edit. The first of `images` is changed, the others go into it; `mask` belongs to the first.

    Sizes are those of the answer, in pixels; `index` is the 0-based number of the picture among several.
    """

    prompt: str
    width: int
    height: int
    quality: str
    index: int
    images: tuple[Path, ...]
    mask: Path | None
    background: str = "auto"
    output_format: str = "png"
    output_compression: int = 100
    input_fidelity: str = "low"
    partials: int = 0
    user_seed: str = ""
