"""The embedded runner claims what may start, and ends in order."""

import socket
import threading
from collections.abc import Iterator

import pytest

from playground.runs.models import Run, State
from playground.runs.services import wakeup
from playground.runs.worker import claims
from playground.runs.worker.embedded import EmbeddedWorker
from tests.factories import a_run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.setattr(wakeup, "_sender", None)
    with wakeup.open_wake_socket() as listener:
        yield listener
    assert wakeup._sender is not None
    wakeup._sender.close()


def test_a_ring_of_the_bell_is_enough_to_carry_out_a_run(bell: socket.socket) -> None:
    # Sealed by an earlier start: it ends at once, without a call.
    runner = EmbeddedWorker(bell)
    thread = threading.Thread(target=runner.run)
    thread.start()
    run = a_run(state="queued", sealed_key="of an earlier start")
    wakeup.wake_embedded_worker()
    ended = threading.Event()
    while not ended.wait(0.02):
        if not Run.objects.get(pk=run.pk).is_active:
            ended.set()
    runner.stop()
    thread.join(10)
    assert Run.objects.get(pk=run.pk).state == State.INTERRUPTED


def test_a_runner_says_that_it_is_alive_until_it_ends() -> None:
    runner = EmbeddedWorker()
    runner.tick()
    assert claims.is_any_worker_alive()
    runner.end(0)
    assert not claims.is_any_worker_alive()


def test_runs_that_an_earlier_runner_left_running_are_interrupted_at_the_start() -> None:
    run = a_run(state="running", worker="gone")
    runner = EmbeddedWorker()
    runner.stopping.set()
    runner.run()
    assert Run.objects.get(pk=run.pk).state == State.INTERRUPTED
