"""When a request is sent a second time: never when the first may have been paid. Waits that are shown."""

import datetime

import pytest

from playground.imageapi.catalog import Limits
from playground.imageapi.client.retry import clamp_retry_after, retry_after_seconds
from playground.imageapi.pricing import seconds_to_midnight
from tests.fake_provider import network_faults
from tests.fake_provider.fixtures import provider
from tests.imageapi.call_builders import ask

__all__ = ["provider"]
NOW = datetime.datetime(2026, 11, 20, 15, 59, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize("fault", ["429_then_ok", "503_then_ok"])
def test_a_plain_refusal_with_a_short_wait_is_tried_once_more(provider, tmp_path, fault):
    outcome = ask(provider.url(fault), tmp_path)
    assert (outcome.code, len(outcome.pictures)) == ("", 1)
    assert (len(provider.requests), outcome.sent) == (2, [True, True])


def test_a_second_attempt_needs_half_of_the_time(provider, tmp_path):
    outcome = ask(provider.url("503_then_ok"), tmp_path, seconds=1.5, limits=Limits(retry_pace=1))
    assert (outcome.code, len(provider.requests)) == ("service_overloaded", 1)


def test_a_refused_connection_is_tried_twice_and_never_sent(tmp_path):
    outcome = ask(network_faults.refused(), tmp_path)
    assert (outcome.code, outcome.error.charged, outcome.sent) == ("network_unreachable", "no", [])
    assert "refused" in outcome.error.message


def test_a_name_that_does_not_exist_is_not_reached(tmp_path):
    outcome = ask(network_faults.DNS, tmp_path)
    assert (outcome.code, outcome.error.charged, outcome.sent) == ("network_unreachable", "no", [])


def test_a_connection_that_never_comes_about_ends_in_time(tmp_path):
    with network_faults.connect_timeout() as url:
        outcome = ask(url, tmp_path, limits=Limits(connect_seconds=0.2))
    assert (outcome.code, outcome.sent) == ("network_unreachable", [])
    assert "in time" in outcome.error.message


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("429_concurrency", 2),
        ("429_none", 5),
        ("429_minus", 5),
        ("429_inf", 5),
        ("429_huge", 5),
        ("429_date", 5),
        ("503_later", 60),
        ("503_unavailable", 5),
    ],
)
def test_the_wait_that_is_told_is_sane(provider, tmp_path, fault, seconds):
    assert ask(provider.url(fault), tmp_path).error.retry_after == seconds


def test_a_daily_limit_names_a_time_within_the_day(provider, tmp_path):
    assert 0 < ask(provider.url("429_daily"), tmp_path).error.retry_after <= 24 * 3600


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("1.5", 2),
        ("Fri, 20 Nov 2026 15:59:08 GMT", 8),
        ("3600", 3600),
        (None, None),
        ("", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("1e3", None),
        ("99999999999", None),
        ("٣", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
        ("soon", None),
    ],
)
def test_retry_after_is_read_when_it_is_plain(value, seconds):
    assert retry_after_seconds(value, NOW) == seconds


@pytest.mark.parametrize(("value", "seconds"), [("0", 1), ("120", 120), ("121", 5), ("inf", 5), (None, 5)])
def test_a_wait_to_show_is_between_one_second_and_two_minutes(value, seconds):
    assert clamp_retry_after(value, NOW) == seconds


def test_the_quota_resets_at_midnight_in_beijing():
    assert seconds_to_midnight(NOW) == 60
