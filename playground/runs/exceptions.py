"""Why a visitor's picture or mask is not taken: codes, which pages turn into sentences."""

from typing import Final

# What the decoder says of a file, as it is told.
_OF_DECODER: Final = {"format": "format", "size": "pixels", "broken": "broken", "limit": "broken"}
# Reasons that say nothing of the file: of a session, and of the server.
NO_ROOM: Final = ("session_full", "disk_full")


class SourceRejected(Exception):
    """A picture cannot be a source; `reason` is one of REASONS, `name` the visitor's name of the file.

    too_large: over 25 MiB. too_large_together: all over 200 MiB. too_many: over `most`. heic: a phone's format that
    no API takes. format: neither PNG, JPEG nor WebP. pixels: over 50 megapixels or 16,384 a side. broken: cannot be
    decoded. gone: it was removed meanwhile. session_full: the session keeps SESSION_MAX_BYTES already. disk_full: the
    server has no room for it.
    """

    REASONS = (
        "too_large",
        "too_large_together",
        "too_many",
        "heic",
        "format",
        "pixels",
        "broken",
        "gone",
        *NO_ROOM,
    )

    def __init__(self, reason: str, name: str, most: int = 0) -> None:
        super().__init__(reason, name)
        self.reason = reason
        self.name = name
        self.most = most


class MaskRejected(Exception):
    """A file cannot be the mask; `reason` is one of REASONS.

    not_png: a picture, but no PNG. no_alpha: nothing in it can be see-through. black_and_white: the same, but it can
    be read once it is known which of the two marks. nothing_marked: no pixel is at least half see-through. too_large,
    pixels, format, broken, session_full, disk_full: as for sources. no_source: there is no picture to mask.
    """

    REASONS = (
        "not_png",
        "no_alpha",
        "black_and_white",
        "nothing_marked",
        "too_large",
        "pixels",
        "format",
        "broken",
        "no_source",
        *NO_ROOM,
    )

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RunRefused(Exception):
    """A run cannot be made now; `reason` is one of REASONS.

    updating: the server is about to end, and there is no other one. queue_full: MAX_QUEUED runs of the session wait
    already. session_full: it keeps SESSION_MAX_BYTES already. disk_full: the server has no room.
    """

    REASONS = ("updating", "queue_full", *NO_ROOM)

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def rejection_reason(reason: str) -> str:
    """The reason for a visitor, from the reason of a PictureError."""
    return _OF_DECODER[reason]
