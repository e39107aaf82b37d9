"""The visitor behind a request, and the tokens that make each form count once."""

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

from playground.runs.models import FAILED, ID_PATTERN, Run

_SESSION_ENTRY: Final = "visitor"
# The prompt that a template wrote, for the form that it was taken to.
WRITTEN_PROMPT_ENTRY: Final = "written_prompt"
# The run that a form's second press found, until its page has said so.
_EXISTING_RUN_ENTRY: Final = "existing_run"
# Both requests of a double click arrive within this time.
_PERIOD_SECONDS: Final = 30
# The length of the column `Run.token`.
_PLAIN_TOKEN: Final = re.compile(r"[!-~]{0,64}")
_RUN_PAGE_PREFIX: Final = "after:"


class PageRequest(HttpRequest):
    """A request with the attributes that PageMiddleware sets or reads. For annotations only."""

    visitor: "Visitor"
    has_made_run: bool


class Visitor:
    """The visitor behind a request. The id is in the session, so that nobody else can name it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def id(self) -> str:
        """The id; empty for a visitor who has only read pages."""
        return str(self._request.session.get(_SESSION_ENTRY, ""))

    def ensure_id(self, now: datetime | None = None) -> str:
        """Return the id; create it when there is none."""
        if not self.id:
            self._request.session[_SESSION_ENTRY] = _new_visitor_id(self._request, now or timezone.now())
        return self.id


def secret_name(request: HttpRequest, purpose: str) -> str:
    """Return a stable name for this browser and `purpose`: 128 bits that do not reveal the CSRF secret."""
    # Makes the secret of a browser that has none yet, and puts it into META.
    get_token(request)
    text = f"{purpose} {request.META['CSRF_COOKIE']}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def form_token(request: PageRequest, form: str = "form") -> str:
    """Return the token of a page's form: the same until a run with it has ended, then a new one at the next visit.

    Going back isn't a new visit: htmx sends a header for it, and the page's script restores the old token otherwise.
    Going back and submitting the same form again starts a new run only after a failure that cost nothing.
    """
    prefix = f"{secret_name(request, form)}."
    visitor_id = request.visitor.id
    newest = Run.objects.filter(visitor=visitor_id, token__startswith=prefix).first() if visitor_id else None
    is_back = request.headers.get("HX-History-Restore-Request") == "true"
    return f"{prefix}{_token_number(newest, prefix, is_back=is_back)}"


def run_page_token(run_id: str) -> str:
    """Return the token of the form on a run's page: submitting that form again starts one more run, and only one."""
    return f"{_RUN_PAGE_PREFIX}{run_id}"


def new_token() -> str:
    """Return a random token, for a form that counts as a new one each time its page is rendered."""
    return secrets.token_hex(16)


def normalize_token(value: str) -> str:
    """Return a posted token as the column can store it: replace one that is too long or not ASCII by its hash."""
    return value if _PLAIN_TOKEN.fullmatch(value) else hashlib.sha256(value.encode(errors="replace")).hexdigest()


def origin_run_id(request: HttpRequest) -> str:
    """Return the id of the run whose page held the posted form; empty for a form of another page.

    The field `page` names it; without that field, the token of a run's page does.
    """
    run_id = request.POST.get("page", request.POST.get("token", "").removeprefix(_RUN_PAGE_PREFIX))
    return run_id if re.fullmatch(ID_PATTERN, run_id) else ""


def remember_existing_run(request: PageRequest, run_id: str) -> None:
    """Remember for the run's page that the visitor has just sent the run's form again."""
    request.session[_EXISTING_RUN_ENTRY] = run_id


def forget_existing_run(request: PageRequest, run_id: str) -> bool:
    """Return whether the visitor has just sent this run's form again; the second question gets False."""
    if request.session.get(_EXISTING_RUN_ENTRY) != run_id:
        return False
    del request.session[_EXISTING_RUN_ENTRY]
    return True


def _new_visitor_id(request: HttpRequest, now: datetime) -> str:
    """Return the same id for both requests of a newcomer's double click, although neither has a session yet.

    The id depends on the CSRF secret and the time, so that a secret that leaks later does not reveal it.
    """
    # A double click may span two periods, so check the previous one, too.
    period = int(now.timestamp()) // _PERIOD_SECONDS
    previous_id, current_id = (secret_name(request, f"visitor {number}") for number in (period - 1, period))
    return previous_id if Run.objects.filter(visitor=previous_id).exists() else current_id


def _token_number(newest: Run | None, prefix: str, *, is_back: bool) -> int:
    """Return the number at the end of the token, from the newest run whose token has the same prefix."""
    if newest is None:
        return 0
    suffix = newest.token.removeprefix(prefix)
    number = int(suffix) if re.fullmatch(r"[0-9]{1,6}", suffix, re.ASCII) else 0
    # Unless it was charged, the same form may be sent again without paying twice.
    failed_free = newest.state in FAILED and newest.charged == "no"
    return number + 1 if failed_free or not (newest.is_active or is_back) else number
