"""A worker of Celery: how a message wakes it, and how it ends."""

import socket

import pytest

from playground import celery
from playground.runs.services import wakeup
from playground.runs.worker.celery_worker import INTERRUPTED_GRACE_SECONDS, STORE_SECONDS, CeleryWorker


def test_a_second_sigterm_ends_a_worker_soon_but_not_the_same_one_passed_on(settings) -> None:
    settings.DRAIN_SECONDS = 60
    worker = CeleryWorker()
    worker.stop_on_signal("SIGTERM")
    worker.stop_on_signal("SIGTERM")
    assert worker.grace_seconds == 60 + STORE_SECONDS
    worker._stopped_at -= 2
    worker.stop_on_signal("SIGTERM")
    assert worker.grace_seconds == INTERRUPTED_GRACE_SECONDS < 10


def test_ctrl_c_ends_a_worker_soon(settings) -> None:
    settings.DRAIN_SECONDS = 60
    worker = CeleryWorker()
    worker.stop_on_signal("SIGINT")
    assert worker.grace_seconds == INTERRUPTED_GRACE_SECONDS


def test_a_queue_that_does_not_answer_costs_the_visitor_no_error(
    settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        monkeypatch.setattr(celery.app.conf, "broker_url", settings.REDIS_URL)
        wakeup.notify_worker("0123456789abcdef0123")
    assert "run 0123456789abcdef0123 waits for the next clean-up" in caplog.text
