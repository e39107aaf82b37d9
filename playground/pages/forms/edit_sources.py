"""Which pictures and which mask a form of the edit page sends.

What the form names is sent: the pictures of the draft (`source`, repeated) in the form's order, then its files
(`image`, repeated). A form with files that names no picture of the draft sends exactly its files; a form with
neither sends the draft as it stands. `of_run` sends what that run sent, `of_picture` a result. The mask is the
form's file; that of the draft only when the form says `keep_mask`, or what one in black and white means.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from django.db import DatabaseError
from django.http import Http404
from django.utils.translation import gettext as _

from playground.imageapi import schemas
from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES
from playground.pages.presenters import apis
from playground.pages.presenters import sources as source_views
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors
from playground.pages.uploads import BoundedUpload, uploaded_files
from playground.runs import drafts, paths, selectors
from playground.runs.drafts import MaskRejected, SourceRejected, restore
from playground.runs.models import Picture, Run, Source

ROLE_PREFIX: Final = "role-"
# Which colour of a black-and-white mask marks what is repainted: white, black, or none for no mask.
MASK_PNG: Final = "mask_marks"


@dataclass(slots=True)
class EditSources:
    """What goes along with a form. `troubles` are (field, sentence); `scratch` holds its files for now."""

    images: tuple[schemas.SourceImage, ...] = ()
    mask: schemas.SourceImage | None = None
    troubles: list[tuple[str, str]] = field(default_factory=list)
    scratch: str = ""
    is_alone: bool = False
    run: Run | None = None
    picture: Picture | None = None

    @contextmanager
    def noting(self, name: str) -> Iterator[None]:
        """Note a refusal as a sentence at the field `name`."""
        try:
            yield
        except SourceRejected as error:
            self.troubles.append((name, upload_errors.source_error(error)))
        except MaskRejected as error:
            self.troubles.append((name, upload_errors.mask_error(error)))
        except (OSError, DatabaseError) as error:
            self.troubles.append((name, upload_errors.of_full_disk(error)))


def collect_sources(request: PageRequest) -> EditSources:
    """What this form sends. Raises Http404 for a run or picture that is not the visitor's."""
    who = request.visitor.ensure_id()
    uploads = uploaded_files(request, "image")
    if not uploads and (run_id := request.POST.get("of_run")):
        return _with_mask(request, _of_run(selectors.get_run(who, run_id)))
    if not uploads and (place := request.POST.get("of_picture")):
        return _with_mask(request, _of_picture(_picture_at(who, place)))
    named = request.POST.getlist("source")
    brought = EditSources(is_alone=bool(uploads) and not named)
    if uploads:
        brought.scratch = f"{who}~{token_hex(6)}"
        for one in uploads:
            with brought.noting("image"):
                add_uploads(brought.scratch, one)
    if not brought.is_alone:
        brought = _in_order(who, named, brought)
    brought.images += drafts.source_images(brought.scratch)
    with brought.noting("image"):
        _check_together(brought.images, apis.chosen_api(request, request.POST.get("api", "")).profile.max_sources)
    return _with_mask(request, brought)


def add_uploads(owner: str, upload: BoundedUpload) -> Source:
    """Put an uploaded file into the draft of `owner`. Raises SourceRefused."""
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise SourceRejected("too_large", upload.name or "")
    return drafts.add_source(owner, upload.path, upload.name or "")


def add_mask(owner: str, upload: BoundedUpload) -> Path:
    """Make an uploaded file the mask of the owner's first picture. Raises MaskRefused.

    One in black and white is refused too, but waits with the picture: `MARKS` says later which of the two marks.
    """
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise MaskRejected("too_large")
    try:
        kept = drafts.store_mask(owner, upload.path)
    except MaskRejected as error:
        if error.reason == "no_alpha" and drafts.store_flat_mask(owner, upload.path):
            raise MaskRejected("black_and_white") from error
        raise
    drafts.drop_flat_mask(owner)
    return kept


