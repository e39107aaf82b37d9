"""Map what an API answered, or how a connection failed, to an error code of ours."""

import datetime
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final, Literal

import requests
import urllib3

from playground.imageapi.billing_day import seconds_to_midnight
from playground.imageapi.client.error_phrases import CODES, TYPES, USER_ERROR, error_code_from_phrase
from playground.imageapi.client.response import ErrorFields
from playground.imageapi.client.ssrf import AddressRefusedError
from playground.imageapi.client.transport import CancellableSocket
from playground.imageapi.errors import API_ERRORS, ERRORS, UNTIL_MIDNIGHT, ApiError
from playground.imageapi.untrusted_text import header_value, is_markup, provider_line

Stage = Literal["head", "body"]

DEADLINE: Final = "deadline"
MAX_SHOWN_WAIT: Final = 120
DEFAULT_RETRY_AFTER: Final = 5
_DAY: Final = 24 * 60 * 60
_LOCAL_CODES: Final = frozenset(row.code for row in API_ERRORS)
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
_CODES_FROM_PHRASES: Final[dict[int, frozenset[str]]] = {
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


def error_from_answer(
    status: int, headers: Mapping[str, str], said: ErrorFields | None, text: str, key: str, *, now: datetime.datetime
) -> ApiError:
    """The error that an answer means. `text` is the body as text, for answers that are no JSON."""
    text = text[:8000]
    is_error_body = said is not None
    said = said or ErrorFields(message="" if is_markup(text) else text)
    code = _error_code(said, status, is_error_body=is_error_body)
    return ApiError(
        code,
        param=said.param or ("size" if code == "unsupported_size" else None),
        status=status,
        retry_after=_retry_after(code, headers.get("Retry-After"), now),
        provider_said=provider_line(said.message, key),
        request_id=header_value(headers.get("x-request-id", "")),
        # A server that failed by an unknown fault may have drawn first, whatever it says about itself.
        charged="maybe" if code == "server_error" else None,
    )


def _error_code(said: ErrorFields, status: int, *, is_error_body: bool) -> str:
    if said.code in _LOCAL_CODES:
        return said.code
    if said.status is not None and status < 400:
        status = said.status
    named = CODES.get(said.code) or CODES.get(said.type)
    if named:
        return _size_error_or(named, said)
    if said.type == USER_ERROR and status < 500 and (said.code or said.param):
        return _size_error_or("invalid_request", said)
    # General codes and types hold words like "invalid" and "limit" that would drown what the message says.
    words = said.message if said.code in TYPES else f"{said.code} {said.message}"
    worded = error_code_from_phrase(words[:2000])
    if worded and worded in _CODES_FROM_PHRASES.get(status, _SERVER_WORDS if status >= 500 else ERRORS):
        return _size_error_or(worded, said)
    by_type = TYPES.get(said.code) or TYPES.get(said.type) or _BROKEN
    # A server that says in JSON that it failed is understood; a page of its proxy is no answer.
    failed = "server_error" if is_error_body else _BROKEN
    by_status = _BY_STATUS.get(status) or ("invalid_request" if 400 <= status < 500 else failed)
    return _size_error_or(by_type if status < 400 else by_status, said)


def _size_error_or(code: str, said: ErrorFields) -> str:
    return "unsupported_size" if code == "invalid_request" and said.param == "size" else code


def _retry_after(code: str, told: str | None, now: datetime.datetime) -> int | None:
    if code in UNTIL_MIDNIGHT:
        seconds = retry_after_seconds(told, now)
        return seconds if seconds else seconds_to_midnight(now)
    if code in _RETRIED:
        return clamp_retry_after(told, now, default=ERRORS[code].retry_after or DEFAULT_RETRY_AFTER)
    return None


def retry_after_seconds(value: str | None, now: datetime.datetime) -> int | None:
    """Return the seconds that a Retry-After header (RFC 9110, 10.2.3) names, from 0 to a day; None for nonsense."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text, re.ASCII):
        seconds = math.ceil(float(text))
    else:
        try:
            seconds = round((parsedate_to_datetime(text) - now).total_seconds())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return seconds if 0 <= seconds <= _DAY else None


def clamp_retry_after(value: str | None, now: datetime.datetime, *, default: int = DEFAULT_RETRY_AFTER) -> int:
    """Return a wait to show people: 1 to MAX_SHOWN_WAIT seconds, `default` when the header names none of these."""
    seconds = retry_after_seconds(value, now)
    return default if seconds is None or seconds > MAX_SHOWN_WAIT else max(1, seconds)


def wait_before_retry(
    error: ApiError, headers: Mapping[str, str], longest: int, now: datetime.datetime
) -> int | None:
    """Seconds after which a refused request may be sent once more; None when it may not.

    Only a plain refusal (429, 503) with a short Retry-After: the request was not worked on, so nothing was paid.
    """
    told = retry_after_seconds(headers.get("Retry-After"), now)
    if error.status not in (429, 503) or error.code not in _RETRIED or told is None or told > longest:
        return None
    return None if headers.get("x-should-retry", "").strip().lower() == "false" else told


def error_from_connection(road: CancellableSocket, stage: Stage, *, timed_out: bool, why: str) -> ApiError:
    """The error of a connection that broke. `why` is our own sentence; `timed_out`: silence, not a break."""
    if road.why_cut not in ("", DEADLINE):
        return ApiError(road.why_cut, charged="maybe" if road.is_used else "no")
    if not road.is_used:
        return ApiError("network_unreachable", f"The API could not be reached: {why}.", charged="no")
    if stage == "head" and (road.why_cut == DEADLINE or timed_out):
        return ApiError("upstream_timeout", status=0)
    return ApiError("unknown_outcome")


def unreachable_reason(error: Exception) -> str:
    """Half a sentence of ours on why no connection came about."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    cause = getattr(reason, "__cause__", None)
    if isinstance(cause, AddressRefusedError):
        return str(cause)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "its name was not found"
    if isinstance(reason, urllib3.exceptions.SSLError):
        return "its certificate could not be verified"
    if isinstance(error, requests.Timeout):
        return "no connection came about in time"
    return "the connection was refused"


def garbled_error(why: str, *, request_id: str = "") -> ApiError:
    """An answer that came and could not be used. `why` is our own sentence."""
    return ApiError(_BROKEN, f"The answer was unusable: {why}.", request_id=request_id)


def not_stored_error(request_id: str = "") -> ApiError:
    """Our own fault: the answer came, and the disk did not take it."""
    message = "What came could not be kept on disk."
    return ApiError("interrupted", message, charged="maybe", request_id=request_id, fault="disk")
