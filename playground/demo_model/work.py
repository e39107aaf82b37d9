"""The function that child processes run: draw or edit one picture into files."""

from dataclasses import dataclass
from pathlib import Path

from . import DrawBrief, EditBrief, UnusableImageError, draw, edit
from .encoder import has_alpha


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A brief, and the folder for the files of its drawing."""

    brief: DrawBrief | EditBrief
    folder: Path


@dataclass(frozen=True, slots=True)
class RenderedFiles:
    """A drawing in files: the picture, whether it is transparent, its partials in order, and the revised prompt."""

    picture: Path
    has_alpha: bool
    partials: tuple[Path, ...]
    revised_prompt: str


@dataclass(frozen=True, slots=True)
class UnusableFile:
    """The image (its number from 1) or the mask (None) could not be decoded. A value, since it crosses processes."""

    image: int | None


def render_to_files(job: RenderJob) -> RenderedFiles | UnusableFile:
    """Draw or edit into files, or return the input file that could not be decoded."""
    brief, folder = job.brief, job.folder
    try:
        drawing = edit(brief) if isinstance(brief, EditBrief) else draw(brief)
    except UnusableImageError as error:
        return UnusableFile(None if error.which == "mask" else error.which)
    picture = folder / f"drawing-{brief.index}"
    picture.write_bytes(drawing.final)
    partials = tuple(folder / f"{picture.name}-partial-{step}" for step in range(len(drawing.partials)))
    for path, data in zip(partials, drawing.partials, strict=True):
        path.write_bytes(data)
    return RenderedFiles(picture, has_alpha(drawing.final), partials, drawing.revised_prompt)
