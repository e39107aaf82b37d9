"""The generate and edit pages: show the form, submit it as a run, and update its price, fields and snippets."""

from http import HTTPStatus

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.imageapi.catalog import Endpoint
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BRIEF_FORMS, BriefForm
from playground.pages.forms.edit_sources import EditSources, collect_sources, finish_sources, updated_entries
from playground.pages.forms.submit import originating_run, redirect_to_run, stay_on_run_page, submit_form
from playground.pages.presenters import apis
from playground.pages.presenters.estimates import EstimateRequest, estimate_view
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.studio_page import build_form, new_form, page_context, rejected_context
from playground.pages.responses import render_page, wants_part
from playground.pages.session import edit_page
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.panel import panel_of_form
from playground.pages.snippets.request import snippet_files
from playground.pages.texts.upload_errors import browser_messages
from playground.runs import drafts, selectors


@require_http_methods(["GET", "HEAD", "POST"])
def studio(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Show the form; submit a posted one as a run and redirect to the run's page."""
    if request.method != "POST":
        form = new_form(request, endpoint)
        return render_page(request, studio_page_for(endpoint).template, **page_context(request, form))
    # Taken first: a run that is older than this was made by an earlier press.
    pressed_at = timezone.now()
    sources = collect_sources(request) if endpoint == "edits" else EditSources()
    entries = updated_entries(request, sources) if endpoint == "edits" else request.POST
    form = build_form(request, BRIEF_FORMS[endpoint], entries)
    run = submit_form(request, form, pressed_at, sources)
    finish_sources(request, sources, was_sent=run is not None)
    if run is None:
        return _render_rejected(request, form, sources)
    if endpoint == "edits":
        edit_page.forget_edit_entries(request)
    return redirect_to_run(request, run, pressed_at)


@require_safe
def estimate(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render price and time of the form as it stands, as a part of the page."""
    api = apis.chosen_api(request, request.GET.get("api", ""))
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
    entries = {name: str(value) for name, value in request.POST.items() if name in form_class.KEPT}
    form = build_form(request, form_class, initial=entries)
    api, max_sources = form.chosen, form.chosen.profile.max_sources
    wanted = EstimateRequest.read(form.initial, api, endpoint, _source_count(request, endpoint, request.POST))
    return render_page(
        request,
        "studio/updated_fields.html",
        form=form,
        place=studio_page_for(endpoint),
        estimate=estimate_view(request, api, wanted),
        api=apis.api_choice(request, api, api),
        limits={"count": max_sources},
        sentences=browser_messages(max_sources),
    )


@require_POST
def snippets(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render programs for the form as it stands, for the page's script or as a page of their own. Send nothing."""
    # Posted files are not read: the pictures are those of the draft.
    images, mask = snippet_files(request, request.POST) if endpoint == "edits" else ([], None)
    panel = panel_of_form(request, build_form(request, BRIEF_FORMS[endpoint], request.POST), images, mask)
    template = "studio/code_body.html" if wants_part(request) else "studio/code_page.html"
    return render_page(request, template, panel=panel, place=studio_page_for(endpoint))


def _render_rejected(request: PageRequest, form: BriefForm, sources: EditSources) -> HttpResponse:
    """Render the page that the form was posted from, with its errors."""
    status, run = HTTPStatus.UNPROCESSABLE_ENTITY, originating_run(request)
    context = rejected_context(request, form, sources)
    if run is None or (form.ENDPOINT == "edits" and sources.run is None):
        return render_page(request, studio_page_for(form.ENDPOINT).template, status=status, **context)
    context["card"] = run_card(run)
    return stay_on_run_page(render_page(request, "runs/detail.html", status=status, **context), run)


def _source_count(request: PageRequest, endpoint: Endpoint, entries: QueryDict) -> int:
    """Return how many pictures a form with these entries would send."""
    if endpoint == "generations":
        return 0
    if run_id := entries.get("of_run"):
        return len(selectors.get_run(request.visitor.id, run_id).sources)
    return len(entries.getlist("source")) or len(drafts.list_sources(request.visitor.id)) or 1
