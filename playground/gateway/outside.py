"""Refusals from before the API's own views, such as that of a wrong host: under `v1/` they look the same, too."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.gateway import answers, cors
from playground.imageapi.errors import ApiError
from playground.web.kinds import GetResponse
from playground.web.requests import current_request_id, site_url

_UNREAD = "The request cannot be read, or its Host header names another server. Nothing was charged."


class ErrorShapeMiddleware:
    """Puts pages that say that a request failed into the OpenAI schema, for callers of the API."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.api = f"/{settings.URL_PREFIX}v1/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_ours = "Access-Control-Allow-Origin" in response.headers
        if is_ours or response.status_code < 400 or not request.path.startswith(self.api):
            return response
        is_refusal = response.status_code < 500
        error = ApiError("invalid_request", _UNREAD) if is_refusal else ApiError("server_error")
        answer = answers.failure(error, site_url(request))
        cors.allow_every_origin(answer)
        answer.headers["x-request-id"] = current_request_id.get()
        answer.headers["Cache-Control"] = "no-store"
        return answer
