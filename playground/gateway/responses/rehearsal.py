"""Rehearsals: with `X-Rehearse: CODE` a demo key gets that error, so that programs and readers can meet each one.

They cost nothing, take no quota and are not written into the books.
"""

import socket
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import EarlyResponse, drain_or_disconnect
from playground.gateway.models import ApiKey
from playground.gateway.responses import image_response
from playground.imageapi.billing_day import seconds_to_midnight
from playground.imageapi.errors import (
    BROKEN_REHEARSALS,
    CDN_TIMEOUT,
    REHEARSAL_CODES,
    REHEARSAL_HEADER,
    UNTIL_MIDNIGHT,
    ApiError,
)

# A page like the one that a CDN sends when an origin took too long.
CDN_PAGE: Final = """<!DOCTYPE html>
<html lang="en-US"><head><title>524: A timeout occurred</title></head>
<body><h1>A timeout occurred <span>Error code 524</span></h1>
<p>The origin web server timed out responding to this request.</p></body></html>
"""
CUT_JSON: Final = b'{"created":1777135432,"data":[{"b64_json":"iVBORw0KGgoAAAANSUhEUgAA'


def requested_rehearsal(request: HttpRequest, api_key: ApiKey) -> str:
    """The code to rehearse, empty for none. Raises ApiError for other than demo keys, and for an unknown code."""
    code = request.headers.get(REHEARSAL_HEADER, "").strip()
    if code and not api_key.is_demo:
        raise ApiError("permission_denied", f"{REHEARSAL_HEADER} works with demo keys only.", param=REHEARSAL_HEADER)
    if code and code not in REHEARSAL_CODES:
        message = f"{REHEARSAL_HEADER} must be one of: {', '.join(REHEARSAL_CODES)}."
        raise ApiError("invalid_request", message, param=REHEARSAL_HEADER)
    return code


def respond_rehearsal(code: str, request: HttpRequest, call_log: CallLog) -> HttpResponse:
    """What `code`, except `partial`, looks like to a caller. Raises the ApiError itself where that is an answer."""
    call_log.code = code
    if code not in BROKEN_REHEARSALS:
        wait = seconds_to_midnight(timezone.now()) if code in UNTIL_MIDNIGHT else None
        raise ApiError(code, retry_after=wait)
    if code == "upstream_timeout":
        answer = HttpResponse(CDN_PAGE, "text/html; charset=UTF-8", CDN_TIMEOUT)
    elif code == "garbled_response":
        answer = HttpResponse(CUT_JSON, "application/json")
    else:
        drain_or_disconnect(request)
        _hang_up(request)
        answer = image_response.error_response(ApiError("image_provider_error"), call_log.site)
    return EarlyResponse(answer, request)


def _hang_up(request: HttpRequest) -> None:
    """Close the connection without an answer. A server that does not hand it on answers 502 instead."""
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
