"""A full disk, for tests: one that takes no more rows, no more files, or has too little left."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from playground import disk
from playground.pages import uploads


@contextmanager
def no_rows() -> Iterator[None]:
    """The database answers every change as SQLite does on a full disk."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of forms are not taken."""

    def refuse(file, block):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "write_all", refuse)


def leave(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """So many bytes are free."""
    monkeypatch.setattr(disk, "free_bytes", lambda: free)
