"""What is known already of the pictures that go into an edit: from the draft, from an earlier edit, from a result."""

import hashlib
import hmac
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from playground.core import disk, shutdown, storage
from playground.core.db import statements
from playground.core.db.locks import take_visitor_lock
from playground.core.logging import current_request_id
from playground.imageapi import schemas
from playground.imageapi.demo_keys import is_demo_key
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest
from playground.imageapi.untrusted_text import unique_file_names
from playground.imaging import decode, sandbox
from playground.imaging.decode import PictureError
from playground.runs import drafts
from playground.runs import paths as files
from playground.runs.exceptions import MaskRejected, RunRefused, SourceRejected, rejection_reason
from playground.runs.folders import is_stored, link_file, run_folder
from playground.runs.models import MASK_NAME, Picture, Run, Source, State, new_id
from playground.runs.services import disk_quota, estimates, key_sealing
from playground.runs.services.wakeup import notify_worker


@dataclass(frozen=True, slots=True)
class KnownImage:
    """Size in pixels, alpha, role, and the small version where there is one."""

    width: int
    height: int
    has_alpha: bool
    role: str = ""
    thumbnail: Path | None = None


def known_images(paths: Sequence[Path]) -> list[KnownImage | None]:
    """What is known of the files at `paths`, in their order; None for one that has to be looked at."""
    ids = [path.name.partition(".")[0] for path in paths]
    sources = Source.objects.in_bulk(ids)
    return [_known(path, sources.get(source_id)) for path, source_id in zip(paths, ids, strict=True)]


def _known(path: Path, source: Source | None) -> KnownImage | None:
    if source is not None and drafts.source_path(source) == path:
        small = drafts.source_thumbnail(source) if source.thumbnail else None
        return KnownImage(source.width, source.height, source.has_alpha, source.role, small)
    run = Run.objects.filter(pk=path.parent.name).first()
    return _of_run(run, path) if run is not None else None


def _of_run(run: Run, path: Path) -> KnownImage | None:
    for number, facts in enumerate(run.sources, start=1):
        if facts["file"] == path.name:
            small = files.run_source_thumbnail_path(run, number) if facts.get("thumbnail") else None
            return KnownImage(
                facts["width"], facts["height"], facts.get("has_alpha", False), facts.get("role", ""), small
            )
    picture = Picture.objects.filter(run=run, file=path.name).first()
    if picture is None:
        return None
    small = files.thumbnail_path(picture) if picture.thumbnail else None
    return KnownImage(picture.width, picture.height, picture.has_alpha, thumbnail=small)


def attach_files(run_id: str, request: ImageRequest) -> dict[str, Any]:
    """Put the request's files into the run's folder; the values of the run's columns `sources`, `mask` and `bytes`.

    Nothing is left behind when it fails. Raises SourceRefused and MaskRefused.
    """
    if not request.images:
        return {}
    folder = run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        names = unique_file_names(image.name for image in request.images)
        known = known_images([image.path for image in request.images])
        sources = [
            _keep_source(folder, number, *facts)
            for number, facts in enumerate(zip(request.images, names, known, strict=True), start=1)
        ]
        mask = _store_mask(folder, request.mask, sources[0]) if request.mask else ""
    except BaseException:
        storage.remove_stored_folder(folder)
        raise
    return {"sources": sources, "mask": mask, "bytes": disk.folder_bytes([folder])}


def _keep_source(
    folder: Path, number: int, image: schemas.SourceImage, name: str, known: KnownImage | None
) -> dict[str, Any]:
    file = f"source-{number}{image.path.suffix}"
    try:
        link_file(image.path, folder / file)
        width, height = (known.width, known.height) if known else decode.read_size(image.path)
    except FileNotFoundError:
        raise SourceRejected("gone", image.name) from None
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), image.name) from error
    return {
        "name": name,
        "file": file,
        "thumbnail": _keep_thumbnail(folder, number, known),
        "media_type": image.media_type,
        "size": image.size,
        "width": width,
        "height": height,
        "has_alpha": known.has_alpha if known else False,
        "role": known.role if known else "",
        "digest": image.digest,
    }


def _keep_thumbnail(folder: Path, number: int, known: KnownImage | None) -> str:
    name = f"source-{number}.thumbnail.webp"
    if known is None or known.thumbnail is None:
        return ""
    try:
        link_file(known.thumbnail, folder / name)
    except FileNotFoundError:
        return ""
    return name


def _store_mask(folder: Path, mask: schemas.SourceImage, first: dict[str, Any]) -> str:
    """Put the mask into the run's folder; fit it unless that was done when it came into a draft."""
    target = folder / MASK_NAME
    try:
        if is_stored(mask.path):
            link_file(mask.path, target)
        else:
            sandbox.fit_mask(mask.path, target, (first["width"], first["height"]))
            storage.store_file(target)
    except FileNotFoundError:
        raise MaskRejected("broken") from None
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    return MASK_NAME


