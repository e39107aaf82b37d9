"""DATA_DIR and other folders of data: locked for one server, private, with a folder for temporary files."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

from playground.core.start_checks import StartError

# Pictures, prompts and keys are for the user of the server only.
UMASK: Final = 0o077
LOCK_NAME: Final = "playground.lock"
# Forks of a killed launcher end within seconds; until then they hold the lock.
ORPHANS_END_SECONDS: Final = 15.0
PAUSE_SECONDS: Final = 0.1
# Files of the playground in DATA_DIR, which may be a home directory. Earlier versions made them world-readable.
_OWN_NAMES: Final = (
    "answers",
    "drafts",
    "pictures",
    "playground.*",
    "reserve",
    "secret_key",
    "spare",
    "static",
    "tmp",
    "unsent",
)
_MODE_OF_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
# No request takes nearly as long.
LEFT_BEHIND_SECONDS: Final = 2 * 3600.0
# A lock ends when its descriptor is closed, so these stay open until the process ends.
_lock_descriptors: Final[list[int]] = []


def lock_data_dir(folder: Path, port: int) -> None:
    """Lock the folder for this process and its forks. Raise StartError, and OSError of the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, folder)
        # A fixed length overwrites the text of an earlier holder.
        os.pwrite(descriptor, f"{os.getpid()} {port}".ljust(32).encode("ascii"), 0)
    except BaseException:
        os.close(descriptor)
        raise
    _lock_descriptors.append(descriptor)


def make_private(folder: Path) -> None:
    """Make the folder, and remove the rights of other users from it and from files of earlier versions."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = folder.stat()
    # A sticky folder such as /tmp belongs to all users.
    if not facts.st_mode & stat.S_ISVTX:
        _make_private(folder, (path for name in _OWN_NAMES for path in folder.glob(name)))


def _make_private(path: Path, within: Iterable[Path] | None = None) -> None:
    """Remove the rights of other users; from a folder last, so that an interrupted start is repeated."""
    # Files of other users stay as they are.
    with contextlib.suppress(OSError):
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            return
        if within is None and facts.st_mode & _MODE_OF_OTHERS and stat.S_ISDIR(facts.st_mode):
            within = path.iterdir()
        for inner in within or ():
            _make_private(inner)
        if facts.st_mode & _MODE_OF_OTHERS:
            path.chmod(stat.S_IMODE(facts.st_mode) & ~_MODE_OF_OTHERS)


def _lock(descriptor: int, folder: Path) -> None:
    until = time.monotonic() + ORPHANS_END_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pid, port = _read_holder(descriptor)
            if _is_alive(pid) or time.monotonic() > until:
                raise StartError(
                    f"Another server, process {pid} on port {port}, is already using {folder}. "
                    "Stop it first, or choose another DATA_DIR and PORT."
                ) from None
            time.sleep(PAUSE_SECONDS)


def _read_holder(descriptor: int) -> tuple[str, str]:
    """Return process id and port of the holder; "?" before it has written them."""
    pid, _, port = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip().partition(" ")
    return pid or "?", port or "?"


def _is_alive(pid: str) -> bool:
    """Return True while the launcher that holds the lock is alive, or where this container cannot know."""
    if not pid.isdigit():
        return True
    with contextlib.suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return False
    return True


def scratch_folder(name: str = "") -> Path:
    """Return the folder for temporary files, or a folder in it."""
    return Path(settings.DATA_DIR, "tmp", name)


def prepare_scratch() -> None:
    """Make the folder, remove leftovers of killed processes, and make it the default of `tempfile`."""
    # A single server has locked DATA_DIR, so all files are leftovers; otherwise workers may share the folder.
    if settings.IS_ALONE:
        shutil.rmtree(scratch_folder(), ignore_errors=True)
    else:
        remove_old_scratch(scratch_folder().rglob("*"), time.time() - LEFT_BEHIND_SECONDS)
    scratch_folder().mkdir(parents=True, exist_ok=True)
    # The rest of the file system may be read-only: gunicorn, for one, wants temporary files.
    tempfile.tempdir = str(scratch_folder())


def remove_old_scratch(paths: Iterable[Path], before: float) -> None:
    """Remove those files that were not written since `before`, a Unix time in seconds."""
    for path in paths:
        # Another process may do the same.
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
