"""The pictures, the mask and the annotations that a form of the edit page sends.

Pictures of the draft that the form names (`source`, repeated) come first, in the form's order, then the form's files
(`image`, repeated). A form with files that names no picture of the draft sends exactly its files; a form with neither
sends the current draft. `of_run` sends the pictures of that run. The mask is the form's file; the draft's mask goes
along only when the form says `keep_mask`, or how a black-and-white mask is meant. `frame` and `frame_left` to
`frame_bottom` say how the first picture is cut or padded. The form's annotations are stored with the first picture of
the draft (forms/markup.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from playground.imageapi import schemas
from playground.imageapi.catalog import ANIMATION, MAX_FILE_BYTES, MIB
from playground.imageapi.providers import Profile
from playground.imaging.annotations import Annotation
from playground.imaging.decode import PictureError
from playground.imaging.frames import FRAME_MODES, SIDES, Frame, parse_frame
from playground.pages.forms import markup
from playground.pages.forms.briefs import BriefForm
from playground.pages.forms.role_prompt import role_preface, updated_preface
from playground.pages.presenters import sources as source_views
from playground.pages.session import api_keys, edit_page
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors
from playground.pages.texts.upload_errors import FieldProblems
from playground.pages.uploads import BoundedUpload, uploaded_files
from playground.runs import draft_masks, drafts, paths, selectors
from playground.runs.exceptions import MaskRejected, SourceRejected, rejection_reason
from playground.runs.models import Run, Source
from playground.runs.services.attachments import source_size

ROLE_PREFIX: Final = "role-"
# The colour of a black-and-white mask that is repainted: `white`, `black`, or `none` for no mask.
MASK_MARKS_FIELD: Final = "mask_marks"
FRAME_FIELD: Final = "frame"


@dataclass(slots=True)
class EditSources:
    """The pictures and the mask of one form.

    `scratch_id` owns the form's files until the form is submitted. With `is_files_only` the draft is left out. `run`
    is set when the form sends its pictures again. The annotations are drawn on `markup`, or else on
    the last picture, whose number is `notes`; `had_annotations`: the visitor has seen the text about them.
    """

    images: tuple[schemas.SourceImage, ...] = ()
    mask: schemas.SourceImage | None = None
    markup: schemas.SourceImage | None = None
    annotations: list[Annotation] = field(default_factory=list)
    notes: int = 0
    had_annotations: bool = False
    problems: FieldProblems = field(default_factory=FieldProblems)
    scratch_id: str = ""
    is_files_only: bool = False
    run: Run | None = None
    # How the first picture is cut or padded; None: sent whole.
    frame: Frame | None = None


def collect_sources(request: PageRequest) -> EditSources:
    """Return the pictures and the mask of the posted form. Raises Http404 for another visitor's run."""
    sources = _collect_pictures(request)
    with sources.problems.collecting(FRAME_FIELD):
        frame = parse_frame(frame_values(request.POST))
        sources.frame = frame if frame.mode != "fit" else None
    return sources


def frame_values(entries: QueryDict) -> dict[str, str]:
    """Return how a form frames the first picture: `mode`, and the sides as typed."""
    sides = {side: entries.get(f"{FRAME_FIELD}_{side}", "") for side in SIDES}
    return {"mode": entries.get(FRAME_FIELD, ""), **sides}


def is_framed(entries: QueryDict) -> bool:
    """Return True when a form frames its first picture."""
    return entries.get(FRAME_FIELD, "") in FRAME_MODES[1:]


def store_frame(request: PageRequest) -> None:
    """Store the form's frame with the first picture of the draft, or with the one that the form names."""
    if FRAME_FIELD not in request.POST:
        return
    present = drafts.list_sources(request.visitor.id)
    framed_id = request.POST.get("frame_source", "")
    source = next((source for source in present if source.pk == framed_id), present[0] if present else None)
    if source is not None:
        drafts.set_frame(source, frame_values(request.POST))


