"""Ending a call from another thread, at every moment of its life, and its deadline."""

import threading
import time

import pytest

from playground.imageapi.catalog import Limits
from tests.fake_provider.fixtures import provider
from tests.imageapi.call_builders import Outcome, a_call, a_request, ask, run

__all__ = ["provider"]


def test_a_call_that_was_ended_before_it_ran_is_never_sent(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("ok"), tmp_path, outcome)
    call.abort()
    run(call, outcome)
    assert (outcome.code, outcome.error.charged, outcome.sent, provider.connections) == ("cancelled", "no", [], 0)


@pytest.mark.parametrize("fault", ["hang", "drip_headers", "hang_mid", "drip", "sse_hang"])
def test_a_call_ends_at_once_while_it_waits_or_reads(provider, tmp_path, fault):
    outcome = Outcome()
    call = a_call(provider.url(fault), tmp_path, outcome, seconds=30, request=a_request(n=2))
    thread = threading.Thread(target=run, args=(call, outcome))
    thread.start()
    provider.wait_for(1)
    call.abort()
    thread.join(20)
    assert (outcome.code, outcome.error.charged) == ("cancelled", "maybe")


def test_a_call_can_be_ended_for_another_reason(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("hang"), tmp_path, outcome, on_sent=lambda: None)
    threading.Thread(target=lambda: (provider.wait_for(1), call.abort("interrupted"), call.abort())).start()
    assert run(call, outcome).code == "interrupted"


def test_ending_a_call_as_it_is_about_to_be_sent_sends_nothing(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("ok"), tmp_path, outcome, on_sent=lambda: call.abort())
    run(call, outcome)
    assert (outcome.code, outcome.error.charged, call.was_sent, provider.requests) == ("cancelled", "no", False, [])


def test_a_call_ends_at_once_while_it_waits_to_retry(provider, tmp_path):
    outcome = Outcome()
    limits = Limits(retry_pace=1)
    call = a_call(provider.url("503_then_ok"), tmp_path, outcome, seconds=30, limits=limits)
    thread = threading.Thread(target=run, args=(call, outcome))
    thread.start()
    provider.wait_for(1)
    while call.was_sent:
        time.sleep(0.001)
    call.abort()
    thread.join(20)
    assert (outcome.code, outcome.error.charged, len(provider.requests)) == ("cancelled", "no", 1)


def test_ending_a_call_that_is_over_changes_nothing(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("ok"), tmp_path, outcome)
    run(call, outcome)
    call.abort()
    assert outcome.code == ""
    assert outcome.pictures[0].path.exists()


def test_an_unknown_reason_is_refused(provider, tmp_path):
    with pytest.raises(KeyError):
        a_call(provider.url("ok"), tmp_path, Outcome()).abort("no such code")


def test_the_deadline_is_kept_while_a_slow_api_answers_byte_by_byte(provider, tmp_path):
    outcome = ask(provider.url("drip", drip=0.01), tmp_path, seconds=0.25)
    assert outcome.code == "unknown_outcome"


def test_the_deadline_counts_from_sending(provider, tmp_path):
    outcome = ask(provider.url("ok", latency=0.05), tmp_path, seconds=0.5, on_sent=lambda: time.sleep(0.5))
    assert outcome.code == ""
