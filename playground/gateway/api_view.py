"""Decorator of the API's views: CORS, error schema, log line and headers, for browsers of every origin."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from playground.core.db.transactions import release_connection
from playground.core.logging import client_request_id, current_request_id, site_url
from playground.core.middleware import GetResponse
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientDisconnected, EarlyResponse
from playground.gateway.parsing.image_check import api_error_from_exception
from playground.gateway.responses import json_responses
from playground.gateway.responses.json_responses import TrackedResponse
from playground.gateway.services import quota
from playground.gateway.services.leases import leases
from playground.imageapi.errors import RATE_LIMIT_HEADERS, ApiError
from playground.imageapi.pricing import seconds_to_midnight

# These four lists are part of the contract (docs/api-contract.md, Cross-origin calls).
ALLOWED_METHODS: Final = "GET, POST, OPTIONS"
ALLOWED_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, X-Rehearse, Prefer"
EXPOSED_HEADERS: Final = (
    "x-request-id, Retry-After, x-should-retry, x-ignored, Location, Preference-Applied, "
    f"{', '.join(RATE_LIMIT_HEADERS)}"
)
PREFLIGHT_SECONDS: Final = 24 * 3600


def allow_every_origin(response: HttpResponseBase) -> None:
    """Let scripts of every origin read this answer, without credentials."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def preflight() -> HttpResponse:
    """Answer `OPTIONS` (Fetch standard, CORS-preflight fetch)."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


type View = Callable[Concatenate[HttpRequest, CallLog, ...], HttpResponseBase]


def api_view(name: str, *methods: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Make a view an address of the API; no `methods` means all. `name` is for the log.

    Every exception becomes an answer in the OpenAI error schema. CSRF protection is off: keys come in a header, and
    cookies are never read.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            call_log = CallLog(current_request_id.get(), name, client_request_id(request), site_url(request))
            if request.method == "OPTIONS":
                return _add_headers(preflight(), call_log)
            # Here and not at import: gunicorn forks its workers after the import, and threads are not inherited.
            leases.start()
            response = _respond(view, request, call_log, methods, parts)
            # A tracked response writes its line when its last block is out.
            if not isinstance(response, TrackedResponse):
                call_log.write(response.status_code)
            return _add_headers(response, call_log)

        return answer

    return decorate


def _respond(
    view: View, request: HttpRequest, call_log: CallLog, methods: tuple[str, ...], parts: dict[str, Any]
) -> HttpResponseBase:
    try:
        if methods and request.method not in methods:
            raise ApiError("method_not_allowed")
        return view(request, call_log, **parts)
    except ApiError as error:
        call_log.code = error.code
        return EarlyResponse(json_responses.error_response(error, call_log.site, methods), request)
    except ClientDisconnected:
        call_log.code = "client_gone"
        return json_responses.error_response(ApiError(call_log.code), call_log.site)
    except Exception as error:  # the outermost handler
        call_log.write_error(error)
        call_log.code = "server_error"
        return EarlyResponse(json_responses.error_response(api_error_from_exception(error), call_log.site), request)


def _add_headers(response: HttpResponseBase, call_log: CallLog) -> HttpResponseBase:
    allow_every_origin(response)
    # Keeps Django from writing a second log line for every refusal.
    response._has_been_logged = True  # type: ignore[attr-defined]
    response.headers["x-request-id"] = call_log.id
    # Answers hold paid pictures and the usage of a key.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = "en"
    if call_log.ignored:
        response.headers["x-ignored"] = ", ".join(call_log.ignored)
    if call_log.key_id is not None:
        _add_rate_limit(response, call_log.key_id, call_log.daily_images)
    return response


def _add_rate_limit(response: HttpResponseBase, key_id: int, limit: int) -> None:
    """Say what the key has left today."""
    now = timezone.now()
    try:
        left = quota.images_left(key_id, limit, now)
        # The client decides how long an answer in blocks takes.
        release_connection()
    except DatabaseError:
        # A paid answer must not be lost for want of a header.
        return
    for name, value in zip(RATE_LIMIT_HEADERS, (limit, left, seconds_to_midnight(now)), strict=True):
        response.headers[name] = str(value)


_UNREADABLE = "The request can't be read, or its Host header names another server. You weren't charged."


class ErrorShapeMiddleware:
    """Answer in the OpenAI schema when Django or another middleware fails a request to the API with a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.prefix = f"/{settings.URL_PREFIX}v1/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Only answers of `api_view` have this header, and they are in the schema already.
        is_from_view = "Access-Control-Allow-Origin" in response.headers
        if is_from_view or response.status_code < 400 or not request.path.startswith(self.prefix):
            return response
        is_refusal = response.status_code < 500
        error = ApiError("invalid_request", _UNREADABLE) if is_refusal else ApiError("server_error")
        answer = json_responses.error_response(error, site_url(request))
        allow_every_origin(answer)
        answer.headers["x-request-id"] = current_request_id.get()
        answer.headers["Cache-Control"] = "no-store"
        return answer
