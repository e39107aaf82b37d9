"""What visitors are told of every way a run can end: what happened, whether it cost money, what to do next.

Each sentence is one whole text for translators; `told.py` chooses one and fills in the named places.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from playground.imageapi.catalog import (
    CALLS_AT_ONCE,
    CDN_LIMIT_SECONDS,
    DAILY_IMAGES,
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    MIB,
)
from playground.imageapi.client.retry import seconds_to_midnight
from playground.imageapi.errors import ERRORS
from playground.imageapi.providers import ImageApi
from playground.runs.models import Run, State

HEADLINES: Final[dict[str, Promise]] = {
    "invalid_api_key": _("The key was not accepted"),
    "key_expired": _("The key has expired"),
    "permission_denied": _("The key may not do this"),
    "model_not_found": _("Model or address not found"),
    "not_found": _("Model or address not found"),
    "moderation_blocked": _("Refused by the content policy"),
    "unsupported_size": _("The size was refused"),
    "image_too_large": _("A file is too large"),
    "image_daily_limit": _("Today's pictures are used up"),
    "crs_daily_exhausted": _("The daily budget is used up"),
    "crs_total_exhausted": _("The total budget is used up"),
    "concurrency_exhausted": _("The key is busy"),
    "idempotency_in_progress": _("The first call still runs"),
    "idempotency_expired": _("The first answer is no longer stored"),
    "idempotency_mismatch": _("The idempotency key belongs to another call"),
    "service_overloaded": _("The provider is overloaded"),
    "image_provider_unavailable": _("The provider is not available"),
    "network_unreachable": _("Could not reach the API"),
    "unknown_outcome": _("The connection broke"),
    "upstream_timeout": _("No answer in time"),
    "garbled_response": _("The answer was unusable"),
    "image_provider_error": _("The provider failed"),
    "server_error": _("The provider failed"),
    "cancelled": _("Cancelled"),
    "interrupted": _("Interrupted by a restart"),
    "key_forgotten": _("The key was forgotten"),
    "client_gone": _("The connection was closed"),
}
REFUSED_HEADLINE: Final = _("A setting was refused")
PARTIAL_HEADLINE: Final = _("Fewer pictures than asked")

MESSAGES: Final[dict[str, Promise]] = {
    "invalid_api_key": _("The key is wrong or disabled. Nothing was charged. Check the key."),
    "key_expired": _("The key has expired. Nothing was charged. Enter another key."),
    "permission_denied": _("The key may not use this model. Nothing was charged. Choose another API or another key."),
    "model_not_found": _("Model or address not found. Nothing was charged. Choose another API."),
    "not_found": _("Model or address not found. Nothing was charged. Choose another API."),
    "moderation_blocked": _(
        "Refused by the content policy. Not charged. Change the prompt or pictures, then try again."
    ),
    "unsupported_size": _("The provider refused a setting: size. Not charged. Choose another size."),
    "image_too_large": _(
        "A file is over %(file_mb)d MB, or all together over %(total_mb)d MB. Not charged. Use smaller files."
    ),
    "image_daily_limit": _(
        "%(limit)d pictures today are used up; new ones from 00:00 Beijing time (in %(wait)s). Not charged."
    ),
    "crs_daily_exhausted": _(
        "The account's daily budget is used up. Not charged. Try again tomorrow, or raise the budget."
    ),
    "crs_total_exhausted": _(
        "The account's total budget is used up. Not charged. Raise the budget, or use another key."
    ),
    "concurrency_exhausted": _("This key already makes %(calls)d pictures; try again in %(seconds)d s. Not charged."),
    "idempotency_in_progress": _(
        "The first call with this idempotency key still runs. Nothing was charged now. Wait until it has ended, then "
        "send it again."
    ),
    "idempotency_expired": _(
        "The answer to the first call with this idempotency key is no longer stored. Nothing was charged now, and "
        "no picture was made. Send it again with a new key."
    ),
    "idempotency_mismatch": _(
        "The idempotency key was used for a different call before. Nothing was charged. Send it again with a new key."
    ),
    "service_overloaded": _("The provider is overloaded; try again in %(seconds)d s. Not charged."),
    "image_provider_unavailable": _("The provider is not available; try again in %(seconds)d s. Not charged."),
    "network_unreachable": _(
        "The provider could not be reached. Nothing was sent, nothing charged. Try again, or choose another API."
    ),
    "key_forgotten": _(
        "The key was forgotten before this run was sent. Nothing was charged. Enter the key and send it again."
    ),
    "client_gone": _("The connection was closed before the answer was complete. Nothing was charged. Try again."),
}
DAY_LIMIT_OF_KEY: Final = _(
    "This key's pictures for today are used up; new ones from 00:00 Beijing time (in %(wait)s). Not charged."
)
DAY_LIMIT_TOO_SMALL: Final = _(
    "You asked for more pictures than this key may make in a day. Not charged. Ask for fewer, or enter another key."
)
REFUSED_SETTING: Final = _("The provider refused a setting: %(param)s. Not charged. Change it and try again.")
REFUSED_FIELD: Final = _("The provider refused this. Change it and try again.")
REFUSED_REQUEST: Final = _("The provider refused the request. Not charged. Change a setting and try again.")
FAILED_UNCHARGED: Final = _("The provider failed. Nothing was charged. Try again, or choose another API.")

# What broke after sending. "free": the provider's terms say that failures cost nothing.
UNKNOWN: Final = _(
    "The connection broke after sending: the picture may have been made and charged. Check usage before trying again."
)
UNKNOWN_FREE: Final = _(
    "The connection broke after sending. By the provider's terms broken calls are not charged; "
    "check usage to be sure."
)
SLOW: Final = _(
    "No answer within %(seconds)d s. It may have been charged. Check usage, then try again in low quality."
)
SLOW_FREE: Final = _(
    "No answer within %(seconds)d s. By the provider's terms broken calls are not charged; "
    "check usage to be sure. Low quality is quicker."
)
SLOW_LOW: Final = _("No answer within %(seconds)d s. It may have been charged. Check usage before trying again.")
SLOW_LOW_FREE: Final = _(
    "No answer within %(seconds)d s. By the provider's terms broken calls are not charged; check usage to be sure."
)
SLOW_CDN: Final = _(
    "No answer within %(seconds)d s (100 s network limit: use a direct address or low quality). "
    "It may have been charged; check usage before trying again."
)
SLOW_CDN_FREE: Final = _(
    "No answer within %(seconds)d s (100 s network limit: use a direct address or low quality). "
    "By the provider's terms broken calls are not charged; check usage to be sure."
)
SLOW_CDN_LOW: Final = _(
    "No answer within %(seconds)d s (100 s network limit: use a direct address). "
    "It may have been charged; check usage before trying again."
)
SLOW_CDN_LOW_FREE: Final = _(
    "No answer within %(seconds)d s (100 s network limit: use a direct address). "
    "By the provider's terms broken calls are not charged; check usage to be sure."
)
FAILED: Final = _(
    "The provider failed. It may have been charged; details are kept under id %(id)s. "
    "Check usage before trying again."
)
FAILED_FREE: Final = _(
    "The provider failed; details are kept under id %(id)s. By the provider's terms broken calls "
    "are not charged; check usage to be sure."
)
GARBLED: Final = _(
    "The answer was unusable. It may have been charged; details are kept under id %(id)s. "
    "Check usage before trying again."
)
GARBLED_FREE: Final = _(
    "The answer was unusable; details are kept under id %(id)s. By the provider's terms broken calls "
    "are not charged; check usage to be sure."
)
CANCELLED_UNSENT: Final = _("Cancelled. Not sent, not charged.")
CANCELLED_SENT: Final = _("Cancelled. The request was already sent and may have been charged; what arrived is kept.")
INTERRUPTED_UNSENT: Final = _("The server was restarted. Not sent, not charged: send it again.")
INTERRUPTED_SENT: Final = _(
    "The server was restarted. The request was already sent and may have been charged: "
    "check usage before sending it again."
)
# What broke on this side, by `fault` of the run's error_facts: not sent, and sent.
FAULTS: Final[dict[str, tuple[Promise, Promise]]] = {
    "server": (
        _("Something went wrong on this server. Not sent, not charged: send it again."),
        _(
            "Something went wrong on this server after the request was sent. It may have been charged: "
            "check usage before sending it again."
        ),
    ),
    "disk": (
        _("This server could not write to its disk. Not sent, not charged: send it again later."),
        _(
            "Pictures came, but this server could not save all of them. They may have been charged: "
            "check usage before sending it again."
        ),
    ),
    "files": (
        _("This server could not read the pictures to be sent. Not sent, not charged: send it again later."),
        _(
            "This server could not read all the pictures to be sent. The request may have been charged: "
            "check usage before sending it again."
        ),
    ),
    "worker": (
        _("The server that worked on this stopped responding. Not sent, not charged: send it again."),
        _(
            "The server that worked on this stopped responding after the request was sent. "
            "It may have been charged: check usage before sending it again."
        ),
    ),
}
FAULT_HEADLINE: Final = _("This server failed")
PARTIAL: Final = ngettext_lazy(
    "%(came)d of %(asked)d pictures came; it is saved.",
    "%(came)d of %(asked)d pictures came; these are saved.",
    "came",
)
NOT_KEPT: Final = _("The picture came but could not be kept: save it now.")


DEFAULT_WAIT_SECONDS: Final = 5


def error_headline(run: Run) -> str:
    """A few words for a run that did not go well; empty when it did."""
    if run.state == State.PARTIAL:
        return str(PARTIAL_HEADLINE)
    if not run.error:
        return ""
    if run.error == "interrupted" and run.error_facts.get("fault") in FAULTS:
        return str(FAULT_HEADLINE)
    return str(HEADLINES.get(run.error, REFUSED_HEADLINE))


def error_message(run: Run, came: int, at: datetime) -> str:
    """The sentence for a run of which `came` pictures arrived; empty when there is nothing to say."""
    if run.error_facts.get("not_kept"):
        return str(NOT_KEPT)
    if run.state == State.PARTIAL:
        return PARTIAL % {"came": came, "asked": run.asked}
    return str(_sentence(run)) % _slot_sentence(run, at) if run.error else ""


def error_wait_seconds(run: Run) -> int | None:
    """Whole seconds after which trying again makes sense; None when waiting is not what helps."""
    row = ERRORS.get(run.error)
    told = run.error_facts.get("retry_after")
    if row is None or row.retry_after is None:
        return None
    return int(told) if isinstance(told, (int, float)) and told > 0 else row.retry_after


def run_api(run: Run) -> ImageApi | None:
    """The API the run goes to; None when it is not listed any more."""
    return settings.IMAGE_APIS.get(run.api)


def _sentence(run: Run) -> Promise:
    match run.error:
        case "cancelled":
            return CANCELLED_SENT if run.was_sent else CANCELLED_UNSENT
        case "interrupted":
            restarted = (INTERRUPTED_UNSENT, INTERRUPTED_SENT)
            return FAULTS.get(run.error_facts.get("fault", ""), restarted)[run.was_sent]
        case "image_daily_limit" if run.error_facts.get("param"):
            return DAY_LIMIT_TOO_SMALL
        case "image_daily_limit" if _is_builtin(run):
            return DAY_LIMIT_OF_KEY
        case "unknown_outcome" | "upstream_timeout" | "garbled_response" | "image_provider_error":
            return _broken(run)
        case "server_error":
            return _broken(run) if run.charged != "no" else FAILED_UNCHARGED
        case code if code in MESSAGES:
            return MESSAGES[code]
    return REFUSED_SETTING if run.error_facts.get("param") else REFUSED_REQUEST


def _broken(run: Run) -> Promise:
    api = run_api(run)
    is_free = api is not None and api.profile.failures_free
    if run.error == "unknown_outcome":
        return UNKNOWN_FREE if is_free else UNKNOWN
    if run.error == "upstream_timeout":
        return _slow(run, api, is_free=is_free)
    if run.error in ("server_error", "image_provider_error"):
        return FAILED_FREE if is_free else FAILED
    return GARBLED_FREE if is_free else GARBLED


def _slow(run: Run, api: ImageApi | None, *, is_free: bool) -> Promise:
    """Who asked for low quality is not advised to."""
    if run.parameters.get("quality") == "low":
        if api is not None and api.behind_cdn:
            return SLOW_CDN_LOW_FREE if is_free else SLOW_CDN_LOW
        return SLOW_LOW_FREE if is_free else SLOW_LOW
    if api is not None and api.behind_cdn:
        return SLOW_CDN_FREE if is_free else SLOW_CDN
    return SLOW_FREE if is_free else SLOW


def _slot_sentence(run: Run, at: datetime) -> dict[str, object]:
    return {
        "param": run.error_facts.get("param") or "",
        "seconds": error_wait_seconds(run) if run.error != "upstream_timeout" else _format_wait(run, at),
        "wait": hours_and_minutes(seconds_to_midnight(at)),
        "limit": DAILY_IMAGES,
        "calls": _calls_at_once(run),
        "id": run.request_id or run.pk,
        "file_mb": MAX_FILE_BYTES // MIB,
        "total_mb": MAX_TOTAL_BYTES // MIB,
    }


def _format_wait(run: Run, at: datetime) -> int:
    return round(run.elapsed(at)) or CDN_LIMIT_SECONDS


def _calls_at_once(run: Run) -> int:
    api = run_api(run)
    return (api.profile.calls_at_once if api else None) or CALLS_AT_ONCE


def _is_builtin(run: Run) -> bool:
    api = run_api(run)
    return api is not None and api.is_builtin


def hours_and_minutes(seconds: int) -> str:
    """Seconds as people read a countdown: `h:mm`, rounded up to the minute."""
    minutes = -(-seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
