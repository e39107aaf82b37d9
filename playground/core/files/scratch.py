"""Temporary files on the local disk: uploads of forms and calls, and those of libraries."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

# No request takes nearly as long.
LEFT_BEHIND_SECONDS: Final = 2 * 3600.0


def scratch_folder(name: str = "") -> Path:
    """Return the folder for temporary files, or a folder in it."""
    return Path(settings.DATA_DIR, "tmp", name)


def prepare_scratch() -> None:
    """Make the folder, remove leftovers of killed processes, and make it the default of `tempfile`."""
    # A single server has locked DATA_DIR, so all files are leftovers; otherwise workers may share the folder.
    if settings.IS_ALONE:
        shutil.rmtree(scratch_folder(), ignore_errors=True)
    else:
        remove_old_scratch(scratch_folder().rglob("*"), time.time() - LEFT_BEHIND_SECONDS)
    scratch_folder().mkdir(parents=True, exist_ok=True)
    # The rest of the file system may be read-only: gunicorn, for one, wants temporary files.
    tempfile.tempdir = str(scratch_folder())


def remove_old_scratch(paths: Iterable[Path], before: float) -> None:
    """Remove those files that were not written since `before`, a Unix time in seconds."""
    for path in paths:
        # Another process may do the same.
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
