"""Who is asking: an id in the session that nobody else can name. Reading pages leaves none behind."""

import hashlib
import hmac
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token

_IN_SESSION: Final = "visitor"


def known(request: HttpRequest) -> str:
    """The visitor's id; empty for someone who has not sent anything yet."""
    session = getattr(request, "session", None)
    return str(session.get(_IN_SESSION, "")) if session is not None else ""


def of(request: HttpRequest) -> str:
    """The visitor's id, made now if there is none.

    It is derived from the browser's CSRF secret, so both halves of a newcomer's double click get the same one.
    """
    if _IN_SESSION not in request.session:
        request.session[_IN_SESSION] = derived(request, "visitor")
    return known(request)


def derived(request: HttpRequest, purpose: str) -> str:
    """A stable secret name for this browser and `purpose`: 128 bits that cannot be turned back."""
    get_token(request)
    secret = f"{purpose} {request.META['CSRF_COOKIE']}"
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()[:32]
