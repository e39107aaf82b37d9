"""A worker on any machine: Celery's threads carry out runs, a supervisor thread does periodic work.

`manage.py work` starts one, and so does `celery -A playground worker`.

After SIGTERM running calls have DRAIN_SECONDS to finish, since they may be paid for. SIGINT (Ctrl+C) or a second
SIGTERM interrupts them within seconds.
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
from playground.core.db.transactions import release_connection
from playground.core.files import data_dir
from playground.runs.services.wakeup import notify_worker
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution
from playground.runs.worker.supervisor import CLEANUP_SECONDS, TICK_SECONDS, Supervisor

logger = logging.getLogger(__name__)
INTERRUPTED_GRACE_SECONDS: Final = 5.0
# For storing results, beyond the time of a call.
STORE_SECONDS: Final = 15.0
# A message that was not delivered by then is lost; one clean-up sends at most MAX_RESENT_MESSAGES again.
LOST_AFTER_SECONDS: Final = 5.0
MAX_RESENT_MESSAGES: Final = 500


class CeleryWorker(Supervisor):
    """Carry out runs in Celery's threads."""

    def __init__(self) -> None:
        super().__init__()
        self.grace_seconds = settings.DRAIN_SECONDS + STORE_SECONDS
        self._stopped_at = float("inf")
        self.last_tick = time.monotonic()
        self._ended = threading.Event()

    def work(self, run_id: str) -> None:
        """Carry out the next run of the key of `run_id`, then further ones of that key."""
        while not self.stopping.is_set():
            claimed = claims.claim_next_run(run_id, self.name, timezone.now())
            if claimed is None:
                break
            execution = RunExecution(*claimed)
            self.register(execution)
            self.carry_out(execution)
            run_id = execution.run.pk
        else:
            # This worker ends: wake another one.
            notify_worker(run_id)
        release_connection()

    def supervise(self) -> None:
        """Tick until the worker stops and its calls have ended, or the grace period is over."""
        deadline = float("inf")
        while not self.stopping.is_set() or (self.active and time.monotonic() < deadline):
            self.try_tick()
            self.last_tick = time.monotonic()
            if self.stopping.is_set():
                deadline = min(deadline, time.monotonic() + self.grace_seconds)
            self.stopping.wait(TICK_SECONDS) if deadline == float("inf") else time.sleep(TICK_SECONDS)
        try:
            self.shut_down(0)
        except Error:
            logger.exception("the end of this worker could not be written; other workers end its runs")
        self._ended.set()

    def stop_on_signal(self, sig: str = "", **_: Any) -> None:
        """Stop starting runs; SIGINT or a second signal shortens the grace period."""
        now = time.monotonic()
        if sig == "SIGINT" or now - self._stopped_at > shutdown.SAME_SIGNAL_SECONDS:
            self.grace_seconds = INTERRUPTED_GRACE_SECONDS
        self._stopped_at = min(self._stopped_at, now)
        self.stop()

    def wait(self) -> None:
        """Wait until the supervisor thread has ended."""
        self._ended.wait(self.grace_seconds)

    def is_healthy(self) -> bool:
        """Return True while the supervisor thread ticks."""
        return time.monotonic() - self.last_tick < 3 * CLEANUP_SECONDS

    def clean_up(self) -> None:
        """Also send messages again for runs that could start, when the queue is empty."""
        super().clean_up()
        if self.stopping.is_set() or _has_messages():
            return
        before = timezone.now() - timedelta(seconds=LOST_AFTER_SECONDS)
        for run_id in claims.list_ready_runs(MAX_RESENT_MESSAGES, before=before):
            notify_worker(run_id)

    def _may_start(self, work: str, period: float) -> bool:
        return bool(cache.add(f"chore-{work}", self.name, timeout=int(period * 0.8)))


def _has_messages() -> bool:
    """Return True if messages wait, or if the queue does not answer: sending more would be of no use."""
    try:
        return celery.count_waiting_messages() > 0
    except (OperationalError, KombuError, RedisError, OSError) as error:
        logger.warning("the queue didn't respond: %s", type(error).__name__)
        return True


_workers: Final[list[CeleryWorker]] = []
_start_lock: Final = threading.Lock()


def start_worker(**_: Any) -> CeleryWorker:
    """Return the worker of this process; start it and its supervisor thread first."""
    with _start_lock:
        if not _workers:
            # Celery's own command does not run manage.py, which does this.
            os.umask(data_dir.UMASK)
            data_dir.make_private(settings.DATA_DIR)
            data_dir.prepare_scratch()
            _workers.append(CeleryWorker())
            threading.Thread(target=_workers[0].supervise, name="supervisor", daemon=True).start()
    return _workers[0]


def _stop_on_signal(sig: str = "", **_: Any) -> None:
    for worker in _workers:
        worker.stop_on_signal(sig)


def _stop_and_wait(**_: Any) -> None:
    for worker in _workers:
        worker.stop()
        worker.wait()


# Celery's own command starts and stops the worker by these signals alone.
signals.worker_ready.connect(start_worker)
signals.worker_shutting_down.connect(_stop_on_signal)
signals.worker_shutdown.connect(_stop_and_wait)


@celery.app.task(name=celery.EXECUTE_RUN)  # type: ignore[untyped-decorator]
def carry_out_run(run_id: str) -> None:
    """Handle a message: carry out a run of the key of this run."""
    start_worker().work(run_id)


def main() -> int:
    """Handle messages until SIGTERM or SIGINT; return the exit status."""
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
    _stop_and_wait()
    return int(consumer.exitcode or 0)
