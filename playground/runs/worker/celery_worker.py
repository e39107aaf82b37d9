"""A worker on any machine: Celery's threads carry out runs, and a watch beside them does the chores.

`manage.py work` starts one; `celery -A playground worker` is one, too.

SIGTERM lets running calls finish within DRAIN_SECONDS, since they may be paid for; SIGINT, somebody's Ctrl+C, or a
second SIGTERM soon interrupts them.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import timedelta
from typing import Any, Final

from celery import signals
from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.utils import timezone
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from playground import celery
from playground.core import shutdown
from playground.core.db.statements import release_connection
from playground.core.files import data_dir, scratch
from playground.runs.services.wakeup import notify_worker
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution
from playground.runs.worker.supervisor import CLEANUP_SECONDS, TICK_SECONDS, Supervisor

logger = logging.getLogger(__name__)
INTERRUPTED_GRACE_SECONDS: Final = 5.0
# Beyond the time of a call, for keeping what came.
KEEPING_SECONDS: Final = 15.0
# A message needs no longer to be taken, and one sweep sends so many anew.
LOST_AFTER_SECONDS: Final = 5.0
MAX_RESENT_MESSAGES: Final = 500


class CeleryWorker(Supervisor):
    """Carries out runs in the threads that Celery gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.grace = settings.DRAIN_SECONDS + KEEPING_SECONDS
        self._stopped_at = float("inf")
        self.last_tick = time.monotonic()
        self._ended = threading.Event()

    def work(self, run_id: str) -> None:
        """Carry out the next run of the key of `run_id`, then what waited for its place."""
        while not self.stopping.is_set():
            claimed = claims.claim_next_run(run_id, self.name, timezone.now())
            if claimed is None:
                break
            execution = RunExecution(*claimed)
            self.register(execution)
            self.carry_out(execution)
            run_id = execution.run.pk
        else:
            # Somebody else takes it: this worker ends.
            notify_worker(run_id)
        release_connection()

    def watch(self) -> None:
        """Look after everything until told to stop, then for as long as calls are running."""
        until = float("inf")
        while not self.stopping.is_set() or (self.active and time.monotonic() < until):
            self.try_tick()
            self.last_tick = time.monotonic()
            if self.stopping.is_set():
                until = min(until, time.monotonic() + self.grace)
            self.stopping.wait(TICK_SECONDS) if until == float("inf") else time.sleep(TICK_SECONDS)
        try:
            self.end(0)
        except Error:
            logger.exception("the database did not hear that this worker ended; others will find out")
        self._ended.set()

    def stop_on_signal(self, sig: str = "", **_: Any) -> None:
        """Take no more work; `sig` names the signal that said so."""
        now = time.monotonic()
        if sig == "SIGINT" or now - self._stopped_at > shutdown.SAME_SIGNAL_SECONDS:
            self.grace = INTERRUPTED_GRACE_SECONDS
        self._stopped_at = min(self._stopped_at, now)
        self.stop()

    def wait(self) -> None:
        """Until the watch has ended."""
        self._ended.wait(self.grace)

    def is_healthy(self) -> bool:
        """Whether the watch still goes round."""
        return time.monotonic() - self.last_tick < 3 * CLEANUP_SECONDS

    def clean_up(self) -> None:
        """Also send a message for every run that could start and has none."""
        super().clean_up()
        if self.stopping.is_set() or _has_messages():
            return
        before = timezone.now() - timedelta(seconds=LOST_AFTER_SECONDS)
        for run_id in claims.list_ready_runs(MAX_RESENT_MESSAGES, before=before):
            notify_worker(run_id)

    def _is_first(self, chore: str, every: float) -> bool:
        return bool(cache.add(f"chore-{chore}", self.name, timeout=int(every * 0.8)))


def _has_messages() -> bool:
    """Whether messages wait, or nobody can say; then sending more is of no use."""
    try:
        return celery.count_waiting_messages() > 0
    except (OperationalError, KombuError, RedisError, OSError) as error:
        logger.warning("the queue did not answer: %s", type(error).__name__)
        return True


_here: Final[list[CeleryWorker]] = []
_beginning: Final = threading.Lock()


def start_worker(**_: Any) -> CeleryWorker:
    """The worker of this process, with its watch."""
    with _beginning:
        if not _here:
            # Celery's own command does not come by manage.py.
            os.umask(data_dir.UMASK)
            data_dir.make_private(settings.DATA_DIR)
            scratch.prepare_scratch()
            _here.append(CeleryWorker())
            threading.Thread(target=_here[0].watch, name="watch", daemon=True).start()
    return _here[0]


def _stop_by(sig: str = "", **_: Any) -> None:
    for worker in _here:
        worker.stop_on_signal(sig)


def _end(**_: Any) -> None:
    for worker in _here:
        worker.stop()
        worker.wait()


# Celery's own command knows no other way to begin and end.
signals.worker_ready.connect(start_worker)
signals.worker_shutting_down.connect(_stop_by)
signals.worker_shutdown.connect(_end)


@celery.app.task(name=celery.EXECUTE_RUN)  # type: ignore[untyped-decorator]
def carry_out_run(run_id: str) -> None:
    """Carry out what a message woke this process for."""
    start_worker().work(run_id)


def main() -> int:
    """Take messages until SIGTERM or SIGINT; the exit status."""
    level = "WARNING" if settings.LOG_LEVEL != "DEBUG" else "INFO"
    consumer = celery.app.Worker(
        hostname=start_worker().name,
        loglevel=level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    consumer.start()
    _end()
    return int(consumer.exitcode or 0)
