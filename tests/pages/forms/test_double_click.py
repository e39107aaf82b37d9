"""The second press of a double click, on the run page that the first one opened, makes no new run."""

from datetime import timedelta

import pytest

from playground.runs.models import Run, State
from playground.runs.services import submit
from tests.factories import BASE, a_visitor
from tests.pages.edit_files import EDIT, a_mask, an_image
from tests.pages.press import forms_in, press

pytestmark = pytest.mark.django_db
EVERY_SETTING = {
    "prompt": "A red fox,\r\n  in the snow ",
    "size": "1536x1024",
    "quality": "high",
    "n": "3",
    "background": "opaque",
    "output_format": "webp",
    "output_compression": "70",
    "user": "designer",
}


@pytest.fixture(autouse=True)
def _slow_double_click(monkeypatch):
    """Two requests take longer than the two seconds of a double click when other tests use the processor."""
    assert timedelta(seconds=2) == submit.DOUBLE_CLICK
    monkeypatch.setattr(submit, "DOUBLE_CLICK", timedelta(minutes=2))


def generated(client, **changes):
    """The page of a run that was made just now."""
    return client.get(press(client, client.get(BASE), "submit", **{"prompt": "A red fox", **changes})["Location"])


def edited(client, **changes):
    files = {"image": [an_image("room.png"), an_image("lamp.jpg")], "mask": a_mask(size=(32, 24), box=(4, 4, 9, 9))}
    return client.get(client.post(EDIT, {"prompt": "A lamp", **files, **changes})["Location"])


def end(state, charged="no", **facts):
    Run.objects.update(state=state, charged=charged, **facts)


def grow_older(seconds):
    run = Run.objects.get()
    Run.objects.update(created_at=run.created_at - timedelta(seconds=seconds))


@pytest.mark.parametrize("make", [generated, edited])
@pytest.mark.parametrize(
    "facts",
    [{"state": State.QUEUED}, {"state": State.FAILED, "error": "service_overloaded"}],
    ids=["waits", "failed"],
)
def test_the_form_of_the_runs_page_is_the_same_run(client, make, facts):
    page = make(client)
    end(**facts)
    assert press(client, page, "submit")["Location"] == page.request["PATH_INFO"]
    assert Run.objects.count() == 1


@pytest.mark.parametrize("make", [generated, edited])
@pytest.mark.parametrize("error", ["", "server_error", "service_overloaded", "moderation_blocked"])
def test_again_on_the_runs_page_is_the_same_run(client, make, error):
    address = make(client).request["PATH_INFO"]
    end(State.FAILED if error else State.SUCCEEDED, error=error)
    page = client.get(address)
    assert press(client, page, "data-kind" if error == "service_overloaded" else "data-again")["Location"] == address
    assert Run.objects.count() == 1


def test_every_setting_is_the_same_again(client):
    page = generated(client, **EVERY_SETTING)
    assert press(client, page, "submit")["Location"] == page.request["PATH_INFO"]


def test_a_mask_that_was_fitted_to_its_picture_is_the_same_mask(client):
    page = edited(client)
    other = press(client, page, "submit", mask=a_mask(size=(16, 12), box=(2, 2, 5, 5)))
    assert press(client, client.get(other["Location"]), "submit")["Location"] == other["Location"]
    assert Run.objects.count() == 2


def test_a_third_and_a_fourth_press_are_the_same_run(client):
    page = generated(client)
    for _ in range(3):
        page = client.get(press(client, page, "submit")["Location"])
    assert Run.objects.count() == 1


def test_the_page_is_compared_and_not_the_token(client):
    page = generated(client)
    press(client, page, "submit", token="another")
    assert Run.objects.count() == 1


@pytest.mark.parametrize("place", ["reference/", "reference/errors/partial/"])
def test_a_double_click_on_a_rehearsal_is_one_run(client, place):
    page = client.get(f"{BASE}{place}")
    for _ in range(2):
        form = next(form for form in forms_in(page) if form.entries.get("rehearse"))
        client.post(form.attributes["action"], form.entries)
    assert Run.objects.count() == 1


@pytest.mark.parametrize("make", [generated, edited])
@pytest.mark.parametrize(("seconds", "runs"), [(60, 1), (121, 2)])
def test_a_press_after_the_time_of_a_double_click_is_a_new_run(client, make, seconds, runs):
    page = make(client)
    grow_older(seconds)
    press(client, page, "submit")
    assert Run.objects.count() == runs


def test_another_prompt_is_a_new_run(client):
    press(client, generated(client), "submit", prompt="A blue fox")
    assert Run.objects.count() == 2


def test_another_api_is_a_new_run(client):
    press(client, generated(client), "submit", api="asia", key="cr_0123456789")
    assert Run.objects.count() == 2


def test_the_same_from_the_history_is_a_new_run(client):
    generated(client)
    end(State.SUCCEEDED, "yes")
    press(client, client.get(f"{BASE}runs/"), "data-again")
    assert Run.objects.count() == 2


def test_the_same_from_a_fresh_page_is_a_new_run(client):
    generated(client)
    end(State.SUCCEEDED, "yes")
    press(client, client.get(BASE), "submit", prompt="A red fox")
    assert Run.objects.count() == 2


def test_the_page_of_another_visitors_run_is_ignored(client):
    a_visitor(client, "bob")
    page = generated(client)
    a_visitor(client, "alice")
    press(client, page, "submit")
    assert sorted(Run.objects.values_list("visitor", flat=True)) == ["alice", "bob"]


def test_a_run_that_was_deleted_meanwhile_is_made_anew(client):
    page = generated(client)
    end(State.SUCCEEDED, "yes")
    client.post(f"{page.request['PATH_INFO']}delete/")
    press(client, page, "submit")
    assert Run.objects.filter(deleted_at=None).count() == 1
    assert Run.objects.count() == 2


@pytest.mark.parametrize("page", ["x", "\0" * 20, "f" * 20, "f" * 5000])
def test_an_unknown_page_is_ignored(client, page):
    assert press(client, generated(client), "submit", page=page).status_code == 303
