"""Everything people read about an error code, one row a code: the run's card, the button, and the reference.

`playground/imageapi/errors.py` holds what the API itself says. Each text is one whole sentence for translators.
"""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from playground.imageapi.errors import PARTIAL_REHEARSAL, Charged

Actor = Literal["caller", "holder", "operator", "nobody"]
Retry = Literal["wait", "change", "check", "now", "tomorrow", "anew"]
Action = Literal["repeat", "reconnect", "wait", "edit", "quicker", "key", "api", "budget"]


class Triage(NamedTuple):
    """Who must act, what a retry does, and which button the run's card offers first."""

    actor: Actor
    retry: Retry
    action: Action = "repeat"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The texts of one code: `message` is for a run's card, `cause` and `remedy` for the reference.

    Variants of `message`: the provider named a parameter, the run was never sent, failures are free by the provider's
    terms. `assumed_charge` is what clients must assume, where it is more than the API promises.
    """

    headline: Promise
    message: Promise
    cause: Promise
    remedy: Promise
    triage: Triage
    run_headline: Promise | None = None
    message_for_field: Promise | None = None
    message_unsent: Promise | None = None
    message_if_free: Promise | None = None
    assumed_charge: Charged | None = None


_REFUSED_HEADLINE: Final = _("A setting was refused")
_REFUSED_SETTING: Final = _("The provider refused a setting: %(param)s. Not charged. Change it and try again.")
_REFUSED_REQUEST: Final = _("The provider refused the request. Not charged. Change a setting and try again.")

ERROR_TEXTS: Final[dict[str, ErrorText]] = {
    "invalid_request": ErrorText(
        headline=_("The request is not valid"),
        message=_REFUSED_REQUEST,
        cause=_(
            "A field is missing, has a value that is not offered, or does not go with another one. param names it."
        ),
        remedy=_("Read message and param, correct that field, send again. The tables say what fits."),
        triage=Triage("caller", "change", "edit"),
        run_headline=_REFUSED_HEADLINE,
        message_for_field=_REFUSED_SETTING,
    ),
    "moderation_blocked": ErrorText(
        headline=_("Refused by the content policy"),
        message=_("Refused by the content policy. Not charged. Change the prompt or pictures, then try again."),
        cause=_(
            "The content policy refused the prompt or a picture: often a brand, a known person, violence or nudity."
        ),
        remedy=_("Describe the picture without names, brands and the refused subject, or use other source pictures."),
        triage=Triage("caller", "change", "edit"),
    ),
    "invalid_api_key": ErrorText(
        headline=_("The key was not accepted"),
        message=_("The key is wrong or disabled. Nothing was charged. Check the key."),
        cause=_(
            "The Authorization header is missing, or the key has a typing error, belongs elsewhere or was disabled."
        ),
        remedy=_(
            "Send Authorization: Bearer and the whole key, without quotes or spaces. Check in the dashboard that it "
            "is enabled."
        ),
        triage=Triage("holder", "change", "key"),
    ),
    "key_expired": ErrorText(
        headline=_("The key has expired"),
        message=_("The key has expired. Nothing was charged. Enter another key."),
        cause=_("The key was valid until a date that has passed."),
        remedy=_("Use another key, or have this one extended."),
        triage=Triage("holder", "change", "key"),
    ),
    "permission_denied": ErrorText(
        headline=_("The key may not do this"),
        message=_("The key may not use this model. Nothing was charged. Choose another API or another key."),
        cause=_("The key is good but may not use this model or this function; rehearsals, for one, need a demo key."),
        remedy=_("Use a key that may, or have this one allowed to."),
        triage=Triage("holder", "change", "api"),
    ),
    "not_found": ErrorText(
        headline=_("Model or address not found"),
        message=_("Model or address not found. Nothing was charged. Choose another API."),
        cause=_(
            "The address does not exist. Often /v1 is missing or doubled in the base address, or images/variations "
            "was called, which is not offered; pictures delivered as url are gone after %(url_minutes)s minutes."
        ),
        remedy=_(
            "The base address must end in /v1, once. For a variation use images/edits with input_fidelity=high and "
            "an empty prompt."
        ),
        triage=Triage("caller", "change", "api"),
    ),
    "model_not_found": ErrorText(
        headline=_("Model or address not found"),
        message=_("Model or address not found. Nothing was charged. Choose another API."),
        cause=_("Another model than %(model)s was asked for, or its name has a typing error."),
        remedy=_("Send model=%(model)s; GET models lists what there is."),
        triage=Triage("caller", "change", "api"),
    ),
    "method_not_allowed": ErrorText(
        headline=_("The address does not take this method"),
        message=_REFUSED_REQUEST,
        cause=_("Pictures are asked for with POST; the list of models and usage are read with GET."),
        remedy=_("The Allow header of the answer says which method is right."),
        triage=Triage("caller", "change"),
        run_headline=_REFUSED_HEADLINE,
        message_for_field=_REFUSED_SETTING,
    ),
    "idempotency_in_progress": ErrorText(
        headline=_("The first call still runs"),
        message=_(
            "The first call with this idempotency key still runs. Nothing was charged now. Wait until it has ended, "
            "then send it again."
        ),
        cause=_("The same Idempotency-Key came a second time while the first call with it was still working."),
        remedy=_(
            "Wait until the first call has ended, then send the same again: you get its answer, without a second "
            "charge."
        ),
        triage=Triage("caller", "wait"),
    ),
    "idempotency_expired": ErrorText(
        headline=_("The first answer is no longer stored"),
        message=_(
            "The answer to the first call with this idempotency key is no longer stored. Nothing was charged now, "
            "and no picture was made. Send it again with a new key."
        ),
        cause=_(
            "The first call with this Idempotency-Key was answered and charged, but its pictures had to make room "
            "for newer ones. Answers are kept for a day, and up to %(answers_mb)s MB for each key."
        ),
        remedy=_(
            "Nothing was charged for this repetition. If you still need a picture, send the call with a new "
            "Idempotency-Key: it is drawn and charged again. Save every answer as soon as it comes."
        ),
        triage=Triage("caller", "change"),
    ),
    "image_too_large": ErrorText(
        headline=_("A file is too large"),
        message=_(
            "A file is over %(file_mb)d MB, or all together over %(total_mb)d MB. Not charged. Use smaller files."
        ),
        cause=_("A file is over %(file_mb)s MB, or all files of the call together are over %(total_mb)s MB."),
        remedy=_("Save the picture as JPEG or WebP, or make it smaller. PNGs of photographs are wasteful."),
        triage=Triage("caller", "change", "edit"),
    ),
    "unsupported_media_type": ErrorText(
        headline=_("The content type is not supported"),
        message=_REFUSED_REQUEST,
        cause=_(
            "Generations take application/json, edits take multipart/form-data. A Content-Type set by hand often "
            "lacks the boundary of the form."
        ),
        remedy=_("Leave Content-Type to the library: requests, FormData and curl -F set it right by themselves."),
        triage=Triage("caller", "change", "edit"),
        run_headline=_REFUSED_HEADLINE,
        message_for_field=_REFUSED_SETTING,
    ),
    "unsupported_size": ErrorText(
        headline=_("The size was refused"),
        message=_("The provider refused a setting: size. Not charged. Choose another size."),
        cause=_("size is not one of the listed values; auto exists on edits only."),
        remedy=_("Choose a size from the table, or auto on edits."),
        triage=Triage("caller", "change", "edit"),
    ),
    "idempotency_mismatch": ErrorText(
        headline=_("The idempotency key belongs to another call"),
        message=_(
            "The idempotency key was used for a different call before. Nothing was charged. Send it again with a "
            "new key."
        ),
        cause=_("The same Idempotency-Key was used before with other parameters or other files."),
        remedy=_("Use a new Idempotency-Key for every different call."),
        triage=Triage("caller", "change"),
    ),
    "crs_daily_exhausted": ErrorText(
        headline=_("The daily budget is used up"),
        message=_("The account's daily budget is used up. Not charged. Try again tomorrow, or raise the budget."),
        cause=_(
            "The account's daily budget (dailyCostLimit) is used up. It is shared with all other services of the "
            "account."
        ),
        remedy=_("Wait until the budget starts anew, raise it in the account, or use the key of another account."),
        triage=Triage("holder", "tomorrow", "budget"),
    ),
    "crs_total_exhausted": ErrorText(
        headline=_("The total budget is used up"),
        message=_("The account's total budget is used up. Not charged. Raise the budget, or use another key."),
        cause=_("The account's total budget (totalCostLimit) is used up."),
        remedy=_("Raise the total budget of the account, or use the key of another account."),
        triage=Triage("holder", "change", "budget"),
    ),
    "image_daily_limit": ErrorText(
        headline=_("Today's pictures are used up"),
        message=_(
            "%(limit)d pictures today are used up; new ones from 00:00 Beijing time (in %(wait)s). Not charged."
        ),
        cause=_(
            "The key has had its pictures of the day: %(daily)s unless agreed otherwise, generations and edits "
            "together. Days end at 00:00 Beijing time."
        ),
        remedy=_("Wait until midnight in Beijing, use another key, or ask support for more."),
        triage=Triage("holder", "tomorrow", "budget"),
    ),
    "concurrency_exhausted": ErrorText(
        headline=_("The key is busy"),
        message=_("This key already makes %(calls)d pictures; try again in %(seconds)d s. Not charged."),
        cause=_(
            "The key has as many calls in progress as it may: %(calls)s unless agreed otherwise, over both endpoints."
        ),
        remedy=_(
            "Let calls wait for each other in your program, or ask support for more. This page does the waiting for "
            "you."
        ),
        triage=Triage("caller", "wait", "wait"),
    ),
    "client_gone": ErrorText(
        headline=_("The connection was closed"),
        message=_("The connection was closed before the answer was complete. Nothing was charged. Try again."),
        cause=_(
            "Your program closed the connection before the answer was complete: its time-out was too short, it was "
            "stopped, or the network changed. Usage lists such calls under this code."
        ),
        remedy=_(
            "Send it again; nothing was charged. Set the time-out of your program to %(timeout)s s or more. With an "
            "Idempotency-Key the built-in API does not draw again what was drawn already."
        ),
        triage=Triage("caller", "now"),
    ),
    "server_error": ErrorText(
        headline=_("The provider failed"),
        message=_("The provider failed. Nothing was charged. Try again, or choose another API."),
        cause=_("The server failed by a fault of its own."),
        remedy=_("Check usage, then try once more. If it stays, give support the request id."),
        triage=Triage("operator", "check"),
        assumed_charge="maybe",
    ),
    "image_provider_error": ErrorText(
        headline=_("The provider failed"),
        message=_(
            "The provider failed. It may have been charged; details are kept under id %(id)s. "
            "Check usage before trying again."
        ),
        cause=_("The provider behind the API failed, or answered with something that is no picture."),
        remedy=_("Check usage, then try once more. If it stays, give support the request id."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The provider failed; details are kept under id %(id)s. By the provider's terms broken calls "
            "are not charged; check usage to be sure."
        ),
    ),
    "service_overloaded": ErrorText(
        headline=_("The provider is overloaded"),
        message=_("The provider is overloaded; try again in %(seconds)d s. Not charged."),
        cause=_("Too many calls at once from everybody; yours was not begun."),
        remedy=_("Wait for the seconds named and try again, each time a little longer."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "image_provider_unavailable": ErrorText(
        headline=_("The provider is not available"),
        message=_("The provider is not available; try again in %(seconds)d s. Not charged."),
        cause=_("The provider behind the API does not answer at the moment."),
        remedy=_("Wait for the seconds named and try again, or use another entry."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "upstream_timeout": ErrorText(
        headline=_("No answer in time"),
        message=_(
            "No answer within %(seconds)d s. It may have been charged. Check usage, then try again in low quality."
        ),
        cause=_(
            "No answer came in time. Behind a CDN the limit is %(cdn)s s and shows as a page with status 524; "
            "medium and high quality often take longer."
        ),
        remedy=_(
            "Use an entry without the %(cdn)s s limit, low quality, or a smaller size. Set the time-out of your "
            "program to %(timeout)s s or more."
        ),
        triage=Triage("caller", "check", "quicker"),
        message_if_free=_(
            "No answer within %(seconds)d s. By the provider's terms broken calls are not charged; "
            "check usage to be sure. Low quality is quicker."
        ),
    ),
    "network_unreachable": ErrorText(
        headline=_("Could not reach the API"),
        message=_(
            "The provider could not be reached. Nothing was sent, nothing charged. Try again, or choose another API."
        ),
        cause=_(
            "No connection came about: the name was not found, the connection was refused, or the certificate is "
            "wrong."
        ),
        remedy=_("Check the base address and your network, or use another entry, then send again."),
        triage=Triage("caller", "now", "reconnect"),
    ),
    "unknown_outcome": ErrorText(
        headline=_("The connection broke"),
        message=_(
            "The connection broke after sending: the picture may have been made and charged. Check usage before "
            "trying again."
        ),
        cause=_(
            "The request was sent, then the connection closed without an answer: a proxy, a restart, a network that "
            "changed."
        ),
        remedy=_(
            "Check usage: it shows whether the call was counted. With an Idempotency-Key on every call, the "
            "built-in API never charges a repetition."
        ),
        triage=Triage("caller", "check"),
        message_if_free=_(
            "The connection broke after sending. By the provider's terms broken calls are not charged; "
            "check usage to be sure."
        ),
    ),
    "garbled_response": ErrorText(
        headline=_("The answer was unusable"),
        message=_(
            "The answer was unusable. It may have been charged; details are kept under id %(id)s. "
            "Check usage before trying again."
        ),
        cause=_("An answer came, but cut off, not JSON, or with a picture that cannot be read."),
        remedy=_("Check usage, then try again. If it stays, give support the request id."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The answer was unusable; details are kept under id %(id)s. By the provider's terms broken calls "
            "are not charged; check usage to be sure."
        ),
    ),
    "interrupted": ErrorText(
        headline=_("Interrupted by a restart"),
        message=_(
            "The server was restarted. The request was already sent and may have been charged: "
            "check usage before sending it again."
        ),
        cause=_(
            "This server was restarted, or something went wrong on it, while the run was waiting or working. "
            "The run says which."
        ),
        remedy=_("If it was not sent, send it again. If it was, check usage first."),
        triage=Triage("operator", "check"),
        message_unsent=_("The server was restarted. Not sent, not charged: send it again."),
    ),
    "key_forgotten": ErrorText(
        headline=_("The key was forgotten"),
        message=_(
            "The key was forgotten before this run was sent. Nothing was charged. Enter the key and send it again."
        ),
        cause=_("“Forget key” was pressed while the run was still waiting for its turn."),
        remedy=_("Enter the key and send the run again."),
        triage=Triage("caller", "now", "key"),
    ),
    "cancelled": ErrorText(
        headline=_("Cancelled"),
        message=_("Cancelled. The request was already sent and may have been charged; what arrived is kept."),
        cause=_("Somebody pressed Cancel."),
        remedy=_("Nothing. If the request was sent already, usage shows whether it was counted."),
        triage=Triage("nobody", "check"),
        message_unsent=_("Cancelled. Not sent, not charged."),
    ),
    PARTIAL_REHEARSAL: ErrorText(
        headline=_("Fewer pictures than asked"),
        message=ngettext_lazy(
            "%(came)d of %(asked)d pictures came; it is saved.",
            "%(came)d of %(asked)d pictures came; these are saved.",
            "came",
        ),
        cause=_("The answer is good but holds fewer pictures than n, or the connection broke after some had come."),
        remedy=_(
            "What came is saved and is all that is charged. Ask for the missing ones in a second call with a "
            "smaller n."
        ),
        triage=Triage("operator", "anew"),
    ),
}


def error_text(code: str) -> ErrorText:
    """Return the row of a code; old rows of the database may hold a code that is no longer listed."""
    return ERROR_TEXTS.get(code, ERROR_TEXTS["invalid_request"])
