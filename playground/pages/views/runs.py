"""The pages of runs: one run with its form, a shared run, the history with its selection; cancel, delete and undo."""

import re
from functools import partial
from http import HTTPStatus
from operator import attrgetter
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from playground.imageapi.errors import ApiError
from playground.imageapi.providers import ImageApi
from playground.pages.error_pages import error_page
from playground.pages.file_responses import NO_REFERRER, zip_response
from playground.pages.presenters.comparison import compare_versions
from playground.pages.presenters.gallery import gallery
from playground.pages.presenters.lineage import lineage_view
from playground.pages.presenters.pictures import (
    MAX_COMPARED,
    compare_url,
    latest_results,
    picture_view,
    star_view,
)
from playground.pages.presenters.provenance import ProvenanceProblem, provenance_problem
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.shared_run import shared_run
from playground.pages.presenters.studio_page import run_page_context
from playground.pages.responses import SeeOther, redirect_to_next, render_page, see_other, wants_part
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest, forget_existing_run
from playground.pages.snippets.panel import panel_for_run, shared_programs
from playground.runs import selectors
from playground.runs.models import ACTIVE, ID_PATTERN, Picture, Run
from playground.runs.services import finish, retention, sharing
from playground.runs.services.provenance import check_picture, checking_api

_NOTICES: Final[dict[str, Promise]] = {
    "active": gettext_lazy("You can't delete a run that is still running. Cancel it first."),
    "unchecked": gettext_lazy("This API doesn't offer provenance checks."),
    "unshared": gettext_lazy("You can share a run once it has finished and has an image."),
    "unselected": gettext_lazy("Select the runs first."),
    "no-images": gettext_lazy("The runs you selected have no images."),
}


@require_safe
def run_page(request: PageRequest, run_id: str) -> HttpResponse:
    """Show a run, which updates itself while it is active, and the form that made it."""
    return _render_run(request, selectors.get_run(request.visitor.id, run_id))


@require_POST
def share_run(request: PageRequest, run_id: str) -> HttpResponse:
    """Give a run of the session an address for others, with `source` for its source too; `stop` withdraws it."""
    run = selectors.get_run(request.visitor.id, run_id)
    if "stop" in request.POST:
        sharing.stop_sharing(run)
    elif not sharing.share_run(run, with_source="source" in request.POST):
        return see_other("run", run_id, notice="unshared")
    return SeeOther(f"{reverse('run', args=[run_id])}#share-{run_id}")


@require_safe
def shared_page(request: PageRequest, token: str) -> HttpResponse:
    """Show a shared run to anyone who has the address, and nothing else of its session."""
    try:
        run = sharing.get_shared_run(token)
    except Http404:
        # One sentence for every reason: strangers learn nothing about the run.
        response = error_page(
            request,
            HTTPStatus.NOT_FOUND,
            _("This run is no longer shared"),
            _("Sharing was stopped, the run was deleted, or its link has expired. Ask for a new link."),
        )
    else:
        response = render_page(
            request, "runs/shared.html", shared=shared_run(run), programs=shared_programs(request, run)
        )
    response.headers["Referrer-Policy"] = NO_REFERRER
    return response


