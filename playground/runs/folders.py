"""Folders of files: one for each run, and one for each visitor's draft."""

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings

from playground.core.files import scratch, storage


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
    return scratch.scratch_folder("forms")


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
