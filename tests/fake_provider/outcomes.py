"""The expected outcome of every fault: code (empty: pictures), charge, number of calls."""

from typing import Final

from tests.fake_provider import answer_fields

_GARBLED = ("garbled_response", "maybe", 1)
_UNKNOWN = ("unknown_outcome", "maybe", 1)
_SLOW = ("upstream_timeout", "maybe", 1)
_FAILED = ("server_error", "maybe", 1)

REFUSED_OR_BROKEN: Final = {
    "reset_before": _UNKNOWN,
    "close_before": _UNKNOWN,
    "no_http": _UNKNOWN,
    "reset_mid": _UNKNOWN,
    "short_body": _UNKNOWN,
    "short_chunks": _UNKNOWN,
    "truncated": _GARBLED,
    "truncated_end": _GARBLED,
    "empty_body": _GARBLED,
    "bad_utf8": _GARBLED,
    "nan": _GARBLED,
    "array": _GARBLED,
    "deep_json": _GARBLED,
    "null_data": _GARBLED,
    "empty_data": _GARBLED,
    "no_b64": _GARBLED,
    "null_b64": _GARBLED,
    "empty_b64": _GARBLED,
    "bad_b64": _GARBLED,
    "half_b64": _GARBLED,
    "long_number": _GARBLED,
    "not_image": _GARBLED,
    "html_image": _GARBLED,
    "svg": _GARBLED,
    "html_200": _GARBLED,
    "plain_200": _GARBLED,
    "oversize+mib=200": _GARBLED,
    "oversize_text": _GARBLED,
    "gzip_bomb": _GARBLED,
    "gzip_bomb_blank": _GARBLED,
    "gzip_bomb_picture": _GARBLED,
    "gzip_cut": _GARBLED,
    "redirect+status=301": _GARBLED,
    "redirect+status=302+to=https": _GARBLED,
    "redirect+status=303+to=loop": _GARBLED,
    "redirect+status=307+to=other": _GARBLED,
    "redirect+status=308+to=public": _GARBLED,
    "502_html": _GARBLED,
    "error_text": _GARBLED,
    "500": _FAILED,
    "502_json": _FAILED,
    "500_code": _FAILED,
    "504_html": _SLOW,
    "499": _SLOW,
    "522": _SLOW,
    "524": _SLOW,
    "400_moderation": ("moderation_blocked", "no", 1),
    "400_policy": ("moderation_blocked", "no", 1),
    "400_param": ("invalid_request", "no", 1),
    "400_user_error": ("invalid_request", "no", 1),
    "400_size": ("unsupported_size", "no", 1),
    "400_named": ("invalid_request", "no", 1),
    "400_token": ("invalid_request", "no", 1),
    "400_unknown": ("invalid_request", "no", 1),
    "422_size": ("unsupported_size", "no", 1),
    "413": ("image_too_large", "no", 1),
    "413_html": ("image_too_large", "no", 1),
    "401_invalid": ("invalid_api_key", "no", 1),
    "401_expired": ("key_expired", "no", 1),
    "402": ("crs_total_exhausted", "no", 1),
    "403": ("permission_denied", "no", 1),
    "403_html": ("permission_denied", "no", 1),
    "404": ("model_not_found", "no", 1),
    "error_leak": ("invalid_api_key", "no", 1),
    "error_xss": ("invalid_request", "no", 1),
    "error_long": ("invalid_request", "no", 1),
    "error_ansi": ("invalid_request", "no", 1),
    "error_hang": ("invalid_api_key", "no", 1),
    "429_daily": ("crs_daily_exhausted", "no", 1),
    "429_total": ("crs_total_exhausted", "no", 1),
    "429_quota": ("crs_total_exhausted", "no", 1),
    "429_image_daily": ("image_daily_limit", "no", 1),
    "429_rate": ("concurrency_exhausted", "no", 1),
    "429_concurrency": ("concurrency_exhausted", "no", 2),
    "429_zero": ("concurrency_exhausted", "no", 2),
    "429_none": ("concurrency_exhausted", "no", 1),
    "429_date": ("concurrency_exhausted", "no", 1),
    "429_past": ("concurrency_exhausted", "no", 1),
    "429_minus": ("concurrency_exhausted", "no", 1),
    "429_inf": ("concurrency_exhausted", "no", 1),
    "429_huge": ("concurrency_exhausted", "no", 1),
    "429_digits": ("concurrency_exhausted", "no", 1),
    "429_never": ("concurrency_exhausted", "no", 1),
    "503_overloaded": ("service_overloaded", "no", 1),
    "503_unavailable": ("image_provider_unavailable", "no", 1),
    "503_later": ("service_overloaded", "no", 1),
    "503_html": ("image_provider_unavailable", "no", 1),
    "408": ("image_provider_unavailable", "no", 1),
    "409": ("image_provider_unavailable", "no", 1),
    "error_200": ("moderation_blocked", "no", 1),
    "error_200_unknown": _GARBLED,
    "error_as_text": ("crs_total_exhausted", "no", 1),
    "detail": ("invalid_api_key", "no", 1),
    "detail_list": ("invalid_request", "no", 1),
    "detail_200": ("service_overloaded", "no", 1),
    "msg_quota": ("crs_total_exhausted", "no", 1),
    "msg_balance": ("crs_total_exhausted", "no", 1),
    "msg_concurrency": ("concurrency_exhausted", "no", 1),
    "msg_key": ("invalid_api_key", "no", 1),
    "msg_token": ("invalid_api_key", "no", 1),
    "msg_expired": ("key_expired", "no", 1),
    "msg_policy": ("moderation_blocked", "no", 1),
    "msg_overload": ("service_overloaded", "no", 1),
    "msg_channel": ("image_provider_unavailable", "no", 1),
    "msg_daily": ("crs_daily_exhausted", "no", 1),
    "msg_size": ("unsupported_size", "no", 1),
    "msg_unknown": _GARBLED,
    "url_404": _GARBLED,
    "url_html": _GARBLED,
    "url_svg": _GARBLED,
    "url_file": _GARBLED,
    "url_metadata": _GARBLED,
    "sse_cut": _UNKNOWN,
    "sse_cut_unframed": _UNKNOWN,
    "sse_error": _UNKNOWN,
    "sse_reset": _UNKNOWN,
    "sse_no_picture": _UNKNOWN,
    "sse_bad_b64": _GARBLED,
    "sse_policy": ("moderation_blocked", "maybe", 1),
}

