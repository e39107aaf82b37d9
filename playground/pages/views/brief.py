"""The generate and edit pages: show the form, submit it as a run, and update its price, fields and code panel."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.imageapi.catalog import Endpoint, file_field
from playground.imageapi.errors import REHEARSAL_CODES
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BRIEF_FORMS, BriefForm, GenerateForm, build_form
from playground.pages.forms.edit_sources import (
    EditSources,
    check_sources,
    collect_sources,
    finish_sources,
    updated_entries,
)
from playground.pages.presenters import apis
from playground.pages.presenters.estimates import EstimateRequest, estimate_view
from playground.pages.presenters.lineage import lineage_view
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.studio_page import new_form, page_context, rejected_context
from playground.pages.reference import error_guide, tables
from playground.pages.responses import render_page, see_other, wants_part
from playground.pages.session import api_keys, pins
from playground.pages.session.visitor import PageRequest, normalize_token, origin_run_id, remember_existing_run
from playground.pages.snippets.panel import Panel, panel_for_form
from playground.pages.snippets.request import FormFiles, snippet_files
from playground.pages.texts import upload_errors
from playground.pages.texts.upload_errors import FieldProblems
from playground.runs import drafts, selectors
from playground.runs.models import Run
from playground.runs.services.submit import ApiConnection, submit_run


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
        _check_pinned_style(request, sources)
        entries = updated_entries(request, sources)
    form = build_form(request, BRIEF_FORMS[endpoint], entries)
    run = submit_form(request, form, pressed_at, sources)
    if endpoint == "edits":
        finish_sources(request, sources, was_sent=run is not None)
    if run is None:
        if endpoint == "edits":
            with sources.problems.collecting("image"):
                pins.attach_style(request.visitor.id)
        return _render_rejected(request, form, sources)
    # The run's page then says that it was there already.
    if run.created_at < pressed_at:
        remember_existing_run(request, run.pk)
    return see_other("run", run.pk)


def submit_form(request: PageRequest, form: BriefForm, pressed_at: datetime, sources: EditSources) -> Run | None:
    """Return the run of a valid form; None, with errors in the form, when something has to be corrected.

    A key that was typed is saved in any case when it fits the API.
    """
    api = form.chosen
    # A valid key is saved although another field is wrong, so that it has to be typed once only.
    if "api" not in form.errors:
        api_keys.remember_api(request, api)
        if key := form.cleaned_data.get("key"):
            api_keys.save_key(request, api.profile.account, key)
    rehearsed = request.POST.get("rehearse", "").strip()
    if form.ENDPOINT == "edits":
        check_sources(form, sources)
    if request.FILES and not form.errors:
        _check_stray_files(request, form)
    if rehearsed:
        _check_rehearsal(request, form, rehearsed)
    secret = "" if form.errors else api_keys.use_key(request, api)
    if not secret:
        if not form.errors:
            form.add_error("key", _("Enter your key for this API, or use the built-in demo, which needs no key."))
        return None
    visitor_id = request.visitor.ensure_id()
    # The visitor would not find the run if the session could not be saved after it.
    if request.session.modified:
        request.session.save()
    problems = FieldProblems()
    with problems.collecting("", api.profile.max_mask_bytes):
        run = submit_run(
            visitor_id,
            ApiConnection(api, secret),
            form.to_request(sources.images, sources.mask, sources.markup),
            token=normalize_token(request.POST.get("token", "")),
            rehearsed=rehearsed,
            page=origin_run_id(request),
            pressed_at=pressed_at,
            frame=sources.frame,
            annotations=sources.annotations or None,
        )
        request.has_made_run = True
        return run
    for name, message in problems:
        form.add_error(name or None, message)
    return None


@require_POST
def unpin(request: PageRequest) -> HttpResponse:
    """Unpin the palette, or with `unpin=style` the style image; show the generate page's form as it is otherwise."""
    pins.unpin(request, request.POST.get("unpin", ""))
    entries = GenerateForm.stored_entries(request.POST)
    if request.POST.get("unpin") != "style":
        entries["palette"] = ""
    form = build_form(request, GenerateForm, initial={**entries, "token": request.POST.get("token", "")})
    return render_page(request, studio_page_for("generations").template, **page_context(request, form))


