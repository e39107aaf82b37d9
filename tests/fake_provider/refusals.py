"""Answers that say an error, well or in their own way."""

from typing import Any

from tests.fake_provider.exchange import Exchange
from tests.fake_provider.registry import fault

_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_LIMIT = "rate_limit_error"
_INVALID = "Invalid value: 'x'."


def _put(name: str, status: int, code: str | None, message: str, **more: Any) -> None:
    @fault(name)
    def answer(exchange: Exchange) -> None:
        exchange.error(status, code, message, **more)


def _put_body(name: str, status: int, body: Any) -> None:
    @fault(name)
    def answer(exchange: Exchange) -> None:
        exchange.json(body, status)


def _put_page(name: str, status: int, title: str) -> None:
    @fault(name)
    def answer(exchange: Exchange) -> None:
        exchange.body(_PAGE.format(title).encode(), status, "text/html")


def _after(seconds: str) -> dict[str, str]:
    return {"Retry-After": seconds}


_put("400_moderation", 400, "moderation_blocked", "Your request was rejected by the safety system.")
_put("400_policy", 400, "content_policy_violation", "Your request was rejected.")
_put("400_param", 400, "invalid_value", _INVALID, param="background")
_put("400_user_error", 400, "invalid_value", _INVALID, param="quality", type="image_generation_user_error")
_put("400_size", 400, "invalid_value", _INVALID, param="size")
_put("400_unknown", 400, None, "What do you want?")
_put("400_named", 400, "unknown_parameter", "Unknown parameter: 'moderation'.", param="moderation")
_put("400_token", 400, None, "The server cannot parse token 7 of the prompt")
_put("422_size", 422, "unsupported_size", "size is not in the supported set")
_put("413", 413, "image_too_large", "Single file over 25 MB")
_put("401_invalid", 401, "invalid_api_key", "API key invalid or disabled")
_put("401_expired", 401, "key_expired", "API key expired")
_put("402", 402, None, "Payment required")
_put("403", 403, "permission_denied", "The key may not use gpt-image-2")
_put("404", 404, "model_not_found", "The model does not exist")
_put("429_daily", 429, "crs_daily_exhausted", "Daily account budget reached", type=_LIMIT)
_put("429_total", 429, "crs_total_exhausted", "Lifetime account budget reached", type=_LIMIT)
_put("429_quota", 429, "insufficient_quota", "You exceeded your current quota", type="insufficient_quota")
_put("429_image_daily", 429, "image_daily_limit", "Daily image generation count limit reached", headers=_after("3"))
_put("429_rate", 429, "rate_limit_exceeded", "Rate limit reached for gpt-image-2", type="requests")
_put("503_overloaded", 503, "service_overloaded", "Global service load is high")
_put("503_unavailable", 503, "image_provider_unavailable", "Upstream temporarily unavailable")
_put("503_later", 503, "service_overloaded", "Global service load is high", headers=_after("60"))
_put("408", 408, None, "Request timeout")
_put("409", 409, None, "Conflict")
_put("500", 500, None, "The server had an error while processing your request.", type="server_error")
_put("502_json", 502, None, "Bad gateway", type="upstream_error")
_put("500_code", 500, "server_error", "Internal error")

