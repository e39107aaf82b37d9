"""Pictures in a bucket: local files are a cache that may vanish, and a store that is away loses nothing."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from playground.core.files import storage
from playground.imageapi.schemas import ReceivedPicture
from playground.runs import drafts, paths
from playground.runs.models import Picture, Run, State
from playground.runs.paths import run_folder
from playground.runs.services import results, retention
from playground.runs.worker import supervisor
from playground.server import startup
from tests.factories import BASE, a_run, a_visitor, picture_bytes
from tests.helpers.server import free_port, run_command
from tests.runs.draft_files import a_source
from tests.scale.machines import SECRETS
from tests.scale.s3_server import NAME, BucketServer, bucket_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as bucket_url:
        yield bucket_url


@pytest.fixture
def bucket(server: BucketServer, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketServer]:
    """The settings of a server that keeps its pictures there."""
    for name, value in server.settings.items():
        monkeypatch.setenv(name, value)
    settings.DATA_DIR = settings.FILES_DIR = tmp_path
    settings.PICTURES_URL = server.settings["PICTURES_URL"]
    facts = {"bucket_name": NAME, "location": "some/prefix"}
    here = {"BACKEND": "playground.core.files.s3.S3PictureStorage", "OPTIONS": facts}
    with override_settings(STORAGES={**settings.STORAGES, "pictures": here}):
        assert storages["pictures"].location == "some/prefix"
        yield server
    server.bucket.objects.all().delete()


def came(run: Run, number: int = 1) -> Picture:
    """A picture that just came from the API."""
    path = run_folder(run.pk) / f"received-{number}.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture_bytes())
    return results.store_picture(run, ReceivedPicture(number - 1, path, ""))


def lose_the_cache(settings) -> None:
    for folder in (settings.PICTURES_DIR, settings.DRAFTS_DIR):
        shutil.rmtree(folder, ignore_errors=True)


def test_a_picture_is_shown_by_a_machine_that_never_had_it(bucket: BucketServer, settings) -> None:
    picture = came(a_run())
    lose_the_cache(settings)
    address = f"{BASE}runs/{picture.run_id}/pictures/1/"
    alice = a_visitor(Client())
    assert b"".join(alice.get(address).streaming_content) == picture_bytes()
    assert alice.get(f"{address}?format=webp")["Content-Type"] == "image/webp"
    assert alice.get(f"{BASE}runs/{picture.run_id}/zip/").status_code == 200


def test_a_draft_goes_on_at_another_machine(bucket: BucketServer, settings, tmp_path: Path) -> None:
    source = a_source(tmp_path, visitor="alice")
    lose_the_cache(settings)
    alice = a_visitor(Client())
    assert alice.get(reverse("source_file", args=[source.pk])).status_code == 200
    drafts.set_aside_sources("alice", drafts.list_sources("alice"))
    lose_the_cache(settings)
    drafts.restore_set_aside_sources("alice")
    lose_the_cache(settings)
    assert storage.fetch_file(drafts.source_path(drafts.list_sources("alice")[0])).exists()
    drafts.clear_draft("alice")
    assert bucket.list() == []


def test_a_picture_waits_here_while_the_store_is_away_and_is_put_there_later(bucket: BucketServer, settings) -> None:
    bucket.stop()
    picture = came(a_run())
    assert paths.picture_path(picture).exists() and storage.send_waiting_files() == 1
    bucket.start()
    assert storage.send_waiting_files() == 0
    lose_the_cache(settings)
    assert storage.fetch_file(paths.picture_path(picture)).read_bytes() == picture_bytes()


def test_files_that_wait_are_a_figure_and_say_why(
    bucket: BucketServer, settings, client, caplog, monkeypatch
) -> None:
    settings.METRICS = True
    monkeypatch.setattr(storage, "_next_log", 0.0)
    bucket.stop()
    came(a_run())
    supervisor.upload_waiting_files()
    assert "playground_unsent_files 1.0" in client.get("/metrics").text
    assert "files wait on this disk: the image storage didn't respond: EndpointConnectionError" in caplog.text
    bucket.start()
    supervisor.upload_waiting_files()
    assert "playground_unsent_files 0.0" in client.get("/metrics").text


def test_a_bucket_that_refuses_is_named_in_the_log(bucket: BucketServer, settings, caplog) -> None:
    bucket.bucket.delete()
    came(a_run())
    assert (
        "waits until the image storage responds: the image storage rejected the request: NoSuchBucket" in caplog.text
    )
    bucket.bucket.create()
    assert storage.send_waiting_files() == 0


def refused_start() -> str:
    """The sentence that a start ends with."""
    with pytest.raises(SystemExit) as end:
        startup.check_picture_storage()
    return str(end.value)


def test_a_start_with_the_right_bucket_leaves_nothing_in_it(bucket: BucketServer) -> None:
    startup.check_picture_storage()
    assert bucket.list() == []


def test_a_start_with_a_wrong_bucket_ends_with_a_sentence(bucket: BucketServer) -> None:
    bucket.bucket.delete()
    output = refused_start()
    bucket.bucket.create()
    assert output.startswith(
        "PICTURES_URL: the image storage rejected the request (NoSuchBucket). Check the bucket name"
    )


@pytest.mark.parametrize("command", ["serve", "work"])
def test_neither_server_nor_worker_starts_on_a_wrong_bucket(bucket: BucketServer, tmp_path: Path, command) -> None:
    wrong = bucket.settings | {"PICTURES_URL": "s3://another-bucket", "REDIS_URL": "redis://127.0.0.1:1/0"}
    ended = run_command(command, DATA_DIR=str(tmp_path), PORT=str(free_port()), **SECRETS, **wrong)
    assert (ended.returncode, "(NoSuchBucket)" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_a_start_with_wrong_credentials_ends_with_a_sentence_without_them(bucket: BucketServer) -> None:
    with bucket.locked():
        output = refused_start()
    assert output.startswith("PICTURES_URL: the image storage rejected the request (InvalidAccessKeyId)")
    assert bucket.settings["AWS_SECRET_ACCESS_KEY"] not in output


def test_a_start_with_an_endpoint_that_is_no_address_ends_with_a_sentence(bucket: BucketServer, monkeypatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "not an address")
    assert refused_start().startswith("AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL isn't a URL")


def test_a_start_while_the_store_is_away_goes_on_and_says_so(bucket: BucketServer, caplog) -> None:
    bucket.stop()
    startup.check_picture_storage()
    bucket.start()
    assert "the image storage isn't responding (EndpointConnectionError)" in caplog.text


def test_a_silent_picture_store_stops_the_start_with_a_sentence(bucket: BucketServer, settings) -> None:
    picture = came(a_run())
    lose_the_cache(settings)
    bucket.stop()
    answer = a_visitor(Client()).get(f"{BASE}runs/{picture.run_id}/pictures/1/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "20")
    assert "No images are lost" in answer.text
    bucket.start()


def test_a_deleted_run_is_gone_from_the_bucket(bucket: BucketServer) -> None:
    run = a_run()
    came(run)
    retention.remove_runs(Run.objects.filter(pk=run.pk))
    assert bucket.list() == []


def test_pruning_removes_files_without_a_row_from_the_bucket(bucket: BucketServer, settings) -> None:
    known, orphan = came(a_run()), came(a_run())
    Run.objects.filter(pk=orphan.run_id).delete()
    lose_the_cache(settings)
    retention.prune_expired_data(timezone.now() + timedelta(hours=2))
    assert [key.split("/")[-2] for key in bucket.list()] == [known.run_id]


def test_pictures_of_a_dead_machine_in_the_bucket_are_recovered_by_another(bucket: BucketServer, settings) -> None:
    run = a_run(state=State.INTERRUPTED, error="interrupted", charged="maybe")
    came(run).delete()
    lose_the_cache(settings)
    assert results.recover_pictures([run.pk]) == 1
    run.refresh_from_db()
    assert run.state == State.SUCCEEDED and run.pictures.count() == 1
