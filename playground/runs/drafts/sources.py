"""The pictures on a visitor's edit page: taken in, put in order, removed."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Max, Sum
from django.http import Http404

from playground.core import storage
from playground.core.db.locks import take_visitor_lock
from playground.imageapi import schemas
from playground.imageapi.catalog import FILE_ENDINGS, MAX_FILE_BYTES, MAX_TOTAL_BYTES, MEDIA_TYPES
from playground.imageapi.untrusted_text import safe_file_name
from playground.imaging import normalize, sandbox
from playground.imaging.decode import PictureError, PictureFacts
from playground.runs.exceptions import SourceRejected, rejection_reason
from playground.runs.folders import draft_folder, link_file
from playground.runs.models import Source, new_id
from playground.runs.services import disk_quota

MAX_ROLE_LENGTH: Final = 200


def list_sources(visitor: str) -> list[Source]:
    """The visitor's pictures in the order they will be sent."""
    return list(Source.objects.filter(visitor=visitor)) if visitor else []


def get_source(visitor: str, source_id: str) -> Source:
    """One of the visitor's pictures. Raises Http404 for what is not there or not theirs."""
    source = Source.objects.filter(visitor=visitor, pk=source_id).first() if visitor else None
    if source is None:
        raise Http404("no such source")
    return source


def source_path(source: Source) -> Path:
    """The picture as it will be sent."""
    return draft_folder(source.visitor) / source.file


def source_thumbnail(source: Source) -> Path:
    """A small version for lists."""
    return draft_folder(source.visitor) / (source.thumbnail or source.file)


def source_images(visitor: str) -> tuple[schemas.SourceImage, ...]:
    """The visitor's pictures as a request names them, in order."""
    return tuple(source_as_image(one) for one in list_sources(visitor))


def source_as_image(source: Source) -> schemas.SourceImage:
    """The picture as a request names it."""
    return schemas.SourceImage(source_path(source), source.name, source.media_type, source.size, source.digest)


def add_source(visitor: str, uploaded: Path, name: str, *, role: str = "") -> Source:
    """Take in an uploaded file as the last picture; the file itself is left alone. Raises SourceRefused."""
    check_room(visitor, uploaded.stat().st_size, name)
    _check_allowance(visitor, uploaded.stat().st_size, name)
    source_id = new_id()
    folder = draft_folder(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    taken, thumbnail = folder / source_id, folder / f"{source_id}.thumbnail.webp"
    try:
        facts = _take_in(uploaded, taken, thumbnail, name)
        file = f"{source_id}.{FILE_ENDINGS[facts.format]}"
        taken.replace(folder / file)
        storage.store_file(folder / file)
        if thumbnail.exists():
            storage.store_file(thumbnail)
        return _enter(visitor, facts, id=source_id, file=file, thumbnail=thumbnail.name, name=name, role=role)
    except (SourceRejected, OSError, DatabaseError):
        _remove_files(visitor, source_id)
        raise


def put_back(visitor: str, path: Path, thumbnail: Path | None, facts: dict[str, Any]) -> Source:
    """Add a picture that was sent before, as `Run.sources` describes it. Raises SourceRefused."""
    source_id = new_id()
    folder = draft_folder(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    file, small = f"{source_id}{path.suffix}", f"{source_id}.thumbnail.webp"
    link_file(path, folder / file)
    has_small = thumbnail is not None and thumbnail != path and storage.fetch_files(thumbnail) is not None
    if has_small and thumbnail is not None:
        link_file(thumbnail, folder / small)
    format = next(name for name, media_type in MEDIA_TYPES.items() if media_type == facts["media_type"])
    was = PictureFacts(
        format, facts["width"], facts["height"], facts["size"], facts.get("has_alpha", False), facts.get("digest", "")
    )
    names = {"id": source_id, "file": file, "thumbnail": small if has_small else ""}
    try:
        return _enter(visitor, was, name=facts["name"], role=facts["role"], **names)
    except (SourceRejected, DatabaseError):
        _remove_files(visitor, source_id)
        raise


def draft_capacity() -> int:
    """How many pictures may wait: as many as the API takes that takes the most."""
    return max(api.profile.max_sources for api in settings.IMAGE_APIS.values())


def check_room(visitor: str, size: int, name: str) -> None:
    """Whether one more file of `size` bytes fits on the page. Raises SourceRefused."""
    held = Source.objects.filter(visitor=visitor).aggregate(count=Count("pk"), bytes=Sum("size", default=0))
    if size > MAX_FILE_BYTES:
        raise SourceRejected("too_large", name)
    if held["count"] >= draft_capacity():
        raise SourceRejected("too_many", name, draft_capacity())
    if held["bytes"] + size > MAX_TOTAL_BYTES:
        raise SourceRejected("too_large_together", name)


def remove_source(source: Source) -> None:
    """Take a picture off the page, with its mask."""
    source_id = source.pk
    source.delete()
    _remove_files(source.visitor, source_id)


def reorder_sources(visitor: str, ids: Sequence[str]) -> list[Source]:
    """Put the pictures in the order of `ids`; unknown ids are ignored, pictures left out come last as they were."""
    places = {source_id: place for place, source_id in enumerate(ids)}
    with transaction.atomic():
        sources = sorted(list_sources(visitor), key=lambda one: places.get(one.pk, len(places)))
        for position, source in enumerate(sources):
            source.position = position
        Source.objects.bulk_update(sources, ["position"])
    return sources


def set_role(source: Source, role: str) -> None:
    """Say what the picture is in the edit: scene, product, or the visitor's own words."""
    source.role = role.strip()[:MAX_ROLE_LENGTH]
    source.save(update_fields=["role"])


def clear_draft(visitor: str) -> None:
    """Take everything off the page."""
    for source in list_sources(visitor):
        remove_source(source)


def _take_in(uploaded: Path, target: Path, thumbnail: Path, name: str) -> PictureFacts:
    try:
        return sandbox.take_in(uploaded, target, thumbnail)
    except PictureError as error:
        reason = (
            "heic" if error.reason == "format" and normalize.is_heic(uploaded) else rejection_reason(error.reason)
        )
        raise SourceRejected(reason, name) from error


def _enter(visitor: str, facts: PictureFacts, *, name: str, role: str, **files: str) -> Source:
    with transaction.atomic():
        # Asked again where nobody can come between: two tabs may add at once.
        take_visitor_lock("draft", disk_quota.session_totals(visitor))
        check_room(visitor, facts.size, name)
        last = Source.objects.filter(visitor=visitor).aggregate(last=Max("position"))["last"]
        source = Source.objects.create(
            visitor=visitor,
            position=0 if last is None else last + 1,
            name=safe_file_name(name, facts.format),
            role=role.strip()[:MAX_ROLE_LENGTH],
            format=facts.format,
            width=facts.width,
            height=facts.height,
            size=facts.size,
            has_alpha=facts.has_alpha,
            digest=facts.digest,
            **files,
        )
        # Its files are there by now, and count.
        _check_allowance(visitor, 0, name)
        return source


def _check_allowance(visitor: str, size: int, name: str) -> None:
    if lack := disk_quota.quota_problem(disk_quota.session_totals(visitor), size):
        raise SourceRejected(lack, name)


def _remove_files(visitor: str, source_id: str) -> None:
    folder = draft_folder(visitor)
    for path in folder.glob(f"{source_id}*"):
        path.unlink(missing_ok=True)
    if storage.is_remote():
        with contextlib.suppress(storage.StorageUnreachableError):
            for name in storage.list_names(folder, source_id):
                storage.remove_file(folder / name)
