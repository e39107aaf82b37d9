"""The texts and figures of a run's card."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.pages.presenters.run_card import progress_percent, run_card, waiting_label
from playground.runs.models import Run, State
from tests.factories import BASE, a_picture, a_run, a_visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("elapsed", "percent"), [(0, 0), (25, 50), (50, 95), (5000, 95)])
def test_progress_never_claims_the_end(elapsed, percent):
    assert progress_percent(Run(state=State.RUNNING, expected_high=50), elapsed) == percent


def test_progress_never_goes_back():
    run = Run(state=State.RUNNING, expected_high=37)
    steps = [progress_percent(run, tenth / 10) for tenth in range(1000)]
    assert steps == sorted(steps)


@pytest.mark.parametrize(("state", "percent"), [(State.QUEUED, 0), (State.SUCCEEDED, 100), (State.FAILED, 100)])
def test_progress_of_what_does_not_run(state, percent):
    assert progress_percent(Run(state=state), 10) == percent


def test_progress_without_an_expectation_is_no_error():
    assert progress_percent(Run(state=State.RUNNING), 10) == 95


def test_each_phase_of_waiting_has_its_own_label():
    now = timezone.now()
    phases = [
        Run(state=State.QUEUED),
        Run(state=State.RUNNING),
        Run(state=State.RUNNING, sent_at=now),
        Run(state=State.RUNNING, sent_at=now, previews={"1": 1}),
        Run(state=State.RUNNING, sent_at=now, cancel_requested=True),
    ]
    assert len({waiting_label(run) for run in phases}) == len(phases)


def test_previews_give_way_to_pictures():
    run = a_run(state=State.RUNNING, previews={"1": 2, "2": 1}, parameters={"n": 4})
    a_picture(run, 1)
    shown = run_card(run)
    assert [one.number for one in shown.pictures] == [1]
    assert [one.number for one in shown.previews] == [2]
    assert len(shown.empty_slots) == 2


def test_a_new_step_is_a_new_address():
    first = run_card(a_run(state=State.RUNNING, previews={"1": 1})).previews[0].url
    assert first.endswith("?step=1")


def test_a_size_other_than_requested_is_shown():
    fact = next(one for one in run_card(a_run(pictures=1)).facts if one.differs)
    assert (fact.requested, fact.actual) == ("1024×1024", "8×6")


def test_a_format_other_than_requested_is_shown():
    run = a_run(parameters={"output_format": "png"})
    a_picture(run, 1, "webp", width=1024, height=1024)
    assert [(fact.requested, fact.actual) for fact in run_card(run).facts if fact.differs] == [("PNG", "WebP")]


def test_a_result_as_requested_has_no_differences():
    run = a_run(reported={"quality": "low"})
    a_picture(run, 1, width=1024, height=1024)
    assert not any(one.differs for one in run_card(run).facts)


def test_money_is_shown_as_the_run_says():
    assert run_card(a_run(price=80_000, charged="yes")).price_label == "$0.08"


def test_a_run_without_price_shows_none():
    assert run_card(a_run(state=State.FAILED, error="garbled_response", charged="maybe")).price_label == ""


def test_details_name_what_support_needs():
    run = a_run(state=State.FAILED, error="upstream_timeout", api="asia", request_id="req_1")
    text = run_card(run).details
    assert all(part in text for part in (run.pk, "req_1", "upstream_timeout", "asia.qcode.cc", "cdef"))


def test_details_hold_no_prompt():
    assert "red fox" not in run_card(a_run(state=State.FAILED, error="unknown_outcome")).details


def test_the_title_holds_state_and_prompt():
    assert run_card(a_run(prompt="A red fox " * 20)).title.startswith("Ready · A red fox")


def test_elapsed_stops_with_the_run():
    run = a_run()
    assert run_card(run, timezone.now() + timedelta(hours=1)).elapsed == 3


@pytest.mark.parametrize(("rehearsed", "code"), [("partial", "partial"), ("", "")])
def test_too_few_pictures_are_an_error_only_when_rehearsed(rehearsed, code):
    assert run_card(a_run(state=State.PARTIAL, pictures=1, rehearsed=rehearsed)).error == code


def test_a_card_names_no_host_that_only_the_runner_reaches():
    said = "The image is too large. See http://web:8000/qcode-img/reference/errors/image_too_large/"
    run = a_run(state=State.FAILED, error="image_too_large", error_facts={"provider_said": said})
    assert run_card(run).provider_message == "The image is too large."


@pytest.mark.parametrize(("elapsed", "is_late"), [(5, False), (9, True)])
def test_a_run_that_takes_longer_says_what_is_usual(client, elapsed, is_late):
    started = timezone.now() - timedelta(seconds=elapsed)
    run = a_run("alice", state=State.RUNNING, claimed_at=started, expected_low=3, expected_high=5)
    page = a_visitor(client).get(f"{BASE}runs/{run.pk}/").text
    assert ("data-late hidden" not in page) == is_late
    assert "s, usually 3 to 5 s" in page
