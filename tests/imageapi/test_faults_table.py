"""Every fault of an upstream: the code people see, whether it may have cost money, and how often it was asked."""

import tracemalloc

import pytest

from tests.fake_provider.fixtures import provider
from tests.fake_provider.outcomes import AT_THE_DEADLINE, REFUSED_OR_BROKEN
from tests.imageapi.call_builders import ask

__all__ = ["provider"]


@pytest.mark.parametrize("fault", REFUSED_OR_BROKEN)
def test_a_fault_ends_in_its_code(provider, tmp_path, fault):
    code, charged, requests = REFUSED_OR_BROKEN[fault]
    outcome = ask(f"{provider.origin}/{fault}/v1", tmp_path)
    asked = [one for one in provider.requests if one.method == "POST"]
    assert (outcome.code, outcome.error.charged, len(asked)) == (code, charged, requests)
    assert [file for file in tmp_path.iterdir() if file not in [one.path for one in outcome.partials]] == []


@pytest.mark.parametrize("fault", AT_THE_DEADLINE)
def test_silence_and_dripping_end_at_the_deadline(provider, tmp_path, fault):
    outcome = ask(provider.url(fault), tmp_path, seconds=0.4)
    assert (outcome.code, outcome.error.charged, len(provider.requests)) == AT_THE_DEADLINE[fault]


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
def test_a_setting_that_was_refused_is_named(provider, tmp_path, fault, param):
    assert ask(provider.url(fault), tmp_path).error.param == param


@pytest.mark.parametrize("fault", ["400_param", "truncated", "sse_error", "short_body"])
def test_an_error_carries_the_id_of_its_request(provider, tmp_path, fault):
    assert ask(provider.url(fault), tmp_path).error.request_id == "req_test_1"


def test_a_gzip_bomb_costs_no_memory(provider, tmp_path):
    tracemalloc.start()
    outcome = ask(provider.url("gzip_bomb_picture"), tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.code == "garbled_response"
    assert peak < 10_000_000
