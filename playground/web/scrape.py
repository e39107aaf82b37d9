"""`/metrics`: what operators watch, in the text format of Prometheus."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from playground.web import metrics
from playground.web.kinds import GetResponse

PATH: Final = "/metrics"


class ScrapeMiddleware:
    """Answers at PATH when METRICS is on, under whatever host name: scrapers come from inside, past the proxy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.METRICS and request.path_info == PATH:
            return scrape(request)
        return self.get_response(request)


@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """The figures at this moment."""
    # Only who asks pays for the library.
    from playground.web import figures

    metrics.flush()
    text = figures.as_text(timezone.now())
    return HttpResponse(text, content_type=figures.CONTENT_TYPE, headers={"Cache-Control": "no-store"})
