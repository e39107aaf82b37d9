"""The pictures on the edit page: added, rejected, reordered, given roles, removed and restored."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from playground.imageapi.catalog import MAX_FILE_BYTES
from playground.pages.texts.examples import EXAMPLES
from playground.runs import drafts
from playground.runs.models import Source
from tests.factories import a_run, a_visitor
from tests.pages.edit_files import EDIT, SOURCES, an_image, drafted, names_in, problem, put

pytestmark = pytest.mark.django_db


def change(client, source_id, **values):
    return client.post(f"{SOURCES}{source_id}/", values)


def test_pictures_are_added_in_the_order_they_came(client):
    response = client.post(SOURCES, {"image": [an_image("one.png"), an_image("two.jpg"), an_image("three.webp")]})
    assert (response.status_code, response["Location"]) == (303, EDIT)
    assert drafted(client) == ["one.png", "two.jpg", "three.webp"]


def test_the_sample_can_be_added(client):
    client.post(SOURCES, {"sample": "1"})
    assert drafted(client) == ["cat.webp"]


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.sources], ids=lambda one: one.name)
def test_an_example_fills_the_edit_page(client, example):
    put(client, "mine.png")
    response = client.post(f"{EDIT}example/{example.name}/", follow=True)
    assert drafted(client) == [Path(name).name for name in example.sources]
    assert response.context["form"].initial["prompt"] == str(example.prompt)
    assert bool(response.context["masked"]["mask_url"]) == bool(example.mask)
    # What was there can be brought back.
    client.post(f"{SOURCES}undo/")
    assert drafted(client) == ["mine.png"]


@pytest.mark.parametrize("name", ["poster", "unknown"])
def test_only_an_example_of_an_edit_can_be_edited(client, name):
    assert client.post(f"{EDIT}example/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (an_image("moving.gif"), "“moving.gif” isn't a PNG, JPEG or WebP"),
        (SimpleUploadedFile("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "“IMG_1.HEIC” is a HEIC file"),
        (SimpleUploadedFile("torn.png", an_image().read()[:60]), "“torn.png” is damaged"),
        (SimpleUploadedFile("big.png", b"\0" * (MAX_FILE_BYTES + 1)), "“big.png” is over 25 MB"),
    ],
    ids=["gif", "heic", "damaged", "large"],
)
def test_a_file_that_cannot_be_taken_is_named_with_what_to_do(client, upload, words):
    put(client, "cat.png")
    upload.seek(0)
    response = client.post(SOURCES, {"image": upload})
    assert words in problem(response, "image")
    assert names_in(response) == ["cat.png"]


def test_a_ninth_picture_is_rejected(client):
    put(client, *(f"{number}.png" for number in range(8)))
    assert "“nine.png” is one too many" in problem(client.post(SOURCES, {"image": an_image("nine.png")}), "image")


def test_good_files_are_taken_beside_refused_ones(client):
    response = client.post(SOURCES, {"image": [an_image("moving.gif"), an_image("good.png")]})
    assert names_in(response) == ["good.png"]


def test_they_can_be_moved_step_by_step(client):
    first, _second = put(client, "one.png", "two.png")
    change(client, first, act="later")
    assert drafted(client) == ["two.png", "one.png"]
    change(client, first, act="earlier")
    assert drafted(client) == ["one.png", "two.png"]


def test_they_can_be_put_in_any_order(client):
    one, two, three = put(client, "one.png", "two.png", "three.png")
    client.post(f"{SOURCES}order/", {"order": f"{three},{one},{two}"})
    assert drafted(client) == ["three.png", "one.png", "two.png"]


def test_a_removed_picture_comes_back_in_its_place(client):
    _one, two, _three = put(client, "one.png", "two.png", "three.png")
    change(client, two, act="remove")
    page = client.get(EDIT)
    assert names_in(page) == ["one.png", "three.png"]
    assert page.context["undo"].sentence == "“two.png” removed."
    client.post(f"{SOURCES}undo/")
    assert drafted(client) == ["one.png", "two.png", "three.png"]


def test_roles_write_the_preface(client):
    scene, product = put(client, "room.png", "lamp.png")
    change(client, scene, role="scene")
    change(client, product, role="the product")
    page = client.get(EDIT)
    assert page.context["form"]["preface"].value() == "Image 1 is the scene; image 2 is the product."


def test_typed_entries_stay_while_pictures_change(client):
    (source,) = put(client, "cat.png")
    change(client, source, act="remove", prompt="A crown", quality="high")
    form = client.get(EDIT).context["form"]
    assert (form["prompt"].value(), form["quality"].value()) == ("A crown", "high")


def test_edit_this_replaces_the_draft_with_a_result(client):
    run = a_run(pictures=1)
    a_visitor(client)
    put(client, "cat.png")
    assert client.post(f"{EDIT}from/{run.pk}/1/").status_code == 303
    assert drafted(client) == [f"picture-{run.pk[:6]}-1.png"]
    client.post(f"{SOURCES}undo/")
    assert drafted(client) == ["cat.png"]


def test_a_result_can_be_added_to_what_is_there(client):
    run = a_run(pictures=1)
    a_visitor(client)
    put(client, "cat.png")
    client.post(f"{EDIT}from/{run.pk}/1/", {"beside": "1"})
    assert len(drafted(client)) == 2


def test_a_picture_and_its_thumbnail_are_shown_as_they_are(client):
    (source,) = put(client, "photo.jpg")
    assert client.get(f"{SOURCES}{source}/file/")["Content-Type"] == "image/jpeg"
    assert client.get(f"{SOURCES}{source}/thumbnail/")["Content-Type"] == "image/webp"


@pytest.mark.parametrize("way", ["file/", "thumbnail/", "mask/"])
def test_another_visitors_picture_is_not_there(client, way):
    (source,) = put(a_visitor(client, "bob"), "cat.png")
    assert a_visitor(client, "alice").get(f"{SOURCES}{source}/{way}").status_code == 404


def test_another_visitors_picture_cannot_be_changed(client):
    (source,) = put(a_visitor(client, "bob"), "cat.png")
    assert change(a_visitor(client, "alice"), source, act="remove").status_code == 404
    assert [one.name for one in drafts.list_sources("bob")] == ["cat.png"]


def test_another_visitors_pictures_are_not_sent(client):
    (source,) = put(a_visitor(client, "bob"), "cat.png")
    response = a_visitor(client, "alice").post(EDIT, {"source": source})
    assert response.status_code == 422
    assert Source.objects.filter(visitor="bob").exists()


def test_another_visitors_results_cannot_be_edited(client):
    run = a_run(visitor="bob", pictures=1)
    a_visitor(client, "alice")
    assert client.post(f"{EDIT}from/{run.pk}/1/").status_code == 404
    assert client.post(f"{EDIT}from/{run.pk}/").status_code == 404
    assert client.post(EDIT, {"of_run": run.pk}).status_code == 404
