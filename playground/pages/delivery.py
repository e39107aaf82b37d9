"""Files on their way to the visitor who owns them: their true type, their name, and nothing that could run."""

from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from playground import store
from playground.imageapi.options import MEDIA_TYPES
from playground.pages.downloads import disposition
from playground.runs.names import safe_name

FOR_A_DAY: Final = "private, max-age=86400, immutable"
_INERT: Final = "default-src 'none'; sandbox"
_FORMATS: Final = {media_type: name for name, media_type in MEDIA_TYPES.items()}


def deliver(
    request: HttpRequest,
    path: Path,
    media_type: str,
    name: str,
    *,
    attached: bool = False,
    caching: str = FOR_A_DAY,
    may_change: bool = False,
) -> HttpResponseBase:
    """The file as it is kept, or 304 when the browser has it. Raises Http404 when it is gone.

    The file is called `name`, with the ending of its media type: a small version may be of another one.
    """
    try:
        facts = store.fetch(path, may_change=may_change).stat()
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    etag = f'"{facts.st_ino:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag, int(facts.st_mtime))
    if response is None:
        # A HEAD with a body makes gunicorn complain in the log, and opens a file for nothing.
        response = (
            HttpResponse(content_type=media_type)
            if request.method == "HEAD"
            else FileResponse(path.open("rb"), content_type=media_type)
        )
        response.headers["Content-Length"] = str(facts.st_size)
        true_name = safe_name(name, _FORMATS[media_type]) if media_type in _FORMATS else name
        response.headers["Content-Disposition"] = disposition(true_name, attached=attached)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(facts.st_mtime)
    return inert(response, caching)


def inert(response: HttpResponseBase, caching: str) -> HttpResponseBase:
    """The response as something to look at and keep, never a page: no scripts, no type guessing, no other site."""
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
