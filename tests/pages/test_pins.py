"""A palette and a style image that are pinned once and carried by every later run, where the visitor sees them."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from playground.runs import drafts
from playground.runs.models import Run, Source
from tests.factories import BASE, a_run, a_visitor
from tests.pages.edit_files import EDIT, SOURCES, an_image, drafted, problem, put
from tests.pages.matrix.matrix_steps import MATRIX, entries, send
from tests.pages.press import forms_in, press

PALETTE_URL, STYLE_URL = f"{BASE}templates/palette/", f"{BASE}templates/style/"
TEAL = "Use this color palette: deep teal and sand (#0d5c63, #dcc9a3)."
pytestmark = pytest.mark.django_db


def pin_palette(client: Client, swatch: str = "teal", **more: str) -> HttpResponse:
    return client.post(PALETTE_URL, {"swatch": swatch, "pin": "1", **more})


def pin_style(client: Client, name: str = "style.png") -> HttpResponse:
    return client.post(STYLE_URL, {"image": an_image(name, colour=(9, 9, 90)), "pin": "1"})


def sent_prompt() -> str:
    return Run.objects.first().prompt


def shown(page: Any) -> dict[str, str]:
    """The entries of the form of the generate page, the edit page or a run's page."""
    return next(form.entries for form in forms_in(page) if "prompt" in form.entries)


def test_the_form_shows_the_pinned_palette_and_sends_it_before_the_prompt(client: Client) -> None:
    assert pin_palette(client)["Location"].endswith("#pins")
    page = client.get(BASE)
    assert f"<q>{TEAL}</q>" in page.text
    run_page = client.get(press(client, page, "submit", prompt="A fox")["Location"])
    assert sent_prompt() == f"{TEAL}\nA fox"
    assert (shown(run_page)["palette"], shown(run_page)["prompt"].strip()) == (TEAL, "A fox")
    # The prompt of the last run fills the form, and does not bring the sentence a second time.
    assert shown(client.get(BASE))["prompt"].strip() == "A fox"
    assert client.get(BASE).context["prompts"] == ["A fox"]


def test_the_run_page_sends_the_same_again(client: Client) -> None:
    pin_palette(client)
    run_page = client.get(press(client, client.get(BASE), "submit", prompt="A fox")["Location"])
    client.post(BASE, shown(run_page))
    assert len({run.prompt for run in Run.objects.all()}) == 1


def test_a_box_without_its_mark_sends_the_prompt_as_written(client: Client) -> None:
    pin_palette(client)
    values = shown(client.get(BASE))
    del values["palette"]
    client.post(BASE, {**values, "prompt": "A fox"})
    assert sent_prompt() == "A fox"


def test_an_earlier_run_is_run_again_as_it_was_sent(client: Client) -> None:
    run = a_run(prompt="A fox")
    a_visitor(client)
    pin_palette(client)
    page = client.get(f"{BASE}runs/{run.pk}/")
    assert TEAL in page.text and "palette" not in shown(page)


def test_unpinning_keeps_what_was_typed(client: Client) -> None:
    pin_palette(client)
    page = client.post(f"{BASE}unpin/", {**shown(client.get(BASE)), "prompt": "typed", "n": "2", "unpin": "palette"})
    values = shown(page)
    assert (values["prompt"].strip(), values["n"], "palette" in values) == ("typed", "2", False)
    assert TEAL not in client.get(BASE).text


