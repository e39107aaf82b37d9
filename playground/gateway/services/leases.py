"""What is tidied up now and then, so that the books do not grow without end."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections
from django.db.models import Count
from django.utils import timezone

from playground.core.db.locks import serialized_write
from playground.gateway.models import CallState, ImageCall
from playground.gateway.services import charges, idempotency, stored_answers
from playground.gateway.services.quota import LEASE_DURATION
from playground.imageapi.billing_day import beijing_day

# Usage shows at most so many days. What was ever held stays for good: the ledger is append-only.
REFUSED_CALL_DAYS: Final = 90
# Refused calls of one key that are kept: a program in a circle must not fill the disk.
MAX_REFUSED_CALLS: Final = 5000


def delete_expired_rows(at: datetime) -> None:
    """Forget refused calls that usage shows no more, kept answers and idempotency keys past their time."""
    first = beijing_day(at) - timedelta(days=REFUSED_CALL_DAYS)
    ImageCall.objects.filter(date__lt=first, state=CallState.FAILED, entries=None).delete()
    delete_old_refusals()
    idempotency.delete_expired(at)
    stored_answers.delete_expired_answers(at)


def delete_old_refusals(most: int = MAX_REFUSED_CALLS) -> None:
    """Keep only the newest `most` refused calls of each key."""
    refused = ImageCall.objects.filter(state=CallState.FAILED, entries=None)
    counted = refused.order_by().values("account").annotate(total=Count("number"))
    for account in list(counted.filter(total__gt=most).values_list("account", flat=True)):
        mine = refused.filter(account=account)
        last = mine.order_by("-number").values_list("number", flat=True)[most]
        mine.filter(number__lte=last).delete()


logger = logging.getLogger("playground.gateway.services.leases")

HEARTBEAT_SECONDS: Final = 10.0
# Lease, this and a beat are under a minute together: so soon is a dead call ended.
LEASE_GRACE: Final = timedelta(seconds=10)
# Chores come every so many beats; rows are renewed so many at a time.
CLEANUP_SECONDS: Final = 60
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

    def add(self, job: ImageCall) -> None:
        """Keep the lease of a call alive from now on."""
        with self._lock:
            self._mine.add(job.pk)

    def drop(self, job: ImageCall) -> None:
        """The call ended."""
        with self._lock:
            self._mine.discard(job.pk)

    def beat(self, at: datetime) -> None:
        """Renew this process's leases, and end calls whose processes are dead."""
        with self._lock:
            mine = list(self._mine)
        for first in range(0, len(mine), BATCH):
            leased = ImageCall.objects.filter(pk__in=mine[first : first + BATCH], leased_until__isnull=False)
            with serialized_write():
                leased.update(leased_until=at + LEASE_DURATION)
        expire_leases(at)

    def _beat_forever(self) -> None:
        beats = 0
        while True:
            try:
                close_old_connections()
                self.beat(timezone.now())
                if beats % CLEANUP_SECONDS == 0:
                    self._chores(timezone.now())
            except Exception as error:
                # Without this thread every call of this process would be taken for dead, and none of others ended.
                logger.error("leases or chores failed: %s", type(error).__name__)
            beats += 1
            time.sleep(HEARTBEAT_SECONDS)


def expire_leases(at: datetime) -> int:
    """End calls that nobody works on any more: nothing is charged. How many there were."""
    dead_since = at - LEASE_GRACE
    dead = list(ImageCall.objects.filter(leased_until__lt=dead_since)[:BATCH])
    return sum(_end(job, at, dead_since) for job in dead)


def _end(job: ImageCall, at: datetime, dead_since: datetime) -> bool:
    try:
        return charges.end_call(job, 500, "server_error", at, dead_since=dead_since)
    except Exception as error:
        # The others must not wait for this one.
        logger.error("%s: a dead call could not be ended: %s", job.id, type(error).__name__)
        return False


leases = Leases(delete_expired_rows)
