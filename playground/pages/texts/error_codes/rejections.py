"""The texts of errors with a status of 4xx: the API rejects a call, and charges nothing."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from playground.pages.texts.error_codes.error_text import ErrorText, Triage

_REFUSED_HEADLINE: Final = _("A setting was refused")
_REFUSED_SETTING: Final = _("The provider refused a setting: %(param)s. Not charged. Change it and try again.")
_REFUSED_REQUEST: Final = _("The provider refused the request. Not charged. Change a setting and try again.")

REJECTION_TEXTS: Final[dict[str, ErrorText]] = {
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
}
