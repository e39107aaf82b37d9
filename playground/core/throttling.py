"""Guessing is slow: after a few tries each one has to wait, twice as long as the one before."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

# How many that tried are remembered.
MAX_TRACKED: Final = 10_000


class AttemptThrottle[Who: Hashable]:
    """Who tried how often, in this process. The moments are seconds of any clock that only goes forward.

    `free` tries cost nothing; who has not tried for `forget_after` seconds is forgotten.
    """

    def __init__(
        self, *, free: int, first_wait: float, longest_wait: float, forget_after: float = float("inf")
    ) -> None:
        self.free = free
        self.first_wait = first_wait
        self.longest_wait = longest_wait
        self.forget_after = forget_after
        self._lock = threading.Lock()
        self._seen: OrderedDict[Who, tuple[int, float]] = OrderedDict()

    def add(self, who: Who, at: float) -> float:
        """Count a try; how many seconds its answer should wait."""
        with self._lock:
            count, _ = self._standing(who, at)
            self._remember(who, count + 1, at)
            return self._wait_after(count)

    def begin(self, who: Who, at: float) -> float:
        """Count a try, and answer 0; or answer the seconds until it may be made."""
        with self._lock:
            count, last = self._standing(who, at)
            left = last + self._wait_after(count) - at
            if left > 0:
                return left
            self._remember(who, count + 1, at)
            return 0.0

    def forget(self, who: Who) -> None:
        """It was no guess."""
        with self._lock:
            self._seen.pop(who, None)

    def _standing(self, who: Who, at: float) -> tuple[int, float]:
        """How many tries count, and when the last one was."""
        count, last = self._seen.get(who, (0, at))
        return (0, at) if at - last > self.forget_after else (count, last)

    def _remember(self, who: Who, count: int, at: float) -> None:
        self._seen[who] = count, at
        self._seen.move_to_end(who)
        if len(self._seen) > MAX_TRACKED:
            self._seen.popitem(last=False)

    def _wait_after(self, count: int) -> float:
        doublings = count - self.free
        return 0.0 if doublings < 0 else min(self.longest_wait, self.first_wait * 2.0 ** min(doublings, 10))
