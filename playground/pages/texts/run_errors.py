"""The headline and the sentence for a run that did not go well: what happened, whether it was charged, what to do.

`error_codes.py` has the texts of each code. The texts below depend on more than the code.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from playground.imageapi.catalog import CDN_LIMIT_SECONDS, DAILY_IMAGES, DEFAULT_CONCURRENCY, MIB
from playground.imageapi.errors import ERRORS, PARTIAL_REHEARSAL
from playground.imageapi.pricing import seconds_to_midnight
from playground.imageapi.providers import BUILTIN, PROFILES, ImageApi
from playground.pages.texts.error_codes import ERROR_TEXTS, ErrorText
from playground.runs.models import Run, State

DEFAULT_WAIT_SECONDS: Final = 5
# Beside a field of the form, which says by itself which setting is meant.
REFUSED_FIELD: Final = _("The provider rejected this value. Change it and try again.")
_DAY_LIMIT_OF_KEY: Final = _(
    "This key has used today's images. The quota resets at 00:00 Beijing time (in %(wait)s). You weren't charged."
)
_DAY_LIMIT_TOO_SMALL: Final = _(
    "You requested more images than this key's daily quota. You weren't charged. Request fewer, or enter another key."
)
_REJECTED_SETTING_HEADLINE: Final = _("A setting was rejected")
_REJECTED_SETTING: Final = _(
    "The provider rejected a setting: %(param)s. You weren't charged. Change it and try again."
)
# For a timeout: (behind a CDN, in low quality already) -> (may have been charged, free by the provider's terms).
_TIMEOUTS: Final[dict[tuple[bool, bool], tuple[Promise, Promise]]] = {
    (False, False): (
        ERROR_TEXTS["upstream_timeout"].message,
        _(
            "No response within %(seconds)d s. Under the provider's terms, interrupted requests aren't charged; "
            "check your usage to be sure. Low quality is faster."
        ),
    ),
    (False, True): (
        _("No response within %(seconds)d s. You may have been charged. Check your usage before you try again."),
        _(
            "No response within %(seconds)d s. Under the provider's terms, interrupted requests aren't charged; "
            "check your usage to be sure."
        ),
    ),
    (True, False): (
        _(
            "No response within %(seconds)d s. This region has a %(cdn)d s limit: use a direct region or low "
            "quality. You may have been charged. Check your usage before you try again."
        ),
        _(
            "No response within %(seconds)d s. This region has a %(cdn)d s limit: use a direct region or low "
            "quality. Under the provider's terms, interrupted requests aren't charged; check your usage to be sure."
        ),
    ),
    (True, True): (
        _(
            "No response within %(seconds)d s. This region has a %(cdn)d s limit: use a direct region. You may have "
            "been charged. Check your usage before you try again."
        ),
        _(
            "No response within %(seconds)d s. This region has a %(cdn)d s limit: use a direct region. Under the "
            "provider's terms, interrupted requests aren't charged; check your usage to be sure."
        ),
    ),
}
_FAULT_HEADLINE: Final = _("Playground server error")
# For an interrupted run, by the `fault` in its error_facts: (not sent, sent).
_FAULTS: Final[dict[str, tuple[Promise, Promise]]] = {
    "server": (
        _("Something went wrong on this server before the request was sent. You weren't charged. Send it again."),
        _(
            "Something went wrong on this server after the request was sent. You may have been charged. Check your "
            "usage before you send it again."
        ),
    ),
    "disk": (
        _("This server couldn't write to its disk. Nothing was sent or charged. Send it again later."),
        _(
            "Images arrived, but this server couldn't save all of them. You may have been charged. Check "
            "your usage before you try again."
        ),
    ),
    "files": (
        _("This server couldn't read your source images. Nothing was sent or charged. Send it again later."),
        _(
            "This server couldn't read all of your source images. You may have been charged. Check your usage before "
            "you send it again."
        ),
    ),
    "worker": (
        _(
            "The server that handled this run stopped responding before the request was sent. You weren't "
            "charged. Send it again."
        ),
        _(
            "The server that handled this run stopped responding after the request was sent. You may have "
            "been charged. Check your usage before you send it again."
        ),
    ),
}
_DAMAGED: Final = ngettext_lazy(
    "%(came)d of %(asked)d images arrived intact and was saved. Damaged images were removed.",
    "%(came)d of %(asked)d images arrived intact and were saved. Damaged images were removed.",
    "came",
)
_NOT_KEPT: Final = _("The image arrived but couldn't be saved on the server. Download it now.")


def error_text(code: str) -> ErrorText:
    """Return the texts of a run's code; old rows of the database may hold a code that is no longer listed."""
    return ERROR_TEXTS.get(code, ERROR_TEXTS["invalid_request"])


