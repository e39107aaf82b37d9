"""From a claimed run to its last row, against a real HTTP server that may be broken."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from playground.core import key_sealing
from playground.imageapi.providers import parse_image_apis
from playground.imaging import sandbox
from playground.imaging.convert import CheckedPicture
from playground.runs import paths
from playground.runs.models import Run, State
from playground.runs.worker.execute import RunExecution
from playground.runs.worker.preview_rate import PREVIEWS_A_SECOND, PREVIEWS_AT_ONCE, PreviewRate
from tests.factories import a_run, claim_and_execute_run
from tests.fake_provider import FakeProvider

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "cr_canary_0123456789abcdef"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture
def listed(settings: LazySettings, server: FakeProvider) -> LazySettings:
    settings.RUN_DEADLINE = 1.0
    return settings


def a_waiting_run(settings: LazySettings, server: FakeProvider, fault: str, *, n: int = 1) -> Run:
    settings.IMAGE_APIS = parse_image_apis(f"upstream={server.url(fault)}", "")
    parameters = {"model": "gpt-image-2", "prompt": "a cat", "size": "1024x1024", "quality": "low", "n": n}
    return a_run(state="queued", api="upstream", parameters=parameters, sealed_key=key_sealing.seal_key(KEY))


def carried_out(settings: LazySettings, server: FakeProvider, fault: str, *, n: int = 1) -> Run:
    run = a_waiting_run(settings, server, fault, n=n)
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    return run


def test_pictures_are_on_disk_before_the_run_has_succeeded(listed, server) -> None:
    run = carried_out(listed, server, "ok", n=2)
    assert run.state == State.SUCCEEDED
    assert [paths.picture_path(picture).read_bytes()[:4] for picture in run.pictures.all()] == [b"\x89PNG"] * 2


def test_pictures_that_come_together_change_the_card_once(listed, server) -> None:
    assert carried_out(listed, server, "ok", n=4).version == carried_out(listed, server, "ok", n=1).version


def test_the_price_is_that_of_the_table_for_what_was_delivered(listed, server) -> None:
    run = carried_out(listed, server, "ok", n=2)
    assert (run.price, run.charged) == (160_000, "yes")


def test_fewer_pictures_than_asked_are_kept_and_charged_as_they_came(listed, server) -> None:
    run = carried_out(listed, server, "fewer", n=3)
    assert (run.state, run.price) == (State.PARTIAL, 80_000 * run.pictures.count())


@pytest.mark.parametrize(
    ("fault", "error", "charged"),
    [
        ("reset_before", "unknown_outcome", "maybe"),
        ("hang", "upstream_timeout", "maybe"),
        ("truncated", "garbled_response", "maybe"),
        ("not_image", "garbled_response", "maybe"),
        ("huge_dims", "garbled_response", "maybe"),
        ("rotten", "garbled_response", "maybe"),
        ("524", "upstream_timeout", "maybe"),
        ("400_moderation", "moderation_blocked", "no"),
        ("401_invalid", "invalid_api_key", "no"),
        ("429_image_daily", "image_daily_limit", "no"),
        ("503_overloaded", "service_overloaded", "no"),
    ],
)
def test_a_failed_run_records_its_error_and_possible_charge(listed, server, fault, error, charged) -> None:
    run = carried_out(listed, server, fault)
    assert (run.state, run.error, run.charged) == (State.FAILED, error, charged)


def test_a_run_has_succeeded_before_its_pictures_are_decoded(listed, server, monkeypatch) -> None:
    seen: list[tuple[str, int]] = []
    check = sandbox.check_and_thumbnail

    def look(*arguments: Any, **more: Any) -> CheckedPicture:
        run = Run.objects.get()
        seen.append((run.state, run.pictures.count()))
        return check(*arguments, **more)

    monkeypatch.setattr(sandbox, "check_and_thumbnail", look)
    run = carried_out(listed, server, "ok")
    assert seen == [(State.SUCCEEDED, 1)]
    assert paths.thumbnail_path(run.pictures.get()).suffix == ".jpg"


def test_a_full_disk_costs_the_small_picture_and_not_the_picture(listed, server, monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "check_and_thumbnail", lambda *_, **more: CheckedPicture(""))
    run = carried_out(listed, server, "ok")
    assert (run.state, run.pictures.get().thumbnail) == (State.SUCCEEDED, "")


def test_a_worker_that_stores_too_many_previews_goes_without_more() -> None:
    rate = PreviewRate()
    admitted = [rate.admit(now) for now in [100.0] * (PREVIEWS_AT_ONCE + 1) + [101.0] * (PREVIEWS_A_SECOND + 1)]
    assert (admitted.count(True), admitted[PREVIEWS_AT_ONCE], admitted[-1]) == (
        PREVIEWS_AT_ONCE + PREVIEWS_A_SECOND,
        False,
        False,
    )


def test_an_api_that_cannot_be_reached_was_sent_nothing(listed, server) -> None:
    run = a_waiting_run(listed, server, "ok")
    listed.IMAGE_APIS = parse_image_apis("upstream=http://127.0.0.1:9/v1", "")
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    assert (run.error, run.charged, run.sent_at) == ("network_unreachable", "no", None)


def test_a_key_of_an_earlier_start_ends_the_run_unsent(listed, server) -> None:
    run = a_waiting_run(listed, server, "ok")
    listed.ENGINE_SECRET = "another"
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error, run.charged) == (State.INTERRUPTED, "interrupted", "no")


def test_a_cancelled_call_ends_at_once_and_says_that_it_may_have_been_charged(listed, server) -> None:
    listed.RUN_DEADLINE = 30
    run = a_waiting_run(listed, server, "hang")
    claimed = Run.objects.get(pk=run.pk)
    Run.objects.filter(pk=run.pk).update(state=State.RUNNING, claimed_at=timezone.now())
    execution = RunExecution(claimed, run.sealed_key)
    came = len(server.requests)
    thread = threading.Thread(target=execution.carry_out)
    thread.start()
    server.wait_for(came + 1)
    execution.abort("cancelled")
    thread.join(10)
    run.refresh_from_db()
    assert (run.state, run.error, run.charged) == (State.CANCELLED, "cancelled", "maybe")


def test_nothing_of_the_key_stays_in_the_row(listed, server) -> None:
    run = carried_out(listed, server, "error_leak")
    assert KEY not in repr(vars(run))