def _collect_pictures(request: PageRequest) -> EditSources:
    visitor_id = request.visitor.ensure_id()
    uploads = uploaded_files(request, "image")
    # A form that sends files means these, wherever it was posted from.
    if not uploads and (run_id := request.POST.get("of_run")):
        return _with_annotations(request, _sources_from_run(selectors.get_run(visitor_id, run_id)))
    source_ids = request.POST.getlist("source")
    sources = EditSources(is_files_only=bool(uploads) and not source_ids)
    if uploads:
        # `~` occurs in no visitor id; the quota counts such drafts to the visitor before it.
        sources.scratch_id = f"{visitor_id}~{token_hex(6)}"
        for upload in uploads:
            with sources.problems.collecting("image"):
                add_upload(sources.scratch_id, upload)
    if not sources.is_files_only:
        _add_draft_images(visitor_id, source_ids, sources)
    sources.images += drafts.source_images(sources.scratch_id)
    profile = api_keys.chosen_api(request, request.POST.get("api", "")).profile
    with sources.problems.collecting("image"):
        check_limits(sources.images, profile)
    return _with_annotations(request, sources)


def sources_of_draft(visitor_id: str) -> EditSources:
    """Return the whole draft with its mask, frame and annotations.

    The first picture stands in for the copy with annotations, so that the price is known: `draw_notes_of_draft` draws
    it.
    """
    present = drafts.list_sources(visitor_id)
    sources = EditSources(images=tuple(drafts.source_as_image(source) for source in present))
    if not present:
        return sources
    if mask := draft_masks.load_mask(visitor_id):
        sources.mask = draft_masks.mask_as_source(mask)
    # Stored as it was typed.
    with sources.problems.collecting(FRAME_FIELD):
        frame = parse_frame(present[0].frame or {})
        sources.frame = frame if frame.mode != "fit" else None
    if present[0].annotations:
        sources.annotations, sources.notes = present[0].annotations, len(present) + 1
        sources.images = (*sources.images, sources.images[0])
    return sources


def draw_notes_of_draft(sources: EditSources, profile: Profile) -> None:
    """Draw the copy with annotations of `sources_of_draft`. Raises ValidationError when it does not fit."""
    if sources.notes:
        sources.images = sources.images[:-1]
        _add_notes(sources, profile)


def check_sources(form: BriefForm, sources: EditSources) -> None:
    """Add the problems of an edit's pictures to the form."""
    for name, message in sources.problems:
        form.add_error(name, message)
    if not sources.images and "image" not in form.errors:
        form.add_error("image", _("Choose at least one image to edit."))
    max_mask_bytes = form.chosen.profile.max_mask_bytes
    if sources.mask and sources.mask.size > max_mask_bytes:
        form.add_error("mask", upload_errors.mask_error(MaskRejected("too_large"), max_mask_bytes))
    if form.cleaned_data.get("output_format") != ANIMATION:
        return
    if sources.mask:
        form.add_error("mask", _("GIFs can't be generated with a mask. Remove the mask, or choose another format."))
    if sources.frame and sources.frame.mode == "extend":
        form.add_error("frame", _("GIFs can't be extended. Choose Fit or Fill, or another format."))


def updated_entries(request: PageRequest, sources: EditSources) -> QueryDict:
    """Store the roles that the form names; return its entries with the preface that follows from them."""
    entries = request.POST.copy()
    if sources.run is None and not sources.is_files_only:
        store_frame(request)
        before, after = set_roles(request)
        preface = entries.get("preface")
        notes_before = sources.notes if sources.had_annotations else 0
        entries["preface"] = (
            role_preface(after, sources.notes)
            if preface is None
            else updated_preface(preface, before, after, notes=sources.notes, notes_before=notes_before)
        )
    elif sources.run is not None and (preface := entries.get("preface")) is not None:
        # Another model may get the annotations in the other way.
        roles = source_views.run_roles(sources.run)
        before_notes = sources.run.notes_number
        entries["preface"] = updated_preface(preface, roles, roles, notes=sources.notes, notes_before=before_notes)
    return entries


def finish_sources(request: PageRequest, sources: EditSources, *, was_sent: bool) -> None:
    """Delete the form's own files and entries once a run holds them; otherwise move the files to the draft."""
    if was_sent:
        edit_page.forget_edit_entries(request)
    remove_drawings(sources)
    if not sources.scratch_id:
        return
    if was_sent:
        drafts.clear_draft(sources.scratch_id)
        return
    visitor_id, added = request.visitor.ensure_id(), drafts.list_sources(sources.scratch_id)
    present = drafts.list_sources(visitor_id)
    if sources.is_files_only and added:
        # The form meant its files alone, so the draft is set aside.
        drafts.set_aside_sources(visitor_id, present)
        present = []
    drafts.move_sources(added, visitor_id)
    drafts.reorder_sources(visitor_id, [source.pk for source in (*present, *added)])


