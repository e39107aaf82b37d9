"""Drafts: the sources of an edit that is not submitted yet, and a mask for the first of them.

A draft is stored on the server, so that a failed submit, a reload or another tab loses nothing. A mask is stored with
its source: it applies while that source is the first one.
"""

from playground.runs.drafts.masks import (
    check_mask,
    convert_flat_mask,
    drop_flat_mask,
    drop_mask,
    load_flat_mask,
    load_mask,
    mask_as_source,
    mask_for_source,
    store_flat_mask,
    store_mask,
)
from playground.runs.drafts.restore import draft_from_picture, draft_from_run
from playground.runs.drafts.sources import (
    add_source,
    clear_draft,
    draft_file_bytes,
    draft_total_bytes,
    get_source,
    list_sources,
    remove_source,
    reorder_sources,
    set_role,
    source_as_image,
    source_images,
    source_path,
    source_thumbnail_path,
)
from playground.runs.exceptions import MaskRejected, SourceRejected

__all__ = [
    "MaskRejected",
    "SourceRejected",
    "add_source",
    "check_mask",
    "clear_draft",
    "convert_flat_mask",
    "draft_file_bytes",
    "draft_from_picture",
    "draft_from_run",
    "draft_total_bytes",
    "drop_flat_mask",
    "drop_mask",
    "get_source",
    "list_sources",
    "load_flat_mask",
    "load_mask",
    "mask_as_source",
    "mask_for_source",
    "remove_source",
    "reorder_sources",
    "set_role",
    "source_as_image",
    "source_images",
    "source_path",
    "source_thumbnail_path",
    "store_flat_mask",
    "store_mask",
]
