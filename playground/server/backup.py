"""Copy the data of a running server into a folder that is a DATA_DIR itself."""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from playground.core.files import disk, storage
from playground.core.start_checks import StartError

DATABASE_NAME: Final = "playground.sqlite3"
SECRET_NAME: Final = "secret_key"  # noqa: S105 (the name of a file)


def back_up(target: Path) -> tuple[int, int]:
    """Write a backup to the new folder `target`. Return its number of files and its bytes.

    The folder has another name until the backup is complete. Raise StartError, and OSError of the disk.
    """
    target = target.absolute()
    _check_target(target)
    partial = target.with_name(f"{target.name}.partial")
    # Left by a backup that was killed.
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        copies = _Copies()
        # Files are written before their rows. So copy them before the database, and those that were new meanwhile
        # after it: a file is missing only if it was written and deleted within these seconds.
        _copy_files(partial, copies)
        _copy_database(partial / DATABASE_NAME)
        _copy_files(partial, copies)
        _copy_secret(partial)
        os.sync()
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return sum(path.is_file() for path in target.rglob("*")), disk.folder_bytes([target])


def _check_target(target: Path) -> None:
    if connection.vendor != "sqlite":
        raise StartError(
            "The database is PostgreSQL, so back it up with pg_dump, and the images as docs/scaling.md says. "
            "This command is for SQLite."
        )
    if target.exists() or target.is_symlink():
        raise StartError(f"{target} already exists. Name a new folder: backups are never overwritten.")
    for folder in (*storage.stored_folders().values(), Path(settings.DATA_DIR)):
        if target.is_relative_to(folder):
            raise StartError(f"{target} is inside {folder}, which is what you want to back up. Name another folder.")
    above = next(path for path in target.parents if path.exists())
    needed = disk.folder_bytes(list(_sources().values())) + _database_path().stat().st_size
    if (free := shutil.disk_usage(above).free) < needed:
        raise StartError(
            f"A backup needs {needed / 1e9:.2f} GB, but the disk of {above} has only {free / 1e9:.2f} GB left."
        )


def _sources() -> dict[str, Path]:
    """Return the folders to copy by name; none with a bucket, where local files are copies of its own."""
    return {} if storage.is_remote() else storage.stored_folders()


def _database_path() -> Path:
    return Path(connection.settings_dict["NAME"])


class _Copies:
    """The first copy of each file that has several names: edits share the files of their sources by hard links."""

    def __init__(self) -> None:
        self._first: dict[tuple[int, int], Path] = {}

    def copy(self, source: Path, target: Path) -> None:
        """Copy a file, or link it to an earlier copy of the same one. Leave out one that was just removed."""
        with contextlib.suppress(FileNotFoundError):
            facts = source.stat()
            node = (facts.st_dev, facts.st_ino)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if facts.st_nlink > 1 and node in self._first:
                os.link(self._first[node], target)
                return
            shutil.copy2(source, target)
            if facts.st_nlink > 1:
                self._first[node] = target


def _copy_files(target: Path, copies: _Copies) -> None:
    """Copy the files that `target` doesn't hold yet. Stored files are only replaced, never written to."""
    for name, folder in _sources().items():
        for source in folder.rglob("*"):
            copy = target / name / source.relative_to(folder)
            if source.is_file() and not copy.exists():
                copies.copy(source, copy)
    # Images that did not fit on the disk get their places in the backup.
    for source in Path(settings.SPARE_DIR).glob("*/*"):
        copy = target / "pictures" / source.parent.name[:2] / source.parent.name / source.name
        if source.is_file() and not copy.exists():
            copies.copy(source, copy)


def _copy_database(target: Path) -> None:
    """Copy the database as it is at one moment, while others write to it, and check the copy."""
    source = sqlite3.connect(f"{_database_path().absolute().as_uri()}?mode=ro", uri=True, timeout=20)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        result = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if result != "ok":
        raise StartError(f"The copy of the database is damaged ({result}). No backup was written; check the disk.")


def _copy_secret(target: Path) -> None:
    """Copy the generated secret key; one from the environment is kept by whoever wrote it there."""
    source = Path(settings.DATA_DIR, SECRET_NAME)
    if source.exists():
        shutil.copy2(source, target / SECRET_NAME)
