"""When the disk is full: room for the rows that say so, and pictures that move in once there is room again.

A file of some megabytes holds room. It is given up when a row can not be written, and made anew later.
"""

import contextlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F

from playground.core import storage
from playground.core.db import statements
from playground.runs.folders import run_folder, spare_folder
from playground.runs.models import Run

logger = logging.getLogger(__name__)
RESERVE_BYTES: Final = 8 * 1024 * 1024
# So much more must be free before room is taken for the reserve.
_FREE_BYTES: Final = 4 * RESERVE_BYTES
_TRIES: Final = 30
_PAUSE_SECONDS: Final = 2.0
# What may be over the next time: a lock, a full disk, a database that starts anew.
PASSING: Final = (OperationalError, InterfaceError, OSError)


def hold_reserve() -> None:
    """Take the reserve, when it is not held and the disk has plenty of room."""
    path = _path()
    if path.exists() or shutil.disk_usage(path.parent).free < _FREE_BYTES:
        return
    draft = path.with_suffix(".tmp")
    try:
        draft.write_bytes(os.urandom(RESERVE_BYTES))
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)


def release_reserve() -> None:
    """Give the room up to whoever has to write now."""
    _path().unlink(missing_ok=True)


def write_with_reserve(act: Callable[[], object], sleep: Callable[[float], None] = time.sleep) -> None:
    """Do what must not fail for want of room: at once, with the reserve given up, then for a minute now and then.

    Raises DatabaseError or OSError when nothing helped, and at once where another try would not.
    """
    ends = time.monotonic() + _TRIES * _PAUSE_SECONDS
    for attempt in range(_TRIES):
        try:
            act()
            return
        except PASSING as error:
            # A locked database alone may take most of the minute for one try.
            if attempt == _TRIES - 1 or time.monotonic() > ends:
                raise
            logger.error("a row could not be written, trying again: %s", type(error).__name__)
            release_reserve()
            # A connection that broke stays broken.
            statements.release_connection()
            if attempt:
                sleep(_PAUSE_SECONDS)


def restore_spare_pictures() -> int:
    """Bring pictures from the spare folder to where they belong, as far as there is room; how many runs are whole."""
    root = Path(settings.SPARE_DIR)
    if not root.is_dir():
        return 0
    moved = sum(_move_in(folder.name) for folder in list(root.iterdir()))
    with contextlib.suppress(OSError):
        root.rmdir()
    return moved


def _move_in(run_id: str) -> bool:
    spare, folder = spare_folder(run_id), run_folder(run_id)
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        shutil.rmtree(spare, ignore_errors=True)
        return False
    if run.is_active:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in list(spare.iterdir()):
            draft = folder / f"{path.name}.tmp"
            try:
                shutil.copyfile(path, draft)
                draft.replace(folder / path.name)
                storage.store_file(folder / path.name)
            finally:
                draft.unlink(missing_ok=True)
            path.unlink()
        spare.rmdir()
    except OSError:
        return False
    facts = {name: value for name, value in run.error_facts.items() if name != "not_kept"}
    Run.objects.filter(pk=run_id).update(error_facts=facts, version=F("version") + 1)
    return True


def _path() -> Path:
    return Path(settings.DATA_DIR) / "reserve"
