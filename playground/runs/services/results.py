"""Store the results of a run, on arrival or from the folder of a killed worker: previews, pictures, price."""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from playground.core.change_notices import note_change
from playground.core.db.transactions import release_connection
from playground.core.files import disk, storage
from playground.imageapi import pricing
from playground.imageapi.catalog import RESULT_EXTENSIONS, SIZE_NAMES, VECTOR
from playground.imageapi.pricing import picture_price, rendered_quality
from playground.imageapi.schemas import ImageResult, PartialPicture, ReceivedPicture, Usage
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.runs import paths
from playground.runs.models import ACTIVE, Decoding, Picture, Run, State
from playground.runs.services import disk_space
from playground.runs.services.finish import record_pictures

logger = logging.getLogger(__name__)
# A picture that was stored but has no row yet, and one that was received but not stored yet.
_STORED: Final = re.compile(r"([1-9])\.(?:png|jpg|webp|gif|svg)")
_RECEIVED: Final = re.compile(r"received-([1-9])\.part")
_UNFINISHED: Final = ("received-*", "preview-*", "*.tmp")
# The texts of an answer that `Run.reported` keeps.
ANSWER_DETAILS: Final = ("size", "quality", "output_format", "background")
_NO_FACTS: Mapping[str, Any] = MappingProxyType({})


def update_run(run_id: str, facts: Mapping[str, Any] = _NO_FACTS, *, from_state: State | None = None) -> bool:
    """Write `facts` into the run's row and increment its version; return whether there was such a row.

    With `from_state` write only if the run is in this state, so that one of several workers succeeds.
    """
    runs = Run.objects.filter(pk=run_id) if from_state is None else Run.objects.filter(pk=run_id, state=from_state)
    is_updated = runs.update(version=F("version") + 1, **facts) > 0
    note_change(run_id)
    return is_updated


def store_preview(run: Run, partial: PartialPicture) -> None:
    """Store the newest preview of an unfinished picture."""
    number = partial.index + 1
    if partial.path.parent != paths.run_folder(run.pk):
        # The disk is full: leave the remaining room to the picture.
        partial.path.unlink(missing_ok=True)
        return
    partial.path.replace(paths.preview_path(run.pk, number))
    with contextlib.suppress(storage.StorageUnreachableError):
        storage.store_file(paths.preview_path(run.pk, number))
    run.previews = {**run.previews, str(number): partial.step + 1}
    update_run(run.pk, {"previews": run.previews})


def store_picture(run: Run, received: ReceivedPicture) -> Picture:
    """Store a delivered picture. Raises PictureError when the file is no picture, and removes its file then.

    `decode_pictures` decodes its pixels after the run's end. Raises DatabaseError or OSError when it cannot be
    stored; the file is then where it was, so that the caller can try again.
    """
    number = received.index + 1
    try:
        facts = sandbox.read_result_header(received.path)
    except PictureError:
        received.path.unlink(missing_ok=True)
        raise
    name = f"{number}.{RESULT_EXTENSIONS[facts.format]}"
    # A picture in the spare folder of a full disk stays there.
    path = received.path.replace(received.path.with_name(name))
    storage.store_file_now(paths.run_folder(run.pk) / name, path)
    picture = Picture(
        run=run,
        number=number,
        file=name,
        format=facts.format,
        width=facts.width,
        height=facts.height,
        size=facts.size,
        has_alpha=facts.has_alpha,
        has_credentials=facts.has_credentials,
        decoding=Decoding.DONE if facts.format == VECTOR else Decoding.PENDING,
        revised_prompt=received.revised_prompt,
    )
    try:
        disk_space.write_with_reserve(lambda: picture.save(force_insert=True))
    except IntegrityError:
        # Another worker took this one for dead, and recovered the picture.
        return Picture.objects.get(run=run, number=number)
    except Exception:
        path.replace(received.path)
        raise
    return picture


