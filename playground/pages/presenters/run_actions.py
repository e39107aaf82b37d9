"""The same once more: a run's values as the fields of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import SETTINGS, BriefForm
from playground.pages.presenters import apis
from playground.pages.presenters.estimates import price_of_form
from playground.pages.session import visitor
from playground.pages.texts import run_errors
from playground.runs.models import Run, State

# Fields of the form; what else a request holds (streaming) is decided anew each time.
FORM_FIELDS: Final = ("prompt", *SETTINGS, "input_fidelity")


def again_fields(run: Run) -> dict[str, str]:
    """The hidden fields that send the same once more, with a token of their own."""
    said = {name: str(run.parameters[name]) for name in FORM_FIELDS if run.parameters.get(name) is not None}
    # An edit takes its pictures and its mask along; what was sent as the prompt holds the preface already.
    edit = {"of_run": run.pk, "preface": ""} if run.endpoint == "edits" else {}
    return {"api": run.api, **said, **edit, "token": visitor.run_page_token(run.pk)}


# Pictures and mask are changed on a page of their own.
_ELEMENTS: Final = {"image": "change-sources", "mask": "change-sources"}
# Providers do not always name the field that such a code is about.
_OF_CODES: Final = {"unsupported_size": "size"}
_FIELDS: Final = frozenset((*FORM_FIELDS, *_ELEMENTS))


def rejected_field(run: Run) -> str:
    """The name of the field that was refused; empty when the provider named none that the brief has."""
    if run.is_active or not run.error:
        return ""
    said = str(run.error_facts.get("param") or _OF_CODES.get(run.error, ""))
    name = said.partition("[")[0]
    return name if name in _FIELDS else ""


def rejected_element(run: Run) -> str:
    """The id of that field's element on the run's page."""
    name = rejected_field(run)
    return _ELEMENTS.get(name, f"id_{name}") if name else ""


def mark_rejected[F: BriefForm](form: F, run: Run) -> F:
    """The form of the run's page, with the sentence beside the field that was refused."""
    return mark_form(form, rejected_field(run))


def mark_form[F: BriefForm](form: F, name: str) -> F:
    """The form, with the sentence that `name` was refused beside that field, if it has one."""
    if name in form.fields:
        form.errors[name] = form.error_class([str(run_errors.REFUSED_FIELD)])
    return form


Kind = Literal["again", "switch_api", "key", "edit_prompt", "direct", "wait", "usage", "missing"]
_KEY_CODES: Final = ("invalid_api_key", "key_expired", "key_forgotten")
_OTHER_API_CODES: Final = ("permission_denied", "model_not_found", "not_found", "network_unreachable")
_BUDGET_CODES: Final = ("image_daily_limit", "crs_daily_exhausted", "crs_total_exhausted")
_WAIT_CODES: Final = ("concurrency_exhausted", "service_overloaded", "image_provider_unavailable")
_REFUSED_CODES: Final = (
    "moderation_blocked",
    "unsupported_size",
    "invalid_request",
    "image_too_large",
    "unsupported_media_type",
)


@dataclass(frozen=True, slots=True)
class RunAction:
    """A button: a link when `method` is get, else a form whose hidden fields are `fields` and that costs `price`."""

    kind: Kind
    label: str
    url: str
    method: Literal["get", "post"] = "get"
    fields: Mapping[str, str] = field(default_factory=dict)
    price: str = ""


def card_actions(run: Run, again: Mapping[str, str], came: int = 0) -> list[RunAction]:
    """What helps now, the most useful first. `again` are the fields that repeat the run; `came` pictures are here."""
    if run.is_active or run.state == State.SUCCEEDED:
        return []
    repeats = [*_missing(run, again, came), _repeat(_("Again"), run, again)]
    code = run.error
    if code in _KEY_CODES:
        return [_to_field("key", _("Enter a key"), run, "id_key"), *repeats]
    if code in _OTHER_API_CODES:
        return [*repeats, _other_api(run)] if code == "network_unreachable" else [_other_api(run), *repeats]
    if code in _BUDGET_CODES:
        return [_to_field("key", _("Enter another key"), run, "id_key"), _other_api(run)]
    if code in _WAIT_CODES:
        return [*repeats[:-1], _wait(run, again), _other_api(run)]
    if code in _REFUSED_CODES or (rejected_field(run) and run.charged == "no"):
        return [_edit(run, code), *repeats]
    if code == "upstream_timeout":
        return [*_quicker(run, again), *_usage(run), *repeats]
    return [*_usage(run), *repeats] if run.charged == "maybe" else repeats


def _repeat(label: str, run: Run, fields: Mapping[str, str], kind: Kind = "again") -> RunAction:
    price = price_of_form(fields, run.endpoint, len(run.sources))
    return RunAction(kind, label, studio_page_for(run.endpoint).url, "post", dict(fields), price)


def _missing(run: Run, again: Mapping[str, str], came: int) -> list[RunAction]:
    """The pictures that were asked for and did not come, without those that did."""
    missing = run.asked - came
    if not came or missing < 1:
        return []
    label = ngettext("Get the missing one", "Get the %(count)d missing ones", missing) % {"count": missing}
    return [_repeat(label, run, {**again, "n": str(missing)}, "missing")]


def _to_field(kind: Kind, label: str, run: Run, element: str) -> RunAction:
    return RunAction(kind, label, f"{reverse('run', args=[run.pk])}#{element}")


def _other_api(run: Run) -> RunAction:
    return _to_field("switch_api", _("Choose another API"), run, "id_api")


def _edit(run: Run, code: str) -> RunAction:
    element = rejected_element(run) or "id_prompt"
    is_prompt = code == "moderation_blocked" or rejected_field(run) == "prompt"
    return _to_field("edit_prompt", _("Change the prompt") if is_prompt else _("Change the settings"), run, element)


def _wait(run: Run, again: Mapping[str, str]) -> RunAction:
    seconds = run_errors.error_wait_seconds(run) or run_errors.DEFAULT_WAIT_SECONDS
    return _repeat(_("Try again in %(seconds)d s") % {"seconds": seconds}, run, again, "wait")


def _quicker(run: Run, again: Mapping[str, str]) -> list[RunAction]:
    """Ways round the time limit: the direct entry, low quality."""
    api = run_errors.run_api(run)
    direct = apis.direct_alternative(api) if api else None
    ways = []
    if direct is not None:
        label = _("Again through %(api)s, direct") % {"api": apis.api_label(direct.id)}
        ways.append(_repeat(label, run, {**again, "api": direct.id}, "direct"))
    if run.parameters.get("quality") != "low":
        ways.append(_repeat(_("Again in low quality"), run, {**again, "quality": "low"}))
    return ways


def _usage(run: Run) -> list[RunAction]:
    api = run_errors.run_api(run)
    url = (reverse("usage") if api.is_builtin else api.profile.usage_url) if api else ""
    return [RunAction("usage", _("Check usage"), url)] if url else []
