"""Edits pictures for a brief: the same brief and files give the same bytes, another index another picture."""

from .draw import Drawing
from .edits.brief import EditBrief
from .edits.sources import UnusableImage
from .edits.studio import Studio
from .edits.told import told
from .encode import encode
from .stages import partial_pictures

__all__ = ["EditBrief", "UnusableImage", "edit"]


def edit(brief: EditBrief) -> Drawing:
    """Edit, encode and describe; any prompt works.

    Raises UnusableImage for a file that is no picture or too large, ValueError for an unknown output format.
    """
    studio = Studio.of(brief)
    form = (brief.output_format, brief.output_compression)
    profile = studio.profile
    picture, easel = studio.finished()
    previews = partial_pictures(picture, brief.partials, studio.marked)
    partials = tuple(encode(preview, *form, 1, profile) for preview in previews)
    return Drawing(encode(picture, *form, studio.detail, profile), partials, told(brief.prompt, easel))
