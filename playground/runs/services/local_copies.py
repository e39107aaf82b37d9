"""Remove local copies of shared files that were removed elsewhere, and bound their bytes.

Rows of `Removal` say what was removed. They are kept for a day; an hourly comparison with the rows of runs and
drafts finds older copies.
"""

import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError
from django.utils import timezone

from playground.core.db.transactions import release_connection
from playground.core.files import storage
from playground.runs.models import Removal
from playground.runs.services import retention

logger = logging.getLogger(__name__)
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
            retention.remove_local_orphans(now)
            self._compared_at = now
        storage.shrink_copies()

    def try_remove_stale(self) -> None:
        """Do the same unless another thread is at it; log errors, since the next clean-up tries again."""
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


local_copies: Final = LocalCopies()
