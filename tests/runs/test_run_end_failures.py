"""Something fails while a run ends: it ends all the same, says what is true, and frees its key's place."""

import threading
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import DataError
from django.test import Client
from django.utils import timezone

from playground.core import key_sealing
from playground.imageapi.providers import parse_image_apis
from playground.runs import selectors
from playground.runs.models import Run, State
from playground.runs.services import disk_space, results, retention
from playground.runs.worker import claims
from playground.runs.worker.embedded import EmbeddedWorker
from playground.runs.worker.execute import RunExecution
from tests.factories import BASE, KEY, a_run, a_visitor, claim_and_execute_run
from tests.fake_provider import FakeProvider
from tests.fake_provider.fixtures import provider
from tests.helpers.full_disk import refused

__all__ = ["provider"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written is not tried again for a minute."""
    monkeypatch.setattr(disk_space, "_MAX_ATTEMPTS", 1)


def a_waiting_run(settings: LazySettings, provider: FakeProvider, fault: str = "ok", n: int = 1) -> Run:
    settings.IMAGE_APIS = parse_image_apis(f"upstream={provider.url(fault)}", "")
    return a_run(state="queued", api="upstream", parameters={"n": n}, sealed_key=key_sealing.seal_key(KEY))


def shown(run: Run) -> str:
    """The page of the run."""
    return a_visitor(Client(headers={"host": "127.0.0.1"})).get(f"{BASE}runs/{run.pk}/").text


def ended(run: Run) -> Run:
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    return run


def test_a_preview_that_cannot_be_written_does_not_end_the_call(settings, provider) -> None:
    run = a_waiting_run(settings, provider, "sse_partials")
    with refused("UPDATE", "previews"):
        ended(run)
    assert (run.state, run.price, run.previews) == (State.SUCCEEDED, 80_000, {})
    assert len(provider.requests) == 1


def test_previews_that_cannot_be_written_hold_a_call_up_once(settings, provider) -> None:
    run = a_waiting_run(settings, provider, "sse_ok", n=2)
    with refused("UPDATE", "previews", times=1):
        ended(run)
    assert (run.state, run.previews) == (State.SUCCEEDED, {})


@pytest.mark.parametrize("fault", ["ok", "sse_ok"])
def test_a_picture_that_cannot_be_written_when_it_comes_is_kept_at_the_end(settings, provider, fault) -> None:
    run = a_waiting_run(settings, provider, fault, n=2)
    with refused("INSERT", "runs_picture", times=1):
        ended(run)
    assert (run.state, run.price, run.pictures.count()) == (State.SUCCEEDED, 160_000, 2)


def test_a_picture_that_cannot_be_stored_at_all_is_reported(settings, provider) -> None:
    run = a_waiting_run(settings, provider)
    with refused("INSERT", "runs_picture", times=2):
        ended(run)
    assert (run.state, run.charged, run.pictures.count()) == (State.INTERRUPTED, "maybe", 0)
    assert "t save" in shown(run) and "restarted" not in shown(run)


def test_a_price_that_cannot_be_told_does_not_keep_a_run_from_ending(settings, provider, monkeypatch) -> None:
    monkeypatch.setattr(results, "picture_cost", lambda *_: {}["standard"])
    run = ended(a_waiting_run(settings, provider))
    assert (run.state, run.charged, run.price, run.pictures.count()) == (State.SUCCEEDED, "yes", None, 1)


def test_words_that_the_database_refuses_do_not_keep_a_run_from_ending(settings, provider) -> None:
    run = a_waiting_run(settings, provider, "400_param")
    with refused("UPDATE", "request_id", DataError("unsupported Unicode escape sequence")):
        ended(run)
    assert (run.state, run.error, run.charged) == (State.FAILED, "invalid_request", "no")


def test_an_end_that_could_not_be_written_is_written_while_the_worker_lives(settings, provider) -> None:
    run, runner = a_waiting_run(settings, provider), EmbeddedWorker()
    execution = RunExecution(*claims.claim_run(run.pk, runner.name, timezone.now()))
    runner.register(execution)
    with refused("UPDATE", "finished_at"):
        runner.carry_out(execution)
        runner.write_pending_ends()
    run.refresh_from_db()
    assert run.state == State.RUNNING
    runner.write_pending_ends()
    run.refresh_from_db()
    assert (run.state, run.price, run.pictures.count(), runner.pending_ends) == (State.SUCCEEDED, 80_000, 1, {})


def test_a_request_whose_sending_cannot_be_written_down_is_not_sent(settings, provider) -> None:
    run = a_waiting_run(settings, provider)
    with refused("UPDATE", "sent_at"):
        ended(run)
    assert (run.state, run.charged, provider.requests) == (State.INTERRUPTED, "no", [])


@pytest.fixture
def lost() -> tuple[Run, EmbeddedWorker]:
    """A run that was claimed a minute ago by a runner that lives and does not know of it."""
    runner, a_minute_ago = EmbeddedWorker(), timezone.now() - timedelta(minutes=1)
    run = a_run(state="running", worker=runner.name, claimed_at=a_minute_ago, parameters={"n": 2})
    runner.tick()
    run.refresh_from_db()
    return run, runner


def test_a_run_that_nobody_works_on_ends_and_says_no_restart(lost) -> None:
    run, _ = lost
    assert (run.state, run.error, run.charged) == (State.INTERRUPTED, "interrupted", "maybe")
    page = shown(run)
    assert "Something went wrong on this server after the request was sent" in page and "restarted" not in page


def test_a_run_that_ended_so_frees_its_key_and_can_be_deleted(lost) -> None:
    run, _ = lost
    waiting = [a_run(state="queued") for _ in range(2)]
    assert set(claims.list_ready_runs(2)) == {one.pk for one in waiting}
    assert retention.delete_runs([run]) == 1


def test_deleting_everything_reaches_a_run_that_nobody_works_on() -> None:
    runner, a_minute_ago = EmbeddedWorker(), timezone.now() - timedelta(minutes=1)
    run = a_run(state="running", worker=runner.name, claimed_at=a_minute_ago)
    retention.delete_visitor_data("alice")
    runner.tick()
    retention.purge_deleted_runs(timezone.now())
    assert not Run.objects.filter(pk=run.pk).exists()


def test_a_run_that_was_just_claimed_is_not_taken_for_lost() -> None:
    runner = EmbeddedWorker()
    run = a_run(state="running", worker=runner.name, claimed_at=timezone.now())
    runner.tick()
    run.refresh_from_db()
    assert run.state == State.RUNNING


def test_a_run_that_has_all_its_pictures_has_succeeded_whatever_ended_it() -> None:
    run = a_run(state=State.INTERRUPTED, error="interrupted", charged="maybe", pictures=1)
    results.recover_pictures([run.pk])
    run.refresh_from_db()
    assert (run.state, run.error, run.charged, run.price) == (State.SUCCEEDED, "", "yes", 80_000)


def test_a_run_waits_while_there_is_no_thread_for_it(settings, provider, monkeypatch) -> None:
    run = a_waiting_run(settings, provider)
    sealed = run.sealed_key

    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        EmbeddedWorker()._start_ready_runs()
    run.refresh_from_db()
    assert (run.state, run.sealed_key, run.claimed_at) == (State.QUEUED, sealed, None)


def test_a_fault_of_our_own_before_sending_says_that_nothing_was_charged(settings, provider, monkeypatch) -> None:
    monkeypatch.setattr(key_sealing, "unseal_key", lambda _: {}["key"])
    run = ended(a_waiting_run(settings, provider))
    assert (run.state, run.charged, provider.requests) == (State.INTERRUPTED, "no", [])
    page = shown(run)
    assert "Something went wrong on this server before the request was sent" in page and "restarted" not in page


def test_a_failing_supervisor_task_ends_no_run(monkeypatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk_space, "hold_reserve", full)
    monkeypatch.setattr("playground.runs.worker.supervisor.TICK_SECONDS", 0)
    run, runner = a_run(state="running"), EmbeddedWorker()
    runner.register(RunExecution(run, ""))
    runner.try_tick()
    assert list(runner.active) == [run.pk] and selectors.get_run("alice", run.pk)
