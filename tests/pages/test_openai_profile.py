"""An API of the profile openai: any size, up to ten pictures, an approximate estimate, billing by tokens."""

from dataclasses import replace

import pytest
from django.conf import settings

from playground.imageapi.catalog import MIB
from playground.imageapi.providers import PROFILES, ImageApi
from playground.imageapi.schemas import ImageResult, Usage
from playground.runs.models import Run
from playground.runs.services.results import picture_cost
from tests.factories import BASE, a_run
from tests.pages.edit_files import EDIT, SOURCES, a_mask, an_image, drafted, problem

pytestmark = pytest.mark.django_db
KEY = "sk-proj-0123456789abcdef"
BRIEF = {"prompt": "A fox", "api": "mine", "key": KEY}


@pytest.fixture(autouse=True)
def _listed(settings):
    mine = ImageApi("mine", PROFILES["openai"], "https://api.example.org/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}


def sent(client, **entries) -> dict:
    assert client.post(BASE, BRIEF | entries).status_code == 303
    return Run.objects.get().parameters


def test_any_size_within_the_rules_is_sent(client):
    assert sent(client, size="1280x720")["size"] == "1280x720"


def test_a_custom_size_replaces_the_chosen_one(client):
    assert sent(client, size="1024x1024", own_size="3072 × 1024")["size"] == "3072x1024"


@pytest.mark.parametrize("own", ["1281x720", "640x640", "large"])
def test_another_size_is_refused_with_the_rules(client, own):
    page = client.post(BASE, BRIEF | {"own_size": own})
    assert page.status_code == 422 and "3840" in page.context["form"].errors["size"][0]


def test_other_apis_reject_a_custom_size(client):
    page = client.post(BASE, {"prompt": "A fox", "own_size": "1280x720"})
    assert page.status_code == 422


def test_ten_pictures_can_be_requested_without_events(client):
    parameters = sent(client, n="10")
    assert parameters["n"] == 10 and "stream" not in parameters


def test_one_picture_comes_in_events(client):
    assert sent(client)["stream"] is True


def test_the_estimate_says_that_it_is_one(client):
    page = client.get(f"{BASE}estimate/", {"api": "mine", "size": "1024x1024", "quality": "high"})
    assert page.context["estimate"].label == "≈ $0.211"
    wide = client.get(f"{BASE}estimate/", {"api": "mine", "own_size": "3840x2160", "quality": "auto"})
    assert wide.context["estimate"].label.startswith("≈ $0.0") and "–" in wide.context["estimate"].label


def test_the_bill_is_what_the_answer_reports():
    run = a_run(api="mine", account="openai", pictures=1, parameters={"size": "1280x720"})
    result = ImageResult((), usage=Usage(input_tokens=19, output_tokens=439, total_tokens=458, input_text_tokens=19))
    assert picture_cost(run, run.pictures.all(), result) == 439 * 30 + 19 * 5
    assert picture_cost(run, run.pictures.all(), None) == run.estimate_high


def fields(client, address=f"{BASE}fields/", **entries):
    response = client.post(address, entries)
    assert response.status_code == 200
    return response


def test_the_fields_follow_the_chosen_api(client):
    other = fields(client, api="asia", n="3", quality="high")
    official = fields(client, api="mine", n="3", quality="high")
    assert [len(page.context["form"].fields["n"].choices) for page in (other, official)] == [4, 10]
    assert [page.text.count('name="own_size"') for page in (other, official)] == [0, 1]
    assert all(page.context["form"]["n"].value() == "3" for page in (other, official))


def test_an_api_with_fixed_fidelity_has_no_field_for_it(client):
    pages = [fields(client, f"{EDIT}fields/", api=api) for api in ("asia", "mine")]
    assert [page.text.count('name="input_fidelity"') > 0 for page in pages] == [True, False]


def test_values_that_the_chosen_api_does_not_support_are_adjusted(client):
    form = fields(client, api="asia", n="10", size="1280x720", user="me", output_compression="40").context["form"]
    kept = [form[name].value() for name in ("n", "size", "user", "output_compression")]
    assert kept == ["4", "1024x1024", "me", "40"]


def test_the_form_begins_with_what_its_api_takes(client):
    client.post(BASE, BRIEF | {"n": "10", "size": "1280x720"})
    Run.objects.update(visitor=client.session["visitor"])
    session = client.session
    session["api"] = "builtin"
    session.save()
    form = client.get(BASE).context["form"]
    assert (form["n"].value(), form["size"].value()) == ("4", "1024x1024")


def test_sixteen_pictures_go_into_an_edit(client):
    names = [f"{number}.png" for number in range(1, 18)]
    assert "up to 16 images" in problem(
        client.post(EDIT, BRIEF | {"image": [an_image(name) for name in names]}), "image"
    )
    assert client.post(EDIT, BRIEF | {"image": [an_image(name) for name in names[:16]]}).status_code == 303
    assert len(Run.objects.get().sources) == 16


def test_too_many_pictures_for_the_chosen_api_get_a_message_and_stay(client):
    for number in range(1, 10):
        client.post(SOURCES, {"image": an_image(f"{number}.png"), "api": "mine"})
    assert "up to 8 images" in problem(client.post(EDIT, {"prompt": "All of them", "api": "builtin"}), "image")
    assert len(drafted(client)) == 9
    assert client.post(EDIT, BRIEF).status_code == 303


def test_the_limit_of_source_pictures_follows_the_chosen_api(client):
    pages = [fields(client, f"{EDIT}fields/", api=api).text for api in ("builtin", "mine")]
    assert ['data-most="8"' in page for page in pages] == [True, False]
    assert ['data-most="16"' in page for page in pages] == [False, True]


def test_adding_pictures_without_scripts_keeps_the_chosen_api(client):
    client.post(SOURCES, BRIEF | {"image": an_image()})
    assert client.get(EDIT).context["form"].chosen.id == "mine"


def test_the_bytes_of_a_source_follow_the_chosen_api(client):
    pages = [fields(client, f"{EDIT}fields/", api=api).text for api in ("builtin", "mine")]
    assert [f'data-file="{mb * MIB}"' in page for page, mb in zip(pages, (25, 50), strict=True)] == [True, True]
    assert ['data-total=""' in page for page in pages] == [False, True]


def test_a_source_that_is_too_large_for_the_chosen_api_is_rejected_and_stays(client, monkeypatch):
    client.post(SOURCES, {"image": an_image("large.png"), "api": "mine"})
    small = replace(PROFILES["builtin"], max_file_bytes=100)
    monkeypatch.setitem(settings.IMAGE_APIS, "builtin", replace(settings.IMAGE_APIS["builtin"], profile=small))
    assert "“large.png” is over" in problem(client.post(EDIT, {"prompt": "All of it", "api": "builtin"}), "image")
    assert drafted(client) == ["large.png"]
    assert client.post(EDIT, BRIEF).status_code == 303


def test_a_mask_that_the_official_api_would_reject_is_rejected_here(client, settings):
    tiny = replace(PROFILES["openai"], max_mask_bytes=10)
    settings.IMAGE_APIS = {"mine": ImageApi("mine", tiny, "https://api.example.org/v1")}
    page = client.post(EDIT, BRIEF | {"image": an_image(), "mask": a_mask()})
    assert "The mask is over" in problem(page, "mask")
