"""The pictures on a visitor's edit page: taken in, put in order, removed."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Max, Sum
from django.http import Http404

from playground import store
from playground.imageapi import messages
from playground.imageapi.options import FILE_ENDINGS, MAX_FILE_BYTES, MAX_TOTAL_BYTES, MEDIA_TYPES
from playground.pixels import child, intake
from playground.pixels.decode import PictureError, PictureFacts
from playground.runs import allowance
from playground.runs.folders import draft_folder_of, link
from playground.runs.models import Source, new_id
from playground.runs.names import safe_name
from playground.runs.refusals import SourceRefused, told
from playground.runs.turns import take_turn

LONGEST_ROLE: Final = 200


def sources_of(visitor: str) -> list[Source]:
    """The visitor's pictures in the order they will be sent."""
    return list(Source.objects.filter(visitor=visitor)) if visitor else []


def source_of(visitor: str, source_id: str) -> Source:
    """One of the visitor's pictures. Raises Http404 for what is not there or not theirs."""
    source = Source.objects.filter(visitor=visitor, pk=source_id).first() if visitor else None
    if source is None:
        raise Http404("no such source")
    return source


def path_of(source: Source) -> Path:
    """The picture as it will be sent."""
    return draft_folder_of(source.visitor) / source.file


def thumbnail_of(source: Source) -> Path:
    """A small version for lists."""
    return draft_folder_of(source.visitor) / (source.thumbnail or source.file)


def images_of(visitor: str) -> tuple[messages.Source, ...]:
    """The visitor's pictures as a request names them, in order."""
    return tuple(as_image(one) for one in sources_of(visitor))


def as_image(source: Source) -> messages.Source:
    """The picture as a request names it."""
    return messages.Source(path_of(source), source.name, source.media_type, source.size, source.digest)


def add(visitor: str, uploaded: Path, name: str, *, role: str = "") -> Source:
    """Take in an uploaded file as the last picture; the file itself is left alone. Raises SourceRefused."""
    check_room(visitor, uploaded.stat().st_size, name)
    _check_allowance(visitor, uploaded.stat().st_size, name)
    source_id = new_id()
    folder = draft_folder_of(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    taken, thumbnail = folder / source_id, folder / f"{source_id}.thumbnail.webp"
    try:
        facts = _take_in(uploaded, taken, thumbnail, name)
        file = f"{source_id}.{FILE_ENDINGS[facts.format]}"
        taken.replace(folder / file)
        store.keep(folder / file)
        if thumbnail.exists():
            store.keep(thumbnail)
        return _enter(visitor, facts, id=source_id, file=file, thumbnail=thumbnail.name, name=name, role=role)
    except (SourceRefused, OSError, DatabaseError):
        _remove_files(visitor, source_id)
        raise


def put_back(visitor: str, path: Path, thumbnail: Path | None, facts: dict[str, Any]) -> Source:
    """Add a picture that was sent before, as `Run.sources` describes it. Raises SourceRefused."""
    source_id = new_id()
    folder = draft_folder_of(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    file, small = f"{source_id}{path.suffix}", f"{source_id}.thumbnail.webp"
    link(path, folder / file)
    has_small = thumbnail is not None and thumbnail != path and store.fetched(thumbnail) is not None
    if has_small and thumbnail is not None:
        link(thumbnail, folder / small)
    format = next(name for name, media_type in MEDIA_TYPES.items() if media_type == facts["media_type"])
    was = PictureFacts(
        format, facts["width"], facts["height"], facts["size"], facts.get("has_alpha", False), facts.get("digest", "")
    )
    names = {"id": source_id, "file": file, "thumbnail": small if has_small else ""}
    try:
        return _enter(visitor, was, name=facts["name"], role=facts["role"], **names)
    except (SourceRefused, DatabaseError):
        _remove_files(visitor, source_id)
        raise


def capacity() -> int:
    """How many pictures may wait: as many as the API takes that takes the most."""
    return max(api.profile.max_sources for api in settings.IMAGE_APIS.values())


def check_room(visitor: str, size: int, name: str) -> None:
    """Whether one more file of `size` bytes fits on the page. Raises SourceRefused."""
    held = Source.objects.filter(visitor=visitor).aggregate(count=Count("pk"), bytes=Sum("size", default=0))
    if size > MAX_FILE_BYTES:
        raise SourceRefused("too_large", name)
    if held["count"] >= capacity():
        raise SourceRefused("too_many", name, capacity())
    if held["bytes"] + size > MAX_TOTAL_BYTES:
        raise SourceRefused("too_large_together", name)


def remove(source: Source) -> None:
    """Take a picture off the page, with its mask."""
    source_id = source.pk
    source.delete()
    _remove_files(source.visitor, source_id)


def reorder(visitor: str, ids: Sequence[str]) -> list[Source]:
    """Put the pictures in the order of `ids`; unknown ids are ignored, pictures left out come last as they were."""
    places = {source_id: place for place, source_id in enumerate(ids)}
    with transaction.atomic():
        sources = sorted(sources_of(visitor), key=lambda one: places.get(one.pk, len(places)))
        for position, source in enumerate(sources):
            source.position = position
        Source.objects.bulk_update(sources, ["position"])
    return sources


def set_role(source: Source, role: str) -> None:
    """Say what the picture is in the edit: scene, product, or the visitor's own words."""
    source.role = role.strip()[:LONGEST_ROLE]
    source.save(update_fields=["role"])


def clear(visitor: str) -> None:
    """Take everything off the page."""
    for source in sources_of(visitor):
        remove(source)


def _take_in(uploaded: Path, target: Path, thumbnail: Path, name: str) -> PictureFacts:
    try:
        return child.take_in(uploaded, target, thumbnail)
    except PictureError as error:
        reason = "heic" if error.reason == "format" and intake.is_heic(uploaded) else told(error.reason)
        raise SourceRefused(reason, name) from error


def _enter(visitor: str, facts: PictureFacts, *, name: str, role: str, **files: str) -> Source:
    with transaction.atomic():
        # Asked again where nobody can come between: two tabs may add at once.
        take_turn("draft", allowance.session_of(visitor))
        check_room(visitor, facts.size, name)
        last = Source.objects.filter(visitor=visitor).aggregate(last=Max("position"))["last"]
        source = Source.objects.create(
            visitor=visitor,
            position=0 if last is None else last + 1,
            name=safe_name(name, facts.format),
            role=role.strip()[:LONGEST_ROLE],
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
    if lack := allowance.lack_of_room(allowance.session_of(visitor), size):
        raise SourceRefused(lack, name)


def _remove_files(visitor: str, source_id: str) -> None:
    folder = draft_folder_of(visitor)
    for path in folder.glob(f"{source_id}*"):
        path.unlink(missing_ok=True)
    if store.is_remote():
        with contextlib.suppress(store.Unreachable):
            for name in store.names(folder, source_id):
                store.remove(folder / name)
