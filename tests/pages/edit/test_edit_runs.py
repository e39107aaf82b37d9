"""The run page of an edit: sources, the returned and the locked picture, and the link to change it."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from playground.runs import paths
from playground.runs.models import Picture, Run, State
from tests.factories import BASE, a_picture, a_run, a_visitor
from tests.pages.edit_files import EDIT, a_mask, an_image, drafted

pytestmark = pytest.mark.django_db
PERCENT = 3.21


@pytest.fixture
def masked(client) -> Run:
    """A finished masked edit of alice."""
    a_visitor(client)
    client.post(EDIT, {"image": [an_image("room.png"), an_image("lamp.png")], "mask": a_mask(), "prompt": "A lamp"})
    Run.objects.update(state=State.SUCCEEDED, charged="yes", price=80_000)
    run = Run.objects.get()
    picture = a_picture(run)
    for name in ("1.locked.png", "1.heat.png"):
        Image.new("RGBA", (64, 48), (9, 9, 9, 200)).save(paths.run_folder(run.pk) / name)
    picture.locked, picture.heat, picture.outside_changed = "1.locked.png", "1.heat.png", PERCENT
    picture.save()
    return run


def address(run, what=""):
    return f"{BASE}runs/{run.pk}/{what}"


def test_both_versions_are_shown_and_downloadable(client, masked):
    page = client.get(address(masked)).text
    assert f'data-locked="1" src="{address(masked, "pictures/1/locked/")}"' in page
    assert f'data-picture="1" src="{address(masked, "pictures/1/")}"' in page
    assert f'href="{address(masked, "pictures/1/locked/?format=webp&amp;download=1")}" download=' in page


def test_the_share_of_pixels_changed_outside_the_mask_is_shown(client, masked):
    page = client.get(address(masked)).text
    assert 'data-outside-changed="3.21"' in page
    assert "The API changed 3.2% of the pixels outside the mask." in page
    assert address(masked, "pictures/1/heat/") in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "shifted 3 px to the right and 2 px up. The locked image and this figure correct for that."),
        ("zh-hans", "整体偏移：向右 3 像素、向上 2 像素。锁定版本和上面的比例都已先还原这一偏移。"),
    ],
)
def test_a_shift_of_the_whole_picture_is_shown_as_numbers_and_sentence(client, masked, language, words):
    Picture.objects.update(lock_facts={"shift_x": 3, "shift_y": -2, "feather_px": 1, "fit": "same"})
    page = client.get(address(masked), {"lang": language}).text
    assert 'data-shift="3,-2"' in page
    assert words in page


def test_without_a_shift_no_sentence_about_it_is_shown(client, masked):
    page = client.get(address(masked)).text
    assert 'data-shift="0,0"' in page
    assert "shifted" not in page


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_locked_picture_comes_in_every_format(client, masked, kind):
    response = client.get(address(masked, "pictures/1/locked/"), {"format": kind, "download": "1"})
    assert response["Content-Type"] == f"image/{kind}"
    assert "-locked" in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")


def test_the_locked_picture_comes_small_for_lists(client, masked):
    response = client.get(address(masked, "pictures/1/locked/thumbnail/"))
    with Image.open(io.BytesIO(response.getvalue())) as small:
        assert (small.format, max(small.size)) == ("WEBP", 64)


def test_history_asks_for_small_pictures_in_browsers_that_cannot_measure_frames(client, masked):
    """WebKit knows no `sizes="auto"` and takes what follows it."""
    page = client.get(f"{BASE}runs/").text
    small = [f"{address(masked, what)} 320w" for what in ("pictures/1/thumbnail/", "pictures/1/locked/thumbnail/")]
    assert all(f'srcset="{one}" sizes="240px"' in " ".join(page.split()) for one in small)
    assert client.get(address(masked)).text.count('sizes="auto, 90vw"') == 2


def test_a_wrong_format_is_refused(client, masked):
    assert client.get(address(masked, "pictures/1/locked/"), {"format": "gif"}).status_code == 400


def test_its_pictures_and_mask_are_shown(client, masked):
    page = client.get(address(masked))
    assert [one.name for one in page.context["sent_sources"]] == ["room.png", "lamp.png"]
    for what in ("sources/1/", "sources/2/small/", "mask/", "pictures/1/heat/"):
        assert client.get(address(masked, what)).status_code == 200


def test_a_missing_file_is_404(client, masked):
    plain = a_run(pictures=1)
    for what in ("pictures/1/locked/thumbnail/", "pictures/1/heat/", "sources/1/", "mask/"):
        assert client.get(address(plain, what)).status_code == 404
    assert client.get(address(masked, "sources/3/")).status_code == 404


def test_another_visitor_gets_404_for_all_of_it(client, masked):
    a_visitor(client, "bob")
    for what in ("locked/", "locked/thumbnail/", "heat/"):
        assert client.get(address(masked, f"pictures/1/{what}")).status_code == 404
    for what in ("sources/1/", "sources/1/small/", "mask/"):
        assert client.get(address(masked, what)).status_code == 404


def test_its_form_sends_pictures_and_mask_again(client, masked):
    form = client.get(address(masked)).context["form"]
    client.post(EDIT, {"of_run": masked.pk, "prompt": "Two lamps", "token": form["token"].value()})
    run = Run.objects.exclude(pk=masked.pk).get()
    assert (run.prompt, [one["name"] for one in run.sources], run.mask) == (
        "Two lamps",
        ["room.png", "lamp.png"],
        "mask.png",
    )


def test_again_makes_one_more_run(client, masked):
    Run.objects.update(created_at=masked.created_at - timedelta(seconds=2.5))
    again = client.get(address(masked)).context["card"].again
    client.post(EDIT, again)
    client.post(EDIT, again)
    assert Run.objects.count() == 2


def test_a_refused_form_of_a_run_keeps_its_pictures(client, masked):
    response = client.post(EDIT, {"of_run": masked.pk, "n": "9"})
    assert response.status_code == 422
    assert [one.name for one in response.context["sent_sources"]] == ["room.png", "lamp.png"]
    assert f'name="of_run" value="{masked.pk}"' in response.text


def test_change_and_run_restores_pictures_mask_and_entries(client, masked):
    response = client.post(f"{EDIT}from/{masked.pk}/")
    assert (response.status_code, response["Location"]) == (303, EDIT)
    page = client.get(EDIT)
    assert drafted(client) == ["room.png", "lamp.png"]
    assert page.context["masked"]["mask_url"]
    assert page.context["form"]["prompt"].value() == "A lamp"


def test_the_preface_is_split_from_the_prompt(client, masked):
    sources = [{**one, "role": role} for one, role in zip(masked.sources, ("scene", "product"), strict=True)]
    prompt = "Image 1 is the scene; image 2 is the product.\nA lamp"
    Run.objects.update(sources=sources, parameters={**masked.parameters, "prompt": prompt})
    form = client.get(address(masked)).context["form"]
    assert (form["preface"].value(), form["prompt"].value()) == (prompt.partition("\n")[0], "A lamp")


def test_the_locked_picture_can_be_edited_on(client, masked):
    client.post(f"{EDIT}from/{masked.pk}/1/", {"locked": "1"})
    page = client.get(EDIT)
    assert (page.context["masked"]["width"], page.context["masked"]["height"]) == (64, 48)


def test_the_placeholder_has_the_shape_of_the_first_picture(client):
    client.post(EDIT, {"image": an_image(size=(30, 60))})
    card = client.get(address(Run.objects.get())).context["card"]
    assert (card.width, card.height) == (1024, 1536)


def test_history_and_strip_show_edits_too(client, masked):
    Run.objects.update(parameters={**masked.parameters, "prompt": ""})
    page = client.get(f"{BASE}runs/").text
    assert "Variation" in page and 'data-locked="1"' in page
    assert client.get(BASE).context["strip"][0].id == masked.pk
