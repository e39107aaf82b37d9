"""For every code, in sentences: how it comes about, and what to do. Figures are filled in from the lists."""

from dataclasses import dataclass
from typing import Final, Literal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from playground.imageapi.errors import ERRORS, PARTIAL_REHEARSAL, Charged, ErrorCode
from playground.pages.reference.tables import figures
from playground.pages.texts import run_errors

CAUSES: Final[dict[str, Promise]] = {
    "invalid_request": _(
        "A field is missing, has a value that is not offered, or does not go with another one. param names it."
    ),
    "moderation_blocked": _(
        "The content policy refused the prompt or a picture: often a brand, a known person, violence or nudity."
    ),
    "invalid_api_key": _(
        "The Authorization header is missing, or the key has a typing error, belongs elsewhere or was disabled."
    ),
    "key_expired": _("The key was valid until a date that has passed."),
    "permission_denied": _(
        "The key is good but may not use this model or this function; rehearsals, for one, need a demo key."
    ),
    "not_found": _(
        "The address does not exist. Often /v1 is missing or doubled in the base address, or images/variations was "
        "called, which is not offered; pictures delivered as url are gone after %(url_minutes)s minutes."
    ),
    "model_not_found": _("Another model than %(model)s was asked for, or its name has a typing error."),
    "method_not_allowed": _("Pictures are asked for with POST; the list of models and usage are read with GET."),
    "idempotency_in_progress": _(
        "The same Idempotency-Key came a second time while the first call with it was still working."
    ),
    "idempotency_expired": _(
        "The first call with this Idempotency-Key was answered and charged, but its pictures had to make room for "
        "newer ones. Answers are kept for a day, and up to %(answers_mb)s MB for each key."
    ),
    "image_too_large": _(
        "A file is over %(file_mb)s MB, or all files of the call together are over %(total_mb)s MB."
    ),
    "unsupported_media_type": _(
        "Generations take application/json, edits take multipart/form-data. A Content-Type set by hand often lacks "
        "the boundary of the form."
    ),
    "unsupported_size": _("size is not one of the listed values; auto exists on edits only."),
    "idempotency_mismatch": _("The same Idempotency-Key was used before with other parameters or other files."),
    "crs_daily_exhausted": _(
        "The account's daily budget (dailyCostLimit) is used up. It is shared with all other services of the account."
    ),
    "crs_total_exhausted": _("The account's total budget (totalCostLimit) is used up."),
    "image_daily_limit": _(
        "The key has had its pictures of the day: %(daily)s unless agreed otherwise, generations and edits together. "
        "Days end at 00:00 Beijing time."
    ),
    "concurrency_exhausted": _(
        "The key has as many calls in progress as it may: %(calls)s unless agreed otherwise, over both endpoints."
    ),
    "client_gone": _(
        "Your program closed the connection before the answer was complete: its time-out was too short, it was "
        "stopped, or the network changed. Usage lists such calls under this code."
    ),
    "server_error": _("The server failed by a fault of its own."),
    "image_provider_error": _("The provider behind the API failed, or answered with something that is no picture."),
    "service_overloaded": _("Too many calls at once from everybody; yours was not begun."),
    "image_provider_unavailable": _("The provider behind the API does not answer at the moment."),
    "upstream_timeout": _(
        "No answer came in time. Behind a CDN the limit is %(cdn)s s and shows as a page with status 524; medium and "
        "high quality often take longer."
    ),
    "network_unreachable": _(
        "No connection came about: the name was not found, the connection was refused, or the certificate is wrong."
    ),
    "unknown_outcome": _(
        "The request was sent, then the connection closed without an answer: a proxy, a restart, a network that "
        "changed."
    ),
    "garbled_response": _("An answer came, but cut off, not JSON, or with a picture that cannot be read."),
    "interrupted": _(
        "This server was restarted, or something went wrong on it, while the run was waiting or working. "
        "The run says which."
    ),
    "key_forgotten": _("“Forget key” was pressed while the run was still waiting for its turn."),
    "cancelled": _("Somebody pressed Cancel."),
    "partial": _("The answer is good but holds fewer pictures than n, or the connection broke after some had come."),
}
REMEDIES: Final[dict[str, Promise]] = {
    "invalid_request": _("Read message and param, correct that field, send again. The tables say what fits."),
    "moderation_blocked": _(
        "Describe the picture without names, brands and the refused subject, or use other source pictures."
    ),
    "invalid_api_key": _(
        "Send Authorization: Bearer and the whole key, without quotes or spaces. Check in the dashboard that it is "
        "enabled."
    ),
    "key_expired": _("Use another key, or have this one extended."),
    "permission_denied": _("Use a key that may, or have this one allowed to."),
    "not_found": _(
        "The base address must end in /v1, once. For a variation use images/edits with input_fidelity=high and an "
        "empty prompt."
    ),
    "model_not_found": _("Send model=%(model)s; GET models lists what there is."),
    "method_not_allowed": _("The Allow header of the answer says which method is right."),
    "idempotency_in_progress": _(
        "Wait until the first call has ended, then send the same again: you get its answer, without a second charge."
    ),
    "idempotency_expired": _(
        "Nothing was charged for this repetition. If you still need a picture, send the call with a new "
        "Idempotency-Key: it is drawn and charged again. Save every answer as soon as it comes."
    ),
    "image_too_large": _("Save the picture as JPEG or WebP, or make it smaller. PNGs of photographs are wasteful."),
    "unsupported_media_type": _(
        "Leave Content-Type to the library: requests, FormData and curl -F set it right by themselves."
    ),
    "unsupported_size": _("Choose a size from the table, or auto on edits."),
    "idempotency_mismatch": _("Use a new Idempotency-Key for every different call."),
    "crs_daily_exhausted": _(
        "Wait until the budget starts anew, raise it in the account, or use the key of another account."
    ),
    "crs_total_exhausted": _("Raise the total budget of the account, or use the key of another account."),
    "image_daily_limit": _("Wait until midnight in Beijing, use another key, or ask support for more."),
    "concurrency_exhausted": _(
        "Let calls wait for each other in your program, or ask support for more. This page does the waiting for you."
    ),
    "client_gone": _(
        "Send it again; nothing was charged. Set the time-out of your program to %(timeout)s s or more. With an "
        "Idempotency-Key the built-in API does not draw again what was drawn already."
    ),
    "server_error": _("Check usage, then try once more. If it stays, give support the request id."),
    "image_provider_error": _("Check usage, then try once more. If it stays, give support the request id."),
    "service_overloaded": _("Wait for the seconds named and try again, each time a little longer."),
    "image_provider_unavailable": _("Wait for the seconds named and try again, or use another entry."),
    "upstream_timeout": _(
        "Use an entry without the %(cdn)s s limit, low quality, or a smaller size. Set the time-out of your program "
        "to %(timeout)s s or more."
    ),
    "network_unreachable": _("Check the base address and your network, or use another entry, then send again."),
    "unknown_outcome": _(
        "Check usage: it shows whether the call was counted. With an Idempotency-Key on every call, the built-in API "
        "never charges a repetition."
    ),
    "garbled_response": _("Check usage, then try again. If it stays, give support the request id."),
    "interrupted": _("If it was not sent, send it again. If it was, check usage first."),
    "key_forgotten": _("Enter the key and send the run again."),
    "cancelled": _("Nothing. If the request was sent already, usage shows whether it was counted."),
    "partial": _(
        "What came is saved and is all that is charged. Ask for the missing ones in a second call with a smaller n."
    ),
}


