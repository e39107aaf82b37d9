"""What a visitor may do with its runs, and nobody else."""

import pytest
from django.db import connection
from django.http import Http404

from playground.runs import selectors
from playground.runs.models import Run, State
from playground.runs.services import finish
from tests.factories import a_run

pytestmark = pytest.mark.django_db


def test_a_stranger_finds_no_run() -> None:
    run = a_run(visitor="bob")
    with pytest.raises(Http404):
        selectors.get_run("alice", run.pk)


def test_without_a_visitor_there_is_nothing() -> None:
    run = a_run(visitor="")
    with pytest.raises(Http404):
        selectors.get_run("", run.pk)


def test_cancelling_a_waiting_run_ends_it_uncharged_and_drops_its_key() -> None:
    run = a_run(state="queued", sealed_key="sealed")
    finish.cancel_run(run)
    run.refresh_from_db()
    assert (run.state, run.charged, run.sealed_key) == (State.CANCELLED, "no", "")


def test_cancelling_a_running_run_asks_its_runner() -> None:
    run = a_run(state="running")
    finish.cancel_run(run)
    run.refresh_from_db()
    assert (run.state, run.cancel_requested) == (State.RUNNING, True)


def test_forgetting_a_key_ends_the_runs_that_wait_with_it() -> None:
    run = a_run(state="queued", visitor="alice", account="qcode", sealed_key="sealed")
    finish.drop_key_from_runs("alice", "qcode")
    run.refresh_from_db()
    assert (run.error, run.charged, run.sealed_key) == ("key_forgotten", "no", "")


def test_earlier_prompts_come_newest_first_and_once() -> None:
    for prompt in ("one", "two", "one"):
        a_run(visitor="alice", parameters={"prompt": prompt})
    assert selectors.recent_prompts(selectors.latest_runs("alice", 0)) == ["one", "two"]


def test_the_newest_runs_are_found_without_sorting_all_of_them() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # With so few rows it would not ask an index.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = Run.objects.filter(visitor="alice", deleted_at=None)[:24].explain()
    assert "runs_of_a_visitor" in plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan
