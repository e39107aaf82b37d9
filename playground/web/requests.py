"""A name for every request, in its answer and in the log lines that it causes."""

import secrets
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")


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
