"""The mask on a visitor's edit page, kept with the picture that it belongs to."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from playground.core import storage
from playground.imageapi import schemas
from playground.imageapi.catalog import MAX_FILE_BYTES, MEDIA_TYPES
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.imaging.masks import MaskFacts
from playground.runs.exceptions import MaskRejected, rejection_reason
from playground.runs.folders import draft_folder, link_file
from playground.runs.models import MASK_NAME, Source
from playground.runs.services import disk_quota


def first_source(visitor: str) -> Source | None:
    """The picture that takes the mask; None when there is none."""
    return Source.objects.filter(visitor=visitor).first() if visitor else None


def load_mask(visitor: str) -> Path | None:
    """The mask of the first picture; None when it has none."""
    first = first_source(visitor)
    return mask_for_source(first) if first else None


def mask_for_source(source: Source) -> Path | None:
    """The mask that is kept with a picture, whatever its place; None when it has none."""
    path = _mask_path(source)
    return storage.fetch_files(path, may_change=True)


def store_mask(visitor: str, mask: Path) -> Path:
    """Keep a mask for the first picture, fitted to its size; the file itself is left alone. Raises MaskRefused."""
    first = first_source(visitor)
    if first is None:
        raise MaskRejected("no_source")
    check_mask(mask)
    if lack := disk_quota.quota_problem(disk_quota.session_totals(visitor), mask.stat().st_size):
        raise MaskRejected(lack)
    target = _mask_path(first)
    try:
        sandbox.fit_mask(mask, target, (first.width, first.height))
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    storage.store_file(target)
    return target


def drop_mask(visitor: str) -> None:
    """Take the mask off the first picture."""
    path = load_mask(visitor)
    if path is not None:
        storage.remove_file(path)


def link_mask(visitor: str, mask: Path) -> None:
    """Give the first picture a mask of its size that was kept before. Raises FileNotFoundError when it is gone."""
    first = first_source(visitor)
    if first is not None:
        link_file(mask, _mask_path(first))


def check_mask(path: Path) -> MaskFacts:
    """What a mask file is; one of another size than the picture is fine. Raises MaskRefused.

    A refused file without alpha may still be readable as black and white: `child.inspect_mask` says so.
    """
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
    """A mask file as a request names it."""
    return schemas.SourceImage(path, MASK_NAME, MEDIA_TYPES["png"], path.stat().st_size)


def _mask_path(source: Source) -> Path:
    return draft_folder(source.visitor) / f"{source.pk}.mask.png"


@dataclass(frozen=True, slots=True)
class FlatMask:
    """A file without transparency; `white_marks` guesses which of its two colours marks what is to be repainted."""

    path: Path
    white_marks: bool


def store_flat_mask(visitor: str, mask: Path) -> bool:
    """Let a file wait that was refused as a mask; False when it is not black and white, or there is no picture.

    Raises MaskRefused when there is no room for it.
    """
    first = first_source(visitor)
    try:
        if first is None or not sandbox.inspect_mask(mask).is_black_and_white:
            return False
    except PictureError:
        return False
    if lack := disk_quota.quota_problem(disk_quota.session_totals(visitor), mask.stat().st_size):
        raise MaskRejected(lack)
    shutil.copyfile(mask, _flat_mask_path(first))
    storage.store_file(_flat_mask_path(first))
    return True


def load_flat_mask(visitor: str) -> FlatMask | None:
    """The file that waits with the first picture; None when none does."""
    first = first_source(visitor)
    path = storage.fetch_files(_flat_mask_path(first), may_change=True) if first else None
    if path is None:
        return None
    try:
        return FlatMask(path, sandbox.inspect_mask(path).white_marks)
    except PictureError:
        return None


def convert_flat_mask(visitor: str, *, white_marks: bool) -> Path | None:
    """Make the waiting file the mask of the first picture; None when none waits. Raises MaskRefused."""
    flat = load_flat_mask(visitor)
    if flat is None:
        return None
    converted = flat.path.with_suffix(".converted")
    try:
        sandbox.from_black_and_white(flat.path, converted, white_marks=white_marks)
        kept = store_mask(visitor, converted)
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    finally:
        converted.unlink(missing_ok=True)
    drop_flat_mask(visitor)
    return kept


def drop_flat_mask(visitor: str) -> None:
    """Nothing waits any more."""
    if first := first_source(visitor):
        storage.remove_file(_flat_mask_path(first))


def _flat_mask_path(source: Source) -> Path:
    return draft_folder(source.visitor) / f"{source.pk}.flat.png"
