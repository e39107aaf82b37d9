"""The pictures on the edit page: added, put in order, named, removed and brought back; and their files."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from playground.imageapi.catalog import MEDIA_TYPES
from playground.pages.file_responses import file_response
from playground.pages.forms.edit_sources import add_mask, add_upload, set_roles
from playground.pages.presenters.run_actions import rejected_field
from playground.pages.presenters.studio_page import edit_entries_from_run, new_form, page_context
from playground.pages.responses import render_page, see_other
from playground.pages.session import edit_page
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors
from playground.pages.uploads import BoundedUpload, accepts_uploads, uploaded_files
from playground.runs import drafts, selectors
from playground.runs.drafts import MaskRejected, SourceRejected
from playground.runs.exceptions import QUOTA_REASONS
from playground.runs.models import Source

_SAMPLE: Final = Path(settings.BASE_DIR) / "static" / "img" / "sample.webp"
_BRIEFLY: Final = "private, max-age=300"


@accepts_uploads
@require_POST
def add(request: PageRequest) -> HttpResponse:
    """Add the files of the form, or the sample."""
    troubles = _keep_entries(request)
    who = request.visitor.ensure_id()
    if request.POST.get("sample"):
        troubles += _tried(lambda: drafts.add_source(who, _SAMPLE, "cat.webp"))
    return _answer(request, troubles)


@accepts_uploads
@require_POST
def change(request: PageRequest, source_id: str) -> HttpResponse:
    """Do what the pressed button says with one picture: move it, remove it, or keep its role."""
    source = drafts.get_source(request.visitor.id, source_id)
    troubles = _keep_entries(request)
    act = request.POST.get("act", "")
    if "role" in request.POST:
        drafts.set_role(source, request.POST["role"])
    if act == "remove":
        edit_page.offer_removed_undo(request, source)
    elif act in ("earlier", "later", "first"):
        _move(source, act)
    return _answer(request, troubles)


@accepts_uploads
@require_POST
def order(request: PageRequest) -> HttpResponse:
    """Put the pictures in the order of the ids in `order`, separated by commas."""
    troubles = _keep_entries(request)
    drafts.reorder_sources(request.visitor.ensure_id(), request.POST.get("order", "").split(","))
    return _answer(request, troubles)


@accepts_uploads
@require_POST
def take_back(request: PageRequest) -> HttpResponse:
    """Bring back what was taken off last."""
    troubles = _keep_entries(request)
    return _answer(request, troubles + _tried(lambda: edit_page.undo_removal(request)))


@require_POST
def take_result(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """Put a result on the edit page: in place of what is there, or beside it when the form says `beside`."""
    who = request.visitor.id
    picture = selectors.get_picture(who, run_id, number)
    is_locked = bool(request.POST.get("locked"))
    if not request.POST.get("beside"):
        edit_page.offer_replaced_undo(request)
        edit_page.forget_edit_entries(request)
    return _answer(request, _tried(lambda: drafts.draft_from_picture(who, picture, locked=is_locked, beside=True)))


@accepts_uploads
@require_POST
def take_run(request: PageRequest, run_id: str) -> HttpResponse:
    """Put the pictures and the mask of an edit on the edit page, with the entries of its form."""
    who = request.visitor.id
    run = selectors.get_run(who, run_id)
    if not run.sources:
        raise Http404("not an edit")
    edit_page.offer_replaced_undo(request)
    edit_page.store_refusal(request, edit_entries_from_run(run), rejected_field(run))
    edit_page.keep_edit_entries(request)
    return _answer(request, _tried(lambda: drafts.draft_from_run(who, run)))


@require_safe
def file(request: PageRequest, source_id: str) -> HttpResponseBase:
    """A picture of the draft as it will be sent."""
    source = _known_source(request, source_id)
    return file_response(request, drafts.source_path(source), source.media_type, source.name)


@require_safe
def thumbnail(request: PageRequest, source_id: str) -> HttpResponseBase:
    """A picture of the draft, small."""
    source = _known_source(request, source_id)
    media_type = MEDIA_TYPES["webp"] if source.thumbnail else source.media_type
    return file_response(request, drafts.source_thumbnail_path(source), media_type, source.name)


@require_safe
def mask(request: PageRequest, source_id: str) -> HttpResponseBase:
    """The mask that is kept with a picture of the draft."""
    path = drafts.mask_for_source(_known_source(request, source_id))
    if path is None:
        raise Http404("no mask")
    return file_response(request, path, MEDIA_TYPES["png"], "mask.png", caching="no-store", may_change=True)


def _known_source(request: PageRequest, source_id: str) -> Source:
    return drafts.get_source(request.visitor.id, source_id)


def _move(source: Source, act: str) -> None:
    ids = [one.pk for one in drafts.list_sources(source.visitor)]
    place = ids.index(source.pk)
    ids.insert({"earlier": max(0, place - 1), "later": place + 1, "first": 0}[act], ids.pop(place))
    drafts.reorder_sources(source.visitor, ids)


def _keep_entries(request: PageRequest) -> list[tuple[str, str]]:
    """Keep all that the form brings besides its button: words, roles, files, the mask. What is refused is said."""
    who = request.visitor.ensure_id()
    before, _after = set_roles(request)
    edit_page.keep_edit_entries(request, before)
    troubles: list[tuple[str, str]] = []
    for upload in uploaded_files(request, "mask")[:1]:
        troubles += _tried(lambda upload=upload: _take_in_half(who, upload), "mask")  # type: ignore[misc]
    for upload in uploaded_files(request, "image"):
        troubles += _tried(lambda upload=upload: add_upload(who, upload))  # type: ignore[misc]
    return troubles


def _take_in_half(who: str, upload: BoundedUpload) -> None:
    """A mask that marks nothing yet is no mistake while pictures are still being chosen; only a full disk is."""
    try:
        add_mask(who, upload)
    except MaskRejected as error:
        if error.reason in QUOTA_REASONS:
            raise


def _tried(act: Callable[[], object], field: str = "image") -> list[tuple[str, str]]:
    try:
        act()
    except SourceRejected as error:
        return [("image", upload_errors.source_error(error))]
    except MaskRejected as error:
        return [("mask", upload_errors.mask_error(error))]
    except (OSError, DatabaseError) as error:
        return [(field, upload_errors.disk_error_text(error))]
    return []


def _answer(request: PageRequest, troubles: list[tuple[str, str]]) -> HttpResponse:
    """Back to the edit page; when something was refused, the page itself with the reason."""
    if not troubles:
        return see_other("edit")
    form = new_form(request, "edits")
    form.cleaned_data = {}
    for name, sentence in troubles:
        form.add_error(name, sentence)
    context = page_context(request, form)
    return render_page(request, "edit/edit.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **context)
