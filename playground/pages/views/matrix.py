"""The matrix: its form with the total, its sheet, which fills while the runs go on, and what can be done there."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from playground.pages.file_responses import zip_response
from playground.pages.forms.edit_sources import remove_drawings, sources_of_draft
from playground.pages.forms.matrix import KEPT, VARIED, MatrixForm
from playground.pages.forms.role_prompt import role_preface, split_palette
from playground.pages.presenters import apis
from playground.pages.presenters.matrix_plan import plan_matrix
from playground.pages.presenters.matrix_sheet import (
    csv_of_runs,
    earlier_matrices,
    matrix_sheet,
    newest_runs,
    zip_name,
)
from playground.pages.presenters.run_actions import again_fields
from playground.pages.presenters.sources import draft_source_views
from playground.pages.presenters.studio_page import pins_view
from playground.pages.responses import render_page, see_other, wants_part
from playground.pages.session import api_keys, edit_page, pins
from playground.pages.session.visitor import PageRequest, normalize_token, secret_name
from playground.pages.texts.upload_errors import FieldProblems
from playground.runs import drafts, selectors
from playground.runs.models import Matrix, Run, State
from playground.runs.services import finish
from playground.runs.services.matrix import RETRIED_STATES, retry_run, submit_matrix
from playground.runs.services.submit import ApiConnection

# The session's entry for a matrix that a second press of the button found.
_EXISTING_ENTRY: Final = "existing_matrix"
# The element with the choices of API and endpoint, which decide about the fields.
_CHOICES_ELEMENT: Final = "matrix-choices"


@require_http_methods(["GET", "HEAD", "POST"])
def matrix_page(request: PageRequest) -> HttpResponse:
    """Show the form with its total; submit a posted one, whose total the visitor has seen, as runs."""
    if request.method != "POST":
        return _render_form(request, _build_form(request, initial=_initial_entries(request)))
    pressed_at = timezone.now()
    form = _build_form(request, request.POST)
    matrix, notice = _submit_form(request, form)
    remove_drawings(form.sources)
    if matrix is None:
        return _render_form(request, form, notice=notice, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if matrix.created_at < pressed_at:
        request.session[_EXISTING_ENTRY] = matrix.pk
    return see_other("matrix_sheet", matrix.pk)


@require_POST
def matrix_total(request: PageRequest) -> HttpResponse:
    """Show the total of the posted form, and its fields where the API or the endpoint changed. Send nothing."""
    form = _build_form(request, request.POST)
    if not wants_part(request):
        return _render_form(request, form)
    is_other = request.headers.get("HX-Trigger") == _CHOICES_ELEMENT
    return _render_form(request, form, "matrix/form.html" if is_other else "matrix/total.html")


@require_safe
def sheet_page(request: PageRequest, matrix_id: str) -> HttpResponse:
    """Show the sheet of a matrix, which updates itself while its runs are active."""
    return _render_sheet(request, *selectors.get_matrix(request.visitor.id, matrix_id))


@require_POST
def stop_matrix(request: PageRequest, matrix_id: str) -> HttpResponse:
    """End the waiting runs, which is free; with `running=1` cancel the running ones, too."""
    matrix, runs = selectors.get_matrix(request.visitor.id, matrix_id)
    # A running run may be charged already, so it ends only when the visitor asks for that, too.
    finish.cancel_queued_runs(Run.objects.filter(matrix=matrix))
    if request.POST.get("running") == "1":
        for run in runs:
            if run.state == State.RUNNING:
                finish.cancel_run(run)
    return see_other("matrix_sheet", matrix.pk)


@require_POST
def retry_cell(request: PageRequest, matrix_id: str, run_id: str) -> HttpResponse:
    """Run the request of a failed, interrupted or cancelled run again in its cell."""
    matrix, runs = selectors.get_matrix(request.visitor.id, matrix_id)
    run = next((run for run in runs if run.pk == run_id), None)
    if run is None:
        raise Http404("no such run")
    # A run that has images is not paid for again, as when the button is pressed on an old page.
    problem = _retry(request, run) if run.state in RETRIED_STATES else ""
    if problem:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _render_sheet(request, matrix, runs, problem=problem, status=status)
    return see_other("matrix_sheet", matrix.pk)


@require_safe
def matrix_zip(request: PageRequest, matrix_id: str) -> HttpResponseBase:
    """Return all pictures of a matrix with a table of settings and prices."""
    matrix, runs = selectors.get_matrix(request.visitor.id, matrix_id)
    shown = [run for _cell, run in sorted(newest_runs(runs).items())]
    pictures = [picture for run in shown for picture in run.ordered_pictures]
    if not pictures:
        raise Http404("no pictures")
    return zip_response(pictures, zip_name(matrix, shown), {"matrix.csv": csv_of_runs(shown)})


def _build_form(
    request: PageRequest, data: QueryDict | None = None, initial: dict[str, Any] | None = None
) -> MatrixForm:
    values = data if data is not None else initial or {}
    api = api_keys.chosen_api(request, str(values.get("api") or ""))
    draft = drafts.list_sources(request.visitor.id) if request.visitor.id else []
    sources = sources_of_draft(request.visitor.id) if draft else None
    return MatrixForm(
        data,
        chosen=api,
        has_key=api_keys.stored_key(request, api.profile.account) is not None,
        sources=sources,
        source_size=(draft[0].width, draft[0].height) if draft else None,
        preface=role_preface([source.role for source in draft], sources.notes if sources else 0),
        initial=initial,
    )


def _initial_entries(request: PageRequest) -> dict[str, Any]:
    """Return the entries of the matrix or of the run that the address names, else those of a new form."""
    # The same for every visit: the same form from another tab, or after going back, is the same matrix.
    token, palette = secret_name(request, "matrix form"), pins.pinned_palette_sentence(request)
    if matrix_id := request.GET.get("matrix"):
        matrix, runs = selectors.get_matrix(request.visitor.id, matrix_id)
        return {"palette": palette, **matrix.entries, "api": runs[0].api, "token": f"after:{matrix.pk}"}
    if run_id := request.GET.get("run"):
        fields = again_fields(selectors.get_run(request.visitor.id, run_id))
        sent, prompt = split_palette(fields["prompt"])
        fields |= {"prompt": prompt, "palette": sent or palette}
        return {**_entries_from_form(fields), "token": token}
    if request.GET.get("endpoint") == "edits":
        fields = {"palette": palette, **edit_page.stored_edit_entries(request)}
        return {**_entries_from_form(fields), "endpoint": "edits", "token": token}
    entries = {"token": token, "palette": palette}
    if prompt := request.GET.get("prompt", ""):
        entries["prompt"] = prompt
    return entries


def _entries_from_form(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the entries with the prompt and the settings of another form."""
    names = ("api", "palette", "prompt", "n", *KEPT)
    entries: dict[str, Any] = {name: fields[name] for name in names if fields.get(name)}
    entries |= {name: [fields[name]] for name in VARIED if fields.get(name)}
    if own_size := fields.get("own_size"):
        entries |= {"size": [], "own_sizes": own_size}
    return {**entries, "per_line": "\n" not in fields.get("prompt", "")}


