"""Supervise the runs of one worker process: heartbeats, cancels, clean-up, and the end of the process."""

import logging
import os
import secrets
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from playground.core.db.transactions import release_connection
from playground.core.files import storage
from playground.core.metrics import metric_key
from playground.runs.models import DECODING_PERIOD, Run, State, Tally
from playground.runs.services import disk_space, results, retention, stray_files
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution

logger = logging.getLogger(__name__)
TICK_SECONDS: Final = 0.5
HEARTBEAT_SECONDS: Final = 2.0
CLEANUP_SECONDS: Final = 10.0
PRUNE_SECONDS: Final = 3600.0
UPLOAD_SECONDS: Final = 5.0
WAITING_FILES_METRIC: Final = "unsent_files"
# How long running calls have to end after they were aborted.
_ABORT_SECONDS: Final = 2.0
_upload_lock: Final = threading.Lock()
_decoding_lock: Final = threading.Lock()


class Supervisor:
    """The runs of this process and its periodic work; `name` stands in their rows."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.active: dict[str, RunExecution] = {}
        # Runs that have ended, but whose rows could not be written yet.
        self.pending_ends: dict[str, RunExecution] = {}
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        # The time from which each kind of periodic work is due again.
        self._due: defaultdict[str, float] = defaultdict(float)
        self._pending_ends_lock = threading.Lock()
        self._last_heartbeat = time.monotonic()

    def tick(self) -> None:
        """Abort cancelled runs, and do the periodic work that is due."""
        if self._is_due("cancel", TICK_SECONDS):
            self._abort_cancelled()
        if self._is_due("heartbeat", HEARTBEAT_SECONDS):
            claims.record_heartbeat(self.name)
            self._postpone_cleanup_after_pause()
        if self._is_due("cleanup", CLEANUP_SECONDS) and self._may_start("cleanup", CLEANUP_SECONDS):
            self.clean_up()
        if self._is_due("ends", CLEANUP_SECONDS):
            self._interrupt_lost_runs()
            if self.pending_ends:
                start_thread("ends", self.write_pending_ends)
        if self._is_due("decoding", CLEANUP_SECONDS) and self._may_start("decoding", CLEANUP_SECONDS):
            start_thread("decoding", decode_pending_pictures)
        if self._is_due("prune", PRUNE_SECONDS) and self._may_start("prune", PRUNE_SECONDS):
            start_thread("prune", _prune)
        if storage.has_peers() and self._is_due("copies", stray_files.CLEANUP_SECONDS):
            start_thread("local-copies", stray_files.local_copies.try_remove_stale)
        if storage.is_remote() and self._is_due("upload", UPLOAD_SECONDS):
            start_thread("upload", _try_upload_waiting_files)

    def try_tick(self) -> None:
        """Tick; log every error, since the next tick tries again."""
        try:
            self.tick()
        except Exception:
            # A failure here must not end the runs of this process.
            logger.exception("periodic work failed, or the database didn't respond; trying again")
            # A broken connection stays broken; the next tick opens another one.
            release_connection()
            time.sleep(TICK_SECONDS)

    def clean_up(self) -> None:
        """End the runs of dead workers, remove deleted runs, move spare pictures, renew the disk reserve."""
        results.recover_pictures(claims.interrupt_orphaned_runs(timezone.now(), alone=False))
        retention.purge_deleted_runs(timezone.now())
        disk_space.restore_spare_pictures()
        disk_space.hold_reserve()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Stop taking work."""
        self.stopping.set()

    def register(self, execution: RunExecution) -> None:
        """Add a claimed run, so that it can be cancelled and does not count as lost."""
        with self.lock:
            self.active[execution.run.pk] = execution

    def carry_out(self, execution: RunExecution) -> None:
        """Carry out a registered run, unregister it, and decode its pictures while the next run may start."""
        try:
            execution.carry_out()
        finally:
            with self.lock:
                self.active.pop(execution.run.pk, None)
                if not execution.has_ended:
                    self.pending_ends[execution.run.pk] = execution
            self.look_for_work()
        execution.decode_pictures()

    def look_for_work(self) -> None:
        """Look for a run that can start because another one has ended."""

    def unregister(self, execution: RunExecution) -> None:
        """Remove a run that is not carried out here after all."""
        with self.lock:
            self.active.pop(execution.run.pk, None)

    def write_pending_ends(self) -> None:
        """Write the ends that could not be written before; one thread at a time."""
        if not self._pending_ends_lock.acquire(blocking=False):
            return
        try:
            for execution in list(self.pending_ends.values()):
                execution.write_pending_end()
                self.pending_ends.pop(execution.run.pk, None)
        except disk_space.TRANSIENT_ERRORS as error:
            logger.error("the ends of runs could still not be written: %s", type(error).__name__)
        except Exception:
            # The run counts as lost now, and ends as interrupted.
            logger.exception("run %s: its end could not be written", execution.run.pk)
            self.pending_ends.pop(execution.run.pk, None)
        finally:
            release_connection()
            self._pending_ends_lock.release()

    def shut_down(self, grace_seconds: float) -> None:
        """Wait for running calls, interrupt those that are left, and remove this worker's row."""
        self._wait_for_active(grace_seconds)
        with self.lock:
            executions = list(self.active.values())
        for execution in executions:
            execution.abort("interrupted")
        self._wait_for_active(_ABORT_SECONDS)
        if self.pending_ends:
            self.write_pending_ends()
        claims.interrupt_runs(self.name, timezone.now())
        if waiting := upload_waiting_files():
            logger.error(
                "%s files on this disk were not uploaded to the image storage: start a worker here again", waiting
            )
        claims.remove_worker(self.name)
        release_connection()

    def _interrupt_lost_runs(self) -> None:
        """End the runs of this worker that no thread of it carries out."""
        with self.lock:
            registered = {*self.active, *self.pending_ends}
        results.recover_pictures(claims.interrupt_lost_runs(self.name, registered, timezone.now()))

    def _wait_for_active(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.active and time.monotonic() < deadline:
            time.sleep(0.05)

    def _may_start(self, work: str, period: float) -> bool:
        """Return True if this process should do work that one of all processes does each `period` seconds."""
        return True

    def _postpone_cleanup_after_pause(self) -> None:
        """After a pause, let other workers renew their heartbeats before runs count as orphaned."""
        # A database or machine that stood still for 20 s would make every worker look dead.
        now = time.monotonic()
        if now - self._last_heartbeat > claims.ALIVE_PERIOD.total_seconds() / 2:
            self._due["cleanup"] = now + claims.ALIVE_PERIOD.total_seconds()
        self._last_heartbeat = now

    def _abort_cancelled(self) -> None:
        if not self.active:
            return
        cancelled = Run.objects.filter(state=State.RUNNING, cancel_requested=True, worker=self.name)
        for run_id in cancelled.values_list("pk", flat=True):
            execution = self.active.get(run_id)
            if execution is not None and not execution.aborted:
                execution.abort("cancelled")

    def _is_due(self, work: str, period: float) -> bool:
        now = time.monotonic()
        if now < self._due[work]:
            return False
        self._due[work] = now + period
        return True


def upload_waiting_files() -> int:
    """Upload files that wait for the image storage; return and record how many still wait on this machine."""
    waiting = storage.send_waiting_files()
    record_waiting_files(socket.gethostname(), waiting)
    return waiting


def record_waiting_files(host: str, count: int) -> None:
    """Set the number of files that wait on a machine; 0 deletes its row. Do nothing while METRICS is off."""
    if not settings.METRICS:
        return
    key = metric_key(WAITING_FILES_METRIC, {"host": host})
    try:
        if count:
            Tally.objects.update_or_create(pk=key, defaults={"value": count})
        else:
            Tally.objects.filter(pk=key).delete()
    except DatabaseError as error:
        logger.warning("%s is written later: %s", WAITING_FILES_METRIC, type(error).__name__)


def _try_upload_waiting_files() -> None:
    """Upload waiting files unless another thread does: the image storage may not answer for long."""
    if _upload_lock.acquire(blocking=False):
        try:
            upload_waiting_files()
        finally:
            release_connection()
            _upload_lock.release()


def decode_pending_pictures(*, at_once: bool = False) -> None:
    """Decode pictures of workers that died before they did; `at_once`: no other worker may be at it."""
    if not _decoding_lock.acquire(blocking=False):
        return
    try:
        results.decode_pending_pictures(timezone.now() - (timedelta(0) if at_once else DECODING_PERIOD))
    except Exception:
        logger.exception("images could not be decoded; trying again")
    finally:
        release_connection()
        _decoding_lock.release()


def _prune() -> None:
    """Remove expired data; reading all folders takes a while."""
    try:
        retention.prune_expired_data()
    except Exception:
        # Nothing waits for this thread; the next hour tries again.
        logger.exception("expired data could not all be removed")
    finally:
        release_connection()


def start_thread(name: str, work: Callable[[], None]) -> None:
    threading.Thread(target=work, name=name, daemon=True).start()
