"""Locks and checks before a server starts; each failure ends it with a sentence."""

import logging
import sys
import time
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from playground.core.db.checks import connect_postgres
from playground.core.files import data_dir, storage
from playground.core.start_errors import StartError

logger = logging.getLogger(__name__)
# The number of the advisory lock in PostgreSQL.
_SERVING: Final = 7_301_002
# The open connection holds the lock until the process ends.
_held: Final[list[Any]] = []


def lock_data_folders() -> None:
    """Lock the data against other servers until this process ends. Raise StartError, and OSError of the disk."""
    for folder in _own_folders():
        data_dir.lock_data_dir(folder, settings.PORT)
    if settings.IS_ALONE and connection.vendor == "postgresql":
        _lock_postgres()


def check_pictures() -> None:
    """Exit with a sentence when the bucket of PICTURES_URL refuses; only log it when it does not answer."""
    if not storage.is_remote():
        return
    from playground.core.files import s3

    try:
        s3.check_bucket()
    except ValueError:
        sys.exit("AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is not an address such as https://s3.example.org.")
    except s3.ERRORS as error:
        code = s3.error_code(error)
        if s3.is_refusal(error):
            sys.exit(
                f"PICTURES_URL: the picture store refuses ({code}). Check the bucket's name, that the key may put, "
                "get, list and delete in it, and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL_S3."
            )
        logger.error("the picture store does not answer (%s); pictures wait on this disk until it does", code)


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
    until = time.monotonic() + data_dir.ORPHANS_END_SECONDS
    while lock.execute("SELECT pg_try_advisory_lock(%s)", [_SERVING]).fetchone() != (True,):
        if time.monotonic() > until:
            raise StartError(
                "Another server already works on this database. Stop that one first; "
                "or, to let several share it, give each of them the same ENGINE_SECRET."
            )
        time.sleep(data_dir.PAUSE_SECONDS)
    _held.append(lock)
