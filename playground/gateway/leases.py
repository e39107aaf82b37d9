"""Leases: a thread in each worker process says which calls it still works on, and ends those of dead processes."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections
from django.utils import timezone

from playground.gateway import books
from playground.gateway.chores import clean_up
from playground.gateway.models import Job
from playground.gateway.quota import LEASE
from playground.gateway.writing import writing

logger = logging.getLogger("playground.gateway.leases")

BEAT_SECONDS: Final = 10.0
# Lease, this and a beat are under a minute together: so soon is a dead call ended.
GRACE: Final = timedelta(seconds=10)
# Chores come every so many beats; rows are renewed so many at a time.
CHORES_EVERY: Final = 60
BATCH: Final = 500


class Leases:
    """The calls that this process works on. `chores` are done at the start and every ten minutes."""

    def __init__(self, chores: Callable[[datetime], object]) -> None:
        self._chores = chores
        self._lock = threading.Lock()
        self._mine: set[int] = set()
        self._is_beating = False

    def start(self) -> None:
        """Begin to beat, once a process. Not before it forks: threads stay behind."""
        with self._lock:
            if self._is_beating:
                return
            self._is_beating = True
        threading.Thread(target=self._beat_forever, name="leases", daemon=True).start()

    def add(self, job: Job) -> None:
        """Keep the lease of a call alive from now on."""
        with self._lock:
            self._mine.add(job.pk)

    def drop(self, job: Job) -> None:
        """The call ended."""
        with self._lock:
            self._mine.discard(job.pk)

    def beat(self, at: datetime) -> None:
        """Renew this process's leases, and end calls whose processes are dead."""
        with self._lock:
            mine = list(self._mine)
        for first in range(0, len(mine), BATCH):
            leased = Job.objects.filter(pk__in=mine[first : first + BATCH], leased_until__isnull=False)
            with writing():
                leased.update(leased_until=at + LEASE)
        sweep(at)

    def _beat_forever(self) -> None:
        beats = 0
        while True:
            try:
                close_old_connections()
                self.beat(timezone.now())
                if beats % CHORES_EVERY == 0:
                    self._chores(timezone.now())
            except Exception as error:
                # Without this thread every call of this process would be taken for dead, and none of others ended.
                logger.error("leases or chores failed: %s", type(error).__name__)
            beats += 1
            time.sleep(BEAT_SECONDS)


def sweep(at: datetime) -> int:
    """End calls that nobody works on any more: nothing is charged. How many there were."""
    dead_since = at - GRACE
    dead = list(Job.objects.filter(leased_until__lt=dead_since)[:BATCH])
    return sum(_end(job, at, dead_since) for job in dead)


def _end(job: Job, at: datetime, dead_since: datetime) -> bool:
    try:
        return books.end(job, 500, "server_error", at, dead_since=dead_since)
    except Exception as error:
        # The others must not wait for this one.
        logger.error("%s: a dead call could not be ended: %s", job.id, type(error).__name__)
        return False


leases = Leases(clean_up)
