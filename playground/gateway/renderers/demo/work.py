"""What the demo's child processes do: draw a picture from text, or edit pictures. What comes of it goes to files."""

from dataclasses import dataclass
from pathlib import Path

from playground.gateway.looking import Unusable

from .draw import Brief, Drawing, draw
from .edit import EditBrief, UnusableImage, edit
from .encode import has_alpha


@dataclass(frozen=True, slots=True)
class Commission:
    """What to draw or edit, and the folder for its files."""

    brief: Brief | EditBrief
    folder: Path


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing in files: the picture, whether it is transparent, its partials in order, and what was drawn."""

    picture: Path
    has_alpha: bool
    partials: tuple[Path, ...]
    revised_prompt: str


def work(commission: Commission) -> Drawn | Unusable:
    """Draw or edit; or say which file turned out to be no picture once all of it was decoded."""
    try:
        drawing = _drawing(commission.brief)
    except UnusableImage as error:
        return Unusable("mask", 1, "broken") if error.which == "mask" else Unusable("image", error.which, "broken")
    name = f"drawing-{commission.brief.index}"
    picture = _saved(drawing.final, commission.folder / name)
    partials = tuple(
        _saved(data, commission.folder / f"{name}-partial-{step}") for step, data in enumerate(drawing.partials)
    )
    return Drawn(picture, has_alpha(drawing.final), partials, drawing.revised_prompt)


def _drawing(brief: Brief | EditBrief) -> Drawing:
    return draw(brief) if isinstance(brief, Brief) else edit(brief)


def _saved(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path
