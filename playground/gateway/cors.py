"""Browsers of any origin may call the image API: keys come in a header, cookies are never read."""

from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase

ALLOWED_METHODS: Final = "GET, POST, OPTIONS"
ALLOWED_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, X-Rehearse"
EXPOSED_HEADERS: Final = "x-request-id, Retry-After, x-should-retry, x-ignored"
PREFLIGHT_SECONDS: Final = 24 * 3600


def allow_every_origin(response: HttpResponseBase) -> None:
    """Let scripts of every origin read this answer, without credentials."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def preflight() -> HttpResponse:
    """The answer to `OPTIONS`: what a browser may send (Fetch standard, CORS-preflight fetch)."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
