"""One row for each error code: what the API says, what causes it, and what to do, with figures filled in."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.imageapi.errors import ERRORS, PARTIAL_REHEARSAL, Charged, ErrorCode
from playground.pages.reference.tables import figures
from playground.pages.texts.error_codes import ERROR_TEXTS, Actor, Retry

ACTORS: Final[dict[Actor, Promise]] = {
    "caller": _("You: change the request"),
    "holder": _("Whoever owns the key or pays for the account"),
    "operator": _("The provider: wait"),
    "nobody": _("No one: you cancelled it"),
}
RETRY: Final[dict[Retry, Promise]] = {
    "wait": _("Safe after a short wait (see Retry-After): nothing was generated."),
    "change": _("Safe, but it will fail again until you change the request."),
    "check": _("Not automatically: the image may have been generated and charged. Check usage first."),
    "now": _("Safe right away: nothing was sent or charged."),
    "tomorrow": _(
        "Safe, but it will fail again until the quota resets at 00:00 Beijing time or the limit is raised."
    ),
    "pay_again": _("Safe, but a retry generates and charges all images again."),
}
CHARGED: Final[dict[Charged, Promise]] = {
    "no": _("No"),
    "maybe": _("Possibly"),
    "yes": _("Yes, for what was delivered"),
}
# Not an error: an answer with fewer pictures than asked.
_PARTIAL_ROW: Final = ErrorCode(
    PARTIAL_REHEARSAL, 200, "", "The response contains fewer images than requested.", charged="yes", is_local=True
)


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One code in the reference. `status` is 0 where no API answers; `api_message` is the API's text."""

    id: str
    code: str
    status: int
    type: str
    api_message: str
    headline: str
    cause: str
    remedy: str
    actor: str
    charged: Charged
    charged_label: str
    retry: str
    retry_after: int | None
    other_statuses: tuple[int, ...]
    is_local: bool
    is_partial: bool
    url: str


def error_row(code: str) -> ErrorRow:
    """Return the row of a code. Raises KeyError for one that is not documented."""
    known = _PARTIAL_ROW if code == PARTIAL_REHEARSAL else ERRORS[code]
    text = ERROR_TEXTS[code]
    charged = text.assumed_charge or known.charged
    places = figures()
    return ErrorRow(
        id=f"error-{code}",
        code=code,
        status=known.status,
        type=known.type,
        api_message=known.message,
        headline=str(text.headline),
        cause=str(text.cause) % places,
        remedy=str(text.remedy) % places,
        actor=str(ACTORS[text.triage.actor]),
        charged=charged,
        charged_label=str(CHARGED[charged]),
        retry=str(RETRY[text.triage.retry]),
        retry_after=known.retry_after,
        other_statuses=known.other_statuses,
        is_local=known.is_local,
        is_partial=code == PARTIAL_REHEARSAL,
        url=reverse("reference_error", args=[code]),
    )


def error_rows() -> list[ErrorRow]:
    """Return every code in the order of ERRORS, and then the answer with too few pictures."""
    return [error_row(code) for code in (*ERRORS, PARTIAL_REHEARSAL)]


def codes_for_status(status: int) -> list[str]:
    """Return the codes of an HTTP status, or of a status that a proxy sends in place of theirs."""
    return [row.code for row in ERRORS.values() if status and status in (row.status, *row.other_statuses)]
