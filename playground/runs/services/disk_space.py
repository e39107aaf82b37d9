"""Share the disk: limit the bytes of a session, keep a reserve for rows, move spare pictures back when there is room.

The reserve is a file of RESERVE_BYTES. It is removed when a row cannot be written, and created again later.
"""

import contextlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q, Sum

from playground.core.db.transactions import release_connection
from playground.core.files import disk, storage
from playground.runs.models import Run, Source
from playground.runs.paths import draft_folder, run_folder, spare_folder

logger = logging.getLogger(__name__)
RESERVE_BYTES: Final = 8 * 1024 * 1024
# Free bytes that are required before the reserve is created.
_FREE_BYTES: Final = 4 * RESERVE_BYTES
_MAX_ATTEMPTS: Final = 30
_PAUSE_SECONDS: Final = 2.0
# Errors that may pass: a lock, a full disk, a database that restarts.
TRANSIENT_ERRORS: Final = (OperationalError, InterfaceError, OSError)


def quota_problem(owner: str, size: int = 0) -> Literal["session_full", "disk_full"] | None:
    """Return why the session of this owner may not write `size` more bytes; None when it may."""
    if not disk.has_room(size):
        return "disk_full"
    visitor = visitor_from_owner(owner)
    limit = settings.SESSION_MAX_BYTES - size
    if _estimated_bytes(visitor) <= limit:
        return None
    return "session_full" if session_bytes(visitor) > limit else None


def session_bytes(visitor: str) -> int:
    """Return the bytes of the session's drafts and runs; a file with several hard links counts once."""
    if storage.is_remote():
        # A bucket has a copy for each name of a file, and only some of the files are here.
        return _estimated_bytes(visitor)
    runs = [run_folder(run_id) for run_id in Run.objects.filter(visitor=visitor).values_list("pk", flat=True)]
    return disk.folder_bytes([*runs, *map(draft_folder, _draft_bytes(visitor))])


def visitor_from_owner(owner: str) -> str:
    """Return the session of a draft's owner, which is `<session>` or `<session>~<suffix>`."""
    return owner.partition("~")[0]


def hold_reserve() -> None:
    """Create the reserve unless it exists or the disk has too little room."""
    path = _reserve_path()
    if path.exists() or shutil.disk_usage(path.parent).free < _FREE_BYTES:
        return
    unfinished = path.with_suffix(".tmp")
    try:
        unfinished.write_bytes(os.urandom(RESERVE_BYTES))
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)


def release_reserve() -> None:
    """Remove the reserve, so that rows can be written."""
    _reserve_path().unlink(missing_ok=True)


def write_with_reserve(write: Callable[[], object], sleep: Callable[[float], None] = time.sleep) -> None:
    """Call `write`; after a transient error release the reserve and retry, for about a minute.

    Raises the last error, and any other error at once.
    """
    deadline = time.monotonic() + _MAX_ATTEMPTS * _PAUSE_SECONDS
    for attempt in range(_MAX_ATTEMPTS):
        try:
            write()
            return
        except TRANSIENT_ERRORS as error:
            # A locked database may take most of the minute for one attempt.
            if attempt == _MAX_ATTEMPTS - 1 or time.monotonic() > deadline:
                raise
            logger.error("a row could not be written, trying again: %s", type(error).__name__)
            release_reserve()
            # A broken connection stays broken.
            release_connection()
            if attempt:
                sleep(_PAUSE_SECONDS)


def restore_spare_pictures() -> int:
    """Move pictures from the spare folder to their runs; return the number of runs that are complete."""
    root = Path(settings.SPARE_DIR)
    if not root.is_dir():
        return 0
    moved = sum(_restore_run(folder.name) for folder in list(root.iterdir()))
    with contextlib.suppress(OSError):
        root.rmdir()
    return moved


def _restore_run(run_id: str) -> bool:
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
            unfinished = folder / f"{path.name}.tmp"
            try:
                shutil.copyfile(path, unfinished)
                unfinished.replace(folder / path.name)
                storage.store_file(folder / path.name)
            finally:
                unfinished.unlink(missing_ok=True)
            path.unlink()
        spare.rmdir()
    except OSError:
        return False
    facts = {name: value for name, value in run.error_facts.items() if name != "not_kept"}
    Run.objects.filter(pk=run_id).update(error_facts=facts, version=F("version") + 1)
    return True


def _reserve_path() -> Path:
    return Path(settings.DATA_DIR) / "reserve"


def _estimated_bytes(visitor: str) -> int:
    """Sum the sizes in the rows: cheap, but too high where a draft and runs share a file."""
    drafts = _draft_bytes(visitor)
    runs = Run.objects.filter(visitor=visitor).aggregate(total=Sum("bytes", default=0))["total"]
    # Masks have no rows, and some files of a draft may be on other machines only.
    return int(runs) + max(sum(drafts.values()), disk.folder_bytes([draft_folder(owner) for owner in drafts]))


def _draft_bytes(visitor: str) -> dict[str, int]:
    """Map the owners of the session's drafts to the bytes of their pictures."""
    sources = Source.objects.filter(Q(visitor=visitor) | Q(visitor__startswith=f"{visitor}~"))
    return dict(sources.order_by().values_list("visitor").annotate(Sum("size")))
