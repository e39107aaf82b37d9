"""A black-and-white picture that was sent as a mask: it waits with the first picture until it is said what marks."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from playground import store
from playground.pixels import child
from playground.pixels.decode import PictureError
from playground.runs import allowance
from playground.runs.drafts.mask import first_of, keep_mask
from playground.runs.folders import draft_folder_of
from playground.runs.models import Source
from playground.runs.refusals import MaskRefused, told


@dataclass(frozen=True, slots=True)
class FlatMask:
    """A file without transparency; `white_marks` guesses which of its two colours marks what is to be repainted."""

    path: Path
    white_marks: bool


def keep_flat(visitor: str, mask: Path) -> bool:
    """Let a file wait that was refused as a mask; False when it is not black and white, or there is no picture.

    Raises MaskRefused when there is no room for it.
    """
    first = first_of(visitor)
    try:
        if first is None or not child.inspect_mask(mask).is_black_and_white:
            return False
    except PictureError:
        return False
    if lack := allowance.lack_of_room(allowance.session_of(visitor), mask.stat().st_size):
        raise MaskRefused(lack)
    shutil.copyfile(mask, _path_of(first))
    store.keep(_path_of(first))
    return True


def flat_of(visitor: str) -> FlatMask | None:
    """The file that waits with the first picture; None when none does."""
    first = first_of(visitor)
    path = store.fetched(_path_of(first), may_change=True) if first else None
    if path is None:
        return None
    try:
        return FlatMask(path, child.inspect_mask(path).white_marks)
    except PictureError:
        return None


def convert_flat(visitor: str, *, white_marks: bool) -> Path | None:
    """Make the waiting file the mask of the first picture; None when none waits. Raises MaskRefused."""
    flat = flat_of(visitor)
    if flat is None:
        return None
    converted = flat.path.with_suffix(".converted")
    try:
        child.from_black_and_white(flat.path, converted, white_marks=white_marks)
        kept = keep_mask(visitor, converted)
    except PictureError as error:
        raise MaskRefused(told(error.reason)) from error
    finally:
        converted.unlink(missing_ok=True)
    drop_flat(visitor)
    return kept


def drop_flat(visitor: str) -> None:
    """Nothing waits any more."""
    if first := first_of(visitor):
        store.remove(_path_of(first))


def _path_of(source: Source) -> Path:
    return draft_folder_of(source.visitor) / f"{source.pk}.flat.png"
