"""The life of a call: the road it is on, the moment it must be over, and the way to end it from outside."""

import threading

from playground.imageapi.deadline import Alarm, set_alarm
from playground.imageapi.faults import DEADLINE
from playground.imageapi.road import Road


class Ended(Exception):
    """The call was ended from outside between two roads. `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Life:
    """`end` may be called from any thread; everything else belongs to the thread that runs the call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._road: Road | None = None
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

    def enter(self, road: Road) -> Road:
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
            raise Ended(self.why_over)
