"""Pictures for the session that made them: as delivered, converted, small, in progress, or all in one file."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground.core.files import storage
from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import MEDIA_TYPES, OUTPUT_FORMATS, SIGNATURE_BYTES, format_from_start
from playground.imaging.convert import Conversion
from playground.imaging.decode import PictureError
from playground.pages.error_pages import error_page
from playground.pages.file_responses import (
    BadConversionError,
    content_disposition,
    file_name,
    file_response,
    file_stem,
    inert_response,
    read_conversion,
    zip_response,
)
from playground.pages.file_responses import download_links as downloads_of
from playground.pages.presenters.pictures import picture_view
from playground.pages.presenters.sources import guess_media_type
from playground.pages.responses import render_page
from playground.pages.session.visitor import PageRequest
from playground.runs import paths, selectors
from playground.runs.models import Picture

_BRIEFLY: Final = "private, max-age=300"


@require_safe
def picture(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """The picture: the API's own bytes, or converted as the address says."""
    found = selectors.get_picture(request.visitor.id, run_id, number)
    try:
        wanted = read_conversion(found, request.GET)
        path = paths.conversion_path(found, wanted) if wanted else paths.picture_path(found)
    except BadConversionError as error:
        return error_page(request, HTTPStatus.BAD_REQUEST, _("The address is not right"), str(error))
    except PictureError:
        return _unconvertible(request, found)
    name = wanted.format if wanted else found.format
    attached = request.GET.get("download") == "1"
    return file_response(request, path, MEDIA_TYPES[name], file_name(found.run, number, name), attached=attached)


@require_safe
def thumbnail(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """The picture small, for lists."""
    found = selectors.get_picture(request.visitor.id, run_id, number)
    name = "webp" if found.thumbnail else found.format
    return file_response(
        request, paths.thumbnail_path(found), MEDIA_TYPES[name], file_name(found.run, number, name), caching=_BRIEFLY
    )


@require_safe
def preview(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """The newest preview of a picture that is still being made."""
    run = selectors.get_run(request.visitor.id, run_id)
    path = paths.preview_path(run.pk, number)
    try:
        with storage.fetch_file(path, may_change=True).open("rb") as file:
            format = format_from_start(file.read(SIGNATURE_BYTES))
    except FileNotFoundError:
        raise Http404("no preview") from None
    if not format:
        raise Http404("not a picture")
    return file_response(request, path, MEDIA_TYPES[format], file_name(run, number, format), caching=_BRIEFLY)


@require_safe
def downloads(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """The three formats with their true sizes, as a part of the run card."""
    found = selectors.get_picture(request.visitor.id, run_id, number)
    sizes: dict[str, int] = {}
    is_locked = request.GET.get("locked") == "1" and bool(found.locked)
    for name in OUTPUT_FORMATS:
        try:
            path = _made(found, name, is_locked)
        except (PictureError, FileNotFoundError):
            continue
        except OSError as error:
            if not is_disk_full(error):
                raise
            # Its size is not known then; the link is there all the same.
            continue
        if path is not None:
            sizes[name] = storage.fetch_file(path).stat().st_size
    return render_page(
        request,
        "runs/downloads.html",
        picture=picture_view(found, found.run),
        downloads=downloads_of(found, found.run, sizes, locked=is_locked),
    )


def _made(found: Picture, name: str, is_locked: bool) -> Path | None:
    """The picture in that format; None where it is what was delivered."""
    if is_locked:
        return (
            paths.locked_path(found) if name == "png" else paths.conversion_path(found, Conversion(name), locked=True)
        )
    return paths.conversion_path(found, Conversion(name)) if name != found.format else None


@require_safe
def run_zip(request: PageRequest, run_id: str) -> HttpResponseBase:
    """All pictures of a run in one file."""
    run = selectors.get_run(request.visitor.id, run_id)
    pictures = list(run.pictures.all())
    if not pictures:
        raise Http404("no pictures")
    try:
        response = FileResponse(zip_response(run, pictures), content_type="application/zip")
    except FileNotFoundError:
        raise Http404("the files are gone") from None
    response.headers["Content-Disposition"] = content_disposition(f"{file_stem(run)}.zip", attached=True)
    return inert_response(response, "no-store")


def _unconvertible(request: PageRequest, found: Picture) -> HttpResponse:
    return error_page(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("The picture cannot be converted"),
        _("It can still be downloaded as the API delivered it; nothing was charged for trying."),
        action=(picture_view(found, found.run).url + "?download=1", _("Download it as it came")),
    )


_PNG: Final = MEDIA_TYPES["png"]


@require_safe
def locked(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """The result with everything outside the mask kept from the source; converted as the address says."""
    found = selectors.get_picture(request.visitor.id, run_id, number)
    kept = _here(paths.locked_path(found))
    try:
        wanted = read_conversion(found, request.GET, locked=True)
        path = paths.conversion_path(found, wanted, locked=True) if wanted else kept
    except BadConversionError as error:
        return error_page(request, HTTPStatus.BAD_REQUEST, _("The address is not right"), str(error))
    except (PictureError, FileNotFoundError):
        raise Http404("cannot be converted") from None
    name = wanted.format if wanted else "png"
    attached = request.GET.get("download") == "1"
    return file_response(
        request, path, MEDIA_TYPES[name], file_name(found.run, number, name, locked=True), attached=attached
    )


@require_safe
def locked_thumbnail(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """The same small, for lists."""
    found = selectors.get_picture(request.visitor.id, run_id, number)
    try:
        path = _here(paths.locked_thumbnail_path(found))
    except (PictureError, FileNotFoundError):
        raise Http404("cannot be made small") from None
    return file_response(request, path, MEDIA_TYPES["webp"], file_name(found.run, number, "webp", locked=True))


@require_safe
def heat(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """Where the API changed what it should not have, to lay over the picture."""
    found = selectors.get_picture(request.visitor.id, run_id, number)
    return file_response(
        request, _here(paths.heatmap_path(found)), _PNG, f"{file_stem(found.run)}_{number}-changed.png"
    )


@require_safe
def source(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """A picture that went into the edit, as it was sent."""
    run = selectors.get_run(request.visitor.id, run_id)
    path = _here(paths.run_source_path(run, number))
    attached = request.GET.get("download") == "1"
    return file_response(
        request, path, guess_media_type(run, number), run.sources[number - 1]["name"], attached=attached
    )


@require_safe
def source_thumbnail(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """A picture that went into the edit, small."""
    run = selectors.get_run(request.visitor.id, run_id)
    path = _here(paths.run_source_thumbnail_path(run, number))
    is_small = path != paths.run_source_path(run, number)
    media_type = MEDIA_TYPES["webp"] if is_small else guess_media_type(run, number)
    return file_response(request, path, media_type, run.sources[number - 1]["name"])


@require_safe
def mask(request: PageRequest, run_id: str) -> HttpResponseBase:
    """The mask as it was sent."""
    run = selectors.get_run(request.visitor.id, run_id)
    attached = request.GET.get("download") == "1"
    return file_response(
        request, _here(paths.run_mask_path(run)), _PNG, f"{file_stem(run)}_mask.png", attached=attached
    )


def _here(path: Path | None) -> Path:
    if path is None:
        raise Http404("there is none")
    return path
