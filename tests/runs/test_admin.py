"""Runs and sessions in the operators' pages: outcomes, never prompts; sessions can be ended and blocked."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from playground.core.models import Change
from playground.runs.exceptions import RunRefused
from playground.runs.models import BlockedSession, Run
from playground.runs.services import submit
from tests.factories import a_run

pytestmark = pytest.mark.django_db

ADMIN = f"/{settings.URL_PREFIX}admin/"
RUNS = f"{ADMIN}runs/run/"


@pytest.fixture
def operator(client):
    client.force_login(get_user_model().objects.create_superuser("Kim", password="a long password"))
    Change.objects.all().delete()
    return client


def act(operator, action: str, *runs: Run) -> None:
    form = {"action": action, "_selected_action": [run.pk for run in runs]}
    assert operator.post(RUNS, form).status_code == 302


def test_runs_are_listed_by_state_without_prompt_session_or_key(operator):
    run = a_run(state="failed", error="server_error", prompt="a secret garden", visitor="alice", key_last4="9876")
    a_run(state="queued", visitor="bob")
    page = operator.get(f"{RUNS}?state__exact=failed", headers={"Accept-Language": "en"}).text
    assert run.pk in page and page.count('name="_selected_action"') == 1
    page += operator.get(f"{RUNS}{run.pk}/change/").text
    assert "server_error" in page
    assert not [word for word in ("secret garden", "alice", "9876", "pictures/") if word in page]
    assert "waiting 1" in operator.get(ADMIN, headers={"Accept-Language": "en"}).text


def test_a_run_cannot_be_edited_or_deleted(operator):
    run = a_run(state="succeeded")
    assert operator.post(f"{RUNS}{run.pk}/change/", {"state": "failed"}).status_code == 403
    assert operator.post(f"{RUNS}{run.pk}/delete/", {"post": "yes"}).status_code == 403


def test_all_runs_of_a_session_are_ended_and_those_of_others_go_on(operator):
    chosen, other = a_run(state="queued", visitor="alice"), a_run(state="queued", visitor="bob")
    running = a_run(state="running", visitor="alice")
    act(operator, "end_runs", chosen)
    states = {run.pk: (run.state, run.cancel_requested) for run in Run.objects.all()}
    assert states == {
        chosen.pk: ("cancelled", False),
        running.pk: ("running", True),
        other.pk: ("queued", False),
    }
    (change,) = Change.objects.all()
    assert (change.actor, change.action) == ("Kim", "end runs")
    assert sorted(change.details["runs"]) == sorted([chosen.pk, running.pk]) and "alice" not in str(change)


def test_a_blocked_session_makes_no_runs_until_it_is_unblocked(operator):
    run = a_run(state="queued", visitor="alice")
    act(operator, "block", run)
    run.refresh_from_db()
    assert run.state == "cancelled"
    with pytest.raises(RunRefused, match="blocked"):
        submit.check_submission("alice")
    submit.check_submission("bob")
    row = BlockedSession.objects.get()
    address = f"{ADMIN}runs/blockedsession/"
    assert "alice" not in operator.get(address).text.replace(f"{row.pk}/change/", "").replace(f'value="{row.pk}"', "")
    assert operator.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    submit.check_submission("alice")
    assert [change.action for change in Change.objects.all()] == ["unblock session", "end runs", "block session"]


def test_a_visitor_reads_that_the_session_is_blocked_and_keeps_the_form(client):
    page = client.get(f"/{settings.URL_PREFIX}").text
    token = page.partition('name="token"')[2].partition('value="')[2].partition('"')[0]
    form = {"prompt": "a heron", "api": "builtin", "size": "1024x1024", "quality": "low", "n": "1", "token": token}
    assert client.post(f"/{settings.URL_PREFIX}", form).status_code == 303
    BlockedSession.objects.create(visitor=Run.objects.get().visitor)
    answer = client.post(f"/{settings.URL_PREFIX}", form | {"token": "another", "prompt": "an egret"})
    assert answer.status_code == 422 and "blocked this session" in answer.text and "an egret" in answer.text
    assert Run.objects.count() == 1


def test_the_pages_are_in_chinese(operator):
    a_run(state="queued")
    pages = {"runs/run/": "排队中", "runs/worker/": "工作进程", "core/change/": "选择更改", "": "任务：排队中 1"}
    for address, word in pages.items():
        assert word in operator.get(f"{ADMIN}{address}", headers={"Accept-Language": "zh-CN"}).text
