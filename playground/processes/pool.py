"""Run tasks in child processes, behind a queue that serves its owners in turn."""

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

from playground.processes.child import ChildLostError, ChildProcess, ChildTaskError, report_wait

logger = logging.getLogger("playground.processes.pool")

# A caller that would wait longer is refused at once, with the time after which to try again.
MAX_WAIT_SECONDS: Final = 60.0
# Drawing yields the CPU to web pages.
NICENESS: Final = 10
# The seconds that a task of weight 1 takes until one was measured, and the weight of each new measurement.
INITIAL_TASK_SECONDS: Final = 0.7
LEARNING_RATE: Final = 0.2
# A task that kills two children is the cause itself.
MAX_ATTEMPTS: Final = 2


class PoolBusyError(Exception):
    """The queue is longer than a task may wait. `seconds` is how long the wait would be."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"the pool is busy for {seconds} s")


class PoolTaskError(Exception):
    """A task failed, or no child process survived it."""


@dataclass(frozen=True, slots=True)
class PoolTask[Argument]:
    """An argument for the target function. `weight` is the amount of work compared to a usual task."""

    argument: Argument
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _PoolJob:
    task: PoolTask[Any]
    future: Future[Any] = field(default_factory=Future)
    queued: float = field(default_factory=time.monotonic)


class ProcessPool[Argument, Result]:
    """Run `target` (`module:function`) in child processes, which start with the first task.

    A thread serves each child. A child that dies is replaced, and its task is tried once more. `name`: one of POOLS.
    """

    def __init__(self, target: str, *, name: str, children: int, max_wait_seconds: float = MAX_WAIT_SECONDS) -> None:
        self._target = target
        self._name = name
        self._children = children
        self._max_wait_seconds = max_wait_seconds
        self._changed = threading.Condition()
        self._queue: FairQueue[_PoolJob] = FairQueue()
        self._open_weight = 0.0
        self._seconds_per_weight = INITIAL_TASK_SECONDS
        self._running: list[ChildProcess] = []
        self._is_started = self._is_closed = False

    def submit(self, tasks: Sequence[PoolTask[Argument]], *, owner: str) -> list[Future[Result]]:
        """Queue all tasks or none. Raises PoolBusyError when they would wait longer than `max_wait_seconds`."""
        with self._changed:
            seconds = self._expected_wait()
            if seconds > self._max_wait_seconds:
                raise PoolBusyError(math.ceil(seconds))
            self._start()
            jobs = [_PoolJob(task) for task in tasks]
            for job in jobs:
                self._open_weight += job.task.weight
                self._queue.put(owner, job)
            self._changed.notify(len(jobs))
        for job in jobs:
            job.future.add_done_callback(partial(self._subtract_weight, job.task.weight))
        return [cast("Future[Result]", job.future) for job in jobs]

    def close(self) -> None:
        """End all children. Futures of queued tasks never finish."""
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
            threading.Thread(target=self._serve_child, name=f"pool-{number}", daemon=True).start()

    def _subtract_weight(self, weight: float, _: Future[Any]) -> None:
        with self._changed:
            self._open_weight -= weight

    def _serve_child(self) -> None:
        child: ChildProcess | None = None
        while (job := self._next()) is not None:
            if job.future.set_running_or_notify_cancel():
                report_wait(self._name, time.monotonic() - job.queued)
                child = self._carry_out(job, child)

    def _next(self) -> _PoolJob | None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._queue) or self._is_closed)
            return None if self._is_closed else self._queue.take()

    def _carry_out(self, job: _PoolJob, child: ChildProcess | None) -> ChildProcess | None:
        """Set the job's future. Return the child for the next job, or None when it was lost."""
        for _ in range(MAX_ATTEMPTS):
            try:
                child = child or self._new_child()
                started = time.monotonic()
                result = child.run(job.task.argument)
            except ChildTaskError as failure:
                logger.error("a task failed with %s", failure)
                job.future.set_exception(PoolTaskError())
                return child
            except (ChildLostError, OSError):
                logger.warning("a child process was lost")
                self._drop(child)
                child = None
            else:
                self._record_duration((time.monotonic() - started) / job.task.weight)
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
            is_running = child in self._running
            if child is not None and is_running:
                self._running.remove(child)
        if child is not None and is_running:
            child.close()

    def _record_duration(self, seconds_per_weight: float) -> None:
        with self._changed:
            self._seconds_per_weight += LEARNING_RATE * (seconds_per_weight - self._seconds_per_weight)


class FairQueue[Item]:
    """A queue that serves its owners in turn, so that many items of one do not delay another. Not thread-safe."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, deque[Item]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(items) for items in self._owners.values())

    def put(self, owner: str, item: Item) -> None:
        """Add an item after the owner's other items."""
        self._owners.setdefault(owner, deque()).append(item)

    def take(self) -> Item:
        """Return the next item, and move its owner to the end. Raises KeyError when the queue is empty."""
        owner, items = self._owners.popitem(last=False)
        item = items.popleft()
        if items:
            self._owners[owner] = items
        return item
