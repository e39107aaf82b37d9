"""The texts of errors with a status of 4xx: the API rejects a call, and charges nothing."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from playground.pages.texts.error_codes.error_text import ErrorText, Triage

_REFUSED_HEADLINE: Final = _("A setting was rejected")
_REFUSED_SETTING: Final = _(
    "The provider rejected a setting: %(param)s. You weren't charged. Change it and try again."
)
_REFUSED_REQUEST: Final = _("The provider rejected the request. You weren't charged. Change a setting and try again.")

REJECTION_TEXTS: Final[dict[str, ErrorText]] = {
    "invalid_request": ErrorText(
        headline=_("Invalid request"),
        message=_REFUSED_REQUEST,
        cause=_("A field is missing, has an unsupported value, or conflicts with another field. See param."),
        remedy=_("Check message and param, fix that field and resend. Allowed values are in the parameter tables."),
        triage=Triage("caller", "change", "edit"),
        run_headline=_REFUSED_HEADLINE,
        message_for_field=_REFUSED_SETTING,
    ),
    "moderation_blocked": ErrorText(
        headline=_("Rejected by the content policy"),
        message=_(
            "The content policy rejected this request. You weren't charged. Change the prompt or the images, then "
            "try again."
        ),
        cause=_(
            "The content policy rejected the prompt or an image, often because of a brand, a well-known person, "
            "violence or nudity."
        ),
        remedy=_("Describe the image without names, brands or the rejected subject, or use different source images."),
        triage=Triage("caller", "change", "edit"),
    ),
    "invalid_api_key": ErrorText(
        headline=_("Your key was rejected"),
        message=_("The key is wrong or disabled. You weren't charged. Check the key."),
        cause=_(
            "The Authorization header is missing, or the key is mistyped, disabled, or belongs to another service."
        ),
        remedy=_(
            "Send Authorization: Bearer followed by the complete key, without quotes or spaces. Check in your "
            "dashboard that the key is enabled."
        ),
        triage=Triage("holder", "change", "key"),
    ),
    "key_expired": ErrorText(
        headline=_("Your key has expired"),
        message=_("The key has expired. You weren't charged. Enter another key."),
        cause=_("The key's expiry date has passed."),
        remedy=_("Use another key, or ask for this one to be extended."),
        triage=Triage("holder", "change", "key"),
    ),
    "permission_denied": ErrorText(
        headline=_("Your key doesn't have access"),
        message=_(
            "This key doesn't have access to the model. You weren't charged. Choose another API or another key."
        ),
        cause=_(
            "The key is valid but doesn't have access to this model or feature. Simulated errors, for example, need "
            "a demo key."
        ),
        remedy=_("Use a key with access, or have access added to this one."),
        triage=Triage("holder", "change", "api"),
    ),
    "not_found": ErrorText(
        headline=_("Model or URL not found"),
        message=_("The model or URL wasn't found. You weren't charged. Choose another API."),
        cause=_(
            "The URL doesn't exist. Common causes: /v1 is missing from the base URL or appears twice, you requested "
            "images/variations, which isn't supported, or an image link has expired (links are valid for "
            "%(url_minutes)s minutes)."
        ),
        remedy=_(
            "Check that the base URL ends in exactly one /v1. For variations, use images/edits with "
            "input_fidelity=high and an empty prompt."
        ),
        triage=Triage("caller", "change", "api"),
    ),
    "model_not_found": ErrorText(
        headline=_("Model or URL not found"),
        message=_("The model or URL wasn't found. You weren't charged. Choose another API."),
        cause=_("You requested a model other than %(model)s, or its name is mistyped."),
        remedy=_("Send model=%(model)s. GET models lists the available models."),
        triage=Triage("caller", "change", "api"),
    ),
    "method_not_allowed": ErrorText(
        headline=_("Method not allowed"),
        message=_REFUSED_REQUEST,
        cause=_("Use POST to request images, and GET for models and usage."),
        remedy=_("The Allow response header lists the supported methods."),
        triage=Triage("caller", "change"),
        run_headline=_REFUSED_HEADLINE,
        message_for_field=_REFUSED_SETTING,
    ),
    "idempotency_in_progress": ErrorText(
        headline=_("The first request is still running"),
        message=_(
            "The first request with this idempotency key is still running. You weren't charged again. Wait until it "
            "finishes, then send it again."
        ),
        cause=_("You reused an Idempotency-Key while the first request with it was still running."),
        remedy=_(
            "Wait until the first request finishes, then send the same request again: you get the original response "
            "and aren't charged twice."
        ),
        triage=Triage("caller", "wait"),
    ),
    "idempotency_expired": ErrorText(
        headline=_("The first response is no longer stored"),
        message=_(
            "The response to the first request with this idempotency key is no longer stored. No image was "
            "generated, and you weren't charged again. Send it again with a new key."
        ),
        cause=_(
            "The first request with this Idempotency-Key succeeded and was charged, but its images have been "
            "deleted to make room for newer ones. Responses are stored for 24 hours, up to %(answers_mb)s MB per "
            "key."
        ),
        remedy=_(
            "You weren't charged for the repeat. If you still need the image, send the request with a new "
            "Idempotency-Key: it is generated and charged again. Save each response as soon as you receive it."
        ),
        triage=Triage("caller", "change"),
    ),
    "image_too_large": ErrorText(
        headline=_("File too large"),
        message=_(
            "A file is over %(file_mb)d MB, or the files together are over %(total_mb)d MB. You weren't charged. "
            "Use smaller files."
        ),
        cause=_("A file is over %(file_mb)s MB, or the files in the request are over %(total_mb)s MB together."),
        remedy=_("Save the image as JPEG or WebP, or make it smaller. Photos take up far more space as PNG."),
        triage=Triage("caller", "change", "edit"),
    ),
    "unsupported_media_type": ErrorText(
        headline=_("Unsupported content type"),
        message=_REFUSED_REQUEST,
        cause=_(
            "Generations accept application/json, edits accept multipart/form-data. A Content-Type header that you "
            "set yourself often lacks the form boundary."
        ),
        remedy=_("Let your HTTP library set Content-Type: requests, FormData and curl -F all do it correctly."),
        triage=Triage("caller", "change", "edit"),
        run_headline=_REFUSED_HEADLINE,
        message_for_field=_REFUSED_SETTING,
    ),
    "unsupported_size": ErrorText(
        headline=_("Unsupported size"),
        message=_("The provider doesn't support this size. You weren't charged. Choose another size."),
        cause=_("size isn't one of the supported values. auto is available for edits only."),
        remedy=_("Choose a size from the table, or auto for edits."),
        triage=Triage("caller", "change", "edit"),
    ),
    "idempotency_mismatch": ErrorText(
        headline=_("The idempotency key belongs to another request"),
        message=_(
            "This idempotency key was already used for a different request. You weren't charged. Send it again with "
            "a new key."
        ),
        cause=_("The Idempotency-Key was already used with different parameters or files."),
        remedy=_("Use a new Idempotency-Key for each distinct request."),
        triage=Triage("caller", "change"),
    ),
    "crs_daily_exhausted": ErrorText(
        headline=_("Daily budget used up"),
        message=_(
            "The account's daily budget is used up. You weren't charged. Try again tomorrow, or raise the budget."
        ),
        cause=_("The account's daily budget (dailyCostLimit) is used up. All services on the account share it."),
        remedy=_("Wait until the budget resets, raise it in your account, or use a key from another account."),
        triage=Triage("holder", "tomorrow", "budget"),
    ),
    "crs_total_exhausted": ErrorText(
        headline=_("Total budget used up"),
        message=_(
            "The account's total budget is used up. You weren't charged. Raise the budget, or use another key."
        ),
        cause=_("The account's total budget (totalCostLimit) is used up."),
        remedy=_("Raise the account's total budget, or use a key from another account."),
        triage=Triage("holder", "change", "budget"),
    ),
    "image_daily_limit": ErrorText(
        headline=_("Daily image quota used up"),
        message=_(
            "You've used today's %(limit)d images. The quota resets at 00:00 Beijing time (in %(wait)s). You "
            "weren't charged."
        ),
        cause=_(
            "The key has used its daily quota (%(daily)s images by default, generations and edits combined). Resets "
            "at 00:00 Beijing time."
        ),
        remedy=_("Wait until midnight Beijing time, use another key, or ask support for a higher quota."),
        triage=Triage("holder", "tomorrow", "budget"),
    ),
    "concurrency_exhausted": ErrorText(
        headline=_("Concurrency limit reached"),
        message=_(
            "This key already has %(calls)d requests running; try again in %(seconds)d s. You weren't charged."
        ),
        cause=_("The key is at its concurrency limit (%(calls)s by default, shared by both endpoints)."),
        remedy=_(
            "Queue requests in your program, or ask support for a higher limit. This playground queues them for you."
        ),
        triage=Triage("caller", "wait", "wait"),
    ),
    "client_gone": ErrorText(
        headline=_("Connection closed by the client"),
        message=_("The connection was closed before the response was complete. You weren't charged. Try again."),
        cause=_(
            "Your program closed the connection before the response was complete: its timeout was too short, it was "
            "stopped, or the network changed. Usage lists these requests under this code."
        ),
        remedy=_(
            "Send it again; you weren't charged. Set your program's timeout to at least %(timeout)s s. If you send "
            "an Idempotency-Key, the built-in API returns images it already generated instead of generating them "
            "again."
        ),
        triage=Triage("caller", "now"),
    ),
}
