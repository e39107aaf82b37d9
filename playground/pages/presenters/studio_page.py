"""The film strip: earlier runs in a row, each no more than its thumbnail tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB, PARAMETER
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import SETTINGS, BriefForm, EditForm, GenerateForm
from playground.pages.forms.edit_sources import EditSources
from playground.pages.forms.role_prompt import role_preface, role_suggestions, split_preface
from playground.pages.presenters import apis
from playground.pages.presenters import sources as source_views
from playground.pages.presenters.estimates import EstimateRequest, estimate_view
from playground.pages.presenters.pictures import latest_results
from playground.pages.presenters.run_actions import again_fields, mark_rejected
from playground.pages.presenters.run_progress import phase_text, state_label
from playground.pages.presenters.sources import earlier_masks, waiting_masks
from playground.pages.session import api_keys, edit_page
from playground.pages.session.visitor import PageRequest, form_token
from playground.pages.snippets.panel import Panel, panel_of_form
from playground.pages.snippets.request import snippet_files
from playground.pages.texts import upload_errors
from playground.runs import drafts, selectors
from playground.runs.models import Picture, Run

MAX_STRIP_RUNS: Final = 24


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture as the strip shows it; pixels are those of the picture itself."""

    thumbnail_url: str
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StripItem:
    """A run in the strip: the part of its card that fits there, under the same names."""

    id: str
    version: int
    state: str
    state_label: str
    is_active: bool
    prompt: str
    url: str
    asked: int
    pictures: list[Thumbnail]


def run_strip(runs: Sequence[Run]) -> list[StripItem]:
    """The first of these runs, whose pictures are known."""
    return [_item(run) for run in runs[:MAX_STRIP_RUNS]]


def _item(run: Run) -> StripItem:
    return StripItem(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=state_label(run),
        is_active=run.is_active,
        prompt=phase_text(run),
        url=reverse("run", args=[run.pk]),
        asked=run.requested_count,
        pictures=[_thumbnail(one) for one in run.pictures.all()],
    )


def _thumbnail(picture: Picture) -> Thumbnail:
    place = [picture.run_id, picture.number]
    return Thumbnail(reverse("thumbnail", args=place), reverse("picture", args=place), picture.width, picture.height)


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt with a short label; `hint` names the small drawing beside it."""

    label: str
    prompt: str
    hint: str


def examples() -> list[Example]:
    """Three prompts that show what the model can do: lettering, atmosphere, an object."""
    return [
        Example(
            _("Poster"),
            _(
                'A vintage poster in Bauhaus style, bold black text "MORNING COFFEE" centered, warm orange and '
                "cream color palette, geometric shapes, slightly textured paper background"
            ),
            "poster",
        ),
        Example(
            _("Night street"),
            _("A cyberpunk Tokyo street at night, neon reflecting in rain puddles"),
            "street",
        ),
        Example(_("Vase"), _("A small ceramic vase with sunflower, photorealistic"), "vase"),
    ]


def generate_form(
    request: PageRequest,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] = MappingProxyType({}),
) -> GenerateForm:
    """The form: bound to `data`, or filled with `initial` values."""
    asked = str((data if data is not None else initial).get("api") or "")
    api = apis.chosen_api(request, asked)
    has_key = api_keys.stored_key(request, api.profile.account) is not None
    return GenerateForm(data, chosen=api, listed=apis.listed_apis(), has_key=has_key, initial=initial)


def new_generate_form(request: PageRequest) -> GenerateForm:
    """The form of the generate page: what was generated last, or the defaults, with the browser's token."""
    # What an edit said of its pictures makes no sense without them.
    newest = selectors.newest_run(request.visitor.id, "generations")
    values = again_fields(newest) if newest else {}
    # Without JavaScript an example is a link that brings its prompt.
    if example := request.GET.get("prompt"):
        values["prompt"] = example[: PARAMETER["prompt"].max_length]
    api = apis.chosen_api(request)
    return generate_form(request, initial={**values, "api": api.id, "token": form_token(request)})


def generate_form_from_run(request: PageRequest, run: Run) -> GenerateForm:
    """The form of a run's page: that run's values, ready to be changed and sent again."""
    return generate_form(request, initial=again_fields(run))


def studio_context(request: PageRequest, form: BriefForm, *, sources: int = 0, **extra: Any) -> dict[str, Any]:
    """The context of every page with a brief; `sources` is how many pictures go along."""
    latest = selectors.latest_runs(request.visitor.id, MAX_STRIP_RUNS)
    said = form.data if form.is_bound else form.initial
    return {
        "form": form,
        "place": studio_page_for(form.ENDPOINT),
        "estimate": estimate_view(
            request, form.chosen, EstimateRequest.read(said, form.chosen, form.ENDPOINT, sources)
        ),
        "apis": apis.api_choices(request, form.chosen),
        "api": apis.api_choice(request, form.chosen, form.chosen),
        "examples": examples(),
        "prompts": selectors.recent_prompts(latest),
        "strip": run_strip(latest),
        "card": None,
        "notice": "",
        "code": partial(_code, request, form, extra),
        **extra,
    }


