"""Files that every machine can reach, named by their local paths.

Without a bucket the local file is the only one, and these functions do nothing but look for it. With
`PICTURES_URL=s3://…` the bucket holds the files and the local ones are a cache that may be deleted at any time: call
`store_file` after writing, `fetch_file` before reading, and `remove_file` to delete both.

A few threads of each process make the transfers, each with its own connection; memory does not grow with the files.
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

from playground.core.files import disk

logger = logging.getLogger(__name__)
# Sent where other machines may have copies. `name` is the stored name; that of a folder ends with a slash.
file_removed: Final = Signal()
TRANSFERS: Final = 8
# Limits of the local copies of files in the bucket: bytes together, and seconds since the last use.
MAX_COPIED_BYTES: Final = 4 * 1024**3
UNUSED_SECONDS: Final = 24 * 3600
# A run has this time after its deadline to store its pictures.
KEEPING_SECONDS: Final = 60
LOG_EVERY_SECONDS: Final = 60.0
_MISSING: Final = ("404", "NoSuchKey", "NotFound")


class StorageUnreachableError(OSError):
    """The bucket does not answer, or it refuses."""


class StorageRefusedError(StorageUnreachableError):
    """The bucket refuses, and a retry does not help. The message holds its code."""


def is_remote() -> bool:
    """Return True if a bucket holds the files and local ones are only a cache."""
    return str(settings.PICTURES_URL).startswith("s3:")


def store_file(path: Path, source: Path | None = None) -> None:
    """Upload a finished file; `source` holds its bytes where they are not at `path`.

    Raise StorageUnreachableError, and FileNotFoundError when there is no such file.
    """
    if is_remote():
        _transfer(lambda: _put(source or path, _stored_name(path)))


def store_file_now(path: Path, source: Path | None = None) -> None:
    """Upload a file; when the bucket does not answer, leave it to `send_waiting_files`."""
    try:
        store_file(path, source)
    except StorageUnreachableError as error:
        logger.warning("%s waits until the image storage responds: %s", _stored_name(path), error)
        _note_waiting(path, source or path)


def fetch_file(path: Path, *, may_change: bool = False) -> Path:
    """Download the file unless it is there, and return its path.

    `may_change`: check for a newer one, because other machines may replace or remove it. Raise FileNotFoundError when
    there is no such file, and StorageUnreachableError.
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
        disk.note_use(path)
    return path


def fetch_file_or_none(path: Path, *, may_change: bool = False) -> Path | None:
    """Do the same; return None when there is no such file. Raise StorageUnreachableError."""
    with contextlib.suppress(FileNotFoundError):
        return fetch_file(path, may_change=may_change)
    return None


def copy_file(source: Path, target: Path) -> None:
    """Copy `source` to `target` in the bucket; the local `target` exists. Raise StorageUnreachableError."""
    if is_remote():
        _transfer(lambda: _copy(source, target))


def has_peers() -> bool:
    """Return True if other machines, or processes with their own disks, may have copies."""
    return bool(settings.REDIS_URL) or is_remote()


def remove_file(path: Path) -> None:
    """Remove a file here and in the bucket. If the bucket does not answer, pruning removes it later."""
    path.unlink(missing_ok=True)
    _report_removal(path)
    if is_remote():
        _remove_or_warn(lambda: _transfer(lambda: _storage().delete(_stored_name(path))))


def remove_stored_folder(folder: Path) -> None:
    """Remove a folder and its files here and in the bucket."""
    shutil.rmtree(folder, ignore_errors=True)
    _report_removal(folder, "/")
    if is_remote():
        _remove_or_warn(lambda: _transfer(lambda: _objects(f"{_stored_name(folder)}/").delete()))


def list_names(folder: Path, start: str = "") -> list[str]:
    """List the names in a folder that begin with `start`, here and in the bucket. Raise StorageUnreachableError."""
    names = {path.name for path in folder.glob(f"{start}*") if path.is_file()}
    if is_remote() and _is_shared(folder):
        prefix = f"{_stored_name(folder)}/"
        names |= set(_transfer(lambda: [_file_name(item.key) for item in _objects(prefix + start)]))
    return sorted(names)


def list_remote_files(folder: Path, start: str = "") -> Iterator[tuple[Path, datetime]]:
    """Yield path and time of the files in the bucket whose name begins so. Raise StorageUnreachableError."""
    if is_remote():
        prefix = f"{_stored_name(folder)}/"
        for key, modified_at in _transfer(
            lambda: [(item.key, item.last_modified) for item in _objects(prefix + start)]
        ):
            yield folder / _name_from_key(key).removeprefix(prefix), modified_at


