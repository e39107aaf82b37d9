"""What the edit page and the run page of an edit share: the brief, the pictures, and where more come from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from playground.imageapi.options import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB, PARAMETER
from playground.pages import choices, key, refused, source_views, tokens, undo, visitor, words
from playground.pages.again import again_fields
from playground.pages.brought import Brought
from playground.pages.edit_form import EditForm
from playground.pages.forms import SETTINGS
from playground.pages.masks import earlier_masks, waiting_masks
from playground.pages.pointed import mark
from playground.pages.preface import preface, split, suggestions
from playground.pages.results import newest_results
from playground.pages.studio import studio
from playground.runs import drafts, history
from playground.runs.models import Run


def edit_brief(
    request: HttpRequest,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] = MappingProxyType({}),
) -> EditForm:
    """The form: bound to `data`, or filled with `initial` values."""
    asked = str((data if data is not None else initial).get("api") or "")
    api = choices.chosen(request, asked)
    has_key = key.kept(request, api.profile.account) is not None
    return EditForm(data, chosen=api, listed=choices.listed(), has_key=has_key, initial=initial)


def empty_edit_brief(request: HttpRequest) -> EditForm:
    """The form of the edit page: what was typed and not sent yet, else the settings of the last edit."""
    who = visitor.known(request)
    newest = history.newest_of(who, "edits")
    # A new picture deserves new words; how it is made stays as it was.
    values = {name: value for name, value in (again_fields(newest) if newest else {}).items() if name in SETTINGS}
    values |= words.kept(request)
    values.setdefault("preface", preface([one.role for one in drafts.sources_of(who)]))
    if prompt := request.GET.get("prompt"):
        values["prompt"] = prompt[: PARAMETER["prompt"].max_length]
    api = choices.chosen(request, values.get("api", ""))
    form = edit_brief(request, initial={**values, "api": api.id, "token": tokens.for_browser(request, "edit form")})
    return mark(form, words.refused(request))


def typed_edit_brief(request: HttpRequest) -> EditForm:
    """The form filled with what a refused request had typed, the key apart, and with a fresh token."""
    typed = {name: str(value) for name, value in request.POST.items() if name in EditForm.KEPT}
    return edit_brief(request, initial={**typed, "token": tokens.for_browser(request, "edit form")})


def run_edit_brief(request: HttpRequest, run: Run) -> EditForm:
    """The form of an edit's own page."""
    return edit_brief(request, initial={**again_fields(run), **run_words(run)})


def run_words(run: Run) -> dict[str, str]:
    """The entries of an edit's form, with the preface told apart from the prompt."""
    values = {name: value for name, value in again_fields(run).items() if name in EditForm.KEPT}
    before, prompt = split(run.prompt, [one.get("role", "") for one in run.sources])
    return {**values, "preface": before, "prompt": prompt}


def edit_studio(request: HttpRequest, form: EditForm, **extra: Any) -> dict[str, Any]:
    """The context of `pages/edit.html`: the draft, and the form beside it."""
    who = visitor.known(request)
    sources = drafts.sources_of(who)
    views = source_views.drafted(sources)
    first = views[0] if views else None
    most = form.chosen.profile.max_sources
    return studio(
        request,
        form,
        sources=len(views),
        drafted=views,
        total_size=sum(one.size for one in views),
        room=most - len(views),
        limits={
            "file": MAX_FILE_BYTES,
            "file_mb": MAX_FILE_BYTES // MIB,
            "total": MAX_TOTAL_BYTES,
            "count": most,
        },
        sentences=refused.for_browsers(most),
        roles=suggestions(),
        auto_preface=preface([one.role for one in sources]),
        mask_sources=[(one.name, one.url) for one in views],
        masked=first and _for_mask_editor(who, first),
        earlier_masks=earlier_masks(who) if first else [],
        waiting_masks=waiting_masks(sources, views),
        undo=undo.offered(request),
        results=newest_results(who),
        **extra,
    )


def run_edit_studio(request: HttpRequest, form: EditForm, run: Run, **extra: Any) -> dict[str, Any]:
    """The context of an edit's own page: its pictures go along again."""
    views = source_views.sent(run)
    return studio(request, form, sources=len(views), along=views, of_run=run, **extra)


def again_with(request: HttpRequest, form: EditForm, brought: Brought) -> dict[str, Any]:
    """The context of a form that has to be corrected, with the pictures that it would have sent."""
    if brought.run is not None:
        return run_edit_studio(request, form, brought.run)
    if brought.picture is not None:
        view = source_views.result(brought.picture)
        of_picture = f"{brought.picture.run_id}/{brought.picture.number}"
        return studio(request, form, sources=1, along=[view], of_picture=of_picture)
    return edit_studio(request, form)


def _for_mask_editor(who: str, first: source_views.SourceView) -> dict[str, Any]:
    has_mask = drafts.mask_of(who) is not None
    mask_url = reverse("source_mask", args=[first.id]) if has_mask else ""
    return {
        "id": first.id,
        "url": first.url,
        "name": first.name,
        "width": first.width,
        "height": first.height,
        "mask_url": mask_url,
        "flat": drafts.flat_of(who),
    }
