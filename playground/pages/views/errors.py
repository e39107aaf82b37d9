"""Handlers for requests that cannot be answered, and the log of content security reports."""

import contextlib
import json
import logging
from http import HTTPStatus
from typing import Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from playground.core.http.request_body import SlowBodyError, body_error, drain_body
from playground.pages.error_pages import error_page, posted_endpoint, restored_form_page, start_action
from playground.pages.session.visitor import PageRequest

logger = logging.getLogger(__name__)

MAX_REPORT_BYTES: Final = 8 * 1024
_MAX_REPORT_VALUE: Final = 200
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
    if request.POST.get("key"):
        notice = _(
            "The form had expired. Nothing was sent or charged. Your entries are still here, except for the key: "
            "enter it again, then send."
        )
    return restored_form_page(request, endpoint, HTTPStatus.FORBIDDEN, notice)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Reject a request that cannot be read; tell when it is too large."""
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


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what the browser blocked. Anyone may send such a report, so it is only ever text."""
    with contextlib.suppress(UnreadablePostError):
        body = request.read(MAX_REPORT_BYTES + 1)
        if len(body) <= MAX_REPORT_BYTES:
            logger.warning("csp %s", _report_line(body))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


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


def _report_line(body: bytes) -> str:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "unreadable report"
    report = data.get("csp-report", data) if isinstance(data, dict) else {}
    if not isinstance(report, dict):
        return "empty report"
    names = ("effective-directive", "violated-directive", "blocked-uri", "source-file", "line-number")
    # The fragment of an address may hold a visitor's prompt.
    parts = [f"{name}={str(report[name]).partition('#')[0][:_MAX_REPORT_VALUE]}" for name in names if name in report]
    return " ".join(parts) or "empty report"
