"""`/metrics`: what operators watch, in the text format of Prometheus."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from playground.web import metrics


@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """The figures at this moment; 404 while METRICS is off."""
    if not settings.METRICS:
        raise Http404
    # Only who asks pays for the library.
    from playground.web import figures

    metrics.flush()
    return HttpResponse(figures.as_text(timezone.now()), content_type=figures.CONTENT_TYPE)
