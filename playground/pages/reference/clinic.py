"""The error clinic: for every code what caused it, who must act, whether it was charged, whether a retry is safe."""

from dataclasses import dataclass
from typing import Final, Literal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.errors import ERRORS, Charged, ErrorCode
from playground.imageapi.rehearsals import PARTIAL
from playground.pages import sentences
from playground.pages.reference.remedies import CAUSES, REMEDIES
from playground.pages.reference.tables import figures

Who = Literal["caller", "holder", "operator", "nobody"]
Retry = Literal["wait", "change", "check", "now", "tomorrow", "anew"]

WHO: Final[dict[Who, Promise]] = {
    "caller": gettext_lazy("You, in the request"),
    "holder": gettext_lazy("Whoever holds the key or pays for the account"),
    "operator": gettext_lazy("The provider; you can only wait"),
    "nobody": gettext_lazy("Nobody: you wanted it"),
}
RETRY: Final[dict[Retry, Promise]] = {
    "wait": gettext_lazy("Safe after a short wait, which Retry-After names where it is known: nothing was made."),
    "change": gettext_lazy("Safe, but pointless before something is changed: the same again fails again."),
    "check": gettext_lazy("Not by itself: the picture may have been made and charged. Check usage first."),
    "now": gettext_lazy("Safe at once: nothing was sent, or nothing was charged."),
    "tomorrow": gettext_lazy("Safe, but pointless before midnight in Beijing, or before the limit is raised."),
    "anew": gettext_lazy("Safe, but the same again makes and charges all pictures anew."),
}
CHARGED: Final[dict[Charged, Promise]] = {
    "no": gettext_lazy("No"),
    "maybe": gettext_lazy("Possibly"),
    "yes": gettext_lazy("Yes, for what was delivered"),
}
# code -> who must act, and what a retry does.
_TRIAGE: Final[dict[str, tuple[Who, Retry]]] = {
    "invalid_request": ("caller", "change"),
    "moderation_blocked": ("caller", "change"),
    "invalid_api_key": ("holder", "change"),
    "key_expired": ("holder", "change"),
    "permission_denied": ("holder", "change"),
    "not_found": ("caller", "change"),
    "model_not_found": ("caller", "change"),
    "method_not_allowed": ("caller", "change"),
    "idempotency_in_progress": ("caller", "wait"),
    "idempotency_expired": ("caller", "change"),
    "image_too_large": ("caller", "change"),
    "unsupported_media_type": ("caller", "change"),
    "unsupported_size": ("caller", "change"),
    "idempotency_mismatch": ("caller", "change"),
    "crs_daily_exhausted": ("holder", "tomorrow"),
    "crs_total_exhausted": ("holder", "change"),
    "image_daily_limit": ("holder", "tomorrow"),
    "concurrency_exhausted": ("caller", "wait"),
    "client_gone": ("caller", "now"),
    "server_error": ("operator", "check"),
    "image_provider_error": ("operator", "check"),
    "service_overloaded": ("operator", "wait"),
    "image_provider_unavailable": ("operator", "wait"),
    "upstream_timeout": ("caller", "check"),
    "network_unreachable": ("caller", "now"),
    "unknown_outcome": ("caller", "check"),
    "garbled_response": ("operator", "check"),
    "interrupted": ("operator", "check"),
    "key_forgotten": ("caller", "now"),
    "cancelled": ("nobody", "check"),
    PARTIAL: ("operator", "anew"),
}
# Not an error: an answer with fewer pictures than asked.
_PARTIAL_ROW: Final = ErrorCode(PARTIAL, 200, "", "Fewer pictures came than asked.", charged="yes", ours=True)
# What clients must assume, where it is more than the API itself says: another server may fail after it has drawn.
_ASSUMED: Final[dict[str, Charged]] = {"server_error": "maybe"}


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One code for people. `status` is 0 where no API answers with it; `says` is the API's own sentence."""

    id: str
    code: str
    status: int
    type: str
    says: str
    headline: str
    cause: str
    remedy: str
    who: str
    charged: Charged
    charged_label: str
    retry: str
    retry_after: int | None
    other_statuses: tuple[int, ...]
    is_ours: bool
    is_partial: bool
    url: str


def row(code: str) -> ErrorRow:
    """The row of a code. Raises KeyError for one that is not documented."""
    known = _PARTIAL_ROW if code == PARTIAL else ERRORS[code]
    who, retry = _TRIAGE[code]
    charged = _ASSUMED.get(code, known.charged)
    places = figures()
    return ErrorRow(
        id=f"error-{code}",
        code=code,
        status=known.status,
        type=known.type,
        says=known.message,
        headline=_headline(code),
        cause=str(CAUSES[code]) % places,
        remedy=str(REMEDIES[code]) % places,
        who=str(WHO[who]),
        charged=charged,
        charged_label=str(CHARGED[charged]),
        retry=str(RETRY[retry]),
        retry_after=known.retry_after,
        other_statuses=known.other_statuses,
        is_ours=known.ours,
        is_partial=code == PARTIAL,
        url=reverse("reference_error", args=[code]),
    )


def rows() -> list[ErrorRow]:
    """Every code, in the order of the list of errors; at the end the answer that came short."""
    return [row(code) for code in (*ERRORS, PARTIAL)]


def codes_of_status(status: int) -> list[str]:
    """The codes that come with an HTTP status, also with one that a proxy answers with in their place."""
    return [one.code for one in ERRORS.values() if status and status in (one.status, *one.other_statuses)]


def _headline(code: str) -> str:
    if code == PARTIAL:
        return str(sentences.PARTIAL_HEADLINE)
    own = {
        "invalid_request": _("The request is not valid"),
        "method_not_allowed": _("The address does not take this method"),
        "unsupported_media_type": _("The content type is not supported"),
    }
    return own.get(code) or str(sentences.HEADLINES.get(code, sentences.REFUSED_HEADLINE))
