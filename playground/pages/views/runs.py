"""A visitor's runs: one with its brief beside it, all of them, and what can be done with them."""

from functools import partial
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from playground.pages import visitor
from playground.pages.cards import card
from playground.pages.edit_studio import run_edit_brief, run_edit_studio
from playground.pages.pointed import marked
from playground.pages.see_other import SeeOther
from playground.pages.sending import EXISTING
from playground.pages.show import show
from playground.pages.snippets.panel import panel_of_run
from playground.pages.studio import run_brief, studio
from playground.runs import deletion, history
from playground.runs.models import ACTIVE, Run

A_PAGE: Final = 12


@require_safe
def run(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run, live while it runs, with the form that made it."""
    found = history.run_of(visitor.known(request), run_id)
    return show(request, "pages/run.html", **_context(request, found))


@require_safe
def history_page(request: HttpRequest) -> HttpResponse:
    """This session's runs, newest first."""
    who = visitor.known(request)
    page = Paginator(history.History(who), A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "pages/history.html",
        cards=[card(one) for one in page],
        page=page,
        total=page.paginator.count,
        notice=_notice(request),
        deleted=len(deletion.newest(who)),
        undo_minutes=int(deletion.UNDO.total_seconds() // 60),
    )


@require_POST
def cancel(request: HttpRequest, run_id: str) -> HttpResponse:
    """Stop a run; what has arrived is kept."""
    history.cancel(history.run_of(visitor.known(request), run_id))
    return see_other("run", run_id)


@require_POST
def delete(request: HttpRequest, run_id: str) -> HttpResponse:
    """Delete a finished run, with a way back; one that still runs has to be cancelled first."""
    found = history.run_of(visitor.known(request), run_id)
    if found.is_active:
        return see_other("run", run_id, notice="active")
    deletion.delete([found])
    return see_other("runs")


@require_POST
def delete_all(request: HttpRequest) -> HttpResponse:
    """Delete all finished runs of the session, with a way back."""
    mine = history.runs_of(visitor.known(request))
    deletion.delete(mine)
    left = mine.filter(state__in=ACTIVE).exists()
    return see_other("runs", notice="active" if left else "")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Bring back what was deleted last: a single run on its page, several in the history."""
    back = deletion.undo(visitor.known(request))
    return see_other("run", back[0].pk) if len(back) == 1 else see_other("runs")


def see_other(name: str, *args: str, notice: str = "") -> HttpResponse:
    """Go to a page by GET, with a notice for it to show."""
    return SeeOther(reverse(name, args=args) + (f"?notice={notice}" if notice else ""))


def _context(request: HttpRequest, found: Run) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "card": card(found),
        "notice": _notice(request, found),
        "code": partial(panel_of_run, request, found),
    }
    if found.endpoint == "edits":
        return run_edit_studio(request, marked(run_edit_brief(request, found), found), found, **shown)
    return studio(request, marked(run_brief(request, found), found), **shown)


def _notice(request: HttpRequest, found: Run | None = None) -> str:
    if found is not None and request.session.get(EXISTING) == found.pk:
        del request.session[EXISTING]
        return _("You ran exactly this already; here it is. Again makes another.")
    if request.GET.get("notice") == "active":
        return _("A run that is still going cannot be deleted: cancel it first.")
    return ""
