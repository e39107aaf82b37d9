"""Where files are kept: a folder for each run, and one for each visitor's draft of an edit."""

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings

from playground.core import files, storage


def run_folder(run_id: str) -> Path:
    """The folder that holds everything of one run; two levels keep folders small."""
    return Path(settings.PICTURES_DIR) / run_id[:2] / run_id


def spare_folder(run_id: str) -> Path:
    """Where pictures of a run go that the disk does not take: in memory where the system offers that, for a while."""
    return Path(settings.SPARE_DIR) / run_id


def conversions_folder_of(run_id: str) -> Path:
    """Where this machine keeps a run's pictures in other formats, for a while."""
    return Path(settings.CONVERSIONS_DIR) / run_id[:2] / run_id


def draft_folder(visitor: str) -> Path:
    """The folder of the pictures that a visitor is about to edit; its name does not tell the visitor."""
    return Path(settings.DRAFTS_DIR) / hashlib.sha256(visitor.encode()).hexdigest()[:32]


def forms_folder() -> Path:
    """Where files wait while a form is read. What a killed server leaves there goes with the hourly pruning."""
    return files.scratch_folder("forms")


def is_stored(path: Path) -> bool:
    """Whether the file belongs to a run or a draft, so that it is checked, fitted and never written to again."""
    return path.is_relative_to(settings.PICTURES_DIR) or path.is_relative_to(settings.DRAFTS_DIR)


def link_file(source: Path, target: Path) -> None:
    """Give `source` another name, by a hard link where possible, so that its bytes are on disk once.

    Kept files are therefore never written to, only replaced. Raises FileNotFoundError when `source` is gone,
    FileExistsError when `target` is taken, and store.Unreachable.
    """
    storage.fetch_file(source)
    try:
        os.link(source, target)
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError:
        shutil.copyfile(source, target)
    storage.copy_file(source, target)
