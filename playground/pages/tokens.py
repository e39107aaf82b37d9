"""Once-only form tokens: a double click, back and the same again, and a duplicated tab all make one run."""

import hashlib
import re
import secrets
from typing import Final

from django.http import HttpRequest

from playground.pages import visitor
from playground.pages.converters import RunId
from playground.runs.models import Run, State

_PLAIN: Final = re.compile(r"[!-~]{0,64}")
_AFTER: Final = "after:"
_DEAD: Final = (State.FAILED, State.INTERRUPTED, State.CANCELLED)


def for_browser(request: HttpRequest, form: str = "form") -> str:
    """The token of a page's form: the same until a run with it has ended; then a new visit begins the next round.

    Going back is no new visit: htmx says so, and the page's script puts the old token in otherwise. Only after a
    failure that cost nothing is "back and the same again" a new run.
    """
    stem = f"{visitor.derived(request, form)}."
    who = visitor.known(request)
    newest = Run.objects.filter(visitor=who, token__startswith=stem).first() if who else None
    return f"{stem}{_next_round(newest, stem, is_back=request.headers.get('HX-History-Restore-Request') == 'true')}"


def _next_round(newest: Run | None, stem: str, *, is_back: bool) -> int:
    if newest is None:
        return 0
    count = newest.token.removeprefix(stem)
    number = int(count) if re.fullmatch(r"[0-9]{1,6}", count, re.ASCII) else 0
    failed_free = newest.state in _DEAD and newest.charged == "no"
    return number + 1 if failed_free or not (newest.is_active or is_back) else number


def after(run_id: str) -> str:
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


def sent(value: str) -> str:
    """A posted token as it may stand in a row; what is too long or odd counts by its hash."""
    return value if _PLAIN.fullmatch(value) else hashlib.sha256(value.encode(errors="replace")).hexdigest()
