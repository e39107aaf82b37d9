"""What one session and all together may take up: beyond a bound a sentence, and nothing is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from playground.core import key_sealing
from playground.core.files import disk as the_disk
from playground.imageapi.providers import parse_image_apis
from playground.imaging.convert import Conversion
from playground.runs import conversions, drafts
from playground.runs.exceptions import SourceRejected
from playground.runs.models import Run, State
from playground.runs.paths import conversions_folder, run_folder
from playground.runs.services import disk_space, retention, submit
from tests.factories import BASE, KEY, a_picture, a_run, a_visitor, claim_and_execute_run
from tests.fake_provider.fixtures import provider
from tests.helpers import full_disk
from tests.pages.edit_files import EDIT, SOURCES, an_image, drafted, problem, put
from tests.runs.draft_files import a_source

__all__ = ["provider"]

pytestmark = pytest.mark.django_db


def edit(client, **fields):
    return client.post(EDIT, {"prompt": "A hat", **fields})


def whole_form(answer) -> str:
    assert answer.status_code == 422
    return " ".join(answer.context["form"].non_field_errors())


# -- a session's bytes ---------------------------------------------------------------------------------------


def test_everything_that_a_session_caused_counts(client, tmp_path):
    put(a_visitor(client), "cat.png")
    draft = disk_space.session_bytes("alice")
    assert draft > 0
    edit(client)
    a_picture(Run.objects.get())
    client.post(f"{SOURCES}{drafts.list_sources('alice')[0].pk}/", {"act": "remove"})
    kept = run_folder(Run.objects.get().pk)
    assert disk_space.session_bytes("alice") >= draft + (kept / "1.png").stat().st_size
    assert disk_space.session_bytes("bob") == 0


def test_one_file_of_a_draft_and_of_many_runs_counts_once(client):
    put(a_visitor(client), "cat.png")
    before = disk_space.session_bytes("alice")
    for number in range(3):
        edit(client, prompt=f"A hat {number}")
    assert Run.objects.count() == 3 and disk_space.session_bytes("alice") == before


def test_beyond_its_bytes_a_session_adds_no_pictures_and_keeps_what_it_has(client, settings):
    put(a_visitor(client), "cat.png")
    settings.SESSION_MAX_BYTES = disk_space.session_bytes("alice") + 10
    answer = client.post(SOURCES, {"image": an_image("dog.png"), "prompt": "typed"})
    assert "This session has used all of its storage" in problem(answer, "image")
    assert drafted(client) == ["cat.png"] and client.get(EDIT).context["form"]["prompt"].value() == "typed"


def test_a_picture_that_just_fits_is_taken(client, settings):
    put(a_visitor(client), "cat.png")
    one = disk_space.session_bytes("alice")
    put(client, "dog.png")
    two = disk_space.session_bytes("alice")
    drafts.clear_draft("alice")
    settings.SESSION_MAX_BYTES = two + one
    assert len(put(client, "cat.png", "dog.png")) == 2


@pytest.mark.parametrize("address", [BASE, EDIT])
def test_beyond_its_bytes_a_session_makes_no_runs(client, settings, address):
    put(a_visitor(client), "cat.png")
    settings.SESSION_MAX_BYTES = disk_space.session_bytes("alice")
    answer = client.post(address, {"prompt": "A red fox"})
    assert "Nothing was sent." in whole_form(answer) and not Run.objects.exists()
    assert answer.context["form"]["prompt"].value() == "A red fox"


def test_results_count_towards_the_quota_once_a_run_has_ended(settings, client, provider):
    settings.IMAGE_APIS = parse_image_apis(f"up={provider.url()}", "")
    run = a_run(state="queued", api="up", sealed_key=key_sealing.seal_key(KEY))
    claim_and_execute_run(run.pk)
    run.refresh_from_db()
    assert run.bytes >= run.pictures.get().size
    settings.SESSION_MAX_BYTES = run.bytes
    assert "This session has used" in whole_form(a_visitor(client).post(BASE, {"prompt": "x", "key": KEY}))


# -- the server's disk ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", ["free", "used"])
def test_beyond_the_servers_bounds_nothing_is_taken(client, settings, monkeypatch, bound):
    put(a_visitor(client), "cat.png")
    if bound == "free":
        full_disk.leave(monkeypatch, settings.MIN_FREE_BYTES - 1)
    else:
        settings.MAX_DISK_BYTES = 1
    assert "disk is full" in problem(client.post(SOURCES, {"image": an_image("dog.png")}), "image")
    assert "disk is full" in whole_form(edit(client))
    assert drafted(client) == ["cat.png"] and not Run.objects.exists()


def test_disk_usage_is_reported_by_kind_and_hard_links_count_once(client):
    put(a_visitor(client), "cat.png")
    edit(client)
    used = the_disk.used_bytes()
    assert used["pictures"] > 0 and used["pictures"] + used["drafts"] == disk_space.session_bytes("alice")


def test_admitted_bytes_count_until_the_next_measurement(settings, monkeypatch):
    monkeypatch.setattr(the_disk._Measured, "again_at", float("inf"))
    monkeypatch.setattr(the_disk._Measured, "used", 0)
    settings.MAX_DISK_BYTES = 100
    assert [the_disk.has_room(60), the_disk.has_room(60), the_disk.has_room(40)] == [True, False, True]


# -- runs that wait ------------------------------------------------------------------------------------------


def test_a_session_has_at_most_forty_runs_waiting(client):
    a_visitor(client)
    for number in range(submit.MAX_QUEUED):
        assert client.post(BASE, {"prompt": f"A fox {number}"}).status_code == 303
    answer = client.post(BASE, {"prompt": "One more"})
    assert "You already have 40 runs waiting" in whole_form(answer)
    assert answer.context["form"]["prompt"].value() == "One more"
    assert Run.objects.filter(state=State.QUEUED).count() == submit.MAX_QUEUED
    Run.objects.first().delete()
    assert client.post(BASE, {"prompt": "One more"}).status_code == 303


def test_runs_of_others_and_runs_that_ended_do_not_count(client):
    for _ in range(submit.MAX_QUEUED):
        a_run(visitor="bob", state=State.QUEUED)
        a_run(state=State.FAILED)
    assert a_visitor(client).post(BASE, {"prompt": "x"}).status_code == 303


def test_an_edit_that_must_wait_outside_leaves_no_files(client, settings):
    put(a_visitor(client), "cat.png")
    for _ in range(submit.MAX_QUEUED):
        a_run(state=State.QUEUED)
    whole_form(edit(client))
    assert drafted(client) == ["cat.png"]
    assert not [path for path in settings.PICTURES_DIR.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_concurrent_submissions_stay_within_the_queue_limit(monkeypatch, settings):
    from playground.imageapi.schemas import ImageRequest
    from playground.runs.exceptions import RunRefused
    from playground.runs.services.submit import ApiConnection, submit_run

    monkeypatch.setattr(submit, "MAX_QUEUED", 5)
    connection_to = ApiConnection(settings.IMAGE_APIS["builtin"], KEY)
    start, refused = threading.Barrier(12), []

    def ask() -> None:
        start.wait()
        try:
            submit_run("alice", connection_to, ImageRequest("generations", "x"), token="")
        except RunRefused as error:
            refused.append(error.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (Run.objects.count(), refused) == (5, ["queue_full"] * 7)


# -- edits that came to nothing ------------------------------------------------------------------------------


def ended(client, hours: float, **facts) -> Run:
    put(a_visitor(client), "cat.png")
    edit(client)
    drafts.clear_draft("alice")
    at = timezone.now() - timedelta(hours=hours)
    Run.objects.update(state=State.FAILED, error="moderation_blocked", finished_at=at, **facts)
    return Run.objects.get()


@pytest.mark.parametrize(
    ("hours", "rehearsed", "is_kept"),
    [(0.5, "moderation_blocked", True), (2, "moderation_blocked", False), (23, "", True), (25, "", False)],
)
def test_an_edit_that_was_refused_keeps_its_files_for_a_while_only(client, hours, rehearsed, is_kept):
    run = ended(client, hours, rehearsed=rehearsed)
    retention.prune_expired_data()
    assert run_folder(run.pk).exists() == is_kept
    assert (disk_space.session_bytes("alice") > 0) == is_kept


def test_a_run_that_may_have_been_charged_keeps_its_files(client):
    run = ended(client, 25, charged="maybe")
    retention.prune_expired_data()
    assert run_folder(run.pk).exists()


def test_its_page_says_so_and_sends_nothing_else_in_their_place(client):
    run = ended(client, 25)
    retention.prune_expired_data()
    put(client, "dog.png")
    page = client.get(f"{BASE}runs/{run.pk}/")
    assert "The images of this edit were deleted" in page.text
    assert "/source/" not in page.text and "/sources/1/" not in page.text
    answer = edit(client, of_run=run.pk, page=run.pk)
    assert "“cat.png” is no longer here" in problem(answer, "image")
    assert "“cat.png” is no longer here" in answer.text
    assert client.post(f"{BASE}edit/from/{run.pk}/", {"prompt": "A hat"}).status_code == 303
    assert client.get(EDIT).context["form"]["prompt"].value() == "A hat"


# -- other formats -------------------------------------------------------------------------------------------


def test_other_formats_stay_within_their_bytes(monkeypatch, settings):
    monkeypatch.setattr(conversions, "MAX_CONVERTED_BYTES", 16 * the_disk.BLOCK)
    picture = a_picture(a_run())
    for quality in range(101):
        assert conversions.conversion_path(picture, Conversion("jpeg", quality)).exists()
    assert the_disk.folder_bytes([settings.CONVERSIONS_DIR]) <= 16 * the_disk.BLOCK
    assert len(list(settings.CONVERSIONS_DIR.rglob("*.jpg"))) <= 16
    assert [path.name for path in run_folder(picture.run_id).iterdir()] == ["1.png"]


def test_the_most_recently_used_files_stay_in_the_cache(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"x" * the_disk.BLOCK)
    the_disk.note_use(tmp_path / "a")
    the_disk.shrink_cache([tmp_path], 2 * the_disk.BLOCK)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


def test_they_go_with_their_run():
    picture = a_picture(a_run())
    path = conversions.conversion_path(picture, Conversion("webp"))
    retention.remove_runs(Run.objects.all())
    assert not path.exists() and not conversions_folder(picture.run_id).exists()


def test_cached_conversions_are_dropped_when_the_disk_is_full(monkeypatch):
    picture = a_picture(a_run())
    other = conversions.conversion_path(picture, Conversion("jpeg"))
    convert = conversions.sandbox.convert_picture

    def full_once(*arguments):
        if other.exists():
            raise OSError(28, "No space left on device")
        convert(*arguments)

    monkeypatch.setattr(conversions.sandbox, "convert_picture", full_once)
    assert conversions.conversion_path(picture, Conversion("webp")).exists()


def test_drafts_may_be_brought_in_again_only_within_the_bound(client, settings, tmp_path):
    a_source(tmp_path)
    settings.SESSION_MAX_BYTES = 1
    with pytest.raises(SourceRejected) as refused:
        a_source(tmp_path, "dog.png")
    assert refused.value.reason == "session_full"
