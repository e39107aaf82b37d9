"""Pictures for the session that made them: as delivered, converted, small, in progress, or all in one file."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground import store
from playground.full_disk import is_full
from playground.imageapi.options import MEDIA_TYPES, OUTPUT_FORMATS
from playground.pages import visitor
from playground.pages.archive import archive
from playground.pages.conversions import BadParameter, conversion
from playground.pages.delivery import deliver, inert
from playground.pages.downloads import disposition, file_name, stem
from playground.pages.downloads import downloads as downloads_of
from playground.pages.picture_views import picture_view
from playground.pages.show import show
from playground.pages.views.failures import failure
from playground.pixels.decode import PictureError
from playground.pixels.encode import Conversion
from playground.runs import files, history
from playground.runs.models import Picture

_SIGNATURES: Final = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"RIFF", "webp"))
_BRIEFLY: Final = "private, max-age=300"


@require_safe
def picture(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """The picture: the API's own bytes, or converted as the address says."""
    found = history.picture_of(visitor.known(request), run_id, number)
    try:
        wanted = conversion(found, request.GET)
        path = files.converted(found, wanted) if wanted else files.path_of(found)
    except BadParameter as error:
        return failure(request, HTTPStatus.BAD_REQUEST, _("The address is not right"), str(error))
    except PictureError:
        return _unconvertible(request, found)
    name = wanted.format if wanted else found.format
    attached = request.GET.get("download") == "1"
    return deliver(request, path, MEDIA_TYPES[name], file_name(found.run, number, name), attached=attached)


@require_safe
def thumbnail(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """The picture small, for lists."""
    found = history.picture_of(visitor.known(request), run_id, number)
    name = "webp" if found.thumbnail else found.format
    return deliver(
        request, files.thumbnail_of(found), MEDIA_TYPES[name], file_name(found.run, number, name), caching=_BRIEFLY
    )


@require_safe
def preview(request: HttpRequest, run_id: str, number: int) -> HttpResponseBase:
    """The newest preview of a picture that is still being made."""
    run = history.run_of(visitor.known(request), run_id)
    path = files.preview_path(run.pk, number)
    try:
        with store.fetch(path, may_change=True).open("rb") as file:
            start = file.read(4)
    except FileNotFoundError:
        raise Http404("no preview") from None
    name = next((name for sign, name in _SIGNATURES if start.startswith(sign)), None)
    if name is None:
        raise Http404("not a picture")
    return deliver(request, path, MEDIA_TYPES[name], file_name(run, number, name), caching=_BRIEFLY)


@require_safe
def downloads(request: HttpRequest, run_id: str, number: int) -> HttpResponse:
    """The three formats with their true sizes, as a part of the run card."""
    found = history.picture_of(visitor.known(request), run_id, number)
    sizes: dict[str, int] = {}
    is_locked = request.GET.get("locked") == "1" and bool(found.locked)
    for name in OUTPUT_FORMATS:
        try:
            path = _made(found, name, is_locked)
        except (PictureError, FileNotFoundError):
            continue
        except OSError as error:
            if not is_full(error):
                raise
            # Its size is not known then; the link is there all the same.
            continue
        if path is not None:
            sizes[name] = store.fetch(path).stat().st_size
    return show(
        request,
        "parts/downloads.html",
        picture=picture_view(found, found.run),
        downloads=downloads_of(found, found.run, sizes, locked=is_locked),
    )


def _made(found: Picture, name: str, is_locked: bool) -> Path | None:
    """The picture in that format; None where it is what was delivered."""
    if is_locked:
        return files.locked_of(found) if name == "png" else files.converted(found, Conversion(name), locked=True)
    return files.converted(found, Conversion(name)) if name != found.format else None


@require_safe
def zipped(request: HttpRequest, run_id: str) -> HttpResponseBase:
    """All pictures of a run in one file."""
    run = history.run_of(visitor.known(request), run_id)
    pictures = list(run.pictures.all())
    if not pictures:
        raise Http404("no pictures")
    try:
        response = FileResponse(archive(run, pictures), content_type="application/zip")
    except FileNotFoundError:
        raise Http404("the files are gone") from None
    response.headers["Content-Disposition"] = disposition(f"{stem(run)}.zip", attached=True)
    return inert(response, "no-store")


def _unconvertible(request: HttpRequest, found: Picture) -> HttpResponse:
    return failure(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("The picture cannot be converted"),
        _("It can still be downloaded as the API delivered it; nothing was charged for trying."),
        action=(picture_view(found, found.run).url + "?download=1", _("Download it as it came")),
    )
