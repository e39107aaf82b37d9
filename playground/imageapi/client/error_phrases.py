"""Codes and phrases by which providers name an error, and the error code of ours that each means.

Sources: the error table of docs/api-contract.md; the official OpenAI error codes; messages of resellers that run
one-api (Chinese).
"""

import re

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
