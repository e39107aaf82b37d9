"""The database connection goes back to the pool once there is an answer, not when its last byte is out."""

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse


class RestConnectionMiddleware:
    """A picture on its way to a slow phone must not hold one of the few connections."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            for one in connections.all(initialized_only=True):
                if not one.in_atomic_block:
                    one.close()
