"""Guessing keys is slow: whoever sends unknown keys waits longer each time. Known keys never wait."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playground.imageapi.errors import ApiError

# A typing error or two cost nothing; then the wait doubles with each guess.
FREE: Final = 5
FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 1.0
# Seconds after which an address that stopped guessing is forgotten, and how many addresses are remembered.
FORGET_AFTER: Final = 600.0
MOST_ADDRESSES: Final = 10_000
# Threads that may wait so at once; pages need the others.
MOST_WAITING: Final = 16
RETRY_AFTER: Final = 10


class Guesses:
    """Unknown keys by address, in this process. The moments are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._waiting = 0

    def add(self, address: str, at: float) -> float:
        """Count a guess; how many seconds its answer should wait."""
        with self._lock:
            count, last = self._seen.pop(address, (0, at))
            count = 1 if at - last > FORGET_AFTER else count + 1
            self._seen[address] = count, at
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
        doublings = count - FREE - 1
        return 0.0 if doublings < 0 else min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(doublings, 10))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within, a thread waits. Raises ApiError `service_overloaded` when enough threads do."""
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise ApiError("service_overloaded", retry_after=RETRY_AFTER)
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
