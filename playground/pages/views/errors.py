"""Pages for requests that cannot be answered: what happened, and that nothing was sent or charged by it."""

import contextlib
import json
import logging
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from playground.core.http.request_body import SlowBodyError, body_error, drain_body
from playground.imageapi.catalog import Endpoint
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BRIEF_FORMS
from playground.pages.presenters.studio_page import page_context, restored_form
from playground.pages.responses import is_in_place, render_page, wants_part
from playground.pages.session.visitor import PageRequest
from playground.pages.texts import upload_errors

_MAX_DRAINED_BYTES: Final = 32 * 1024 * 1024
_TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def error_page(
    request: HttpRequest, status: int, title: str, message: str, action: tuple[str, str] | None = None
) -> HttpResponse:
    """The failure page; `action` may be an (address, label) other than the start page."""
    return render_page(
        request,
        "layout/error.html",
        status=status,
        title=title,
        message=message,
        action=action or (home(), _("Back to the playground")),
    )


def home() -> str:
    """The start page's address, known even where nothing else is."""
    return f"/{settings.URL_PREFIX}"


def csrf_failure(request: PageRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: show it again with what was typed and a fresh token."""
    # Without a cookie the form was refused unread.
    with contextlib.suppress(UnreadablePostError):
        _form = request.POST
    error = body_error(request)
    if isinstance(error, SlowBodyError):
        return error_page(
            request,
            HTTPStatus.REQUEST_TIMEOUT,
            _("The form did not arrive in time"),
            _(
                "Your connection is too slow, or too many uploads come at once. Nothing was sent and nothing "
                "charged. Go back: your browser still has what you typed. Try again in a minute; if it happens "
                "again, with smaller pictures."
            ),
        )
    if error:
        return error_page(
            request,
            HTTPStatus.BAD_REQUEST,
            _("The form did not arrive whole"),
            _(
                "The connection broke before all of it was here, so nothing was sent and nothing charged. "
                "Go back: your browser still has what you typed; send it again."
            ),
        )
    title = _("The form has expired")
    notice = _("The form had expired, so nothing was sent and nothing charged. Your entries are kept: send it again.")
    endpoint = _posted_endpoint(request)
    if endpoint is None:
        return error_page(request, HTTPStatus.FORBIDDEN, title, notice)
    if request.POST.get("key"):
        notice = _(
            "The form had expired, so nothing was sent and nothing charged. Your entries are kept, "
            "apart from the key: enter it again and send."
        )
    return _form_again(request, endpoint, HTTPStatus.FORBIDDEN, notice)


def full_disk(request: PageRequest) -> HttpResponse:
    """The server's disk is full: the form again with what was typed, elsewhere a page."""
    if endpoint := _posted_endpoint(request):
        return _form_again(request, endpoint, HTTPStatus.INSUFFICIENT_STORAGE, str(upload_errors.DISK_FULL))
    if request.method == "POST":
        message = _("What you did could not be saved; nothing was sent and nothing was charged. Try again later.")
    else:
        message = _(
            "There is no room to make this just now. Nothing is lost and nothing was charged. Try again later."
        )
    return error_page(request, HTTPStatus.INSUFFICIENT_STORAGE, _("The server's disk is full"), message)


def _posted_endpoint(request: HttpRequest) -> Endpoint | None:
    """Return the endpoint of the posted form, whichever of its buttons was pressed; None for other requests."""
    if request.method != "POST" or not request.POST:
        return None
    if request.path.startswith(reverse("edit")):
        return "edits"
    return "generations" if request.path == home() else None


def _form_again(request: PageRequest, endpoint: Endpoint, status: int, notice: str) -> HttpResponse:
    """Return the page of the posted form with its entries, a new token and `notice` above it."""
    context = page_context(request, restored_form(request, BRIEF_FORMS[endpoint]))
    response = render_page(
        request, studio_page_for(endpoint).template, status=status, **{**context, "notice": notice}
    )
    return is_in_place(response) if wants_part(request) else response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that cannot be read; one that is too large says so."""
    if isinstance(exception, _TOO_LARGE):
        # A browser that cannot finish sending may never show the response.
        drain_body(request, _MAX_DRAINED_BYTES)
        return error_page(
            request,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("The form is too large"),
            _("Nothing was sent and nothing charged. Go back: your browser still has what you typed; shorten it."),
        )
    if isinstance(exception, SuspiciousOperation):
        # The host may be wrong, so nothing of the request is used to build the page.
        return _plain(HTTPStatus.BAD_REQUEST, _("The request cannot be answered"), _("Nothing was sent or charged."))
    return error_page(
        request, HTTPStatus.BAD_REQUEST, _("The request cannot be answered"), _("Nothing was sent or charged.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something that visitors may not do."""
    return error_page(request, HTTPStatus.FORBIDDEN, _("Not allowed"), _("Nothing was sent or charged."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not there, or belongs to someone else."""
    return error_page(
        request,
        HTTPStatus.NOT_FOUND,
        _("Page not found"),
        _("There is nothing at this address, or it belongs to another session, or it was deleted."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault. It asks neither the database nor the session, which may be what broke."""
    return _plain(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Our fault"),
        _(
            "The server failed on this request. It sent nothing new to an image API, so nothing new was charged; "
            "runs that were under way go on. Try again."
        ),
    )


def _plain(status: int, title: str, message: str) -> HttpResponse:
    """The failure page without the request's context; bare HTML when even the template fails."""
    action = (home(), _("Back to the playground"))
    context = {"status": int(status), "title": title, "message": message, "action": action}
    try:
        page = render_to_string("layout/error.html", context)
    except Exception:  # whatever it is, the visitor must get an answer; the first error is logged by Django
        page = format_html(
            '<!doctype html><title>{}</title><h1>{}</h1><p>{}</p><p><a href="{}">{}</a></p>',
            title,
            title,
            message,
            *action,
        )
    return HttpResponse(page, status=status)


logger = logging.getLogger(__name__)
LONGEST: Final = 8 * 1024
_CUT: Final = 200


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what was blocked. Reports are believed to be nothing more than text."""
    with contextlib.suppress(UnreadablePostError):
        body = request.read(LONGEST + 1)
        if len(body) <= LONGEST:
            logger.warning("csp %s", _line(body))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _line(body: bytes) -> str:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "unreadable report"
    report = said.get("csp-report", said) if isinstance(said, dict) else {}
    if not isinstance(report, dict):
        return "empty report"
    names = ("effective-directive", "violated-directive", "blocked-uri", "source-file", "line-number")
    # What stands after the # of an address may be a visitor's brief.
    parts = [f"{name}={str(report[name]).partition('#')[0][:_CUT]}" for name in names if name in report]
    return " ".join(parts) or "empty report"
