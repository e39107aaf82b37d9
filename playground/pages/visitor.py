"""Who is asking: an id in the session that nobody else can name. Reading pages leaves none behind."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone

from playground.runs.models import Run

_IN_SESSION: Final = "visitor"
_MOMENT_SECONDS: Final = 30


def known(request: HttpRequest) -> str:
    """The visitor's id; empty for someone who has not sent anything yet."""
    session = getattr(request, "session", None)
    return str(session.get(_IN_SESSION, "")) if session is not None else ""


def of(request: HttpRequest, at: datetime | None = None) -> str:
    """The visitor's id, made now if there is none."""
    if _IN_SESSION not in request.session:
        request.session[_IN_SESSION] = _newcomer(request, at or timezone.now())
    return known(request)


def _newcomer(request: HttpRequest, at: datetime) -> str:
    """An id that both halves of a newcomer's double click arrive at, though neither has a session yet.

    It comes from the browser's CSRF secret and the moment, so that nobody who learns the secret later finds it again.
    """
    moment = int(at.timestamp()) // _MOMENT_SECONDS
    before, now = (derived(request, f"visitor {one}") for one in (moment - 1, moment))
    return before if Run.objects.filter(visitor=before).exists() else now


def derived(request: HttpRequest, purpose: str) -> str:
    """A stable secret name for this browser and `purpose`: 128 bits that cannot be turned back."""
    get_token(request)
    secret = f"{purpose} {request.META['CSRF_COOKIE']}"
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()[:32]
