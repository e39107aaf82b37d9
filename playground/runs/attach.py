"""The files of an edit, kept with its run: linked from where they were, so that the draft may change or go."""

import shutil
from pathlib import Path
from typing import Any

from playground.imageapi import messages
from playground.imageapi.messages import ImageRequest
from playground.pixels import child, decode
from playground.pixels.decode import PictureError
from playground.runs import drafts
from playground.runs.folders import folder_of, link
from playground.runs.models import MASK_NAME, Source
from playground.runs.names import told_apart
from playground.runs.refusals import MaskRefused, SourceRefused, told


def attach(visitor: str, run_id: str, request: ImageRequest) -> dict[str, Any]:
    """Put the request's files into the run's folder; the values of the run's columns `sources` and `mask`.

    Nothing is left behind when it fails. Raises SourceRefused and MaskRefused.
    """
    if not request.images:
        return {}
    folder = folder_of(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        drafted = {drafts.path_of(one): one for one in drafts.sources_of(visitor)}
        names = told_apart(image.name for image in request.images)
        sources = [
            _keep_source(folder, number, image, name, drafted.get(image.path))
            for number, (image, name) in enumerate(zip(request.images, names, strict=True), start=1)
        ]
        mask = _keep_mask(folder, request.mask, sources[0]) if request.mask else ""
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return {"sources": sources, "mask": mask}


def _keep_source(
    folder: Path, number: int, image: messages.Source, name: str, drafted: Source | None
) -> dict[str, Any]:
    file = f"source-{number}{image.path.suffix}"
    try:
        link(image.path, folder / file)
        width, height = (drafted.width, drafted.height) if drafted else decode.size_of(image.path)
    except FileNotFoundError:
        raise SourceRefused("gone", image.name) from None
    except PictureError as error:
        raise SourceRefused(told(error.reason), image.name) from error
    return {
        "name": name,
        "file": file,
        "thumbnail": _keep_thumbnail(folder, number, drafted),
        "media_type": image.media_type,
        "size": image.size,
        "width": width,
        "height": height,
        "has_alpha": drafted.has_alpha if drafted else False,
        "role": drafted.role if drafted else "",
    }


def _keep_thumbnail(folder: Path, number: int, drafted: Source | None) -> str:
    name = f"source-{number}.thumbnail.webp"
    if drafted is None or not drafted.thumbnail:
        return ""
    try:
        link(drafts.thumbnail_of(drafted), folder / name)
    except FileNotFoundError:
        return ""
    return name


def _keep_mask(folder: Path, mask: messages.Source, first: dict[str, Any]) -> str:
    try:
        child.fit_mask(mask.path, folder / MASK_NAME, (first["width"], first["height"]))
    except PictureError as error:
        raise MaskRefused(told(error.reason)) from error
    return MASK_NAME
