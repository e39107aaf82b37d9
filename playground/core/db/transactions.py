"""Order transactions by locks across threads, processes and machines, and hold no connection between them."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import Error, connection, transaction

_BYTES: Final = 8


def take_transaction_lock(*words: str) -> None:
    """Hold the lock that the words name until the surrounding transaction ends.

    Do nothing on SQLite, where writing transactions run one after another anyway.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.sha256("\0".join(words).encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:_BYTES], signed=True)])


_THREAD_LOCK: Final = threading.Lock()
_KEY_LOCKS: Final[WeakValueDictionary[int, "_KeyLock"]] = WeakValueDictionary()
_KEY_LOCKS_LOCK: Final = threading.Lock()


class _KeyLock:
    """A lock that the weak dictionary can drop when no thread holds or awaits it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


@contextmanager
def key_write_lock(key_id: int) -> Iterator[None]:
    """Let the threads that write for one API key run one after another.

    Without it they would wait in the database, each with one of the few connections: a hundred clients of one key
    would take them all.
    """
    with _KEY_LOCKS_LOCK:
        key_lock = _KEY_LOCKS.setdefault(key_id, _KeyLock())
    with key_lock.lock:
        yield


@contextmanager
def serialized_write() -> Iterator[None]:
    """Open a transaction that writes to the ledger. On SQLite a file lock orders the writers of all processes."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _THREAD_LOCK, Path(settings.DATA_DIR, "books.lock").open("w") as file:
        # The lock ends when the file is closed, also when the process is killed.
        fcntl.flock(file, fcntl.LOCK_EX)
        with transaction.atomic():
            yield


def release_connection() -> None:
    """Return the connection of this thread to the pool, before a wait of up to 150 s or after an error."""
    if not connection.in_atomic_block:
        # A broken connection is dropped even when closing it fails; the next statement opens another.
        with suppress(Error):
            connection.close()
