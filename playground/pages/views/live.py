"""What changed since the page was made: one question for all of its runs, answered with the parts that differ."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground.pages import visitor
from playground.pages.cards import card
from playground.pages.context import title_prefix
from playground.pages.pace import wait_seconds
from playground.pages.phases import title
from playground.pages.snippets.response import response_of
from playground.runs import crowd, history
from playground.runs.models import Run, State

MOST: Final = 100
_SEEN: Final = re.compile(r"([0-9a-f]{20}):([0-9]{1,9})(?:,|$)", re.ASCII)


@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """The cards that changed, 204 when none did; either way when to ask again."""
    look = getattr(request, "look", None) or Look.of(request)
    if not look.has_news:
        return nothing_new(look, timezone.now())
    changed = history.those_of(look.who, look.news)
    response = HttpResponse(_parts(request, changed, look))
    response.headers["HX-Trigger"] = follow_again(look.active, timezone.now())
    return response


@dataclass(frozen=True, slots=True)
class Look:
    """What a poll finds: the runs that go on, the ids of those that changed, and of those that are gone.

    Mostly nothing has changed, and then a few columns are all that is read.
    """

    who: str
    active: list[Run]
    news: list[str]
    gone: set[str]

    @classmethod
    def of(cls, request: HttpRequest) -> "Look":
        """What the page says it has seen, beside what there is."""
        who = visitor.known(request)
        seen = {run_id: int(version) for run_id, version in _SEEN.findall(request.GET.get("seen", ""))[:MOST]}
        runs = history.standing_of(who, seen)
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


def nothing_new(look: Look, at: datetime) -> HttpResponse:
    """204, and when to ask again."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response.headers["HX-Trigger"] = follow_again(look.active, at)
    return response


def follow_again(active: Iterable[Run], at: datetime) -> str:
    """The event that tells the page when to ask again, in milliseconds; 0 means never."""
    around = crowd.active_runs()
    waits = [wait_seconds(run, at, around) for run in active]
    milliseconds = int(1000 * min(waits, default=0))
    return json.dumps({"follow": {"wait": milliseconds, "active": len(waits)}})


def _parts(request: HttpRequest, changed: Iterable[Run], look: Look) -> SafeString:
    parts = []
    for run in changed:
        context = {"card": card(run), "oob": True, "own_page": run.pk == request.GET.get("page")}
        parts += [
            render_to_string(name, context, request) for name in ("parts/run_card.html", "parts/strip_item.html")
        ]
        if not run.is_active:
            answer = {"run_id": run.pk, "response": response_of(run), "oob": True}
            parts.append(render_to_string("parts/code_response.html", answer, request))
    for run_id in sorted(look.gone):
        parts += [
            format_html('<div id="{}-{}" hx-swap-oob="delete"></div>', kind, run_id) for kind in ("run", "strip")
        ]
    if look.gone:
        # Nobody deletes a run that goes on: a card that only vanished would leave its visitor wondering.
        parts.append(render_to_string("parts/gone.html", {"has_session": bool(look.who)}, request))
    running = sum(run.state == State.RUNNING for run in look.active)
    prefix = title_prefix(running, len(look.active) - running)
    parts.append(format_html("<title>{}{}</title>", prefix, _title(request, look.who, list(changed))))
    return mark_safe("\n".join(parts))  # noqa: S308 (every part is rendered by a template or escaped)


def _title(request: HttpRequest, who: str, changed: list[Run]) -> str:
    """The tab of a run's page names that run, whichever changed; the one of other pages names what changed."""
    page = request.GET.get("page", "")
    own = [run for run in changed if run.pk == page] or (history.those_of(who, [page]) if page else [])
    named = own or changed
    return title(named[0]) if len(named) == 1 else _("Playground")
