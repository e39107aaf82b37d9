"""The pictures on the edit page: added, put in order, named, removed and brought back; and their files."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from playground.imageapi.options import MEDIA_TYPES
from playground.pages import refused, undo, visitor, words
from playground.pages.brought import set_roles, take_in, take_in_mask
from playground.pages.delivery import deliver
from playground.pages.edit_studio import edit_studio, empty_edit_brief, run_words
from playground.pages.pointed import field_of
from playground.pages.show import show
from playground.pages.uploads import Uploaded, files_of, takes_files
from playground.pages.views.runs import see_other
from playground.runs import drafts, history
from playground.runs.drafts import MaskRefused, SourceRefused
from playground.runs.models import Source
from playground.runs.refusals import NO_ROOM

_SAMPLE: Final = Path(settings.BASE_DIR) / "static" / "img" / "sample.webp"
_BRIEFLY: Final = "private, max-age=300"


@takes_files
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add the files of the form, or the sample."""
    troubles = _keep_entries(request)
    who = visitor.of(request)
    if request.POST.get("sample"):
        troubles += _tried(lambda: drafts.add(who, _SAMPLE, "cat.webp"))
    return _answer(request, troubles)


@takes_files
@require_POST
def change(request: HttpRequest, source_id: str) -> HttpResponse:
    """Do what the pressed button says with one picture: move it, remove it, or keep its role."""
    source = drafts.source_of(visitor.known(request), source_id)
    troubles = _keep_entries(request)
    act = request.POST.get("act", "")
    if "role" in request.POST:
        drafts.set_role(source, request.POST["role"])
    if act == "remove":
        undo.removed(request, source)
    elif act in ("earlier", "later", "first"):
        _move(source, act)
    return _answer(request, troubles)


@takes_files
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Put the pictures in the order of the ids in `order`, separated by commas."""
    troubles = _keep_entries(request)
    drafts.reorder(visitor.of(request), request.POST.get("order", "").split(","))
    return _answer(request, troubles)


@takes_files
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Bring back what was taken off last."""
    troubles = _keep_entries(request)
    return _answer(request, troubles + _tried(lambda: undo.take_back(request)))


@require_POST
def take_result(request: HttpRequest, run_id: str, number: int) -> HttpResponse:
    """Put a result on the edit page: in place of what is there, or beside it when the form says `beside`."""
    who = visitor.known(request)
    picture = history.picture_of(who, run_id, number)
    is_locked = bool(request.POST.get("locked"))
    if not request.POST.get("beside"):
        undo.replaced(request)
        words.forget(request)
    return _answer(request, _tried(lambda: drafts.from_picture(who, picture, locked=is_locked, beside=True)))


@takes_files
@require_POST
def take_run(request: HttpRequest, run_id: str) -> HttpResponse:
    """Put the pictures and the mask of an edit on the edit page, with the entries of its form."""
    who = visitor.known(request)
    run = history.run_of(who, run_id)
    if not run.sources:
        raise Http404("not an edit")
    undo.replaced(request)
    words.put_refused(request, run_words(run), field_of(run))
    words.keep(request)
    return _answer(request, _tried(lambda: drafts.from_run(who, run)))


@require_safe
def file(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """A picture of the draft as it will be sent."""
    source = _known_source(request, source_id)
    return deliver(request, drafts.path_of(source), source.media_type, source.name)


@require_safe
def thumbnail(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """A picture of the draft, small."""
    source = _known_source(request, source_id)
    media_type = MEDIA_TYPES["webp"] if source.thumbnail else source.media_type
    return deliver(request, drafts.thumbnail_of(source), media_type, source.name)


@require_safe
def mask(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """The mask that is kept with a picture of the draft."""
    path = drafts.mask_with(_known_source(request, source_id))
    if path is None:
        raise Http404("no mask")
    return deliver(request, path, MEDIA_TYPES["png"], "mask.png", caching="no-store", may_change=True)


def _known_source(request: HttpRequest, source_id: str) -> Source:
    return drafts.source_of(visitor.known(request), source_id)


def _move(source: Source, act: str) -> None:
    ids = [one.pk for one in drafts.sources_of(source.visitor)]
    place = ids.index(source.pk)
    ids.insert({"earlier": max(0, place - 1), "later": place + 1, "first": 0}[act], ids.pop(place))
    drafts.reorder(source.visitor, ids)


def _keep_entries(request: HttpRequest) -> list[tuple[str, str]]:
    """Keep all that the form brings besides its button: words, roles, files, the mask. What is refused is said."""
    who = visitor.of(request)
    before, _after = set_roles(request)
    words.keep(request, before)
    troubles: list[tuple[str, str]] = []
    for upload in files_of(request, "mask")[:1]:
        troubles += _tried(lambda upload=upload: _take_in_half(who, upload), "mask")  # type: ignore[misc]
    for upload in files_of(request, "image"):
        troubles += _tried(lambda upload=upload: take_in(who, upload))  # type: ignore[misc]
    return troubles


def _take_in_half(who: str, upload: Uploaded) -> None:
    """A mask that marks nothing yet is no mistake while pictures are still being chosen; only a full disk is."""
    try:
        take_in_mask(who, upload)
    except MaskRefused as error:
        if error.reason in NO_ROOM:
            raise


def _tried(act: Callable[[], object], field: str = "image") -> list[tuple[str, str]]:
    try:
        act()
    except SourceRefused as error:
        return [("image", refused.of_source(error))]
    except MaskRefused as error:
        return [("mask", refused.of_mask(error))]
    except (OSError, DatabaseError) as error:
        return [(field, refused.of_full_disk(error))]
    return []


def _answer(request: HttpRequest, troubles: list[tuple[str, str]]) -> HttpResponse:
    """Back to the edit page; when something was refused, the page itself with the reason."""
    if not troubles:
        return see_other("edit")
    form = empty_edit_brief(request)
    form.cleaned_data = {}
    for name, sentence in troubles:
        form.add_error(name, sentence)
    context = edit_studio(request, form)
    return show(request, "pages/edit.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **context)
