"""Prepare a server process: locks, checks, database, translations, static files, limits of the process.

Each failure ends the process with a sentence.
"""

import contextlib
import ctypes
import gc
import logging
import os
import resource
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections

from playground.core.files import data_dir, storage
from playground.core.management.commands import translations
from playground.core.start_checks import StartError, connect_postgres

logger = logging.getLogger(__name__)
# Untouched stack costs no memory. Below 1.5 MB nested JSON overflows the stack before Python raises RecursionError.
STACK_BYTES: Final = 4 * 1024 * 1024
MAX_OPEN_FILES: Final = 65_536
# malloc.h of glibc.
_M_ARENA_MAX: Final = -8
# Numbers of advisory locks in PostgreSQL.
_MIGRATING: Final = 7_301_001
_SERVING: Final = 7_301_002
# The open connection holds the lock until the process ends.
_open_locks: Final[list[Any]] = []


def lock_data_folders() -> None:
    """Lock the data against other servers until this process ends. Raise StartError, and OSError of the disk."""
    for folder in _own_folders():
        data_dir.lock_data_dir(folder, settings.PORT)
    if settings.IS_ALONE and connection.vendor == "postgresql":
        _lock_postgres()


def check_picture_storage() -> None:
    """Exit with a sentence when the bucket of PICTURES_URL refuses; only log it when it does not answer."""
    if not storage.is_remote():
        return
    from playground.core.files import s3

    try:
        s3.check_bucket()
    except ValueError:
        sys.exit("AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL isn't a URL such as https://s3.example.org.")
    except s3.ERRORS as error:
        code = s3.error_code(error)
        if s3.is_refusal(error):
            sys.exit(
                f"PICTURES_URL: the image storage rejected the request ({code}). Check the bucket name, the key's "
                "permissions (put, get, list, delete), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
                "AWS_ENDPOINT_URL_S3."
            )
        logger.error("the image storage isn't responding (%s); images stay on this disk until it does", code)


def prepare() -> None:
    """Update database, translations and static files where they are out of date."""
    settings.PICTURES_DIR.mkdir(parents=True, exist_ok=True)
    migrate()
    translations.compile_stale(settings.BASE_DIR, settings.SPARE_LOCALE_DIR)
    collect_static()


def migrate() -> None:
    """Migrate the database; of several machines that start at once, one does it and the others wait."""
    if connection.vendor != "postgresql":
        call_command("migrate", interactive=False, verbosity=0)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def collect_static() -> None:
    """Hash and compress static files into STATIC_ROOT, when any of them changed."""
    root = Path(settings.STATIC_ROOT)
    stamp, digest = root / ".stamp", sha256(settings.VERSION.encode())
    for finder in get_finders():
        for name, static_storage in finder.list([]):
            status = os.stat(static_storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns};".encode())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def allow_many_files() -> None:
    """Raise the soft limit of open files to the hard one: a thousand open calls need two thousand sockets."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard_limit, MAX_OPEN_FILES), hard_limit))


def limit_malloc_arenas() -> None:
    """Let all threads share two malloc arenas; glibc heeds it only before the first thread starts.

    By default glibc makes up to eight arenas for each core and keeps freed memory in them: a third of all memory with
    hundreds of threads.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def freeze_memory() -> None:
    """Let forks share the memory of imported modules."""
    gc.collect()
    # The collector no longer touches these objects, so their pages are not copied in the forks.
    gc.freeze()


def close_database_connections() -> None:
    """Close all connections and their pools: a fork must not share them with its parent."""
    connections.close_all()
    for open_connection in connections.all(initialized_only=True):
        if hasattr(open_connection, "close_pool"):
            open_connection.close_pool()


def print_line(sentence: str) -> None:
    """Print a sentence; log it where LOG_FORMAT is json, so that each line is JSON."""
    if settings.LOG_FORMAT == "json":
        logger.info(sentence)
    else:
        print(sentence, flush=True)


def _own_folders() -> list[Path]:
    """Return DATA_DIR; for a single server also the folders of its pictures and its database."""
    folders = [settings.DATA_DIR]
    if settings.IS_ALONE:
        folders.append(settings.FILES_DIR)
        if connection.vendor == "sqlite":
            folders.append(Path(connection.settings_dict["NAME"]).absolute().parent)
    return list(dict.fromkeys(folders))


def _lock_postgres() -> None:
    """Lock the database: a single server ends all active runs at its start, so no other one may be using it."""
    lock = connect_postgres()
    deadline = time.monotonic() + data_dir.ORPHANS_END_SECONDS
    while lock.execute("SELECT pg_try_advisory_lock(%s)", [_SERVING]).fetchone() != (True,):
        if time.monotonic() > deadline:
            raise StartError(
                "Another server is already using this database. Stop it first; "
                "or, to let several servers share it, give them all the same ENGINE_SECRET."
            )
        time.sleep(data_dir.PAUSE_SECONDS)
    _open_locks.append(lock)
