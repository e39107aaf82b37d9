"""Sentences for a rejected picture, mask or run; the page's script uses some of them before it sends a file."""

from typing import Final

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import MAX_EDGE, MAX_FILE_BYTES, MAX_PIXELS, MAX_TOTAL_BYTES, MIB
from playground.runs.exceptions import MaskRejected, RunRefused, SourceRejected
from playground.runs.services.disk_quota import MAX_QUEUED

_LIMITS: Final = {
    "file_mb": MAX_FILE_BYTES // MIB,
    "total_mb": MAX_TOTAL_BYTES // MIB,
    "megapixels": MAX_PIXELS // 1_000_000,
    "edge": MAX_EDGE,
}
DISK_FULL: Final = _("The server's disk is full; nothing was sent. Your entries are kept: try again later.")
_SESSION_FULL: Final = _(
    "This session keeps as much as one session may: %(session)s. Delete runs or pictures that you no longer need, "
    "then try again; their room is free after ten minutes. Nothing was sent."
)
_SOURCES: Final[dict[str, Promise]] = {
    "too_large": _("“%(name)s” is over %(file_mb)d MB. Choose a smaller file, or save it as JPEG or WebP."),
    "too_large_together": _("With “%(name)s” the pictures are over %(total_mb)d MB together. Remove one first."),
    "too_many": _("“%(name)s” is one too many: %(most)d pictures go into an edit. Remove one first."),
    "heic": _(
        "“%(name)s” is a HEIC picture, which image APIs do not take. Save it as JPEG first; "
        "an iPhone takes JPEG under Settings, Camera, Formats, Most Compatible."
    ),
    "format": _("“%(name)s” is not a PNG, JPEG or WebP picture. Save it in one of these formats first."),
    "pixels": _(
        "“%(name)s” is over %(megapixels)d megapixels, or over %(edge)d pixels on one side. Make it smaller first."
    ),
    "broken": _("“%(name)s” is damaged and cannot be read. Open it in a picture program and save it again."),
    "gone": _("“%(name)s” is not here any more. Add it again."),
    "session_full": _SESSION_FULL,
    "disk_full": DISK_FULL,
}
_MASKS: Final[dict[str, Promise]] = {
    "nothing_marked": _(
        "Nothing is marked in this mask. Mark what should change, or send no mask: then everything is repainted."
    ),
    "no_alpha": _(
        "This mask has no transparency, so it marks nothing. Use a PNG that is transparent where something should "
        "change."
    ),
    "black_and_white": _(
        "This mask is black and white, without transparency. Say below which of the two is repainted."
    ),
    "not_png": _("The mask must be a PNG. Save it as PNG, transparent where something should change."),
    "too_large": _("The mask is over %(file_mb)d MB. Save it as a PNG in one colour."),
    "pixels": _("The mask is over %(megapixels)d megapixels, or over %(edge)d pixels on one side. Make it smaller."),
    "format": _("The mask is not a picture that can be read. Save it as PNG."),
    "broken": _("The mask is damaged and cannot be read. Save it again as PNG."),
    "no_source": _("A mask needs the picture that it belongs to. Choose a picture first."),
    "session_full": _SESSION_FULL,
    "disk_full": DISK_FULL,
}
_RUNS: Final[dict[str, Promise]] = {
    "updating": _("The server is being updated; nothing was sent. Try again in a minute."),
    "queue_full": _(
        "%(most)d of your runs are waiting already. Wait until some have started, or cancel some, then try again. "
        "Nothing was sent."
    ),
    "session_full": _SESSION_FULL,
    "disk_full": DISK_FULL,
}


def source_error(error: SourceRejected) -> str:
    """Return the sentence for a rejected picture; it names the file."""
    return source_error_text(error.reason, error.name, error.limit)


def source_error_text(reason: str, name: str, limit: int = 0) -> str:
    """Return the sentence for a rejected picture called `name`; `limit` is how many may go along."""
    return str(_SOURCES[reason]) % {**_placeholders(), "name": name, "most": limit}


def mask_error(error: MaskRejected) -> str:
    """Return the sentence for a rejected mask."""
    return str(_MASKS[error.reason]) % _placeholders()


def run_error_text(error: RunRefused) -> str:
    """Return the sentence for a run that cannot be submitted now."""
    return str(_RUNS[error.reason]) % {**_placeholders(), "most": MAX_QUEUED}


def disk_error_text(error: Exception) -> str:
    """Return the sentence for a full disk. Raises every other error again."""
    if is_disk_full(error):
        return str(DISK_FULL)
    raise error


def browser_messages(limit: int) -> dict[str, str]:
    """Return the sentences for the page's script, with `{name}` in place of the file's name."""
    return {
        reason: source_error_text(reason, "{name}", limit)
        for reason in ("too_large", "too_large_together", "too_many", "heic", "format")
    }


def _placeholders() -> dict[str, object]:
    return {**_LIMITS, "session": filesizeformat(settings.SESSION_MAX_BYTES)}
