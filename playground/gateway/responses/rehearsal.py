"""Rehearsals: with `X-Rehearse: CODE` a demo key gets that error, so that clients can be tested with each one.

They cost nothing, take no quota and are not recorded.
"""

import socket
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import EarlyResponse, drain_or_disconnect
from playground.gateway.models import ApiKey
from playground.gateway.responses import json_responses
from playground.imageapi.errors import (
    BROKEN_REHEARSALS,
    CDN_TIMEOUT,
    REHEARSAL_CODES,
    REHEARSAL_HEADER,
    UNTIL_MIDNIGHT,
    ApiError,
)
from playground.imageapi.pricing import seconds_to_midnight

# Looks like the page that a CDN sends for a slow origin.
CDN_PAGE: Final = """<!DOCTYPE html>
<html lang="en-US"><head><title>524: A timeout occurred</title></head>
<body><h1>A timeout occurred <span>Error code 524</span></h1>
<p>The origin web server timed out responding to this request.</p></body></html>
"""
CUT_JSON: Final = b'{"created":1777135432,"data":[{"b64_json":"iVBORw0KGgoAAAANSUhEUgAA'


def requested_rehearsal(request: HttpRequest, api_key: ApiKey) -> str:
    """Return the code to rehearse, or an empty text. Raises ApiError for a paid key and for an unknown code."""
    code = request.headers.get(REHEARSAL_HEADER, "").strip()
    if code and not api_key.is_demo:
        raise ApiError("permission_denied", f"{REHEARSAL_HEADER} works with demo keys only.", param=REHEARSAL_HEADER)
    if code and code not in REHEARSAL_CODES:
        message = f"{REHEARSAL_HEADER} must be one of: {', '.join(REHEARSAL_CODES)}."
        raise ApiError("invalid_request", message, param=REHEARSAL_HEADER)
    return code


def respond_rehearsal(code: str, request: HttpRequest, call_log: CallLog) -> HttpResponse:
    """Answer with the error of any code but `partial`. Raises it as an ApiError where the API answers with JSON."""
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
        _disconnect(request)
        answer = json_responses.error_response(ApiError("image_provider_error"), call_log.site)
    return EarlyResponse(answer, request)


def _disconnect(request: HttpRequest) -> None:
    """Close the connection without an answer. Servers that do not pass their socket on answer 502 instead."""
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
