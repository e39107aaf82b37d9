"""Once-only form tokens: a double click, back and the same again, and a duplicated tab all make one run."""

import hashlib
import re
from typing import Final

from django.http import HttpRequest

from playground.pages import visitor
from playground.runs.models import Run, State

_PLAIN: Final = re.compile(r"[!-~]{0,64}")
_DEAD: Final = (State.FAILED, State.INTERRUPTED, State.CANCELLED)


def for_browser(request: HttpRequest, form: str = "form") -> str:
    """The token of a page's form: the same for the whole browser session, until a run with it failed uncharged.

    Then the next round begins, so that "the same again" after a failure is a new run.
    """
    stem = f"{visitor.derived(request, form)}."
    who = visitor.known(request)
    newest = Run.objects.filter(visitor=who, token__startswith=stem).first() if who else None
    return f"{stem}{_next_round(newest, stem)}"


def _next_round(newest: Run | None, stem: str) -> int:
    if newest is None:
        return 0
    count = newest.token.removeprefix(stem)
    number = int(count) if re.fullmatch(r"[0-9]{1,6}", count, re.ASCII) else 0
    return number + 1 if newest.state in _DEAD and newest.charged == "no" else number


def after(run_id: str) -> str:
    """The token of a run's own page: sending its form again makes one more run, and only one."""
    return f"after:{run_id}"


def sent(value: str) -> str:
    """A posted token as it may stand in a row; what is too long or odd counts by its hash."""
    return value if _PLAIN.fullmatch(value) else hashlib.sha256(value.encode(errors="replace")).hexdigest()