def test_the_sentence_is_in_the_language_of_the_page_and_known_in_the_other(client: Client) -> None:
    pin_palette(client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    values = shown(client.get(BASE))
    assert "#0d5c63" in values["palette"] and "Use this" not in values["palette"]
    client.post(BASE, {**values, "prompt": "一只狐狸"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert shown(client.get(BASE))["prompt"].strip() == "一只狐狸"


def test_own_colours_are_added_one_by_one_and_pinned(client: Client) -> None:
    page = client.post(PALETTE_URL, {"colours": "#ABC", "colour": "#102030", "add": "1"})
    assert page.context["palette_form"]["colours"].value() == "#ABC #102030"
    assert 'value="own" checked' in page.text
    pin_palette(client, "own", colours="#ABC，#102030 #aabbcc")
    assert "Use this color palette: #aabbcc, #102030." in client.get(BASE).text


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({}, "swatch", "Choose a palette first."),
        ({"swatch": "plaid"}, "swatch", "Choose a palette first."),
        ({"swatch": "own", "colours": ""}, "colours", "Choose 1 to 6 colours. These are 0."),
        ({"swatch": "own", "colours": "#12345g"}, "colours", "“#12345g” isn't a colour."),
        ({"swatch": "own", "colours": " ".join(f"#00000{digit}" for digit in range(7))}, "colours", "These are 7."),
    ],
)
def test_a_bad_palette_says_what_is_wrong_beside_its_field(
    client: Client, values: dict[str, str], field: str, message: str
) -> None:
    page = client.post(PALETTE_URL, {**values, "pin": "1"})
    assert page.status_code == 422 and f'id="error-{field}"' in page.text
    assert message in page.context["palette_form"].errors[field][0]
    assert values.get("colours", "") in page.text


def test_each_run_of_a_matrix_carries_the_palette(client: Client) -> None:
    pin_palette(client)
    assert TEAL in client.get(MATRIX).text
    send(client, entries(client, palette=TEAL))
    assert {run.prompt.partition("\n")[0] for run in Run.objects.all()} == {TEAL}


def test_the_programs_hold_the_palette(client: Client) -> None:
    pin_palette(client)
    page = client.post(f"{BASE}snippets/", {**shown(client.get(BASE)), "prompt": "A fox"})
    assert "Use this color palette" in page.text


def test_a_pinned_style_image_joins_the_images_of_the_edit_page_with_its_role(client: Client) -> None:
    pin_style(client)
    assert "Sent with edits only" in client.get(BASE).text
    assert drafted(client) == []
    put(client, "cat.png")
    page = client.get(EDIT)
    assert [(one.name, one.role, one.is_pinned) for one in page.context["draft_sources"]] == [
        ("cat.png", "", False),
        ("style.png", "style", True),
    ]
    assert shown(page)["preface"].strip() == "Image 2 is the style."
    press(client, page, "submit", prompt="A crown")
    run = Run.objects.get()
    assert [facts["role"] for facts in run.sources] == ["", "style"]
    assert run.prompt == "Image 2 is the style.\nA crown"


def test_the_next_image_to_edit_gets_the_pinned_style_too(client: Client) -> None:
    pin_style(client)
    put(client, "cat.png")
    run = a_run(visitor=client.session["visitor"], pictures=1)
    client.post(f"{BASE}edit/from/{run.pk}/1/")
    assert drafted(client)[1:] == ["style.png"]
    for source in client.get(EDIT).context["draft_sources"][:1]:
        client.post(source.change_url, {"act": "remove"})
    # Alone the style image is not what is edited.
    assert drafted(client) == []


def test_an_image_of_the_edit_page_and_a_result_can_be_pinned(client: Client) -> None:
    first, second = put(client, "cat.png", size=(60, 40)) + put(client, "wood.png", size=(70, 40))[1:]
    client.post(f"{SOURCES}{second}/", {"prompt": "typed", "act": "pin"})
    page = client.get(EDIT)
    assert [one.is_pinned for one in page.context["draft_sources"]] == [False, True]
    assert shown(page)["prompt"].strip() == "typed"
    client.post(f"{SOURCES}{second}/", {"act": "unpin"})
    assert drafted(client) == ["cat.png", "wood.png"] and "Unpin" not in client.get(EDIT).text
    run = a_run(visitor=client.session["visitor"], pictures=1)
    client.post(STYLE_URL, {"picture": f"{run.pk}/1"})
    sources = client.get(EDIT).context["draft_sources"]
    assert (len(sources), sources[2].is_pinned, sources[2].role) == (3, True, "style")
    assert client.get(f"{STYLE_URL}thumbnail/").status_code == 200
    assert first


def test_files_are_not_sent_without_the_style_image_that_goes_along(client: Client) -> None:
    pin_style(client)
    response = client.post(EDIT, {"image": an_image("one.png"), "prompt": "A crown"})
    assert "Your pinned style image goes along" in problem(response, "image")
    assert drafted(client) == ["one.png", "style.png"] and not Run.objects.exists()
    press(client, client.get(EDIT), "submit", prompt="A crown")
    assert [facts["name"] for facts in Run.objects.get().sources] == ["one.png", "style.png"]


def test_unpinning_the_style_leaves_its_copy_on_the_page(client: Client) -> None:
    pin_style(client)
    put(client, "cat.png")
    client.post(f"{BASE}edit/unpin/", {"unpin": "style", "prompt": "typed"})
    assert drafted(client) == ["cat.png", "style.png"]
    assert [one.is_pinned for one in client.get(EDIT).context["draft_sources"]] == [False, False]
    assert client.get(f"{STYLE_URL}thumbnail/").status_code == 404


@pytest.mark.parametrize("values", [{}, {"picture": "0" * 20 + "/1"}])
def test_no_image_says_so(client: Client, values: dict[str, str]) -> None:
    page = client.post(STYLE_URL, values)
    assert page.status_code == 422 and "Choose an image first." in page.text


def test_a_file_that_is_no_image_says_so_and_the_pinned_one_stays(client: Client) -> None:
    pin_style(client)
    broken = an_image("broken.png")
    broken.seek(0)
    broken.write(b"hello")
    broken.seek(0)
    page = client.post(STYLE_URL, {"image": broken, "pin": "1"})
    assert page.status_code == 422 and "broken.png" in page.context["style_problem"]
    assert client.get(f"{BASE}templates/").context["style"].name == "style.png"


def test_another_style_image_takes_the_place_of_the_pinned_one(client: Client) -> None:
    pin_style(client)
    client.post(STYLE_URL, {"image": an_image("other.png", colour=(90, 9, 9)), "pin": "1"})
    assert [source.name for source in Source.objects.all()] == ["other.png"]


def test_a_stranger_sees_no_pin(client: Client) -> None:
    pin_palette(client)
    pin_style(client)
    stranger = a_visitor(Client(), "mallory")
    assert TEAL not in stranger.get(BASE).text
    assert stranger.get(f"{STYLE_URL}thumbnail/").status_code == 404


@pytest.mark.parametrize("act", ["afresh", "everything"])
def test_pins_end_with_the_data_of_the_session(client: Client, act: str) -> None:
    pin_palette(client)
    pin_style(client)
    owner = drafts.style_owner(client.session["visitor"])
    client.post(f"{BASE}key/{act}/")
    assert drafts.list_sources(owner) == [] and TEAL not in client.get(BASE).text


def test_the_pinned_image_itself_can_be_edited(client: Client) -> None:
    pin_style(client)
    client.post(SOURCES, {"image": an_image("again.png", colour=(9, 9, 90))})
    assert drafted(client) == ["again.png"]


def test_the_pinned_image_alone_is_not_what_is_edited(client: Client) -> None:
    (only,) = put(client, "wood.png")
    client.post(f"{SOURCES}{only}/", {"act": "pin"})
    assert drafted(client) == []
    put(client, "cat.png", size=(40, 40))
    assert drafted(client) == ["cat.png", "wood.png"]
