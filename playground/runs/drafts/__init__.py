"""What a visitor has put on the edit page: pictures in order, and a mask for the first of them.

It waits on the server, so that a failed submit, a reload or another tab loses nothing. A mask belongs to its picture:
it applies while that one is the first, and is there again when the picture comes back to the first place.
"""

from playground.runs.drafts.again import from_picture, from_run
from playground.runs.drafts.flat import convert_flat, drop_flat, flat_of, keep_flat
from playground.runs.drafts.mask import as_mask, check_mask, drop_mask, keep_mask, mask_of, mask_with
from playground.runs.drafts.pictures import (
    add,
    as_image,
    clear,
    images_of,
    path_of,
    remove,
    reorder,
    set_role,
    source_of,
    sources_of,
    thumbnail_of,
)
from playground.runs.refusals import MaskRefused, SourceRefused

__all__ = [
    "MaskRefused",
    "SourceRefused",
    "add",
    "as_image",
    "as_mask",
    "check_mask",
    "clear",
    "convert_flat",
    "drop_flat",
    "drop_mask",
    "flat_of",
    "from_picture",
    "from_run",
    "images_of",
    "keep_flat",
    "keep_mask",
    "mask_of",
    "mask_with",
    "path_of",
    "remove",
    "reorder",
    "set_role",
    "source_of",
    "sources_of",
    "thumbnail_of",
]
