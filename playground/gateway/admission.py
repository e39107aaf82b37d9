"""How many calls may be open in this process at once, so that pages always find a thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from playground.imageapi.errors import ApiError

# Threads that stay free for pages however many calls are open.
THREADS_FOR_PAGES = 100


class Places:
    """A number of places, one for each open call. `limit` is asked at every call."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one place. Raises ApiError `service_overloaded` when all are taken."""
        with self._lock:
            if self.taken >= self._limit():
                raise ApiError("service_overloaded", "Too many calls are open; try again later.")
            self.taken += 1
        try:
            yield
        finally:
            with self._lock:
                self.taken -= 1


places = Places(lambda: max(1, settings.WEB_THREADS - THREADS_FOR_PAGES))