def error_headline(run: Run) -> str:
    """Return a few words for a run that did not go well; empty when it did."""
    if run.state == State.PARTIAL:
        return str(ERROR_TEXTS[PARTIAL_REHEARSAL].headline)
    if not run.error:
        return ""
    if run.error == "interrupted" and run.error_facts.get("fault") in _FAULTS:
        return str(_FAULT_HEADLINE)
    text = error_text(run.error)
    return str(_REJECTED_SETTING_HEADLINE if text.rejects_setting else text.headline)


def error_message(run: Run, arrived: int, now: datetime) -> str:
    """Return the sentence for a run of which `arrived` pictures came; empty when there is nothing to say."""
    if run.error_facts.get("not_kept"):
        return str(_NOT_KEPT)
    if run.state == State.PARTIAL:
        text = _DAMAGED if run.error_facts.get("damaged") else ERROR_TEXTS[PARTIAL_REHEARSAL].message
        return str(text % {"came": arrived, "asked": run.requested_count})
    return str(_choose_message(run)) % _placeholders(run, now) if run.error else ""


def error_wait_seconds(run: Run) -> int | None:
    """Return the whole seconds after which a retry makes sense; None when waiting does not help."""
    row = ERRORS.get(run.error)
    retry_after = run.error_facts.get("retry_after")
    if row is None or row.retry_after is None:
        return None
    return int(retry_after) if isinstance(retry_after, (int, float)) and retry_after > 0 else row.retry_after


def run_api(run: Run) -> ImageApi | None:
    """Return the API that the run goes to; None when it is no longer listed."""
    return settings.IMAGE_APIS.get(run.api)


def hours_and_minutes(seconds: int) -> str:
    """Format a countdown as people write it ("1 h 54 min"), rounded up to the minute."""
    hours, minutes = divmod(-(-seconds // 60), 60)
    if not hours:
        text = _("%(minutes)d min")
    elif not minutes:
        text = _("%(hours)d h")
    else:
        text = _("%(hours)d h %(minutes)d min")
    return str(text) % {"hours": hours, "minutes": minutes}


def _choose_message(run: Run) -> Promise:
    text, api, param = error_text(run.error), run_api(run), run.error_facts.get("param")
    match run.error:
        case "interrupted" if (fault := run.error_facts.get("fault")) in _FAULTS:
            return _FAULTS[fault][run.was_sent]
        case "image_daily_limit" if param:
            return _DAY_LIMIT_TOO_SMALL
        case "image_daily_limit" if api is not None and api.is_builtin:
            return _DAY_LIMIT_OF_KEY
        case "server_error" if run.charged != "no":
            # The provider may have drawn before it failed.
            text = ERROR_TEXTS["image_provider_error"]
    if param and text.rejects_setting:
        return _REJECTED_SETTING
    if text.message_unsent and not run.was_sent:
        return text.message_unsent
    return _message_by_terms(run, text, api)


def _message_by_terms(run: Run, text: ErrorText, api: ImageApi | None) -> Promise:
    charged, free = text.message, text.message_if_free or text.message
    if run.error == "upstream_timeout":
        behind_cdn = api is not None and api.behind_cdn
        # Low quality is no advice for a run that was in low quality.
        is_low = run.parameters.get("quality") == "low"
        charged, free = _TIMEOUTS[behind_cdn, is_low]
    return free if api is not None and api.profile.failures_free else charged


def _placeholders(run: Run, now: datetime) -> dict[str, object]:
    api = run_api(run)
    # The API of an old run may no longer be listed; its limits are not known then.
    profile = api.profile if api else PROFILES[BUILTIN]
    return {
        "param": run.error_facts.get("param") or "",
        "seconds": error_wait_seconds(run) if run.error != "upstream_timeout" else _waited_seconds(run, now),
        "wait": hours_and_minutes(seconds_to_midnight(now)),
        "limit": DAILY_IMAGES,
        "calls": profile.concurrency_limit or DEFAULT_CONCURRENCY,
        "cdn": CDN_LIMIT_SECONDS,
        "id": run.request_id or run.pk,
        "file_mb": profile.max_file_bytes // MIB,
        "total_mb": profile.sources_bytes // MIB,
    }


def _waited_seconds(run: Run, now: datetime) -> int:
    # A simulated run has not waited at all: name the limit that the error is about.
    return round(run.elapsed_seconds(now)) or CDN_LIMIT_SECONDS
