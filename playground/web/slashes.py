"""Addresses of pages end in a slash; whoever leaves it out is led there."""

from django.http import HttpRequest
from django.middleware.common import CommonMiddleware


class SlashMiddleware(CommonMiddleware):
    """Django's own, for reading only: a redirected form would lose what was sent. `v1/` knows all its addresses."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Whether the address is one of a page but for the slash."""
        return request.method in ("GET", "HEAD") and bool(super().should_redirect_with_slash(request))
