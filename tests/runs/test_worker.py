"""A worker under signals: the first SIGTERM leaves its calls their time, a second one does not."""

from playground.runs.worker.celery_worker import INTERRUPTED_GRACE_SECONDS, KEEPING_SECONDS, CeleryWorker


def test_a_second_sigterm_ends_a_worker_soon_but_not_the_same_one_passed_on(settings) -> None:
    settings.DRAIN_SECONDS = 60
    worker = CeleryWorker()
    worker.stop_by("SIGTERM")
    worker.stop_by("SIGTERM")
    assert worker.grace == 60 + KEEPING_SECONDS
    worker._stopped_at -= 2
    worker.stop_by("SIGTERM")
    assert worker.grace == INTERRUPTED_GRACE_SECONDS < 10


def test_ctrl_c_ends_a_worker_soon(settings) -> None:
    settings.DRAIN_SECONDS = 60
    worker = CeleryWorker()
    worker.stop_by("SIGINT")
    assert worker.grace == INTERRUPTED_GRACE_SECONDS
