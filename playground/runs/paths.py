"""Where a run's files are, and the pictures made from them: previews, thumbnails, conversions."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings

from playground.core import disk_cache, storage
from playground.core.disk import is_disk_full
from playground.imageapi.catalog import FILE_ENDINGS
from playground.imaging import sandbox
from playground.imaging.convert import Conversion
from playground.runs.folders import conversions_folder_of, run_folder, spare_folder
from playground.runs.models import Picture, Run

# Every format, quality and matte of a picture is a file: whoever asks for all of them must not fill the disk.
MAX_CONVERTED_BYTES: Final = 512 * 1024**2

__all__ = [
    "conversion_path",
    "heatmap_path",
    "locked_path",
    "locked_thumbnail",
    "picture_path",
    "preview_path",
    "run_folder",
    "run_mask_path",
    "run_source_path",
    "run_source_thumbnail_path",
    "thumbnail_path",
]


def picture_path(picture: Picture) -> Path:
    """The picture as the API delivered it; in the spare folder when the disk was full."""
    path = run_folder(picture.run_id) / picture.file
    return path if path.exists() else _spare(path, picture)


def thumbnail_path(picture: Picture) -> Path:
    """The small picture for lists; the picture itself until the runner has made one."""
    return run_folder(picture.run_id) / picture.thumbnail if picture.thumbnail else picture_path(picture)


def preview_path(run_id: str, number: int) -> Path:
    """The newest preview of picture `number`."""
    return run_folder(run_id) / f"preview-{number}"


def locked_path(picture: Picture) -> Path | None:
    """The picture with everything outside the mask kept from the source; None for all but masked edits."""
    return run_folder(picture.run_id) / picture.locked if picture.locked else None


def heatmap_path(picture: Picture) -> Path | None:
    """Where the API changed what it should not have, as a PNG to lay over; None for all but masked edits."""
    return run_folder(picture.run_id) / picture.heat if picture.heat else None


def run_source_path(run: Run, number: int) -> Path | None:
    """Picture `number` (from 1) that went into the edit, as it was sent; None when there is none."""
    return _of_source(run, number, "file")


def run_source_thumbnail_path(run: Run, number: int) -> Path | None:
    """A small version of source `number`, the source itself when there is none, else None."""
    return _of_source(run, number, "thumbnail") or run_source_path(run, number)


def run_mask_path(run: Run) -> Path | None:
    """The mask as it was sent; None when the edit had none."""
    return run_folder(run.pk) / run.mask if run.mask else None


def conversion_path(picture: Picture, conversion: Conversion, *, locked: bool = False) -> Path:
    """The picture in another format, made and kept for a while. Raises PictureError when it cannot be made.

    `locked` converts the picture that keeps what is outside the mask. Raises FileNotFoundError when there is none,
    and OSError when the disk is full.
    """
    source = locked_path(picture) if locked else picture_path(picture)
    if source is None:
        raise FileNotFoundError(f"{picture} has no locked version")
    stem = f"{picture.number}-locked" if locked else str(picture.number)
    ending = FILE_ENDINGS[conversion.format]
    target = conversions_folder_of(picture.run_id) / f"{stem}-{conversion.quality}-{conversion.matte}.{ending}"
    return _make(source, target, lambda: sandbox.convert(source, target, conversion))


def locked_thumbnail(picture: Picture) -> Path | None:
    """The locked picture small, made and kept for a while; None for all but masked edits. Raises like `converted`."""
    source = locked_path(picture)
    if source is None:
        return None
    target = conversions_folder_of(picture.run_id) / f"{picture.number}-locked.thumbnail.webp"
    return _make(source, target, lambda: sandbox.thumbnail(source, target))


def _make(source: Path, target: Path, make: Callable[[], None]) -> Path:
    """Let `make` write `target` from `source` unless it is there; on a full disk other conversions make room."""
    if target.exists():
        disk_cache.note_use(target)
        return target
    storage.fetch_files(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        make()
    except OSError as error:
        if not is_disk_full(error) or not disk_cache.shrink_cache([Path(settings.CONVERSIONS_DIR)], 0):
            raise
        # What made room was in nobody's way before.
        target.parent.mkdir(parents=True, exist_ok=True)
        make()
    _converted_bytes.add(target.stat().st_size)
    return target


class _ConvertedBytes:
    """What this process added to the conversions since it looked through them last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._added = MAX_CONVERTED_BYTES

    def add(self, size: int) -> None:
        """Now and then, keep all conversions of this machine within MAX_CONVERTED_BYTES; other processes add, too."""
        step = MAX_CONVERTED_BYTES // 16
        with self._lock:
            self._added += max(disk_cache.BLOCK, size)
            if self._added < step:
                return
            self._added = 0
        disk_cache.shrink_cache([Path(settings.CONVERSIONS_DIR)], MAX_CONVERTED_BYTES * 3 // 4)


_converted_bytes = _ConvertedBytes()


def _spare(path: Path, picture: Picture) -> Path:
    spare = spare_folder(picture.run_id) / picture.file
    return spare if spare.exists() else path


def _of_source(run: Run, number: int, fact: str) -> Path | None:
    if not 1 <= number <= len(run.sources):
        return None
    name = run.sources[number - 1].get(fact)
    return run_folder(run.pk) / name if name else None
