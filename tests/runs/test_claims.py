"""A run is worked on by at most one worker, once, and waits for its key's places."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.runs.models import State
from playground.runs.worker import claims
from tests.factories import a_run

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_the_first_claim_takes_the_run_and_the_second_finds_nothing() -> None:
    run = a_run(state="queued", sealed_key="sealed")
    assert claims.claim_run(run.pk, "one", NOW) is not None
    assert claims.claim_run(run.pk, "two", NOW) is None


def test_a_claim_takes_the_sealed_key_off_the_row() -> None:
    run = a_run(state="queued", sealed_key="sealed")
    claimed = claims.claim_run(run.pk, "one", NOW)
    run.refresh_from_db()
    assert (claimed and claimed[1], run.sealed_key, run.state) == ("sealed", "", State.RUNNING)


def test_a_key_has_two_calls_at_once_and_the_rest_wait_in_order() -> None:
    first, second, _ = (a_run(state="queued", created_at=NOW + timedelta(seconds=i)) for i in range(3))
    assert claims.list_ready_runs(10) == [first.pk, second.pk]
    claims.claim_run(first.pk, "one", NOW)
    assert claims.list_ready_runs(10) == [second.pk]


def test_different_keys_never_wait_for_each_other() -> None:
    for _ in range(2):
        a_run(state="running", key_fingerprint="alice")
    bobs = a_run(state="queued", key_fingerprint="bob")
    assert claims.list_ready_runs(10) == [bobs.pk]


def test_one_key_waits_across_sessions() -> None:
    for visitor in ("alice", "bob"):
        a_run(state="running", visitor=visitor, key_fingerprint="shared")
    a_run(state="queued", visitor="carol", key_fingerprint="shared")
    assert claims.list_ready_runs(10) == []


@pytest.mark.parametrize(("sent", "charged"), [(True, "maybe"), (False, "no")])
def test_a_run_whose_worker_died_is_interrupted_and_says_what_it_may_have_cost(sent: bool, charged: str) -> None:
    run = a_run(state="running", worker="gone", sent_at=NOW if sent else None)
    claims.interrupt_orphaned_runs(NOW, alone=False)
    run.refresh_from_db()
    assert (run.state, run.error, run.charged) == (State.INTERRUPTED, "interrupted", charged)


def test_a_run_of_a_living_worker_goes_on() -> None:
    claims.record_heartbeat("alive")
    run = a_run(state="running", worker="alive")
    claims.interrupt_orphaned_runs(timezone.now(), alone=False)
    run.refresh_from_db()
    assert run.state == State.RUNNING


def test_a_message_takes_the_run_of_its_key_that_waits_longest() -> None:
    first, second = a_run(state=State.QUEUED), a_run(state=State.QUEUED)
    claimed = claims.claim_next_run(second.pk, "a worker", timezone.now())
    assert claimed is not None and claimed[0].pk == first.pk


def test_a_message_takes_nothing_when_its_key_has_no_room() -> None:
    for _ in range(2):
        a_run(state=State.RUNNING)
    waiting, other = a_run(state=State.QUEUED), a_run(state=State.QUEUED, key_fingerprint="another key")
    assert claims.claim_next_run(waiting.pk, "a worker", timezone.now()) is None
    assert claims.claim_next_run(other.pk, "a worker", timezone.now()) is not None


def test_only_runs_that_waited_for_a_while_are_queued_again() -> None:
    run = a_run(state=State.QUEUED)
    assert claims.list_ready_runs(10, before=run.created_at) == []
    assert claims.list_ready_runs(10, before=run.created_at + timedelta(seconds=1)) == [run.pk]
