"""Annotations of an edit: read them from the form, choose how they are sent, and draw that.

A model with the parameter `markup` gets them as a transparent layer. All others get a copy of the first picture with
the annotations drawn on it, as the last picture; so does a request with a mask, because the official API does not
take `mask` and `markup` together.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final

from django.core.exceptions import ValidationError

from playground.core.files import storage
from playground.imageapi.catalog import FILE_EXTENSIONS, MEDIA_TYPES
from playground.imageapi.providers import Capabilities, Profile
from playground.imageapi.schemas import SourceImage
from playground.imaging import sandbox
from playground.imaging.annotations import Annotation, AnnotationsError, parse_annotations
from playground.pages.texts import upload_errors
from playground.runs import paths
from playground.runs.models import MARKUP_NAME, Source

ANNOTATIONS_FIELD: Final = "annotations"
# The name, without ending, of the copy with annotations.
NOTES_NAME: Final = "notes"


def sends_layer(capabilities: Capabilities, *, has_mask: bool) -> bool:
    """Return True when annotations are sent as `markup`, False when as a copy of the first picture."""
    return "markup" in capabilities.fields and not has_mask


def notes_number(sources: Sequence[Source], capabilities: Capabilities, *, has_mask: bool) -> int:
    """Return the number of the copy with annotations among a draft's pictures; 0 when none is sent."""
    is_copied = bool(sources and sources[0].annotations) and not sends_layer(capabilities, has_mask=has_mask)
    return len(sources) + 1 if is_copied else 0


def room_problem(images: int, profile: Profile) -> str:
    """Return a sentence when the copy with annotations is one picture too many."""
    return (
        "" if images < profile.max_sources else upload_errors.annotations_error_text("no_room", profile.max_sources)
    )


def read_annotations(text: str, size: tuple[int, int]) -> list[Annotation]:
    """Return the annotations that a form posts for a picture of `size`. Raises ValidationError."""
    try:
        return parse_annotations(text, size)
    except AnnotationsError as error:
        raise ValidationError(upload_errors.annotations_error(error), error.reason) from error


def draw_layer(size: tuple[int, int], annotations: Sequence[Annotation]) -> SourceImage:
    """Draw the annotations for the parameter `markup`. Raises PictureError and OSError."""
    target = _new_file()
    facts = sandbox.draw_annotations(size, annotations, target)
    return SourceImage(target, MARKUP_NAME, MEDIA_TYPES["png"], facts.size, facts.digest)


def draw_notes(first: SourceImage, annotations: Sequence[Annotation]) -> SourceImage:
    """Draw the annotations on a copy of the first picture. Raises PictureError and OSError."""
    target = _new_file()
    facts = sandbox.draw_annotated_copy(storage.fetch_file(first.path), annotations, target)
    extension = FILE_EXTENSIONS[facts.format]
    # Only the decoder knows whether it is a PNG or a JPEG, and the name must fit.
    named = target.replace(target.with_suffix(f".{extension}"))
    return SourceImage(named, f"{NOTES_NAME}.{extension}", MEDIA_TYPES[facts.format], facts.size, facts.digest)


@contextmanager
def drawn_thumbnail(thumbnail: Path, size: tuple[int, int], annotations: Sequence[Annotation]) -> Iterator[Path]:
    """Yield a thumbnail with the annotations, and remove it after the block."""
    target = _new_file()
    try:
        sandbox.draw_annotated_thumbnail(storage.fetch_file(thumbnail), size, annotations, target)
        yield target
    finally:
        target.unlink(missing_ok=True)


def _new_file() -> Path:
    folder = paths.forms_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / token_hex(8)