def decode_pictures(run: Run, pictures: Iterable[Picture]) -> None:
    """Decode pictures of an ended run that are pending, make their thumbnails, and take broken ones back.

    Also look at requested transparency. SVG is not decoded: only browsers draw it.
    """
    broken, has_news = [], False
    for picture in pictures:
        if picture.decoding != Decoding.PENDING:
            continue
        try:
            has_news |= _decode(run, picture)
        except PictureError as error:
            if error.reason == "broken":
                broken.append(picture)
                continue
            # A limit of the sandbox is no reason to take back a picture that was paid for.
            logger.warning("run %s: image %s can't be decoded: %s", run.pk, picture.number, error.reason)
            Picture.objects.filter(pk=picture.pk).update(decoding=Decoding.FAILED)
        except FileNotFoundError:
            # The visitor has deleted the run, or the picture is on the disk of another machine.
            continue
    if broken:
        take_back(run, broken)
    elif has_news:
        update_run(run.pk)


def _decode(run: Run, picture: Picture) -> bool:
    """Decode a picture; return whether something was found that its card shows. Raises PictureError."""
    folder, source = paths.run_folder(run.pk), storage.fetch_file(paths.picture_path(picture))
    release_connection()
    stem = folder / f"{picture.number}.thumbnail"
    checked = sandbox.check_and_thumbnail(source, stem, measures_transparency=run.wants_transparency)
    found: dict[str, Any] = {"decoding": Decoding.DONE}
    if checked.thumbnail:
        storage.store_file_now(folder / checked.thumbnail)
        found["thumbnail"] = checked.thumbnail
    if checked.transparency is not None:
        found["transparency"] = asdict(checked.transparency)
    Picture.objects.filter(pk=picture.pk).update(**found)
    return checked.transparency is not None


def decode_pending_pictures(ended_before: datetime) -> None:
    """Decode the pictures of runs that ended before that time, whose workers died first."""
    pending = Picture.objects.filter(
        decoding=Decoding.PENDING, deleted_at=None, run__deleted_at=None, run__finished_at__lt=ended_before
    )
    for run_id in list(pending.values_list("run", flat=True).distinct()):
        for run in Run.objects.filter(pk=run_id).exclude(state__in=ACTIVE):
            decode_pictures(run, run.pictures.all())


def take_back(run: Run, broken: Sequence[Picture]) -> None:
    """Remove broken pictures of an ended run, and write its end as if they had not come."""
    with transaction.atomic():
        row = Run.objects.select_for_update().filter(pk=run.pk).first()
        if row is None or not Picture.objects.filter(pk__in=[picture.pk for picture in broken]).delete()[0]:
            return
        for picture in broken:
            path = paths.picture_path(picture)
            path.unlink(missing_ok=True)
            storage.remove_file(paths.run_folder(run.pk) / path.name)
        pictures = list(Picture.objects.filter(run=run.pk))
        fields: dict[str, Any] = {
            "price": picture_cost(row, pictures, stored_result(row)) if pictures else None,
            "bytes": disk.folder_bytes([paths.run_folder(run.pk)]),
            "error_facts": {**row.error_facts, "damaged": len(broken)},
        }
        if row.state in (State.SUCCEEDED, State.PARTIAL):
            fields["state"] = State.PARTIAL if pictures else State.FAILED
        if not pictures:
            fields |= {"error": row.error or "garbled_response", "charged": "maybe"}
        update_run(run.pk, fields)
    numbers = ", ".join(str(picture.number) for picture in broken)
    logger.warning("run %s: image %s is unusable: broken", run.pk, numbers)


def store_locked_picture(run: Run, picture: Picture) -> None:
    """Make the locked picture and the heat map; on failure the picture stays as it was returned."""
    source, mask = paths.run_source_path(run, 1), paths.run_mask_path(run)
    if source is None or mask is None:
        return
    folder, result = paths.run_folder(run.pk), storage.fetch_file(paths.picture_path(picture))
    storage.fetch_file(source), storage.fetch_file(mask)
    locked, heat = f"{picture.number}.locked.png", f"{picture.number}.heat.png"
    fields: dict[str, Any] = {}
    try:
        facts = sandbox.lock_picture(source, mask, result, folder / locked, run.kept_box)
        storage.store_file_now(folder / locked)
        fields |= {"locked": locked, "lock_facts": asdict(facts)}
        percent = sandbox.measure_outside_change(source, mask, result, folder / heat, facts.placement)
        storage.store_file_now(folder / heat)
        fields |= {"heat": heat, "outside_changed": percent}
    except (PictureError, OSError) as error:
        logger.warning("run %s: image %s couldn't be locked: %s", run.pk, picture.number, error)
    if fields:
        Picture.objects.filter(pk=picture.pk).update(**fields)
        update_run(run.pk)


