"""What a process does beside the runs it works on: say that it is alive, stop what was cancelled, keep the books."""

import logging
import os
import secrets
import socket
import threading
import time
from types import FrameType
from typing import Final

from django.utils import timezone

from playground.core.db.statements import release_connection
from playground.core.files import storage
from playground.runs.models import Run, State
from playground.runs.services import deletion, disk_reserve, local_copies, recovery, retention
from playground.runs.services.tallies import set_tally
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution

logger = logging.getLogger(__name__)
TICK_SECONDS: Final = 0.5
HEARTBEAT_SECONDS: Final = 2.0
CLEANUP_SECONDS: Final = 10.0
PRUNE_SECONDS: Final = 3600.0
SEND_SECONDS: Final = 5.0
WAITING_FILES_METRIC: Final = "unsent_files"


class Supervisor:
    """The runs that this process works on, and its chores. `name` is what their rows call it."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.active: dict[str, RunExecution] = {}
        # Runs that are over, and whose rows do not say so yet.
        self.pending_ends: dict[str, RunExecution] = {}
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        names = ("beat", "sweep", "look", "end", "prune", "send", "copies")
        self._due = dict.fromkeys(names, 0.0)
        self._ending = threading.Lock()
        self._beaten = time.monotonic()

    def tick(self) -> None:
        """One look: stop what was cancelled, and do the chores whose time has come."""
        if self._is_due("look", TICK_SECONDS):
            self._stop_cancelled()
        if self._is_due("beat", HEARTBEAT_SECONDS):
            claims.record_heartbeat(self.name)
            self._allow_for_silence()
        if self._is_due("sweep", CLEANUP_SECONDS) and self._is_first("sweep", CLEANUP_SECONDS):
            self.clean_up()
        if self._is_due("end", CLEANUP_SECONDS):
            self._end_lost()
            if self.pending_ends:
                threading.Thread(target=self.write_pending_ends, name="end", daemon=True).start()
        if self._is_due("prune", PRUNE_SECONDS) and self._is_first("prune", PRUNE_SECONDS):
            threading.Thread(target=_prune, name="prune", daemon=True).start()
        if storage.has_peers() and self._is_due("copies", local_copies.CLEANUP_SECONDS):
            threading.Thread(
                target=local_copies.local_copies.try_remove_stale, name="local-copies", daemon=True
            ).start()
        if storage.is_remote() and self._is_due("send", SEND_SECONDS):
            threading.Thread(target=_send, name="send", daemon=True).start()

    def try_tick(self) -> None:
        """One look, however the database is."""
        try:
            self.tick()
        except Exception:
            # A chore that fails must not end the runs that are worked on here.
            logger.exception("a chore failed, or the database did not answer; trying again")
            # A connection that broke stays broken; the next look asks for another one.
            release_connection()
            time.sleep(TICK_SECONDS)

    def clean_up(self) -> None:
        """End the runs of dead workers, remove what was deleted, look after the spare pictures."""
        recovery.recover_pictures(claims.interrupt_orphaned_runs(timezone.now(), alone=False))
        deletion.purge_deleted_runs(timezone.now())
        disk_reserve.restore_spare_pictures()
        disk_reserve.hold_reserve()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Take no more work."""
        self.stopping.set()

    def register(self, execution: RunExecution) -> None:
        """It counts as worked on here from now on, and can be cancelled."""
        with self.lock:
            self.active[execution.run.pk] = execution

    def carry_out(self, execution: RunExecution) -> None:
        """Work on a run that is held, then let go of it."""
        try:
            execution.carry_out()
        finally:
            with self.lock:
                self.active.pop(execution.run.pk, None)
                if not execution.has_ended:
                    self.pending_ends[execution.run.pk] = execution

    def unregister(self, execution: RunExecution) -> None:
        """It does not count as worked on here any more."""
        with self.lock:
            self.active.pop(execution.run.pk, None)

    def write_pending_ends(self) -> None:
        """Write the ends that could not be written when they came, in one thread beside the other chores."""
        if not self._ending.acquire(blocking=False):
            return
        try:
            for execution in list(self.pending_ends.values()):
                execution.finish()
                self.pending_ends.pop(execution.run.pk, None)
        except disk_reserve.TRANSIENT_ERRORS as error:
            logger.error("runs that are over could still not be ended: %s", type(error).__name__)
        except Exception:
            # It is lost then, and ends as such.
            logger.exception("run %s: its end could not be told", execution.run.pk)
            self.pending_ends.pop(execution.run.pk, None)
        finally:
            release_connection()
            self._ending.release()

    def end(self, seconds: float) -> None:
        """Let what runs finish for so many seconds, then interrupt it; say that this worker is gone."""
        self._wait_for_active(seconds)
        with self.lock:
            left = list(self.active.values())
        for execution in left:
            execution.abort("interrupted")
        self._wait_for_active(2)
        if self.pending_ends:
            self.write_pending_ends()
        claims.interrupt_runs(self.name, timezone.now())
        if waiting := upload_waiting_files():
            logger.error("%s files wait on this disk for the picture store: start a worker here again", waiting)
        claims.remove_worker(self.name)
        release_connection()

    def _end_lost(self) -> None:
        """End the runs of this worker that nobody works on here."""
        with self.lock:
            held = {*self.active, *self.pending_ends}
        recovery.recover_pictures(claims.interrupt_lost_runs(self.name, held, timezone.now()))

    def _wait_for_active(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self.active and time.monotonic() < until:
            time.sleep(0.05)

    def _is_first(self, chore: str, every: float) -> bool:
        """Whether this process does the chore that comes so often; others may share the work."""
        return True

    def _allow_for_silence(self) -> None:
        """After a while in which nobody could say anything, let the others speak before they are taken for dead."""
        now = time.monotonic()
        if now - self._beaten > claims.ALIVE_PERIOD.total_seconds() / 2:
            self._due["sweep"] = now + claims.ALIVE_PERIOD.total_seconds()
        self._beaten = now

    def _stop_cancelled(self) -> None:
        if not self.active:
            return
        asked = Run.objects.filter(state=State.RUNNING, cancel_requested=True, worker=self.name)
        for run_id in asked.values_list("pk", flat=True):
            execution = self.active.get(run_id)
            if execution is not None and not execution.aborted:
                execution.abort("cancelled")

    def _is_due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True


_sending = threading.Lock()


def _send() -> None:
    """What waits for the picture store, one thread at a time: it may not answer for long."""
    if _sending.acquire(blocking=False):
        try:
            upload_waiting_files()
        finally:
            release_connection()
            _sending.release()


def upload_waiting_files() -> int:
    """Put what waits for the picture store; how many files still wait on this machine, also for the figures."""
    waiting = storage.send_waiting_files()
    set_tally(WAITING_FILES_METRIC, {"host": socket.gethostname()}, waiting)
    return waiting


def _prune() -> None:
    """What is past keeping goes, beside the work: looking through all folders takes its time."""
    try:
        retention.prune_expired_data()
    except Exception:
        # A thread that nobody waits for: its trouble must be said here, and the next hour tries again.
        logger.exception("what is past retention could not all be deleted")
    finally:
        release_connection()
