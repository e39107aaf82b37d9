"""What a request is called in answers and in the log lines of all processes, and where it found this server."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse

NONE: Final = "-"
# The official name under which callers say what they call a request themselves.
ORIGIN_HEADER: Final = "X-Client-Request-Id"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
current_request_id: ContextVar[str] = ContextVar("current_request_id", default=NONE)


class RequestIdMiddleware:
    """Give each request an id of its own and say it in `x-request-id`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        mark = current_request_id.set(f"req_{secrets.token_hex(12)}")
        try:
            response = self.get_response(request)
            response.headers.setdefault("x-request-id", current_request_id.get())
            return response
        finally:
            current_request_id.reset(mark)


@contextlib.contextmanager
def named(request_id: str) -> Iterator[None]:
    """Log lines of this thread are meanwhile those of that request."""
    mark = current_request_id.set(request_id or NONE)
    try:
        yield
    finally:
        current_request_id.reset(mark)


def origin_of(request: HttpRequest) -> str:
    """What the caller calls the request; empty when it does not say so in a plain word."""
    said = request.headers.get(ORIGIN_HEADER, "")
    return said if _NAME.fullmatch(said) else ""


def site_url(request: HttpRequest) -> str:
    """Return where readers reach this server, without a path: PUBLIC_URL, else where the request found it.

    Empty when the request names a host that is not ours.
    """
    if settings.PUBLIC_ORIGIN:
        return str(settings.PUBLIC_ORIGIN)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
