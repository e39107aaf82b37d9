"""The buttons of a failed run, the fields that repeat a run, and the field that the provider rejected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import SETTINGS, BriefForm
from playground.pages.presenters import apis
from playground.pages.presenters.estimates import price_for_form
from playground.pages.session.visitor import run_page_token
from playground.pages.texts import run_errors
from playground.runs.models import MISSING_PREFIX, Run, State

# Streaming is decided for each request, so it is not a field.
FORM_FIELDS: Final = ("prompt", *SETTINGS, "input_fidelity")
# Pictures and mask are changed on a page of their own.
_ELEMENT_IDS: Final = {"image": "change-sources", "mask": "change-sources"}
# Providers do not always name the field of such an error.
_FIELD_BY_CODE: Final = {"unsupported_size": "size"}

Kind = Literal["again", "switch_api", "key", "edit_prompt", "direct", "wait", "usage", "missing"]


@dataclass(frozen=True, slots=True)
class RunAction:
    """A button: a link when `method` is get, else a form with hidden `fields` that costs `price`."""

    kind: Kind
    label: str
    url: str
    method: Literal["get", "post"] = "get"
    fields: Mapping[str, str] = field(default_factory=dict)
    price: str = ""


def again_fields(run: Run) -> dict[str, str]:
    """Return the hidden fields that send the same request again, with a new token."""
    values = {name: str(run.parameters[name]) for name in FORM_FIELDS if run.parameters.get(name) is not None}
    # The stored prompt of an edit already begins with the preface.
    edit = {"of_run": run.pk, "preface": ""} if run.endpoint == "edits" else {}
    return {"api": run.api, **values, **edit, "token": run_page_token(run.pk)}


def rejected_field(run: Run) -> str:
    """Return the name of the rejected field; empty when the provider named none that the form has."""
    if run.is_active or not run.error:
        return ""
    param = str(run.error_facts.get("param") or _FIELD_BY_CODE.get(run.error, ""))
    name = param.partition("[")[0]
    return name if name in FORM_FIELDS or name in _ELEMENT_IDS else ""


def rejected_element(run: Run) -> str:
    """Return the id of the rejected field's element on the run's page."""
    name = rejected_field(run)
    return _ELEMENT_IDS.get(name, f"id_{name}") if name else ""


def mark_rejected[F: BriefForm](form: F, name: str) -> F:
    """Add the sentence about a rejection to the field `name`, if the form has it."""
    if name in form.fields:
        form.errors[name] = form.error_class([str(run_errors.REFUSED_FIELD)])
    return form


def card_actions(run: Run, again: Mapping[str, str], arrived: int = 0) -> list[RunAction]:
    """Return the next steps, most useful first. `again` repeats the run; `arrived` pictures came."""
    if run.is_active or run.state == State.SUCCEEDED:
        return []
    repeats = [*_request_missing(run, again, arrived), _repeat(_("Run again"), run, again)]
    action = run_errors.error_text(run.error).triage.action if run.error else "repeat"
    if action == "edit" or (action in ("repeat", "quicker") and rejected_field(run) and run.charged == "no"):
        return [_edit(run), *repeats]
    match action:
        case "key":
            return [_link_field("key", _("Enter a key"), run, "id_key"), *repeats]
        case "api":
            return [_choose_api(run), *repeats]
        case "reconnect":
            return [*repeats, _choose_api(run)]
        # The same key fails again until midnight or until someone raises the budget.
        case "budget":
            return [_link_field("key", _("Enter another key"), run, "id_key"), _choose_api(run)]
        case "wait":
            return [*repeats[:-1], _wait(run, again), _choose_api(run)]
        # A timeout may have been charged, so usage comes before the same request again.
        case "quicker":
            return [*_avoid_timeout(run, again), *_check_usage(run), *repeats]
    return [*_check_usage(run), *repeats] if run.charged == "maybe" else repeats


def _repeat(label: str, run: Run, fields: Mapping[str, str], kind: Kind = "again") -> RunAction:
    # The layer of annotations is an input image, and priced as one.
    price = price_for_form(fields, run.endpoint, len(run.sources) + bool(run.markup))
    return RunAction(kind, label, studio_page_for(run.endpoint).url, "post", dict(fields), price)


def _request_missing(run: Run, again: Mapping[str, str], arrived: int) -> list[RunAction]:
    missing = run.requested_count - arrived
    if not arrived or missing < 1:
        return []
    label = ngettext("Get the missing image", "Get the %(count)d missing images", missing) % {"count": missing}
    # A token of its own: however often it is pressed there is one run, which both pages link to.
    return [_repeat(label, run, {**again, "n": str(missing), "token": f"{MISSING_PREFIX}{run.pk}"}, "missing")]


def _link_field(kind: Kind, label: str, run: Run, element_id: str) -> RunAction:
    return RunAction(kind, label, f"{reverse('run', args=[run.pk])}#{element_id}")


def _choose_api(run: Run) -> RunAction:
    return _link_field("switch_api", _("Choose another API"), run, "id_api")


def _edit(run: Run) -> RunAction:
    # The content policy names no field; the prompt is the first thing to change.
    is_prompt = run.error == "moderation_blocked" or rejected_field(run) == "prompt"
    label = _("Edit the prompt") if is_prompt else _("Change settings")
    return _link_field("edit_prompt", label, run, rejected_element(run) or "id_prompt")


def _wait(run: Run, again: Mapping[str, str]) -> RunAction:
    seconds = run_errors.error_wait_seconds(run) or run_errors.DEFAULT_WAIT_SECONDS
    return _repeat(_("Try again in %(seconds)d s") % {"seconds": seconds}, run, again, "wait")


def _avoid_timeout(run: Run, again: Mapping[str, str]) -> list[RunAction]:
    """Offer the direct entry and low quality, where they are not used yet."""
    api = run_errors.run_api(run)
    direct = apis.direct_alternative(api) if api else None
    actions = []
    if direct is not None:
        label = _("Run again via %(api)s (direct)") % {"api": apis.api_label(direct.id)}
        actions.append(_repeat(label, run, {**again, "api": direct.id}, "direct"))
    if run.parameters.get("quality") != "low":
        actions.append(_repeat(_("Run again in low quality"), run, {**again, "quality": "low"}))
    return actions


def _check_usage(run: Run) -> list[RunAction]:
    api = run_errors.run_api(run)
    url = (reverse("usage") if api.is_builtin else api.profile.usage_url) if api else ""
    return [RunAction("usage", _("Check usage"), url)] if url else []
