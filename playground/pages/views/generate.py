"""Text to image: the empty brief, and the way from a filled one to a run."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from playground.pages import choices, estimates, key, tokens, vault, visitor
from playground.pages.forms import GenerateForm
from playground.pages.show import show
from playground.pages.studio import brief, empty_brief, studio
from playground.runs.connection import Connection
from playground.runs.models import Run
from playground.runs.submit import submit


@require_http_methods(["GET", "HEAD", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return show(request, "pages/generate.html", **studio(request, empty_brief(request)))
    started = timezone.now()
    form = brief(request, request.POST)
    run = _submitted(request, form)
    if run is None:
        context = studio(request, form)
        response = show(request, "pages/generate.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **context)
    else:
        existing = "?existing=1" if run.created_at < started else ""
        response = redirect(reverse("run", args=[run.pk]) + existing)
        response.status_code = HTTPStatus.SEE_OTHER
    vault.hand_over(request, response)
    return response


def _submitted(request: HttpRequest, form: GenerateForm) -> Run | None:
    """The run of a valid form; None when something has to be corrected. A good key is kept in any case."""
    is_valid = form.is_valid()
    api = form.chosen
    if "api" not in form.errors:
        choices.remember(request, api)
        if form.cleaned_data.get("key"):
            key.save(request, api.profile.account, form.cleaned_data["key"])
    secret = key.use(request, api) if is_valid else ""
    if is_valid and not secret:
        form.add_error("key", _("Enter your key for this API; the built-in demo needs none."))
    if not secret:
        return None
    token = tokens.sent(request.POST.get("token", ""))
    return submit(visitor.of(request), Connection(api, secret), form.to_request(), token=token)


@require_safe
def estimate(request: HttpRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = choices.chosen(request, request.GET.get("api", ""))
    view = estimates.estimate(request, api, estimates.Wanted.read(request.GET, api))
    return show(request, "parts/estimate.html", estimate=view, api=choices.choice(request, api, api), oob=True)
