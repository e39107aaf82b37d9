"""Polling: send the cards that changed, and tell the page when to poll again."""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playground.core.http.held_requests import HOLD_SECONDS
from playground.pages.context_processors import title_prefix
from playground.pages.presenters.gallery import gallery_run
from playground.pages.presenters.lineage import lineage_view
from playground.pages.presenters.matrix_sheet import matrix_sheet
from playground.pages.presenters.run_card import page_title, run_card
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.panel import run_response
from playground.runs import selectors
from playground.runs.models import ID_PATTERN, Run, State
from playground.runs.selectors import RunStatus

# Seconds to the next poll: near the expected end, while a run waits for its slot, and in between.
FAST_SECONDS: Final = 0.5
QUEUED_SECONDS: Final = 1.0
SLOW_SECONDS: Final = 4.0
# A thousand pages that poll twice a second would use all CPU time: above this many active runs, waits grow with them.
RUNS_PER_PACE: Final = 350
# A page shows at most 84 cards, or a card and 24 items of the strip.
MAX_POLLED_RUNS: Final = 100
# What the history says in `page`; other pages say their run.
GALLERY_PAGE: Final = "gallery"
_MAX_WAIT_SECONDS: Final = 5.0
_MAX_FAR_WAIT_SECONDS: Final = 8.0
# Some pictures arrive before the expected time.
_MARGIN_SECONDS: Final = 3
# Rejections and broken connections come in the first seconds.
_EARLY_SECONDS: Final = 5
_SEEN: Final = re.compile(rf"({ID_PATTERN}):([0-9]{{1,9}})(?:,|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """The state of the runs that a page shows, compared with the versions that it has.

    Most polls find nothing new, so only the columns for this comparison are read.
    """

    visitor_id: str
    active: list[RunStatus]
    decoding: list[RunStatus]
    changed_ids: list[str]
    missing_ids: set[str]

    @classmethod
    def from_request(cls, request: PageRequest, now: datetime) -> "PageSnapshot":
        """Compare the versions in the query with the database."""
        versions = {
            run_id: int(version) for run_id, version in _SEEN.findall(request.GET.get("seen", ""))[:MAX_POLLED_RUNS]
        }
        runs = selectors.list_run_statuses(request.visitor.id, versions)
        return cls(
            request.visitor.id,
            [run for run in runs if run.is_active],
            [run for run in runs if run.is_decoding(now)],
            [run.pk for run in runs if run.version != versions[run.pk]],
            set(versions) - {run.pk for run in runs},
        )

    @property
    def has_changes(self) -> bool:
        """True when the page has to change."""
        return bool(self.changed_ids or self.missing_ids)


@require_safe
def poll_runs(request: PageRequest) -> HttpResponse:
    """Return the cards that changed, or 204. Either response says when to poll next."""
    # Taken before the rows are read, so that a change in between releases the next held poll.
    now, read_at = timezone.now(), time.monotonic()
    snapshot = PageSnapshot.from_request(request, now)
    # Most polls need no template and no translation.
    if snapshot.has_changes:
        response = HttpResponse(_render_parts(request, snapshot))
    else:
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response.headers["HX-Trigger"] = _follow_event([*snapshot.active, *snapshot.decoding], now, read_at)
    return response


def poll_interval_seconds(run: RunStatus, now: datetime, active_count: int = 0) -> float:
    """Return the seconds until the next poll for a run that is active, or whose pictures are being decoded.

    Polls are rare while the expected end is far, frequent near it, and rarer with many active runs on the server.
    """
    pace = _pace(active_count)
    near, early = min(_MAX_WAIT_SECONDS, FAST_SECONDS * pace), min(_MAX_WAIT_SECONDS, QUEUED_SECONDS * pace)
    if run.state == State.QUEUED:
        return early
    if not run.is_active:
        return near
    elapsed = run.elapsed_seconds(now)
    # With many active runs, fewer polls are spent on pictures that come before their time.
    remaining = run.expected_low - _MARGIN_SECONDS / pace - elapsed
    if remaining <= near or run.cancel_requested:
        return near
    is_early = elapsed + early < _EARLY_SECONDS
    return min(early if is_early else min(_MAX_FAR_WAIT_SECONDS, SLOW_SECONDS * pace), remaining)


def _follow_event(followed: Iterable[RunStatus], now: datetime, read_at: float) -> str:
    """Return the event with the milliseconds until the next poll; 0 means never.

    With `hold` the next poll may come at once: the server answers it when a run has changed, within HOLD_SECONDS.
    """
    active_count = selectors.count_active_runs()
    waits = [poll_interval_seconds(run, now, active_count) for run in followed]
    wait = min(waits, default=0.0)
    follow: dict[str, int | str] = {"wait": int(1000 * wait), "active": len(waits)}
    # Other machines' workers cannot end a hold, and hundreds of holds cost more than their polls.
    if wait and not settings.REDIS_URL and wait <= QUEUED_SECONDS and active_count <= RUNS_PER_PACE:
        follow |= {"wait": max(1, int(1000 * (wait - HOLD_SECONDS))), "hold": f"{read_at:.6f}"}
    return json.dumps({"follow": follow})


def _pace(active_count: int) -> float:
    return max(1.0, active_count / RUNS_PER_PACE)


def _render_parts(request: PageRequest, snapshot: PageSnapshot) -> SafeString:
    changed: list[Run] = []
    if matrix_id := _queried_id(request, "matrix"):
        parts, title = _render_sheet(request, matrix_id, snapshot)
    else:
        changed = list(selectors.get_runs(snapshot.visitor_id, snapshot.changed_ids))
        parts, title = _render_cards(request, changed), _page_title(request, snapshot.visitor_id, changed)
    for run_id in sorted(snapshot.missing_ids):
        parts += [
            format_html('<div id="{}-{}" hx-swap-oob="delete"></div>', kind, run_id)
            for kind in ("run", "strip", "cell")
        ]
    page_run = [run for run in changed if run.pk == request.GET.get("page")]
    if page_run:
        context = {"lineage": lineage_view(snapshot.visitor_id, page_run[0]), "oob": True}
        parts.append(render_to_string("runs/lineage.html", context, request))
    if snapshot.missing_ids:
        # A visitor cannot delete an active run, so the page must explain why its card vanished.
        parts.append(
            render_to_string("layout/missing_runs.html", {"has_session": bool(snapshot.visitor_id)}, request)
        )
    # htmx puts the title of a response into the tab.
    running = sum(run.state == State.RUNNING for run in snapshot.active)
    prefix = title_prefix(running, len(snapshot.active) - running)
    parts.append(format_html("<title>{}{}</title>", prefix, title))
    return mark_safe("\n".join(parts))  # noqa: S308 (every part is rendered by a template or escaped)


def _render_cards(request: PageRequest, changed: list[Run]) -> list[SafeString]:
    parts = []
    for run in changed:
        if request.GET.get("page") == GALLERY_PAGE:
            parts.append(render_to_string("runs/gallery_card.html", {"item": gallery_run(run), "oob": True}, request))
            continue
        context = {"card": run_card(run), "oob": True, "own_page": run.pk == request.GET.get("page")}
        parts += [render_to_string(name, context, request) for name in ("runs/card.html", "runs/strip_item.html")]
        if not run.is_active:
            response = {"run_id": run.pk, "response": run_response(run), "oob": True}
            parts.append(render_to_string("studio/code_response.html", response, request))
    return parts


def _render_sheet(request: PageRequest, matrix_id: str, snapshot: PageSnapshot) -> tuple[list[SafeString], str]:
    """Return the changed cells of a matrix with its progress, and the title of its page."""
    try:
        matrix, runs = selectors.get_matrix(snapshot.visitor_id, matrix_id)
    except Http404:
        return [], _("Matrix")
    sheet = matrix_sheet(matrix, runs, timezone.now())
    cells = [cell for row in sheet.rows for cell in row.cells if cell and cell.id in snapshot.changed_ids]
    parts = [
        render_to_string("matrix/cell.html", {"cell": cell, "sheet": sheet, "oob": True}, request) for cell in cells
    ]
    parts.append(render_to_string("matrix/progress_update.html", {"sheet": sheet, "oob": True}, request))
    return parts, sheet.title


def _queried_id(request: PageRequest, name: str) -> str:
    value = request.GET.get(name, "")
    return value if re.fullmatch(ID_PATTERN, value) else ""


def _page_title(request: PageRequest, visitor_id: str, changed: list[Run]) -> str:
    """Return the title: of the page's own run, whichever changed; on other pages that of the run that changed."""
    page = request.GET.get("page", "")
    if page == GALLERY_PAGE:
        return _("History")
    own = [run for run in changed if run.pk == page] or (selectors.get_runs(visitor_id, [page]) if page else [])
    runs = own or changed
    return page_title(runs[0]) if len(runs) == 1 else _("Playground")
