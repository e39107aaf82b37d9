"""Text to image: the empty brief, and the way from a filled one to a run."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BriefForm, EditForm, GenerateForm
from playground.pages.forms.edit_sources import EditSources, collect_sources, finish_sources, set_roles
from playground.pages.forms.role_prompt import role_preface, updated_preface
from playground.pages.forms.submit import originating_run, redirect_to_run, stay_on_run_page, submit_form
from playground.pages.presenters import apis, estimates
from playground.pages.presenters.run_card import run_card
from playground.pages.presenters.studio_page import (
    build_form,
    edit_page_context,
    new_edit_form,
    new_generate_form,
    rejected_edit_context,
    studio_context,
)
from playground.pages.responses import render_page, wants_part
from playground.pages.session import edit_page
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.panel import Panel, panel_of_form
from playground.pages.snippets.request import snippet_files
from playground.pages.texts import upload_errors
from playground.pages.texts.upload_errors import browser_messages
from playground.pages.uploads import accepts_uploads
from playground.runs import drafts, selectors
from playground.runs.drafts import MaskRejected, SourceRejected
from playground.runs.models import Run


@require_http_methods(["GET", "HEAD", "POST"])
def generate(request: PageRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return render_page(request, "studio/generate.html", **studio_context(request, new_generate_form(request)))
    started = timezone.now()
    form = build_form(request, GenerateForm, request.POST)
    run = submit_form(request, form, started)
    response = _rejected_generate(request, form) if run is None else redirect_to_run(request, run, started)
    return response


def _rejected_generate(request: PageRequest, form: GenerateForm) -> HttpResponse:
    """The page that the form stood on, with what has to be corrected."""
    status, stood_on = HTTPStatus.UNPROCESSABLE_ENTITY, originating_run(request)
    if stood_on is None:
        return render_page(request, "studio/generate.html", status=status, **studio_context(request, form))
    context = studio_context(request, form, card=run_card(stood_on))
    return stay_on_run_page(render_page(request, "runs/detail.html", status=status, **context), stood_on)


@require_safe
def generate_estimate(request: PageRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = apis.chosen_api(request, request.GET.get("api", ""))
    view = estimates.estimate_view(request, api, estimates.EstimateRequest.read(request.GET, api))
    return render_page(
        request, "studio/estimate.html", estimate=view, api=apis.api_choice(request, api, api), oob=True
    )


@accepts_uploads
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return render_page(request, "edit/edit.html", **edit_page_context(request, new_edit_form(request)))
    started = timezone.now()
    brought = collect_sources(request)
    form = build_form(request, EditForm, _edit_entries(request, brought))
    run = _submit_edit(request, form, brought, started)
    finish_sources(request, brought, was_sent=run is not None)
    if run is None:
        response = _rejected_edit(request, form, brought)
    else:
        edit_page.forget_edit_entries(request)
        response = redirect_to_run(request, run, started)
    return response


def _rejected_edit(request: PageRequest, form: EditForm, brought: EditSources) -> HttpResponse:
    """The page that the form stood on, with what has to be corrected."""
    status, stood_on = HTTPStatus.UNPROCESSABLE_ENTITY, originating_run(request)
    context = rejected_edit_context(request, form, brought)
    if stood_on is None or brought.run is None:
        return render_page(request, "edit/edit.html", status=status, **context)
    return stay_on_run_page(
        render_page(request, "runs/detail.html", status=status, **{**context, "card": run_card(stood_on)}), stood_on
    )


@require_safe
def edit_estimate(request: PageRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = apis.chosen_api(request, request.GET.get("api", ""))
    wanted = estimates.EstimateRequest.read(request.GET, api, "edits", count_of(request, request.GET))
    view = estimates.estimate_view(request, api, wanted)
    return render_page(
        request, "studio/estimate.html", estimate=view, api=apis.api_choice(request, api, api), oob=True
    )


def count_of(request: PageRequest, entries: QueryDict) -> int:
    """How many pictures a half-filled form with these entries would send."""
    who = request.visitor.id
    if run_id := entries.get("of_run"):
        return len(selectors.get_run(who, run_id).sources)
    named = len(entries.getlist("source"))
    return named or len(drafts.list_sources(who)) or 1


def _edit_entries(request: PageRequest, brought: EditSources) -> QueryDict:
    """The form's entries, with the preface that follows from the roles."""
    entries = request.POST.copy()
    if brought.run is None and brought.picture is None and not brought.is_alone:
        before, after = set_roles(request)
        said = entries.get("preface")
        entries["preface"] = role_preface(after) if said is None else updated_preface(said, before, after)
    return entries


def _submit_edit(request: PageRequest, form: EditForm, brought: EditSources, pressed_at: datetime) -> Run | None:
    """The run; None when something has to be corrected, which then stands in the form."""
    for name, sentence in brought.troubles:
        form.add_error(name, sentence)
    if not brought.images and "image" not in form.errors:
        form.add_error("image", _("Choose at least one picture to edit."))
    try:
        return submit_form(request, form, pressed_at, brought.images, brought.mask)
    except SourceRejected as error:
        form.add_error("image", upload_errors.source_error(error))
    except MaskRejected as error:
        form.add_error("mask", upload_errors.mask_error(error))
    return None


@require_POST
def generate_fields(request: PageRequest) -> HttpResponse:
    """The fields of a generation, with what was typed and chosen as far as it is offered."""
    return _render_fields(
        request, build_form(request, GenerateForm, initial=_field_entries(request, GenerateForm)), 0
    )


@require_POST
def edit_fields(request: PageRequest) -> HttpResponse:
    """The same for an edit, and how many pictures it may have."""
    return _render_fields(
        request,
        build_form(request, EditForm, initial=_field_entries(request, EditForm)),
        count_of(request, request.POST),
    )


def _field_entries(request: PageRequest, form: type[BriefForm]) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name in form.KEPT}


def _render_fields(request: PageRequest, form: BriefForm, sources: int) -> HttpResponse:
    api, most = form.chosen, form.chosen.profile.max_sources
    wanted = estimates.EstimateRequest.read(form.initial, api, form.ENDPOINT, sources)
    return render_page(
        request,
        "studio/updated_fields.html",
        form=form,
        place=studio_page_for(form.ENDPOINT),
        estimate=estimates.estimate_view(request, api, wanted),
        api=apis.api_choice(request, api, api),
        limits={"count": most},
        sentences=browser_messages(most),
    )


@require_POST
def generate_snippets(request: PageRequest) -> HttpResponse:
    """Programs for the brief as it stands; nothing is sent."""
    return _render_snippets(request, panel_of_form(request, build_form(request, GenerateForm, request.POST)))


@accepts_uploads
@require_POST
def edit_snippets(request: PageRequest) -> HttpResponse:
    """The same for an edit. Files of the form are not taken in: the pictures are those that wait on the page."""
    images, mask = snippet_files(request, request.POST)
    return _render_snippets(
        request, panel_of_form(request, build_form(request, EditForm, request.POST), images, mask), "edits"
    )


def _render_snippets(request: PageRequest, panel: Panel, endpoint: str = "generations") -> HttpResponse:
    """The panel's contents for the page's script; without one, a page of its own."""
    name = "studio/code_body.html" if wants_part(request) else "studio/code_page.html"
    return render_page(request, name, panel=panel, place=studio_page_for(endpoint))
