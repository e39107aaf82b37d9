"""Fill a draft from a result, from an earlier edit, or with the sources that were removed last.

Removed sources are set aside under an owner that no visitor has, so that they are not shown, and are pruned like any
draft.
"""

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from playground.core.files import storage
from playground.imageapi.catalog import MIB
from playground.runs import paths
from playground.runs.drafts import masks, sources
from playground.runs.exceptions import SourceRejected
from playground.runs.models import Picture, Run, Source
from playground.runs.paths import draft_folder


def set_aside_sources(visitor: str, removed: Iterable[Source]) -> None:
    """Set sources aside with their masks, in place of those that were set aside before."""
    sources.clear_draft(set_aside_owner(visitor))
    move_sources(removed, set_aside_owner(visitor))


def list_set_aside_sources(visitor: str) -> list[Source]:
    """Return the sources that can be restored."""
    return sources.list_sources(set_aside_owner(visitor)) if visitor else []


def restore_set_aside_sources(visitor: str) -> None:
    """Restore the sources at their old positions. Raises SourceRejected when there is no room for them."""
    present, restored = sources.list_sources(visitor), list_set_aside_sources(visitor)
    _check_room(present, restored)
    move_sources(restored, visitor)
    order = [source.pk for source in present]
    for source in restored:
        order.insert(source.position, source.pk)
    sources.reorder_sources(visitor, order)


def swap_set_aside_sources(visitor: str) -> None:
    """Exchange the sources of the draft and those that are set aside."""
    present, restored = sources.list_sources(visitor), list_set_aside_sources(visitor)
    move_sources(present, f"{set_aside_owner(visitor)}~")
    move_sources(restored, visitor)
    move_sources(present, set_aside_owner(visitor))


def move_sources(moved: Iterable[Source], owner: str) -> None:
    """Move sources to another owner, files before rows, so that no row names a missing file."""
    folder = draft_folder(owner)
    folder.mkdir(parents=True, exist_ok=True)
    for source in moved:
        old = draft_folder(source.visitor)
        for name in storage.list_names(old, source.pk):
            storage.fetch_file(old / name).replace(folder / name)
            storage.copy_file(old / name, folder / name)
            storage.remove_file(old / name)
        source.visitor = owner
        source.save(update_fields=["visitor"])


def set_aside_owner(visitor: str) -> str:
    """Return the owner of the sources that the visitor has set aside."""
    return f"{visitor}~away"


def draft_from_picture(
    visitor: str, picture: Picture, *, locked: bool = False, beside: bool = False, name: str = ""
) -> Source:
    """Add a result, with `locked` its locked picture, to an empty draft or `beside` the present sources.

    Raises SourceRejected; the draft is unchanged then.
    """
    path = paths.locked_path(picture) if locked else paths.picture_path(picture)
    name = name or f"picture-{picture.run_id[:6]}-{picture.number}"
    path = _checked_file(path, name)
    if not beside:
        sources.clear_draft(visitor)
    return sources.add_source(visitor, path, name)


def draft_from_run(visitor: str, run: Run) -> list[Source]:
    """Replace the draft by the sources and the mask of an edit, as far as their files still exist."""
    sources.clear_draft(visitor)
    for number, facts in enumerate(run.sources, start=1):
        path = paths.run_source_path(run, number)
        if path is not None and storage.fetch_file_or_none(path):
            sources.add_sent_source(visitor, path, paths.run_source_thumbnail_path(run, number), facts)
            if number == 1:
                _link_run_mask(visitor, paths.run_mask_path(run))
    return sources.list_sources(visitor)


def _check_room(present: Sequence[Source], restored: Sequence[Source]) -> None:
    if restored and len(present) + len(restored) > sources.draft_capacity():
        raise SourceRejected("too_many", restored[0].name, sources.draft_capacity())
    if restored and sum(source.size for source in (*present, *restored)) > sources.draft_total_bytes():
        raise SourceRejected("too_large_together", restored[0].name, sources.draft_total_bytes() // MIB)


def _checked_file(path: Path | None, name: str) -> Path:
    if path is None or storage.fetch_file_or_none(path) is None:
        raise SourceRejected("gone", name)
    if path.stat().st_size > sources.draft_file_bytes():
        raise SourceRejected("too_large", name, sources.draft_file_bytes() // MIB)
    return path


def _link_run_mask(visitor: str, path: Path | None) -> None:
    if path is not None:
        with contextlib.suppress(FileNotFoundError):
            masks.link_mask(visitor, path)
