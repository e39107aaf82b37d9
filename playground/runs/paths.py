"""Folders of runs and drafts, and the paths of their files."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from playground.core.files import data_dir, storage

if TYPE_CHECKING:
    from playground.runs.models import Picture, Run


def run_folder(run_id: str) -> Path:
    """Return the folder of a run's files; two levels keep folders small."""
    return Path(settings.PICTURES_DIR) / run_id[:2] / run_id


def spare_folder(run_id: str) -> Path:
    """Return the folder for a run's pictures while the disk is full, in memory where possible."""
    return Path(settings.SPARE_DIR) / run_id


def conversions_folder(run_id: str) -> Path:
    """Return this machine's cache of a run's pictures in other formats."""
    return Path(settings.CONVERSIONS_DIR) / run_id[:2] / run_id


def draft_folder(visitor: str) -> Path:
    """Return the folder of a draft's files; its name is a hash that hides the visitor's id."""
    return Path(settings.DRAFTS_DIR) / hashlib.sha256(visitor.encode()).hexdigest()[:32]


def forms_folder() -> Path:
    """Return the folder for uploads while a form is parsed; pruning removes what a crash leaves there."""
    return data_dir.scratch_folder("forms")


def picture_path(picture: Picture) -> Path:
    """Return the picture as the API delivered it; it is in the spare folder when the disk was full."""
    path = run_folder(picture.run_id) / picture.file
    if path.exists():
        return path
    spare = spare_folder(picture.run_id) / picture.file
    return spare if spare.exists() else path


def thumbnail_path(picture: Picture) -> Path:
    """Return the thumbnail, or the picture itself until the worker has made one."""
    return run_folder(picture.run_id) / picture.thumbnail if picture.thumbnail else picture_path(picture)


def preview_path(run_id: str, number: int) -> Path:
    """Return the newest preview of picture `number`."""
    return run_folder(run_id) / f"preview-{number}"


def locked_path(picture: Picture) -> Path | None:
    """Return the locked picture; None unless the run is a masked edit."""
    return run_folder(picture.run_id) / picture.locked if picture.locked else None


def heatmap_path(picture: Picture) -> Path | None:
    """Return a PNG overlay of what the API changed outside the mask; None unless the run is a masked edit."""
    return run_folder(picture.run_id) / picture.heat if picture.heat else None


def run_source_path(run: Run, number: int) -> Path | None:
    """Return source `number` (from 1) as it was sent; None when there is none."""
    return _source_file(run, number, "file")


def run_source_thumbnail_path(run: Run, number: int) -> Path | None:
    """Return the thumbnail of source `number`, or the source itself; None when there is neither."""
    return _source_file(run, number, "thumbnail") or run_source_path(run, number)


def run_mask_path(run: Run) -> Path | None:
    """Return the mask as it was sent; None when there is none."""
    return run_folder(run.pk) / run.mask if run.mask else None


def run_markup_path(run: Run) -> Path | None:
    """Return the layer of annotations as it was sent; None when there is none."""
    return run_folder(run.pk) / run.markup if run.markup else None


def is_stored(path: Path) -> bool:
    """Return True if the file belongs to a run or a draft: checked, fitted, and never written to again."""
    return path.is_relative_to(settings.PICTURES_DIR) or path.is_relative_to(settings.DRAFTS_DIR)


def link_file(source: Path, target: Path) -> None:
    """Give `source` a second name, by a hard link where possible, so that its bytes are on disk once.

    Stored files are therefore never written to, only replaced. Raises FileNotFoundError when `source` is gone,
    FileExistsError when `target` is taken, and StorageUnreachableError.
    """
    storage.fetch_file(source)
    try:
        os.link(source, target)
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError:
        shutil.copyfile(source, target)
    storage.copy_file(source, target)


def _source_file(run: Run, number: int, field: str) -> Path | None:
    if not 1 <= number <= len(run.sources):
        return None
    name = run.sources[number - 1].get(field)
    return run_folder(run.pk) / name if name else None
