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

from playground import store
from playground.imageapi.messages import ReceivedPicture
from playground.runs import deletion, drafts, files, keep, retention, salvage
from playground.runs.drafts import away
from playground.runs.folders import folder_of
from playground.runs.models import Picture, Run, State
from tests.cast import BASE, a_run, a_visitor, picture_bytes
from tests.runs.drafts import a_source
from tests.scale.bucket import NAME, BucketServer, bucket_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as one:
        yield one


@pytest.fixture
def bucket(server: BucketServer, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketServer]:
    """The settings of a server that keeps its pictures there."""
    for name, value in server.settings.items():
        monkeypatch.setenv(name, value)
    settings.DATA_DIR = settings.FILES_DIR = tmp_path
    settings.PICTURES_URL = server.settings["PICTURES_URL"]
    facts = {"bucket_name": NAME, "location": "some/prefix"}
    here = {"BACKEND": "playground.bucket.Bucket", "OPTIONS": facts}
    with override_settings(STORAGES={**settings.STORAGES, "pictures": here}):
        assert storages["pictures"].location == "some/prefix"
        yield server
    server.bucket.objects.all().delete()


def came(run: Run, number: int = 1) -> Picture:
    """A picture that just came from the API."""
    path = folder_of(run.pk) / f"received-{number}.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture_bytes())
    return keep.keep_picture(run, ReceivedPicture(number - 1, path, ""))


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
    away.put_away("alice", drafts.sources_of("alice"))
    lose_the_cache(settings)
    away.bring_back("alice")
    lose_the_cache(settings)
    assert store.fetch(drafts.path_of(drafts.sources_of("alice")[0])).exists()
    drafts.clear("alice")
    assert bucket.list() == []


def test_a_picture_waits_here_while_the_store_is_away_and_is_put_there_later(bucket: BucketServer, settings) -> None:
    bucket.stop()
    picture = came(a_run())
    assert files.path_of(picture).exists() and store.send_waiting() == 1
    bucket.start()
    assert store.send_waiting() == 0
    lose_the_cache(settings)
    assert store.fetch(files.path_of(picture)).read_bytes() == picture_bytes()


def test_a_store_that_does_not_answer_is_said_in_a_sentence(bucket: BucketServer, settings) -> None:
    picture = came(a_run())
    lose_the_cache(settings)
    bucket.stop()
    answer = a_visitor(Client()).get(f"{BASE}runs/{picture.run_id}/pictures/1/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "20")
    assert "Nothing is lost" in answer.text
    bucket.start()


def test_a_deleted_run_is_gone_from_the_bucket(bucket: BucketServer) -> None:
    run = a_run()
    came(run)
    deletion.remove(Run.objects.filter(pk=run.pk))
    assert bucket.list() == []


def test_pruning_removes_from_the_bucket_what_no_row_knows(bucket: BucketServer, settings) -> None:
    kept, orphan = came(a_run()), came(a_run())
    Run.objects.filter(pk=orphan.run_id).delete()
    lose_the_cache(settings)
    retention.prune(timezone.now() + timedelta(hours=2))
    assert [key.split("/")[-2] for key in bucket.list()] == [kept.run_id]


def test_what_a_dead_machine_had_put_into_the_bucket_is_salvaged_by_another(bucket: BucketServer, settings) -> None:
    run = a_run(state=State.INTERRUPTED, error="interrupted", charged="maybe")
    came(run).delete()
    lose_the_cache(settings)
    assert salvage.salvage([run.pk]) == 1
    run.refresh_from_db()
    assert run.state == State.SUCCEEDED and run.pictures.count() == 1
