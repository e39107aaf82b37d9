"""The files of an edit in the folder of its run: sources, mask, frame, annotations and thumbnails."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.core.files import disk, storage
from playground.imageapi import schemas
from playground.imageapi.providers import Profile
from playground.imageapi.schemas import ImageRequest
from playground.imageapi.untrusted_text import unique_file_names
from playground.imaging import decode, sandbox
from playground.imaging.alignment import Size
from playground.imaging.decode import PictureError
from playground.imaging.frames import Frame
from playground.runs import drafts, paths
from playground.runs.exceptions import MaskRejected, SourceRejected, rejection_reason
from playground.runs.models import MARKUP_NAME, MASK_NAME, Picture, Run, Source
from playground.runs.paths import is_stored, link_file, run_folder
from playground.runs.services import framing


@dataclass(frozen=True, slots=True)
class _SourceDetails:
    """Details of a source from its row, so that its file need not be read."""

    width: int
    height: int
    has_alpha: bool
    role: str = ""
    thumbnail: Path | None = None
    # How a source of another run was framed.
    frame: dict[str, Any] = field(default_factory=dict)
    # The result that it is (Picture.place).
    parent: str = ""


def _find_source_details(files: Sequence[Path]) -> list[_SourceDetails | None]:
    """Return each file's details from the row of a source, run or picture; None when there is none."""
    ids = [path.name.partition(".")[0] for path in files]
    sources = Source.objects.in_bulk(ids)
    return [_find_details(path, sources.get(source_id)) for path, source_id in zip(files, ids, strict=True)]


def _find_details(path: Path, source: Source | None) -> _SourceDetails | None:
    if source is not None and drafts.source_path(source) == path:
        thumbnail = drafts.source_thumbnail_path(source) if source.thumbnail else None
        return _SourceDetails(
            source.width, source.height, source.has_alpha, source.role, thumbnail, parent=source.parent
        )
    run = Run.objects.filter(pk=path.parent.name).first()
    return _details_from_run(run, path) if run is not None else None


def _details_from_run(run: Run, path: Path) -> _SourceDetails | None:
    for number, facts in enumerate(run.sources, start=1):
        if facts["file"] == path.name:
            thumbnail = paths.run_source_thumbnail_path(run, number) if facts.get("thumbnail") else None
            return _SourceDetails(
                facts["width"],
                facts["height"],
                facts.get("has_alpha", False),
                facts.get("role", ""),
                thumbnail,
                facts.get("frame") or {},
                facts.get("parent", ""),
            )
    picture = Picture.objects.filter(run=run, file=path.name).first()
    if picture is None:
        return None
    thumbnail = paths.thumbnail_path(picture) if picture.thumbnail else None
    return _SourceDetails(picture.width, picture.height, picture.has_alpha, thumbnail=thumbnail, parent=picture.place)


def attach_files(
    run_id: str,
    request: ImageRequest,
    profile: Profile,
    frame: Frame | None,
    annotations: list[dict[str, Any]] | None,
) -> dict[str, Any]:
    """Put the request's files into the run's folder; return the columns about them.

    Leave no file behind on failure. Raises SourceRejected, MaskRejected and FrameError.
    """
    if not request.images:
        return {}
    folder = run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        names = [image.name for image in request.images]
        stems = [f"source-{number}" for number in range(1, len(names) + 1)]
        mask_name = MASK_NAME
        if frame:
            names[0], stems[0] = framing.framed_name(names[0], frame), "original-1"
            mask_name = framing.ORIGINAL_MASK_NAME
        names = unique_file_names(names)
        details = _find_source_details([image.path for image in request.images])
        sources = [_store_source(folder, *facts) for facts in zip(stems, request.images, names, details, strict=True)]
        mask = _store_mask(folder, request.mask, sources[0], mask_name) if request.mask else ""
        has_notes = bool(annotations) and request.markup is None
        if frame:
            original = {**sources[0], "name": request.images[0].name}
            room = _room_for_framed(request, profile, has_notes=has_notes)
            limits = (room, profile.max_mask_bytes)
            sources[0], mask = framing.frame_source(
                folder, names[0], original, mask, frame, str(request.size), limits
            )
            if annotations and has_notes:
                # Drawn for the page on the whole picture: what is sent must lie over the framed one.
                sources[-1] = framing.draw_framed_notes(folder, sources[-1], sources[0], annotations, room)
        if request.markup:
            _store_drawing(request.markup.path, folder / MARKUP_NAME)
        if has_notes:
            sources[-1]["is_notes"] = True
    except BaseException:
        storage.remove_stored_folder(folder)
        raise
    return {
        "sources": sources,
        "mask": mask,
        "annotations": annotations,
        "markup": MARKUP_NAME if request.markup else "",
        "bytes": disk.folder_bytes([folder]),
    }


