"""Taking turns at deciding, across processes and machines."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import connection, transaction

_BYTES: Final = 8


def take_visitor_lock(*words: str) -> None:
    """Until the transaction around this ends, nobody else decides about what the words name.

    SQLite's transactions that write come one after another anyway.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.sha256("\0".join(words).encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:_BYTES], signed=True)])


_THREADS: Final = threading.Lock()
_KEYS: Final[WeakValueDictionary[int, "_WriteLock"]] = WeakValueDictionary()
_KEYS_LOCK: Final = threading.Lock()


class _WriteLock:
    """A lock that can be forgotten once nobody holds or awaits it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


@contextmanager
def write_lock_for(account: int) -> Iterator[None]:
    """Threads that ask for the same key wait here for each other, not in the database.

    There each of them would hold one of the few connections, and a key with a hundred clients would hold them all.
    """
    with _KEYS_LOCK:
        turn = _KEYS.setdefault(account, _WriteLock())
    with turn.lock:
        yield


@contextmanager
def serialized_write() -> Iterator[None]:
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
