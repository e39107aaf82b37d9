"""Map a response that reports an error, or a failed connection, to a code of ERRORS.

Sources of the codes and phrases: the error table of docs/api-contract.md; the official OpenAI error codes; messages
of resellers that run one-api (Chinese)."""

import datetime
import re
from collections.abc import Mapping
from typing import Final, Literal

import requests
import urllib3

from playground.imageapi.client.response import ErrorFields
from playground.imageapi.client.retry import (
    DEFAULT_RETRY_AFTER,
    RETRIED_CODES,
    clamp_retry_after,
    retry_after_seconds,
)
from playground.imageapi.client.transport import DEADLINE, AddressRefusedError, CancellableSocket
from playground.imageapi.errors import API_ERRORS, ERRORS, UNTIL_MIDNIGHT, ApiError
from playground.imageapi.pricing import seconds_to_midnight
from playground.imageapi.untrusted_text import header_value, is_markup, provider_line

# Codes and error types of providers that mean exactly one thing. Our own codes need no row.
CODES = {
    "content_policy_violation": "moderation_blocked",
    "content_filter": "moderation_blocked",
    "contentfilter": "moderation_blocked",
    "safety_violation": "moderation_blocked",
    "incorrect_api_key": "invalid_api_key",
    "invalid_token": "invalid_api_key",
    "token_expired": "key_expired",
    "insufficient_quota": "crs_total_exhausted",
    "insufficient_user_quota": "crs_total_exhausted",
    "billing_hard_limit_reached": "crs_total_exhausted",
    "billing_not_active": "crs_total_exhausted",
    "billing_limit_user_error": "crs_total_exhausted",
    "billing_error": "crs_total_exhausted",
    "unsupported_country_region_territory": "permission_denied",
    "invalid_size": "unsupported_size",
    "invalid_value": "invalid_request",
    "unknown_parameter": "invalid_request",
    "missing_required_parameter": "invalid_request",
    "file_too_large": "image_too_large",
    "request_too_large": "image_too_large",
    "overloaded_error": "service_overloaded",
    "engine_overloaded": "service_overloaded",
}

# The official type of every refusal that the caller must act on: a wrong parameter, an unreadable picture, or the
# content policy, which only the code `moderation_blocked` means.
USER_ERROR = "image_generation_user_error"
# Codes and types that mean little by themselves: they count when neither a phrase nor the status means more.
GENERAL_CODES = {
    USER_ERROR: "invalid_request",
    "rate_limit_exceeded": "concurrency_exhausted",
    "rate_limit_error": "concurrency_exhausted",
    "authentication_error": "invalid_api_key",
    "permission_error": "permission_denied",
    "model_not_available": "model_not_found",
    "invalid_request_error": "invalid_request",
    "invalid_image_format": "invalid_request",
    "not_found_error": "model_not_found",
    "timeout_error": "upstream_timeout",
    "server_error": "server_error",
    "image_generation_server_error": "server_error",
    "api_error": "server_error",
    "internal_error": "server_error",
    "internal_server_error": "server_error",
}

