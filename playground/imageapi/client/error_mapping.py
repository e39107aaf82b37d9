"""Map a response that reports an error, or a connection that failed, to an error code of ours."""

import datetime
from collections.abc import Mapping
from typing import Final, Literal

import requests
import urllib3

from playground.imageapi.billing_day import seconds_to_midnight
from playground.imageapi.client.error_phrases import (
    CODES,
    GENERAL_CODES,
    USER_ERROR,
    error_code_from_phrase,
)
from playground.imageapi.client.response import ErrorFields
from playground.imageapi.client.retry import (
    DEFAULT_RETRY_AFTER,
    RETRIED_CODES,
    clamp_retry_after,
    retry_after_seconds,
)
from playground.imageapi.client.ssrf import AddressRefusedError
from playground.imageapi.client.transport import CancellableSocket
from playground.imageapi.errors import API_ERRORS, ERRORS, UNTIL_MIDNIGHT, ApiError
from playground.imageapi.untrusted_text import header_value, is_markup, provider_line

Stage = Literal["head", "body"]

DEADLINE: Final = "deadline"
_MAX_PHRASE: Final = 2000
_MAX_TEXT: Final = 8000
_OWN_CODES: Final = frozenset(row.code for row in API_ERRORS)
_LIMITS: Final = frozenset(
    ("image_daily_limit", "crs_daily_exhausted", "crs_total_exhausted", "concurrency_exhausted")
)
_LOAD: Final = RETRIED_CODES - {"concurrency_exhausted"}
_KEY: Final = frozenset(("invalid_api_key", "key_expired"))
_GARBLED: Final = "garbled_response"

# The code that a status means by itself. 499, 522 and 524 are what nginx and Cloudflare answer for a slow origin.
_CODE_FROM_STATUS: Final[dict[int, str]] = {
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
_SERVER_PHRASES: Final = _LIMITS | _LOAD | {"moderation_blocked", "upstream_timeout"}
# Codes that phrases may choose at a status; an empty set: the status alone decides. At others any phrase counts.
_PHRASES_AT_STATUS: Final[dict[int, frozenset[str]]] = {
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


def error_from_response(
    status: int,
    headers: Mapping[str, str],
    fields: ErrorFields | None,
    text: str,
    key: str,
    *,
    now: datetime.datetime,
) -> ApiError:
    """Return the error that a response means. `text` is the body of a response without error fields."""
    text = text[:_MAX_TEXT]
    has_fields = fields is not None
    fields = fields or ErrorFields(message="" if is_markup(text) else text)
    code = _error_code(fields, status, has_fields=has_fields)
    return ApiError(
        code,
        param=fields.param or ("size" if code == "unsupported_size" else None),
        status=status,
        retry_after=_shown_wait(code, headers.get("Retry-After"), now),
        provider_message=provider_line(fields.message, key),
        request_id=header_value(headers.get("x-request-id", "")),
        # A server that failed for an unknown reason may have drawn first, whatever its message claims.
        charged="maybe" if code == "server_error" else None,
    )


def error_from_connection(connection: CancellableSocket, stage: Stage, *, timed_out: bool, reason: str) -> ApiError:
    """Return the error of a failed connection. `reason` is ours; `timed_out`: silence instead of a break."""
    if connection.abort_reason not in ("", DEADLINE):
        return ApiError(connection.abort_reason, charged="maybe" if connection.has_sent else "no")
    if not connection.has_sent:
        return ApiError("network_unreachable", f"The API could not be reached: {reason}.", charged="no")
    if stage == "head" and (connection.abort_reason == DEADLINE or timed_out):
        return ApiError("upstream_timeout", status=0)
    return ApiError("unknown_outcome")


def unreachable_reason(error: Exception) -> str:
    """Say in half a sentence why no connection could be made."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    origin = getattr(reason, "__cause__", None)
    if isinstance(origin, AddressRefusedError):
        return str(origin)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "its name was not found"
    if isinstance(reason, urllib3.exceptions.SSLError):
        return "its certificate could not be verified"
    if isinstance(error, requests.Timeout):
        return "no connection came about in time"
    return "the connection was refused"


def garbled_error(reason: str, *, request_id: str = "") -> ApiError:
    """Return the error of a response that cannot be used. `reason` is a half sentence of ours."""
    return ApiError(_GARBLED, f"The answer was unusable: {reason}.", request_id=request_id)


def not_stored_error(request_id: str = "") -> ApiError:
    """Return the error of a response that our own disk did not take."""
    message = "What came could not be kept on disk."
    return ApiError("interrupted", message, charged="maybe", request_id=request_id, fault="disk")


def _error_code(fields: ErrorFields, status: int, *, has_fields: bool) -> str:
    if fields.code in _OWN_CODES:
        return fields.code
    if fields.status is not None and status < 400:
        status = fields.status
    named = CODES.get(fields.code) or CODES.get(fields.type)
    if named:
        return _size_error_or(named, fields)
    if fields.type == USER_ERROR and status < 500 and (fields.code or fields.param):
        return _size_error_or("invalid_request", fields)
    # General codes contain words like "invalid" and "limit", which would outweigh those of the message.
    phrase = fields.message if fields.code in GENERAL_CODES else f"{fields.code} {fields.message}"
    from_phrase = error_code_from_phrase(phrase[:_MAX_PHRASE])
    if from_phrase and from_phrase in _PHRASES_AT_STATUS.get(status, _SERVER_PHRASES if status >= 500 else ERRORS):
        return _size_error_or(from_phrase, fields)
    if status < 400:
        general = GENERAL_CODES.get(fields.code) or GENERAL_CODES.get(fields.type) or _GARBLED
        return _size_error_or(general, fields)
    # JSON that reports a failure can be understood; the error page of a proxy is no response of the API.
    server_failure = "server_error" if has_fields else _GARBLED
    by_status = _CODE_FROM_STATUS.get(status) or ("invalid_request" if status < 500 else server_failure)
    return _size_error_or(by_status, fields)


def _size_error_or(code: str, fields: ErrorFields) -> str:
    return "unsupported_size" if code == "invalid_request" and fields.param == "size" else code


def _shown_wait(code: str, retry_after: str | None, now: datetime.datetime) -> int | None:
    if code in UNTIL_MIDNIGHT:
        return retry_after_seconds(retry_after, now) or seconds_to_midnight(now)
    if code in RETRIED_CODES:
        return clamp_retry_after(retry_after, now, default=ERRORS[code].retry_after or DEFAULT_RETRY_AFTER)
    return None
