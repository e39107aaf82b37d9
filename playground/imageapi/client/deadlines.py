"""End calls: at their deadline, or when another thread aborts them."""

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import Final

from playground.imageapi.client.error_mapping import DEADLINE
from playground.imageapi.client.transport import CancellableSocket

# A sweep costs a copy of the heap, so short heaps are not swept.
_MIN_SWEPT: Final = 1000


class CallAborted(Exception):
    """The call was aborted while it used no connection. `code` is its error code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class CallLifetime:
    """Bind the end of a call to its present connection. Any thread may call `abort`; the call's thread the rest."""

    def __init__(self) -> None:
        self.abort_code = ""
        self._lock = threading.Lock()
        self._aborted = threading.Event()
        self._connection: CancellableSocket | None = None
        self._alarm: Alarm | None = None

    def abort(self, code: str) -> None:
        """Abort the present connection, and refuse the next one. The first code counts."""
        with self._lock:
            self.abort_code = self.abort_code or code
            connection = self._connection
        self._aborted.set()
        if connection is not None:
            connection.abort(code)

    def use(self, connection: CancellableSocket) -> CancellableSocket:
        """Make `connection` the present one. Raises CallAborted."""
        with self._lock:
            self._raise_if_aborted()
            self._connection = connection
        return connection

    def set_deadline(self, seconds: float) -> None:
        """Abort the present connection in `seconds`; replaces the deadline set before."""
        self.clear_deadline()
        connection = self._connection
        if connection is not None:
            self._alarm = set_alarm(seconds, lambda: connection.abort(DEADLINE))

    def clear_deadline(self) -> None:
        """Drop the deadline."""
        if self._alarm is not None:
            self._alarm.cancel()

    def sleep(self, seconds: float) -> None:
        """Wait without a deadline. Raises CallAborted as soon as the call is aborted."""
        self.clear_deadline()
        # An event, not time.sleep: a cancel must not wait for the end of the pause.
        self._aborted.wait(seconds)
        self._raise_if_aborted()

    def _raise_if_aborted(self) -> None:
        if self.abort_code:
            raise CallAborted(self.abort_code)


class Alarm:
    """A callback that runs once at its time, unless it is cancelled before."""

    __slots__ = ("_callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    @property
    def is_over(self) -> bool:
        """True when the callback ran or was cancelled."""
        return self._callback is None

    def cancel(self) -> None:
        """Never run the callback. Does nothing when it ran already."""
        self._callback = None

    def run(self) -> None:
        """Run the callback now, at most once."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class AlarmThread:
    """One thread and a heap for all alarms: a thousand open calls must not need a thousand timer threads.

    The thread starts with the first alarm. Callbacks must be quick and must not raise.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()
        self._max_unswept = _MIN_SWEPT
        self._is_running = False

    def set(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        """Run `callback` in `seconds`."""
        alarm = Alarm(callback)
        entry = (time.monotonic() + max(seconds, 0.0), next(self._numbers), alarm)
        with self._changed:
            self._sweep()
            heapq.heappush(self._heap, entry)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
            if self._heap[0] is entry:
                self._changed.notify()
        return alarm

    def _sweep(self) -> None:
        """Drop cancelled alarms when the heap is long: most calls end well before their deadline."""
        if len(self._heap) > self._max_unswept:
            self._heap = [entry for entry in self._heap if not entry[2].is_over]
            heapq.heapify(self._heap)
            self._max_unswept = max(_MIN_SWEPT, 2 * len(self._heap))

    def _run(self) -> None:
        while True:
            self._wait_for_alarm().run()

    def _wait_for_alarm(self) -> Alarm:
        with self._changed:
            while not self._heap or self._heap[0][0] > time.monotonic():
                seconds = self._heap[0][0] - time.monotonic() if self._heap else None
                self._changed.wait(seconds)
            return heapq.heappop(self._heap)[2]


_alarms = AlarmThread()


def set_alarm(seconds: float, callback: Callable[[], None]) -> Alarm:
    """Run `callback` in `seconds` on the alarm thread of this process."""
    return _alarms.set(seconds, callback)


def _renew_after_fork() -> None:
    # A fork copies the heap but not the thread, and perhaps a lock that is held.
    global _alarms
    _alarms = AlarmThread()


os.register_at_fork(after_in_child=_renew_after_fork)
