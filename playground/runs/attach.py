"""The files of an edit, kept with its run: linked from where they were, so that the draft may change or go."""

from pathlib import Path
from typing import Any

from playground import disk, store
from playground.imageapi import messages
from playground.imageapi.messages import ImageRequest
from playground.pixels import child, decode
from playground.pixels.decode import PictureError
from playground.runs.folders import folder_of, link
from playground.runs.known import Known, known_of
from playground.runs.models import MASK_NAME
from playground.runs.names import told_apart
from playground.runs.refusals import MaskRefused, SourceRefused, told


def attach(run_id: str, request: ImageRequest) -> dict[str, Any]:
    """Put the request's files into the run's folder; the values of the run's columns `sources`, `mask` and `bytes`.

    Nothing is left behind when it fails. Raises SourceRefused and MaskRefused.
    """
    if not request.images:
        return {}
    folder = folder_of(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        names = told_apart(image.name for image in request.images)
        known = known_of([image.path for image in request.images])
        sources = [
            _keep_source(folder, number, *facts)
            for number, facts in enumerate(zip(request.images, names, known, strict=True), start=1)
        ]
        mask = _keep_mask(folder, request.mask, sources[0]) if request.mask else ""
    except BaseException:
        store.remove_folder(folder)
        raise
    return {"sources": sources, "mask": mask, "bytes": disk.bytes_of([folder])}


def _keep_source(folder: Path, number: int, image: messages.Source, name: str, known: Known | None) -> dict[str, Any]:
    file = f"source-{number}{image.path.suffix}"
    try:
        link(image.path, folder / file)
        width, height = (known.width, known.height) if known else decode.size_of(image.path)
    except FileNotFoundError:
        raise SourceRefused("gone", image.name) from None
    except PictureError as error:
        raise SourceRefused(told(error.reason), image.name) from error
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


def _keep_thumbnail(folder: Path, number: int, known: Known | None) -> str:
    name = f"source-{number}.thumbnail.webp"
    if known is None or known.thumbnail is None:
        return ""
    try:
        link(known.thumbnail, folder / name)
    except FileNotFoundError:
        return ""
    return name


def _keep_mask(folder: Path, mask: messages.Source, first: dict[str, Any]) -> str:
    try:
        child.fit_mask(mask.path, folder / MASK_NAME, (first["width"], first["height"]))
        store.keep(folder / MASK_NAME)
    except PictureError as error:
        raise MaskRefused(told(error.reason)) from error
    return MASK_NAME
