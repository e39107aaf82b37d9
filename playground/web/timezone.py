"""Times in the visitor's own time zone, which the page's script says in a cookie; UTC until then."""

import zoneinfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.web.kinds import GetResponse

COOKIE = "timezone"


class TimezoneMiddleware:
    """Show times of this answer in the zone of the visitor's browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """The zone that the browser named; None for none or an unknown one."""
    name = request.COOKIES.get(COOKIE, "").replace("%2F", "/")
    if not name or len(name) > 64:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
