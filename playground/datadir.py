"""Folders that one server at a time works in: DATA_DIR, and whatever else it shares with nobody."""

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Final

LOCK_NAME: Final = "playground.lock"
# The forks of a launcher that was killed notice within some seconds; until then the lock is theirs.
ORPHANS_END_SECONDS: Final = 15.0
PAUSE_SECONDS: Final = 0.1
# A lock ends when its descriptor is closed, so these stay open for as long as the process lives.
_held: Final[list[int]] = []


class InUseError(Exception):
    """Another server holds it; the message says which one and what to do."""


def hold(folder: Path, port: int) -> None:
    """Lock the folder for this process and its forks. Raises InUseError, and OSError of the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {port}\n".encode("ascii"), 0)
    except BaseException:
        os.close(descriptor)
        raise
    _held.append(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    until = time.monotonic() + ORPHANS_END_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pid, port = _read_holder(descriptor)
            if _is_alive(pid) or time.monotonic() > until:
                raise InUseError(
                    f"Another server, process {pid} on port {port}, already works in {folder}. "
                    "Stop that one first, or choose another DATA_DIR and PORT."
                ) from None
            time.sleep(PAUSE_SECONDS)


def _read_holder(descriptor: int) -> tuple[str, str]:
    """Process and port as the holder wrote them; it may not have done so yet."""
    pid, _, port = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip().partition(" ")
    return pid or "?", port or "?"


def _is_alive(pid: str) -> bool:
    """Whether the launcher that took the lock lives, as far as can be told from this container."""
    if not pid.isdigit():
        return True
    with contextlib.suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return False
    return True