@dataclass(frozen=True, slots=True)
class ApiConnection:
    """An API and the visitor's key for it. The key is in no repr."""

    api: ImageApi
    key: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Groups runs of one key without telling it."""
        return hmac.new(f"fingerprint {settings.SECRET_KEY}".encode(), self.key.encode(), hashlib.sha256).hexdigest()[
            :32
        ]

    @property
    def is_demo(self) -> bool:
        """Whether nothing is really charged: the built-in API with a demo key."""
        return self.api.is_builtin and is_demo_key(self.key, settings.SECRET_KEY)

    @property
    def last4(self) -> str:
        """What people recognise the key by."""
        return self.key[-4:]


logger = logging.getLogger(__name__)
# A human double click has up to this long between the first run and the press that meets its page.
DOUBLE_CLICK: Final = timedelta(seconds=2)


def submit_run(
    visitor: str,
    connection: ApiConnection,
    request: ImageRequest,
    *,
    token: str,
    rehearsed: str = "",
    page: str = "",
    pressed_at: datetime | None = None,
) -> Run:
    """Return the run of this form: one that exists already, or a new one.

    The same token with the same content is the run that exists; an empty token never is. The same
    content from the page of the run `page`, which was made from it less than DOUBLE_CLICK before `pressed_at` (now),
    is that run, whatever the token. The key is sealed onto the row until the runner claims it. The files of an edit
    are kept with the run; a mask is fitted to the first picture. `rehearsed` is the error to ask for. Raises
    RunRefused, SourceRefused and MaskRefused.
    """
    content = content_hash(connection.api.id, request, rehearsed)
    existing = find_run(visitor, token, content) or _double_clicked_run(
        visitor, page, content, pressed_at or timezone.now()
    )
    if existing is not None and existing.deleted_at is None:
        return existing
    if existing is not None:
        # Who sends a form again whose run was deleted wants another.
        Run.objects.filter(pk=existing.pk).update(token="")
    if shutdown.is_updating():
        raise RunRefused("updating")
    if lack := disk_quota.quota_problem(visitor, 1):
        raise RunRefused(lack)
    run_id = new_id()
    files = attach_files(run_id, request)
    facts = _run_fields(visitor, connection, request)
    run = Run(id=run_id, token=token, content=content, rehearsed=rehearsed, **files, **facts)
    try:
        is_written = _insert_run(run)
    except IntegrityError:
        storage.remove_stored_folder(run_folder(run_id))
        # The other click of a double click was quicker.
        return Run.objects.get(visitor=visitor, token=token, content=content)
    except DatabaseError:
        storage.remove_stored_folder(run_folder(run_id))
        raise
    if not is_written:
        storage.remove_stored_folder(run_folder(run_id))
        raise RunRefused("queue_full")
    logger.info("run=%s api=%s endpoint=%s submitted", run.pk, run.api, run.endpoint)
    notify_worker(run.pk)
    return run


def _insert_run(run: Run) -> bool:
    """Write the row, unless too many runs of the session wait. Raises IntegrityError when the form made one."""
    with statements.single():
        take_visitor_lock("queue", run.visitor)
        return statements.insert_below(run, disk_quota.MAX_QUEUED, visitor=run.visitor, state=State.QUEUED)


def find_run(visitor: str, token: str, content: str) -> Run | None:
    """The run that this form made already, if any."""
    return statements.find(Run, visitor=visitor, token=token, content=content) if token else None


def _double_clicked_run(visitor: str, page: str, content: str, pressed_at: datetime) -> Run | None:
    """Return the run `page` when this content made it a moment ago: a double click meets the page of its run."""
    run = statements.find(Run, pk=page, visitor=visitor, deleted_at=None) if page else None
    if run is None or pressed_at - run.created_at >= DOUBLE_CLICK:
        return None
    # What was sent differs from what its page sends again: the mask was fitted to the picture.
    is_same = content in (run.content, content_hash(run.api, run.request(), run.rehearsed))
    return run if is_same else None


def content_hash(api_id: str, request: ImageRequest, rehearsed: str = "") -> str:
    """Names what a form asks for, and of which API; files count by their bytes, a rehearsal by its code."""
    files = [one.digest or _file_hash(one.path) for one in (*request.images, request.mask) if one]
    said = [api_id, request.endpoint, request.parameters(), request.mask is not None, files]
    said += [rehearsed] if rehearsed else []
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    """Names the bytes of a file, read in blocks; empty when it is gone, which the run will tell."""
    try:
        with storage.fetch_file(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _run_fields(visitor: str, connection: ApiConnection, request: ImageRequest) -> dict[str, object]:
    seconds = estimates.expected_seconds(connection.api, request)
    price = estimates.expected_price(connection.api, request)
    return {
        "visitor": visitor,
        "origin": current_request_id.get(),
        "api": connection.api.id,
        "account": connection.api.profile.account,
        "endpoint": request.endpoint,
        "parameters": request.parameters(),
        "sealed_key": key_sealing.seal_key(connection.key),
        "key_fingerprint": connection.fingerprint,
        "key_last4": connection.last4,
        "is_demo": connection.is_demo,
        "expected_low": seconds.low,
        "expected_high": seconds.high,
        "estimate_low": price.low,
        "estimate_high": price.high,
    }