def finish_sources(request: PageRequest, brought: EditSources, *, was_sent: bool) -> None:
    """The form's own files: gone when it was sent, since the run has them; else they wait in the draft."""
    if not brought.scratch:
        return
    if was_sent:
        drafts.clear_draft(brought.scratch)
        return
    who, taken = request.visitor.ensure_id(), drafts.list_sources(brought.scratch)
    present = drafts.list_sources(who)
    if brought.is_alone and taken:
        restore.set_aside_sources(who, present)
        present = []
    restore.move_sources(taken, who)
    drafts.reorder_sources(who, [one.pk for one in (*present, *taken)])


def set_roles(request: PageRequest) -> tuple[list[str], list[str]]:
    """Keep the roles that the form says; the roles of the draft before and after."""
    sources = drafts.list_sources(request.visitor.id)
    before = [one.role for one in sources]
    for one in sources:
        said = request.POST.get(f"{ROLE_PREFIX}{one.pk}")
        if said is not None and said.strip() != one.role:
            drafts.set_role(one, said)
    return before, [one.role for one in sources]


def _in_order(who: str, named: list[str], brought: EditSources) -> EditSources:
    present = {one.pk: one for one in drafts.list_sources(who)}
    if [one for one in named if one not in present]:
        why = _("A picture was removed meanwhile. Look at the pictures, then send again.")
        brought.troubles.append(("image", why))
    order = [one for one in dict.fromkeys(named) if one in present] or list(present)
    if order != list(present)[: len(order)]:
        drafts.reorder_sources(who, order)
    brought.images = tuple(drafts.source_as_image(present[one]) for one in order)
    return brought


def _check_together(images: Sequence[schemas.SourceImage], most: int) -> None:
    """The draft and the form's files were each within limits; here are both, and the API that takes `most`."""
    if len(images) > most:
        raise SourceRejected("too_many", images[most].name, most)
    if sum(one.size for one in images) > MAX_TOTAL_BYTES:
        raise SourceRejected("too_large_together", images[-1].name)


def _with_mask(request: PageRequest, brought: EditSources) -> EditSources:
    masks = uploaded_files(request, "mask")
    who = request.visitor.ensure_id()
    with brought.noting("mask"):
        if len(masks) > 1:
            brought.troubles.append(("mask", _("Send one mask: it belongs to the first picture.")))
        elif masks and not brought.images:
            # What is wrong with the pictures is said already; without any, that is what has to be corrected first.
            return brought
        elif masks and (brought.run or brought.picture):
            drafts.check_mask(masks[0].path)
            brought.mask = drafts.mask_as_source(masks[0].path)
        elif masks:
            owner = brought.scratch if brought.is_alone else who
            brought.mask = drafts.mask_as_source(add_mask(owner, masks[0]))
        elif not brought.is_alone and (converted := _converted(request, who)):
            brought.mask = drafts.mask_as_source(converted)
        elif request.POST.get("keep_mask") and not brought.is_alone and (kept := drafts.load_mask(who)):
            brought.mask = drafts.mask_as_source(kept)
    return brought


def _converted(request: PageRequest, who: str) -> Path | None:
    """The mask that waited in black and white, as the form says it is meant; None when the form says nothing."""
    marks = request.POST.get(MASK_PNG, "")
    if marks == "none":
        drafts.drop_flat_mask(who)
    return drafts.convert_flat_mask(who, white_marks=marks == "white") if marks in ("white", "black") else None


def _of_run(run: Run) -> EditSources:
    if not run.sources:
        raise Http404("not an edit")
    brought = EditSources(run=run)
    if gone := [one["name"] for one in run.sources if not one["file"]]:
        brought.troubles.append(("image", upload_errors.source_error_text("gone", gone[0])))
        return brought
    request = run.request()
    brought.images, brought.mask = request.images, request.mask
    return brought


def _of_picture(picture: Picture) -> EditSources:
    name = source_views.result_source_view(picture).name
    image = schemas.SourceImage(paths.picture_path(picture), name, picture.media_type, picture.size)
    return EditSources((image,), picture=picture)


def _picture_at(who: str, place: str) -> Picture:
    run_id, _slash, number = place.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        raise Http404("no such picture")
    return selectors.get_picture(who, run_id, int(number))
