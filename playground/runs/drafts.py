"""Drafts: the sources of an edit that is not submitted yet. `draft_masks` has the mask for the first of them.

A draft is stored on the server, so that a failed submit, a reload or another tab loses nothing. Removed sources are
set aside under an owner that no visitor has, so that they are not shown, and are pruned like any draft.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Max, Sum
from django.http import Http404

from playground.core.db.transactions import take_transaction_lock
from playground.core.files import storage
from playground.imageapi import schemas
from playground.imageapi.catalog import FILE_EXTENSIONS, MEDIA_TYPES, MIB
from playground.imageapi.untrusted_text import safe_file_name
from playground.imaging import normalize, sandbox
from playground.imaging.decode import PictureError, PictureFacts
from playground.imaging.frames import FRAME_MODES, SIDES
from playground.runs import draft_masks, paths
from playground.runs.exceptions import SourceRejected, rejection_reason
from playground.runs.models import Picture, Run, Source, new_id
from playground.runs.paths import draft_folder, link_file
from playground.runs.services import disk_space

MAX_ROLE_LENGTH: Final = 200
# Enough for every number that can be meant; what is wrong is shown again.
_MAX_SIDE_LENGTH: Final = 12


def list_sources(visitor: str) -> list[Source]:
    """Return the visitor's sources in the order in which they are sent."""
    return list(Source.objects.filter(visitor=visitor)) if visitor else []


def get_source(visitor: str, source_id: str) -> Source:
    """Return one of the visitor's sources. Raises Http404 if there is none."""
    source = Source.objects.filter(visitor=visitor, pk=source_id).first() if visitor else None
    if source is None:
        raise Http404("no such source")
    return source


def source_path(source: Source) -> Path:
    """Return the file that is sent."""
    return draft_folder(source.visitor) / source.file


def source_thumbnail_path(source: Source) -> Path:
    """Return the thumbnail, or the picture itself when it is small enough."""
    return draft_folder(source.visitor) / (source.thumbnail or source.file)


def source_images(visitor: str) -> tuple[schemas.SourceImage, ...]:
    """Return the visitor's sources as parts of a request, in order."""
    return tuple(source_as_image(source) for source in list_sources(visitor))


def source_as_image(source: Source) -> schemas.SourceImage:
    """Return the source as part of a request."""
    return schemas.SourceImage(source_path(source), source.name, source.media_type, source.size, source.digest)


