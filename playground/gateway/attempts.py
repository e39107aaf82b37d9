"""Guessing an operator's password is slow: after a few wrong ones the next try has to wait, twice as long each time.

By address and name together, so that nobody keeps an operator out who comes from elsewhere.
"""

import threading
from collections import OrderedDict
from typing import Final

FREE: Final = 3
FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 60.0
# How many pairs of address and name are remembered.
MOST: Final = 10_000


class Attempts:
    """Tries of this process. The moments are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def begin(self, who: tuple[str, str], at: float) -> float:
        """Count a try as a wrong one, and answer 0; or answer the seconds until it may be made."""
        with self._lock:
            count, last = self._seen.get(who, (0, at))
            doublings = count - FREE
            wait = 0.0 if doublings < 0 else min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(doublings, 10))
            left = last + wait - at
            if left > 0:
                return left
            self._seen[who] = count + 1, at
            self._seen.move_to_end(who)
            if len(self._seen) > MOST:
                self._seen.popitem(last=False)
            return 0.0

    def forget(self, who: tuple[str, str]) -> None:
        """The password was right."""
        with self._lock:
            self._seen.pop(who, None)