def link_files(run_id: str, other: Run) -> dict[str, Any]:
    """Give the files of another run to a run; return the columns about them. Leave no file behind on failure."""
    if not other.sources:
        return {}
    folder = run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for path in run_folder(other.pk).iterdir():
            link_file(path, folder / path.name)
    except BaseException:
        storage.remove_stored_folder(folder)
        raise
    return {name: getattr(other, name) for name in ("sources", "mask", "annotations", "markup", "bytes")}


def source_size(image: schemas.SourceImage) -> Size:
    """Return the pixels of a source. Raises SourceRejected."""
    details = _find_source_details([image.path])[0]
    try:
        return (details.width, details.height) if details else decode.read_size(storage.fetch_file(image.path))
    except FileNotFoundError:
        raise SourceRejected("gone", image.name) from None
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), image.name) from error


def _room_for_framed(request: ImageRequest, profile: Profile, *, has_notes: bool) -> int:
    """Return how many bytes the framed source, and its copy with annotations, may have beside the others."""
    if not profile.max_total_bytes:
        return profile.max_file_bytes
    others = sum(image.size for image in request.images[1 : len(request.images) - has_notes])
    return max(1, min(profile.max_file_bytes, (profile.max_total_bytes - others) // (1 + has_notes)))


def _store_source(
    folder: Path, stem: str, image: schemas.SourceImage, name: str, details: _SourceDetails | None
) -> dict[str, Any]:
    file = f"{stem}{image.path.suffix}"
    try:
        thumbnail = _store_picture(folder, stem, image.path, folder / file, details)
        width, height = (details.width, details.height) if details else decode.read_size(image.path)
    except FileNotFoundError:
        raise SourceRejected("gone", image.name) from None
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), image.name) from error
    return {
        "name": name,
        "file": file,
        "thumbnail": thumbnail,
        "media_type": image.media_type,
        "size": image.size,
        "width": width,
        "height": height,
        "has_alpha": details.has_alpha if details else False,
        "role": details.role if details else "",
        "digest": image.digest,
        "parent": details.parent if details else "",
        **_keep_frame(folder, image.path.parent, details.frame if details else {}),
    }


def _keep_frame(folder: Path, other: Path, frame: dict[str, Any]) -> dict[str, Any]:
    """Take over how a source of another run was framed, with the files that it was made from."""
    if not frame:
        return {}
    original = frame["original"]
    try:
        for name in filter(None, (original["file"], original["thumbnail"], frame["mask"])):
            link_file(other / name, folder / name)
    except FileNotFoundError:
        return {}
    return {"frame": frame}


def _store_picture(folder: Path, stem: str, path: Path, target: Path, details: _SourceDetails | None) -> str:
    """Put a picture into the run's folder; return the name of its thumbnail, empty when it has none."""
    if not path.is_relative_to(paths.forms_folder()):
        link_file(path, target)
        return _store_thumbnail(folder, stem, details)
    # A copy with annotations, drawn for this run.
    _store_drawing(path, target)
    thumbnail = folder / f"{stem}.thumbnail.webp"
    sandbox.make_thumbnail(target, thumbnail)
    storage.store_file(thumbnail)
    return thumbnail.name


def _store_drawing(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)
    storage.store_file(target)


def _store_thumbnail(folder: Path, stem: str, details: _SourceDetails | None) -> str:
    name = f"{stem}.thumbnail.webp"
    if details is None or details.thumbnail is None:
        return ""
    try:
        link_file(details.thumbnail, folder / name)
    except FileNotFoundError:
        return ""
    return name


def _store_mask(folder: Path, mask: schemas.SourceImage, first: dict[str, Any], name: str) -> str:
    """Put the mask into the run's folder; fit it unless that was done when it came into a draft."""
    target = folder / name
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
    return name