@require_safe
def estimate(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render price and time for the current form, as a part of the page."""
    api = api_keys.chosen_api(request, request.GET.get("api", ""))
    run = _repeated_run(request, endpoint, request.GET)
    wanted = EstimateRequest.read(request.GET, api, endpoint, _source_count(request, endpoint, request.GET, run))
    return render_page(
        request,
        "studio/estimate.html",
        estimate=estimate_view(request, api, wanted, run),
        api=apis.api_choice(request, api, api),
        oob=True,
    )


@require_POST
def fields(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render the fields that the chosen API offers, with the entries that it accepts."""
    # Posted: a prompt may be longer than an address.
    form_class = BRIEF_FORMS[endpoint]
    form = build_form(request, form_class, initial=form_class.stored_entries(request.POST))
    api = form.chosen
    run = _repeated_run(request, endpoint, request.POST)
    wanted = EstimateRequest.read(form.initial, api, endpoint, _source_count(request, endpoint, request.POST, run))
    return render_page(
        request,
        "studio/updated_fields.html",
        form=form,
        place=studio_page_for(endpoint),
        estimate=estimate_view(request, api, wanted, run),
        api=apis.api_choice(request, api, api),
        limits=upload_errors.browser_limits(api.profile),
        sentences=upload_errors.browser_messages(api.profile),
    )


@require_POST
def snippets(request: PageRequest, endpoint: Endpoint) -> HttpResponse:
    """Render programs for the current form, for the page's script or as a page of their own. Send nothing."""
    form = build_form(request, BRIEF_FORMS[endpoint], request.POST)
    panel = _panel(request, form, request.POST)
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
    panel = _panel(request, form, request.GET)
    return render_page(request, "studio/code_page.html", panel=panel, **_documentation(form))


def _panel(request: PageRequest, form: BriefForm, entries: QueryDict) -> Panel:
    # Posted files are not read: the pictures are those of the draft.
    files = snippet_files(request, entries, form.capabilities) if form.ENDPOINT == "edits" else FormFiles()
    return panel_for_form(request, form, files, stream="stream" in entries, job="job" in entries)


def _check_pinned_style(request: PageRequest, sources: EditSources) -> None:
    """Refuse files that would be sent without the pinned style image: the visitor sees them with it first."""
    if sources.is_files_only and pins.pinned_style(request.visitor.id) is not None:
        message = _(
            "Nothing was sent yet. Your pinned style image goes along: check the images and the text before the "
            "prompt, then press the button again."
        )
        sources.problems.append(("image", message))


def _check_stray_files(request: HttpRequest, form: BriefForm) -> None:
    """Refuse files that the form does not take: the API would make another picture without them, and charge."""
    if form.ENDPOINT == "generations":
        message = _("This form generates images from text only, so nothing was sent. Edit images on the edit page.")
        form.add_error(None, message)
    elif unknown := [field for field in request.FILES if file_field(field) is None]:
        message = _("The file field “%(name)s” is unknown, so nothing was sent. Use image and mask.")
        form.add_error(None, message % {"name": unknown[0][:64]})


def _check_rehearsal(request: HttpRequest, form: BriefForm, code: str) -> None:
    """Refuse an error code that cannot be rehearsed with this API and key."""
    stored = api_keys.stored_key(request, form.chosen.profile.account)
    if code not in REHEARSAL_CODES:
        form.add_error(None, _("There is no error with that name to simulate."))
    elif not form.chosen.is_builtin or (stored is not None and not stored.is_demo):
        form.add_error(
            None, _("You can simulate errors only on the built-in demo with its own key. Choose the demo.")
        )


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
    # An edit that sends other images than the run is corrected on the edit page, where these are.
    if run is None or (form.ENDPOINT == "edits" and sources.run is None):
        return render_page(request, studio_page_for(form.ENDPOINT).template, status=status, **context)
    context |= {"card": run_card(run), "lineage": lineage_view(visitor_id, run)}
    response = render_page(request, "runs/detail.html", status=status, **context)
    # The form was posted to another address than that of the run's page.
    response.headers["HX-Push-Url"] = reverse("run", args=[run.pk])
    return response


def _repeated_run(request: PageRequest, endpoint: Endpoint, entries: QueryDict) -> Run | None:
    """Return the edit whose pictures a form with these entries sends again."""
    run_id = entries.get("of_run") if endpoint == "edits" else ""
    return selectors.get_run(request.visitor.id, run_id) if run_id else None


def _source_count(request: PageRequest, endpoint: Endpoint, entries: QueryDict, run: Run | None) -> int:
    """Return how many pictures a form with these entries would send."""
    if endpoint == "generations":
        return 0
    if run is not None:
        return len(run.sources) + bool(run.markup)
    sources = drafts.list_sources(request.visitor.id)
    # Before an image is chosen, the price is that of an edit with one.
    return (len(entries.getlist("source")) or len(sources) or 1) + bool(sources and sources[0].annotations)