def add_source(visitor: str, uploaded: Path, name: str, *, role: str = "", parent: str = "") -> Source:
    """Add a normalized copy of the file, or of the result `parent`, as the last source. Raises SourceRejected."""
    check_room(visitor, uploaded.stat().st_size, name)
    _check_quota(visitor, uploaded.stat().st_size, name)
    source_id = new_id()
    folder = draft_folder(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    normalized, thumbnail = folder / source_id, folder / f"{source_id}.thumbnail.webp"
    try:
        facts = _normalize(uploaded, normalized, thumbnail, name)
        file = f"{source_id}.{FILE_EXTENSIONS[facts.format]}"
        normalized.replace(folder / file)
        storage.store_file(folder / file)
        if thumbnail.exists():
            storage.store_file(thumbnail)
        files = {"id": source_id, "file": file, "thumbnail": thumbnail.name}
        return _create_source(visitor, facts, name=name, role=role, parent=parent, **files)
    except (SourceRejected, OSError, DatabaseError):
        _remove_files(visitor, source_id)
        raise


def add_sent_source(visitor: str, path: Path, thumbnail: Path | None, facts: dict[str, Any]) -> Source:
    """Add a source of a run, of which `facts` is the entry in `Run.sources`. Raises SourceRejected."""
    source_id = new_id()
    folder = draft_folder(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    file, thumbnail_name = f"{source_id}{path.suffix}", f"{source_id}.thumbnail.webp"
    link_file(path, folder / file)
    has_thumbnail = thumbnail is not None and thumbnail != path and storage.fetch_file_or_none(thumbnail) is not None
    if has_thumbnail and thumbnail is not None:
        link_file(thumbnail, folder / thumbnail_name)
    format = next(name for name, media_type in MEDIA_TYPES.items() if media_type == facts["media_type"])
    picture_facts = PictureFacts(
        format, facts["width"], facts["height"], facts["size"], facts.get("has_alpha", False), facts.get("digest", "")
    )
    names = {"id": source_id, "file": file, "thumbnail": thumbnail_name if has_thumbnail else ""}
    try:
        parent = facts.get("parent", "")
        return _create_source(visitor, picture_facts, name=facts["name"], role=facts["role"], parent=parent, **names)
    except (SourceRejected, DatabaseError):
        _remove_files(visitor, source_id)
        raise


def draft_capacity() -> int:
    """Return the largest number of sources that any of the APIs accepts."""
    return max(api.profile.max_sources for api in settings.IMAGE_APIS.values())


def draft_file_bytes() -> int:
    """Return the size of the largest source that any of the APIs accepts."""
    return max(api.profile.max_file_bytes for api in settings.IMAGE_APIS.values())


def draft_total_bytes() -> int:
    """Return the largest size of all sources together that any of the APIs accepts."""
    return max(api.profile.sources_bytes for api in settings.IMAGE_APIS.values())


def check_room(visitor: str, size: int, name: str) -> None:
    """Check that one more file of `size` bytes fits into the draft. Raises SourceRejected."""
    present = Source.objects.filter(visitor=visitor).aggregate(count=Count("pk"), bytes=Sum("size", default=0))
    if size > draft_file_bytes():
        raise SourceRejected("too_large", name, draft_file_bytes() // MIB)
    if present["count"] >= draft_capacity():
        raise SourceRejected("too_many", name, draft_capacity())
    if present["bytes"] + size > draft_total_bytes():
        raise SourceRejected("too_large_together", name, draft_total_bytes() // MIB)


def remove_source(source: Source) -> None:
    """Remove a source and its mask."""
    source_id = source.pk
    source.delete()
    _remove_files(source.visitor, source_id)


def reorder_sources(visitor: str, ids: Sequence[str]) -> list[Source]:
    """Order the sources as in `ids`; ignore unknown ids, and put missing sources last in their old order."""
    positions = {source_id: position for position, source_id in enumerate(ids)}
    with transaction.atomic():
        sources = sorted(list_sources(visitor), key=lambda source: positions.get(source.pk, len(positions)))
        for position, source in enumerate(sources):
            source.position = position
        Source.objects.bulk_update(sources, ["position"])
    return sources


def set_role(source: Source, role: str) -> None:
    """Store the source's role in the edit: scene, product, or the visitor's own words."""
    source.role = role.strip()[:MAX_ROLE_LENGTH]
    source.save(update_fields=["role"])


def set_frame(source: Source, values: Mapping[str, str]) -> None:
    """Store how the source is framed, as typed: `mode` and the sides."""
    sides = {side: values.get(side, "").strip()[:_MAX_SIDE_LENGTH] for side in SIDES}
    is_framed = values.get("mode") in FRAME_MODES[1:]
    source.frame = {"mode": values["mode"], **sides} if is_framed else None
    source.save(update_fields=["frame"])


def set_annotations(source: Source, annotations: list[dict[str, Any]] | None) -> None:
    """Store what is drawn on the source."""
    source.annotations = annotations or None
    source.save(update_fields=["annotations"])


def is_untouched(source: Source) -> bool:
    """Return True when nothing was drawn or framed on the source since it was added."""
    return not (source.annotations or source.frame or source.role or draft_masks.mask_for_source(source))


def clear_draft(visitor: str) -> None:
    """Remove all sources and masks of the draft."""
    for source in list_sources(visitor):
        remove_source(source)


def set_aside_sources(visitor: str, removed: Iterable[Source]) -> None:
    """Set sources aside with their masks, in place of those that were set aside before."""
    clear_draft(set_aside_owner(visitor))
    move_sources(removed, set_aside_owner(visitor))


def list_set_aside_sources(visitor: str) -> list[Source]:
    """Return the sources that can be restored."""
    return list_sources(set_aside_owner(visitor)) if visitor else []


def restore_set_aside_sources(visitor: str) -> None:
    """Restore the sources at their old positions. Raises SourceRejected when there is no room for them."""
    present, restored = list_sources(visitor), list_set_aside_sources(visitor)
    _check_room_for_all(present, restored)
    move_sources(restored, visitor)
    order = [source.pk for source in present]
    for source in restored:
        order.insert(source.position, source.pk)
    reorder_sources(visitor, order)


def swap_set_aside_sources(visitor: str) -> None:
    """Exchange the sources of the draft and those that are set aside."""
    present, restored = list_sources(visitor), list_set_aside_sources(visitor)
    move_sources(present, f"{set_aside_owner(visitor)}~")
    move_sources(restored, visitor)
    move_sources(present, set_aside_owner(visitor))


def move_sources(moved: Iterable[Source], owner: str) -> None:
    """Move sources to another owner, files before rows, so that no row names a missing file."""
    folder = draft_folder(owner)
    folder.mkdir(parents=True, exist_ok=True)
    for source in moved:
        old = draft_folder(source.visitor)
        for name in storage.list_names(old, source.pk):
            storage.fetch_file(old / name).replace(folder / name)
            storage.copy_file(old / name, folder / name)
            storage.remove_file(old / name)
        source.visitor = owner
        source.save(update_fields=["visitor"])


def set_aside_owner(visitor: str) -> str:
    """Return the owner of the sources that the visitor has set aside."""
    return f"{visitor}~away"


def style_owner(visitor: str) -> str:
    """Return the owner of the style image that the visitor has pinned."""
    return f"{visitor}~style"


def draft_from_picture(
    visitor: str, picture: Picture, *, locked: bool = False, beside: bool = False, name: str = ""
) -> Source:
    """Add a result, with `locked` its locked picture, to an empty draft or `beside` the present sources.

    Raises SourceRejected; the draft is unchanged then.
    """
    path = paths.locked_path(picture) if locked else paths.picture_path(picture)
    name = name or f"picture-{picture.run_id[:6]}-{picture.number}"
    path = _checked_file(path, name)
    if not beside:
        clear_draft(visitor)
    return add_source(visitor, path, name, parent=picture.place)


def draft_from_run(visitor: str, run: Run) -> list[Source]:
    """Replace the draft by the sources, mask and annotations of an edit, as far as the files exist."""
    clear_draft(visitor)
    for number, facts in enumerate(run.sources, start=1):
        if number == 1 and _add_framed_source(visitor, run):
            continue
        path = paths.run_source_path(run, number)
        # The copy with annotations is drawn again from them.
        if path is not None and not facts.get("is_notes") and storage.fetch_file_or_none(path):
            source = add_sent_source(visitor, path, paths.run_source_thumbnail_path(run, number), facts)
            if number == 1:
                set_annotations(source, run.annotations)
                _link_run_mask(visitor, paths.run_mask_path(run))
    return list_sources(visitor)


def _add_framed_source(visitor: str, run: Run) -> bool:
    """Add the first source as it was before it was cut or padded, with its frame and its own mask, if it was."""
    frame = run.frame
    path = paths.run_folder(run.pk) / frame["original"]["file"] if frame else None
    if path is None or not storage.fetch_file_or_none(path):
        return False
    original = {**frame["original"], "role": run.sources[0]["role"]}
    thumbnail = paths.run_folder(run.pk) / original["thumbnail"] if original["thumbnail"] else None
    source = add_sent_source(visitor, path, thumbnail, original)
    set_frame(source, frame)
    set_annotations(source, run.annotations)
    _link_run_mask(visitor, paths.run_folder(run.pk) / frame["mask"] if frame["mask"] else None)
    return True


def _normalize(uploaded: Path, target: Path, thumbnail: Path, name: str) -> PictureFacts:
    try:
        return sandbox.normalize_source(uploaded, target, thumbnail)
    except PictureError as error:
        reason = (
            "heic" if error.reason == "format" and normalize.is_heic(uploaded) else rejection_reason(error.reason)
        )
        raise SourceRejected(reason, name) from error


def _create_source(
    visitor: str, facts: PictureFacts, *, name: str, role: str, parent: str = "", **files: str
) -> Source:
    with transaction.atomic():
        # Check again under the lock: two tabs may add at once.
        take_transaction_lock("draft", disk_space.visitor_from_owner(visitor))
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
            parent=parent,
            **files,
        )
        # Size 0: its files exist by now, and count already.
        _check_quota(visitor, 0, name)
        return source


def _check_quota(visitor: str, size: int, name: str) -> None:
    if problem := disk_space.quota_problem(visitor, size):
        raise SourceRejected(problem, name)


def _remove_files(visitor: str, source_id: str) -> None:
    folder = draft_folder(visitor)
    for path in folder.glob(f"{source_id}*"):
        path.unlink(missing_ok=True)
    if storage.is_remote():
        with contextlib.suppress(storage.StorageUnreachableError):
            for name in storage.list_names(folder, source_id):
                storage.remove_file(folder / name)


def _check_room_for_all(present: Sequence[Source], restored: Sequence[Source]) -> None:
    if restored and len(present) + len(restored) > draft_capacity():
        raise SourceRejected("too_many", restored[0].name, draft_capacity())
    if restored and sum(source.size for source in (*present, *restored)) > draft_total_bytes():
        raise SourceRejected("too_large_together", restored[0].name, draft_total_bytes() // MIB)


def _checked_file(path: Path | None, name: str) -> Path:
    if path is None or storage.fetch_file_or_none(path) is None:
        raise SourceRejected("gone", name)
    if path.stat().st_size > draft_file_bytes():
        raise SourceRejected("too_large", name, draft_file_bytes() // MIB)
    return path


def _link_run_mask(visitor: str, path: Path | None) -> None:
    if path is not None:
        with contextlib.suppress(FileNotFoundError):
            draft_masks.link_mask(visitor, path)
