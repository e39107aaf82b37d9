"""A full disk, for tests: it takes no more rows, no more files, or has too little left. And a locked database."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import Error, OperationalError, connection

from playground.core.files import disk
from playground.pages import uploads

LOCKED = OperationalError("database is locked")


@contextmanager
def refused(start: str | tuple[str, ...], word: str, error: Error = LOCKED, times: int = 1000) -> Iterator[None]:
    """The database refuses this thread so many statements that begin so and hold that word."""
    left = [times]

    def refuse(execute, sql, params, many, context):
        if left[0] and sql.startswith(start) and word in sql:
            left[0] -= 1
            # A new one each time: an exception remembers where it was raised.
            raise type(error)(*error.args)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def no_rows() -> Iterator[None]:
    """The database answers every change as SQLite does on a full disk."""
    with refused(("INSERT", "UPDATE"), "", OperationalError("database or disk is full")):
        yield


def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of forms are not taken."""

    def refuse(file, block):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "write_fully", refuse)


def leave(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Leave this many bytes free."""
    monkeypatch.setattr(disk, "free_bytes", lambda: free)
