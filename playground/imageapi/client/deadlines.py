"""Alarms: one thread and a heap ring them all, because a thousand open calls must not need a thousand timers."""

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable

from playground.imageapi.client.error_mapping import DEADLINE
from playground.imageapi.client.transport import CancellableSocket


class Alarm:
    """A moment at which something is rung, unless it is cancelled before."""

    __slots__ = ("_ring",)

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring: Callable[[], None] | None = ring

    @property
    def is_cancelled(self) -> bool:
        """Whether this alarm rang or will never ring."""
        return self._ring is None

    def cancel(self) -> None:
        """Never ring; an alarm that rang already is left alone."""
        self._ring = None

    def ring(self) -> None:
        """Ring now, at most once."""
        ring, self._ring = self._ring, None
        if ring is not None:
            ring()


class AlarmThread:
    """The thread that rings alarms; it starts with the first one. What it rings must be quick and must not raise."""

    _SWEEP_ABOVE = 1000

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()
        self._sweep_above = self._SWEEP_ABOVE
        self._is_running = False

    def set(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        """Ring in `seconds` from now; returns the alarm, to be cancelled."""
        alarm = Alarm(ring)
        entry = (time.monotonic() + max(seconds, 0.0), next(self._numbers), alarm)
        with self._changed:
            self._sweep()
            heapq.heappush(self._heap, entry)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
            if self._heap[0] is entry:
                self._changed.notify()
        return alarm

    def _sweep(self) -> None:
        """Drop cancelled alarms now and then: most calls end long before their deadline."""
        if len(self._heap) > self._sweep_above:
            self._heap = [entry for entry in self._heap if not entry[2].is_cancelled]
            heapq.heapify(self._heap)
            self._sweep_above = max(self._SWEEP_ABOVE, 2 * len(self._heap))

    def _watch(self) -> None:
        while True:
            self._next_due().ring()

    def _next_due(self) -> Alarm:
        with self._changed:
            while not self._heap or self._heap[0][0] > time.monotonic():
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                self._changed.wait(wait)
            return heapq.heappop(self._heap)[2]


_watcher = AlarmThread()


def _renew_after_fork() -> None:
    # A fork takes over the heap but not the thread, and perhaps a held lock.
    global _watcher
    _watcher = AlarmThread()


os.register_at_fork(after_in_child=_renew_after_fork)


def set_alarm(seconds: float, ring: Callable[[], None]) -> Alarm:
    """Call `ring` in `seconds` from the watcher's thread, unless the returned alarm is cancelled."""
    return _watcher.set(seconds, ring)


class CallEnded(Exception):
    """The call was ended from outside between two roads. `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class CallLifetime:
    """`end` may be called from any thread; everything else belongs to the thread that runs the call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._road: CancellableSocket | None = None
        self._alarm: Alarm | None = None
        self.why_over = ""

    def end(self, code: str) -> None:
        """End the call: cut its road, or keep it from taking one. The first code stays."""
        with self._lock:
            self.why_over = self.why_over or code
            road = self._road
        self._over.set()
        if road is not None:
            road.cut(code)

    def enter(self, road: CancellableSocket) -> CancellableSocket:
        """Make `road` the one that is cut at the end. Raises Ended."""
        with self._lock:
            self._raise_if_over()
            self._road = road
        return road

    def cut_in(self, seconds: float) -> None:
        """Cut the present road in `seconds`, instead of whenever was said before."""
        self.calm()
        road = self._road
        if road is not None:
            self._alarm = set_alarm(seconds, lambda: road.cut(DEADLINE))

    def calm(self) -> None:
        """Forget when to cut the road."""
        if self._alarm is not None:
            self._alarm.cancel()

    def pause(self, seconds: float) -> None:
        """Wait. Raises Ended as soon as the call is over."""
        self.calm()
        self._over.wait(seconds)
        self._raise_if_over()

    def _raise_if_over(self) -> None:
        if self.why_over:
            raise CallEnded(self.why_over)
