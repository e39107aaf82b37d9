"""What belongs to an edit besides its results: its pictures and mask as they were sent, and the locked versions."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground.imageapi.options import MEDIA_TYPES
from playground.pages import visitor
from playground.pages.conversions import BadParameter, conversion
from playground.pages.delivery import deliver
from playground.pages.downloads import file_name, stem
from playground.pages.source_views import media_type_of
from playground.pages.views.failures import failure
from playground.pixels.decode import PictureError
from playground.runs import files, history

_PNG: Final = MEDIA_TYPES["png"]


@require_safe
def locked(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """The result with everything outside the mask kept from the source; converted as the address says."""
    found = history.picture_of(visitor.known(request), run_id, number)
    kept = _here(files.locked_of(found))
    try:
        wanted = conversion(found, request.GET, locked=True)
        path = files.converted(found, wanted, locked=True) if wanted else kept
    except BadParameter as error:
        return failure(request, HTTPStatus.BAD_REQUEST, _("The address is not right"), str(error))
    except (PictureError, FileNotFoundError):
        raise Http404("cannot be converted") from None
    name = wanted.format if wanted else "png"
    attached = request.GET.get("download") == "1"
    return deliver(
        request, path, MEDIA_TYPES[name], file_name(found.run, number, name, locked=True), attached=attached
    )


@require_safe
def locked_thumbnail(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """The same small, for lists."""
    found = history.picture_of(visitor.known(request), run_id, number)
    try:
        path = _here(files.locked_thumbnail(found))
    except (PictureError, FileNotFoundError):
        raise Http404("cannot be made small") from None
    return deliver(request, path, MEDIA_TYPES["webp"], file_name(found.run, number, "webp", locked=True))


@require_safe
def heat(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """Where the API changed what it should not have, to lay over the picture."""
    found = history.picture_of(visitor.known(request), run_id, number)
    return deliver(request, _here(files.heat_of(found)), _PNG, f"{stem(found.run)}_{number}-changed.png")


@require_safe
def source(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """A picture that went into the edit, as it was sent."""
    run = history.run_of(visitor.known(request), run_id)
    path = _here(files.source_of(run, number))
    attached = request.GET.get("download") == "1"
    return deliver(request, path, media_type_of(run, number), run.sources[number - 1]["name"], attached=attached)


@require_safe
def source_thumbnail(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """A picture that went into the edit, small."""
    run = history.run_of(visitor.known(request), run_id)
    path = _here(files.source_thumbnail_of(run, number))
    is_small = path != files.source_of(run, number)
    media_type = MEDIA_TYPES["webp"] if is_small else media_type_of(run, number)
    return deliver(request, path, media_type, run.sources[number - 1]["name"])


@require_safe
def mask(request: HttpRequest, run_id: str) -> HttpResponseBase:
    """The mask as it was sent."""
    run = history.run_of(visitor.known(request), run_id)
    attached = request.GET.get("download") == "1"
    return deliver(request, _here(files.mask_of(run)), _PNG, f"{stem(run)}_mask.png", attached=attached)


def _here(path: Path | None) -> Path:
    if path is None:
        raise Http404("there is none")
    return path
