"""Convert pictures to other formats on demand, and bound the cache of the results."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings

from playground.core.files import disk, storage
from playground.imageapi.catalog import FILE_EXTENSIONS
from playground.imaging import sandbox
from playground.imaging.convert import Conversion
from playground.runs.models import Picture
from playground.runs.paths import conversions_folder, locked_path, picture_path

# Each format, quality and matte of a picture is a file: requests for all of them must not fill the disk.
MAX_CONVERTED_BYTES: Final = 512 * 1024**2


def conversion_path(picture: Picture, conversion: Conversion, *, locked: bool = False) -> Path:
    """Return the picture, or with `locked` the locked one, in another format; convert it unless cached.

    Raises PictureError when it cannot be converted, FileNotFoundError when there is no locked picture, and OSError
    when the disk is full.
    """
    source = locked_path(picture) if locked else picture_path(picture)
    if source is None:
        raise FileNotFoundError(f"{picture} has no locked version")
    stem = f"{picture.number}-locked" if locked else str(picture.number)
    stem = f"{stem}-{conversion.quality}-{conversion.matte}{'-flat' if conversion.flattens else ''}"
    if conversion.xmp:
        stem = f"{stem}-xmp-{hashlib.sha256(conversion.xmp).hexdigest()[:8]}"
    target = conversions_folder(picture.run_id) / f"{stem}.{FILE_EXTENSIONS[conversion.format]}"
    return _cached_conversion(source, target, lambda: sandbox.convert_picture(source, target, conversion))


def locked_thumbnail_path(picture: Picture) -> Path | None:
    """Return a thumbnail of the locked picture, or None. Raises the errors of `conversion_path`."""
    source = locked_path(picture)
    if source is None:
        return None
    target = conversions_folder(picture.run_id) / f"{picture.number}-locked.thumbnail.webp"
    return _cached_conversion(source, target, lambda: sandbox.make_thumbnail(source, target))


def _cached_conversion(source: Path, target: Path, make: Callable[[], None]) -> Path:
    """Let `make` write `target` unless it exists; on a full disk, remove other conversions first."""
    if target.exists():
        disk.note_use(target)
        return target
    storage.fetch_file_or_none(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        make()
    except OSError as error:
        if not disk.is_disk_full(error) or not disk.shrink_cache([Path(settings.CONVERSIONS_DIR)], 0):
            raise
        # The shrinking may have removed the empty folder.
        target.parent.mkdir(parents=True, exist_ok=True)
        make()
    _conversion_budget.add(target.stat().st_size)
    return target


class _ConversionBudget:
    """Shrink the cache each time this process has added a sixteenth of its limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._added = MAX_CONVERTED_BYTES

    def add(self, size: int) -> None:
        """Count `size` bytes. Shrink to three quarters of the limit, since other processes add files, too."""
        step = MAX_CONVERTED_BYTES // 16
        with self._lock:
            self._added += max(disk.BLOCK, size)
            if self._added < step:
                return
            self._added = 0
        disk.shrink_cache([Path(settings.CONVERSIONS_DIR)], MAX_CONVERTED_BYTES * 3 // 4)


_conversion_budget = _ConversionBudget()
