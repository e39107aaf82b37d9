"""Request ids, the URL under which a request reached this server, and the format of log lines."""

import contextlib
import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.core.middleware import GetResponse

NO_REQUEST: Final = "-"
# The official header for an id that the client chose.
CLIENT_ID_HEADER: Final = "X-Client-Request-Id"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
# Keys of the WSGI environment, for the line and the metrics of a request after its response has ended.
ROUTE_KEY: Final = "playground.route"
REQUEST_ID_KEY: Final = "playground.request_id"
current_request_id: ContextVar[str] = ContextVar("current_request_id", default=NO_REQUEST)


class RequestIdMiddleware:
    """Give each request an id, send it in the header `x-request-id`, and tell the WSGI server id and route."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reset_token = current_request_id.set(f"req_{secrets.token_hex(12)}")
        try:
            response = self.get_response(request)
            response.headers.setdefault("x-request-id", current_request_id.get())
            request.META[REQUEST_ID_KEY] = response.headers["x-request-id"]
            # The name of the route, never the path: a path holds ids of runs and tokens of shared ones.
            if request.resolver_match is not None:
                request.META[ROUTE_KEY] = request.resolver_match.view_name
            return response
        finally:
            current_request_id.reset(reset_token)


@contextlib.contextmanager
def use_request_id(request_id: str) -> Iterator[None]:
    """Write the log lines of this thread under the id of that request."""
    reset_token = current_request_id.set(request_id or NO_REQUEST)
    try:
        yield
    finally:
        current_request_id.reset(reset_token)


def client_request_id(request: HttpRequest) -> str:
    """Return the id that the client gave the request; empty without one, or when it is not a plain word."""
    name = request.headers.get(CLIENT_ID_HEADER, "")
    return name if _NAME.fullmatch(name) else ""


def site_url(request: HttpRequest) -> str:
    """Return the scheme and host of PUBLIC_URL, else of the request; empty when its host is not allowed."""
    if settings.PUBLIC_ORIGIN:
        return str(settings.PUBLIC_ORIGIN)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEY: Final = re.compile(r"\b(cr|sk)[_-][A-Za-z0-9_-]{12,}")


class LineFormatter(logging.Formatter):
    """Format time, level, logger, request id and message in one line; escape control characters, cut API keys."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = record_request_id(record)
        line = without_keys(super().format(record))
        return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), line)


# Objects that a record may hold: a call of the built-in API (gateway/call_log.py), a request (server/access_log.py).
_OBJECTS: Final = ("call", "access")


class JsonFormatter(LineFormatter):
    """Format a record as one JSON object in a line, with the object that it holds."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = record_request_id(record)
        fields: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": None if request_id == NO_REQUEST else request_id,
        }
        held = next((name for name in _OBJECTS if hasattr(record, name)), "")
        if held:
            fields |= {"message": held, held: getattr(record, held)}
        else:
            fields["message"] = without_keys(record.getMessage())
        if record.exc_info:
            fields["exception"] = without_keys(self.formatException(record.exc_info))
        return json.dumps(fields, default=str)


def record_request_id(record: logging.LogRecord) -> str:
    """Return the current id, or that of the request in a line that Django writes after all middleware."""
    meta = getattr(getattr(record, "request", None), "META", {})
    current = current_request_id.get()
    return str(meta.get(REQUEST_ID_KEY, current)) if current == NO_REQUEST else current


def without_keys(text: str) -> str:
    """Return the text with API keys truncated to 11 characters."""
    return _KEY.sub(lambda match: f"{match[0][:11]}…", text)