def _submit_form(request: PageRequest, form: MatrixForm) -> tuple[Matrix | None, str]:
    """Return the matrix of the form; None and a notice, or errors in the form, when nothing was sent."""
    plan = plan_matrix(request, form, timezone.now())
    if plan.total is None:
        return None, ""
    total = plan.total
    if plan.fitting and request.POST.get("confirm") == plan.fitting.confirm:
        total = plan.fitting
        form.limit_runs(total.runs)
    elif plan.is_blocked:
        return None, ""
    elif request.POST.get("confirm") != total.confirm:
        # Without JavaScript the total is from before the last change.
        return None, _("Nothing was sent yet. Check the total, then press the button.")
    api = form.chosen
    problems = FieldProblems()
    with problems.collecting("", api.profile.max_mask_bytes):
        form.draw_notes()
        key = api_keys.use_key(request, api)
        api_keys.remember_api(request, api)
        visitor_id = request.visitor.ensure_id()
        # The visitor would not find the runs if the session could not be saved after them.
        if request.session.modified:
            request.session.save()
        matrix = submit_matrix(
            visitor_id,
            ApiConnection(api, key),
            form.requests,
            token=normalize_token(form.cleaned_data["token"]),
            entries=form.stored_entries(),
            axes=[{"name": axis.name, "values": axis.values} for axis in form.axes],
            frame=form.sources.frame,
            annotations=form.sources.annotations or None,
        )
        request.has_made_run = True
        return matrix, ""
    return None, problems[0][1]


def _retry(request: PageRequest, run: Run) -> str:
    """Run it again; return a message when that is impossible."""
    api = api_keys.chosen_api(request, run.api)
    key = api_keys.use_key(request, api) if api.id == run.api else ""
    if not key:
        return _("Nothing was sent: enter your key for this API first.")
    problems = FieldProblems()
    with problems.collecting(""):
        retry_run(run, ApiConnection(api, key))
    return problems[0][1] if problems else ""


def _render_form(
    request: PageRequest, form: MatrixForm, template: str = "matrix/page.html", *, notice: str = "", status: int = 200
) -> HttpResponse:
    plan_form = form
    if not form.is_bound:
        plan_form = _build_form(request, _posted_entries(form))
    return render_page(
        request,
        template,
        status=status,
        form=form,
        plan=plan_matrix(request, plan_form, timezone.now()),
        api=apis.api_choice(request, form.chosen, form.chosen),
        apis=apis.api_choices(request, form.chosen),
        sources=draft_source_views(drafts.list_sources(request.visitor.id)) if request.visitor.id else [],
        earlier=earlier_matrices(request.visitor.id),
        pins=pins_view(request, str(form["palette"].value() or ""), with_style=False),
        notice=notice,
    )


def _posted_entries(form: MatrixForm) -> QueryDict:
    """Return the entries of a new form as the browser would post them, for its total."""
    entries = QueryDict(mutable=True)
    for name, value in form.initial.items():
        entries.setlist(name, [str(each) for each in (value if isinstance(value, list) else [value])])
    if not form.initial.get("per_line"):
        entries.pop("per_line", None)
    return entries


def _render_sheet(
    request: PageRequest, matrix: Matrix, runs: list[Run], *, problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    notice = ""
    if request.session.get(_EXISTING_ENTRY) == matrix.pk:
        # The notice is about one press, so it is shown once.
        del request.session[_EXISTING_ENTRY]
        notice = _("You already ran exactly this, so here it is. To generate it again, press “Change or run again”.")
    return render_page(
        request,
        "matrix/sheet.html",
        status=status,
        sheet=matrix_sheet(matrix, runs, timezone.now()),
        notice=notice,
        problem=problem,
    )
