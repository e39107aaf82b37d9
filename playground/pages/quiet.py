"""Polls that find nothing new, which most do: answered before anything is got ready that only pages need."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.pages.views.live import Look, nothing_new
from playground.web.kinds import GetResponse


class QuietMiddleware:
    """Answers a poll with 204 when nothing has changed; what has goes on to the view as `request.look`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.path = f"/{settings.URL_PREFIX}runs/live/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == self.path and request.method == "GET" and _is_for_us(request):
            look = Look.of(request)
            if not look.has_news:
                return nothing_new(look, timezone.now())
            request.look = look  # type: ignore[attr-defined]
        return self.get_response(request)


def _is_for_us(request: HttpRequest) -> bool:
    """Whether the host is one of ours; how another one is refused is not for us to say."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True
