"""Check before a start, and before a command, that it can use its data; explain in a sentence why it cannot."""

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
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.loader import MigrationLoader

# SQLite needs this beside its file to open it: an index of 32 KB, and some blocks.
_MIN_BYTES: Final = 128 * 1024
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN: Final = (errno.EROFS, errno.EACCES, errno.EPERM)
_OUTDATED_WORDS: Final = ("no such table", "no such column", "has no column")
_OUTDATED_CODES: Final = ("42P01", "42703")
_OUTDATED_TEXT: Final = (
    "The database is missing tables of this version. Start the server once, or run `manage.py migrate`."
)
# SQLite checks so much in a second at most.
_CHECKED_BYTES: Final = 256 * 1024 * 1024


class StartError(Exception):
    """The data cannot be used. The message is a sentence for the operator."""


class DataCommand(BaseCommand):
    """A command that works with the data of the playground, after it was checked."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command. Raises StartError and errors of the database, for which `manage.py` has sentences."""
        check_database()
        return super().execute(*args, **options)


def check_database(*, may_migrate: bool = False) -> None:
    """Raise StartError when the database is damaged, newer than this version, or older unless `may_migrate`.

    An unreachable database raises the errors of its driver, for which `start_error_text` has sentences.
    """
    if connection.vendor == "postgresql":
        # The pool would wait half a minute and hide the reason.
        connect_postgres().close()
    else:
        _check_file(Path(connection.settings_dict["NAME"]))
    loader = MigrationLoader(connection)
    applied, known = set(loader.applied_migrations or ()), set(loader.disk_migrations or ())
    if newer := sorted(_newer_migrations(applied, known)):
        raise StartError(
            f"The database was written by a newer version of the playground ({'.'.join(newer[0])}); this is "
            f"{settings.VERSION}. Install the newer version again, or restore a backup from before the update."
        )
    if not may_migrate and known - applied:
        raise StartError(_OUTDATED_TEXT)


def _newer_migrations(applied: set[tuple[str, str]], known: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield applied migrations after the last one of this version; older unknown ones may have been squashed."""
    for app, name in applied - known:
        last = max((other for label, other in known if label == app), default=name)
        if name > last:
            yield app, name


def _check_file(file: Path) -> None:
    """Let SQLite check its file, unless the file is so large that the start would take longer."""
    if file.exists() and file.stat().st_size <= _CHECKED_BYTES:
        with connection.cursor() as cursor:
            result = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
        if result != "ok":
            raise StartError(_damaged_database_text(result))


def connect_postgres() -> Any:
    import psycopg

    return psycopg.connect(**{"connect_timeout": 10, **connection.get_connection_params()}, autocommit=True)


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
    path = error.filename or settings.DATA_DIR
    if error.errno in _FULL:
        return _disk_full_text(path)
    if error.errno in _FORBIDDEN and error.filename:
        return (
            f"{path} can't be used ({error.strerror}). The user of this process needs write access: "
            "check its owner and how its disk is mounted, or choose another DATA_DIR."
        )
    return ""


def _disk_full_text(path: object) -> str:
    return f"The disk of {path} is full. Free up some space, then try again."


def _is_full(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).free < _MIN_BYTES


def _sqlite_text(error: sqlite3.Error) -> str:
    file, kind, message = connection.settings_dict["NAME"], getattr(error, "sqlite_errorname", ""), str(error)
    if kind.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _damaged_database_text(message)
    # Without room for its second file SQLite reports only an I/O error.
    if kind.startswith("SQLITE_FULL") or (kind.startswith("SQLITE_IOERR") and _is_full(Path(file).parent)):
        return _disk_full_text(file)
    if kind.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return (
            f"The database {file} can't be written ({message}). The user of this process needs write access to the "
            "file and its folder: check their owner and how the disk is mounted, or choose another DATA_DIR."
        )
    if kind.startswith("SQLITE_IOERR"):
        return f"The disk of {file} failed ({message}). See the system log for details."
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"The database {file} is locked by another program ({message}). Close it, then try again."
    return _OUTDATED_TEXT if any(word in message for word in _OUTDATED_WORDS) else ""


def _damaged_database_text(message: str) -> str:
    """Return the sentence for a damaged SQLite file."""
    file = connection.settings_dict["NAME"]
    return (
        f"The database {file} is damaged ({' '.join(message.split())}). Keep a copy, then restore a "
        f"backup. If you have none, `sqlite3 {file} .recover` may recover some of the data."
    )


def _postgres_text(error: Any, *, is_bug: bool) -> str:
    if error.sqlstate in _OUTDATED_CODES:
        return _OUTDATED_TEXT
    if is_bug:
        return ""
    server = settings.DATABASES["default"].get("HOST") or "this machine"
    message = " ".join(str(error).split())[:300]
    return f"Can't connect to PostgreSQL on {server} ({message}). Start it or correct DATABASE_URL, then try again."
