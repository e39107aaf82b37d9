"""What went wrong, as an ApiError: from a status and a body, or from the place where the connection broke."""

import datetime
from collections.abc import Mapping
from typing import Final, Literal

import requests
import urllib3

from playground.imageapi.errors import API_ERRORS, ERRORS, ApiError
from playground.imageapi.faultwords import CODES, TYPES, USER_ERROR, code_of_words
from playground.imageapi.guard import AddressRefused
from playground.imageapi.redact import header_word, is_markup, provider_line
from playground.imageapi.road import Road
from playground.imageapi.saying import Saying
from playground.imageapi.waiting import UNTIL_MIDNIGHT, sane_seconds, seconds_to_midnight, told_seconds

Stage = Literal["head", "body"]

DEADLINE: Final = "deadline"
_OURS_TO_SAY: Final = frozenset(row.code for row in API_ERRORS)
_LIMITS: Final = frozenset(
    ("image_daily_limit", "crs_daily_exhausted", "crs_total_exhausted", "concurrency_exhausted")
)
_LOAD: Final = frozenset(("service_overloaded", "image_provider_unavailable"))
_RETRIED: Final = _LOAD | {"concurrency_exhausted"}
_KEY: Final = frozenset(("invalid_api_key", "key_expired"))
_BROKEN: Final = "garbled_response"

# Status -> the code it means by itself. 499, 522 and 524 are what nginx and Cloudflare answer for a slow origin.
_BY_STATUS: Final[dict[int, str]] = {
    400: "invalid_request",
    401: "invalid_api_key",
    402: "crs_total_exhausted",
    403: "permission_denied",
    404: "model_not_found",
    405: "model_not_found",
    408: "image_provider_unavailable",
    409: "image_provider_unavailable",
    410: "model_not_found",
    413: "image_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "concurrency_exhausted",
    499: "upstream_timeout",
    503: "image_provider_unavailable",
    504: "upstream_timeout",
    521: "image_provider_unavailable",
    522: "upstream_timeout",
    523: "image_provider_unavailable",
    524: "upstream_timeout",
    525: "image_provider_unavailable",
    526: "image_provider_unavailable",
    529: "service_overloaded",
}
_SERVER_WORDS: Final = _LIMITS | _LOAD | {"moderation_blocked", "upstream_timeout"}
# Statuses whose words may only choose between these; an empty set: the status alone decides. Others: any word counts.
_WORDS_MAY_SAY: Final[dict[int, frozenset[str]]] = {
    401: _KEY | {"permission_denied", "crs_total_exhausted"},
    404: frozenset(),
    408: _LOAD,
    409: _LOAD,
    413: frozenset(),
    429: _LIMITS | _LOAD,
    499: frozenset(),
    503: _LIMITS | _LOAD,
    504: frozenset(),
    522: frozenset(),
    524: frozenset(),
}


def of_answer(
    status: int, headers: Mapping[str, str], said: Saying | None, text: str, key: str, *, now: datetime.datetime
) -> ApiError:
    """The error that an answer means. `text` is the body as text, for answers that are no JSON."""
    text = text[:8000]
    is_error_body = said is not None
    said = said or Saying(message="" if is_markup(text) else text)
    code = _code_of(said, status, is_error_body=is_error_body)
    return ApiError(
        code,
        param=said.param or ("size" if code == "unsupported_size" else None),
        status=status,
        retry_after=_retry_after(code, headers.get("Retry-After"), now),
        provider_said=provider_line(said.message, key),
        request_id=header_word(headers.get("x-request-id", "")),
        # A server that failed by an unknown fault may have drawn first, whatever it says about itself.
        charged="maybe" if code == "server_error" else None,
    )


def _code_of(said: Saying, status: int, *, is_error_body: bool) -> str:
    if said.code in _OURS_TO_SAY:
        return said.code
    if said.status is not None and status < 400:
        status = said.status
    named = CODES.get(said.code) or CODES.get(said.type)
    if named:
        return _size_or(named, said)
    if said.type == USER_ERROR and status < 500 and (said.code or said.param):
        return _size_or("invalid_request", said)
    # General codes and types hold words like "invalid" and "limit" that would drown what the message says.
    words = said.message if said.code in TYPES else f"{said.code} {said.message}"
    worded = code_of_words(words[:2000])
    if worded and worded in _WORDS_MAY_SAY.get(status, _SERVER_WORDS if status >= 500 else ERRORS):
        return _size_or(worded, said)
    by_type = TYPES.get(said.code) or TYPES.get(said.type) or _BROKEN
    # A server that says in JSON that it failed is understood; a page of its proxy is no answer.
    failed = "server_error" if is_error_body else _BROKEN
    by_status = _BY_STATUS.get(status) or ("invalid_request" if 400 <= status < 500 else failed)
    return _size_or(by_type if status < 400 else by_status, said)


def _size_or(code: str, said: Saying) -> str:
    return "unsupported_size" if code == "invalid_request" and said.param == "size" else code


def _retry_after(code: str, told: str | None, now: datetime.datetime) -> int | None:
    if code in UNTIL_MIDNIGHT:
        seconds = told_seconds(told, now)
        return seconds if seconds else seconds_to_midnight(now)
    if code in _RETRIED:
        return sane_seconds(told, now, default=ERRORS[code].retry_after or 5)
    return None


def wait_before_retry(
    error: ApiError, headers: Mapping[str, str], longest: int, now: datetime.datetime
) -> int | None:
    """Seconds after which a refused request may be sent once more; None when it may not.

    Only a plain refusal (429, 503) with a short Retry-After: the request was not worked on, so nothing was paid.
    """
    told = told_seconds(headers.get("Retry-After"), now)
    if error.status not in (429, 503) or error.code not in _RETRIED or told is None or told > longest:
        return None
    return None if headers.get("x-should-retry", "").strip().lower() == "false" else told


def of_road(road: Road, stage: Stage, *, timed_out: bool, why: str) -> ApiError:
    """The error of a connection that broke. `why` is our own sentence; `timed_out`: silence, not a break."""
    if road.why_cut not in ("", DEADLINE):
        return ApiError(road.why_cut, charged="maybe" if road.is_used else "no")
    if not road.is_used:
        return ApiError("network_unreachable", f"The API could not be reached: {why}.", charged="no")
    if stage == "head" and (road.why_cut == DEADLINE or timed_out):
        return ApiError("upstream_timeout", status=0)
    return ApiError("unknown_outcome")


def why_unreachable(error: Exception) -> str:
    """Half a sentence of ours on why no connection came about."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    cause = getattr(reason, "__cause__", None)
    if isinstance(cause, AddressRefused):
        return str(cause)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "its name was not found"
    if isinstance(reason, urllib3.exceptions.SSLError):
        return "its certificate could not be verified"
    if isinstance(error, requests.Timeout):
        return "no connection came about in time"
    return "the connection was refused"


def garbled(why: str, *, request_id: str = "") -> ApiError:
    """An answer that came and could not be used. `why` is our own sentence."""
    return ApiError(_BROKEN, f"The answer was unusable: {why}.", request_id=request_id)


def not_kept(request_id: str = "") -> ApiError:
    """Our own fault: the answer came, and the disk did not take it."""
    message = "What came could not be kept on disk."
    return ApiError("interrupted", message, charged="maybe", request_id=request_id, fault="disk")
