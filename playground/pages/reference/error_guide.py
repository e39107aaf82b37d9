"""The reference of errors: cause and remedy of each code, with figures filled in, and the exceptions of the SDKs."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.imageapi.errors import API_ERRORS, ERRORS, PARTIAL_REHEARSAL, Charged, ErrorCode
from playground.imageapi.providers import ImageApi
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
# Of the openai packages 3 for Python and 7 for Node, which name them alike.
_EXCEPTIONS: Final = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
}
_SDK_RETRY: Final[dict[Retry, Promise]] = {
    "wait": _("Yes: wait as long as Retry-After says, then use backoff."),
    "change": _("No: fix the cause first."),
    "check": _("Only after checking usage: you may already have been charged."),
    "now": _("Yes."),
    "tomorrow": _("No: wait until the quota resets (00:00 Beijing time), or ask for a higher limit."),
    "pay_again": _("Only if you want to pay for all images again."),
}


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


@dataclass(frozen=True, slots=True)
class SdkErrorRow:
    """An exception class with its statuses and codes; statuses empty: no response came."""

    python: str
    node: str
    statuses: tuple[int, ...]
    codes: tuple[str, ...]
    retry: str


def error_row(code: str) -> ErrorRow:
    """Return the row of a code. Raises KeyError for one that is not documented."""
    known = _PARTIAL_ROW if code == PARTIAL_REHEARSAL else ERRORS[code]
    text = ERROR_TEXTS[code]
    # Check usage first means that it may have been charged, also where our own API promises that it was not (500).
    charged: Charged = "maybe" if text.triage.retry == "check" else known.charged
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


def errors_for_api(api: ImageApi) -> list[ErrorRow]:
    """Return the codes that an API answers with, and those that this server reports about it."""
    rows = [row for row in ERRORS.values() if row.is_local or row.code in api.profile.error_codes]
    return [error_row(row.code) for row in rows]


def codes_for_status(status: int) -> list[str]:
    """Return the codes of an HTTP status, or of a status that a proxy sends in place of theirs."""
    return [row.code for row in ERRORS.values() if status and status in (row.status, *row.other_statuses)]


def exception_names(status: int) -> tuple[str, str]:
    """Return the classes for a response with an error status: of the SDK for Python, and for Node."""
    name = "InternalServerError" if status >= 500 else _EXCEPTIONS.get(status, "")
    return (name, name) if name else ("APIStatusError", "APIError")


def sdk_error_rows() -> list[SdkErrorRow]:
    """Return a row for each class and advice, in the order of the statuses; then those without a response."""
    codes: dict[tuple[tuple[str, str], Retry], list[str]] = {}
    statuses: dict[tuple[tuple[str, str], Retry], list[int]] = {}
    for row in API_ERRORS:
        group = exception_names(row.status), ERROR_TEXTS[row.code].triage.retry
        codes.setdefault(group, []).append(row.code)
        statuses.setdefault(group, []).extend((row.status, *row.other_statuses))
    rows = [
        SdkErrorRow(*names, tuple(dict.fromkeys(statuses[names, retry])), tuple(listed), str(_SDK_RETRY[retry]))
        for (names, retry), listed in codes.items()
    ]
    # Without a response there is no status: these are the classes for a timeout and a lost connection.
    check = str(_SDK_RETRY["check"])
    return [
        *rows,
        SdkErrorRow("APITimeoutError", "APIConnectionTimeoutError", (), (), check),
        SdkErrorRow("APIConnectionError", "APIConnectionError", (), (), check),
    ]
