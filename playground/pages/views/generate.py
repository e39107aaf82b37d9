"""Text to image: the empty brief, and the way from a filled one to a run."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from playground.pages import choices, estimates, vault
from playground.pages.cards import card
from playground.pages.forms import GenerateForm
from playground.pages.sending import came_from, go_to, send, stay_on
from playground.pages.show import show
from playground.pages.studio import brief, empty_brief, studio


@require_http_methods(["GET", "HEAD", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return show(request, "pages/generate.html", **studio(request, empty_brief(request)))
    started = timezone.now()
    form = brief(request, request.POST)
    run = send(request, form, started)
    response = _refused(request, form) if run is None else go_to(request, run, started)
    vault.hand_over(request, response)
    return response


def _refused(request: HttpRequest, form: GenerateForm) -> HttpResponse:
    """The page that the form stood on, with what has to be corrected."""
    status, stood_on = HTTPStatus.UNPROCESSABLE_ENTITY, came_from(request)
    if stood_on is None:
        return show(request, "pages/generate.html", status=status, **studio(request, form))
    context = studio(request, form, card=card(stood_on))
    return stay_on(show(request, "pages/run.html", status=status, **context), stood_on)


@require_safe
def estimate(request: HttpRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = choices.chosen(request, request.GET.get("api", ""))
    view = estimates.estimate(request, api, estimates.Wanted.read(request.GET, api))
    return show(request, "parts/estimate.html", estimate=view, api=choices.choice(request, api, api), oob=True)