def send_waiting_files() -> int:
    """Upload the files that wait for the bucket. Return the number of those that still wait."""
    waiting, reason = 0, ""
    notes = sorted(_waiting_folder().glob("*")) if is_remote() and _waiting_folder().exists() else []
    for number, note in enumerate(notes):
        path, source = (Path(line) for line in note.read_text(encoding="utf-8").split("\n"))
        # A file that did not fit on the disk was in SPARE_DIR, and may have been moved since.
        source = source if source.exists() else path
        try:
            _transfer(lambda path=path, source=source: _put(source, _stored_name(path)))  # type: ignore[misc]
        except StorageRefusedError as error:
            waiting, reason = waiting + 1, str(error)
            continue
        except StorageUnreachableError as error:
            # Each of the others would wait for the same timeout.
            waiting, reason = waiting + len(notes) - number, str(error)
            break
        except FileNotFoundError:
            logger.error("%s was removed before it could be uploaded to the image storage", _stored_name(path))
        note.unlink(missing_ok=True)
    _log_waiting(waiting, reason)
    return waiting


def _log_waiting(waiting: int, reason: str) -> None:
    """Log once a minute the number of files that wait on this machine, and the reason."""
    global _next_log
    if waiting and time.monotonic() >= _next_log:
        _next_log = time.monotonic() + LOG_EVERY_SECONDS
        logger.error("%s files wait on this disk: %s", waiting, reason)


def drop_copy(name: str, removed_at: datetime) -> None:
    """Remove the local copy of a file that another machine removed, or of a folder (its name ends with a slash)."""
    root, _, rest = name.partition("/")
    if root == "pictures" and rest.endswith("/"):
        for folder in (Path(settings.CONVERSIONS_DIR, rest), Path(settings.SPARE_DIR, Path(rest).name)):
            shutil.rmtree(folder, ignore_errors=True)
    if not is_remote() or root not in stored_folders() or not rest.strip("/"):
        # The local file is no copy: the machine that removed it has already done so.
        return
    path = stored_folders()[root] / rest
    if rest.endswith("/"):
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        # A file that was written under the same name since then stays.
        if path.stat().st_mtime <= removed_at.timestamp():
            path.unlink()


def shrink_copies() -> None:
    """Remove copies that were not used for a day, and beyond MAX_COPIED_BYTES the least recently used ones.

    Keep files that a run may be using, and files that wait for the bucket. Remove all others on a disk without room.
    """
    if not is_remote():
        return
    folders = list(stored_folders().values())
    in_use = settings.RUN_DEADLINE + KEEPING_SECONDS
    max_bytes = MAX_COPIED_BYTES if disk.has_room() else 0
    disk.shrink_cache(folders, max_bytes, unused_seconds=in_use, may_go=_is_only_a_copy)
    disk.shrink_cache(folders, 0, unused_seconds=max(in_use, UNUSED_SECONDS), may_go=_is_only_a_copy)


def _is_only_a_copy(path: Path) -> bool:
    return not _waiting_note(path).exists()


def _report_removal(path: Path, suffix: str = "") -> None:
    if not has_peers():
        return
    try:
        file_removed.send(sender=None, name=_stored_name(path) + suffix)
    except DatabaseError as error:
        logger.warning("other machines drop a removed file later: %s", type(error).__name__)


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
            # A file that waits for the bucket exists only here.
            if not _waiting_note(path).exists():
                path.unlink(missing_ok=True)
            raise FileNotFoundError(path) from None
        raise


def _is_same(path: Path, facts: Any) -> bool:
    local = path.stat()
    return bool(local.st_size == facts.content_length and int(local.st_mtime) == int(facts.last_modified.timestamp()))


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


def _transfer[Result](transfer: Callable[[], Result]) -> Result:
    """Call `transfer` in a transfer thread. Raise StorageUnreachableError for errors of the bucket."""
    from playground.core.files import s3

    try:
        return _transfers(os.getpid()).submit(transfer).result()
    except s3.ERRORS as error:
        code = s3.error_code(error)
        if s3.is_refusal(error):
            raise StorageRefusedError(f"the image storage rejected the request: {code}") from error
        raise StorageUnreachableError(f"the image storage didn't respond: {code}") from error


def _remove_or_warn(remove: Callable[[], object]) -> None:
    try:
        remove()
    except StorageUnreachableError as error:
        logger.warning("%s; what should be removed there goes with the next pruning", error)


@cache
def _transfers(process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(TRANSFERS, thread_name_prefix=f"store-{process}")


def _storage() -> Any:
    return storages["pictures"]


def _objects(prefix: str) -> Any:
    return _storage().bucket.objects.filter(Prefix=_key(prefix))


def stored_folders() -> dict[str, Path]:
    """Return the folders of the files that a bucket would hold, by their names in it."""
    return {
        "pictures": Path(settings.PICTURES_DIR),
        "drafts": Path(settings.DRAFTS_DIR),
        "answers": Path(settings.FILES_DIR, "answers"),
    }


def _is_shared(path: Path) -> bool:
    return any(path.is_relative_to(root) for root in stored_folders().values())


def _stored_name(path: Path) -> str:
    """Return the name of a file in the bucket, below the prefix."""
    for name, root in stored_folders().items():
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
