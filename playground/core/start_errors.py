"""Sentences with advice for errors of database and disk that keep a command from its data."""

import contextlib
import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

# SQLite needs this beside its file to open it: an index of 32 KB, and some blocks.
_MIN_BYTES: Final = 128 * 1024
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN: Final = (errno.EROFS, errno.EACCES, errno.EPERM)
_OUTDATED_WORDS: Final = ("no such table", "no such column", "has no column")
_OUTDATED_CODES: Final = ("42P01", "42703")
OUTDATED_TEXT: Final = (
    "The database is missing tables of this version. Start the server once, or run `manage.py migrate`."
)


class StartError(Exception):
    """The data cannot be used. The message is a sentence for the operator."""


@contextlib.contextmanager
def start_errors_explained() -> Iterator[None]:
    """Exit with a sentence when database or disk cannot be used. Other errors are bugs and keep their traceback."""
    process = os.getpid()
    try:
        yield
    except Exception as error:
        sentence = start_error_text(error)
        # In a fork of the server it is not the start that failed.
        if not sentence or os.getpid() != process:
            raise
        sys.exit(sentence)


def start_error_text(error: BaseException) -> str:
    """Return the sentence for an error or its causes; empty when an operator cannot fix it."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        if sentence := _cause_text(cause):
            return sentence
        cause = cause.__cause__ or cause.__context__
    return ""


def _cause_text(error: BaseException) -> str:
    if isinstance(error, StartError):
        return str(error)
    if isinstance(error, sqlite3.Error):
        return _sqlite_text(error)
    if isinstance(error, OSError):
        return _disk_text(error)
    # The driver is loaded only where PostgreSQL is used.
    psycopg = sys.modules.get("psycopg")
    if psycopg is not None and isinstance(error, psycopg.Error):
        return _postgres_text(error, is_bug=not isinstance(error, psycopg.OperationalError))
    return ""


def _disk_text(error: OSError) -> str:
    where = error.filename or settings.DATA_DIR
    if error.errno in _FULL:
        return _disk_full_text(where)
    if error.errno in _FORBIDDEN and error.filename:
        return (
            f"{where} can't be used ({error.strerror}). The user of this process needs write access: "
            "check its owner and how its disk is mounted, or choose another DATA_DIR."
        )
    return ""


def _disk_full_text(where: object) -> str:
    return f"The disk of {where} is full. Free up some space, then try again."


def _is_full(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).free < _MIN_BYTES


def _sqlite_text(error: sqlite3.Error) -> str:
    file, kind, words = connection.settings_dict["NAME"], getattr(error, "sqlite_errorname", ""), str(error)
    if kind.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged_database_text(words)
    # Without room for its second file SQLite reports only an I/O error.
    if kind.startswith("SQLITE_FULL") or (kind.startswith("SQLITE_IOERR") and _is_full(Path(file).parent)):
        return _disk_full_text(file)
    if kind.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return (
            f"The database {file} can't be written ({words}). The user of this process needs write access to the "
            "file and its folder: check their owner and how the disk is mounted, or choose another DATA_DIR."
        )
    if kind.startswith("SQLITE_IOERR"):
        return f"The disk of {file} failed ({words}). See the system log for details."
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"The database {file} is locked by another program ({words}). Close it, then try again."
    return OUTDATED_TEXT if any(word in words for word in _OUTDATED_WORDS) else ""


def damaged_database_text(words: str) -> str:
    """Return the sentence for a damaged SQLite file."""
    file = connection.settings_dict["NAME"]
    return (
        f"The database {file} is damaged ({' '.join(words.split())}). Keep a copy, then restore a "
        f"backup. If you have none, `sqlite3 {file} .recover` may recover some of the data."
    )


def _postgres_text(error: Any, *, is_bug: bool) -> str:
    if error.sqlstate in _OUTDATED_CODES:
        return OUTDATED_TEXT
    if is_bug:
        return ""
    server = settings.DATABASES["default"].get("HOST") or "this machine"
    words = " ".join(str(error).split())[:300]
    return f"Can't connect to PostgreSQL on {server} ({words}). Start it or correct DATABASE_URL, then try again."