def picture_cost(run: Run, pictures: Iterable[Picture], result: ImageResult | None) -> int:
    """Return the price in micro-dollars: by size and quality of the answer, else of the request."""
    api = settings.IMAGE_APIS.get(run.api)
    if api is not None and not api.profile.priced_by_table:
        usage = result.usage if result else None
        # Zero output tokens mean that the API did not count them.
        model = api.profile.capabilities(str(run.parameters.get("model", ""))).model
        return pricing.official_cost(usage, model) if usage and usage.output_tokens else run.estimate_high
    parameters = run.parameters
    quality = rendered_quality(result and result.quality, parameters.get("quality"))
    total = 0
    for picture in pictures:
        sizes = (result and result.size, parameters.get("size"), f"{picture.width}x{picture.height}")
        total += picture_price(next((str(size) for size in sizes if size in SIZE_NAMES), SIZE_NAMES[0]), quality)
    return total


def stored_result(run: Run) -> ImageResult:
    """Return what the row of an ended run keeps of the API's answer, without the pictures."""
    texts = {name: run.reported[name] for name in ANSWER_DETAILS if name in run.reported}
    return ImageResult((), **texts, usage=Usage(**run.usage) if run.usage else None)


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
    pictures = [picture for path, number in _candidates(run) if (picture := _store_recovered(run, path, number))]
    for folder in (paths.run_folder(run.pk), paths.spare_folder(run.pk)):
        for pattern in _UNFINISHED:
            for path in folder.glob(pattern):
                path.unlink(missing_ok=True)
    for name in storage.list_names(paths.run_folder(run.pk), "preview-") if storage.is_remote() else ():
        storage.remove_file(paths.run_folder(run.pk) / name)
    # All pictures may have rows although the run's own row could not be written.
    if pictures or (run.price is None and Picture.objects.filter(run=run).exists()):
        _update_price_and_state(run, len(pictures))
    if pictures:
        for picture in pictures:
            store_locked_picture(run, picture)
        run.refresh_from_db()
        decode_pictures(run, pictures)
        logger.info("run %s: recovered %s images of a dead worker", run.pk, len(pictures))
    return len(pictures)


def _candidates(run: Run) -> Iterator[tuple[Path, int]]:
    """Yield files that may be pictures of the run, stored ones first, with their numbers."""
    # In a stream a received file may be a preview, and its name does not tell.
    patterns = (_STORED,) if run.parameters.get("stream") else (_STORED, _RECEIVED)
    for pattern in patterns:
        for folder in (paths.run_folder(run.pk), paths.spare_folder(run.pk)):
            # Of a worker that died on another machine, only its files in the bucket can be found.
            for name in storage.list_names(folder):
                if match := pattern.fullmatch(name):
                    yield storage.fetch_file(folder / name), int(match[1])


def _store_recovered(run: Run, path: Path, number: int) -> Picture | None:
    if number > run.requested_count or Picture.objects.filter(run=run, number=number).exists():
        return None
    # The file may be incomplete.
    with contextlib.suppress(PictureError):
        return store_picture(run, ReceivedPicture(number - 1, path, ""))
    return None


def _update_price_and_state(run: Run, recovered: int) -> None:
    pictures = list(Picture.objects.filter(run=run))
    price = picture_cost(run, pictures, None)
    record_pictures(run, recovered, price - (run.price or 0))
    fields: dict[str, object] = {"price": price, "bytes": disk.folder_bytes([paths.run_folder(run.pk)])}
    if len(pictures) >= run.requested_count:
        fields |= {"state": State.SUCCEEDED, "error": "", "error_facts": {}, "charged": "yes"}
    update_run(run.pk, fields)
