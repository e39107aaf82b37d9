"""Files that every machine can reach, named by their local paths.

By default, and on a disk that machines share, a local file is the file, and nothing here does anything. With
`PICTURES_URL=s3://…` the bucket holds the files and the local ones are a cache that may vanish at any time: writers
`keep` what they finished, readers `fetch` what they need, and `remove` removes both.

Transfers are made by a few threads of a process, each with a connection of its own; memory does not grow with files.
"""

import contextlib
import hashlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import DatabaseError
from django.dispatch import Signal

from playground.core.files import disk, disk_cache

logger = logging.getLogger(__name__)
# Sent where other machines may have copies. `name` is the stored name; that of a folder ends with a slash.
file_removed: Final = Signal()
TRANSFERS: Final = 8
# Copies of files in the bucket that a machine keeps at most, and how long those that nobody uses.
MAX_COPIED_BYTES: Final = 4 * 1024**3
UNUSED_SECONDS: Final = 24 * 3600
# What a run has beyond its deadline, to keep what came.
KEEPING_SECONDS: Final = 60
LOG_EVERY_SECONDS: Final = 60.0
_MISSING: Final = ("404", "NoSuchKey", "NotFound")


class StorageUnreachableError(OSError):
    """The bucket does not answer, or refuses."""


class StorageRefusedError(StorageUnreachableError):
    """The bucket answers that it cannot be used so: asking again does not help. The code is its reason."""


def is_remote() -> bool:
    """Whether local files are only a cache."""
    return str(settings.PICTURES_URL).startswith("s3:")


def store_file(path: Path, source: Path | None = None) -> None:
    """Put the finished local file where all can reach it; its bytes are at `source` if not there. Raises Unreachable.

    Raises FileNotFoundError when there is no such file.
    """
    if is_remote():
        _transfer(lambda: _put(source or path, _stored_name(path)))


def store_file_now(path: Path, source: Path | None = None) -> None:
    """The same, but when the bucket does not answer the local file stays, and `send_waiting` tries again."""
    try:
        store_file(path, source)
    except StorageUnreachableError as error:
        logger.warning("%s waits until the picture store answers: %s", _stored_name(path), error)
        _note_waiting(path, source or path)


def fetch_file(path: Path, *, may_change: bool = False) -> Path:
    """The path, once the file is there. Raises FileNotFoundError when there is none, and Unreachable.

    `may_change`: another machine may have replaced or removed it since it was fetched.
    """
    if is_remote() and _is_shared(path) and (may_change or not path.exists()):
        try:
            _transfer(lambda: _get(_stored_name(path), path))
        except StorageUnreachableError:
            if not path.exists():
                raise
    if not path.exists():
        raise FileNotFoundError(path)
    if is_remote():
        disk_cache.note_use(path)
    return path


def fetch_file_or_none(path: Path, *, may_change: bool = False) -> Path | None:
    """The same; None when there is no such file. Raises Unreachable."""
    with contextlib.suppress(FileNotFoundError):
        return fetch_file(path, may_change=may_change)
    return None


def copy_file(source: Path, target: Path) -> None:
    """Let the file `target`, which is `source` under another name, be reached by all. Raises Unreachable."""
    if is_remote():
        _transfer(lambda: _copy(source, target))


def has_peers() -> bool:
    """Whether other machines, or other processes with disks of their own, may have copies."""
    return bool(settings.REDIS_URL) or is_remote()


def remove_file(path: Path) -> None:
    """Remove a file everywhere. A bucket that does not answer keeps it until the next pruning."""
    path.unlink(missing_ok=True)
    _report_removal(path)
    if is_remote():
        _remove_or_warn(lambda: _transfer(lambda: _storage().delete(_stored_name(path))))


