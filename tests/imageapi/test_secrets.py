"""The key is nowhere but on the wire."""

import logging
import traceback

import pytest

from playground.imageapi.untrusted_text import provider_line
from tests.fake_provider import network_faults
from tests.fake_provider.fixtures import provider
from tests.imageapi.call_builders import KEY, Outcome, a_call, ask, run

__all__ = ["provider"]


@pytest.mark.parametrize("fault", ["error_leak", "reset_before", "truncated", "400_unknown", "redirect", "hang"])
def test_no_error_holds_the_key(provider, tmp_path, caplog, fault):
    caplog.set_level(logging.DEBUG)
    error = ask(provider.url(fault), tmp_path, seconds=0.2).error
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    inner = [line for line in shown.format() if "calls.py" not in line]
    assert KEY not in "".join(inner) + repr(vars(error)) + caplog.text
    assert error.__context__ is None
    assert error.__cause__ is None


def test_an_unreachable_api_does_not_spill_the_key(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    error = ask(network_faults.refused(), tmp_path).error
    assert KEY not in repr(vars(error)) + caplog.text
    assert error.__context__ is None


def test_a_call_does_not_show_its_key(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("ok"), tmp_path, outcome)
    run(call, outcome)
    assert KEY not in repr(call) + repr(outcome)


def test_a_leaked_key_is_hidden_in_what_the_provider_said(provider, tmp_path):
    said = ask(provider.url("error_leak"), tmp_path).error.provider_message
    assert KEY not in said
    assert "sk-proj" not in said
    assert said.startswith("Incorrect API key provided: [key]")


@pytest.mark.parametrize("key", ["a b", "a\nb", "ключ", "a\x7f"])
def test_a_key_that_no_header_can_hold_is_refused_unsent(provider, tmp_path, key):
    outcome = ask(provider.url("ok"), tmp_path, key=key)
    assert (outcome.code, provider.connections) == ("invalid_api_key", 0)


def test_the_providers_message_becomes_one_plain_line(provider, tmp_path):
    said = ask(provider.url("error_ansi"), tmp_path).error.provider_message
    assert said == "bad red Set-Cookie: a=b 2026-01-01 INFO all is well"


def test_a_long_provider_message_is_truncated(provider, tmp_path):
    said = ask(provider.url("error_long"), tmp_path).error.provider_message
    assert (len(said), said[-1]) == (300, "…")


def test_markup_is_removed_from_the_providers_message(provider, tmp_path):
    assert ask(provider.url("error_xss"), tmp_path).error.provider_message == "Bad prompt alert(1)"


@pytest.mark.parametrize("fault", ["502_html", "504_html", "413_html", "403_html", "html_200"])
def test_a_page_is_never_repeated(provider, tmp_path, fault):
    assert ask(provider.url(fault), tmp_path).error.provider_message == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("key secret-key-1 is wrong", "key [key] is wrong"),
        ("key sec\u200bret-k\x00ey-1 is wrong", "key [key] is wrong"),
        ("cr_0123456789 and sk-abc…xyz", "[key] and [key]"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: [key]"),
        ("token eyJhbGciOiJIUzI1NiJ9.e30.abc", "token [key]"),
        ("size must be <= 1024 and > 5", "size must be <= 1024 and > 5"),
        ("size 不支持\n请重试", "size 不支持 请重试"),
    ],
)
def test_redaction_goes_by_value_and_by_shape(text, line):
    assert provider_line(text, "secret-key-1") == line
