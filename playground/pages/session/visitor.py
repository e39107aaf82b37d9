"""Who is asking: an id in the session that nobody else can name. Reading pages leaves none behind."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone

from playground.pages.converters import RunId
from playground.runs.models import Run, State

_IN_SESSION: Final = "visitor"
_MOMENT_SECONDS: Final = 30


def known_visitor(request: HttpRequest) -> str:
    """The visitor's id; empty for someone who has not sent anything yet."""
    session = getattr(request, "session", None)
    return str(session.get(_IN_SESSION, "")) if session is not None else ""


def visitor_id(request: HttpRequest, at: datetime | None = None) -> str:
    """The visitor's id, made now if there is none."""
    if _IN_SESSION not in request.session:
        request.session[_IN_SESSION] = _new_visitor(request, at or timezone.now())
    return known_visitor(request)


def _new_visitor(request: HttpRequest, at: datetime) -> str:
    """An id that both halves of a newcomer's double click arrive at, though neither has a session yet.

    It comes from the browser's CSRF secret and the moment, so that nobody who learns the secret later finds it again.
    """
    moment = int(at.timestamp()) // _MOMENT_SECONDS
    before, now = (derive_token(request, f"visitor {one}") for one in (moment - 1, moment))
    return before if Run.objects.filter(visitor=before).exists() else now


def derive_token(request: HttpRequest, purpose: str) -> str:
    """A stable secret name for this browser and `purpose`: 128 bits that cannot be turned back."""
    get_token(request)
    secret = f"{purpose} {request.META['CSRF_COOKIE']}"
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()[:32]


_PLAIN: Final = re.compile(r"[!-~]{0,64}")
_AFTER: Final = "after:"
_FAILED_STATES: Final = (State.FAILED, State.INTERRUPTED, State.CANCELLED)


def form_token(request: HttpRequest, form: str = "form") -> str:
    """The token of a page's form: the same until a run with it has ended; then a new visit begins the next round.

    Going back is no new visit: htmx says so, and the page's script puts the old token in otherwise. Only after a
    failure that cost nothing is "back and the same again" a new run.
    """
    stem = f"{derive_token(request, form)}."
    who = known_visitor(request)
    newest = Run.objects.filter(visitor=who, token__startswith=stem).first() if who else None
    return f"{stem}{_next_round(newest, stem, is_back=request.headers.get('HX-History-Restore-Request') == 'true')}"


def _next_round(newest: Run | None, stem: str, *, is_back: bool) -> int:
    if newest is None:
        return 0
    count = newest.token.removeprefix(stem)
    number = int(count) if re.fullmatch(r"[0-9]{1,6}", count, re.ASCII) else 0
    failed_free = newest.state in _FAILED_STATES and newest.charged == "no"
    return number + 1 if failed_free or not (newest.is_active or is_back) else number


def run_page_token(run_id: str) -> str:
    """The token of a run's own page: sending its form again makes one more run, and only one."""
    return f"{_AFTER}{run_id}"


def fresh() -> str:
    """Make a token for a form that begins anew each time its page is made."""
    return secrets.token_hex(16)


def page_of(request: HttpRequest) -> str:
    """Return the id of the run on whose page the posted form stood; empty for a form that stood elsewhere.

    The form's field says it; where there is none, the token of a run's own page does.
    """
    page = request.POST.get("page", request.POST.get("token", "").removeprefix(_AFTER))
    return page if re.fullmatch(RunId.regex, page) else ""


def normalize_token(value: str) -> str:
    """A posted token as it may stand in a row; what is too long or odd counts by its hash."""
    return value if _PLAIN.fullmatch(value) else hashlib.sha256(value.encode(errors="replace")).hexdigest()
