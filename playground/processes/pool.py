"""A queue that serves owners in turn, so that many tasks of one do not hold up the single task of another."""

import atexit
import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

from playground.processes.child import ChildLostError, ChildProcess, ChildTaskError


class FairQueue[Item]:
    """Items by owner: owners in turn, the items of each in order. Not safe for threads by itself."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, deque[Item]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(items) for items in self._owners.values())

    def put(self, owner: str, item: Item) -> None:
        """Add an item behind the owner's other items."""
        self._owners.setdefault(owner, deque()).append(item)

    def take(self) -> Item:
        """The next item; its owner goes to the end of the row. Raises KeyError when there is none."""
        owner, items = self._owners.popitem(last=False)
        item = items.popleft()
        if items:
            self._owners[owner] = items
        return item


class PoolBusyError(Exception):
    """The queue is longer than a task may wait. `seconds` is how long the wait would be."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"the pool is busy for {seconds} s")


class PoolTaskError(Exception):
    """A task failed, or no child process survived it."""


logger = logging.getLogger("playground.processes.pool")

MAX_WAIT_SECONDS: Final = 60.0
# Drawing gives way to pages.
NICENESS: Final = 10
# Before anything was measured: seconds a task of weight 1 takes, and how much one measurement counts.
INITIAL_TASK_SECONDS: Final = 0.7
LEARNING_RATE: Final = 0.2
MAX_ATTEMPTS: Final = 2


@dataclass(frozen=True, slots=True)
class PoolTask[Argument]:
    """Something to do. `weight` says how much work it is beside others; 1 is usual."""

    argument: Argument
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _PoolJob:
    task: PoolTask[Any]
    future: Future[Any] = field(default_factory=Future)


class ProcessPool[Argument, Result]:
    """Runs `target` (`module:function`) in child processes, which start with the first task.

    Each child is led by a thread of its own; a child that dies is replaced and its task tried once more.
    """

    def __init__(self, target: str, *, children: int, longest_wait: float = MAX_WAIT_SECONDS) -> None:
        self._target = target
        self._children = children
        self._longest_wait = longest_wait
        self._changed = threading.Condition()
        self._queue: FairQueue[_PoolJob] = FairQueue()
        self._open_weight = 0.0
        self._seconds_per_weight = INITIAL_TASK_SECONDS
        self._running: list[ChildProcess] = []
        self._is_started = self._is_closed = False

    def submit(self, tasks: Sequence[PoolTask[Argument]], *, owner: str) -> list[Future[Result]]:
        """Queue all tasks or none. Raises ApiError `service_overloaded` with the wait in `retry_after`."""
        with self._changed:
            seconds = self._expected_wait()
            if seconds > self._longest_wait:
                raise PoolBusyError(math.ceil(seconds))
            self._start()
            jobs = [_PoolJob(task) for task in tasks]
            for job in jobs:
                self._open_weight += job.task.weight
                self._queue.put(owner, job)
            self._changed.notify(len(jobs))
        for job in jobs:
            job.future.add_done_callback(partial(self._forget, job.task.weight))
        return [cast("Future[Result]", job.future) for job in jobs]

    def close(self) -> None:
        """End all children; what is queued never comes."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            running, self._running = self._running, []
        for child in running:
            child.close()

    def _expected_wait(self) -> float:
        return self._open_weight * self._seconds_per_weight / self._children

    def _start(self) -> None:
        if self._is_started:
            return
        self._is_started = True
        atexit.register(self.close)
        for number in range(self._children):
            threading.Thread(target=self._lead, name=f"draw-{number}", daemon=True).start()

    def _forget(self, weight: float, _: Future[Any]) -> None:
        with self._changed:
            self._open_weight -= weight

    def _lead(self) -> None:
        child: ChildProcess | None = None
        while (job := self._next()) is not None:
            if job.future.set_running_or_notify_cancel():
                child = self._do(job, child)

    def _next(self) -> _PoolJob | None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._queue) or self._is_closed)
            return None if self._is_closed else self._queue.take()

    def _do(self, job: _PoolJob, child: ChildProcess | None) -> ChildProcess | None:
        """Settle the job's future. Answers with the child for the next job, or None when it was lost."""
        for _ in range(MAX_ATTEMPTS):
            try:
                child = child or self._new_child()
                started = time.monotonic()
                result = child.run(job.task.argument)
            except ChildTaskError as failure:
                logger.error("drawing failed with %s", failure)
                job.future.set_exception(PoolTaskError())
                return child
            except (ChildLostError, OSError):
                logger.warning("a drawing process was lost")
                self._drop(child)
                child = None
            else:
                self._learn((time.monotonic() - started) / job.task.weight)
                job.future.set_result(result)
                return child
        job.future.set_exception(PoolTaskError())
        return None

    def _new_child(self) -> ChildProcess:
        child = ChildProcess(self._target, niceness=NICENESS)
        with self._changed:
            if not self._is_closed:
                self._running.append(child)
                return child
        child.close()
        raise ChildLostError

    def _drop(self, child: ChildProcess | None) -> None:
        with self._changed:
            is_ours = child in self._running
            if child is not None and is_ours:
                self._running.remove(child)
        if child is not None and is_ours:
            child.close()

    def _learn(self, seconds_per_weight: float) -> None:
        with self._changed:
            self._seconds_per_weight += LEARNING_RATE * (seconds_per_weight - self._seconds_per_weight)
