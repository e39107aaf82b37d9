"""The buttons of a failed run."""

import pytest

from playground.imageapi.errors import ERRORS
from playground.pages.presenters.run_actions import again_fields, card_actions
from playground.runs.models import Run, State


def offered(error, api="api", **facts):
    run = Run(api=api, state=State.FAILED, error=error, charged=ERRORS[error].charged, **facts)
    return card_actions(run, again_fields(run))


def kinds(error, api="api", **facts):
    return [action.kind for action in offered(error, api, **facts)]


@pytest.mark.parametrize("code", ERRORS)
def test_every_failure_has_a_next_step(code):
    assert kinds(code)


def test_a_bad_key_leads_to_the_key_field():
    assert offered("invalid_api_key")[0].url.endswith("#id_key")


def test_a_refused_prompt_can_be_changed():
    assert kinds("moderation_blocked")[0] == "edit_prompt"


def test_a_timeout_behind_a_cdn_suggests_the_direct_region():
    direct = offered("upstream_timeout", parameters={"quality": "high"})[0]
    assert (direct.kind, direct.fields["api"]) == ("direct", "asia")


def test_a_timeout_in_high_quality_can_be_repeated_in_low():
    low = offered("upstream_timeout", "asia", parameters={"quality": "high"})[0]
    assert low.fields["quality"] == "low"


def test_a_timeout_in_low_quality_cannot_go_lower():
    labels = [one.label for one in offered("upstream_timeout", "asia", parameters={"quality": "low"})]
    assert "Run again in low quality" not in labels


def test_an_overloaded_provider_gets_a_pause():
    wait = offered("service_overloaded", error_facts={"retry_after": 9})[0]
    assert (wait.kind, wait.method, "9" in wait.label) == ("wait", "post", True)


def test_after_a_possible_charge_checking_usage_comes_before_running_again():
    assert kinds("unknown_outcome") == ["usage", "again"]


def test_a_used_up_day_offers_another_key_or_api():
    assert kinds("image_daily_limit") == ["key", "switch_api"]


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.SUCCEEDED])
def test_a_successful_run_suggests_no_next_step(state):
    assert card_actions(Run(state=state), {}) == []


def test_again_carries_a_token_of_its_own():
    run = Run(api="api", parameters={"prompt": "A red fox", "n": 2, "stream": True})
    assert again_fields(run) == {"api": "api", "prompt": "A red fox", "n": "2", "token": f"after:{run.pk}"}
