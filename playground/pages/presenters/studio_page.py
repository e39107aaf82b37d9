"""The forms of the generate page, the edit page and a run's page, and the panels around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse

from playground.imageapi.catalog import AUTO, PARAMETER, Endpoint
from playground.imageapi.providers import ImageApi
from playground.pages.addresses import studio_page_for
from playground.pages.forms import markup
from playground.pages.forms.briefs import SETTINGS, BriefForm, EditForm, GenerateForm, build_form
from playground.pages.forms.edit_sources import EditSources
from playground.pages.forms.role_prompt import (
    palette_colours,
    role_preface,
    role_suggestions,
    split_palette,
    split_preface,
)
from playground.pages.presenters import apis
from playground.pages.presenters import sources as source_views
from playground.pages.presenters.estimates import EstimateRequest, estimate_view
from playground.pages.presenters.frames import frame_view
from playground.pages.presenters.lineage import draft_lineage
from playground.pages.presenters.pictures import latest_results, prompt_label
from playground.pages.presenters.run_actions import again_fields, mark_rejected, rejected_field
from playground.pages.presenters.run_card import state_label
from playground.pages.presenters.sources import earlier_masks, waiting_masks
from playground.pages.session import api_keys, edit_page, pins
from playground.pages.session.visitor import WRITTEN_PROMPT_ENTRY, PageRequest, form_token
from playground.pages.snippets.panel import Panel, panel_for_form
from playground.pages.snippets.request import FormFiles, snippet_files
from playground.pages.texts import upload_errors
from playground.pages.texts.examples import EXAMPLES, find_example
from playground.runs import draft_masks, drafts, selectors
from playground.runs.models import Picture, Run, Source

# The strip shows a thumbnail and a word; whole cards of so many runs would be slow.
MAX_STRIP_RUNS: Final = 24


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture in the strip; width and height are those of the full picture."""

    thumbnail_url: str
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StripItem:
    """A run in the strip of earlier runs: a subset of RunCard, under the same names."""

    id: str
    version: int
    state: str
    state_label: str
    is_active: bool
    is_decoding: bool
    prompt: str
    url: str
    requested_count: int
    pictures: list[Thumbnail]


@dataclass(frozen=True, slots=True)
class PinsView:
    """The sentence and colours of a palette, and the style image, that are pinned, or were when a run was sent."""

    palette: str
    colours: list[str]
    style: Source | None


def pins_view(request: PageRequest, palette: str = "", *, with_style: bool = True) -> PinsView:
    """Return what is pinned; `palette` is the sentence that a form holds already."""
    sentence = palette or pins.pinned_palette_sentence(request)
    style = pins.pinned_style(request.visitor.id) if with_style else None
    return PinsView(sentence, palette_colours(sentence), style)


def new_form(request: PageRequest, endpoint: Endpoint) -> BriefForm:
    """Return the form of the generate or edit page as it is when the page is opened."""
    return _new_edit_form(request) if endpoint == "edits" else _new_generate_form(request)


def restored_form[F: BriefForm](request: PageRequest, form_class: type[F]) -> F:
    """Return the form with the entries of a rejected request, without the key, and with a new token."""
    entries = form_class.stored_entries(request.POST)
    return build_form(request, form_class, initial={**entries, "token": _new_token(request, form_class)})


def edit_entries_from_run(run: Run) -> dict[str, str]:
    """Return the entries of an edit's form, with the preface split from the prompt."""
    preface, rest = split_preface(run.prompt, source_views.run_roles(run), run.notes_number)
    palette, prompt = split_palette(rest)
    return {**EditForm.stored_entries(again_fields(run)), "preface": preface, "palette": palette, "prompt": prompt}


def studio_context(request: PageRequest, form: BriefForm, *, sources: int = 0, **extra: Any) -> dict[str, Any]:
    """Return the context of every page with a form; `sources` is how many pictures go along."""
    # One query for strip and prompts: a page used to read the runs four times (docs/decisions/0012-*.md).
    latest = selectors.latest_runs(request.visitor.id, MAX_STRIP_RUNS)
    api, entries = form.chosen, form.data if form.is_bound else form.initial
    return {
        "form": form,
        "place": studio_page_for(form.ENDPOINT),
        "estimate": estimate_view(
            request, api, EstimateRequest.read(entries, api, form.ENDPOINT, sources), extra.get("of_run")
        ),
        "apis": apis.api_choices(request, api),
        "api": apis.api_choice(request, api, api),
        "examples": EXAMPLES,
        "prompts": list(dict.fromkeys(split_palette(prompt)[1] for prompt in selectors.recent_prompts(latest))),
        "pins": pins_view(request, str(form["palette"].value() or ""), with_style="card" not in extra),
        "strip": [_strip_item(run) for run in latest[:MAX_STRIP_RUNS]],
        "card": None,
        "notice": "",
        # Programs are written only when a template shows them.
        "code": partial(_code_panel, request, form, extra),
        **extra,
    }


