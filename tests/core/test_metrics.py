"""`/metrics` is off by default, its figures are true, and it holds no text of visitors or providers."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from playground.core import key_sealing, metrics
from playground.core.files import disk
from playground.imageapi.providers import parse_image_apis
from playground.runs import paths
from playground.runs.models import Run, Tally
from playground.runs.paths import run_folder
from playground.runs.services.finish import cancel_run, drop_key_from_runs
from playground.runs.worker import claims
from playground.runs.worker.embedded import EmbeddedWorker
from playground.runs.worker.supervisor import Supervisor, record_waiting_files
from tests.factories import KEY, a_run, claim_and_execute_run, picture_bytes
from tests.fake_provider.fixtures import provider
from tests.gateway.conftest import GENERATIONS
from tests.gateway.keys import make_api_key
from tests.gateway.providers import customer
from tests.gateway.services.test_quota import admit, finish

__all__ = ["customer", "provider"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(settings, monkeypatch):
    settings.METRICS = True
    monkeypatch.setattr("playground.gateway.services.leases.Leases.start", lambda _: None)
    # Written when the page is asked for: no timer is in the way of the test's database.
    monkeypatch.setattr(metrics.threading, "Timer", lambda *_: metrics.threading.Thread(target=lambda: None))
    metrics._counted.clear()
    metrics._state["is_due"] = False
    disk._Measured.by_kind_until = 0


def figures(client) -> dict[str, float]:
    """Every sample of the page by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for one in family.samples:
            found[",".join([one.name, *(value for _, value in sorted(one.labels.items()) if value)])] = one.value
    return found


def carried_out(settings, provider, fault="ok", prompt="a secret garden"):
    settings.IMAGE_APIS = parse_image_apis(f"up={provider.url(fault)}", "")
    run = a_run(state="queued", api="up", prompt=prompt, parameters={"n": 2}, sealed_key=key_sealing.seal_key(KEY))
    claim_and_execute_run(run.pk)


def test_it_is_not_there_unless_asked_for(client, settings):
    settings.METRICS = False
    assert client.get("/metrics").status_code == 404
    metrics.increment("runs", {"state": "succeeded"})
    metrics.flush_metrics()
    assert not Tally.objects.exists()


def test_runs_are_told_by_their_state_and_the_oldest_that_waits(client):
    now = timezone.now()
    a_run(state="queued", created_at=now - timedelta(seconds=30))
    a_run(state="queued", created_at=now - timedelta(seconds=90))
    a_run(state="running")
    found = figures(client)
    assert (found["playground_runs,queued"], found["playground_runs,running"]) == (2, 1)
    assert found["playground_runs,failed"] == 0
    assert 90 <= found["playground_queue_age_seconds"] < 150


def test_living_workers_are_counted(client):
    assert figures(client)["playground_workers_alive"] == 0
    for name in ("a", "b", "b"):
        claims.record_heartbeat(name)
    assert figures(client)["playground_workers_alive"] == 2


def test_outcomes_of_runs_are_counted(client, settings, provider):
    carried_out(settings, provider)
    carried_out(settings, provider)
    carried_out(settings, provider, "400_moderation")
    found = figures(client)
    assert found["playground_runs_ended_total,up,generations,succeeded"] == 2
    assert found["playground_runs_ended_total,up,moderation_blocked,generations,failed"] == 1
    assert found["playground_pictures_total,up,generations"] == 4
    assert found["playground_usd_total,up,generations"] == pytest.approx(4 * 0.08)
    assert found["playground_upstream_seconds_count,up,generations"] == 3
    assert found["playground_upstream_seconds_bucket,up,generations,180"] == 3


def cleaned_up() -> None:
    Supervisor().clean_up()


def ended_with_its_worker() -> None:
    worker = Supervisor()
    Run.objects.update(worker=worker.name)
    worker.shut_down(0)


def found_at_the_start() -> None:
    runner = EmbeddedWorker()
    runner.stopping.set()
    runner.run()


@pytest.mark.parametrize("end", [cleaned_up, ended_with_its_worker, found_at_the_start])
def test_an_interrupted_run_is_counted_and_logged_however_it_ends(client, caplog, end):
    run = a_run(state="running", worker="gone")
    end()
    assert figures(client)["playground_runs_ended_total,builtin,interrupted,generations,interrupted"] == 1
    (line,) = [one for one in caplog.records if f"run={run.pk}" in one.getMessage()]
    assert line.levelname == "WARNING" and "state=interrupted code=interrupted" in line.getMessage()


def test_a_run_is_counted_once_however_often_its_end_is_looked_for(client):
    a_run(state="running", worker="gone")
    cleaned_up()
    cleaned_up()
    assert figures(client)["playground_runs_ended_total,builtin,interrupted,generations,interrupted"] == 1


def test_runs_that_end_before_they_are_sent_are_counted(client):
    cancel_run(a_run(state="queued"))
    a_run(state="queued")
    drop_key_from_runs("alice", "builtin")
    found = figures(client)
    assert found["playground_runs_ended_total,builtin,cancelled,generations,cancelled"] == 1
    assert found["playground_runs_ended_total,builtin,key_forgotten,generations,failed"] == 1


