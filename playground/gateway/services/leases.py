"""Leases of running calls: renew those of this process, end calls of dead processes, and do periodic work."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections
from django.db.models import Count
from django.utils import timezone

from playground.core.db.transactions import serialized_write
from playground.gateway.models import CallState, ImageCall
from playground.gateway.services import budget_alerts, idempotency, jobs, ledger, stored_answers
from playground.gateway.services.jobs import job_threads
from playground.gateway.services.quota import LEASE_DURATION
from playground.imageapi.pricing import beijing_day

logger = logging.getLogger("playground.gateway.services.leases")

# The days that usage can show. Calls with ledger entries are never deleted: the ledger is append-only.
REFUSED_CALL_DAYS: Final = 90
# Refused calls of one key: a program that calls in a loop must not fill the disk.
MAX_REFUSED_CALLS: Final = 5000
# Three heartbeats in a lease of 30 s, so that a late one does no harm.
HEARTBEAT_SECONDS: Final = 10.0
# A lease, this and a heartbeat add up to less than a minute: a dead call ends within that time.
LEASE_GRACE: Final = timedelta(seconds=10)
CLEANUP_HEARTBEATS: Final = 60
ALERT_HEARTBEATS: Final = 6
# SQLite takes at most 999 parameters in old versions; short transactions let others write between them.
BATCH_ROWS: Final = 500


class Leases:
    """The calls that this process works on. `clean_up` runs at the start and every ten minutes."""

    def __init__(self, clean_up: Callable[[datetime], object]) -> None:
        self._clean_up = clean_up
        self._lock = threading.Lock()
        self._call_numbers: set[int] = set()
        self._is_started = False

    def start(self) -> None:
        """Start the heartbeat and the thread of jobs, once a process.

        Call it after the fork: threads are not inherited.
        """
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        threading.Thread(target=self._run, name="leases", daemon=True).start()
        job_threads.start()

    def add(self, call: ImageCall) -> None:
        """Renew the lease of a call from now on."""
        with self._lock:
            self._call_numbers.add(call.pk)

    def remove(self, call: ImageCall) -> None:
        """Stop renewing the lease of a call."""
        with self._lock:
            self._call_numbers.discard(call.pk)

    def renew(self, now: datetime) -> None:
        """Renew this process's leases, and end calls whose processes are dead."""
        with self._lock:
            numbers = list(self._call_numbers)
        for first in range(0, len(numbers), BATCH_ROWS):
            batch = ImageCall.objects.filter(pk__in=numbers[first : first + BATCH_ROWS], leased_until__isnull=False)
            with serialized_write():
                batch.update(leased_until=now + LEASE_DURATION)
        expire_leases(now)

    def _run(self) -> None:
        heartbeats = 0
        while True:
            try:
                close_old_connections()
                self.renew(timezone.now())
                if heartbeats % ALERT_HEARTBEATS == 0:
                    budget_alerts.start_check()
                if heartbeats % CLEANUP_HEARTBEATS == 0:
                    self._clean_up(timezone.now())
            except Exception as error:
                # Without this thread, other processes would treat every call of this process as dead and end it.
                logger.error("leases or clean-up failed: %s", type(error).__name__)
            heartbeats += 1
            time.sleep(HEARTBEAT_SECONDS)


def expire_leases(now: datetime) -> int:
    """End calls whose leases expired, without a charge; return their number."""
    dead_since = now - LEASE_GRACE
    dead = list(ImageCall.objects.filter(leased_until__lt=dead_since)[:BATCH_ROWS])
    return sum(_end_dead_call(call, now, dead_since) for call in dead)


def delete_expired_rows(now: datetime) -> None:
    """Delete refused calls too old for the usage list, expired stored answers, and expired idempotency keys."""
    oldest_day = beijing_day(now) - timedelta(days=REFUSED_CALL_DAYS)
    ImageCall.objects.filter(date__lt=oldest_day, state=CallState.FAILED, entries=None).delete()
    delete_old_refusals()
    idempotency.delete_expired_keys(now)
    jobs.delete_expired_jobs(now)
    stored_answers.delete_expired_answers(now)


def delete_old_refusals(limit: int = MAX_REFUSED_CALLS) -> None:
    """Keep only the newest `limit` refused calls of each key."""
    refused = ImageCall.objects.filter(state=CallState.FAILED, entries=None)
    counts = refused.order_by().values("api_key").annotate(total=Count("number"))
    for key_id in list(counts.filter(total__gt=limit).values_list("api_key", flat=True)):
        calls_of_key = refused.filter(api_key=key_id)
        last = calls_of_key.order_by("-number").values_list("number", flat=True)[limit]
        calls_of_key.filter(number__lte=last).delete()


def _end_dead_call(call: ImageCall, now: datetime, dead_since: datetime) -> bool:
    try:
        return ledger.end_call(call, 500, "server_error", now, dead_since=dead_since)
    except Exception as error:
        # One call that cannot be ended must not keep the others from it.
        logger.error("%s: a dead call could not be ended: %s", call.id, type(error).__name__)
        return False


leases = Leases(delete_expired_rows)
