"""The mask on a visitor's edit page, kept with the picture that it belongs to."""

from pathlib import Path

from playground import store
from playground.imageapi import messages
from playground.imageapi.options import MAX_FILE_BYTES, MEDIA_TYPES
from playground.pixels import child
from playground.pixels.decode import PictureError
from playground.pixels.mask import MaskFacts
from playground.runs import allowance
from playground.runs.folders import draft_folder_of, link
from playground.runs.models import MASK_NAME, Source
from playground.runs.refusals import MaskRefused, told


def first_of(visitor: str) -> Source | None:
    """The picture that takes the mask; None when there is none."""
    return Source.objects.filter(visitor=visitor).first() if visitor else None


def mask_of(visitor: str) -> Path | None:
    """The mask of the first picture; None when it has none."""
    first = first_of(visitor)
    return mask_with(first) if first else None


def mask_with(source: Source) -> Path | None:
    """The mask that is kept with a picture, whatever its place; None when it has none."""
    path = _path_of(source)
    return store.fetched(path, may_change=True)


def keep_mask(visitor: str, mask: Path) -> Path:
    """Keep a mask for the first picture, fitted to its size; the file itself is left alone. Raises MaskRefused."""
    first = first_of(visitor)
    if first is None:
        raise MaskRefused("no_source")
    check_mask(mask)
    if lack := allowance.lack_of_room(allowance.session_of(visitor), mask.stat().st_size):
        raise MaskRefused(lack)
    target = _path_of(first)
    try:
        child.fit_mask(mask, target, (first.width, first.height))
    except PictureError as error:
        raise MaskRefused(told(error.reason)) from error
    store.keep(target)
    return target


def drop_mask(visitor: str) -> None:
    """Take the mask off the first picture."""
    path = mask_of(visitor)
    if path is not None:
        store.remove(path)


def link_mask(visitor: str, mask: Path) -> None:
    """Give the first picture a mask of its size that was kept before. Raises FileNotFoundError when it is gone."""
    first = first_of(visitor)
    if first is not None:
        link(mask, _path_of(first))


def check_mask(path: Path) -> MaskFacts:
    """What a mask file is; one of another size than the picture is fine. Raises MaskRefused.

    A refused file without alpha may still be readable as black and white: `child.inspect_mask` says so.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise MaskRefused("too_large")
    try:
        facts = child.inspect_mask(path)
    except PictureError as error:
        raise MaskRefused(told(error.reason)) from error
    if not facts.is_png:
        raise MaskRefused("not_png")
    if not facts.has_alpha:
        raise MaskRefused("no_alpha")
    if not facts.has_marks:
        raise MaskRefused("nothing_marked")
    return facts


def as_mask(path: Path) -> messages.Source:
    """A mask file as a request names it."""
    return messages.Source(path, MASK_NAME, MEDIA_TYPES["png"], path.stat().st_size)


def _path_of(source: Source) -> Path:
    return draft_folder_of(source.visitor) / f"{source.pk}.mask.png"
