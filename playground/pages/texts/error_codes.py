"""Every text about an error code, one row a code: for the run's card, its button, and the reference.

`imageapi/errors.py` has the API's own messages, in the same order. Each text is a whole sentence for translators.
"""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from playground.imageapi.errors import PARTIAL_REHEARSAL

Actor = Literal["caller", "holder", "operator", "nobody"]
Retry = Literal["wait", "change", "check", "now", "tomorrow", "pay_again"]
Action = Literal["repeat", "reconnect", "wait", "edit", "quicker", "key", "api", "budget"]


class Triage(NamedTuple):
    """The next step: the person who must act, the effect of a retry, and the first button of the run's card."""

    actor: Actor
    retry: Retry
    action: Action = "repeat"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The texts of one code: `message` is for a run's card, `cause` and `remedy` for the reference.

    Variants of `message`: the run was never sent, failures are free by the provider's terms. `rejects_setting`: the
    card says which setting was rejected when the provider named it (run_errors.py).
    """

    headline: Promise
    message: Promise
    cause: Promise
    remedy: Promise
    triage: Triage
    message_unsent: Promise | None = None
    message_if_free: Promise | None = None
    rejects_setting: bool = False


_REFUSED_REQUEST: Final = _("The provider rejected the request. You weren't charged. Change a setting and try again.")

ERROR_TEXTS: Final[dict[str, ErrorText]] = {
    # Statuses of 4xx: the API rejects a call, and charges nothing.
    # Also for the runs of an earlier version whose code is no longer listed (run_errors.py).
    "invalid_request": ErrorText(
        headline=_("Invalid request"),
        message=_REFUSED_REQUEST,
        cause=_("A field is missing, has an unsupported value, or conflicts with another field. See param."),
        remedy=_("Check message and param, fix that field and resend. Allowed values are in the parameter tables."),
        triage=Triage("caller", "change", "edit"),
        rejects_setting=True,
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
        rejects_setting=True,
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
            "deleted to make room for newer ones. Responses are stored for %(job_hours)s hours, up to %(answers_mb)s "
            "MB per key."
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
        rejects_setting=True,
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
    # All others: the provider, the network or this server fails, or a run is stopped.
    "server_error": ErrorText(
        headline=_("Provider error"),
        message=_("The provider had an error. You weren't charged. Try again, or choose another API."),
        cause=_("Internal server error."),
        remedy=_("Check your usage, then try once more. If it keeps failing, send support the request ID."),
        triage=Triage("operator", "check"),
    ),
    "image_provider_error": ErrorText(
        headline=_("Provider error"),
        message=_(
            "The provider had an error, and you may have been charged. Check your usage before you try again. "
            "Details are saved under ID %(id)s."
        ),
        cause=_("The provider behind the API failed or returned something that isn't an image."),
        remedy=_("Check your usage, then try once more. If it keeps failing, send support the request ID."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The provider had an error. Under its terms, failed requests aren't charged; check your usage to be "
            "sure. Details are saved under ID %(id)s."
        ),
    ),
    "service_overloaded": ErrorText(
        headline=_("Provider overloaded"),
        message=_("The provider is overloaded; try again in %(seconds)d s. You weren't charged."),
        cause=_("The service is at capacity; your request wasn't started."),
        remedy=_("Wait as long as Retry-After says, then try again. Wait a little longer each time."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "image_provider_unavailable": ErrorText(
        headline=_("Provider unavailable"),
        message=_("The provider is unavailable; try again in %(seconds)d s. You weren't charged."),
        cause=_("The provider behind the API isn't responding at the moment."),
        remedy=_("Wait as long as Retry-After says, then try again, or use another region."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "upstream_timeout": ErrorText(
        headline=_("Timed out"),
        message=_(
            "No response within %(seconds)d s. You may have been charged. Check your usage, then try again in low "
            "quality."
        ),
        cause=_(
            "No response arrived in time. A CDN cuts requests off after %(cdn)s s with an HTML page and status 524; "
            "medium and high quality often take longer than that."
        ),
        remedy=_(
            "Use a region without the %(cdn)s s limit, low quality, or a smaller size. Set your program's timeout "
            "to at least %(timeout)s s."
        ),
        triage=Triage("caller", "check", "quicker"),
    ),
    "network_unreachable": ErrorText(
        headline=_("Couldn't reach the API"),
        message=_("The provider couldn't be reached. Nothing was sent or charged. Try again, or choose another API."),
        cause=_(
            "Couldn't connect: the host wasn't found, the connection was refused, or the certificate is invalid."
        ),
        remedy=_("Check the base URL and your network, or use another region, then send it again."),
        triage=Triage("caller", "now", "reconnect"),
    ),
    "unknown_outcome": ErrorText(
        headline=_("Connection lost"),
        message=_(
            "The connection was lost after the request was sent. The image may have been generated and charged. "
            "Check your usage before you try again."
        ),
        cause=_(
            "The request was sent, but the connection closed before a response arrived, for example because of a "
            "proxy, a restart or a network change."
        ),
        remedy=_(
            "Check your usage: it shows whether the request was counted. If you send an Idempotency-Key with every "
            "request, the built-in API never charges for a repeat."
        ),
        triage=Triage("caller", "check"),
        message_if_free=_(
            "The connection was lost after the request was sent. Under the provider's terms, interrupted requests "
            "aren't charged; check your usage to be sure."
        ),
    ),
    "garbled_response": ErrorText(
        headline=_("Unusable response"),
        message=_(
            "The provider's response was unusable, and you may have been charged. Check your usage before you try "
            "again. Details are saved under ID %(id)s."
        ),
        cause=_("A response arrived, but it was cut off, wasn't JSON, or contained an unreadable image."),
        remedy=_("Check your usage, then try again. If it keeps failing, send support the request ID."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The provider's response was unusable. Under its terms, failed requests aren't charged; check your "
            "usage to be sure. Details are saved under ID %(id)s."
        ),
    ),
    "interrupted": ErrorText(
        headline=_("Interrupted by a restart"),
        message=_(
            "The server was restarted after the request was sent. You may have been charged. Check your usage "
            "before you send it again."
        ),
        cause=_("This server was restarted or failed while the run was waiting or running. The run page says which."),
        remedy=_("If the request wasn't sent, send it again. If it was, check your usage first."),
        triage=Triage("operator", "check"),
        message_unsent=_("The server was restarted before the request was sent. You weren't charged. Send it again."),
    ),
    "key_forgotten": ErrorText(
        headline=_("Key removed"),
        message=_(
            "You removed the key before this run was sent. You weren't charged. Enter the key and send it again."
        ),
        cause=_("The key was removed from this session while the run was still waiting."),
        remedy=_("Enter the key, then send the run again."),
        triage=Triage("caller", "now", "key"),
    ),
    "cancelled": ErrorText(
        headline=_("Cancelled"),
        message=_(
            "You cancelled this run after the request was sent, so you may have been charged. Images that had "
            "already arrived are saved."
        ),
        cause=_("You cancelled the run."),
        remedy=_("Nothing. If the request was already sent, your usage shows whether it was counted."),
        triage=Triage("nobody", "check"),
        message_unsent=_("You cancelled this run before the request was sent. You weren't charged."),
    ),
    PARTIAL_REHEARSAL: ErrorText(
        headline=_("Fewer images than requested"),
        message=ngettext_lazy(
            "%(came)d of %(asked)d images arrived and was saved.",
            "%(came)d of %(asked)d images arrived and were saved.",
            "came",
        ),
        cause=_(
            "The response is valid but contains fewer images than n, or the connection was lost after some had "
            "arrived."
        ),
        remedy=_(
            "The delivered images are saved, and you're charged only for those. Request the missing ones with a "
            "smaller n."
        ),
        triage=Triage("operator", "pay_again"),
    ),
}