def page_context(request: PageRequest, form: BriefForm) -> dict[str, Any]:
    """Return the context of the generate or edit page."""
    return edit_page_context(request, form) if isinstance(form, EditForm) else studio_context(request, form)


def run_page_context(request: PageRequest, run: Run, form: BriefForm | None = None, **extra: Any) -> dict[str, Any]:
    """Return the context of a run's page, with `form` or the run's own request."""
    form = form or _form_from_run(request, run)
    if run.endpoint != "edits":
        return studio_context(request, form, **extra)
    views = source_views.run_source_views(run)
    count = len(views) + bool(run.markup)
    return studio_context(request, form, sources=count, sent_sources=views, of_run=run, **extra)


def rejected_context(request: PageRequest, form: BriefForm, edit_sources: EditSources) -> dict[str, Any]:
    """Return the context of a form that has to be corrected, with the pictures that it would have sent."""
    if edit_sources.run is not None:
        return run_page_context(request, edit_sources.run, form)
    return page_context(request, form)


def _new_generate_form(request: PageRequest) -> GenerateForm:
    """Return the form of the generate page, filled with the newest generation or the defaults."""
    # The parameters of an edit make no sense without its pictures.
    newest = selectors.newest_run(request.visitor.id, "generations")
    values = again_fields(newest) if newest else {}
    values["prompt"] = split_palette(values.get("prompt", ""))[1]
    return _fresh_form(request, GenerateForm, values, api_keys.chosen_api(request))


def _new_edit_form(request: PageRequest) -> EditForm:
    """Return the form of the edit page with the unsent entries, or the settings of the last edit."""
    visitor_id = request.visitor.id
    newest = selectors.newest_run(visitor_id, "edits")
    # New pictures need a new prompt; the settings stay.
    values = {name: value for name, value in (again_fields(newest) if newest else {}).items() if name in SETTINGS}
    values |= edit_page.stored_edit_entries(request)
    roles = [source.role for source in drafts.list_sources(visitor_id)]
    values.setdefault("preface", role_preface(roles, draft_notes_number(request, values)))
    form = _fresh_form(request, EditForm, values, api_keys.chosen_api(request, values.get("api", "")))
    return mark_rejected(form, edit_page.stored_refusal(request))


def draft_notes_number(request: PageRequest, values: Mapping[str, Any]) -> int:
    """Return the number of the copy with annotations that a form with these values sends of the draft, or 0."""
    visitor_id = request.visitor.id
    capabilities = api_keys.chosen_api(request, str(values.get("api", ""))).profile.capabilities(
        str(values.get("model", ""))
    )
    sources = drafts.list_sources(visitor_id)
    return markup.notes_number(sources, capabilities, has_mask=_sends_mask(visitor_id, sources))


def edit_page_context(request: PageRequest, form: EditForm, *, has_mask: bool | None = None) -> dict[str, Any]:
    """Return the context of `edit/edit.html`: the draft, and the form beside it.

    `has_mask`: the browser has a mask or a frame for the first picture; None when only the server knows.
    """
    visitor_id = request.visitor.id
    sources = drafts.list_sources(visitor_id)
    if has_mask is None:
        has_mask = _sends_mask(visitor_id, sources)
    annotations = source_views.annotations_view(sources, form.capabilities, has_mask=has_mask)
    views = source_views.draft_source_views(sources, pins.pinned_style(visitor_id))
    first = views[0] if views else None
    profile = form.chosen.profile
    return studio_context(
        request,
        form,
        sources=len(views) + bool(annotations.count),
        draft_sources=views,
        annotations=annotations,
        annotation_limits=source_views.annotation_limits(),
        annotations_document=form[markup.ANNOTATIONS_FIELD].value() or annotations.document,
        total_size=sum(view.size for view in views),
        room=profile.max_sources - len(views) - bool(annotations.number),
        limits=upload_errors.browser_limits(profile),
        sentences=upload_errors.browser_messages(profile),
        roles=role_suggestions(),
        auto_preface=role_preface([source.role for source in sources], annotations.number),
        mask_sources=[(view.name, view.url) for view in views],
        masked=first and _mask_editor_source(visitor_id, first),
        frame_view=frame_view(sources[0], _chosen_size(form), profile) if sources else None,
        earlier_masks=earlier_masks(visitor_id) if first else [],
        waiting_masks=waiting_masks(sources, views),
        undo=edit_page.offered_undo(request),
        results=latest_results(visitor_id),
        lineage=draft_lineage(visitor_id, sources),
    )


