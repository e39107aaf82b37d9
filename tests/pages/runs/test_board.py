"""The board of a run's pictures: what stands over them, one picture deleted, and a missing one requested."""

from datetime import timedelta

import pytest
from django.utils import timezone

from playground.runs import paths
from playground.runs.models import Run, State
from playground.runs.services import retention
from tests.factories import BASE, a_run, a_visitor
from tests.pages.press import press

pytestmark = pytest.mark.django_db
LATER = retention.UNDO_PERIOD + timedelta(seconds=1)


@pytest.fixture
def alice(client):
    return a_visitor(client)


def page_of(client, run):
    return client.get(f"{BASE}runs/{run.pk}/").text


def delete(client, run, number, **data):
    return client.post(f"{BASE}runs/{run.pk}/pictures/{number}/delete/", data)


def a_partial_run(wanted=2, **facts):
    return a_run(state=State.PARTIAL, pictures=1, parameters={"n": wanted}, charged="yes", **facts)


def test_download_and_edit_are_the_filled_buttons_of_a_result(alice):
    run = a_run(pictures=1)
    page = page_of(alice, run)
    filled = [part.partition(">")[0] for part in page.split('class="button first"')[1:]]
    assert len(filled) == 2
    assert f"runs/{run.pk}/pictures/1/?download=1" in filled[0] and f'form="edit-{run.pk}-1"' in filled[1]


def test_every_picture_has_a_thumbnail_and_a_panel(alice):
    page = page_of(alice, a_run(pictures=3))
    for number in (1, 2, 3):
        assert f'data-pick="{number}"' in page and f'data-panel="{number}"' in page
    assert "data-pick" not in page_of(alice, a_run(pictures=1))


def test_pictures_of_a_run_lead_to_the_page_that_compares_them(alice):
    run = a_run(pictures=2)
    address = f"{BASE}compare/?p={run.pk}/1&amp;p={run.pk}/2"
    assert f'href="{address}"' in page_of(alice, run)
    assert alice.get(address.replace("&amp;", "&")).status_code == 200


def test_one_picture_can_be_deleted_and_restored(alice):
    run = a_run(pictures=2)
    assert delete(alice, run, 1)["Location"] == f"{BASE}runs/{run.pk}/"
    page = page_of(alice, run)
    assert 'data-picture="1"' not in page and 'data-picture="2"' in page and "Image 1 deleted." in page
    assert alice.get(f"{BASE}runs/{run.pk}/pictures/1/").status_code == 404
    delete(alice, run, 1, undo="1")
    page = page_of(alice, run)
    assert 'data-picture="1"' in page and "Image 1 deleted." not in page


def test_deleting_the_last_picture_deletes_its_run(alice):
    run = a_run(pictures=2)
    delete(alice, run, 1)
    assert delete(alice, run, 2)["Location"] == f"{BASE}runs/"
    assert alice.get(f"{BASE}runs/{run.pk}/").status_code == 404


def test_the_files_of_a_deleted_picture_go_after_the_time_to_undo(alice):
    run = a_run(pictures=2, bytes=1_000_000)
    file = paths.picture_path(run.pictures.get(number=1))
    delete(alice, run, 1)
    retention.purge_deleted_runs(timezone.now())
    assert file.exists()
    retention.purge_deleted_runs(timezone.now() + LATER)
    assert not file.exists() and Run.objects.get().bytes < 1_000_000
    assert 'data-picture="2"' in page_of(alice, run)


def test_a_picture_that_was_deleted_is_not_missing(alice):
    run = a_run(state=State.PARTIAL, pictures=2, parameters={"n": 3}, charged="yes")
    delete(alice, run, 1)
    page = page_of(alice, run)
    assert "2 of 3 images arrived" in page and "Get the missing image" in page


def test_pictures_of_strangers_and_of_running_runs_stay(alice):
    assert delete(alice, a_run("bob", pictures=2), 1).status_code == 404
    running = a_run(state=State.RUNNING, pictures=2)
    delete(alice, running, 1)
    assert 'data-picture="1"' in page_of(alice, running)
    assert alice.get(f"{BASE}runs/{running.pk}/pictures/1/delete/").status_code == 405


def test_missing_pictures_are_requested_once_at_their_own_price(alice):
    run = a_partial_run(wanted=3)
    page = alice.get(f"{BASE}runs/{run.pk}/")
    assert page.text.count("Get the 2 missing images") == 2 and "$0.16" in page.text
    first = press(alice, page, "data-missing")["Location"]
    assert press(alice, page, "data-missing")["Location"] == first
    added = Run.objects.exclude(pk=run.pk).get()
    assert added.parameters["n"] == 2 and added.prompt == run.prompt


def test_the_run_and_the_one_that_completes_it_lead_to_each_other(alice):
    run = a_partial_run()
    address = press(alice, alice.get(f"{BASE}runs/{run.pk}/"), "data-missing")["Location"]
    before, after = page_of(alice, run), alice.get(address).text
    assert f'href="{address}" data-completing-run' in before and "data-missing" not in before
    assert f'href="{BASE}runs/{run.pk}/" data-completed-run' in after
