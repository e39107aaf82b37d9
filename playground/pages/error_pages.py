"""Error pages that views and middleware share: in general, and for a form that has to be sent again."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from playground.imageapi.catalog import Endpoint
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BRIEF_FORMS
from playground.pages.presenters.studio_page import page_context, restored_form
from playground.pages.responses import render_page, swap_in_place, wants_part
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors


def error_page(
    request: HttpRequest, status: int, title: str, message: str, action: tuple[str, str] | None = None
) -> HttpResponse:
    """Render an error page; `action` may be an (address, label) other than the start page."""
    return render_page(
        request,
        "layout/error.html",
        status=status,
        title=title,
        message=message,
        action=action or start_action(),
    )


def full_disk_page(request: PageRequest) -> HttpResponse:
    """Tell that the server's disk is full: above the posted form, or on a page of its own."""
    status = HTTPStatus.INSUFFICIENT_STORAGE
    if endpoint := posted_endpoint(request):
        return restored_form_page(request, endpoint, status, str(upload_errors.DISK_FULL))
    if request.method == "POST":
        message = _("Your changes couldn't be saved. Nothing was sent or charged. Try again later.")
    else:
        message = _(
            "There isn't enough space to prepare this file right now. Nothing was lost or charged. Try again later."
        )
    return error_page(request, status, _("The server's disk is full"), message)


def restored_form_page(request: PageRequest, endpoint: Endpoint, status: int, notice: str) -> HttpResponse:
    """Render the page of the posted form with its entries, a new token and `notice` above it."""
    context = page_context(request, restored_form(request, BRIEF_FORMS[endpoint]))
    context["notice"] = notice
    response = render_page(request, studio_page_for(endpoint).template, status=status, **context)
    return swap_in_place(response) if wants_part(request) else response


def posted_endpoint(request: HttpRequest) -> Endpoint | None:
    """Return the endpoint of the posted form, whichever of its buttons was pressed; None for other requests."""
    if request.method != "POST" or not request.POST:
        return None
    if request.path.startswith(reverse("edit")):
        return "edits"
    return "generations" if request.path == start_action()[0] else None


def start_action() -> tuple[str, str]:
    """Return address and label of the start page, without the URL configuration, which may be what broke."""
    return f"/{settings.URL_PREFIX}", _("Back to the playground")