Who = Literal["caller", "holder", "operator", "nobody"]
Retry = Literal["wait", "change", "check", "now", "tomorrow", "anew"]

ACTORS: Final[dict[Who, Promise]] = {
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
    PARTIAL_REHEARSAL: ("operator", "anew"),
}
# Not an error: an answer with fewer pictures than asked.
_PARTIAL_ROW: Final = ErrorCode(
    PARTIAL_REHEARSAL, 200, "", "Fewer pictures came than asked.", charged="yes", ours=True
)
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


def error_row(code: str) -> ErrorRow:
    """The row of a code. Raises KeyError for one that is not documented."""
    known = _PARTIAL_ROW if code == PARTIAL_REHEARSAL else ERRORS[code]
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
        who=str(ACTORS[who]),
        charged=charged,
        charged_label=str(CHARGED[charged]),
        retry=str(RETRY[retry]),
        retry_after=known.retry_after,
        other_statuses=known.other_statuses,
        is_ours=known.ours,
        is_partial=code == PARTIAL_REHEARSAL,
        url=reverse("reference_error", args=[code]),
    )


def error_rows() -> list[ErrorRow]:
    """Every code, in the order of the list of errors; at the end the answer that came short."""
    return [error_row(code) for code in (*ERRORS, PARTIAL_REHEARSAL)]


def codes_of_status(status: int) -> list[str]:
    """The codes that come with an HTTP status, also with one that a proxy answers with in their place."""
    return [one.code for one in ERRORS.values() if status and status in (one.status, *one.other_statuses)]


def _headline(code: str) -> str:
    if code == PARTIAL_REHEARSAL:
        return str(run_errors.PARTIAL_HEADLINE)
    own = {
        "invalid_request": gettext("The request is not valid"),
        "method_not_allowed": gettext("The address does not take this method"),
        "unsupported_media_type": gettext("The content type is not supported"),
    }
    return own.get(code) or str(run_errors.HEADLINES.get(code, run_errors.REFUSED_HEADLINE))
