"""Which sentence a run deserves, with its places filled in. Values in, text out: no request, no database."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.functional import Promise

from playground.imageapi.errors import ERRORS
from playground.imageapi.options import (
    CALLS_AT_ONCE,
    CDN_LIMIT_SECONDS,
    DAILY_IMAGES,
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    MIB,
)
from playground.imageapi.profiles import ImageApi
from playground.imageapi.waiting import seconds_to_midnight
from playground.pages import sentences
from playground.runs.models import Run, State

DEFAULT_WAIT_SECONDS: Final = 5


def headline(run: Run) -> str:
    """A few words for a run that did not go well; empty when it did."""
    if run.state == State.PARTIAL:
        return str(sentences.PARTIAL_HEADLINE)
    if not run.error:
        return ""
    if run.error == "interrupted" and run.error_facts.get("fault") in sentences.FAULTS:
        return str(sentences.FAULT_HEADLINE)
    return str(sentences.HEADLINES.get(run.error, sentences.REFUSED_HEADLINE))


def message(run: Run, came: int, at: datetime) -> str:
    """The sentence for a run of which `came` pictures arrived; empty when there is nothing to say."""
    if run.error_facts.get("not_kept"):
        return str(sentences.NOT_KEPT)
    if run.state == State.PARTIAL:
        return sentences.PARTIAL % {"came": came, "asked": run.asked}
    return str(_sentence(run)) % _places(run, at) if run.error else ""


def wait_seconds(run: Run) -> int | None:
    """Whole seconds after which trying again makes sense; None when waiting is not what helps."""
    row = ERRORS.get(run.error)
    told = run.error_facts.get("retry_after")
    if row is None or row.retry_after is None:
        return None
    return int(told) if isinstance(told, (int, float)) and told > 0 else row.retry_after


def api_of(run: Run) -> ImageApi | None:
    """The API the run goes to; None when it is not listed any more."""
    return settings.IMAGE_APIS.get(run.api)


def _sentence(run: Run) -> Promise:
    match run.error:
        case "cancelled":
            return sentences.CANCELLED_SENT if run.was_sent else sentences.CANCELLED_UNSENT
        case "interrupted":
            restarted = (sentences.INTERRUPTED_UNSENT, sentences.INTERRUPTED_SENT)
            return sentences.FAULTS.get(run.error_facts.get("fault", ""), restarted)[run.was_sent]
        case "image_daily_limit" if run.error_facts.get("param"):
            return sentences.DAY_LIMIT_TOO_SMALL
        case "image_daily_limit" if _is_builtin(run):
            return sentences.DAY_LIMIT_OF_KEY
        case "unknown_outcome" | "upstream_timeout" | "garbled_response" | "image_provider_error":
            return _broken(run)
        case "server_error":
            return _broken(run) if run.charged != "no" else sentences.FAILED_UNCHARGED
        case code if code in sentences.MESSAGES:
            return sentences.MESSAGES[code]
    return sentences.REFUSED_SETTING if run.error_facts.get("param") else sentences.REFUSED_REQUEST


def _broken(run: Run) -> Promise:
    api = api_of(run)
    is_free = api is not None and api.profile.failures_free
    if run.error == "unknown_outcome":
        return sentences.UNKNOWN_FREE if is_free else sentences.UNKNOWN
    if run.error == "upstream_timeout":
        return _slow(run, api, is_free=is_free)
    if run.error in ("server_error", "image_provider_error"):
        return sentences.FAILED_FREE if is_free else sentences.FAILED
    return sentences.GARBLED_FREE if is_free else sentences.GARBLED


def _slow(run: Run, api: ImageApi | None, *, is_free: bool) -> Promise:
    """Who asked for low quality is not advised to."""
    if run.parameters.get("quality") == "low":
        if api is not None and api.behind_cdn:
            return sentences.SLOW_CDN_LOW_FREE if is_free else sentences.SLOW_CDN_LOW
        return sentences.SLOW_LOW_FREE if is_free else sentences.SLOW_LOW
    if api is not None and api.behind_cdn:
        return sentences.SLOW_CDN_FREE if is_free else sentences.SLOW_CDN
    return sentences.SLOW_FREE if is_free else sentences.SLOW


def _places(run: Run, at: datetime) -> dict[str, object]:
    return {
        "param": run.error_facts.get("param") or "",
        "seconds": wait_seconds(run) if run.error != "upstream_timeout" else _waited(run, at),
        "wait": hours_and_minutes(seconds_to_midnight(at)),
        "limit": DAILY_IMAGES,
        "calls": _calls_at_once(run),
        "id": run.request_id or run.pk,
        "file_mb": MAX_FILE_BYTES // MIB,
        "total_mb": MAX_TOTAL_BYTES // MIB,
    }


def _waited(run: Run, at: datetime) -> int:
    return round(run.elapsed(at)) or CDN_LIMIT_SECONDS


def _calls_at_once(run: Run) -> int:
    api = api_of(run)
    return (api.profile.calls_at_once if api else None) or CALLS_AT_ONCE


def _is_builtin(run: Run) -> bool:
    api = api_of(run)
    return api is not None and api.is_builtin


def hours_and_minutes(seconds: int) -> str:
    """Seconds as people read a countdown: `h:mm`, rounded up to the minute."""
    minutes = -(-seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
