"""Caches on disk, bounded in bytes: the least recently used files are removed first."""

import contextlib
import os
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

# The smallest space that a file takes up.
BLOCK: Final = 4096


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
