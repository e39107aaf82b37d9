"""Turns at writing: SQLite lets threads that wait for its lock overtake each other until some of them give up.

So they wait in a row before it: threads of a process for a lock, and one of each process for a lock on a file, which
the system hands out in order. Other databases need none of this.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import connection, transaction

_THREADS: Final = threading.Lock()
_KEYS: Final[WeakValueDictionary[int, "_Turn"]] = WeakValueDictionary()
_KEYS_LOCK: Final = threading.Lock()


class _Turn:
    """A lock that can be forgotten once nobody holds or awaits it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


@contextmanager
def turn_of(account: int) -> Iterator[None]:
    """Threads that ask for the same key wait here for each other, not in the database.

    There each of them would hold one of the few connections, and a key with a hundred clients would hold them all.
    """
    with _KEYS_LOCK:
        turn = _KEYS.setdefault(account, _Turn())
    with turn.lock:
        yield


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that writes to the books."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _THREADS, Path(settings.DATA_DIR, "books.lock").open("w") as file:
        # Given back when the file is closed, also by a process that is killed.
        fcntl.flock(file, fcntl.LOCK_EX)
        with transaction.atomic():
            yield
