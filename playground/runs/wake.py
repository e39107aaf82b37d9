"""Who works: Django's Tasks API, with a backend that only wakes the embedded runner.

The row is the truth and the claim decides; a lost wake-up costs half a second, until the runner looks by itself.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.utils import timezone

_sender: socket.socket | None = None


def open_bell() -> socket.socket:
    """Make the bell before forking: web processes ring it, the runner waits on what this returns."""
    global _sender
    listener, _sender = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.setblocking(False)
    _sender.setblocking(False)
    return listener


def ring() -> None:
    """Tell the runner that there may be work. A full bell is loud enough already."""
    if _sender is not None:
        with contextlib.suppress(OSError):
            _sender.send(b"!")


class WakeBackend(BaseTaskBackend):
    """Enqueueing a task rings the bell; what there is to do stands in the rows."""

    def enqueue[**P, R](self, task: Task[P, R], args: Any, kwargs: Any) -> TaskResult[P, R]:
        """Wake whoever works. The result is never ready here: the run's row has it."""
        self.validate_task(task)
        self.wake(task, args)
        return TaskResult(
            task=task,
            id=str(args[0]) if args else "",
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    def wake(self, task: Task[Any, Any], args: Any) -> None:
        """Ring the bell."""
        ring()