@require_POST
def check_provenance(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """Have the run's API check where a picture comes from; show the answer, or why there is none, in its card."""
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    api = checking_api(picture.run)
    if api is None:
        return see_other("run", run_id, notice="unchecked")
    # Only when the visitor presses the button: the image leaves this server once more.
    problem = _check_picture(request, picture, api)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    if wants_part(request):
        view = picture_view(picture, picture.run)
        return render_page(request, "runs/provenance.html", status=status, picture=view, provenance_problem=problem)
    if problem:
        return _render_run(
            request, selectors.get_run(request.visitor.id, run_id), status=status, provenance_problem=problem
        )
    return see_other("run", run_id)


@require_POST
def star_picture(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """Set the star of a picture, or remove it with `starred=0`: repeating the request changes nothing."""
    picture = selectors.get_picture(request.visitor.id, run_id, number)
    picture.starred = request.POST.get("starred", "1") != "0"
    Picture.objects.filter(pk=picture.pk).update(starred=picture.starred)
    if wants_part(request):
        return render_page(request, "runs/star.html", star=star_view(picture), star_next=request.POST.get("next", ""))
    return redirect_to_next(request, reverse("run", args=[run_id]))


@require_POST
def delete_picture(request: PageRequest, run_id: str, number: int) -> HttpResponse:
    """Delete a picture of a finished run, or with `undo` restore it; deleting the last one deletes the run."""
    undo = "undo" in request.POST
    picture = selectors.get_picture(request.visitor.id, run_id, number, deleted=True)
    if picture.run.is_active:
        return see_other("run", run_id, notice="active")
    if undo:
        retention.restore_picture(picture)
    elif picture.deleted_at is None:
        retention.delete_picture(picture)
    # The last image takes its run along, and with it the page to go back to.
    is_gone = not undo and Run.objects.filter(pk=run_id).exclude(deleted_at=None).exists()
    return see_other("runs") if is_gone else see_other("run", run_id)


@require_safe
def history_page(request: PageRequest) -> HttpResponse:
    """Show the session's runs, newest first, as the search and filters of the address say."""
    visitor_id = request.visitor.id
    return render_page(
        request,
        "runs/history.html",
        gallery=gallery(visitor_id, request.GET),
        compare_limit=MAX_COMPARED,
        notice=_notice(request),
        deleted=len(retention.newest_deletion(visitor_id)),
        undo_minutes=int(retention.UNDO_PERIOD.total_seconds() // 60),
    )


@require_safe
def compare_page(request: PageRequest) -> HttpResponse:
    """Show up to MAX_COMPARED of the session's pictures beside each other, each named by `p` (`version_places`)."""
    visitor_id = request.visitor.id
    places = list(dict.fromkeys(filter(None, request.GET.getlist("p"))))
    compared = places[:MAX_COMPARED]
    versions = selectors.get_picture_versions(visitor_id, compared)
    return render_page(
        request,
        "runs/compare.html",
        comparison=compare_versions(versions),
        results=latest_results(visitor_id),
        missing=len(compared) - len(versions),
        left_out=len(places) - len(compared),
        limit=MAX_COMPARED,
        here=request.get_full_path(),
    )


@require_POST
def download_selected(request: PageRequest) -> HttpResponseBase:
    """Return the images of the selected runs in one file."""
    pictures = [picture for run in _selected_runs(request) for picture in run.ordered_pictures]
    if not pictures:
        return see_other("runs", notice="no-images")
    return zip_response(pictures, f"images_{timezone.localtime():%Y-%m-%d_%H%M}.zip")


@require_POST
def compare_selected(request: PageRequest) -> HttpResponse:
    """Compare the images of the selected runs; when those are too many, one of each run, which is a starred one."""
    runs = [run for run in _selected_runs(request) if run.ordered_pictures]
    if not runs:
        return see_other("runs", notice="no-images")
    pictures = [picture for run in runs for picture in run.ordered_pictures]
    if len(pictures) > MAX_COMPARED:
        pictures = [max(run.ordered_pictures, key=attrgetter("starred")) for run in runs]
    return SeeOther(compare_url([picture.version_places[0] for picture in pictures]))


@require_POST
def delete_selected(request: PageRequest) -> HttpResponse:
    """Delete the selected runs that have ended, which can be undone; return to the page that showed them."""
    runs = _selected_runs(request)
    if not runs:
        return see_other("runs", notice="unselected")
    retention.delete_runs(runs)
    return redirect_to_next(request, reverse("runs"))


@require_POST
def cancel_run(request: PageRequest, run_id: str) -> HttpResponse:
    """Cancel a run; pictures that have arrived stay."""
    finish.cancel_run(selectors.get_run(request.visitor.id, run_id))
    return see_other("run", run_id)


@require_POST
def delete_run(request: PageRequest, run_id: str) -> HttpResponse:
    """Delete a finished run, which can be undone; an active run has to be cancelled first."""
    run = selectors.get_run(request.visitor.id, run_id)
    if run.is_active:
        return see_other("run", run_id, notice="active")
    retention.delete_runs([run])
    return see_other("runs")


@require_POST
def delete_all_runs(request: PageRequest) -> HttpResponse:
    """Delete all finished runs of the session, which can be undone."""
    runs = selectors.list_runs(request.visitor.id)
    retention.delete_runs(runs)
    return see_other("runs", notice="active" if runs.filter(state__in=ACTIVE).exists() else "")


@require_POST
def undo_deletion(request: PageRequest) -> HttpResponse:
    """Restore the runs that were deleted last; show a single one on its page, several in the history."""
    restored = retention.undo_deletion(request.visitor.id)
    return see_other("run", restored[0].pk) if len(restored) == 1 else see_other("runs")


def _selected_runs(request: PageRequest) -> list[Run]:
    # Anything can be posted, and PostgreSQL has no text with a null character.
    ids = [run_id for run_id in request.POST.getlist("run") if re.fullmatch(ID_PATTERN, run_id)]
    return selectors.get_runs(request.visitor.id, ids)


def _render_run(request: PageRequest, run: Run, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    context = run_page_context(
        request,
        run,
        card=run_card(run),
        deleted_pictures=[picture_view(picture, run) for picture in retention.restorable_pictures(run)],
        completed_run=selectors.completed_run(run),
        completing_run=selectors.completing_run(run),
        lineage=lineage_view(request.visitor.id, run),
        notice=_notice(request, run),
        code=partial(panel_for_run, request, run, stream="stream" in request.GET, job="job" in request.GET),
    )
    return render_page(request, "runs/detail.html", status=status, **context, **more)


def _check_picture(request: PageRequest, picture: Picture, api: ImageApi) -> ProvenanceProblem | None:
    key = api_keys.use_key(request, api)
    if not key:
        return provenance_problem(picture.number, None)
    try:
        check_picture(picture, api, key)
    except ApiError as error:
        return provenance_problem(picture.number, error)
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    return None


def _notice(request: PageRequest, run: Run | None = None) -> str:
    # The notice is about one press, so it is shown once.
    if run is not None and forget_existing_run(request, run.pk):
        return _("You already ran exactly this, so here is that run. To generate it again, press “Run again”.")
    return str(_NOTICES.get(request.GET.get("notice", ""), ""))
