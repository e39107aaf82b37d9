"""What the generate page and the run page share: the brief, the estimate, and the strip of earlier runs."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, QueryDict

from playground.imageapi.options import PARAMETER
from playground.pages import choices, key, tokens, visitor
from playground.pages.again import again_fields
from playground.pages.estimates import Wanted, estimate
from playground.pages.examples import examples
from playground.pages.forms import BriefForm, GenerateForm
from playground.pages.places import place_of
from playground.pages.snippets.files import files_of
from playground.pages.snippets.panel import Panel, panel_of_form
from playground.pages.strip import LONGEST, strip
from playground.runs import history
from playground.runs.models import Run


def brief(
    request: HttpRequest,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] = MappingProxyType({}),
) -> GenerateForm:
    """The form: bound to `data`, or filled with `initial` values."""
    asked = str((data if data is not None else initial).get("api") or "")
    api = choices.chosen(request, asked)
    has_key = key.kept(request, api.profile.account) is not None
    return GenerateForm(data, chosen=api, listed=choices.listed(), has_key=has_key, initial=initial)


def empty_brief(request: HttpRequest) -> GenerateForm:
    """The form of the generate page: what was generated last, or the defaults, with the browser's token."""
    # What an edit said of its pictures makes no sense without them.
    newest = history.newest_of(visitor.known(request), "generations")
    values = again_fields(newest) if newest else {}
    # Without JavaScript an example is a link that brings its prompt.
    if example := request.GET.get("prompt"):
        values["prompt"] = example[: PARAMETER["prompt"].max_length]
    api = choices.chosen(request)
    return brief(request, initial={**values, "api": api.id, "token": tokens.for_browser(request)})


def run_brief(request: HttpRequest, run: Run) -> GenerateForm:
    """The form of a run's page: that run's values, ready to be changed and sent again."""
    return brief(request, initial=again_fields(run))


def studio(request: HttpRequest, form: BriefForm, *, sources: int = 0, **extra: Any) -> dict[str, Any]:
    """The context of every page with a brief; `sources` is how many pictures go along."""
    latest = history.latest_of(visitor.known(request), LONGEST)
    said = form.data if form.is_bound else form.initial
    return {
        "form": form,
        "place": place_of(form.ENDPOINT),
        "estimate": estimate(request, form.chosen, Wanted.read(said, form.chosen, form.ENDPOINT, sources)),
        "apis": choices.choices(request, form.chosen),
        "api": choices.choice(request, form.chosen, form.chosen),
        "examples": examples(),
        "prompts": history.prompts_of(latest),
        "strip": strip(latest),
        "card": None,
        "notice": "",
        "code": partial(_code, request, form, extra),
        **extra,
    }


def _code(request: HttpRequest, form: BriefForm, extra: Mapping[str, Any]) -> Panel:
    """The code panel beside the form, made when a template shows it."""
    entries = QueryDict(mutable=True)
    if run := extra.get("of_run"):
        entries["of_run"] = run.pk
    if place := extra.get("of_picture"):
        entries["of_picture"] = place
    images, mask = files_of(request, entries) if form.ENDPOINT == "edits" else ([], None)
    return panel_of_form(request, form, images, mask)


def typed_brief(request: HttpRequest) -> GenerateForm:
    """The form filled with what a refused request had typed, the key apart, and with a fresh token."""
    typed = {name: str(value) for name, value in request.POST.items() if name in GenerateForm.KEPT}
    return brief(request, initial={**typed, "token": tokens.for_browser(request)})
