"""Space on the disk: measure it, keep writes and caches within limits, recognize the error of a full disk."""

import contextlib
import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from django.conf import settings

# Measuring walks all folders: spend at most a twentieth of the time on it.
_MIN_SECONDS: Final = 10.0
_SHARE: Final = 20
# The smallest space that a file takes up.
BLOCK: Final = 4096
_measuring: Final = threading.Lock()


class _Measured:
    """The last measurement of this process, and the monotonic time of the next one."""

    used = 0
    again_at = 0.0
    by_kind: dict[str, int] = {}
    by_kind_until = 0.0


def free_bytes() -> int:
    """Return the free bytes of the fuller of the disks that hold DATA_DIR and FILES_DIR."""
    return _fullest_disk().free


def size_bytes() -> int:
    """Return the size of the fuller of these disks."""
    return _fullest_disk().total


def measured_bytes() -> dict[str, int]:
    """Return `used_bytes`, or the last measurement while a new one would take too much of the time."""
    started = time.monotonic()
    if started >= _Measured.by_kind_until:
        _Measured.by_kind = used_bytes()
        ended = time.monotonic()
        _Measured.by_kind_until = ended + (ended - started) * _SHARE
    return _Measured.by_kind


def used_bytes() -> dict[str, int]:
    """Return the used bytes by kind of file. A file with several hard links counts once."""
    named = {
        "pictures": Path(settings.PICTURES_DIR),
        "drafts": Path(settings.DRAFTS_DIR),
        "answers": Path(settings.FILES_DIR if settings.PICTURES_URL else settings.DATA_DIR, "answers"),
        "conversions": Path(settings.CONVERSIONS_DIR),
    }
    seen: set[tuple[int, int]] = set()
    used = {name: _bytes_below(folder, seen) for name, folder in named.items()}
    return {**used, "other": _bytes_below(Path(settings.DATA_DIR), seen, without=named.values())}


def has_room(size: int = 0) -> bool:
    """Return True if `size` more bytes fit within MIN_FREE_BYTES and MAX_DISK_BYTES."""
    if settings.MIN_FREE_BYTES and free_bytes() - size < settings.MIN_FREE_BYTES:
        return False
    if not settings.MAX_DISK_BYTES:
        return True
    _measure_if_due()
    if _Measured.used + size > settings.MAX_DISK_BYTES:
        return False
    # Until the next measurement, add the sizes of accepted files.
    _Measured.used += size
    return True


def folder_bytes(folders: Collection[Path]) -> int:
    """Return the bytes in all folders together. A file with several hard links counts once."""
    seen: set[tuple[int, int]] = set()
    return sum(_bytes_below(folder, seen) for folder in folders)


def _measure_if_due() -> None:
    if time.monotonic() < _Measured.again_at or not _measuring.acquire(blocking=not _Measured.again_at):
        return
    try:
        started = time.monotonic()
        if started < _Measured.again_at:
            return
        _Measured.used = sum(used_bytes().values())
        took = time.monotonic() - started
        _Measured.again_at = time.monotonic() + max(_MIN_SECONDS, took * _SHARE)
    finally:
        _measuring.release()


def _bytes_below(folder: Path, seen: set[tuple[int, int]], without: Collection[Path] = ()) -> int:
    total, pending = 0, [str(folder)]
    others = {str(path) for path in without}
    while pending:
        try:
            entries = os.scandir(pending.pop())
        except OSError:
            # The folder was removed meanwhile, or never existed.
            continue
        with entries:
            for entry in entries:
                try:
                    if entry.is_dir(follow_symlinks=False):
                        pending += [entry.path] if entry.path not in others else []
                        continue
                    facts = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                if facts.st_nlink > 1:
                    if (facts.st_dev, facts.st_ino) in seen:
                        continue
                    seen.add((facts.st_dev, facts.st_ino))
                total += facts.st_size
    return total


def _fullest_disk() -> "shutil._ntuple_diskusage":
    folders = {_existing(Path(folder)) for folder in (settings.DATA_DIR, settings.FILES_DIR)}
    return min((shutil.disk_usage(folder) for folder in folders), key=lambda usage: usage.free)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest parent that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def note_use(path: Path) -> None:
    """Set the access time to now: file systems are often mounted with noatime."""
    with contextlib.suppress(OSError):
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


def shrink_cache(
    folders: Collection[Path],
    max_bytes: int,
    *,
    unused_seconds: float = 0,
    may_go: Callable[[Path], bool] = lambda path: True,
) -> int:
    """Remove files until at most `max_bytes` are left, and folders that became empty. Return the number of files.

    Keep files that were used in the last `unused_seconds`, and those for which `may_go` is false.
    """
    files = sorted(_files(folders))
    excess = sum(size for _, size, _ in files) - max_bytes
    before, removed = time.time() - unused_seconds, 0
    for used_at, size, path in files:
        if excess <= 0 or used_at > before:
            break
        if may_go(path):
            path.unlink(missing_ok=True)
            excess -= size
            removed += 1
            remove_if_empty(path.parent)
    return removed


def remove_if_empty(folder: Path) -> bool:
    """Remove the folder if it is empty. Return whether it was removed."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        return True
    return False


def _files(folders: Collection[Path]) -> list[tuple[float, int, Path]]:
    """Return the files below the folders: time of last use, bytes on disk, path."""
    files = []
    for folder in folders:
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                if path.is_file():
                    used_at = max(facts.st_atime, facts.st_ctime)
                    files.append((used_at, max(BLOCK, facts.st_size), path))
    return files


_CODES: Final = (errno.ENOSPC, errno.EDQUOT)
# SQLITE_FULL, and the class "disk full" of PostgreSQL's codes.
_SQLITE_WORDS: Final = "disk is full"
_POSTGRES_CODE: Final = "53100"


def is_disk_full(error: BaseException | None) -> bool:
    """Return True if this error, or a cause of it, means that the disk is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in _CODES:
            return True
        if getattr(error, "sqlstate", "") == _POSTGRES_CODE or _SQLITE_WORDS in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