def remove_drawings(sources: EditSources) -> None:
    """Delete what was drawn for one form alone: a run has a copy of its own."""
    for drawn in (sources.markup, sources.images[-1] if sources.notes and sources.images else None):
        if drawn is not None and drawn.path.is_relative_to(paths.forms_folder()):
            drawn.path.unlink(missing_ok=True)


def add_upload(owner: str, upload: BoundedUpload) -> Source:
    """Add an uploaded file to the draft of `owner`. Raises SourceRejected."""
    if (upload.size or 0) > drafts.draft_file_bytes():
        raise SourceRejected("too_large", upload.name or "", drafts.draft_file_bytes() // MIB)
    return drafts.add_source(owner, upload.path, upload.name or "")


def add_mask(owner: str, upload: BoundedUpload) -> Path:
    """Make an uploaded file the mask of the owner's first picture. Raises MaskRejected.

    A mask in black and white is stored before it is rejected: a later form says in `mask_marks` how it is meant.
    """
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise MaskRejected("too_large")
    try:
        path = draft_masks.store_mask(owner, upload.path)
    except MaskRejected as error:
        if error.reason == "no_alpha" and draft_masks.store_flat_mask(owner, upload.path):
            raise MaskRejected("black_and_white") from error
        raise
    draft_masks.drop_flat_mask(owner)
    return path


def set_roles(request: PageRequest) -> tuple[list[str], list[str]]:
    """Store the roles that the form names; return all roles of the draft before and after."""
    sources = drafts.list_sources(request.visitor.id)
    before = [source.role for source in sources]
    for source in sources:
        role = request.POST.get(f"{ROLE_PREFIX}{source.pk}")
        if role is not None and role.strip() != source.role:
            drafts.set_role(source, role)
    return before, [source.role for source in sources]


def _add_draft_images(visitor_id: str, source_ids: list[str], sources: EditSources) -> None:
    """Add the pictures of the draft that the form names, or all of them when it names none."""
    present = {source.pk: source for source in drafts.list_sources(visitor_id)}
    # Sending the rest would make, and charge, another picture than the one that was asked for.
    if any(source_id not in present for source_id in source_ids):
        message = _("An image was removed in the meantime. Check the images, then send the form again.")
        sources.problems.append(("image", message))
    order = [source_id for source_id in dict.fromkeys(source_ids) if source_id in present] or list(present)
    if order != list(present)[: len(order)]:
        drafts.reorder_sources(visitor_id, order)
    sources.images = tuple(drafts.source_as_image(present[source_id]) for source_id in order)


def check_limits(images: Sequence[schemas.SourceImage], profile: Profile) -> None:
    """Check the draft and the form's files together; the draft holds what any of the APIs accepts."""
    if len(images) > profile.max_sources:
        raise SourceRejected("too_many", images[profile.max_sources].name, profile.max_sources)
    if large := [image.name for image in images if image.size > profile.max_file_bytes]:
        raise SourceRejected("too_large", large[0], profile.max_file_bytes // MIB)
    if profile.max_total_bytes and sum(image.size for image in images) > profile.max_total_bytes:
        raise SourceRejected("too_large_together", images[-1].name, profile.max_total_bytes // MIB)


def _with_annotations(request: PageRequest, sources: EditSources) -> EditSources:
    """Set the mask and the annotations, and draw what is sent of these."""
    _with_mask(request, sources)
    if not sources.images:
        return sources
    with sources.problems.collecting(markup.ANNOTATIONS_FIELD):
        _read_annotations(request, sources)
    if not sources.annotations or sources.problems:
        return sources
    if sources.run and sources.run.frame:
        # They fit the picture before it was framed: send the copy again as it is.
        sources.notes = sources.run.notes_number
        return sources
    profile = api_keys.chosen_api(request, request.POST.get("api", "")).profile
    capabilities = profile.capabilities(request.POST.get("model", ""))
    with sources.problems.collecting(markup.ANNOTATIONS_FIELD):
        if markup.sends_layer(capabilities, has_mask=bool(sources.mask) or is_framed(request.POST)):
            sources.markup = markup.draw_layer(source_size(sources.images[0]), sources.annotations)
        else:
            _add_notes(sources, profile)
    return sources


def _add_notes(sources: EditSources, profile: Profile) -> None:
    """Add the copy with annotations as the last picture. Raises ValidationError when it does not fit."""
    if problem := markup.room_problem(len(sources.images), profile):
        raise ValidationError(problem, "no_room")
    first = sources.images[0]
    try:
        notes = markup.draw_notes(first, sources.annotations)
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), first.name) from error
    sources.images = (*sources.images, notes)
    sources.notes = len(sources.images)
    try:
        check_limits(sources.images, profile)
    except SourceRejected as error:
        # The others were within the limits: say that it is the copy, which no file of the visitor's is.
        raise ValidationError(
            upload_errors.annotations_error_text(error.reason, error.limit), error.reason
        ) from error


def _read_annotations(request: PageRequest, sources: EditSources) -> None:
    """Take the form's annotations, or else those that are stored; store them with the draft.

    Raises ValidationError.
    """
    first, text = _first_of_draft(request, sources), request.POST.get(markup.ANNOTATIONS_FIELD)
    stored = (first.annotations if first else sources.run.annotations if sources.run else None) or []
    sources.had_annotations = bool(stored)
    if text is None:
        sources.annotations = stored
    elif text.strip():
        sources.annotations = markup.read_annotations(text, source_size(sources.images[0]))
    if first and sources.annotations != stored:
        drafts.set_annotations(first, sources.annotations)


def _first_of_draft(request: PageRequest, sources: EditSources) -> Source | None:
    if sources.run:
        return None
    owner = sources.scratch_id if sources.is_files_only else request.visitor.ensure_id()
    return draft_masks.first_source(owner)


def _with_mask(request: PageRequest, sources: EditSources) -> EditSources:
    """Set the mask of the form, or the one that is stored with the draft."""
    uploads = uploaded_files(request, "mask")
    with sources.problems.collecting("mask"):
        if len(uploads) > 1:
            sources.problems.append(("mask", _("Send only one mask. It applies to the first image.")))
        elif uploads and sources.images:
            sources.mask = draft_masks.mask_as_source(_uploaded_mask(request, sources, uploads[0]))
        elif not uploads and (path := _stored_mask(request, sources)):
            sources.mask = draft_masks.mask_as_source(path)
    # A mask without pictures gets no message: the missing pictures have to be corrected first, and have one.
    return sources


def _uploaded_mask(request: PageRequest, sources: EditSources, upload: BoundedUpload) -> Path:
    # The images of a run are not in the draft, so that a mask for them is not stored there either.
    if sources.run:
        draft_masks.check_mask(upload.path)
        return upload.path
    return add_mask(sources.scratch_id if sources.is_files_only else request.visitor.ensure_id(), upload)


def _stored_mask(request: PageRequest, sources: EditSources) -> Path | None:
    """Return the draft's mask when the form asks for it: converted from black and white, or as it is."""
    if sources.is_files_only:
        return None
    visitor_id, marks = request.visitor.ensure_id(), request.POST.get(MASK_MARKS_FIELD, "")
    if marks == "none":
        draft_masks.drop_flat_mask(visitor_id)
    elif marks in ("white", "black"):
        converted = draft_masks.convert_flat_mask(visitor_id, white_marks=marks == "white")
        if converted:
            return converted
    # The mask editor sends the mask with each form; a stored one is only sent without scripts.
    return draft_masks.load_mask(visitor_id) if request.POST.get("keep_mask") else None


def _sources_from_run(run: Run) -> EditSources:
    if not run.sources:
        raise Http404("not an edit")
    sources = EditSources(run=run)
    if missing := [source["name"] for source in run.sources if not source["file"]]:
        sources.problems.append(("image", upload_errors.source_error(SourceRejected("gone", missing[0]))))
        return sources
    request = run.request()
    # The copy with annotations is drawn again from them: the model may be another one.
    sources.images = tuple(
        image
        for image, facts in zip(request.images, run.sources, strict=True)
        if run.frame or not facts.get("is_notes")
    )
    sources.mask = request.mask
    return sources
