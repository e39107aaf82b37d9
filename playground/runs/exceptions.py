"""Rejections of a visitor's picture, mask, run or template; `reason` is a code that pages turn into a sentence."""

from typing import Final

# A picture that exceeds a limit of the sandbox is reported as broken: visitors cannot act on the difference.
_REASON_BY_PICTURE_ERROR: Final = {"format": "format", "size": "pixels", "broken": "broken", "limit": "broken"}
# Reasons that depend on the session or on the server, not on the file.
QUOTA_REASONS: Final = ("session_full", "disk_full")


class SourceRejected(Exception):
    """A picture cannot be a source; `reason` is one of REASONS, `name` the uploaded file's name.

    too_large, too_large_together: over `limit` MiB, alone or all together. too_many: over `limit`. heic: a phone's
    format that no API takes. format: neither PNG, JPEG nor WebP. pixels: over 50 megapixels or 16,384 a side. broken:
    cannot be decoded. gone: it was removed meanwhile. session_full: the session keeps SESSION_MAX_BYTES already.
    disk_full: the server has no room for it.
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
        *QUOTA_REASONS,
    )

    def __init__(self, reason: str, name: str, limit: int = 0) -> None:
        super().__init__(reason, name)
        self.reason = reason
        self.name = name
        self.limit = limit


class MaskRejected(Exception):
    """A file cannot be the mask; `reason` is one of REASONS.

    not_png: a picture, but no PNG. no_alpha: it has no transparency. black_and_white: the same, but it can be read
    once the visitor says which of the two colours marks. nothing_marked: no pixel is at least half transparent.
    outside_frame: all that it marks was cut off. too_large, pixels, format, broken, session_full, disk_full: as for
    sources. no_source: the draft has no picture. too_many_selections, too_detailed: as a named selection.
    """

    REASONS = (
        "not_png",
        "no_alpha",
        "black_and_white",
        "nothing_marked",
        "outside_frame",
        "too_large",
        "pixels",
        "format",
        "broken",
        "no_source",
        "too_many_selections",
        "too_detailed",
        *QUOTA_REASONS,
    )

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RunRefused(Exception):
    """A run cannot be made now; `reason` is one of REASONS.

    blocked: an operator has blocked the session. updating: the only server is shutting down. queue_full: MAX_QUEUED
    runs of the session wait already.
    session_full: it keeps SESSION_MAX_BYTES already. disk_full: the server has no room.
    """

    REASONS = ("blocked", "updating", "queue_full", *QUOTA_REASONS)

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemplateRejected(Exception):
    """A template cannot be saved; `reason` is one of REASONS.

    name_taken: another template has its name. too_many: the session has `present` templates, and with it, or with
    `count` imported ones, it would have more than MAX_TEMPLATES.
    """

    REASONS = ("name_taken", "too_many")

    def __init__(self, reason: str, *, present: int = 0, count: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.present = present
        self.count = count


def rejection_reason(reason: str) -> str:
    """Return the reason that visitors read for the reason of a PictureError."""
    return _REASON_BY_PICTURE_ERROR[reason]
