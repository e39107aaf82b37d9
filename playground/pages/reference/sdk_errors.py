"""The exceptions that the official SDKs raise for each error, and whether to send the request again."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.imageapi.errors import API_ERRORS
from playground.pages.texts.error_codes import ERROR_TEXTS, Retry

# Of the openai packages 3 for Python and 7 for Node, which name them alike.
_BY_STATUS: Final = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
}
_RETRY: Final[dict[Retry, Promise]] = {
    "wait": _("Yes: wait as long as Retry-After says, then use backoff."),
    "change": _("No: fix the cause first."),
    "check": _("Only after checking usage: you may already have been charged."),
    "now": _("Yes."),
    "tomorrow": _("No: wait until the quota resets (00:00 Beijing time), or ask for a higher limit."),
    "pay_again": _("Only if you want to pay for all images again."),
}


@dataclass(frozen=True, slots=True)
class SdkErrorRow:
    """An exception class with its statuses and codes; statuses empty: no response came."""

    python: str
    node: str
    statuses: tuple[int, ...]
    codes: tuple[str, ...]
    retry: str


def exception_names(status: int) -> tuple[str, str]:
    """Return the classes for a response with an error status: of the SDK for Python, and for Node."""
    name = "InternalServerError" if status >= 500 else _BY_STATUS.get(status, "")
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
        SdkErrorRow(*names, tuple(dict.fromkeys(statuses[names, retry])), tuple(listed), str(_RETRY[retry]))
        for (names, retry), listed in codes.items()
    ]
    check = str(_RETRY["check"])
    return [
        *rows,
        SdkErrorRow("APITimeoutError", "APIConnectionTimeoutError", (), (), check),
        SdkErrorRow("APIConnectionError", "APIConnectionError", (), (), check),
    ]
