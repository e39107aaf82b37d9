"""Remove files that no row names, here and in the bucket, and local copies of files that were removed elsewhere.

Rows of `Removal` say what was removed. They are kept for a day; an hourly comparison with the rows of runs and
drafts finds older copies.
"""

import logging
import shutil
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from playground.core.db.transactions import release_connection
from playground.core.files import data_dir, disk, storage
from playground.runs.models import Removal, Run, Source
from playground.runs.paths import forms_folder

logger = logging.getLogger(__name__)
# A younger folder without a row may belong to a request that is being handled.
ORPHAN_AGE: Final = timedelta(hours=1)
CLEANUP_SECONDS: Final = 20.0
# Read again: a copy may have been in transfer when the file was removed, and clocks differ.
_OVERLAP: Final = timedelta(minutes=2)
_COMPARE_PERIOD: Final = timedelta(hours=1)


class LocalCopies:
    """The clean-up of one process; several processes of a machine may do the same."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._compared_at: datetime | None = None
        self._lock = threading.Lock()

    def remove_stale(self, now: datetime) -> None:
        """Drop copies of removed files, then the least recently used ones beyond the limit."""
        removals = Removal.objects.all()
        if self._read_at is not None:
            removals = removals.filter(at__gt=self._read_at - _OVERLAP)
        for name, removed_at in removals.order_by("pk").values_list("name", "at"):
            storage.drop_copy(name, removed_at)
        self._read_at = now
        if self._compared_at is None or now - self._compared_at >= _COMPARE_PERIOD:
            remove_local_orphans(now)
            self._compared_at = now
        storage.shrink_copies()

    def try_remove_stale(self) -> None:
        """Do the same unless another thread is doing it; log errors, since the next clean-up tries again."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self.remove_stale(timezone.now())
        except (DatabaseError, OSError) as error:
            logger.warning("local copies could not be cleaned up, trying again: %s", type(error).__name__)
        finally:
            release_connection()
            self._lock.release()

    def start(self) -> None:
        """Start a thread that cleans up every CLEANUP_SECONDS, in a process without a supervisor."""
        threading.Thread(target=self._run, name="local-copies", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self.try_remove_stale()
            pause.wait(CLEANUP_SECONDS)


def remove_local_orphans(now: datetime) -> int:
    """Remove local files of runs and drafts without rows, and empty folders; return the number of folders."""
    return _remove_orphaned_runs(now) + _remove_orphaned_drafts(now)


def remove_remote_orphans(now: datetime) -> int:
    """Remove files of runs and drafts without rows from the bucket; return the number of runs."""
    orphans = 0
    # A sixteenth at a time: there may be a million names.
    for digit in "0123456789abcdef" if storage.is_remote() else "":
        newest: dict[Path, datetime] = {}
        for path, put_at in storage.list_remote_files(Path(settings.PICTURES_DIR), digit):
            newest[path.parent] = max(put_at, newest.get(path.parent, put_at))
        old = {folder.name: folder for folder, put_at in newest.items() if put_at < now - ORPHAN_AGE}
        known = set(Run.objects.filter(pk__in=old).values_list("pk", flat=True))
        for name in old.keys() - known:
            storage.remove_stored_folder(old[name])
            orphans += 1
        draft_files = [
            path
            for path, put_at in storage.list_remote_files(Path(settings.DRAFTS_DIR), digit)
            if put_at < now - ORPHAN_AGE
        ]
        orphan_ids = {path.name.partition(".")[0] for path in draft_files}
        orphan_ids -= set(Source.objects.filter(pk__in=orphan_ids).values_list("pk", flat=True))
        for path in draft_files:
            if path.name.partition(".")[0] in orphan_ids:
                storage.remove_file(path)
    return orphans


def remove_unfinished_files(now: datetime) -> None:
    """Remove temporary files of killed processes: beside pictures, and of forms."""
    unfinished = *Path(settings.PICTURES_DIR).glob("*/*/*.tmp"), *forms_folder().glob("*")
    data_dir.remove_old_scratch(unfinished, (now - ORPHAN_AGE).timestamp())


def _remove_orphaned_runs(now: datetime) -> int:
    """Remove folders without a run, and empty folders; return the number of the former."""
    newest = (now - ORPHAN_AGE).timestamp()
    root = Path(settings.PICTURES_DIR)
    old = [path for path in root.glob("*/*") if _is_run_folder(path) and path.stat().st_mtime < newest]
    known = set(Run.objects.values_list("pk", flat=True))
    orphans = [folder for folder in old if folder.name not in known]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in root.glob("*"):
        if folder.stat().st_mtime < newest:
            disk.remove_if_empty(folder)
    return len(orphans)


def _remove_orphaned_drafts(now: datetime) -> int:
    """Remove draft files without a row, and empty folders; return the number of the latter."""
    newest = (now - ORPHAN_AGE).timestamp()
    root = Path(settings.DRAFTS_DIR)
    # A hard link has the st_mtime of the first name; st_ctime says when it was made.
    old = [path for path in root.glob("*/*") if path.stat().st_ctime < newest]
    known = set(Source.objects.values_list("pk", flat=True))
    for path in old:
        if path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)
    return sum(disk.remove_if_empty(folder) for folder in list(root.glob("*")) if folder.stat().st_ctime < newest)


def _is_run_folder(path: Path) -> bool:
    """Return True if the path is like that of `run_folder`."""
    return path.is_dir() and path.parent.name == path.name[:2]


local_copies: Final = LocalCopies()
