"""Pictures that were taken off the edit page and can come back: the last ones that were removed or replaced.

They belong to a name that no visitor has, so that they neither count nor show, and are pruned like any draft.
"""

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from playground.core import storage
from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES
from playground.runs import paths
from playground.runs.drafts import masks, sources
from playground.runs.drafts import sources as pictures
from playground.runs.exceptions import SourceRejected
from playground.runs.folders import draft_folder
from playground.runs.models import Picture, Run, Source


def set_aside(visitor: str, sources: Iterable[Source]) -> None:
    """Take pictures off the page with their masks; what was put away before is gone then."""
    pictures.clear_draft(draft_name(visitor))
    move_draft(sources, draft_name(visitor))


def set_aside_draft(visitor: str) -> list[Source]:
    """What can be brought back."""
    return pictures.list_sources(draft_name(visitor)) if visitor else []


def restore_draft(visitor: str) -> None:
    """Put what was put away in its old places again. Raises SourceRefused when there is no room for it."""
    present, back = pictures.list_sources(visitor), set_aside_draft(visitor)
    _check_room(present, back)
    move_draft(back, visitor)
    order = [one.pk for one in present]
    for one in back:
        order.insert(one.position, one.pk)
    pictures.reorder_sources(visitor, order)


def swap_drafts(visitor: str) -> None:
    """Put what was put away on the page again, in place of what is there, which is then put away."""
    present, back = pictures.list_sources(visitor), set_aside_draft(visitor)
    move_draft(present, f"{draft_name(visitor)}~")
    move_draft(back, visitor)
    move_draft(present, draft_name(visitor))


def move_draft(sources: Iterable[Source], visitor: str) -> None:
    """Give pictures to another name, files first, so that a row never names a file that is not there."""
    folder = draft_folder(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        old = draft_folder(source.visitor)
        for name in storage.list_names(old, source.pk):
            storage.fetch_file(old / name).replace(folder / name)
            storage.copy_file(old / name, folder / name)
            storage.remove_file(old / name)
        source.visitor = visitor
        source.save(update_fields=["visitor"])


def _check_room(present: Sequence[Source], back: Sequence[Source]) -> None:
    if back and len(present) + len(back) > pictures.draft_capacity():
        raise SourceRejected("too_many", back[0].name, pictures.draft_capacity())
    if back and sum(one.size for one in (*present, *back)) > MAX_TOTAL_BYTES:
        raise SourceRejected("too_large_together", back[0].name)


def draft_name(visitor: str) -> str:
    """The name that holds what the visitor's page has put away."""
    return f"{visitor}~away"


def draft_from_picture(
    visitor: str, picture: Picture, *, locked: bool = False, beside: bool = False, name: str = ""
) -> Source:
    """Put a result on the edit page, in place of what is there or `beside` it; `locked` takes its locked version.

    Raises SourceRefused; what is there then stays.
    """
    path = paths.locked_path(picture) if locked else paths.picture_path(picture)
    name = name or f"picture-{picture.run_id[:6]}-{picture.number}"
    _check(path, name)
    assert path is not None
    if not beside:
        sources.clear_draft(visitor)
    return sources.add_source(visitor, path, name)


def draft_from_run(visitor: str, run: Run) -> list[Source]:
    """Put the pictures and the mask of an edit on the page, in place of what is there, as far as it is kept."""
    sources.clear_draft(visitor)
    for number, facts in enumerate(run.sources, start=1):
        path = paths.run_source_path(run, number)
        if path is not None and storage.fetch_files(path):
            sources.put_back(visitor, path, paths.run_source_thumbnail_path(run, number), facts)
            if number == 1:
                _put_mask_back(visitor, paths.run_mask_path(run))
    return sources.list_sources(visitor)


def _check(path: Path | None, name: str) -> None:
    if path is None or storage.fetch_files(path) is None:
        raise SourceRejected("gone", name)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise SourceRejected("too_large", name)


def _put_mask_back(visitor: str, path: Path | None) -> None:
    if path is not None:
        with contextlib.suppress(FileNotFoundError):
            masks.link_mask(visitor, path)
