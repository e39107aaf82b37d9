"""The check of a picture's provenance: whether it can be made, what it found, and why it failed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.catalog import VECTOR
from playground.imageapi.client.small_requests import C2PA
from playground.imageapi.errors import ApiError
from playground.pages.presenters.apis import api_label
from playground.runs.models import Picture, Run
from playground.runs.services.provenance import checking_api

_INVALID: Final = gettext_lazy(
    "Content Credentials (C2PA) found, but they are invalid: the image or the credentials were changed."
)
_CREDENTIALS: Final = {
    (True, "trusted"): gettext_lazy("Content Credentials (C2PA) found. The signature is valid and trusted."),
    (True, "valid"): gettext_lazy("Content Credentials (C2PA) found. The signature is valid, but not trusted."),
    (True, "invalid"): _INVALID,
    (False, "invalid"): _INVALID,
    (False, "not_present"): gettext_lazy("The image has no Content Credentials (C2PA)."),
}
# For states of the validation that the API may add.
_OTHER_CREDENTIALS: Final = {
    True: gettext_lazy("Content Credentials (C2PA) found."),
    False: gettext_lazy("No Content Credentials (C2PA) from OpenAI found."),
}
_SYNTHID: Final = {
    True: gettext_lazy("Invisible watermark (SynthID) found."),
    False: gettext_lazy("No invisible watermark (SynthID) found."),
}

_BUSY: Final = gettext_lazy("The API is busy, so the image wasn't checked. Try again in a moment.")
_REJECTED: Final = gettext_lazy("The API rejected the image, so it wasn't checked.")
_KEY: Final = gettext_lazy("The API rejected your key, so the image wasn't checked. Check the key, then try again.")
_QUOTA: Final = gettext_lazy("Your account's quota or balance is used up, so the image wasn't checked.")
_MISSING: Final = gettext_lazy("This API doesn't offer provenance checks.")
_UNUSABLE: Final = gettext_lazy("The API's response was unusable, so the result is unknown. Try again later.")
# A check makes no image, so the sentences of error_codes.py would say too much about charges.
_PROBLEMS: Final[dict[str, Promise]] = {
    "invalid_api_key": _KEY,
    "key_expired": _KEY,
    "permission_denied": gettext_lazy(
        "Your key doesn't have access to provenance checks. Use another key, or ask the owner of the account."
    ),
    "model_not_found": _MISSING,
    "not_found": _MISSING,
    "method_not_allowed": _MISSING,
    "image_too_large": gettext_lazy("The image is too large for this check."),
    "invalid_request": _REJECTED,
    "moderation_blocked": _REJECTED,
    "unsupported_media_type": _REJECTED,
    "unsupported_size": _REJECTED,
    "crs_daily_exhausted": _QUOTA,
    "crs_total_exhausted": _QUOTA,
    "image_daily_limit": _QUOTA,
    "concurrency_exhausted": _BUSY,
    "service_overloaded": _BUSY,
    "image_provider_unavailable": _BUSY,
    "network_unreachable": gettext_lazy(
        "The API couldn't be reached, so the image wasn't sent. Try again in a moment."
    ),
    "upstream_timeout": gettext_lazy(
        "The API didn't respond in time. You can check again: a check doesn't generate images."
    ),
}


@dataclass(frozen=True, slots=True)
class SignalView:
    """One finding; `details` are issuer, model and time as far as the API knows them."""

    type: str
    is_detected: bool
    state: str
    text: str
    details: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """A check that can be made, or was made: `signals` is empty before."""

    element_id: str
    check_url: str
    api_label: str
    checked_at: datetime | None
    signals: list[SignalView]

    @property
    def misses_a_signal(self) -> bool:
        return any(not signal.is_detected for signal in self.signals)


@dataclass(frozen=True, slots=True)
class ProvenanceProblem:
    """Why the check of picture `number` failed, and the provider's own words."""

    number: int
    text: str
    provider_message: str = ""
    needs_key: bool = False


def provenance_view(picture: Picture, run: Run) -> ProvenanceView | None:
    """Return the check of a picture; None when its API offers none and it was not checked. No API takes an SVG."""
    if picture.provenance is None and (picture.format == VECTOR or checking_api(run) is None):
        return None
    facts: dict[str, Any] = picture.provenance or {}
    return ProvenanceView(
        element_id=f"provenance-{run.pk}-{picture.number}",
        check_url=reverse("provenance", args=[run.pk, picture.number]),
        api_label=api_label(run.api),
        checked_at=datetime.fromtimestamp(facts["checked_at"], UTC) if facts else None,
        signals=[_signal_view(signal) for signal in facts.get("signals", [])],
    )


def provenance_problem(number: int, error: ApiError | None) -> ProvenanceProblem:
    """Return the problem that an error means; None means that the visitor has no key for the API."""
    if error is None:
        return ProvenanceProblem(
            number, _("Add your key for this API, then check again. Nothing was sent."), needs_key=True
        )
    text = str(_PROBLEMS.get(error.code, _UNUSABLE))
    return ProvenanceProblem(
        number, text, error.provider_message, needs_key=error.code in ("invalid_api_key", "key_expired")
    )


def _signal_view(facts: dict[str, Any]) -> SignalView:
    is_detected, state = bool(facts["is_detected"]), str(facts["validation_state"])
    if facts["type"] == C2PA:
        text = _CREDENTIALS.get((is_detected, state), _OTHER_CREDENTIALS[is_detected])
    else:
        text = _SYNTHID[is_detected]
    time = datetime.fromisoformat(facts["generated_at"]) if facts["generated_at"] else None
    details = [
        (_("Issuer"), facts["issuer"]),
        (_("Model"), facts["model"]),
        (_("Created"), date_format(timezone.localtime(time), "Y-m-d H:i") if time else ""),
    ]
    return SignalView(
        facts["type"], is_detected, state, str(text), [(name, value) for name, value in details if value]
    )