def _code(request: PageRequest, form: BriefForm, extra: Mapping[str, Any]) -> Panel:
    """The code panel beside the form, made when a template shows it."""
    entries = QueryDict(mutable=True)
    if run := extra.get("of_run"):
        entries["of_run"] = run.pk
    if place := extra.get("of_picture"):
        entries["of_picture"] = place
    images, mask = snippet_files(request, entries) if form.ENDPOINT == "edits" else ([], None)
    return panel_of_form(request, form, images, mask)


def restored_generate_form(request: PageRequest) -> GenerateForm:
    """The form filled with what a refused request had typed, the key apart, and with a fresh token."""
    typed = {name: str(value) for name, value in request.POST.items() if name in GenerateForm.KEPT}
    return generate_form(request, initial={**typed, "token": form_token(request)})


def edit_form(
    request: PageRequest,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] = MappingProxyType({}),
) -> EditForm:
    """The form: bound to `data`, or filled with `initial` values."""
    asked = str((data if data is not None else initial).get("api") or "")
    api = apis.chosen_api(request, asked)
    has_key = api_keys.stored_key(request, api.profile.account) is not None
    return EditForm(data, chosen=api, listed=apis.listed_apis(), has_key=has_key, initial=initial)


def new_edit_form(request: PageRequest) -> EditForm:
    """The form of the edit page: what was typed and not sent yet, else the settings of the last edit."""
    who = request.visitor.id
    newest = selectors.newest_run(who, "edits")
    # A new picture deserves new words; how it is made stays as it was.
    values = {name: value for name, value in (again_fields(newest) if newest else {}).items() if name in SETTINGS}
    values |= edit_page.stored_edit_entries(request)
    values.setdefault("preface", role_preface([one.role for one in drafts.list_sources(who)]))
    if prompt := request.GET.get("prompt"):
        values["prompt"] = prompt[: PARAMETER["prompt"].max_length]
    api = apis.chosen_api(request, values.get("api", ""))
    form = edit_form(request, initial={**values, "api": api.id, "token": form_token(request, "edit form")})
    return mark_rejected(form, edit_page.stored_refusal(request))


def restored_edit_form(request: PageRequest) -> EditForm:
    """The form filled with what a refused request had typed, the key apart, and with a fresh token."""
    typed = {name: str(value) for name, value in request.POST.items() if name in EditForm.KEPT}
    return edit_form(request, initial={**typed, "token": form_token(request, "edit form")})


def edit_form_from_run(request: PageRequest, run: Run) -> EditForm:
    """The form of an edit's own page."""
    return edit_form(request, initial={**again_fields(run), **edit_entries_from_run(run)})


def edit_entries_from_run(run: Run) -> dict[str, str]:
    """The entries of an edit's form, with the preface told apart from the prompt."""
    values = {name: value for name, value in again_fields(run).items() if name in EditForm.KEPT}
    before, prompt = split_preface(run.prompt, [one.get("role", "") for one in run.sources])
    return {**values, "preface": before, "prompt": prompt}


def edit_page_context(request: PageRequest, form: EditForm, **extra: Any) -> dict[str, Any]:
    """The context of `edit/edit.html`: the draft, and the form beside it."""
    who = request.visitor.id
    sources = drafts.list_sources(who)
    views = source_views.draft_source_views(sources)
    first = views[0] if views else None
    most = form.chosen.profile.max_sources
    return studio_context(
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
        sentences=upload_errors.browser_messages(most),
        roles=role_suggestions(),
        auto_preface=role_preface([one.role for one in sources]),
        mask_sources=[(one.name, one.url) for one in views],
        masked=first and _for_mask_editor(who, first),
        earlier_masks=earlier_masks(who) if first else [],
        waiting_masks=waiting_masks(sources, views),
        undo=edit_page.offered_undo(request),
        results=latest_results(who),
        **extra,
    )


def edit_run_context(request: PageRequest, form: EditForm, run: Run, **extra: Any) -> dict[str, Any]:
    """The context of an edit's own page: its pictures go along again."""
    views = source_views.run_source_views(run)
    return studio_context(request, form, sources=len(views), along=views, of_run=run, **extra)


def rejected_edit_context(request: PageRequest, form: EditForm, brought: EditSources) -> dict[str, Any]:
    """The context of a form that has to be corrected, with the pictures that it would have sent."""
    if brought.run is not None:
        return edit_run_context(request, form, brought.run)
    if brought.picture is not None:
        view = source_views.result_source_view(brought.picture)
        of_picture = f"{brought.picture.run_id}/{brought.picture.number}"
        return studio_context(request, form, sources=1, along=[view], of_picture=of_picture)
    return edit_page_context(request, form)


def _for_mask_editor(who: str, first: source_views.SourceView) -> dict[str, Any]:
    has_mask = drafts.load_mask(who) is not None
    mask_url = reverse("source_mask", args=[first.id]) if has_mask else ""
    return {
        "id": first.id,
        "url": first.url,
        "name": first.name,
        "width": first.width,
        "height": first.height,
        "mask_url": mask_url,
        "flat": drafts.load_flat_mask(who),
    }