def remove_stored_folder(folder: Path) -> None:
    """Remove a folder everywhere, with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    _report_removal(folder, "/")
    if is_remote():
        _remove_or_warn(lambda: _transfer(lambda: _objects(f"{_stored_name(folder)}/").delete()))


def list_names(folder: Path, start: str = "") -> list[str]:
    """Names of the files in a folder that begin with `start`, here and in the bucket. Raises Unreachable."""
    here = {path.name for path in folder.glob(f"{start}*") if path.is_file()}
    if is_remote() and _is_shared(folder):
        prefix = f"{_stored_name(folder)}/"
        here |= set(_transfer(lambda: [_file_name(one.key) for one in _objects(prefix + start)]))
    return sorted(here)


def list_remote_files(folder: Path, start: str = "") -> Iterator[tuple[Path, datetime]]:
    """What the bucket has below a folder that begins with `start`, and since when. Raises Unreachable."""
    if is_remote():
        prefix = f"{_stored_name(folder)}/"
        for key, at in _transfer(lambda: [(one.key, one.last_modified) for one in _objects(prefix + start)]):
            yield folder / _name_from_key(key).removeprefix(prefix), at


def send_waiting_files() -> int:
    """Put what waited for the bucket, as far as it answers; how many files still wait."""
    left, why = 0, ""
    notes = sorted(_waiting_folder().glob("*")) if is_remote() and _waiting_folder().exists() else []
    for number, note in enumerate(notes):
        path, source = (Path(line) for line in note.read_text(encoding="utf-8").split("\n"))
        # What the disk did not take was somewhere else, and may have found its place since.
        source = source if source.exists() else path
        try:
            _transfer(lambda path=path, source=source: _put(source, _stored_name(path)))  # type: ignore[misc]
        except StorageRefusedError as error:
            left, why = left + 1, str(error)
            continue
        except StorageUnreachableError as error:
            # Each of the others would wait as long for the same answer.
            left, why = left + len(notes) - number, str(error)
            break
        except FileNotFoundError:
            logger.error("%s was removed before it could be put into the picture store", _stored_name(path))
        note.unlink(missing_ok=True)
    _log_waiting(left, why)
    return left


def _log_waiting(left: int, why: str) -> None:
    """Write once a minute how many files wait on this machine, and why."""
    global _next_log
    if left and time.monotonic() >= _next_log:
        _next_log = time.monotonic() + LOG_EVERY_SECONDS
        logger.error("%s files wait on this disk: %s", left, why)


def drop_copy(name: str, removed_at: datetime) -> None:
    """Drop this machine's copy of what was removed: a folder, whose name ends with a slash, or a file."""
    root, _, rest = name.partition("/")
    if root == "pictures" and rest.endswith("/"):
        for folder in (Path(settings.CONVERSIONS_DIR, rest), Path(settings.SPARE_DIR, Path(rest).name)):
            shutil.rmtree(folder, ignore_errors=True)
    if not is_remote() or root not in _roots() or not rest.strip("/"):
        # What is here is the file itself, and whoever removed it did so.
        return
    path = _roots()[root] / rest
    if rest.endswith("/"):
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        # One that was put there since then under the same name stays.
        if path.stat().st_mtime <= removed_at.timestamp():
            path.unlink()


def shrink_copies() -> None:
    """Remove copies that nobody used for a day, and beyond MAX_COPIED_BYTES those that were used least.

    What a run may still be using stays, and what is nowhere else yet. Where the disk is filling up, all others go.
    """
    if not is_remote():
        return
    folders = list(_roots().values())
    in_use = settings.RUN_DEADLINE + KEEPING_SECONDS
    most = MAX_COPIED_BYTES if disk.has_room() else 0
    disk_cache.shrink_cache(folders, most, unused_seconds=in_use, may_go=_is_only_a_copy)
    disk_cache.shrink_cache(folders, 0, unused_seconds=max(in_use, UNUSED_SECONDS), may_go=_is_only_a_copy)


def _is_only_a_copy(path: Path) -> bool:
    return not _waiting_note(path).exists()


def _report_removal(path: Path, ending: str = "") -> None:
    if not has_peers():
        return
    try:
        file_removed.send(sender=None, name=_stored_name(path) + ending)
    except DatabaseError as error:
        logger.warning("other machines find out later what was removed: %s", type(error).__name__)


