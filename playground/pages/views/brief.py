"""The generate and edit pages: show the form, submit it as a run, and update its price, fields and code panel."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.imageapi.catalog import Endpoint
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BRIEF_FORMS, BriefForm, build_form
from playground.pages.forms.edit_sources import EditSources, collect_sources, finish_sources, updated_entries
from playground.pages.forms.submit import submit_form
from playground.pages.presenters import apis
from playground.pages.presenters.estimates import EstimateRequest, estimate_view
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.studio_page import new_form, page_context, rejected_context
from playground.pages.reference import error_guide, tables
from playground.pages.responses import render_page, see_other, wants_part
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest, origin_run_id
from playground.pages.snippets.panel import panel_for_form
from playground.pages.snippets.request import snippet_files
from playground.pages.texts.upload_errors import browser_limits, browser_messages
from playground.pages.views.runs import EXISTING_RUN_ENTRY
from playground.runs import drafts, selectors


@require_http_methods(["GET", "HEAD", "POST"])
def studio(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Show the form; submit a posted one as a run and redirect to the run's page."""
    if request.method != "POST":
        form = new_form(request, endpoint)
        return render_page(request, studio_page_for(endpoint).template, **page_context(request, form))
    # Taken first: a run that is older than this was made by an earlier press.
    pressed_at = timezone.now()
    sources = EditSources()
    entries: QueryDict = request.POST
    if endpoint == "edits":
        sources = collect_sources(request)
        entries = updated_entries(request, sources)
    form = build_form(request, BRIEF_FORMS[endpoint], entries)
    run = submit_form(request, form, pressed_at, sources)
    if endpoint == "edits":
        finish_sources(request, sources, was_sent=run is not None)
    if run is None:
        return _render_rejected(request, form, sources)
    # The run's page then says that it was there already.
    if run.created_at < pressed_at:
        request.session[EXISTING_RUN_ENTRY] = run.pk
    return see_other("run", run.pk)


@require_safe
def estimate(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render price and time for the current form, as a part of the page."""
    api = api_keys.chosen_api(request, request.GET.get("api", ""))
    wanted = EstimateRequest.read(request.GET, api, endpoint, _source_count(request, endpoint, request.GET))
    return render_page(
        request,
        "studio/estimate.html",
        estimate=estimate_view(request, api, wanted),
        api=apis.api_choice(request, api, api),
        oob=True,
    )


@require_POST
def fields(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render the fields that the chosen API offers, with the entries that it accepts."""
    form_class = BRIEF_FORMS[endpoint]
    form = build_form(request, form_class, initial=form_class.stored_entries(request.POST))
    api = form.chosen
    wanted = EstimateRequest.read(form.initial, api, endpoint, _source_count(request, endpoint, request.POST))
    return render_page(
        request,
        "studio/updated_fields.html",
        form=form,
        place=studio_page_for(endpoint),
        estimate=estimate_view(request, api, wanted),
        api=apis.api_choice(request, api, api),
        limits=browser_limits(api.profile),
        sentences=browser_messages(api.profile),
    )


@require_POST
def snippets(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render programs for the current form, for the page's script or as a page of their own. Send nothing."""
    # Posted files are not read: the pictures are those of the draft.
    images, mask = snippet_files(request, request.POST) if endpoint == "edits" else ([], None)
    form = build_form(request, BRIEF_FORMS[endpoint], request.POST)
    panel = panel_for_form(request, form, images, mask, stream="stream" in request.POST, job="job" in request.POST)
    if wants_part(request):
        return render_page(request, "studio/code_body.html", panel=panel, place=studio_page_for(endpoint), live=True)
    return render_page(request, "studio/code_page.html", panel=panel, **_documentation(form))


@require_safe
def documentation(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render parameters and errors of the chosen API, for the page's script or as a page with the programs."""
    form_class = BRIEF_FORMS[endpoint]
    form = build_form(request, form_class, initial=form_class.stored_entries(request.GET))
    if wants_part(request):
        return render_page(request, "studio/code_docs.html", live=True, **_documentation(form))
    images, mask = snippet_files(request, request.GET) if endpoint == "edits" else ([], None)
    panel = panel_for_form(request, form, images, mask, stream="stream" in request.GET, job="job" in request.GET)
    return render_page(request, "studio/code_page.html", panel=panel, **_documentation(form))


def _documentation(form: BriefForm) -> dict[str, Any]:
    return {
        "place": studio_page_for(form.ENDPOINT),
        "api_label": apis.api_label(form.chosen.id),
        "parameters": tables.parameters_for_form(form),
        "errors": error_guide.errors_for_api(form.chosen),
        "can_simulate": form.chosen.is_builtin,
    }


def _render_rejected(request: PageRequest, form: BriefForm, sources: EditSources) -> HttpResponse:
    """Render the page that the form was posted from, with its errors."""
    status, context = HTTPStatus.UNPROCESSABLE_ENTITY, rejected_context(request, form, sources)
    visitor_id, run_id = request.visitor.id, origin_run_id(request)
    run = selectors.list_runs(visitor_id).filter(pk=run_id).first() if visitor_id and run_id else None
    if run is None or (form.ENDPOINT == "edits" and sources.run is None):
        return render_page(request, studio_page_for(form.ENDPOINT).template, status=status, **context)
    response = render_page(request, "runs/detail.html", status=status, **{**context, "card": run_card(run)})
    # The form was posted to another address than that of the run's page.
    response.headers["HX-Push-Url"] = reverse("run", args=[run.pk])
    return response


def _source_count(request: PageRequest, endpoint: Endpoint, entries: QueryDict) -> int:
    """Return how many pictures a form with these entries would send."""
    if endpoint == "generations":
        return 0
    if run_id := entries.get("of_run"):
        return len(selectors.get_run(request.visitor.id, run_id).sources)
    return len(entries.getlist("source")) or len(drafts.list_sources(request.visitor.id)) or 1
