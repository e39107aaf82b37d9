"""The next step after a run that did not go well, as buttons that do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.pages import choices, pointed, told
from playground.pages.estimates import price_of_form
from playground.pages.places import place_of
from playground.runs.models import Run, State

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
class Action:
    """A button: a link when `method` is get, else a form whose hidden fields are `fields` and that costs `price`."""

    kind: Kind
    label: str
    url: str
    method: Literal["get", "post"] = "get"
    fields: Mapping[str, str] = field(default_factory=dict)
    price: str = ""


def actions(run: Run, again: Mapping[str, str], came: int = 0) -> list[Action]:
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
    if code in _REFUSED_CODES or (pointed.field_of(run) and run.charged == "no"):
        return [_edit(run, code), *repeats]
    if code == "upstream_timeout":
        return [*_quicker(run, again), *_usage(run), *repeats]
    return [*_usage(run), *repeats] if run.charged == "maybe" else repeats


def _repeat(label: str, run: Run, fields: Mapping[str, str], kind: Kind = "again") -> Action:
    price = price_of_form(fields, run.endpoint, len(run.sources))
    return Action(kind, label, place_of(run.endpoint).url, "post", dict(fields), price)


def _missing(run: Run, again: Mapping[str, str], came: int) -> list[Action]:
    """The pictures that were asked for and did not come, without those that did."""
    missing = run.asked - came
    if not came or missing < 1:
        return []
    label = ngettext("Get the missing one", "Get the %(count)d missing ones", missing) % {"count": missing}
    return [_repeat(label, run, {**again, "n": str(missing)}, "missing")]


def _to_field(kind: Kind, label: str, run: Run, element: str) -> Action:
    return Action(kind, label, f"{reverse('run', args=[run.pk])}#{element}")


def _other_api(run: Run) -> Action:
    return _to_field("switch_api", _("Choose another API"), run, "id_api")


def _edit(run: Run, code: str) -> Action:
    element = pointed.element_of(run) or "id_prompt"
    is_prompt = code == "moderation_blocked" or pointed.field_of(run) == "prompt"
    return _to_field("edit_prompt", _("Change the prompt") if is_prompt else _("Change the settings"), run, element)


def _wait(run: Run, again: Mapping[str, str]) -> Action:
    seconds = told.wait_seconds(run) or told.DEFAULT_WAIT_SECONDS
    return _repeat(_("Try again in %(seconds)d s") % {"seconds": seconds}, run, again, "wait")


def _quicker(run: Run, again: Mapping[str, str]) -> list[Action]:
    """Ways round the time limit: the direct entry, low quality."""
    api = told.api_of(run)
    direct = choices.direct_alternative(api) if api else None
    ways = []
    if direct is not None:
        label = _("Again through %(api)s, direct") % {"api": choices.label_of(direct.id)}
        ways.append(_repeat(label, run, {**again, "api": direct.id}, "direct"))
    if run.parameters.get("quality") != "low":
        ways.append(_repeat(_("Again in low quality"), run, {**again, "quality": "low"}))
    return ways


def _usage(run: Run) -> list[Action]:
    api = told.api_of(run)
    url = (reverse("usage") if api.is_builtin else api.profile.usage_url) if api else ""
    return [Action("usage", _("Check usage"), url)] if url else []
