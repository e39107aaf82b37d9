"""Recover runs of killed workers: store delivered pictures, and remove unfinished files."""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from django.db.models import F

from playground.core.files import disk, storage
from playground.imageapi.schemas import ReceivedPicture
from playground.imaging.decode import PictureError
from playground.runs.models import Picture, Run, State
from playground.runs.paths import run_folder, spare_folder
from playground.runs.services import results
from playground.runs.services.finish import record_pictures

logger = logging.getLogger(__name__)
# A picture that was stored but has no row yet, and one that was received but not stored yet.
_STORED: Final = re.compile(r"([1-9])\.(?:png|jpg|webp|gif|svg)")
_RECEIVED: Final = re.compile(r"received-([1-9])\.part")
_UNFINISHED: Final = ("received-*", "preview-*", "*.tmp")


def recover_pictures(run_ids: Iterable[str]) -> int:
    """Store pictures that reached the folders of these ended runs; return their number.

    A run that has all of its pictures becomes succeeded.
    """
    recovered = 0
    for run in Run.objects.filter(pk__in=list(run_ids)):
        try:
            recovered += _recover_run(run)
        except Exception:
            # One folder in an odd state must not stop the recovery of the others.
            logger.exception("run %s: its images couldn't be recovered", run.pk)
    return recovered


def _recover_run(run: Run) -> int:
    pictures = [picture for path, number in _candidates(run) if (picture := _store(run, path, number))]
    for folder in (run_folder(run.pk), spare_folder(run.pk)):
        for pattern in _UNFINISHED:
            for path in folder.glob(pattern):
                path.unlink(missing_ok=True)
    for name in storage.list_names(run_folder(run.pk), "preview-") if storage.is_remote() else ():
        storage.remove_file(run_folder(run.pk) / name)
    # All pictures may have rows although the run's own row could not be written.
    if pictures or (run.price is None and Picture.objects.filter(run=run).exists()):
        _update_price_and_state(run, len(pictures))
    if pictures:
        for picture in pictures:
            results.store_locked_picture(run, picture)
        results.check_pictures(pictures)
        logger.info("run %s: recovered %s images of a dead worker", run.pk, len(pictures))
    return len(pictures)


def _candidates(run: Run) -> Iterator[tuple[Path, int]]:
    """Yield files that may be pictures of the run, stored ones first, with their numbers."""
    # In a stream a received file may be a preview, and its name does not tell.
    patterns = (_STORED,) if run.parameters.get("stream") else (_STORED, _RECEIVED)
    for pattern in patterns:
        for folder in (run_folder(run.pk), spare_folder(run.pk)):
            # Of a worker that died on another machine, only its files in the bucket can be found.
            for name in storage.list_names(folder):
                if match := pattern.fullmatch(name):
                    yield storage.fetch_file(folder / name), int(match[1])


def _store(run: Run, path: Path, number: int) -> Picture | None:
    if number > run.requested_count or Picture.objects.filter(run=run, number=number).exists():
        return None
    # The file may be incomplete.
    with contextlib.suppress(PictureError):
        return results.store_picture(run, ReceivedPicture(number - 1, path, ""))
    return None


def _update_price_and_state(run: Run, recovered: int) -> None:
    pictures = list(Picture.objects.filter(run=run))
    price = results.picture_cost(run, pictures, None)
    record_pictures(run, recovered, price - (run.price or 0))
    fields: dict[str, object] = {"price": price, "bytes": disk.folder_bytes([run_folder(run.pk)])}
    if len(pictures) >= run.requested_count:
        fields |= {"state": State.SUCCEEDED, "error": "", "error_facts": {}, "charged": "yes"}
    Run.objects.filter(pk=run.pk).update(version=F("version") + 1, **fields)
