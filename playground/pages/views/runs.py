"""A visitor's runs: one with its brief beside it, all of them, and what can be done with them."""

from functools import partial
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from playground.pages.forms.submit import EXISTING_RUN_PARAM
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.studio_page import run_page_context
from playground.pages.responses import render_page, see_other
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.panel import panel_of_run
from playground.runs import selectors
from playground.runs.models import ACTIVE, Run
from playground.runs.services import deletion, finish

PAGE_RUNS: Final = 12


@require_safe
def run_page(request: PageRequest, run_id: str) -> HttpResponse:
    """One run, live while it runs, with the form that made it."""
    found = selectors.get_run(request.visitor.id, run_id)
    return render_page(request, "runs/detail.html", **_context(request, found))


@require_safe
def history_page(request: PageRequest) -> HttpResponse:
    """This session's runs, newest first."""
    who = request.visitor.id
    page = Paginator(selectors.History(who), PAGE_RUNS).get_page(request.GET.get("page"))
    return render_page(
        request,
        "runs/history.html",
        cards=[run_card(one) for one in page],
        page=page,
        total=page.paginator.count,
        notice=_notice(request),
        deleted=len(deletion.newest_deletion(who)),
        undo_minutes=int(deletion.UNDO_PERIOD.total_seconds() // 60),
    )


@require_POST
def cancel(request: PageRequest, run_id: str) -> HttpResponse:
    """Stop a run; what has arrived is kept."""
    finish.cancel_run(selectors.get_run(request.visitor.id, run_id))
    return see_other("run", run_id)


@require_POST
def delete(request: PageRequest, run_id: str) -> HttpResponse:
    """Delete a finished run, with a way back; one that still runs has to be cancelled first."""
    found = selectors.get_run(request.visitor.id, run_id)
    if found.is_active:
        return see_other("run", run_id, notice="active")
    deletion.delete_runs([found])
    return see_other("runs")


@require_POST
def delete_all(request: PageRequest) -> HttpResponse:
    """Delete all finished runs of the session, with a way back."""
    mine = selectors.list_runs(request.visitor.id)
    deletion.delete_runs(mine)
    left = mine.filter(state__in=ACTIVE).exists()
    return see_other("runs", notice="active" if left else "")


@require_POST
def undo(request: PageRequest) -> HttpResponse:
    """Bring back what was deleted last: a single run on its page, several in the history."""
    back = deletion.undo_deletion(request.visitor.id)
    return see_other("run", back[0].pk) if len(back) == 1 else see_other("runs")


def _context(request: PageRequest, found: Run) -> dict[str, Any]:
    return run_page_context(
        request,
        found,
        card=run_card(found),
        notice=_notice(request, found),
        code=partial(panel_of_run, request, found),
    )


def _notice(request: PageRequest, found: Run | None = None) -> str:
    if found is not None and request.session.get(EXISTING_RUN_PARAM) == found.pk:
        del request.session[EXISTING_RUN_PARAM]
        return _("You ran exactly this already; here it is. Again makes another.")
    if request.GET.get("notice") == "active":
        return _("A run that is still going cannot be deleted: cancel it first.")
    return ""
