"""The pictures of the edit page: add, change, reorder, remove and restore them; their files, and pixels of a file."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.imageapi.catalog import MAX_FILE_BYTES, MEDIA_TYPES, MIB
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.pages.file_responses import ONE_DAY_CACHE, file_response, inert_response
from playground.pages.forms import markup
from playground.pages.forms.briefs import BriefForm, EditForm, build_form
from playground.pages.forms.edit_sources import add_mask, add_upload, set_roles, store_frame
from playground.pages.presenters.pictures import variation_entries
from playground.pages.presenters.run_actions import rejected_field
from playground.pages.presenters.studio_page import (
    draft_notes_number,
    edit_entries_from_run,
    edit_page_context,
    new_form,
    page_context,
)
from playground.pages.responses import SeeOther, render_page, see_other
from playground.pages.session import edit_page, pins
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors
from playground.pages.texts.examples import find_example
from playground.pages.texts.upload_errors import FieldProblems
from playground.pages.uploads import BoundedUpload, accepts_uploads, uploaded_files
from playground.runs import draft_masks, drafts, selectors
from playground.runs.exceptions import QUOTA_REASONS, MaskRejected, SourceRejected, rejection_reason
from playground.runs.models import Source

# The limit of the mask editor: MAX_BITMAP_PIXELS in static/js/mask/model/mask-model.js.
MAX_EDITOR_PIXELS: Final = 3840 * 2160
_IMAGES: Final = Path(settings.BASE_DIR) / "static" / "img"
_SAMPLE: Final = _IMAGES / "sample.webp"


class _SelectionForm(forms.Form):
    name = forms.CharField(max_length=draft_masks.MAX_SELECTION_NAME)
    # Without marks the selection is removed.
    marks = forms.RegexField(r"^[A-Za-z0-9_-]*$", required=False)


class _SizeForm(forms.Form):
    width = forms.IntegerField(min_value=1)
    height = forms.IntegerField(min_value=1)


@accepts_uploads
@require_POST
def add_sources(request: PageRequest) -> HttpResponse:
    """Add the posted files, or the sample; on the way to the matrix store the mask of the form, too."""
    problems = _store_entries(request)
    if request.POST.get("next") == "matrix" and not problems:
        _drop_removed_mask(request)
        return SeeOther(f"{reverse('matrix')}?endpoint=edits")
    if request.POST.get("sample"):
        with problems.collecting("image"):
            drafts.add_source(request.visitor.ensure_id(), _SAMPLE, "cat.webp")
    return _edit_page(request, problems)


@accepts_uploads
@require_POST
def change_source(request: PageRequest, source_id: str) -> HttpResponse:
    """Set the role of one picture; move, remove, pin or unpin it, as the pressed button says."""
    source = _get_source(request, source_id)
    problems = _store_entries(request)
    action = request.POST.get("act", "")
    if "role" in request.POST:
        drafts.set_role(source, request.POST["role"])
    if action == "remove":
        if pins.is_pinned(source, pins.pinned_style(source.visitor)):
            pins.unpin_style(source.visitor)
        edit_page.offer_removed_undo(request, source)
    elif action == "pin":
        with problems.collecting("image"):
            pins.pin_style_source(source.visitor, source)
    elif action == "unpin":
        pins.unpin_style(source.visitor)
    elif action in ("earlier", "later", "first"):
        _move_source(source, action)
    return _edit_page(request, problems)


@accepts_uploads
@require_POST
def unpin(request: PageRequest) -> HttpResponse:
    """Unpin the palette, or with `unpin=style` the style image, whose copy stays on the page."""
    problems = _store_entries(request)
    pins.unpin(request, request.POST.get("unpin", ""))
    return _edit_page(request, problems)


@accepts_uploads
@require_POST
def reorder_sources(request: PageRequest) -> HttpResponse:
    """Put the pictures in the order of the ids in `order`, separated by commas."""
    problems = _store_entries(request)
    drafts.reorder_sources(request.visitor.ensure_id(), request.POST.get("order", "").split(","))
    return _edit_page(request, problems)


@accepts_uploads
@require_POST
def undo_removal(request: PageRequest) -> HttpResponse:
    """Restore the pictures that were removed or replaced last."""
    problems = _store_entries(request)
    with problems.collecting("image"):
        edit_page.undo_removal(request)
    return _edit_page(request, problems)


@require_POST
def edit_example(request: PageRequest, name: str) -> HttpResponse:
    """Put the sources, the mask and the prompt of an example on the edit page, in place of its pictures."""
    visitor_id, problems = request.visitor.ensure_id(), FieldProblems()
    example = find_example(name)
    if example is None or not example.sources:
        raise Http404("no such example")
    # Set aside, so that trying an example loses no images.
    edit_page.offer_replaced_undo(request)
    edit_page.store_entries(request, {"prompt": str(example.prompt)})
    with problems.collecting("image"):
        for source in example.sources:
            drafts.add_source(visitor_id, _IMAGES / source, Path(source).name)
        if example.mask:
            draft_masks.store_mask(visitor_id, _IMAGES / example.mask)
    return _edit_page(request, problems)


@require_POST
def edit_result(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """Put a result, with `locked` its locked version, on the edit page in place of its pictures, or `beside` them.

    With `variation` the form is filled in to request one: `locked` or `returned` names the version.
    """
    visitor_id, problems = request.visitor.id, FieldProblems()
    picture = selectors.get_picture(visitor_id, run_id, number)
    variation = request.POST.get("variation", "")
    beside = request.POST.get("beside", "")
    is_locked = bool(request.POST.get("locked")) or "locked" in (variation, beside)
    if not beside:
        edit_page.offer_replaced_undo(request, picture.place)
        edit_page.forget_edit_entries(request)
    if variation:
        edit_page.store_entries(request, variation_entries(picture.run))
    with problems.collecting("image"):
        drafts.draft_from_picture(visitor_id, picture, locked=is_locked, beside=True)
    return _edit_page(request, problems)


@accepts_uploads
@require_POST
def edit_run(request: PageRequest, run_id: str) -> HttpResponse:
    """Put the pictures and the mask of an edit on the edit page, with the entries of its form."""
    visitor_id, problems = request.visitor.id, FieldProblems()
    run = selectors.get_run(visitor_id, run_id)
    if not run.sources:
        raise Http404("not an edit")
    edit_page.offer_replaced_undo(request)
    edit_page.store_refusal(request, edit_entries_from_run(run), rejected_field(run))
    # What the visitor changed in the form on the run's page comes along.
    edit_page.store_posted_entries(request)
    with problems.collecting("image"):
        drafts.draft_from_run(visitor_id, run)
    return _edit_page(request, problems)


@require_safe
def source_file(request: PageRequest, source_id: str) -> HttpResponseBase:
    """Return a picture of the draft as it will be sent."""
    source = _get_source(request, source_id)
    return file_response(request, drafts.source_path(source), source.media_type, source.name)


@require_safe
def source_thumbnail(request: PageRequest, source_id: str) -> HttpResponseBase:
    """Return the thumbnail of a picture of the draft."""
    source = _get_source(request, source_id)
    media_type = MEDIA_TYPES["webp"] if source.thumbnail else source.media_type
    return file_response(request, drafts.source_thumbnail_path(source), media_type, source.name)


@require_safe
def source_mask(request: PageRequest, source_id: str) -> HttpResponseBase:
    """Return the mask that is stored with a picture of the draft."""
    path = draft_masks.mask_for_source(_get_source(request, source_id))
    if path is None:
        raise Http404("no mask")
    # A mask changes under its address.
    return file_response(request, path, MEDIA_TYPES["png"], "mask.png", cache_control="no-store", may_change=True)


@require_http_methods(["GET", "HEAD", "POST"])
def source_selections(request: PageRequest, source_id: str) -> HttpResponse:
    """Return a picture's named selections as pairs of name and marks; a POST saves or removes one first."""
    source = _get_source(request, source_id)
    if request.method == "POST":
        form = _SelectionForm(request.POST)
        if not form.is_valid():
            return HttpResponse(status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
        name, marks = form.cleaned_data["name"], form.cleaned_data["marks"]
        try:
            if marks:
                draft_masks.save_selection(source, name, marks)
            else:
                draft_masks.remove_selection(source, name)
        except MaskRejected as error:
            return _rejection(upload_errors.mask_error(error))
        except OSError as error:
            return _rejection(upload_errors.disk_error_text(error))
    pairs = list(draft_masks.load_selections(source).items())
    return JsonResponse(pairs, safe=False, headers={"Cache-Control": "no-store"})


@accepts_uploads
@require_POST
def annotate_source(request: PageRequest, source_id: str) -> HttpResponse:
    """Store what is drawn on a picture; render the pictures with what will be sent of it, as a part of the page."""
    source, problems = _get_source(request, source_id), FieldProblems()
    with problems.collecting(markup.ANNOTATIONS_FIELD):
        text = request.POST.get(markup.ANNOTATIONS_FIELD, "")
        drafts.set_annotations(source, markup.read_annotations(text, (source.width, source.height)))
    form = build_form(request, EditForm, initial=EditForm.stored_entries(request.POST))
    _add_problems(form, problems)
    context = edit_page_context(request, form, has_mask=bool(request.POST.get("has_mask")))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render_page(request, "edit/source_list.html", status=status, **context)


@require_safe
def annotated_thumbnail(request: PageRequest, source_id: str) -> HttpResponseBase:
    """Return a thumbnail of a picture of the draft with what is drawn on it."""
    source = _get_source(request, source_id)
    if not source.annotations:
        raise Http404("nothing is drawn")
    size, path = (source.width, source.height), drafts.source_thumbnail_path(source)
    with markup.drawn_thumbnail(path, size, source.annotations) as thumbnail:
        response = HttpResponse(thumbnail.read_bytes(), content_type=MEDIA_TYPES["webp"])
    # Its address changes with the drawing.
    return inert_response(response, ONE_DAY_CACHE)


@accepts_uploads
@require_POST
def source_pixels(request: PageRequest) -> HttpResponseBase:
    """Return the RGBA of the file `image` in the requested size, and the picture's own size in a header."""
    if not request.visitor.id:
        raise Http404("no visitor")
    size, uploads = _SizeForm(request.POST), uploaded_files(request, "image")
    if (
        not size.is_valid()
        or size.cleaned_data["width"] * size.cleaned_data["height"] > MAX_EDITOR_PIXELS
        or not uploads
    ):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    try:
        (width, height), gzipped = _read_pixels(uploads[0], (size.cleaned_data["width"], size.cleaned_data["height"]))
    except SourceRejected as error:
        return _rejection(upload_errors.source_error(error))
    except OSError as error:
        return _rejection(upload_errors.disk_error_text(error))
    # Packed in the decoder: the pixels of the largest picture are 33 MB.
    headers = {"Content-Encoding": "gzip", "X-Picture-Size": f"{width}x{height}"}
    return inert_response(HttpResponse(gzipped, content_type="application/octet-stream", headers=headers), "no-store")


def _get_source(request: PageRequest, source_id: str) -> Source:
    return drafts.get_source(request.visitor.id, source_id)


def _move_source(source: Source, action: str) -> None:
    ids = [other.pk for other in drafts.list_sources(source.visitor)]
    index = ids.index(source.pk)
    ids.insert({"earlier": max(0, index - 1), "later": index + 1, "first": 0}[action], ids.pop(index))
    drafts.reorder_sources(source.visitor, ids)


def _store_entries(request: PageRequest) -> FieldProblems:
    """Store all entries of the form, whichever button was pressed: words, roles, files, the mask, the frame."""
    problems, visitor_id = FieldProblems(), request.visitor.ensure_id()
    store_frame(request)
    notes = draft_notes_number(request, request.POST)
    before, _after = set_roles(request)
    edit_page.store_posted_entries(request, before, notes)
    for upload in uploaded_files(request, "mask")[:1]:
        with problems.collecting("mask"):
            _store_mask(visitor_id, upload)
    for upload in uploaded_files(request, "image"):
        with problems.collecting("image"):
            add_upload(visitor_id, upload)
    return problems


def _store_mask(visitor_id: str, upload: BoundedUpload) -> None:
    """Store a mask; report only a full disk, since a mask may mark nothing yet while pictures are being chosen."""
    try:
        add_mask(visitor_id, upload)
    except MaskRejected as error:
        if error.reason in QUOTA_REASONS:
            raise


def _drop_removed_mask(request: PageRequest) -> None:
    """Remove the stored mask when the form has none: it was cleared on the page."""
    if not uploaded_files(request, "mask") and not request.POST.get("keep_mask"):
        draft_masks.drop_mask(request.visitor.ensure_id())


def _edit_page(request: PageRequest, problems: FieldProblems) -> HttpResponse:
    """Add the pinned style image; redirect to the edit page, or render it with messages about what was rejected."""
    with problems.collecting("image"):
        pins.attach_style(request.visitor.id)
    if not problems:
        return see_other("edit")
    form = new_form(request, "edits")
    _add_problems(form, problems)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(request, "edit/edit.html", status=status, **page_context(request, form))


def _add_problems(form: BriefForm, problems: FieldProblems) -> None:
    form.cleaned_data = {}
    for name, message in problems:
        form.add_error(name, message)


def _read_pixels(upload: BoundedUpload, size: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise SourceRejected("too_large", upload.name or "", MAX_FILE_BYTES // MIB)
    try:
        return sandbox.read_rgba(upload.path, size)
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), upload.name or "") from error


def _rejection(message: str) -> HttpResponse:
    return HttpResponse(message, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")
