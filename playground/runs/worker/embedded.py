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
from functools import partial
from types import FrameType
from typing import Final

from django.conf import settings
from django.utils import timezone

from playground.core import shutdown
from playground.runs.services import results
from playground.runs.services.wakeup import wake_embedded_worker
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution
from playground.runs.worker.supervisor import TICK_SECONDS, Supervisor, decode_pending_pictures, start_thread

logger = logging.getLogger(__name__)
# For running calls when everything has to end within ten seconds; the web server needs the rest.
GRACE_SECONDS: Final = 4.0
# After the last end, pages have this long to poll once more and to fetch pictures.
LAST_POLL_SECONDS: Final = 3.0


class EmbeddedWorker(Supervisor):
    """Claim queued runs, carry each out in a thread, and drain on shutdown.

    `wake_socket` receives a byte when a run was submitted. `launcher_pipe` becomes readable when the launcher dies;
    then the worker ends too.
    """

    def __init__(self, wake_socket: socket.socket | None = None, launcher_pipe: int | None = None) -> None:
        super().__init__()
        self.wake_socket = wake_socket
        self.launcher_pipe = launcher_pipe
        self._is_draining = False
        self._last_poll_at = 0.0

    def run(self) -> None:
        """Work until the shutdown."""
        results.recover_pictures(claims.interrupt_orphaned_runs(timezone.now(), alone=settings.IS_ALONE))
        if settings.IS_ALONE:
            start_thread("decoding", partial(decode_pending_pictures, at_once=True))
        while not self._is_over():
            self.try_tick()
            self._wait()
        self.shut_down(0 if self._is_draining else GRACE_SECONDS)

    def tick(self) -> None:
        """Start or drain runs, then supervise."""
        if shutdown.phase() is shutdown.Phase.SERVING:
            self._start_ready_runs()
        else:
            self._drain()
        super().tick()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Stop starting runs, and exit soon."""
        super().stop()
        wake_embedded_worker()

    def look_for_work(self) -> None:
        """Wake the loop: the key of a run that has ended may have another one waiting."""
        wake_embedded_worker()

    def _drain(self) -> None:
        """Let running calls finish; end queued runs as not sent when this is the only server."""
        if not self._is_draining:
            self._is_draining = True
            claims.announce_shutdown(self.name)
        ended = claims.end_queued_runs(timezone.now()) if settings.IS_ALONE else []
        if settings.IS_ALONE and (ended or self.active):
            self._last_poll_at = time.monotonic() + LAST_POLL_SECONDS

    def _is_over(self) -> bool:
        if self.stopping.is_set() or shutdown.phase() is shutdown.Phase.ENDING:
            return True
        return self._is_draining and not self.active and time.monotonic() >= self._last_poll_at

    def _start_ready_runs(self) -> None:
        free_threads = settings.RUNNER_THREADS - len(self.active)
        for run_id in claims.list_ready_runs(free_threads) if free_threads > 0 else ():
            # Other machines may claim at the same time, and the limit of a key holds for all of them together.
            claim = claims.claim_run if settings.IS_ALONE else claims.claim_next_run
            claimed = claim(run_id, self.name, timezone.now())
            if claimed is None:
                continue
            execution = RunExecution(*claimed)
            self.register(execution)
            try:
                threading.Thread(target=self.carry_out, args=(execution,), name=run_id, daemon=True).start()
            except RuntimeError:
                # The system has reached its limit of threads: let the run wait.
                logger.error("run %s waits: no thread could be started", run_id)
                self.unregister(execution)
                claims.requeue_run(execution.run, execution.sealed_key)
                return

    def _wait(self) -> None:
        sources = [source for source in (self.wake_socket, self.launcher_pipe) if source is not None]
        readable, _, _ = select.select(sources, [], [], TICK_SECONDS)
        if self.wake_socket in readable and self.wake_socket is not None:
            with contextlib.suppress(BlockingIOError):
                while self.wake_socket.recv(64):
                    pass
        if self.launcher_pipe is not None and self.launcher_pipe in readable:
            logger.warning("the launcher has exited; stopping")
            self.stop()


def main(wake_socket: socket.socket | None, launcher_pipe: int | None) -> None:
    """Run the worker process until the shutdown (core/shutdown.py) or until the launcher dies."""
    EmbeddedWorker(wake_socket, launcher_pipe).run()
