"""Pictures are decoded after the end of their run; broken ones are taken back then, also after a crash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.imageapi.schemas import ReceivedPicture
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.runs import paths
from playground.runs.models import Decoding, Picture, Run, State
from playground.runs.services import results
from tests.factories import BASE, a_run, a_visitor, picture_bytes
from tests.fake_provider.pictures import rotten_png

pytestmark = pytest.mark.django_db
PRICE = 80_000


def an_ended_run(*files: bytes, **facts) -> Run:
    """A run whose worker died between its end and the decoding of its pictures."""
    n = len(files)
    values = {"state": State.SUCCEEDED, "charged": "yes", "price": n * PRICE, "parameters": {"n": n}, **facts}
    run = a_run(**values)
    paths.run_folder(run.pk).mkdir(parents=True)
    for index, data in enumerate(files):
        path = paths.run_folder(run.pk) / f"received-{index + 1}.part"
        path.write_bytes(data)
        results.store_picture(run, ReceivedPicture(index, path, ""))
    run.refresh_from_db()
    return run


def decode(run: Run) -> Run:
    results.decode_pending_pictures(timezone.now() + timedelta(seconds=1))
    return Run.objects.get(pk=run.pk)


def test_pictures_that_a_crash_left_undecoded_are_decoded_later():
    run = decode(an_ended_run(picture_bytes()))
    picture = run.pictures.get()
    assert (run.state, picture.decoding) == (State.SUCCEEDED, Decoding.DONE)
    assert paths.thumbnail_path(picture).suffix == ".jpg"


def test_a_broken_picture_is_taken_back_and_not_charged():
    run = decode(an_ended_run(picture_bytes(), rotten_png(), picture_bytes()))
    assert (run.state, run.charged, run.price) == (State.PARTIAL, "yes", 2 * PRICE)
    assert [picture.number for picture in run.pictures.all()] == [1, 3]
    assert not (paths.run_folder(run.pk) / "2.png").exists()


def test_a_run_whose_only_picture_is_broken_has_failed_and_may_have_been_charged():
    run = decode(an_ended_run(rotten_png()))
    assert (run.state, run.error, run.charged, run.price) == (State.FAILED, "garbled_response", "maybe", None)


def test_a_cancelled_run_stays_cancelled():
    facts = {"state": State.CANCELLED, "error": "cancelled", "charged": "maybe"}
    run = decode(an_ended_run(rotten_png(), picture_bytes(), **facts))
    assert (run.state, run.error, run.charged, run.price) == (State.CANCELLED, "cancelled", "maybe", PRICE)


def test_the_card_says_that_a_picture_arrived_damaged(client):
    run = decode(an_ended_run(picture_bytes(), rotten_png()))
    page = a_visitor(client).get(f"{BASE}runs/{run.pk}/").text
    assert "1 of 2 images arrived intact and was saved. Damaged images were removed." in page


def test_the_open_page_learns_of_a_damaged_picture(client):
    run = an_ended_run(picture_bytes(), rotten_png())
    seen, alice = f"{run.pk}:{run.version}", a_visitor(client)
    assert " data-decoding" in alice.get(f"{BASE}runs/{run.pk}/").text
    before = alice.get(f"{BASE}runs/live/", {"seen": seen})
    assert (before.status_code, '"active": 1' in before["HX-Trigger"]) == (204, True)
    decode(run)
    after = alice.get(f"{BASE}runs/live/", {"seen": seen})
    assert 'data-state="partial"' in after.text and '"active": 0' in after["HX-Trigger"]


def test_a_sound_picture_changes_nothing_on_the_page(client):
    run = an_ended_run(picture_bytes())
    decode(run)
    response = a_visitor(client).get(f"{BASE}runs/live/", {"seen": f"{run.pk}:{run.version}"})
    assert (response.status_code, '"active": 0' in response["HX-Trigger"]) == (204, True)


def test_a_page_does_not_wait_for_ever_for_a_worker(client):
    ended = timezone.now() - timedelta(minutes=2)
    run = an_ended_run(picture_bytes(), finished_at=ended)
    response = a_visitor(client).get(f"{BASE}runs/live/", {"seen": f"{run.pk}:{run.version}"})
    assert '"active": 0' in response["HX-Trigger"]


def test_others_see_a_shared_picture_only_once_it_was_decoded(client):
    run = an_ended_run(picture_bytes(), share_token="f" * 32)
    address = f"{BASE}shared/{'f' * 32}/"
    assert client.get(f"{address}pictures/1/").status_code == 404
    decode(run)
    assert client.get(f"{address}pictures/1/").status_code == 200


def test_a_limit_of_the_sandbox_costs_no_picture_and_is_not_tried_again(monkeypatch):
    tried = []

    def reach_the_limit(*_, **__):
        tried.append(1)
        raise PictureError("limit")

    monkeypatch.setattr(sandbox, "check_and_thumbnail", reach_the_limit)
    run = decode(decode(an_ended_run(picture_bytes())))
    assert (run.state, len(tried), Picture.objects.get().decoding) == (State.SUCCEEDED, 1, Decoding.FAILED)
