"""Masked edits: each picture once more with the rest kept from the source, and what the API changed there."""

import logging
from dataclasses import asdict
from typing import Any

from django.db.models import F

from playground import store
from playground.pixels import child
from playground.pixels.decode import PictureError
from playground.runs import files
from playground.runs.models import Picture, Run

logger = logging.getLogger(__name__)


def keep_locked(run: Run, picture: Picture) -> None:
    """Make the locked version and the report of a picture; where that fails the picture stands as it was returned."""
    source, mask = files.source_of(run, 1), files.mask_of(run)
    if source is None or mask is None:
        return
    folder, result = files.folder_of(run.pk), store.fetch(files.path_of(picture))
    store.fetch(source), store.fetch(mask)
    locked, heat = f"{picture.number}.locked.png", f"{picture.number}.heat.png"
    made: dict[str, Any] = {}
    try:
        facts = child.lock(source, mask, result, folder / locked)
        store.keep_surely(folder / locked)
        made |= {"locked": locked, "lock_facts": asdict(facts)}
        percent = child.outside_changed(source, mask, result, folder / heat, facts.placement)
        store.keep_surely(folder / heat)
        made |= {"heat": heat, "outside_changed": percent}
    except (PictureError, OSError) as error:
        logger.warning("run %s: picture %s could not be locked: %s", run.pk, picture.number, error)
    if made:
        Picture.objects.filter(pk=picture.pk).update(**made)
        Run.objects.filter(pk=run.pk).update(version=F("version") + 1)