for _name, _seconds in (
    ("429_concurrency", "2"),
    ("429_zero", "0"),
    ("429_date", "Wed, 21 Oct 2037 07:28:00 GMT"),
    ("429_past", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("429_minus", "-1"),
    ("429_inf", "inf"),
    ("429_huge", "99999999999"),
    ("429_digits", "٣"),
):
    _put(
        _name,
        429,
        "concurrency_exhausted",
        "Per-key 2-concurrency cap reached",
        headers=_after(_seconds.encode().decode("latin-1")),
    )
_put("429_none", 429, "concurrency_exhausted", "Per-key 2-concurrency cap reached")
_put("429_never", 429, "concurrency_exhausted", "No", headers=_after("1") | {"x-should-retry": "false"})

_put_page("502_html", 502, "502 Bad Gateway")
_put_page("503_html", 503, "503 Service Temporarily Unavailable")
_put_page("504_html", 504, "504 Gateway Time-out")
_put_page("413_html", 413, "413 Request Entity Too Large")
_put_page("499", 499, "499 Client Closed Request")
_put_page("522", 522, "api.example | 522: Connection timed out")
_put_page("524", 524, "api.example | 524: A timeout occurred")
_put_page("403_html", 403, "Sorry, you have been blocked")

_put_body("error_200", 200, {"error": {"message": "Rejected by the safety system", "code": "moderation_blocked"}})
_put_body("error_200_unknown", 200, {"error": {"message": "Something happened", "code": None}})
_put_body("error_as_text", 200, {"error": "insufficient balance"})
_put_body("detail", 401, {"detail": "Invalid API key"})
_put_body(
    "detail_list", 422, {"detail": [{"loc": ["body", "quality"], "msg": "Input should be low", "type": "enum"}]}
)
_put_body("detail_200", 200, {"detail": "service overloaded"})
_put_body("msg_quota", 200, {"code": 403, "msg": "用户额度不足，请充值"})
_put_body("msg_balance", 403, {"code": "err", "msg": "账户余额不足"})
_put_body("msg_concurrency", 200, {"code": 429, "msg": "当前分组并发已达上限"})
_put_body("msg_key", 200, {"code": 401, "msg": "密钥无效"})
_put_body("msg_token", 401, {"error": {"message": "无效的令牌 (request id: 2026)", "type": "new_api_error"}})
_put_body("msg_expired", 401, {"code": 401, "msg": "该令牌已过期"})
_put_body("msg_policy", 200, {"code": 1001, "msg": "提示词包含敏感内容，内容违规"})
_put_body("msg_overload", 500, {"code": 500, "msg": "当前分组上游负载已饱和，请稍后再试"})
_put_body(
    "msg_channel", 503, {"error": {"message": "当前分组 default 下对于模型 gpt-image-2 无可用渠道", "code": None}}
)
_put_body("msg_daily", 429, {"code": 429, "msg": "今日额度已用完"})
_put_body("msg_size", 400, {"code": 400, "msg": "不支持的尺寸"})
_put_body("msg_unknown", 200, {"code": -1, "msg": "未知"})


@fault("error_text")
def error_text(exchange: Exchange) -> None:
    """An error without any JSON."""
    exchange.body(b"Internal Server Error", 500, "text/plain")


@fault("error_leak")
def error_leak(exchange: Exchange) -> None:
    """The key, in full, in the message and in a header."""
    header = exchange.request.headers.get("Authorization", "")
    key = header.removeprefix("Bearer ")
    message = f"Incorrect API key provided: {key}. Header was {header}; other key sk-proj-abcdef1234567890"
    exchange.error(401, "invalid_api_key", message, headers={"x-request-id": "req_leak"})


@fault("error_xss")
def error_xss(exchange: Exchange) -> None:
    """A script as message."""
    exchange.error(400, None, "Bad prompt <script>alert(1)</script> <img src=x onerror=alert(2)>", param="<b>")


@fault("error_long")
def error_long(exchange: Exchange) -> None:
    """A message of 1 MB."""
    exchange.error(400, None, "too long a story " * 65_000)


@fault("error_ansi")
def error_ansi(exchange: Exchange) -> None:
    """Terminal codes, new lines and a forged log line."""
    exchange.error(400, None, "bad \x1b[31mred\x1b[0m\r\nSet-Cookie: a=b\n2026-01-01 INFO all is well\u202e\0")


@fault("error_hang")
def error_hang(exchange: Exchange) -> None:
    """A refusal whose body never ends."""
    exchange.head(401, {"Content-Length": "1000"})
    exchange.write(b'{"error": ')
    exchange.hang()


@fault("429_then_ok")
def limited_then_ok(exchange: Exchange) -> None:
    """Refused at first, with a short Retry-After, and then served; `code` may be given."""
    _then_ok(exchange, 429, exchange.options.get("code", "concurrency_exhausted"))


@fault("503_then_ok")
def loaded_then_ok(exchange: Exchange) -> None:
    """Overloaded at first, and then served."""
    _then_ok(exchange, 503, "service_overloaded")


def _then_ok(exchange: Exchange, status: int, code: str) -> None:
    if len([request for request in exchange.server.requests if request.path == exchange.request.path]) < 2:
        exchange.error(status, code, "Not now", headers=_after("1"))
    else:
        exchange.json(exchange.answer())