AT_THE_DEADLINE: Final = {
    "hang": _SLOW,
    "drip_headers": _SLOW,
    "heartbeat_hang": _SLOW,
    "sse_pings": _SLOW,
    "hang_mid": _UNKNOWN,
    "hang_mid_unframed": _UNKNOWN,
    "drip": _UNKNOWN,
}

# Only found out when the picture is looked at.
NO_PICTURES: Final = {
    "cut_image": _GARBLED,
    "huge_dims": _GARBLED,
    "rotten": _GARBLED,
    "early_413": ("image_too_large", "no", 1),
}

# Whole and named rightly, but damaged in its pixels: the page decodes every picture, the API hands on what it got.
HANDED_ON: Final = ("rotten",)

# Result addresses that must not, or cannot, be fetched.
NOT_FETCHED: Final = {
    "url_internal": _GARBLED,
    "url_redirect_internal": _GARBLED,
    "url_big": _GARBLED,
    "url_slow": _GARBLED,
}

# Addresses that nobody, or somebody else, answers at: nothing leaves.
OUTSIDE: Final = dict.fromkeys(("refused", "dns", "tls", "connect_timeout"), ("network_unreachable", "no", 0))

# Of two pictures that are asked for, how many come.
DELIVERED: Final = {
    **dict.fromkeys(
        (
            "ok", "large", "stale", "open_after", "heartbeat", "gzip_ok", "wrong_ctype", "no_usage", "bom",
            "created_text", "key_escaped", "pretty", "more", "same_twice", "sse_ok", "sse_answer", "sse_json",
            "url_ok", "429_then_ok", "503_then_ok", "field", "official",
        ),
        2,
    ),
    **dict.fromkeys(
        (
            "b64_lines", "b64_raw_lines", "b64_urlsafe", "b64_prefix", "b64_escaped", "fewer", "wrong_format",
            "wrong_size", "revised_ok", "revised_xss", "revised_long", "revised_null", "revised_odd",
            "duplicate_keys", "url_data", "sse_crlf", "sse_partials", "sse_unfinished", "sse_working",
            "url_second_fails",
        ),
        1,
    ),
}  # fmt: skip

# One of two pictures comes, and then the stream breaks.
HALF: Final = dict.fromkeys(("sse_cut", "sse_cut_unframed", "sse_hang", "sse_plain_names"), "unknown_outcome")


def expected(fault: str) -> tuple[str, int]:
    """The code (empty for none) and the pictures when two are asked for. Raises KeyError for an unknown fault."""
    if fault.startswith("field+"):
        return answer_fields.came_of(fault)
    if fault in DELIVERED:
        return "", DELIVERED[fault]
    if fault in HALF:
        return HALF[fault], 1
    refused = {name.partition("+")[0]: row for name, row in REFUSED_OR_BROKEN.items()}
    return {**refused, **AT_THE_DEADLINE, **NO_PICTURES, **NOT_FETCHED, **OUTSIDE}[fault][0], 0
