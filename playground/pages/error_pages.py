"""Error pages: the handlers that Django calls, and pages that views and middleware share."""

import contextlib
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from playground.core.http.request_body import SlowBodyError, body_error, drain_body
from playground.imageapi.catalog import Endpoint
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BRIEF_FORMS
from playground.pages.presenters.studio_page import page_context, restored_form
from playground.pages.responses import render_page, swap_in_place, wants_part
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors

# Of a body that nobody needs. When more follows, the browser shows its own error in place of the page.
_MAX_DRAINED_BYTES: Final = 32 * 1024 * 1024
_TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def csrf_failure(request: PageRequest, reason: str = "") -> HttpResponse:
    """Show a form with an old or foreign token again, with its entries and a new token."""
    # Without a cookie Django rejects the form before it reads the body.
    with contextlib.suppress(UnreadablePostError):
        _form = request.POST
    error = body_error(request)
    if isinstance(error, SlowBodyError):
        return error_page(
            request,
            HTTPStatus.REQUEST_TIMEOUT,
            _("The form took too long to arrive"),
            _(
                "Your connection is too slow, or the server is receiving too many uploads. Nothing was sent or "
                "charged. Go back: your browser still has what you typed. Try again in a minute. If it happens "
                "again, use smaller images."
            ),
        )
    if error:
        return error_page(
            request,
            HTTPStatus.BAD_REQUEST,
            _("The form arrived incomplete"),
            _(
                "The connection was lost before the whole form arrived. Nothing was sent or charged. Go back: your "
                "browser still has what you typed. Then send it again."
            ),
        )
    title = _("The form has expired")
    notice = _("The form had expired. Nothing was sent or charged. Your entries are still here: send them again.")
    endpoint = posted_endpoint(request)
    if endpoint is None:
        return error_page(request, HTTPStatus.FORBIDDEN, title, notice)
    # A key is never written into a page again, so it has to be typed once more.
    if request.POST.get("key"):
        notice = _(
            "The form had expired. Nothing was sent or charged. Your entries are still here, except for the key: "
            "enter it again, then send."
        )
    return restored_form_page(request, endpoint, HTTPStatus.FORBIDDEN, notice)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Reject a request that cannot be read; say so when it is too large."""
    if isinstance(exception, _TOO_LARGE):
        # A browser that cannot finish sending may never show the response.
        drain_body(request, _MAX_DRAINED_BYTES)
        return error_page(
            request,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("The form is too large"),
            _(
                "Nothing was sent or charged. Go back: your browser still has what you typed. Shorten it, then send "
                "it again."
            ),
        )
    if isinstance(exception, SuspiciousOperation):
        # The host may be forged, so the page uses nothing of the request.
        return _plain_page(
            HTTPStatus.BAD_REQUEST, _("The request couldn't be processed"), _("Nothing was sent or charged.")
        )
    return error_page(
        request, HTTPStatus.BAD_REQUEST, _("The request couldn't be processed"), _("Nothing was sent or charged.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN, _("Not allowed"), _("Nothing was sent or charged."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        HTTPStatus.NOT_FOUND,
        _("Page not found"),
        _("This page doesn't exist, was deleted, or belongs to another session."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Report a failure of the server, without the database and the session, which may be what broke."""
    return _plain_page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Server error"),
        _(
            "The server failed to process this request. Nothing new was sent to an image API or charged, and runs in "
            "progress continue. Try again."
        ),
    )


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
    """Report that the server's disk is full: above the posted form, or on a page of its own."""
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
    # Every button of the edit page posts the whole form, also those that only move or remove an image.
    if request.path.startswith(reverse("edit")):
        return "edits"
    return "generations" if request.path == start_action()[0] else None


def start_action() -> tuple[str, str]:
    """Return address and label of the start page, without the URL configuration, which may be what broke."""
    return f"/{settings.URL_PREFIX}", _("Back to the playground")


def _plain_page(status: int, title: str, message: str) -> HttpResponse:
    """Render the error page without the request's context; bare HTML when even the template fails."""
    action = start_action()
    context = {"status": int(status), "title": title, "message": message, "action": action}
    try:
        page = render_to_string("layout/error.html", context)
    except Exception:  # the visitor must get a response in any case; Django has logged the first error
        page = format_html(
            '<!doctype html><title>{}</title><h1>{}</h1><p>{}</p><p><a href="{}">{}</a></p>',
            title,
            title,
            message,
            *action,
        )
    return HttpResponse(page, status=status)
