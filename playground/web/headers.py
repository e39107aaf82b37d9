"""Headers that every page has and Django does not set by itself."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse

_NOTHING_ALLOWED: Final = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)


class HeadersMiddleware:
    """Pages are for one visitor and for no other site: not stored, not embedded, no device asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.api = f"/{settings.URL_PREFIX}v1/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", _NOTHING_ALLOWED)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        if not request.path.startswith(self.api):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