def _sends_mask(visitor_id: str, sources: Sequence[Source]) -> bool:
    """Return True when the draft's first picture has a mask, or a frame, which makes one."""
    is_framed = bool(sources) and (sources[0].frame or {}).get("mode", "fit") != "fit"
    return is_framed or draft_masks.load_mask(visitor_id) is not None


def _fresh_form[F: BriefForm](
    request: PageRequest, form_class: type[F], values: Mapping[str, str], api: ImageApi
) -> F:
    palette = pins.pinned_palette_sentence(request)
    initial = {"palette": palette, **values, "api": api.id, "token": _new_token(request, form_class)}
    # Without JavaScript an example is a link with its name in the query.
    example = find_example(request.GET.get("example", ""))
    if example and example.size in api.profile.capabilities(values.get("model", "")).sizes:
        initial["size"] = example.size
    prompt = str(example.prompt) if example else request.GET.get("prompt", "")
    if "written" in request.GET:
        prompt = request.session.get(WRITTEN_PROMPT_ENTRY, prompt)
    # Anyone may write an address, and a longer prompt could not be sent.
    if prompt:
        initial["prompt"] = prompt[: PARAMETER["prompt"].max_length]
    return build_form(request, form_class, initial=initial)


def _form_from_run(request: PageRequest, run: Run) -> BriefForm:
    if run.endpoint == "edits":
        entries = {**again_fields(run), **edit_entries_from_run(run)}
        return mark_rejected(build_form(request, EditForm, initial=entries), rejected_field(run))
    palette, prompt = split_palette(run.prompt)
    entries = {**again_fields(run), "palette": palette, "prompt": prompt}
    return mark_rejected(build_form(request, GenerateForm, initial=entries), rejected_field(run))


def _new_token(request: PageRequest, form_class: type[BriefForm]) -> str:
    # Both pages can be open at once: a run of one form must not change the token of the other.
    return form_token(request, "edit form") if form_class.ENDPOINT == "edits" else form_token(request)


def _code_panel(request: PageRequest, form: BriefForm, extra: Mapping[str, Any]) -> Panel:
    entries = QueryDict(mutable=True)
    if run := extra.get("of_run"):
        entries["of_run"] = run.pk
    files = snippet_files(request, entries, form.capabilities) if form.ENDPOINT == "edits" else FormFiles()
    return panel_for_form(request, form, files)


def _strip_item(run: Run) -> StripItem:
    return StripItem(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=state_label(run),
        is_active=run.is_active,
        # The card of the run says it; here it would cost a column of every run in the strip.
        is_decoding=False,
        prompt=prompt_label(run),
        url=reverse("run", args=[run.pk]),
        requested_count=run.requested_count,
        pictures=[_thumbnail(picture) for picture in run.ordered_pictures],
    )


def _thumbnail(picture: Picture) -> Thumbnail:
    args = [picture.run_id, picture.number]
    return Thumbnail(reverse("thumbnail", args=args), reverse("picture", args=args), picture.width, picture.height)


def _chosen_size(form: EditForm) -> str:
    own_size = str(form["own_size"].value() or "").strip()
    return own_size if form.capabilities.accepts_size(own_size) else str(form["size"].value() or AUTO)


def _mask_editor_source(visitor_id: str, first: source_views.SourceView) -> dict[str, Any]:
    has_mask = draft_masks.load_mask(visitor_id) is not None
    return {
        "id": first.id,
        "url": first.url,
        "name": first.name,
        "width": first.width,
        "height": first.height,
        "mask_url": reverse("source_mask", args=[first.id]) if has_mask else "",
        "flat": draft_masks.load_flat_mask(visitor_id),
    }
