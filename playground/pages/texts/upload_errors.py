"""Sentences for a rejected picture, mask, frame or run, and its field; scripts use some before they send a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import MAX_EDGE, MAX_FILE_BYTES, MAX_PIXELS, MIB
from playground.imageapi.providers import Profile
from playground.imaging.annotations import (
    MAX_ANNOTATIONS,
    MAX_CHARACTERS,
    MAX_NOTE_LENGTH,
    MAX_NOTE_LINES,
    AnnotationsError,
)
from playground.imaging.frames import MIN_SHOWN, FrameError
from playground.runs.draft_masks import MAX_SELECTIONS
from playground.runs.exceptions import MaskRejected, RunRefused, SourceRejected
from playground.runs.services.retention import UNDO_PERIOD
from playground.runs.services.submit import MAX_QUEUED

_LIMITS: Final = {
    "megapixels": MAX_PIXELS // 1_000_000,
    "edge": MAX_EDGE,
    "selections": MAX_SELECTIONS,
}
DISK_FULL: Final = _("The server's disk is full. Nothing was sent, and your entries are kept. Try again later.")
_SESSION_FULL: Final = _(
    "This session has used all of its storage (%(session)s). Nothing was sent. Delete runs or images that you no "
    "longer need, then try again. The space is freed after %(undo)d minutes."
)
_SOURCES: Final[dict[str, Promise]] = {
    "too_large": _("“%(name)s” is over %(most)d MB. Choose a smaller file, or save it as JPEG or WebP."),
    "too_large_together": _("With “%(name)s”, the images exceed %(most)d MB in total. Remove one first."),
    "too_many": _("“%(name)s” is one too many: an edit takes up to %(most)d images. Remove one first."),
    "heic": _(
        "“%(name)s” is a HEIC file, which image APIs don't accept. Save it as JPEG first. To take JPEG photos on an "
        "iPhone, choose Settings > Camera > Formats > Most Compatible."
    ),
    "format": _("“%(name)s” isn't a PNG, JPEG or WebP image. Save it in one of these formats first."),
    "pixels": _(
        "“%(name)s” is over %(megapixels)d megapixels, or over %(edge)d pixels on one side. Make it smaller first."
    ),
    "broken": _("“%(name)s” is damaged and can't be read. Open it in an image editor and save it again."),
    "gone": _("“%(name)s” is no longer here. Add it again."),
    "session_full": _SESSION_FULL,
    "disk_full": DISK_FULL,
}
_MASKS: Final[dict[str, Promise]] = {
    "nothing_marked": _(
        "Nothing is marked in this mask. Mark what should change, or remove the mask to repaint the whole image."
    ),
    "outside_frame": _(
        "Everything that you marked lies outside the frame. Move the frame, or mark what should change inside it."
    ),
    "no_alpha": _(
        "This mask has no transparency, so it marks nothing. Use a PNG that is transparent where something should "
        "change."
    ),
    "black_and_white": _(
        "This mask is black and white, without transparency. Choose below which colour is repainted."
    ),
    "not_png": _("The mask must be a PNG. Save it as PNG, with transparent areas where something should change."),
    "too_large": _("The mask is over %(most)d MB. Save it as a PNG in one colour."),
    "pixels": _("The mask is over %(megapixels)d megapixels, or over %(edge)d pixels on one side. Make it smaller."),
    "format": _("The mask isn't a readable image. Save it as PNG."),
    "broken": _("The mask is damaged and can't be read. Save it as PNG again."),
    "too_many_selections": _("This image already has %(selections)d saved selections. Delete one first."),
    "too_detailed": _("This selection is too detailed to save. Try it without a feathered edge."),
    "no_source": _("A mask needs an image to apply to. Choose an image first."),
    "session_full": _SESSION_FULL,
    "disk_full": DISK_FULL,
}
_FRAMES: Final[dict[str, Promise]] = {
    "number": _("Write each side of the frame as a whole number of pixels, at most %(edge)d, such as 120 or -120."),
    "small": _("The frame shows too little of your image: at least %(shown)d pixels in both directions are needed."),
    "large": _("The frame is over %(edge)d pixels on one side. Add less at its sides."),
}
_ANNOTATIONS: Final[dict[str, Promise]] = {
    "unreadable": _("The annotations can't be read, so nothing was sent. Reload the page, then try again."),
    "size": _(
        "The annotations belong to an image of another size, so nothing was sent. Clear them, then draw them again."
    ),
    "too_many": _(
        "There are too many annotations: an image can have up to %(annotations)d of them, and %(kb)d KB of strokes. "
        "Remove some."
    ),
    "invalid": _("Annotation %(most)d can't be shown. Remove it, then add it again."),
    "note": _(
        "The note of annotation %(most)d needs 1 to %(characters)d characters in up to %(lines)d lines. Change its "
        "text, or remove it."
    ),
    "no_room": _(
        "There is no room for the copy with your annotations: this API takes up to %(most)d images. Remove an image, "
        "or clear the annotations."
    ),
    "too_large": _(
        "The copy with your annotations is over %(most)d MB. Choose a smaller first image, or clear the annotations."
    ),
    "too_large_together": _(
        "With the copy that has your annotations, the images exceed %(most)d MB in total. Remove an image, or clear "
        "the annotations."
    ),
}
_RUNS: Final[dict[str, Promise]] = {
    "blocked": _(
        "The operator of this site has blocked this session, so it can't start runs. Nothing was sent. Your images "
        "and keys are still here."
    ),
    "updating": _("The server is being updated. Nothing was sent. Try again in a minute."),
    "queue_full": _(
        "You already have %(most)d runs waiting. Nothing was sent. Wait until some have started, or cancel some, "
        "then try again."
    ),
    "session_full": _SESSION_FULL,
    "disk_full": DISK_FULL,
}


def source_error(error: SourceRejected) -> str:
    """Return the sentence for a rejected picture; it names the file."""
    return str(_SOURCES[error.reason]) % {**_placeholders(), "name": error.name, "most": error.limit}


def mask_error(error: MaskRejected, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return the sentence for a rejected mask, which may have `max_bytes`."""
    return str(_MASKS[error.reason]) % {**_placeholders(), "most": max_bytes // MIB}


def frame_error(error: FrameError) -> str:
    """Return the sentence for a frame that cannot be used."""
    return frame_errors()[error.reason]


def frame_errors() -> dict[str, str]:
    """Return the sentences for frames that cannot be used, by reason; the page's script shows them, too."""
    values = {**_placeholders(), "shown": MIN_SHOWN}
    return {reason: str(sentence) % values for reason, sentence in _FRAMES.items()}


def annotations_error(error: AnnotationsError) -> str:
    """Return the sentence for annotations that cannot be drawn."""
    return annotations_error_text(error.reason, error.number)


def annotations_error_text(reason: str, limit: int) -> str:
    """Return the sentence for rejected annotations; `limit` is exceeded, or counts the annotations from 1."""
    limits = {
        "annotations": MAX_ANNOTATIONS,
        "kb": MAX_CHARACTERS // 1024,
        "characters": MAX_NOTE_LENGTH,
        "lines": MAX_NOTE_LINES,
    }
    return str(_ANNOTATIONS[reason]) % {**limits, "most": limit}


def run_error_text(error: RunRefused) -> str:
    """Return the sentence for a run that cannot be submitted now."""
    return str(_RUNS[error.reason]) % {**_placeholders(), "most": MAX_QUEUED}


def disk_error_text(error: Exception) -> str:
    """Return the sentence for a full disk. Raises every other error again."""
    if is_disk_full(error):
        return str(DISK_FULL)
    raise error


class FieldProblems(list[tuple[str, str]]):
    """Fields of a form and the messages about them; an empty name is the whole form."""

    @contextmanager
    def collecting(self, name: str, max_mask_bytes: int = MAX_FILE_BYTES) -> Iterator[None]:
        """Turn a rejection into a message at its field, and every other refusal into one at the field `name`."""
        try:
            yield
        except RunRefused as error:
            self.append((name, run_error_text(error)))
        except SourceRejected as error:
            self.append(("image", source_error(error)))
        except MaskRejected as error:
            self.append(("mask", mask_error(error, max_mask_bytes)))
        except FrameError as error:
            self.append(("frame", frame_error(error)))
        except ValidationError as error:
            self.extend((name, message) for message in error.messages)
        except (OSError, DatabaseError) as error:
            self.append((name, disk_error_text(error)))


def browser_messages(profile: Profile) -> dict[str, str]:
    """Return the sentences for the page's script, with `{name}` in place of the file's name."""
    # The server checks everything again: the script only spares visitors a vain upload.
    rejections = (
        SourceRejected("too_large", "{name}", profile.max_file_bytes // MIB),
        SourceRejected("too_large_together", "{name}", (profile.max_total_bytes or 0) // MIB),
        SourceRejected("too_many", "{name}", profile.max_sources),
        SourceRejected("heic", "{name}"),
        SourceRejected("format", "{name}"),
    )
    return {rejection.reason: source_error(rejection) for rejection in rejections}


def browser_limits(profile: Profile) -> dict[str, int | None]:
    """Return the limits of sources for the page and its script; `total` is None without one."""
    return {
        "file": profile.max_file_bytes,
        "file_mb": profile.max_file_bytes // MIB,
        "total": profile.max_total_bytes,
        "count": profile.max_sources,
    }


def _placeholders() -> dict[str, object]:
    undo = int(UNDO_PERIOD.total_seconds() // 60)
    return {**_LIMITS, "session": filesizeformat(settings.SESSION_MAX_BYTES), "undo": undo}
