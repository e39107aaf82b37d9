"""Masks and named selections of drafts: each is stored with its source, a mask at the size of that source.

A mask applies while that source is the first one of the draft.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playground.core.files import storage
from playground.imageapi import schemas
from playground.imageapi.catalog import MAX_FILE_BYTES, MEDIA_TYPES
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.imaging.masks import MaskFacts
from playground.runs.exceptions import MaskRejected, rejection_reason
from playground.runs.models import MASK_NAME, Source
from playground.runs.paths import draft_folder, link_file
from playground.runs.services import disk_space

MAX_SELECTIONS: Final = 20
MAX_SELECTION_NAME: Final = 60
# Characters: the outline of a subject at 4K has about 40,000, with a wide feather five times as many.
MAX_SELECTION_LENGTH: Final = 300_000


@dataclass(frozen=True, slots=True)
class FlatMask:
    """A black-and-white file without alpha; `white_marks` guesses which colour is repainted."""

    path: Path
    white_marks: bool


def first_source(visitor: str) -> Source | None:
    """Return the source that the mask applies to; None when the draft is empty."""
    return Source.objects.filter(visitor=visitor).first() if visitor else None


def load_mask(visitor: str) -> Path | None:
    """Return the mask of the first source; None when it has none."""
    first = first_source(visitor)
    return mask_for_source(first) if first else None


def mask_for_source(source: Source) -> Path | None:
    """Return the mask that is stored with a source, whatever its position; None when it has none."""
    return storage.fetch_file_or_none(_mask_path(source), may_change=True)


def store_mask(visitor: str, mask: Path) -> Path:
    """Store a copy of the mask, fitted to the first source. Raises MaskRejected."""
    first = first_source(visitor)
    if first is None:
        raise MaskRejected("no_source")
    check_mask(mask)
    if problem := disk_space.quota_problem(visitor, mask.stat().st_size):
        raise MaskRejected(problem)
    target = _mask_path(first)
    try:
        sandbox.fit_mask(mask, target, (first.width, first.height))
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    storage.store_file(target)
    return target


def drop_mask(visitor: str) -> None:
    """Remove the mask of the first source."""
    path = load_mask(visitor)
    if path is not None:
        storage.remove_file(path)


def link_mask(visitor: str, mask: Path) -> None:
    """Link a fitted mask to the first source. Raises FileNotFoundError when it is gone."""
    first = first_source(visitor)
    if first is not None:
        link_file(mask, _mask_path(first))


def check_mask(path: Path) -> MaskFacts:
    """Return the facts of a mask file; it may have another size than the source. Raises MaskRejected."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise MaskRejected("too_large")
    try:
        facts = sandbox.inspect_mask(path)
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    if not facts.is_png:
        raise MaskRejected("not_png")
    if not facts.has_alpha:
        raise MaskRejected("no_alpha")
    if not facts.has_marks:
        raise MaskRejected("nothing_marked")
    return facts


def mask_as_source(path: Path) -> schemas.SourceImage:
    """Return the mask as part of a request."""
    return schemas.SourceImage(path, MASK_NAME, MEDIA_TYPES["png"], path.stat().st_size)


def store_flat_mask(visitor: str, mask: Path) -> bool:
    """Store a file as flat mask if it is black and white; return whether it is.

    Raises MaskRejected when there is no room for it.
    """
    first = first_source(visitor)
    try:
        if first is None or not sandbox.inspect_mask(mask).is_black_and_white:
            return False
    except PictureError:
        return False
    if problem := disk_space.quota_problem(visitor, mask.stat().st_size):
        raise MaskRejected(problem)
    shutil.copyfile(mask, _flat_mask_path(first))
    storage.store_file(_flat_mask_path(first))
    return True


def load_flat_mask(visitor: str) -> FlatMask | None:
    """Return the flat mask of the first source; None when it has none."""
    first = first_source(visitor)
    path = storage.fetch_file_or_none(_flat_mask_path(first), may_change=True) if first else None
    if path is None:
        return None
    try:
        return FlatMask(path, sandbox.inspect_mask(path).white_marks)
    except PictureError:
        return None


def convert_flat_mask(visitor: str, *, white_marks: bool) -> Path | None:
    """Convert the flat mask to the first source's mask; None when there is none. Raises MaskRejected."""
    flat = load_flat_mask(visitor)
    if flat is None:
        return None
    converted = flat.path.with_suffix(".converted")
    try:
        sandbox.mask_from_black_and_white(flat.path, converted, white_marks=white_marks)
        path = store_mask(visitor, converted)
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    finally:
        converted.unlink(missing_ok=True)
    drop_flat_mask(visitor)
    return path


def drop_flat_mask(visitor: str) -> None:
    """Remove the flat mask of the first source."""
    if first := first_source(visitor):
        storage.remove_file(_flat_mask_path(first))


def load_selections(source: Source) -> dict[str, str]:
    """Return the source's named selections, oldest first: the name and the marks as the mask editor encoded them."""
    path = storage.fetch_file_or_none(_selections_path(source), may_change=True)
    return dict(json.loads(path.read_text("utf-8"))) if path else {}


def save_selection(source: Source, name: str, marks: str) -> None:
    """Save marks under a name, in place of those that have the name already. Raises MaskRejected."""
    selections = load_selections(source)
    if name not in selections and len(selections) >= MAX_SELECTIONS:
        raise MaskRejected("too_many_selections")
    if len(marks) > MAX_SELECTION_LENGTH:
        raise MaskRejected("too_detailed")
    if problem := disk_space.quota_problem(source.visitor, len(marks)):
        raise MaskRejected(problem)
    _store_selections(source, {**selections, name: marks})


def remove_selection(source: Source, name: str) -> None:
    """Remove the selection of that name, if there is one."""
    selections = load_selections(source)
    if selections.pop(name, None) is not None:
        _store_selections(source, selections)


def _store_selections(source: Source, selections: dict[str, str]) -> None:
    path = _selections_path(source)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(json.dumps(selections), "utf-8")
    unfinished.replace(path)
    storage.store_file(path)


def _selections_path(source: Source) -> Path:
    return draft_folder(source.visitor) / f"{source.pk}.selections.json"


def _mask_path(source: Source) -> Path:
    return draft_folder(source.visitor) / f"{source.pk}.mask.png"


def _flat_mask_path(source: Source) -> Path:
    return draft_folder(source.visitor) / f"{source.pk}.flat.png"
