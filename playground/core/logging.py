"""What a request is called in answers and in the log lines of all processes, and where it found this server."""

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
# The official name under which callers say what they call a request themselves.
ORIGIN_HEADER: Final = "X-Client-Request-Id"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
current_request_id: ContextVar[str] = ContextVar("current_request_id", default=NO_REQUEST)


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
def use_request_id(request_id: str) -> Iterator[None]:
    """Log lines of this thread are meanwhile those of that request."""
    mark = current_request_id.set(request_id or NO_REQUEST)
    try:
        yield
    finally:
        current_request_id.reset(mark)


def request_origin(request: HttpRequest) -> str:
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


_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEY: Final = re.compile(r"\b(cr|sk)[_-][A-Za-z0-9_-]{12,}")


class LineFormatter(logging.Formatter):
    """Time, level, logger, request id and message in one line; control characters escaped, keys cut."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """The time with its zone."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        record.request_id = current_request_id.get()
        line = _without_keys(super().format(record))
        return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), line)


class JsonFormatter(LineFormatter):
    """The same as a JSON object a line, for programs that collect logs. `call` is what a call of the API was."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        request_id = current_request_id.get()
        fields: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": None if request_id == NO_REQUEST else request_id,
        }
        call = getattr(record, "call", None)
        fields |= {"message": "call", "call": call} if call else {"message": _without_keys(record.getMessage())}
        if record.exc_info:
            fields["exception"] = _without_keys(self.formatException(record.exc_info))
        return json.dumps(fields, default=str)


def _without_keys(text: str) -> str:
    return _KEY.sub(lambda found: f"{found[0][:11]}…", text)
