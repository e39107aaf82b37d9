"""Check before a start, and before a command, that this version can work with the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from playground.core import start_errors
from playground.core.start_errors import StartError

# SQLite checks so much in a second at most.
_CHECKED_BYTES: Final = 256 * 1024 * 1024


def check_database(*, may_migrate: bool = False) -> None:
    """Raise StartError when the database is damaged, newer than this version, or older unless `may_migrate`.

    Errors of an unreachable database have their sentences in start_errors.py.
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
        raise StartError(start_errors.OUTDATED_TEXT)


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
            raise StartError(start_errors.damaged_database_text(result))


def connect_postgres() -> Any:
    import psycopg

    return psycopg.connect(**{"connect_timeout": 10, **connection.get_connection_params()}, autocommit=True)
