"""When a page should ask about a run again: seldom while its end is far, often near it, and seldom in a crowd."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground.pages.context_processors import title_prefix
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.run_progress import page_title
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.panel import run_response
from playground.runs import selectors
from playground.runs.models import Run, State

FAST_SECONDS: Final = 0.5
QUEUED_SECONDS: Final = 1.0
SLOW_SECONDS: Final = 4.0
# A thousand pages that ask twice a second leave no time for anything else; with this many runs at once waits double.
CROWD_FACTOR: Final = 350
_LONGEST: Final = 5.0
_LONGEST_FAR: Final = 8.0
# Some pictures come before their time; in a crowd nobody looks out for them long.
_MARGIN_SECONDS: Final = 3
# Refusals and broken connections come early.
_EARLY_SECONDS: Final = 5


def poll_interval_seconds(run: Run, at: datetime, crowd: int = 0) -> float:
    """Seconds from `at` until a look at this active run is worth it, with `crowd` runs going on at once."""
    pace = max(1.0, crowd / CROWD_FACTOR)
    near, early = min(_LONGEST, FAST_SECONDS * pace), min(_LONGEST, QUEUED_SECONDS * pace)
    if run.state == State.QUEUED:
        return early
    elapsed = run.elapsed_seconds(at)
    left = run.expected_low - _MARGIN_SECONDS / pace - elapsed
    if left <= near or run.cancel_requested:
        return near
    is_early = elapsed + early < _EARLY_SECONDS
    return min(early if is_early else min(_LONGEST_FAR, SLOW_SECONDS * pace), left)


MAX_POLLED_RUNS: Final = 100
_SEEN: Final = re.compile(r"([0-9a-f]{20}):([0-9]{1,9})(?:,|$)", re.ASCII)


@require_safe
def poll_runs(request: PageRequest) -> HttpResponse:
    """The cards that changed, 204 when none did; either way when to ask again."""
    look = PageSnapshot.of(request)
    # Most polls end here: no template, no translation.
    if not look.has_news:
        return no_news(look, timezone.now())
    changed = selectors.get_runs(look.who, look.news)
    response = HttpResponse(_parts(request, changed, look))
    response.headers["HX-Trigger"] = poll_headers(look.active, timezone.now())
    return response


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """What a poll finds: the runs that go on, the ids of those that changed, and of those that are gone.

    Mostly nothing has changed, and then a few columns are all that is read.
    """

    who: str
    active: list[Run]
    news: list[str]
    gone: set[str]

    @classmethod
    def of(cls, request: PageRequest) -> "PageSnapshot":
        """What the page says it has seen, beside what there is."""
        who = request.visitor.id
        seen = {
            run_id: int(version) for run_id, version in _SEEN.findall(request.GET.get("seen", ""))[:MAX_POLLED_RUNS]
        }
        runs = selectors.list_run_states(who, seen)
        return cls(
            who,
            [run for run in runs if run.is_active],
            [run.pk for run in runs if run.version != seen[run.pk]],
            set(seen) - {run.pk for run in runs},
        )

    @property
    def has_news(self) -> bool:
        """Whether the page has to be told anything."""
        return bool(self.news or self.gone)


def no_news(look: PageSnapshot, at: datetime) -> HttpResponse:
    """204, and when to ask again."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response.headers["HX-Trigger"] = poll_headers(look.active, at)
    return response


def poll_headers(active: Iterable[Run], at: datetime) -> str:
    """The event that tells the page when to ask again, in milliseconds; 0 means never."""
    around = selectors.count_active_runs()
    waits = [poll_interval_seconds(run, at, around) for run in active]
    milliseconds = int(1000 * min(waits, default=0))
    return json.dumps({"follow": {"wait": milliseconds, "active": len(waits)}})


def _parts(request: PageRequest, changed: Iterable[Run], look: PageSnapshot) -> SafeString:
    parts = []
    for run in changed:
        context = {"card": run_card(run), "oob": True, "own_page": run.pk == request.GET.get("page")}
        parts += [render_to_string(name, context, request) for name in ("runs/card.html", "runs/strip_item.html")]
        if not run.is_active:
            answer = {"run_id": run.pk, "response": run_response(run), "oob": True}
            parts.append(render_to_string("studio/code_response.html", answer, request))
    for run_id in sorted(look.gone):
        parts += [
            format_html('<div id="{}-{}" hx-swap-oob="delete"></div>', kind, run_id) for kind in ("run", "strip")
        ]
    if look.gone:
        # Nobody deletes a run that goes on: a card that only vanished would leave its visitor wondering.
        parts.append(render_to_string("layout/missing_runs.html", {"has_session": bool(look.who)}, request))
    running = sum(run.state == State.RUNNING for run in look.active)
    prefix = title_prefix(running, len(look.active) - running)
    parts.append(format_html("<title>{}{}</title>", prefix, _title(request, look.who, list(changed))))
    return mark_safe("\n".join(parts))  # noqa: S308 (every part is rendered by a template or escaped)


def _title(request: PageRequest, who: str, changed: list[Run]) -> str:
    """The tab of a run's page names that run, whichever changed; the one of other pages names what changed."""
    page = request.GET.get("page", "")
    own = [run for run in changed if run.pk == page] or (selectors.get_runs(who, [page]) if page else [])
    named = own or changed
    return page_title(named[0]) if len(named) == 1 else _("Playground")
