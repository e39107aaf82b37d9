"""The pixels of a picture for the mask editor, in browsers that return noise instead of a canvas's pixels."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from playground.imageapi.catalog import MAX_FILE_BYTES
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.pages.file_responses import inert_response
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors
from playground.pages.uploads import BoundedUpload, accepts_uploads, uploaded_files
from playground.runs.exceptions import SourceRejected, rejection_reason

# The limit of the mask editor: MAX_BITMAP_PIXELS in static/js/mask/model/mask-model.js.
MAX_EDITOR_PIXELS: Final = 3840 * 2160


class _SizeForm(forms.Form):
    width = forms.IntegerField(min_value=1)
    height = forms.IntegerField(min_value=1)


@accepts_uploads
@require_POST
def pixels(request: PageRequest) -> HttpResponseBase:
    """Return the RGBA of the file `image` in the requested size, and the picture's own size in a header."""
    if not request.visitor.is_known:
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
    headers = {"Content-Encoding": "gzip", "X-Picture-Size": f"{width}x{height}"}
    return inert_response(HttpResponse(gzipped, content_type="application/octet-stream", headers=headers), "no-store")


def _read_pixels(upload: BoundedUpload, size: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise SourceRejected("too_large", upload.name or "")
    try:
        return sandbox.read_rgba(upload.path, size)
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), upload.name or "") from error


def _rejection(message: str) -> HttpResponse:
    return HttpResponse(message, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")
