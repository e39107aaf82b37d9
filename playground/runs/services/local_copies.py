"""Copies on this machine of what all machines share: dropped when it is removed anywhere, and bounded in bytes.

Machines hear of removals by rows (`Removal`). One that was away reads all rows that are still kept, and one that was
away for longer compares what it has with the rows of runs and drafts.
"""

import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError
from django.utils import timezone

from playground.core import storage
from playground.core.db.statements import release_connection
from playground.runs.models import Removal
from playground.runs.services import retention

logger = logging.getLogger(__name__)
TEND_SECONDS: Final = 20.0
# Read once more: a copy may have been on its way here when it was removed, and clocks differ.
OVERLAP: Final = timedelta(minutes=2)
COMPARED_EVERY: Final = timedelta(hours=1)


class LocalCopies:
    """What one process does about them. Several of a machine may do the same."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._compared_at: datetime | None = None
        self._lock = threading.Lock()

    def tend(self, now: datetime) -> None:
        """Drop what was removed, and what was used least where there is too much."""
        removals = Removal.objects.all()
        if self._read_at is not None:
            removals = removals.filter(at__gt=self._read_at - OVERLAP)
        for name, at in removals.order_by("pk").values_list("name", "at"):
            storage.drop_copy(name, at)
        self._read_at = now
        if self._compared_at is None or now - self._compared_at >= COMPARED_EVERY:
            retention.remove_local_orphans(now)
            self._compared_at = now
        storage.shrink_copies()

    def try_to_tend(self) -> None:
        """The same, unless another thread is at it; what breaks is tried again the next time."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self.tend(timezone.now())
        except (DatabaseError, OSError) as error:
            logger.warning("what was removed elsewhere is dropped later: %s", type(error).__name__)
        finally:
            release_connection()
            self._lock.release()

    def start(self) -> None:
        """Go on doing so in a thread, in a process that has nothing else that goes round."""
        threading.Thread(target=self._go_round, name="local-copies", daemon=True).start()

    def _go_round(self) -> None:
        pause = threading.Event()
        while True:
            self.try_to_tend()
            pause.wait(TEND_SECONDS)


local_copies: Final = LocalCopies()
