"""Polls: changed cards, and the time of the next poll."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from playground.pages.views.polling import RUNS_PER_PACE, poll_interval_seconds
from playground.runs import selectors
from playground.runs.models import State
from playground.runs.selectors import RunStatus
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def look(client, *seen):
    return client.get(f"{BASE}runs/live/", {"seen": ",".join(f"{run}:{version}" for run, version in seen)})


def follow(response):
    return json.loads(response["HX-Trigger"])["follow"]


def test_nothing_new_is_an_empty_answer(alice):
    run = a_run(state=State.RUNNING)
    response = look(alice, (run.pk, 1))
    assert (response.status_code, response.content) == (204, b"")
    assert follow(response)["active"] == 1


def test_a_changed_run_comes_as_card_and_strip_item(alice):
    run = a_run(state=State.RUNNING, version=3)
    page = look(alice, (run.pk, 2)).text
    assert f'id="run-{run.pk}"' in page
    assert f'id="strip-{run.pk}"' in page
    assert page.count('hx-swap-oob="true"') == 2


def test_an_unchanged_run_beside_it_does_not_come(alice):
    changed, same = a_run(state=State.RUNNING, version=2), a_run(state=State.RUNNING)
    page = look(alice, (changed.pk, 1), (same.pk, 1)).text
    assert f"run-{changed.pk}" in page
    assert f"run-{same.pk}" not in page


def test_the_title_says_when_all_of_them_wait(alice):
    runs = [a_run(state=State.QUEUED, version=2) for _ in range(2)]
    assert "<title>2 waiting · " in look(alice, *((run.pk, 1) for run in runs)).text


def test_the_title_counts_what_runs(alice):
    runs = [a_run(state=State.RUNNING, version=2) for _ in range(2)]
    assert "<title>2 running · " in look(alice, *((run.pk, 1) for run in runs)).text


def test_a_deleted_run_is_taken_off_the_page(alice):
    page = look(alice, ("0" * 20, 1)).text
    assert f'<div id="run-{"0" * 20}" hx-swap-oob="delete"></div>' in page


def test_another_visitors_run_counts_as_gone(alice):
    run = a_run(visitor="bob", state=State.RUNNING, version=2)
    assert "<article" not in look(alice, (run.pk, 1)).text


def test_without_active_runs_the_page_stops_polling(alice):
    run = a_run(version=5)
    assert follow(look(alice, (run.pk, 4))) == {"wait": 0, "active": 0}


@pytest.mark.parametrize("seen", ["", "x", "1:1", ":::", "a" * 20, f"{'a' * 20}:x", "%00", "," * 5000])
def test_an_unreadable_query_counts_as_no_runs(alice, seen):
    assert alice.get(f"{BASE}runs/live/", {"seen": seen}).status_code == 204


def test_a_poll_after_the_session_ended_explains_it_and_stops(client):
    run = a_run(state=State.RUNNING)
    response = look(client, (run.pk, 1))
    assert follow(response) == {"wait": 0, "active": 0}
    assert f'<div id="run-{run.pk}" hx-swap-oob="delete"></div>' in response.text
    assert "Your session has ended" in response.text


def test_the_title_of_a_runs_page_names_that_run_whichever_changed(alice):
    own, other = a_run(prompt="A fox"), a_run(prompt="A hare", state=State.RUNNING, version=2)
    seen = {"seen": f"{other.pk}:1", "page": own.pk}
    assert "<title>1 running · Ready · A fox</title>" in alice.get(f"{BASE}runs/live/", seen).text


def test_a_run_deleted_in_another_tab_is_reported_as_missing(alice):
    text = look(alice, ("0" * 20, 1)).text
    assert "are no longer in this session" in text
    assert f'href="{BASE}runs/"' in text


def test_many_runs_cost_few_queries(alice, django_assert_max_num_queries):
    runs = [a_run(state=State.RUNNING, pictures=1, version=2) for _ in range(10)]
    with django_assert_max_num_queries(5):
        look(alice, *((run.pk, 1) for run in runs))


def a_status(state: str, claimed_at: datetime, expected_low: int, *, cancel_requested: bool = False) -> RunStatus:
    return RunStatus("id", state, 1, claimed_at, expected_low, cancel_requested)


@pytest.mark.parametrize(
    ("state", "elapsed", "wait"),
    [
        (State.QUEUED, 0, 1),
        (State.RUNNING, 1, 1),
        (State.RUNNING, 10, 4),
        (State.RUNNING, 45, 2),
        (State.RUNNING, 47, 0.5),
        (State.RUNNING, 80, 0.5),
    ],
)
def test_the_pace_follows_the_expected_end(state, elapsed, wait):
    now = timezone.now()
    run = a_status(state=state, claimed_at=now - timedelta(seconds=elapsed), expected_low=50)
    assert poll_interval_seconds(run, now) == wait


@pytest.mark.parametrize(("crowd", "wait"), [(0, 0.5), (350, 0.5), (1050, 1.5), (100_000, 5.0)])
def test_polls_are_rarer_with_many_active_runs(crowd, wait):
    now = timezone.now()
    run = a_status(state=State.RUNNING, claimed_at=now - timedelta(seconds=60), expected_low=50)
    assert poll_interval_seconds(run, now, crowd) == wait


@pytest.mark.parametrize(("crowd", "waits"), [(0, [1, 1, 1, 1, 4]), (1050, [3, 8, 8, 8, 8, 8, 1.5])])
def test_with_many_active_runs_no_page_polls_long_before_the_end(crowd, waits):
    now, asked = timezone.now(), []
    run = a_status(state=State.RUNNING, claimed_at=now, expected_low=44)
    while len(asked) < len(waits):
        asked.append(poll_interval_seconds(run, now + timedelta(seconds=sum(asked)), crowd))
    assert asked == waits


def test_a_run_being_cancelled_is_watched_closely():
    now = timezone.now()
    run = a_status(state=State.RUNNING, claimed_at=now, expected_low=50, cancel_requested=True)
    assert poll_interval_seconds(run, now) == 0.5


def test_a_poll_from_another_host_is_refused_as_every_request(alice):
    run = a_run(state=State.RUNNING)
    response = alice.get(f"{BASE}runs/live/", {"seen": f"{run.pk}:1"}, headers={"Host": "evil.example"})
    assert response.status_code == 400


def test_a_poll_is_not_cached_and_creates_no_session(client):
    for seen, status in (((), 204), ((("0" * 20, 1),), 200)):
        response = look(client, *seen)
        assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
        assert not response.cookies


@pytest.mark.parametrize(("elapsed", "is_held"), [(0, True), (20, False), (49, True)])
def test_the_next_poll_is_held_at_the_start_and_near_the_end(alice, elapsed, is_held):
    run = a_run(state=State.RUNNING, claimed_at=timezone.now() - timedelta(seconds=elapsed), expected_low=50)
    assert ("hold" in follow(look(alice, (run.pk, 1)))) == is_held


def test_with_many_active_runs_no_poll_is_held(alice, monkeypatch):
    run = a_run(state=State.QUEUED)
    # The count is remembered for a moment, also from other tests.
    monkeypatch.setattr(selectors, "count_active_runs", lambda: RUNS_PER_PACE + 1)
    assert "hold" not in follow(look(alice, (run.pk, 1)))


def test_with_workers_on_other_machines_no_poll_is_held(alice, settings):
    run = a_run(state=State.QUEUED)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert follow(look(alice, (run.pk, 1)))["wait"] == 1000
