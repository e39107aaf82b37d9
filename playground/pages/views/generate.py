"""Text to image: the empty brief, and the way from a filled one to a run."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from playground.pages import choices, estimates, vault
from playground.pages.sending import go_to, send
from playground.pages.show import show
from playground.pages.studio import brief, empty_brief, studio


@require_http_methods(["GET", "HEAD", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return show(request, "pages/generate.html", **studio(request, empty_brief(request)))
    started = timezone.now()
    form = brief(request, request.POST)
    run = send(request, form)
    if run is None:
        context = studio(request, form)
        response = show(request, "pages/generate.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **context)
    else:
        response = go_to(request, run, started)
    vault.hand_over(request, response)
    return response


@require_safe
def estimate(request: HttpRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = choices.chosen(request, request.GET.get("api", ""))
    view = estimates.estimate(request, api, estimates.Wanted.read(request.GET, api))
    return show(request, "parts/estimate.html", estimate=view, api=choices.choice(request, api, api), oob=True)
