"""A full disk shows a sentence, keeps all entries, and sends nothing."""

import pytest
from django.test import Client
from django.utils.translation import override

from playground.pages.session import edit_page
from playground.pages.texts import upload_errors
from playground.runs.models import Run, Source
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.helpers import full_disk
from tests.pages.edit_files import EDIT, SOURCES, a_mask, an_image, drafted, problem, put

pytestmark = pytest.mark.django_db
SENTENCE = str(upload_errors.DISK_FULL)


def typed(response) -> str:
    return response.context["form"]["prompt"].value()


@pytest.mark.parametrize(("address", "is_known"), [(BASE, False), (BASE, True), (EDIT, True)])
def test_the_form_is_shown_again_with_its_entries_when_no_row_can_be_written(client, address, is_known):
    if is_known:
        put(a_visitor(client), "cat.png")
    with full_disk.no_rows():
        answer = client.post(address, {"prompt": "A red fox"})
    assert answer.status_code in (422, 507) and not Run.objects.exists()
    assert SENTENCE in answer.context["notice"] + str(answer.context["form"].errors.as_data())
    assert typed(answer) == "A red fox"


def test_an_edit_keeps_its_entries_when_its_file_is_rejected(client, monkeypatch):
    full_disk.no_files(monkeypatch)
    answer = client.post(EDIT, {"prompt": "A red fox", "image": an_image()})
    assert problem(answer, "image") == SENTENCE
    assert (typed(answer), Run.objects.count()) == ("A red fox", 0)


def test_files_stored_before_the_disk_was_full_stay_on_the_page(client, monkeypatch):
    put(a_visitor(client), "cat.png")
    full_disk.no_files(monkeypatch)
    assert problem(client.post(SOURCES, {"image": an_image("dog.png")}), "image") == SENTENCE
    assert drafted(client) == ["cat.png"]


def test_a_rejected_mask_gets_a_message(client, monkeypatch):
    put(a_visitor(client), "cat.png")
    full_disk.no_files(monkeypatch)
    assert problem(client.post(SOURCES, {"mask": a_mask()}), "mask") == SENTENCE
    assert problem(client.post(EDIT, {"prompt": "x", "mask": a_mask()}), "mask") == SENTENCE


@pytest.mark.parametrize("act", ["key/", "usage/"])
def test_a_key_that_cannot_be_saved_gets_a_message(client, act):
    with full_disk.no_rows():
        answer = client.post(BASE + act, {"api": "asia", "key": KEY})
    assert answer.status_code == 507
    assert "t be saved. Nothing was sent" in answer.text and KEY not in answer.text


def test_the_language_can_still_be_chosen(client):
    with full_disk.no_rows():
        assert client.post(f"{BASE}language/", {"language": "zh-hans"}).status_code == 302
        assert client.get(BASE).headers["Content-Language"] == "zh-hans"


def test_the_message_is_translated_to_chinese(client):
    with full_disk.no_rows():
        answer = client.post(BASE, {"prompt": "x"}, headers={"Accept-Language": "zh-CN"})
    with override("zh-hans"):
        message = str(upload_errors.DISK_FULL)
    assert "磁盘已满" in message and message in answer.text


def test_a_run_that_was_made_is_shown_though_the_rest_of_the_session_cannot_be_saved(client, monkeypatch):
    put(a_visitor(client), "cat.png")
    client.post(SOURCES, {"prompt": "half a thought"})
    forget = edit_page.forget_edit_entries
    full = full_disk.no_rows()
    monkeypatch.setattr(edit_page, "forget_edit_entries", lambda request: (forget(request), full.__enter__()))
    try:
        answer = client.post(EDIT, {"prompt": "A red fox"})
    finally:
        full.__exit__(None, None, None)
    assert answer.status_code == 303 and Run.objects.count() == 1


def test_a_new_visitor_still_sees_the_run(client):
    answer = client.post(BASE, {"prompt": "A red fox"})
    assert client.get(answer["Location"]).status_code == 200


def test_files_that_a_form_does_not_ask_for_are_not_written(client, monkeypatch):
    big = an_image(size=(1200, 1200))
    big.size = 3_000_000
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", None)
    answer = client.post(BASE, {"prompt": "A red fox", "image": big})
    assert answer.status_code == 422 and typed(answer) == "A red fox"


def test_a_conversion_without_disk_space_gets_a_message(client, monkeypatch):
    run = a_run(pictures=1)
    monkeypatch.setattr("playground.imaging.sandbox.convert_picture", no_room)
    answer = a_visitor(Client()).get(f"{BASE}runs/{run.pk}/pictures/1/?format=webp")
    assert answer.status_code == 507 and "enough space to prepare this file" in answer.text


def no_room(*_):
    raise OSError(28, "No space left on device")


def test_a_failed_draft_leaves_no_files(client, settings, monkeypatch):
    a_visitor(client)
    monkeypatch.setattr("playground.imaging.sandbox.normalize_source", no_room)
    client.post(SOURCES, {"image": an_image()})
    assert not Source.objects.exists()
    assert not [path for path in settings.DRAFTS_DIR.rglob("*") if path.is_file()]