def test_pictures_of_an_interrupted_run_are_counted_when_they_are_found(client):
    run = a_run(state="running", worker="gone")
    run_folder(run.pk).mkdir(parents=True)
    (run_folder(run.pk) / "1.png").write_bytes(picture_bytes())
    cleaned_up()
    found = figures(client)
    assert found["playground_pictures_total,builtin,generations"] == 1
    assert found["playground_usd_total,builtin,generations"] == pytest.approx(0.08)


def test_deleted_runs_stay_counted(client, settings, provider):
    carried_out(settings, provider)
    Run.objects.all().delete()
    assert figures(client)["playground_pictures_total,up,generations"] == 2


def test_seconds_fall_into_their_buckets(client):
    for seconds in (0.5, 7, 7, 1000):
        metrics.observe("upstream_seconds", seconds, {"api": "up", "endpoint": "edits"})
    found = figures(client)
    bucket = "playground_upstream_seconds_bucket,up,edits,"
    assert [found[bucket + bound] for bound in ("1", "5", "10", "300", "+Inf")] == [1, 1, 3, 3, 4]
    assert found["playground_upstream_seconds_sum,up,edits"] == pytest.approx(1014.5)


def test_calls_of_the_api_are_counted_by_their_code(client, customer, provider):
    customer.behind(provider.url("400_moderation"))
    customer.ask()
    customer.behind(provider.url())
    # The call is over when its answer is out.
    b"".join(customer.ask().streaming_content)
    client.post(GENERATIONS, headers={"Authorization": "Bearer cr_unknown_0123456789"})
    found = figures(client)
    assert found["playground_api_calls_total,moderation_blocked,images/generations,400"] == 1
    assert found["playground_api_calls_total,images/generations,200"] == 1
    assert found["playground_api_calls_total,invalid_api_key,images/generations,401"] == 1
    assert found["playground_upstream_seconds_count,upstream,generations"] == 2


def test_todays_usage_of_the_api_is_reported(client):
    account = make_api_key(KEY)
    finish(admit(account, 3, timezone.now()))
    admit(account, 1, timezone.now())
    found = figures(client)
    assert found["playground_api_pictures_today"] == 3
    assert found["playground_api_usd_today"] > 0.2
    assert found["playground_api_calls_open"] == 1


def test_metrics_contain_no_prompt_key_or_message(client, settings, provider, customer):
    for fault in ("ok", "error_leak", "error_xss", "revised_xss"):
        carried_out(settings, provider, fault)
        customer.behind(provider.url(fault))
        customer.ask()
    page = client.get("/metrics").text
    assert not [word for word in ("secret garden", KEY, customer.key, "script", "alice", "127.0.0.1") if word in page]


def test_counts_that_could_not_be_written_are_written_later(client, monkeypatch):
    metrics.increment("runs", {"api": "up", "endpoint": "edits", "state": "failed", "code": ""})

    def full(**_):
        raise DatabaseError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Tally.objects, "get_or_create", full)
        metrics.flush_metrics()
    assert figures(client)["playground_runs_ended_total,up,edits,failed"] == 1


def test_files_that_wait_are_added_up_until_their_machines_are_forgotten(client):
    for machine, count in (("one", 2), ("two", 3), ("two", 4)):
        record_waiting_files(machine, count)
    assert figures(client)["playground_unsent_files"] == 6
    record_waiting_files("one", 0)
    assert figures(client)["playground_unsent_files"] == 4
    call_command("prune")
    assert figures(client)["playground_unsent_files"] == 0


def test_only_reading_is_allowed(client):
    assert client.post("/metrics").status_code == 405


def test_scrapers_inside_need_no_public_name_and_no_tls(client, settings):
    settings.PUBLIC_URL, settings.IS_HTTPS = "https://images.example.org", True
    assert client.get("/metrics", headers={"host": "web-1:8000"}).status_code == 200
    assert client.get("/", headers={"host": "web-1:8000"}).status_code == 400


def test_disk_usage_of_the_machine_is_reported(client):
    before = figures(client)
    a_run(pictures=1)
    disk._Measured.by_kind_until = 0
    after = figures(client)
    picture = paths.run_folder(Run.objects.get().pk) / "1.png"
    assert after["playground_disk_used_bytes,pictures"] == picture.stat().st_size
    assert before["playground_disk_used_bytes,pictures"] == 0 and after["playground_disk_free_bytes"] > 0
    assert after["playground_disk_size_bytes"] > after["playground_disk_free_bytes"]


def test_the_disk_is_not_measured_again_while_that_would_take_too_long(client):
    figures(client)
    a_run(pictures=1)
    disk._Measured.by_kind_until = float("inf")
    assert figures(client)["playground_disk_used_bytes,pictures"] == 0


def test_images_that_wait_in_memory_for_a_full_disk_are_reported(client, settings):
    assert figures(client)["playground_spare_bytes"] == 0
    settings.SPARE_DIR.mkdir()
    (settings.SPARE_DIR / "1.png").write_bytes(b"x" * 1000)
    assert figures(client)["playground_spare_bytes"] == 1000


def test_the_last_pruning_is_reported(client):
    assert figures(client)["playground_last_prune_timestamp_seconds"] == 0
    before = int(timezone.now().timestamp())
    call_command("prune")
    assert before <= figures(client)["playground_last_prune_timestamp_seconds"] <= timezone.now().timestamp()
