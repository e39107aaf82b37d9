"""Prompt templates: slots write a prompt that the visitor sees, edits and takes to a form."""

import pytest
from django.test import Client

from playground.pages.forms.prompt_templates import slot_names
from playground.pages.texts.prompt_templates import SLOTS, TEMPLATES
from tests.factories import BASE

TEMPLATES_URL = f"{BASE}templates/"
pytestmark = pytest.mark.django_db
POSTER = {
    "template": "poster",
    "slot-subject": "coffee",
    "slot-style": "Bauhaus",
    "slot-text": "早安 <b>",
    "slot-palette": "teal",
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_template_has_a_field_for_each_slot(client: Client, template, language: str) -> None:
    client.cookies["django_language"] = language
    page = client.get(TEMPLATES_URL, {"template": template.name}).content.decode()
    assert "{subject}" in str(template.text)
    for name in slot_names(template.text):
        assert name in SLOTS
        assert f'id="id_slot-{name}"' in page


def test_the_fields_write_a_prompt_that_is_shown(client: Client) -> None:
    response = client.post(TEMPLATES_URL, POSTER, follow=True)
    assert response.redirect_chain == [(f"{TEMPLATES_URL}?template=poster", 303)]
    expected = 'A poster about coffee, style: Bauhaus, with the headline "早安 <b>", color palette: teal'
    assert response.context["written"]["prompt"].value() == expected
    assert "早安 &lt;b&gt;" in response.content.decode()


def test_a_slot_that_contains_braces_is_not_filled_again(client: Client) -> None:
    response = client.post(TEMPLATES_URL, {**POSTER, "slot-subject": "{text} {other}"}, follow=True)
    assert "about {text} {other}, style" in response.context["written"]["prompt"].value()


def test_a_swatch_fills_an_empty_palette(client: Client) -> None:
    response = client.post(TEMPLATES_URL, {**POSTER, "slot-palette": "", "swatch": "vermilion"}, follow=True)
    assert response.context["written"]["prompt"].value().endswith("color palette: vermilion and gold")


@pytest.mark.parametrize(
    "entries", [{"slot-subject": ""}, {"slot-palette": ""}, {"slot-palette": "", "swatch": "none of these"}]
)
def test_an_empty_field_says_so_and_nothing_is_lost(client: Client, entries: dict[str, str]) -> None:
    response = client.post(TEMPLATES_URL, {**POSTER, **entries, "prompt": "my own words"})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("Fill in this field: the prompt needs it.") == 1
    assert "my own words" in page
    assert 'value="Bauhaus"' in page


@pytest.mark.parametrize(("use", "address"), [("generate", BASE), ("edit", f"{BASE}edit/")])
def test_the_prompt_is_taken_to_the_form_as_it_was_edited(client: Client, use: str, address: str) -> None:
    response = client.post(TEMPLATES_URL, {**POSTER, "prompt": "edited by me", "use": use}, follow=True)
    assert response.redirect_chain == [(f"{address}?written", 303)]
    assert response.context["form"]["prompt"].value() == "edited by me"


@pytest.mark.parametrize(("words", "kept"), [("", ""), (" by me", "A poster by me")])
def test_another_template_starts_without_the_prompt_of_the_last_one_unless_it_was_edited(
    client: Client, words: str, kept: str
) -> None:
    """It was sent by mistake, as if the new fields had written it."""
    prompt = client.post(TEMPLATES_URL, POSTER, follow=True).context["written"]["prompt"].value()
    form = {**POSTER, "prompt": f"A poster{words}" if words else prompt, "choose": "logo"}
    response = client.post(TEMPLATES_URL, form, follow=True)
    assert (response.context["written"]["prompt"].value() or "") == kept
    fields = client.get(TEMPLATES_URL, {"template": "poster"}).content.decode()
    assert 'value="coffee"' in fields


def test_no_prompt_says_to_write_it_first(client: Client) -> None:
    response = client.post(TEMPLATES_URL, {**POSTER, "prompt": "", "use": "generate"})
    assert response.status_code == 422
    assert "Write the prompt first." in response.content.decode()
    assert 'value="coffee"' in response.content.decode()


def test_an_unknown_template_is_not_found(client: Client) -> None:
    assert client.get(TEMPLATES_URL, {"template": "nothing"}).status_code == 404


def test_the_form_links_to_the_templates(client: Client) -> None:
    assert f'href="{TEMPLATES_URL}"' in client.get(BASE).content.decode()


def test_starting_afresh_forgets_the_prompt(client: Client) -> None:
    client.post(TEMPLATES_URL, {**POSTER, "prompt": "edited by me", "use": "generate"})
    client.post(f"{BASE}key/afresh/")
    assert "edited by me" not in client.get(f"{BASE}?written").content.decode()
