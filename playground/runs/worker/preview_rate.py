"""Limit the previews that a worker process stores: under load they are the first thing to go without."""

import threading
from typing import Final

# A preview takes about 10 ms of CPU, with the card that shows it: a tenth of a core at most.
PREVIEWS_A_SECOND: Final = 10
PREVIEWS_AT_ONCE: Final = 20


class PreviewRate:
    """How many previews all runs of this process may store: each is as large as a picture, and nobody pays for it.

    PREVIEWS_AT_ONCE may come at once, and PREVIEWS_A_SECOND all the time. Those above it are skipped undecoded.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = float(PREVIEWS_AT_ONCE)
        self._asked_at = 0.0

    def admit(self, now: float) -> bool:
        """Return whether one more may be stored `now`, in seconds of a clock; count it."""
        with self._lock:
            self._left = min(PREVIEWS_AT_ONCE, self._left + (now - self._asked_at) * PREVIEWS_A_SECOND)
            self._asked_at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


preview_rate: Final = PreviewRate()
