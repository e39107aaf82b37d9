"""What a killed runner left in a run's folder: delivered pictures get their rows, everything half-done goes."""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from django.db.models import F

from playground.core import disk, storage
from playground.imageapi.schemas import ReceivedPicture
from playground.imaging.decode import PictureError
from playground.runs.folders import run_folder, spare_folder
from playground.runs.models import Picture, Run, State
from playground.runs.services import results
from playground.runs.services.finish import count_pictures

logger = logging.getLogger(__name__)
# A picture that was kept but has no row yet, and one that has come but was not kept yet.
_KEPT: Final = re.compile(r"([1-9])\.(?:png|jpg|webp)")
_RECEIVED: Final = re.compile(r"received-([1-9])\.part")
_HALF_DONE: Final = ("received-*", "preview-*", "*.tmp")


def recover_pictures(run_ids: Iterable[str]) -> int:
    """Keep the pictures that were delivered before the runner of these ended runs died; how many there were.

    A run that lacks none of its pictures has succeeded after all.
    """
    found = 0
    for run in Run.objects.filter(pk__in=list(run_ids)):
        try:
            found += _salvage(run)
        except Exception:
            # One run's folder may be in any state; the others must not wait for it.
            logger.exception("run %s: what its runner left behind could not be looked through", run.pk)
    return found


def _salvage(run: Run) -> int:
    rescued = [picture for path, number in _pictures(run) if (picture := _keep(run, path, number))]
    for folder in (run_folder(run.pk), spare_folder(run.pk)):
        for pattern in _HALF_DONE:
            for path in folder.glob(pattern):
                path.unlink(missing_ok=True)
    for name in storage.list_names(run_folder(run.pk), "preview-") if storage.is_remote() else ():
        storage.remove_file(run_folder(run.pk) / name)
    # All pictures may have their rows, and the run's own be the one that could not be written.
    if rescued or (run.price is None and Picture.objects.filter(run=run).exists()):
        _settle(run, len(rescued))
    if rescued:
        for picture in rescued:
            results.store_locked_picture(run, picture)
        results.check_pictures(rescued)
        logger.info("run %s: %s pictures were there though its runner died", run.pk, len(rescued))
    return len(rescued)


def _pictures(run: Run) -> Iterator[tuple[Path, int]]:
    """Files that may be pictures of the run, kept ones first, with their numbers."""
    # In a stream a received file may be a preview, and nothing tells which.
    kinds = (_KEPT,) if run.parameters.get("stream") else (_KEPT, _RECEIVED)
    for kind in kinds:
        for folder in (run_folder(run.pk), spare_folder(run.pk)):
            # A worker that died elsewhere left here only what it put into the bucket.
            for name in storage.list_names(folder):
                if named := kind.fullmatch(name):
                    yield storage.fetch_file(folder / name), int(named[1])


def _keep(run: Run, path: Path, number: int) -> Picture | None:
    if number > run.asked or Picture.objects.filter(run=run, number=number).exists():
        return None
    # A picture that was cut off in the middle is no picture.
    with contextlib.suppress(PictureError):
        return results.store_picture(run, ReceivedPicture(number - 1, path, ""))
    return None


def _settle(run: Run, rescued: int) -> None:
    pictures = list(Picture.objects.filter(run=run))
    price = results.picture_cost(run, pictures, None)
    count_pictures(run, rescued, price - (run.price or 0))
    ending: dict[str, object] = {"price": price, "bytes": disk.folder_bytes([run_folder(run.pk)])}
    if len(pictures) >= run.asked:
        ending |= {"state": State.SUCCEEDED, "error": "", "error_facts": {}, "charged": "yes"}
    Run.objects.filter(pk=run.pk).update(version=F("version") + 1, **ending)
