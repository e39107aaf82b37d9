"""The sentences about errors: what happened, whether it was charged, what to do."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from django.conf import settings
from django.utils import translation

from playground.imageapi.errors import ERRORS, Fault
from playground.imageapi.providers import ImageApi, Profile
from playground.pages.texts import run_errors
from playground.runs.models import Run, State

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOT_FREE = ImageApi("paid", Profile("paid", "paid", failures_free=False), "https://paid.example/v1")


def failed(error, api="asia", *, sent=True, state=State.FAILED, **facts):
    """A failed run in memory: the texts need no database."""
    moment = NOON - timedelta(seconds=101)
    return Run(
        api=api,
        state=state,
        error=error,
        charged=ERRORS[error].charged,
        error_facts=facts,
        claimed_at=moment,
        sent_at=moment if sent else None,
        finished_at=NOON,
        parameters={"n": 2},
    )


def sentence(run, arrived=0):
    return run_errors.error_message(run, arrived, NOON)


@pytest.fixture
def paid(settings):
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "paid": NOT_FREE}


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("api", ["builtin", "asia", "api", "not-listed-any-more"])
def test_every_code_has_a_headline_and_a_sentence(code, api):
    run = failed(code, api)
    assert run_errors.error_headline(run)
    assert sentence(run).endswith(".")


@pytest.mark.parametrize("code", [code for code in ERRORS if ERRORS[code].charged == "no"])
def test_messages_about_uncharged_failures_say_so(code):
    assert any(
        word in sentence(failed(code))
        for word in ("You weren't charged", "you weren't charged", "Nothing was sent or charged")
    )


@pytest.mark.parametrize("code", ["unknown_outcome", "upstream_timeout", "garbled_response"])
def test_broken_calls_are_free_by_the_terms_of_qcode(code):
    assert "requests aren't charged" in sentence(failed(code))


@pytest.mark.parametrize("code", ["unknown_outcome", "upstream_timeout", "garbled_response"])
def test_broken_calls_elsewhere_may_have_been_charged(code, paid):
    assert "charged" in sentence(failed(code, "paid"))
    assert "terms" not in sentence(failed(code, "paid"))


@pytest.mark.parametrize("api", ["asia", "paid"])
@pytest.mark.parametrize("code", ["server_error", "image_provider_error"])
def test_the_text_of_a_failed_provider_claims_no_answer(code, api, paid):
    run = failed(code, api)
    run.charged = "maybe"
    assert run_errors.error_headline(run) == "Provider error"
    assert "The provider had an error" in sentence(run) and "charged" in sentence(run)


def test_a_request_above_the_daily_limit_is_not_advised_to_wait():
    assert "Request fewer" in sentence(failed("image_daily_limit", "builtin", param="n"))


def test_a_timeout_behind_a_cdn_names_the_limit():
    assert "within 101 s. This region has a 100 s limit" in sentence(failed("upstream_timeout", "api"))


def test_a_timeout_of_a_direct_region_does_not():
    assert "100 s limit" not in sentence(failed("upstream_timeout", "asia"))


def test_a_cancelled_run_that_was_not_sent_cost_nothing():
    assert "weren't charged" in sentence(failed("cancelled", sent=False, state=State.CANCELLED))


def test_an_interrupted_run_that_was_sent_may_have_cost():
    assert "You may have been charged" in sentence(failed("interrupted", state=State.INTERRUPTED))


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("fault", [one for one in get_args(Fault) if one])
def test_a_restart_is_named_only_when_there_was_one(fault, sent):
    run = failed("interrupted", state=State.INTERRUPTED, sent=sent, fault=fault)
    assert "restart" not in f"{run_errors.error_headline(run)} {sentence(run)}"
    unsent = sentence(run).endswith(("You weren't charged. Send it again.", "Send it again later."))
    assert "You may have been charged" in sentence(run) if sent else unsent


def test_a_restart_is_named():
    run = failed("interrupted", state=State.INTERRUPTED)
    assert "restart" in run_errors.error_headline(run) and "restarted" in sentence(run)


def test_the_refused_setting_is_named():
    assert "background" in sentence(failed("invalid_request", param="background"))


def test_the_day_limit_counts_down_to_midnight_in_beijing():
    # Noon UTC is 20:00 in Beijing.
    assert "in 4 h" in sentence(failed("image_daily_limit"))


def test_the_wait_is_the_providers_retry_after():
    assert "in 17 s" in sentence(failed("service_overloaded", retry_after=17))


def test_a_partial_run_counts():
    assert sentence(Run(state=State.PARTIAL, parameters={"n": 4}), arrived=1).startswith("1 of 4")


def test_a_successful_run_has_no_message():
    assert sentence(Run(state=State.SUCCEEDED, parameters={}), arrived=1) == ""


def test_a_percent_sign_of_the_provider_is_harmless():
    assert "50%" in sentence(failed("invalid_request", param="50%"))


@pytest.mark.parametrize(
    ("seconds", "countdown"), [(1, "1 min"), (60, "1 min"), (3600, "1 h"), (6840, "1 h 54 min"), (86399, "24 h")]
)
def test_countdowns_are_hours_and_minutes(seconds, countdown):
    assert run_errors.hours_and_minutes(seconds) == countdown


def test_sentences_follow_the_language():
    with translation.override("zh-hans"):
        assert isinstance(sentence(failed("invalid_api_key")), str)


def test_the_profiles_here_are_those_of_the_seeds():
    assert all(api.profile.failures_free for api in settings.IMAGE_APIS.values())


@pytest.mark.parametrize("api", ["asia", "eu"])
def test_a_run_in_low_quality_gets_no_advice_to_lower_it(api):
    run = Run(state="failed", api=api, error="upstream_timeout", charged="maybe", parameters={"quality": "low"})
    assert "low" not in run_errors.error_message(run, 0, NOON).lower()
    run.parameters = {"quality": "high"}
    assert "low" in run_errors.error_message(run, 0, NOON).lower()


@pytest.mark.parametrize(("arrived", "text"), [(1, "and was saved"), (2, "and were saved")])
def test_one_picture_is_counted_in_the_singular(arrived, text):
    run = Run(state="partial", parameters={"n": 4})
    assert text in run_errors.error_message(run, arrived, NOON)
