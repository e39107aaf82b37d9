"""The worker that `serve` forks where there is no Redis.

It looks for runs every TICK_SECONDS, and at once when something was written to its wake socket.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from types import FrameType
from typing import Final

from django.conf import settings
from django.utils import timezone

from playground.core import shutdown
from playground.runs.services import recovery
from playground.runs.services.wakeup import wake_embedded_worker
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution
from playground.runs.worker.supervisor import TICK_SECONDS, Supervisor

logger = logging.getLogger(__name__)
# When everything has to end within ten seconds: for the runs, and then the web server needs some.
GRACE_SECONDS: Final = 4.0
# Pages that wait for a run ask about it again, and fetch its pictures, before the server is gone.
SHOWN_SECONDS: Final = 3.0


class EmbeddedWorker(Supervisor):
    """Claims what may start, watches for cancelled runs, says that it is alive, and ends in order.

    `bell` wakes it when something was submitted. `lifeline` is a pipe whose other end the launcher holds: when the
    launcher is gone, the runner ends too.
    """

    def __init__(self, bell: socket.socket | None = None, lifeline: int | None = None) -> None:
        super().__init__()
        self.bell = bell
        self.lifeline = lifeline
        self._is_draining = False
        self._shown_until = 0.0

    def run(self) -> None:
        """Work until told to stop."""
        recovery.recover_pictures(claims.interrupt_orphaned_runs(timezone.now(), alone=settings.IS_ALONE))
        while not self._is_over():
            self.try_tick()
            self._wait()
        self.end(0 if self._is_draining else GRACE_SECONDS)

    def tick(self) -> None:
        """One look: start what may start, and what every watch does."""
        if shutdown.phase() is shutdown.Phase.SERVING:
            self._start_ready()
        else:
            self._drain()
        super().tick()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Take no more work, and end soon."""
        super().stop()
        wake_embedded_worker()

    def carry_out(self, execution: RunExecution) -> None:
        """Work on a run that is held; its key has a free place then."""
        try:
            super().carry_out(execution)
        finally:
            wake_embedded_worker()

    def _drain(self) -> None:
        """Start nothing more. What waits ends as not sent when no other server can send it; what was sent goes on."""
        if not self._is_draining:
            self._is_draining = True
            # Their pages say it.
            claims.announce_shutdown(self.name)
        ended = claims.end_waiting_runs(timezone.now()) if settings.IS_ALONE else []
        if settings.IS_ALONE and (ended or self.active):
            self._shown_until = time.monotonic() + SHOWN_SECONDS

    def _is_over(self) -> bool:
        if self.stopping.is_set() or shutdown.phase() is shutdown.Phase.ENDING:
            return True
        return self._is_draining and not self.active and time.monotonic() >= self._shown_until

    def _start_ready(self) -> None:
        room = settings.RUNNER_THREADS - len(self.active)
        for run_id in claims.list_ready_runs(room) if room > 0 else ():
            # Other machines may ask at the same moment, and a key's limit holds for all of them together.
            take = claims.claim_run if settings.IS_ALONE else claims.claim_next_run
            claimed = take(run_id, self.name, timezone.now())
            if claimed is None:
                continue
            execution = RunExecution(*claimed)
            self.register(execution)
            try:
                threading.Thread(target=self.carry_out, args=(execution,), name=run_id, daemon=True).start()
            except RuntimeError:
                # The system has no thread to give: the run waits until it has.
                logger.error("run %s waits: there is no thread for it", run_id)
                self.unregister(execution)
                claims.requeue_run(execution.run, execution.sealed_key)
                return

    def _wait(self) -> None:
        sources = [one for one in (self.bell, self.lifeline) if one is not None]
        heard, _, _ = select.select(sources, [], [], TICK_SECONDS)
        if self.bell in heard and self.bell is not None:
            with contextlib.suppress(BlockingIOError):
                while self.bell.recv(64):
                    pass
        if self.lifeline is not None and self.lifeline in heard:
            logger.warning("the launcher is gone; ending")
            self.stop()


def main(bell: socket.socket | None, lifeline: int | None) -> None:
    """The runner process, until its launcher says that it ends (shutdown.py), or is gone."""
    EmbeddedWorker(bell, lifeline).run()
