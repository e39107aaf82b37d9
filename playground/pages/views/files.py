"""Files of a run for the session that made it: pictures, thumbnails, previews, sources, the mask, and a ZIP.

Those of a shared run are for anyone who has its address.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground.core.files import storage
from playground.core.files.disk import is_disk_full
from playground.imageapi.catalog import (
    MEDIA_TYPES,
    OUTPUT_FORMATS,
    RESULT_MEDIA_TYPES,
    SIGNATURE_BYTES,
    format_from_start,
)
from playground.imaging.convert import Conversion
from playground.imaging.decode import PictureError
from playground.pages.error_pages import error_page
from playground.pages.file_responses import (
    NO_REFERRER,
    SHARED_CACHE,
    BadConversionError,
    download_links,
    file_name,
    file_response,
    file_stem,
    read_conversion,
    zip_response,
)
from playground.pages.presenters.pictures import picture_view
from playground.pages.responses import render_page
from playground.pages.session.visitor import PageRequest
from playground.runs import conversions, paths, selectors
from playground.runs.models import Picture, Run
from playground.runs.services.sharing import get_shared_picture, get_shared_run

# The thumbnail is the picture itself until it is made, and previews are replaced.
_SHORT_CACHE: Final = "private, max-age=300"
_PNG: Final = MEDIA_TYPES["png"]


@require_safe
def picture_file(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """Return the picture: the API's own bytes, or converted as the query says."""
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    try:
        conversion = read_conversion(picture, request.GET)
        path = conversions.conversion_path(picture, conversion) if conversion else paths.picture_path(picture)
    except BadConversionError as error:
        return _bad_query_page(request, error)
    except PictureError:
        return error_page(
            request,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("The image can't be converted"),
            _("You can still download it as the API delivered it. You weren't charged for this attempt."),
            action=(picture_view(picture, picture.run).url + "?download=1", _("Download the original")),
        )
    file_format = conversion.format if conversion else picture.format
    name = file_name(picture.run, number, file_format)
    return file_response(request, path, RESULT_MEDIA_TYPES[file_format], name, as_attachment=_is_download(request))


