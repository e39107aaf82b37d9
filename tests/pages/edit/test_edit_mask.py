"""The mask of an edit: it belongs to the first picture, is rejected with a hint, and stays with the draft."""

import pytest
from PIL import Image
from pytest_django.asserts import assertContains

from playground.runs import draft_masks, paths
from playground.runs.models import Run
from tests.factories import a_visitor
from tests.pages.edit_files import EDIT, SOURCES, a_file, a_mask, an_image, problem, put

pytestmark = pytest.mark.django_db


def test_a_mask_goes_along_with_the_first_picture(client):
    client.post(EDIT, {"image": [an_image(), an_image("two.png")], "mask": a_mask()})
    with Image.open(paths.run_mask_path(Run.objects.get())) as mask:
        assert (mask.mode, mask.size) == ("RGBA", (64, 48))
        assert (mask.getpixel((10, 10))[3], mask.getpixel((40, 40))[3]) == (0, 255)


def test_a_mask_of_another_size_is_fitted(client):
    client.post(EDIT, {"image": an_image(), "mask": a_mask(size=(128, 96), box=(16, 16, 48, 48))})
    with Image.open(paths.run_mask_path(Run.objects.get())) as mask:
        assert mask.size == (64, 48)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (a_mask(box=(0, 0, 0, 0)), "Nothing is marked"),
        (a_mask(alpha=False), "black and white"),
        (an_image("mask.png"), "no transparency"),
        (an_image("mask.jpg"), "must be a PNG"),
    ],
    ids=["unmarked", "black and white", "opaque", "jpeg"],
)
def test_a_mask_that_marks_nothing_is_refused_with_a_hint(client, mask, words):
    mask.seek(0)
    response = client.post(EDIT, {"image": an_image(), "mask": mask, "prompt": "A crown"})
    assert words in problem(response, "mask")
    assert response.context["form"]["prompt"].value() == "A crown"
    assert [one.name for one in response.context["draft_sources"]] == ["cat.png"]
    assert not Run.objects.exists()


@pytest.mark.parametrize(("marks", "inside", "outside"), [("white", 0, 255), ("black", 255, 0)])
def test_a_black_and_white_mask_is_sent_after_its_marking_colour_is_chosen(client, marks, inside, outside):
    client.post(EDIT, {"image": an_image(), "mask": a_mask(alpha=False), "prompt": "A crown"})
    client.post(EDIT, {"prompt": "A crown", "mask_marks": marks})
    with Image.open(paths.run_mask_path(Run.objects.get())) as mask:
        assert (mask.getpixel((10, 10))[3], mask.getpixel((40, 40))[3]) == (inside, outside)


def test_a_black_and_white_mask_has_a_suggested_marking_colour(client):
    response = client.post(EDIT, {"image": an_image(), "mask": a_mask(alpha=False)})
    assertContains(response, 'value="white" form="edit-form" checked', status_code=422)


def test_a_mask_in_black_and_white_can_be_left_out(client):
    client.post(EDIT, {"image": an_image(), "mask": a_mask(alpha=False)})
    client.post(EDIT, {"prompt": "A crown", "mask_marks": "none"})
    assert not Run.objects.get().mask
    assert client.get(EDIT).context["masked"]["flat"] is None


def test_a_mask_in_black_and_white_waits_while_pictures_are_added(client):
    client.post(SOURCES, {"image": an_image(), "mask": a_mask(alpha=False)})
    client.post(EDIT, {"prompt": "A crown", "mask": a_mask(alpha=False)})
    client.post(SOURCES, {"image": an_image("two.png")})
    client.post(EDIT, {"prompt": "A crown", "mask_marks": "white"})
    assert Run.objects.get().mask


def test_two_masks_are_refused(client):
    response = client.post(EDIT, {"image": an_image(), "mask": [a_mask(), a_mask()]})
    assert "one mask" in problem(response, "mask")


def test_a_valid_mask_is_stored_when_another_field_is_wrong(client):
    response = client.post(EDIT, {"image": an_image(), "mask": a_mask(), "n": "9"})
    first = response.context["masked"]
    assert client.get(first["mask_url"])["Content-Type"] == "image/png"


def test_the_stored_mask_is_sent_only_when_the_form_says_so(client):
    client.post(EDIT, {"image": an_image(), "mask": a_mask(), "n": "9"})
    client.post(EDIT, {"prompt": "without"})
    client.post(EDIT, {"prompt": "with", "keep_mask": "1"})
    assert [bool(run.mask) for run in Run.objects.order_by("created_at")] == [False, True]


def test_other_pictures_coming_and_going_leave_the_mask_alone(client):
    a_visitor(client)
    _one, two = put(client, "one.png", "two.png")
    client.post(EDIT, {"mask": a_mask(), "n": "9"})
    client.post(f"{SOURCES}{two}/", {"act": "remove"})
    put(client, "three.png")
    assert draft_masks.load_mask("alice") is not None


def test_a_mask_is_stored_and_restored_with_its_picture(client):
    a_visitor(client)
    one, two = put(client, "one.png", "two.png")
    client.post(f"{SOURCES}{two}/", {"act": "first", "mask": a_mask()})
    page = client.get(EDIT)
    assert [view.name for view in page.context["waiting_masks"]] == ["one.png"]
    assert page.context["masked"]["mask_url"] == ""
    client.post(f"{SOURCES}{one}/", {"act": "first"})
    assert client.get(EDIT).context["masked"]["mask_url"]


def test_a_removed_picture_comes_back_with_its_mask(client):
    a_visitor(client)
    (one,) = put(client, "one.png")
    client.post(f"{SOURCES}{one}/", {"act": "remove", "mask": a_mask()})
    assert draft_masks.load_mask("alice") is None
    client.post(f"{SOURCES}undo/")
    assert draft_masks.load_mask("alice") is not None


def test_a_mask_without_a_picture_asks_for_the_picture(client):
    assert "at least one image" in problem(client.post(EDIT, {"mask": a_mask()}), "image")


def test_a_file_that_is_no_picture_is_refused_as_a_mask(client):
    broken = a_file("mask.png", Image.new("RGBA", (64, 48)), "PNG")
    broken.file.truncate(50)
    broken.size = 50
    assert problem(client.post(EDIT, {"image": an_image(), "mask": broken}), "mask")