# The first row that matches decides, so special phrases stand before general ones.
_PHRASES = {
    "moderation_blocked": (
        # In quotation marks it is the name of the parameter.
        r"(?<!['\"`])moderation(?!['\"`])|content.?polic|content.?filter|safety (?:system|policy)|policy violation",
        r"违规|内容(?:政策|安全)|敏感|审核(?:不|未)",
    ),
    "key_expired": (
        r"(?:key|token)\b.{0,30}\bexpired|expired.{0,15}(?:key|token)",
        r"(?:密钥|令牌|key).{0,8}过期|过期.{0,6}(?:密钥|令牌)",
    ),
    "invalid_api_key": (
        r"\b(?:invalid|incorrect|wrong|unknown|disabled|no)\b.{0,12}(?:api.?key|token\b)",
        r"api.?key.{0,12}(?:invalid|not valid)",
        r"(?:密钥|令牌|key).{0,6}(?:无效|错误|不存在|不正确|禁用|停用)",
        r"无效的?(?:密钥|令牌|key)|未提供.{0,4}(?:密钥|令牌)",
    ),
    "image_daily_limit": (
        r"daily.{0,30}(?:image|picture).{0,20}(?:count|limit)",
        r"(?:今日|每日|当日).{0,12}(?:\d ?张|张数|图片?数|图像?数)",
    ),
    "crs_daily_exhausted": (
        r"daily.{0,20}(?:cost|budget|limit|quota|spend)",
        r"(?:今日|每日|当日|日).{0,4}(?:额度|预算|限额|费用)",
    ),
    "crs_total_exhausted": (
        r"insufficient.{0,12}(?:quota|balance|credit|funds)|exceeded your current quota|billing.{0,10}limit",
        r"(?:quota|balance|credits?).{0,20}(?:exceeded|exhausted|insufficient|used up)",
        r"余额不足|余额.{0,4}(?:用尽|耗尽)|额度.{0,6}(?:不足|用尽|用完|耗尽|超)|欠费|请充值|预算",
    ),
    "concurrency_exhausted": (
        r"concurren|too many (?:requests|connections)|rate.?limit",
        r"并发|请求(?:过于频繁|过多|太多)|频率|限流",
    ),
    "service_overloaded": (
        r"overload|at capacity|high (?:load|demand)",
        r"负载|繁忙|过载|拥挤",
    ),
    "image_provider_unavailable": (
        r"no available (?:channel|account|provider)|(?:temporarily|service) unavailable|maintenance",
        r"无可用|没有可用|暂不可用|暂时不可用|维护",
    ),
    "upstream_timeout": (r"timed? ?-?out|超时",),
    "image_too_large": (
        r"(?:file|image|entity|body|payload|request).{0,20}too large|exceeds.{0,30}\b(?:mb|mib|bytes)\b",
        r"(?:文件|图片|请求体?).{0,6}(?:过大|太大)|超过.{0,8}MB",
    ),
    "model_not_found": (
        r"model\b.{0,60}(?:not exist|not found|not supported)|unknown model|no such model",
        r"模型.{0,40}(?:不存在|未找到)|不支持.{0,8}模型",
    ),
    "permission_denied": (
        r"permission|not allowed to|forbidden|not have access|unauthorized for",
        r"无权|没有权限|权限不足",
    ),
    "unsupported_size": (
        r"(?:invalid|unsupported|not supported|illegal).{0,20}\bsize\b",
        r"\bsize\b.{0,40}(?:invalid|unsupported|not supported|must be)",
        r"(?:尺寸|分辨率).{0,8}(?:不支持|无效|错误)|不支持.{0,8}(?:尺寸|分辨率)",
    ),
    "invalid_request": (
        r"invalid.{0,12}(?:request|value|parameter)|unknown parameter|missing required",
        r"参数.{0,6}(?:错误|无效|缺|不)|无效的?参数",
    ),
}
_PATTERNS = tuple((re.compile("|".join(phrases), re.IGNORECASE), code) for code, phrases in _PHRASES.items())


def error_code_from_phrase(text: str) -> str:
    """Return the error code that a message means; empty when no phrase matches."""
    return next((code for pattern, code in _PATTERNS if pattern.search(text)), "")


Stage = Literal["head", "body"]

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
    """Return the error of a failed connection. `reason` is written here; `timed_out`: silence instead of a break."""
    if connection.abort_reason not in ("", DEADLINE):
        return ApiError(connection.abort_reason, charged="maybe" if connection.has_sent else "no")
    if not connection.has_sent:
        return ApiError("network_unreachable", f"The API couldn't be reached: {reason}.", charged="no")
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
    """Return the error of a response that cannot be used. `reason` is a half sentence, written here."""
    return ApiError(_GARBLED, f"The response was unusable: {reason}.", request_id=request_id)


def not_stored_error(request_id: str = "") -> ApiError:
    """Return the error of a response that our own disk did not take."""
    message = "The response couldn't be saved on disk."
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
    # Regular expressions over a foreign text are bounded, or a long one could keep the CPU busy.
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
