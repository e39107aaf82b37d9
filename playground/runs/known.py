"""What is known already of the pictures that go into an edit: from the draft, from an earlier edit, from a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.runs import drafts, files
from playground.runs.models import Picture, Run, Source


@dataclass(frozen=True, slots=True)
class Known:
    """Size in pixels, alpha, role, and the small version where there is one."""

    width: int
    height: int
    has_alpha: bool
    role: str = ""
    thumbnail: Path | None = None


def known_of(paths: Sequence[Path]) -> list[Known | None]:
    """What is known of the files at `paths`, in their order; None for one that has to be looked at."""
    ids = [path.name.partition(".")[0] for path in paths]
    sources = Source.objects.in_bulk(ids)
    return [_known(path, sources.get(source_id)) for path, source_id in zip(paths, ids, strict=True)]


def _known(path: Path, source: Source | None) -> Known | None:
    if source is not None and drafts.path_of(source) == path:
        small = drafts.thumbnail_of(source) if source.thumbnail else None
        return Known(source.width, source.height, source.has_alpha, source.role, small)
    run = Run.objects.filter(pk=path.parent.name).first()
    return _of_run(run, path) if run is not None else None


def _of_run(run: Run, path: Path) -> Known | None:
    for number, facts in enumerate(run.sources, start=1):
        if facts["file"] == path.name:
            small = files.source_thumbnail_of(run, number) if facts.get("thumbnail") else None
            return Known(facts["width"], facts["height"], facts.get("has_alpha", False), facts.get("role", ""), small)
    picture = Picture.objects.filter(run=run, file=path.name).first()
    if picture is None:
        return None
    small = files.thumbnail_of(picture) if picture.thumbnail else None
    return Known(picture.width, picture.height, picture.has_alpha, thumbnail=small)
