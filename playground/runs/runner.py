"""The embedded runner: a process of its own that claims waiting runs and carries each out in a thread."""

import contextlib
import logging
import os
import secrets
import select
import signal
import socket
import threading
import time
from types import FrameType
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from playground.runs import claim, deletion, heartbeat, reserve, retention, salvage, wake
from playground.runs.execute import Execution, rest_connection
from playground.runs.models import Run, State

logger = logging.getLogger(__name__)
LOOK_SECONDS: Final = 0.5
BEAT_SECONDS: Final = 2.0
SWEEP_SECONDS: Final = 10.0
PRUNE_SECONDS: Final = 3600.0
GRACE_SECONDS: Final = 5.0


class Runner:
    """Claims what may start, watches for cancelled runs, says that it is alive, and ends in order.

    `bell` wakes it when something was submitted. `lifeline` is a pipe whose other end the launcher holds: when the
    launcher is gone, the runner ends too.
    """

    def __init__(self, bell: socket.socket | None = None, lifeline: int | None = None) -> None:
        self.name = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.bell = bell
        self.lifeline = lifeline
        self.active: dict[str, Execution] = {}
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self._due = {"beat": 0.0, "sweep": 0.0, "look": 0.0, "prune": 0.0}

    def run(self) -> None:
        """Work until told to stop."""
        salvage.salvage(claim.interrupt_orphans(timezone.now(), alone=True))
        while not self.stopping.is_set():
            try:
                self.turn()
            except DatabaseError:
                logger.exception("the database did not answer; trying again")
                time.sleep(LOOK_SECONDS)
            self._wait()
        self._end()

    def turn(self) -> None:
        """One look: start what may start, stop what was cancelled, keep the books."""
        self._start_ready()
        if self._is_due("look", LOOK_SECONDS):
            self._stop_cancelled()
        if self._is_due("beat", BEAT_SECONDS):
            heartbeat.beat(self.name)
        if self._is_due("sweep", SWEEP_SECONDS):
            salvage.salvage(claim.interrupt_orphans(timezone.now(), alone=False))
            deletion.purge(timezone.now())
            reserve.move_in()
            reserve.hold()
        if self._is_due("prune", PRUNE_SECONDS):
            threading.Thread(target=_prune, name="prune", daemon=True).start()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Take no more work; running calls get GRACE_SECONDS to finish."""
        self.stopping.set()
        wake.ring()

    def _start_ready(self) -> None:
        room = settings.RUNNER_THREADS - len(self.active)
        for run_id in claim.ready(room) if room > 0 else ():
            claimed = claim.claim(run_id, self.name, timezone.now())
            if claimed is None:
                continue
            execution = Execution(*claimed)
            with self.lock:
                self.active[run_id] = execution
            threading.Thread(target=self._carry_out, args=(execution,), name=run_id, daemon=True).start()

    def _carry_out(self, execution: Execution) -> None:
        try:
            execution.carry_out()
        finally:
            with self.lock:
                self.active.pop(execution.run.pk, None)
            # Its key has a free place now.
            wake.ring()

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

    def _wait(self) -> None:
        sources = [one for one in (self.bell, self.lifeline) if one is not None]
        heard, _, _ = select.select(sources, [], [], LOOK_SECONDS)
        if self.bell in heard and self.bell is not None:
            with contextlib.suppress(BlockingIOError):
                while self.bell.recv(64):
                    pass
        if self.lifeline is not None and self.lifeline in heard:
            logger.warning("the launcher is gone; ending")
            self.stop()

    def _end(self) -> None:
        until = time.monotonic() + GRACE_SECONDS
        while self.active and time.monotonic() < until:
            time.sleep(0.05)
        with self.lock:
            left = list(self.active.values())
        for execution in left:
            execution.abort("interrupted")
        until = time.monotonic() + 2
        while self.active and time.monotonic() < until:
            time.sleep(0.05)
        claim.interrupt(self.name, timezone.now())
        heartbeat.stop(self.name)
        rest_connection()


def _prune() -> None:
    """What is past keeping goes, beside the work: looking through all folders takes its time."""
    try:
        retention.prune()
    except Exception:
        # A thread that nobody waits for: its trouble must be said here, and the next hour tries again.
        logger.exception("what is past retention could not all be deleted")
    finally:
        rest_connection()


def main(bell: socket.socket | None, lifeline: int | None) -> None:
    """The runner process: SIGTERM and SIGINT end it in order."""
    runner = Runner(bell, lifeline)
    signal.signal(signal.SIGTERM, runner.stop)
    signal.signal(signal.SIGINT, runner.stop)
    runner.run()
