"""Files in the making, on this machine's own disk: forms and calls that come in, and what libraries put aside."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

# Who writes, or reads what it wrote, is done long before.
LEFT_BEHIND_SECONDS: Final = 2 * 3600.0


def scratch_folder(name: str = "") -> Path:
    """Where they are, or a part of it."""
    return Path(settings.DATA_DIR, "tmp", name)


def prepare_scratch() -> None:
    """Make the folder, without what a killed process left in it, and let all temporary files go there."""
    # A server that is alone holds DATA_DIR, so these are a dead process's; workers may share the folder otherwise.
    if settings.IS_ALONE:
        shutil.rmtree(scratch_folder(), ignore_errors=True)
    else:
        remove_old_scratch(scratch_folder().rglob("*"), time.time() - LEFT_BEHIND_SECONDS)
    scratch_folder().mkdir(parents=True, exist_ok=True)
    # The rest of the file system may be read-only: gunicorn, for one, wants temporary files.
    tempfile.tempdir = str(scratch_folder())


def remove_old_scratch(paths: Iterable[Path], before: float) -> None:
    """Remove the files among them that nobody has written to since `before`, in seconds of Unix time."""
    for path in paths:
        # Another process may do the same.
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
