"""Every fault of an upstream: the code people see, whether it may have cost money, and how often it was asked."""

import tracemalloc

import pytest

from tests.imageapi.calls import ask
from tests.upstream.fixtures import upstream

__all__ = ["upstream"]

_GARBLED = ("garbled_response", "maybe", 1)
_UNKNOWN = ("unknown_outcome", "maybe", 1)
_SLOW = ("upstream_timeout", "maybe", 1)

# Fault -> code, charged, requests the upstream got.
_TABLE = {
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
    "500": _GARBLED,
    "500_code": ("server_error", "maybe", 1),
    "504_html": _SLOW,
    "499": _SLOW,
    "522": _SLOW,
    "524": _SLOW,
    "400_moderation": ("moderation_blocked", "no", 1),
    "400_policy": ("moderation_blocked", "no", 1),
    "400_param": ("invalid_request", "no", 1),
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


@pytest.mark.parametrize("fault", _TABLE)
def test_a_fault_ends_in_its_code(upstream, tmp_path, fault):
    code, charged, requests = _TABLE[fault]
    outcome = ask(f"{upstream.origin}/{fault}/v1", tmp_path)
    asked = [one for one in upstream.requests if one.method == "POST"]
    assert (outcome.code, outcome.error.charged, len(asked)) == (code, charged, requests)
    assert [file for file in tmp_path.iterdir() if file not in [one.path for one in outcome.partials]] == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("hang", "upstream_timeout"),
        ("drip_headers", "upstream_timeout"),
        ("heartbeat_hang", "upstream_timeout"),
        ("sse_pings", "upstream_timeout"),
        ("hang_mid", "unknown_outcome"),
        ("hang_mid_unframed", "unknown_outcome"),
        ("drip", "unknown_outcome"),
    ],
)
def test_silence_and_dripping_end_at_the_deadline(upstream, tmp_path, fault, code):
    outcome = ask(upstream.url(fault), tmp_path, seconds=0.4)
    assert (outcome.code, outcome.error.charged, len(upstream.requests)) == (code, "maybe", 1)


@pytest.mark.parametrize(
    ("fault", "param"),
    [
        ("400_param", "background"),
        ("400_size", "size"),
        ("422_size", "size"),
        ("detail_list", "quality"),
        ("error_xss", None),
    ],
)
def test_a_setting_that_was_refused_is_named(upstream, tmp_path, fault, param):
    assert ask(upstream.url(fault), tmp_path).error.param == param


@pytest.mark.parametrize("fault", ["400_param", "truncated", "sse_error", "short_body"])
def test_an_error_carries_the_id_of_its_request(upstream, tmp_path, fault):
    assert ask(upstream.url(fault), tmp_path).error.request_id == "req_test_1"


def test_a_gzip_bomb_costs_no_memory(upstream, tmp_path):
    tracemalloc.start()
    outcome = ask(upstream.url("gzip_bomb_picture"), tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.code == "garbled_response"
    assert peak < 10_000_000
