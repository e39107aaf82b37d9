"""Guessing keys is slow: whoever sends unknown keys waits longer each time. Known keys never wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playground.gateway.tries import Tries
from playground.imageapi.errors import ApiError

# A typing error or two cost nothing; then the wait doubles with each guess.
FREE: Final = 5
FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 1.0
# Seconds after which an address that stopped guessing is forgotten.
FORGET_AFTER: Final = 600.0
# Threads that may wait so at once; pages need the others.
MOST_WAITING: Final = 16
RETRY_AFTER: Final = 10


class Guesses(Tries[str]):
    """Unknown keys by address."""

    def __init__(self) -> None:
        super().__init__(free=FREE, first_wait=FIRST_WAIT, longest_wait=LONGEST_WAIT, forget_after=FORGET_AFTER)
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within, a thread waits. Raises ApiError `service_overloaded` when enough threads do."""
        if not self._places.acquire(blocking=False):
            raise ApiError("service_overloaded", retry_after=RETRY_AFTER)
        try:
            yield
        finally:
            self._places.release()
