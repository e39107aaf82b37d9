"""Image edit: the empty brief, and the way from a filled one to a run."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from playground.pages import choices, estimates, refused, vault, visitor, words
from playground.pages.brought import Brought, bring, set_roles, settle
from playground.pages.cards import card
from playground.pages.edit_form import EditForm
from playground.pages.edit_studio import again_with, edit_brief, edit_studio, empty_edit_brief
from playground.pages.preface import followed, preface
from playground.pages.sending import came_from, go_to, send, stay_on
from playground.pages.show import show
from playground.pages.uploads import takes_files
from playground.runs import drafts, history
from playground.runs.drafts import MaskRefused, SourceRefused
from playground.runs.models import Run


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Show the brief, or turn a filled one into a run and go to its page."""
    if request.method != "POST":
        return show(request, "pages/edit.html", **edit_studio(request, empty_edit_brief(request)))
    started = timezone.now()
    brought = bring(request)
    form = edit_brief(request, _entries(request, brought))
    run = _sent(request, form, brought, started)
    settle(request, brought, was_sent=run is not None)
    if run is None:
        response = _refused(request, form, brought)
    else:
        words.forget(request)
        response = go_to(request, run, started)
    vault.hand_over(request, response)
    return response


def _refused(request: HttpRequest, form: EditForm, brought: Brought) -> HttpResponse:
    """The page that the form stood on, with what has to be corrected."""
    status, stood_on = HTTPStatus.UNPROCESSABLE_ENTITY, came_from(request)
    context = again_with(request, form, brought)
    if stood_on is None or brought.run is None:
        return show(request, "pages/edit.html", status=status, **context)
    return stay_on(show(request, "pages/run.html", status=status, **{**context, "card": card(stood_on)}), stood_on)


@require_safe
def estimate(request: HttpRequest) -> HttpResponse:
    """Price and time of a half-filled brief, as a part of the page."""
    api = choices.chosen(request, request.GET.get("api", ""))
    wanted = estimates.Wanted.read(request.GET, api, "edits", count_of(request, request.GET))
    view = estimates.estimate(request, api, wanted)
    return show(request, "parts/estimate.html", estimate=view, api=choices.choice(request, api, api), oob=True)


def count_of(request: HttpRequest, entries: QueryDict) -> int:
    """How many pictures a half-filled form with these entries would send."""
    who = visitor.known(request)
    if run_id := entries.get("of_run"):
        return len(history.run_of(who, run_id).sources)
    named = len(entries.getlist("source"))
    return named or len(drafts.sources_of(who)) or 1


def _entries(request: HttpRequest, brought: Brought) -> QueryDict:
    """The form's entries, with the preface that follows from the roles."""
    entries = request.POST.copy()
    if brought.run is None and brought.picture is None and not brought.is_alone:
        before, after = set_roles(request)
        said = entries.get("preface")
        entries["preface"] = preface(after) if said is None else followed(said, before, after)
    return entries


def _sent(request: HttpRequest, form: EditForm, brought: Brought, pressed_at: datetime) -> Run | None:
    """The run; None when something has to be corrected, which then stands in the form."""
    for name, sentence in brought.troubles:
        form.add_error(name, sentence)
    if not brought.images and "image" not in form.errors:
        form.add_error("image", _("Choose at least one picture to edit."))
    try:
        return send(request, form, pressed_at, brought.images, brought.mask)
    except SourceRefused as error:
        form.add_error("image", refused.of_source(error))
    except MaskRefused as error:
        form.add_error("mask", refused.of_mask(error))
    return None
