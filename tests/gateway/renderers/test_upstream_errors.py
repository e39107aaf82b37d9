"""A provider that fails: the customer's error, and the operator's log line."""

import logging

import pytest

from playground.gateway.models import ApiKey, ImageCall
from playground.gateway.renderers.upstream import customer_error
from playground.imageapi.errors import API_ERRORS, ERRORS, ApiError
from tests.fake_provider.fixtures import provider
from tests.fake_provider.network_faults import DNS, refused
from tests.gateway.providers import OPERATORS_KEY, customer
from tests.gateway.responses.test_streaming import events

__all__ = ["customer", "provider"]

_GARBLED = (502, "image_provider_error")
_DOWN = (503, "image_provider_unavailable")
_BUSY = (503, "service_overloaded")
_SLOW = (504, "upstream_timeout")
_TABLE = {
    "reset_before": _GARBLED,
    "close_before": _GARBLED,
    "reset_mid": _GARBLED,
    "short_body": _GARBLED,
    "truncated": _GARBLED,
    "empty_body": _GARBLED,
    "bad_utf8": _GARBLED,
    "deep_json": _GARBLED,
    "empty_data": _GARBLED,
    "bad_b64": _GARBLED,
    "not_image": _GARBLED,
    "svg": _GARBLED,
    "cut_image": _GARBLED,
    "huge_dims": _GARBLED,
    "html_200": _GARBLED,
    "redirect": _GARBLED,
    "url_404": _GARBLED,
    "502_html": _GARBLED,
    "500": _GARBLED,
    "500_code": _GARBLED,
    "502_json": _GARBLED,
    "400_user_error": (400, "invalid_request"),
    "error_text": _GARBLED,
    "error_200_unknown": _GARBLED,
    "error_200": (400, "moderation_blocked"),
    "400_moderation": (400, "moderation_blocked"),
    "400_param": (400, "invalid_request"),
    "error_xss": (400, "invalid_request"),
    "error_long": (400, "invalid_request"),
    "error_ansi": (400, "invalid_request"),
    "422_size": (422, "unsupported_size"),
    "400_size": (422, "unsupported_size"),
    "413": (413, "image_too_large"),
    "413_html": (413, "image_too_large"),
    "524": _SLOW,
    "504_html": _SLOW,
    "522": _SLOW,
    "499": _SLOW,
    "429_concurrency": _BUSY,
    "429_inf": _BUSY,
    "429_huge": _BUSY,
    "503_overloaded": _BUSY,
    "503_unavailable": _DOWN,
    "503_later": _BUSY,
    "408": _DOWN,
}
_ACCOUNT = (
    "401_invalid",
    "401_expired",
    "403",
    "404",
    "402",
    "429_daily",
    "429_total",
    "429_image_daily",
    "error_leak",
    "msg_quota",
)


def outcome(answer):
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("fault", _TABLE)
def test_a_provider_error_is_explained_in_our_words(customer, provider, fault):
    customer.behind(provider.url(fault))
    answer = customer.ask()
    assert outcome(answer) == _TABLE[fault]
    assert answer.headers.get("x-should-retry") == ("false" if answer.status_code in (502, 504) else None)
    if answer.status_code == 503:
        assert 1 <= int(answer.headers["Retry-After"]) <= 120
    assert b"<" not in answer.content and b"\\u001b" not in answer.content
    assert len(answer.content) < 1000


def test_a_provider_that_failed_is_not_said_to_have_answered(customer, provider):
    customer.behind(provider.url("500"))
    assert (
        customer.ask().json()["error"]["message"].startswith("The provider had an error. You weren't charged. See ")
    )


@pytest.mark.parametrize("fault", _ACCOUNT)
def test_trouble_of_the_operators_account_is_one_line_for_the_operator(customer, provider, caplog, fault):
    customer.behind(provider.url(fault))
    answer = customer.ask()
    assert outcome(answer) == _DOWN
    assert 1 <= int(answer.headers["Retry-After"]) <= 120
    (line,) = [one for one in caplog.records if one.name == "playground.gateway.upstream"]
    assert line.levelno == logging.ERROR
    assert answer.headers["x-request-id"] in line.getMessage()


@pytest.mark.parametrize("fault", ["error_leak", "400_param", "500", "ok", "reset_before"])
def test_the_operators_key_and_the_prompt_stay_out_of_answers_and_logs(customer, provider, caplog, fault):
    caplog.set_level(logging.DEBUG)
    customer.behind(provider.url(fault))
    answer = customer.ask()
    told_to_anyone = f"{answer.content!r}{answer.headers}{caplog.text}"
    assert OPERATORS_KEY not in told_to_anyone
    assert "secret garden" not in told_to_anyone and customer.key not in told_to_anyone


@pytest.mark.parametrize("address", [DNS, None])
def test_a_provider_that_cannot_be_reached_is_unavailable_for_five_seconds(customer, address):
    customer.behind(address or refused())
    answer = customer.ask()
    assert (outcome(answer), answer.headers["Retry-After"]) == (_DOWN, "5")


@pytest.mark.parametrize("fault", ["hang", "drip_headers", "heartbeat_hang"])
def test_a_silent_provider_ends_at_the_deadline(customer, provider, fault):
    customer.behind(provider.url(fault), 0.3)
    answer = customer.ask()
    assert (outcome(answer), answer.headers["x-should-retry"]) == (_SLOW, "false")


@pytest.mark.parametrize(("fault", "param"), [("400_param", "background"), ("422_size", "size")])
def test_a_setting_that_the_provider_refuses_is_named(customer, provider, fault, param):
    customer.behind(provider.url(fault))
    error = customer.ask().json()["error"]
    assert error["param"] == param and error["message"].startswith("The provider rejected the request: ")


@pytest.mark.parametrize(("fault", "code"), [("sse_reset", _GARBLED[1]), ("sse_policy", "moderation_blocked")])
def test_a_stream_that_fails_ends_in_an_error_event(customer, provider, fault, code):
    customer.behind(provider.url(fault))
    found = events(customer.ask(stream=True, partial_images=1))
    assert (found[-1][0], found[-1][1]["error"]["code"]) == ("error", code)


def test_the_slot_is_released_before_the_error_event_of_a_stream(customer, provider):
    customer.behind(provider.url("sse_reset"))
    blocks = iter(customer.ask(stream=True).streaming_content)
    assert next(block for block in blocks if block.startswith(b"event: error"))
    assert not ImageCall.objects.filter(leased_until__isnull=False).exists()


def test_failures_are_free_and_leave_the_slot(customer, provider):
    for fault in ("500", "401_invalid", "cut_image", "reset_mid"):
        customer.behind(provider.url(fault))
        customer.ask()
    customer.behind(provider.url())
    assert customer.ask().status_code == 200
    api_key = ApiKey.objects.get(prefix=customer.key[:11])
    assert api_key.spent_micro_usd == 80_000


def test_a_refusal_that_is_short_is_tried_once_more(customer, provider):
    customer.behind(provider.url("503_then_ok"))
    assert customer.ask().status_code == 200
    assert len(provider.requests) == 2


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_of_a_provider_has_an_answer_of_ours(code):
    answer = customer_error(ApiError(code), "req_1")
    assert answer.row in API_ERRORS
    assert answer.status not in (401, 403, 404, 429)
