"""Slow down guessing: after a few free attempts each one waits twice as long as the one before."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

# The oldest are dropped first.
MAX_TRACKED: Final = 10_000


class AttemptThrottle[Key: Hashable]:
    """Attempts by key (a user name, an address) in this process. `now` is the time of any monotonic clock.

    The first `free` attempts wait for nothing; a key without attempts for `forget_after` seconds starts again.
    """

    def __init__(
        self, *, free: int, first_wait: float, longest_wait: float, forget_after: float = float("inf")
    ) -> None:
        self.free = free
        self.first_wait = first_wait
        self.longest_wait = longest_wait
        self.forget_after = forget_after
        self._lock = threading.Lock()
        self._seen: OrderedDict[Key, tuple[int, float]] = OrderedDict()

    def add(self, key: Key, now: float) -> float:
        """Count an attempt. Return the seconds by which its answer should be delayed."""
        with self._lock:
            count, _ = self._attempts(key, now)
            self._record(key, count + 1, now)
            return self._wait_after(count)

    def begin(self, key: Key, now: float) -> float:
        """Count an attempt and return 0; or return the seconds until one is allowed."""
        with self._lock:
            count, last = self._attempts(key, now)
            seconds = last + self._wait_after(count) - now
            if seconds > 0:
                return seconds
            self._record(key, count + 1, now)
            return 0.0

    def forget(self, key: Key) -> None:
        """Drop the attempts of a key, after a correct one."""
        with self._lock:
            self._seen.pop(key, None)

    def _attempts(self, key: Key, now: float) -> tuple[int, float]:
        """Return the number of attempts that count, and the time of the last one."""
        count, last = self._seen.get(key, (0, now))
        return (0, now) if now - last > self.forget_after else (count, last)

    def _record(self, key: Key, count: int, now: float) -> None:
        self._seen[key] = count, now
        self._seen.move_to_end(key)
        if len(self._seen) > MAX_TRACKED:
            self._seen.popitem(last=False)

    def _wait_after(self, count: int) -> float:
        doublings = count - self.free
        return 0.0 if doublings < 0 else min(self.longest_wait, self.first_wait * 2.0 ** min(doublings, 10))
