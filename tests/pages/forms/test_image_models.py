"""Several models at one API: form, price, programs and parameter table follow the chosen one."""

import re

import pytest

from playground.imageapi.catalog import IMAGE_MODELS, ImageModel, TokenPrices
from playground.imageapi.providers import PROFILES, ImageApi
from playground.runs.models import Run
from tests.factories import BASE
from tests.pages.edit_files import EDIT, a_mask, an_image, problem

pytestmark = pytest.mark.django_db
BRIEF = {"prompt": "A fox", "api": "mine", "key": "sk-proj-0123456789abcdef"}
NEWEST, OLDEST = "gpt-image-2.6-flare", "gpt-image-1-mini"


@pytest.fixture(autouse=True)
def _listed(settings):
    mine = ImageApi("mine", PROFILES["openai"], "https://api.example.org/v1")
    settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}


def fields(client, address=BASE, **entries):
    return client.post(f"{address}fields/", {"api": "mine", **entries})


def offered(response, name: str) -> list[str]:
    field = response.context["form"].fields.get(name)
    return [value for value, _ in field.choices] if field else []


def sent(client, **entries) -> dict:
    response = client.post(BASE, BRIEF | entries)
    assert response.status_code == 303, response.context["form"].errors
    return Run.objects.get().parameters


@pytest.mark.parametrize(("api", "shown"), [("builtin", False), ("asia", False), ("mine", True)])
def test_only_an_api_with_several_models_asks_for_one(client, api, shown):
    assert ('<select id="id_model" name="model"' in fields(client, api=api).text) == shown


def test_a_model_brings_its_qualities_sizes_and_formats(client):
    newest, oldest = fields(client, model=NEWEST), fields(client, model=OLDEST)
    assert [offered(page, "quality")[-1] for page in (newest, oldest)] == ["max", "high"]
    assert [offered(page, "output_format")[3:] for page in (newest, oldest)] == [["gif", "svg"], []]
    assert [page.text.count('name="own_size"') for page in (newest, oldest)] == [1, 0]
    assert [page.text.count('name="complexity"') for page in (newest, oldest)] == [1, 0]


@pytest.mark.parametrize(
    ("model", "values"), [("gpt-image-1.5", ["low", "high"]), (OLDEST, ["low"]), ("gpt-image-2", []), (NEWEST, [])]
)
def test_only_older_models_take_input_fidelity(client, model, values):
    assert offered(fields(client, EDIT, model=model), "input_fidelity") == values


def test_choosing_another_model_keeps_what_it_takes_too(client):
    entries = {
        "prompt": "A fox",
        "n": "3",
        "quality": "max",
        "size": "1280x720",
        "user": "me",
        "output_format": "gif",
    }
    form = fields(client, model=OLDEST, **entries).context["form"]
    assert [form[name].value() for name in ("prompt", "n", "user")] == ["A fox", "3", "me"]
    assert [form[name].value() for name in ("quality", "size", "output_format")] == ["low", "1024x1024", "png"]


def test_a_dated_name_of_a_model_is_sent_as_it_is(client):
    assert sent(client, model="gpt-image-2-2026-04-21")["model"] == "gpt-image-2-2026-04-21"


def test_an_unknown_model_is_refused_at_its_field(client):
    page = client.post(BASE, BRIEF | {"model": "gpt-image-0"})
    assert page.status_code == 422 and 'data-field-error="model"' in page.text


def test_a_gif_is_sent_with_its_frames_and_without_events(client):
    parameters = sent(client, model=NEWEST, output_format="gif", frame_count="12", frame_duration_ms="80", n="1")
    assert (parameters["frame_count"], parameters["frame_duration_ms"]) == (12, 80)
    assert "stream" not in parameters


def test_frames_are_not_sent_with_another_format(client):
    assert "frame_count" not in sent(client, model=NEWEST, output_format="png", frame_count="12")


@pytest.mark.parametrize(
    ("entries", "field"),
    [({"frame_count": "17"}, "frame_count"), ({"frame_duration_ms": "19"}, "frame_duration_ms"),
     ({"output_format": "svg", "n": "2"}, "n"), ({"output_format": "gif", "background": "transparent"}, "background"),
     ({"output_format": "svg", "background": "transparent"}, "background"), ({"complexity": "max"}, "complexity")],
)  # fmt: skip
def test_values_that_the_model_rejects_are_rejected_at_their_field(client, entries, field):
    page = client.post(BASE, BRIEF | {"model": NEWEST} | entries)
    assert page.status_code == 422 and list(page.context["form"].errors) == [field]


def test_a_gif_with_a_mask_is_refused_at_the_mask(client):
    entries = BRIEF | {"model": NEWEST, "output_format": "gif", "image": an_image(), "mask": a_mask()}
    assert "GIF" in problem(client.post(EDIT, entries), "mask")


def test_the_price_follows_the_model(client):
    entries = {"api": "mine", "size": "1024x1024", "quality": "high"}
    labels = [
        client.get(f"{BASE}estimate/", entries | {"model": model}).context["estimate"].label
        for model in ("gpt-image-2", "gpt-image-1.5", OLDEST)
    ]
    assert labels == ["≈ $0.211", "≈ $0.133", "≈ $0.036"]


def test_the_price_of_a_gif_reaches_from_one_picture_to_all_its_frames(client):
    entries = {"api": "mine", "model": NEWEST, "size": "1024x1024", "quality": "low", "output_format": "gif"}
    estimate = client.get(f"{BASE}estimate/", entries | {"frame_count": "4"}).context["estimate"]
    assert estimate.high == 4 * estimate.low


def test_the_answer_of_a_gif_and_the_next_form_keep_the_model(client):
    client.post(BASE, BRIEF | {"model": NEWEST})
    assert client.get(BASE).context["form"]["model"].value() == NEWEST


def test_a_new_model_is_one_row(client, monkeypatch):
    row = ImageModel(
        "gpt-image-9",
        qualities=("low", "max"),
        fields={"complexity": ("none", "all")},
        prices=TokenPrices(image_out=1000),
        picture_tokens={"low": (500, 600), "max": (2000, 3000)},
    )
    monkeypatch.setitem(IMAGE_MODELS, row.name, row)
    entries = {"api": "mine", "model": row.name, "quality": "max", "complexity": "all", "size": "1024x1024"}
    page = fields(client, **entries)
    assert row.name in offered(page, "model") and offered(page, "quality") == ["low", "max"]
    assert "≈ $0.02 ·" in page.text
    panel = client.post(f"{BASE}snippets/", {**entries, "prompt": "A fox"}).context["panel"]
    (program,) = (program.text for program in panel.programs if program.name == "python")
    assert 'model="gpt-image-9"' in program and 'complexity="all"' in program
    table = client.get(f"{BASE}docs/", entries).text
    assert 'data-parameter="complexity"' in table and 'data-parameter="frame_count"' not in table
    reference = client.get(f"{BASE}reference/").text
    assert 'id="model-gpt-image-9"' in reference and "complexity: none, all" in reference
    assert sent(client, **entries)["complexity"] == "all"


@pytest.mark.parametrize("address", [BASE, EDIT])
def test_each_setting_links_to_its_place_in_the_reference(client, address):
    page = fields(client, address, model=NEWEST, output_format="gif")
    links = set(re.findall(r'reference/#([\w-]+)"', page.text))
    reference = client.get(f"{BASE}reference/").text
    assert len(links) >= 8 and [link for link in links if f'id="{link}"' not in reference] == []
