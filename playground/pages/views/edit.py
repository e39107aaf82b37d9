"""Image edit: the empty brief, and the way from a filled one to a run."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from playground.pages import choices, estimates, vault
from playground.pages.edit_studio import edit_brief, edit_studio, empty_edit_brief
from playground.pages.sending import go_to, send
from playground.pages.show import show


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return show(request, "pages/edit.html", **edit_studio(request, empty_edit_brief(request)))
    started = timezone.now()
    form = edit_brief(request, request.POST)
    form.is_valid()
    if not request.FILES.getlist("image"):
        form.add_error("image", _("Choose at least one picture to edit."))
    run = send(request, form)
    if run is None:
        context = edit_studio(request, form)
        response = show(request, "pages/edit.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, **context)
    else:
        response = go_to(run, started)
    vault.hand_over(request, response)
    return response


@require_safe
def estimate(request: HttpRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = choices.chosen(request, request.GET.get("api", ""))
    wanted = estimates.Wanted.read(request.GET, api, "edits", len(request.GET.getlist("source")))
    view = estimates.estimate(request, api, wanted)
    return show(request, "parts/estimate.html", estimate=view, api=choices.choice(request, api, api), oob=True)