@require_safe
def picture_thumbnail(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    path = paths.thumbnail_path(picture)
    thumbnail_format = "jpeg" if path.suffix == ".jpg" else "webp"
    file_format = thumbnail_format if picture.thumbnail else picture.format
    name = file_name(picture.run, number, file_format)
    return file_response(request, path, RESULT_MEDIA_TYPES[file_format], name, cache_control=_SHORT_CACHE)


@require_safe
def preview_file(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """Return the newest preview of a picture that is not complete yet."""
    run = selectors.get_run(request.visitor.id, run_id)
    path = paths.preview_path(run.pk, number)
    try:
        # The worker replaces the preview, perhaps on another machine.
        with storage.fetch_file(path, may_change=True).open("rb") as file:
            file_format = format_from_start(file.read(SIGNATURE_BYTES))
    except FileNotFoundError:
        raise Http404("no preview") from None
    if not file_format:
        raise Http404("not a picture")
    name = file_name(run, number, file_format)
    return file_response(request, path, RESULT_MEDIA_TYPES[file_format], name, cache_control=_SHORT_CACHE)


@require_safe
def locked_file(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """Return the result with the source's pixels outside the mask, converted as the query says."""
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    png_path = _existing(paths.locked_path(picture))
    try:
        conversion = read_conversion(picture, request.GET, locked=True)
        path = conversions.conversion_path(picture, conversion, locked=True) if conversion else png_path
    except BadConversionError as error:
        return _bad_query_page(request, error)
    except (PictureError, FileNotFoundError):
        raise Http404("cannot be converted") from None
    file_format = conversion.format if conversion else "png"
    name = file_name(picture.run, number, file_format, locked=True)
    return file_response(request, path, RESULT_MEDIA_TYPES[file_format], name, as_attachment=_is_download(request))


@require_safe
def locked_thumbnail(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    try:
        path = _existing(conversions.locked_thumbnail_path(picture))
    except (PictureError, FileNotFoundError):
        raise Http404("no thumbnail") from None
    return file_response(request, path, MEDIA_TYPES["webp"], file_name(picture.run, number, "webp", locked=True))


@require_safe
def heatmap_file(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """Return an overlay that shows the pixels that the API changed outside the mask."""
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    name = f"{file_stem(picture.run)}_{number}-changed.png"
    return file_response(request, _existing(paths.heatmap_path(picture)), _PNG, name)


@require_safe
def source_file(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    """Return a picture of an edit as it was sent."""
    run = selectors.get_run(request.visitor.id, run_id)
    path, name = _existing(paths.run_source_path(run, number)), run.sources[number - 1]["name"]
    return file_response(request, path, _source_media_type(run, number), name, as_attachment=_is_download(request))


@require_safe
def source_thumbnail(request: PageRequest, run_id: str, number: int) -> HttpResponseBase:
    run = selectors.get_run(request.visitor.id, run_id)
    path = _existing(paths.run_source_thumbnail_path(run, number))
    # A source without a thumbnail is sent whole.
    is_small = path != paths.run_source_path(run, number)
    media_type = MEDIA_TYPES["webp"] if is_small else _source_media_type(run, number)
    return file_response(request, path, media_type, run.sources[number - 1]["name"])


@require_safe
def mask_file(request: PageRequest, run_id: str) -> HttpResponseBase:
    """Return the mask of an edit as it was sent."""
    run = selectors.get_run(request.visitor.id, run_id)
    path, name = _existing(paths.run_mask_path(run)), f"{file_stem(run)}_mask.png"
    return file_response(request, path, _PNG, name, as_attachment=_is_download(request))


@require_safe
def markup_file(request: PageRequest, run_id: str) -> HttpResponseBase:
    """Return the layer of annotations of an edit as it was sent."""
    run = selectors.get_run(request.visitor.id, run_id)
    path, name = _existing(paths.run_markup_path(run)), f"{file_stem(run)}_markup.png"
    return file_response(request, path, _PNG, name, as_attachment=_is_download(request))


@require_safe
def download_links_part(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """Render the download links of all formats with their true sizes, as a part of the run's card."""
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    is_locked = request.GET.get("locked") == "1" and bool(picture.locked)
    sizes: dict[str, int] = {}
    for file_format in OUTPUT_FORMATS if picture.is_still else ():
        try:
            if path := _converted_path(picture, file_format, is_locked):
                sizes[file_format] = storage.fetch_file(path).stat().st_size
        except (PictureError, FileNotFoundError):
            continue
        except OSError as error:
            # A full disk has no room for the conversion: show the link without a size.
            if not is_disk_full(error):
                raise
    return render_page(
        request,
        "runs/downloads.html",
        picture=picture_view(picture, picture.run),
        downloads=download_links(picture, picture.run, sizes, locked=is_locked),
        locked=is_locked,
    )


@require_safe
def run_zip(request: PageRequest, run_id: str) -> HttpResponseBase:
    """Return all pictures of a run in one file."""
    run = selectors.get_run(request.visitor.id, run_id)
    pictures = run.ordered_pictures
    if not pictures:
        raise Http404("no pictures")
    return zip_response(pictures, f"{file_stem(run)}.zip")


@require_safe
def shared_picture_file(request: PageRequest, token: str, number: int) -> HttpResponseBase:
    """Return a picture of a shared run as the API delivered it."""
    picture = get_shared_picture(token, number)
    name = file_name(picture.run, number, picture.format)
    return _shared_response(request, paths.picture_path(picture), picture.media_type, name)


@require_safe
def shared_locked_file(request: PageRequest, token: str, number: int) -> HttpResponseBase:
    """Return the locked version of a picture of a shared run."""
    picture = get_shared_picture(token, number)
    return _shared_response(
        request, paths.locked_path(picture), _PNG, file_name(picture.run, number, "png", locked=True)
    )


@require_safe
def shared_source_file(request: PageRequest, token: str) -> HttpResponseBase:
    """Return the first source of a shared edit, when its owner shows it. Its file name is not part of that."""
    run = _run_with_shared_source(token)
    return _shared_response(request, paths.run_source_path(run, 1), _source_media_type(run, 1), "source")


@require_safe
def shared_mask_file(request: PageRequest, token: str) -> HttpResponseBase:
    """Return the mask of a shared edit, when its owner shows the source."""
    return _shared_response(request, paths.run_mask_path(_run_with_shared_source(token)), _PNG, "mask.png")


def _run_with_shared_source(token: str) -> Run:
    run = get_shared_run(token)
    if not run.shares_source or not run.sources:
        raise Http404("the source is not shared")
    return run


def _shared_response(request: PageRequest, path: Path | None, media_type: str, name: str) -> HttpResponseBase:
    response = file_response(
        request,
        _existing(path),
        media_type,
        name,
        as_attachment=_is_download(request),
        cache_control=SHARED_CACHE,
    )
    response.headers["Referrer-Policy"] = NO_REFERRER
    return response


def _converted_path(picture: Picture, file_format: str, is_locked: bool) -> Path | None:
    """Return the picture's file in that format; None for the format that was delivered."""
    if is_locked and file_format == "png":
        return paths.locked_path(picture)
    if file_format == picture.format and not is_locked:
        return None
    return conversions.conversion_path(picture, Conversion(file_format), locked=is_locked)


def _source_media_type(run: Run, number: int) -> str:
    """Return the media type of a source picture of the run, if browsers may show it."""
    media_type = str(run.sources[number - 1]["media_type"])
    return media_type if media_type in MEDIA_TYPES.values() else "application/octet-stream"


def _existing(path: Path | None) -> Path:
    if path is None:
        raise Http404("no such file")
    return path


def _is_download(request: PageRequest) -> bool:
    return request.GET.get("download") == "1"


def _bad_query_page(request: PageRequest, error: BadConversionError) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST, _("The URL isn't valid"), str(error))
