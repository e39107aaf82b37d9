"""Asking an API for a usage: whatever it answers ends, as a usage or an error, and the key goes nowhere else."""

import json

import pytest

from playground.imageapi.client import small_requests
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import PROFILES, ImageApi
from tests.fake_provider import FAULTS, FakeProvider
from tests.fake_provider.exchange import Exchange
from tests.fake_provider.fixtures import provider
from tests.imageapi.call_builders import KEY

__all__ = ["provider"]

GOOD = {
    "object": "usage",
    "today": {"images": 3, "limit": 100, "resets_at": "2026-11-22T00:00:00+08:00"},
    "days": [{"date": "2026-11-21", "images": 3, "micro_usd": 240_000}],
    "calls": [{"id": "req_1", "created": 1_795_000_000, "endpoint": "edits", "images": 3, "micro_usd": 240_000}],
    "next": None,
}
ODD = {
    "a word for today": {"today": "now"},
    "no date": {"days": [{"date": "soon", "images": 1, "micro_usd": 1}]},
    "days are a number": {"days": 7},
    "a call is a word": {"calls": ["x"]},
    "midnight without a zone": {"today": {**GOOD["today"], "resets_at": "2026-11-22"}},
    "midnight is a number": {"today": {**GOOD["today"], "resets_at": 5}},
}


@pytest.fixture
def says(monkeypatch):
    """Answers `GET usage` with this body."""
    body = {}
    monkeypatch.setitem(FAULTS, "usage", lambda exchange: Exchange.json(exchange, {**GOOD, **body}))
    return body


def read(server: FakeProvider, fault: str = "usage", **options) -> dict:
    address = server.url(fault, **options)
    api = ImageApi("x", PROFILES["builtin"], address)
    return small_requests.read_usage(api, KEY, days=30, listed=[address])


def test_a_usage_is_read(provider, says):
    body = read(provider)
    assert (body["today"]["images"], body["days"], len(body["calls"])) == (3, GOOD["days"], 1)


@pytest.mark.parametrize("what", ODD)
def test_malformed_usage_is_an_error(provider, says, what):
    says.update(ODD[what])
    with pytest.raises(ApiError) as raised:
        read(provider)
    assert raised.value.code == "garbled_response"


def test_texts_of_a_usage_are_short_and_plain(provider, says):
    call = {"id": "<script>" * 90, "endpoint": "a\nb", "images": "3", "micro_usd": -1, "n": "x", "seconds": "never"}
    says["calls"] = [call]
    (read_call,) = read(provider)["calls"]
    assert len(read_call["id"]) == 100 and read_call["endpoint"] == "ab"
    assert (read_call["images"], read_call["micro_usd"], read_call["n"], read_call["seconds"]) == (3, 0, 0, 0.0)


def test_times_that_no_calendar_has_are_read_as_none(provider, says):
    says["calls"] = [{"id": "a", "created": 999_999_999_999, "seconds": 10**400, "images": 1, "micro_usd": 1}]
    (read_call,) = read(provider)["calls"]
    assert (read_call["created"], read_call["seconds"]) == (0, 1_000_000)


def test_pages_without_an_end_are_read_up_to_a_limit(provider, says):
    says["next"] = "more"
    assert len(read(provider)["calls"]) == small_requests.MAX_USAGE_PAGES == len(provider.requests)


@pytest.mark.parametrize(
    "fault", ["drip", "hang", "sse_pings", "heartbeat_hang", "gzip_bomb", "oversize", "deep_json"]
)
def test_an_answer_is_bounded_in_time_and_bytes(provider, monkeypatch, fault):
    monkeypatch.setattr(small_requests, "USAGE_TIMEOUT_SECONDS", 0.4)
    with pytest.raises(ApiError) as raised:
        read(provider, fault)
    assert raised.value.code in ("garbled_response", "network_unreachable")


def test_the_key_does_not_follow_a_redirect(provider):
    with FakeProvider() as other, pytest.raises(ApiError):
        read(provider, "redirect", status=302, to="other", port=other.server_address[1])
    assert not other.requests and KEY not in json.dumps([one.path for one in provider.requests])
