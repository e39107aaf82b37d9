"""From what was made back to the edit page: a result to edit, or a finished edit to change."""

import contextlib
from pathlib import Path

from playground import store
from playground.imageapi.options import MAX_FILE_BYTES
from playground.runs import files
from playground.runs.drafts import mask, pictures
from playground.runs.models import Picture, Run, Source
from playground.runs.refusals import SourceRefused


def from_picture(
    visitor: str, picture: Picture, *, locked: bool = False, beside: bool = False, name: str = ""
) -> Source:
    """Put a result on the edit page, in place of what is there or `beside` it; `locked` takes its locked version.

    Raises SourceRefused; what is there then stays.
    """
    path = files.locked_of(picture) if locked else files.path_of(picture)
    name = name or f"picture-{picture.run_id[:6]}-{picture.number}"
    _check(path, name)
    assert path is not None
    if not beside:
        pictures.clear(visitor)
    return pictures.add(visitor, path, name)


def from_run(visitor: str, run: Run) -> list[Source]:
    """Put the pictures and the mask of an edit on the page, in place of what is there, as far as it is kept."""
    pictures.clear(visitor)
    for number, facts in enumerate(run.sources, start=1):
        path = files.source_of(run, number)
        if path is not None and store.fetched(path):
            pictures.put_back(visitor, path, files.source_thumbnail_of(run, number), facts)
            if number == 1:
                _put_mask_back(visitor, files.mask_of(run))
    return pictures.sources_of(visitor)


def _check(path: Path | None, name: str) -> None:
    if path is None or store.fetched(path) is None:
        raise SourceRefused("gone", name)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise SourceRefused("too_large", name)


def _put_mask_back(visitor: str, path: Path | None) -> None:
    if path is not None:
        with contextlib.suppress(FileNotFoundError):
            mask.link_mask(visitor, path)
