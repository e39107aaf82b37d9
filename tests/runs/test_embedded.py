"""The embedded worker claims what may start, and ends in order."""

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
def wake_socket(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.setattr(wakeup, "_sender", None)
    with wakeup.open_wake_socket() as listener:
        yield listener
    assert wakeup._sender is not None
    wakeup._sender.close()


def test_a_wake_up_is_enough_to_carry_out_a_run(wake_socket: socket.socket) -> None:
    # Sealed by an earlier start: it ends at once, without a call.
    worker = EmbeddedWorker(wake_socket)
    thread = threading.Thread(target=worker.run)
    thread.start()
    run = a_run(state="queued", sealed_key="of an earlier start")
    wakeup.wake_embedded_worker()
    ended = threading.Event()
    while not ended.wait(0.02):
        if not Run.objects.get(pk=run.pk).is_active:
            ended.set()
    worker.stop()
    thread.join(10)
    assert Run.objects.get(pk=run.pk).state == State.INTERRUPTED


def test_a_worker_is_alive_until_it_ends() -> None:
    worker = EmbeddedWorker()
    worker.tick()
    assert claims.is_any_worker_alive()
    worker.shut_down(0)
    assert not claims.is_any_worker_alive()


def test_runs_that_an_earlier_worker_left_running_are_interrupted_at_the_start() -> None:
    run = a_run(state="running", worker="gone")
    worker = EmbeddedWorker()
    worker.stopping.set()
    worker.run()
    assert Run.objects.get(pk=run.pk).state == State.INTERRUPTED