def _put(source: Path, name: str) -> None:
    with source.open("rb") as file:
        _storage().save(name, File(file))


def _get(name: str, path: Path) -> None:
    facts = _storage().bucket.Object(_key(name))
    try:
        facts.load()
        if path.exists() and _is_same(path, facts):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            facts.download_file(str(draft), Config=_storage().transfer_config)
            moment = facts.last_modified.timestamp()
            os.utime(draft, (time.time(), moment))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except Exception as error:
        if _is_missing(error):
            # What waits to be sent is here and nowhere else.
            if not _waiting_note(path).exists():
                path.unlink(missing_ok=True)
            raise FileNotFoundError(path) from None
        raise


def _is_same(path: Path, facts: Any) -> bool:
    here = path.stat()
    return bool(here.st_size == facts.content_length and int(here.st_mtime) == int(facts.last_modified.timestamp()))


def _copy(source: Path, target: Path) -> None:
    if not _is_shared(source):
        return _put(target, _stored_name(target))
    place = {"Bucket": _storage().bucket_name, "Key": _key(_stored_name(source))}
    try:
        _storage().bucket.Object(_key(_stored_name(target))).copy_from(CopySource=place)
    except Exception as error:
        if not _is_missing(error):
            raise
        _put(target, _stored_name(target))


def _transfer[Result](act: Callable[[], Result]) -> Result:
    """What `act` says, in one of the threads that have connections. Raises Unreachable for the bucket's troubles."""
    from playground.core.files import s3

    try:
        return _transfers(os.getpid()).submit(act).result()
    except s3.ERRORS as error:
        code = s3.error_code(error)
        if s3.is_refusal(error):
            raise StorageRefusedError(f"the picture store refused: {code}") from error
        raise StorageUnreachableError(f"the picture store did not answer: {code}") from error


def _remove_or_warn(act: Callable[[], object]) -> None:
    try:
        act()
    except StorageUnreachableError as error:
        logger.warning("%s; what should be removed there goes with the next pruning", error)


@cache
def _transfers(process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(TRANSFERS, thread_name_prefix=f"store-{process}")


def _storage() -> Any:
    return storages["pictures"]


def _objects(prefix: str) -> Any:
    return _storage().bucket.objects.filter(Prefix=_key(prefix))


def _roots() -> dict[str, Path]:
    return {
        "pictures": Path(settings.PICTURES_DIR),
        "drafts": Path(settings.DRAFTS_DIR),
        "answers": Path(settings.FILES_DIR, "answers"),
    }


def _is_shared(path: Path) -> bool:
    return any(path.is_relative_to(root) for root in _roots().values())


def _stored_name(path: Path) -> str:
    """What a file is called in the bucket, below the prefix."""
    for name, root in _roots().items():
        if path.is_relative_to(root):
            return f"{name}/{path.relative_to(root).as_posix()}".removesuffix("/.")
    raise ValueError(f"{path} is in none of the folders that machines share")


def _key(name: str) -> str:
    return f"{_storage().location}/{name}".lstrip("/")


def _name_from_key(key: str) -> str:
    return key.removeprefix(f"{_storage().location}/" if _storage().location else "")


def _file_name(key: str) -> str:
    return key.rpartition("/")[2]


def _is_missing(error: Exception) -> bool:
    response = getattr(error, "response", None) or {}
    return response.get("Error", {}).get("Code") in _MISSING


def _waiting_folder() -> Path:
    return Path(settings.DATA_DIR, "unsent")


def _waiting_note(path: Path) -> Path:
    return _waiting_folder() / hashlib.sha256(str(path).encode()).hexdigest()[:32]


def _note_waiting(path: Path, source: Path) -> None:
    _waiting_folder().mkdir(parents=True, exist_ok=True)
    _waiting_note(path).write_text(f"{path}\n{source}", encoding="utf-8")


_next_log = 0.0
