"""A visitor's own prompt templates: saved, changed, deleted with undo, exported and imported."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from playground.pages.forms.prompt_templates import MAX_IMPORT_BYTES
from playground.runs.models import SavedTemplate
from playground.runs.services import retention, saved_templates
from tests.factories import BASE, a_visitor

TEMPLATES_URL = f"{BASE}templates/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    return a_visitor(client)


def save(
    client: Client, name: str = "Mug", text: str = "A {colour} mug on {surface}", template_id: str = "new"
) -> Any:
    return client.post(f"{TEMPLATES_URL}{template_id}/", {"name": name, "text": text})


def import_file(client: Client, content: object) -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(f"{TEMPLATES_URL}import/", {"file": SimpleUploadedFile("mine.json", data)})


def exported(*templates: tuple[object, object]) -> dict[str, object]:
    listed = [{"name": name, "text": text} for name, text in templates]
    return {"format": "prompt-templates", "version": 1, "templates": listed}


def names(client: Client) -> list[str]:
    return [str(template.label) for template in client.get(TEMPLATES_URL).context["own_templates"]]


def test_a_saved_template_has_a_field_for_each_slot_and_writes_the_prompt(client: Client) -> None:
    page = client.get(save(client)["Location"])
    assert 'id="id_slot-colour"' in page.text and "“Mug” was saved." in page.text
    own = page.context["chosen"].name
    entries = {"template": own, "slot-colour": "red", "slot-surface": "slate"}
    written = client.post(TEMPLATES_URL, entries, follow=True)
    assert written.context["written"]["prompt"].value() == "A red mug on slate"


def test_a_slot_may_have_the_name_of_another_field(client: Client) -> None:
    own = client.get(save(client, text="{prompt} {use} {template}")["Location"]).context["chosen"].name
    entries = {"template": own, "slot-prompt": "a", "slot-use": "b", "slot-template": "c", "prompt": "old"}
    assert client.post(TEMPLATES_URL, entries, follow=True).context["written"]["prompt"].value() == "a b c"


def test_the_studio_saves_its_prompt_as_a_template(client: Client) -> None:
    response = client.post(f"{TEMPLATES_URL}new/", {"prompt": "A {red|blue} fox", "key": ""}, follow=True)
    assert response.redirect_chain == [(f"{TEMPLATES_URL}new/?written", 303)]
    assert response.context["form"]["text"].value() == "A {red|blue} fox"
    htmx = client.post(f"{TEMPLATES_URL}new/", {"prompt": "A fox"}, headers={"hx-request": "true"})
    assert htmx["HX-Redirect"] == f"{TEMPLATES_URL}new/?written"


def test_the_form_of_a_visitor_with_a_prompt_has_a_button_to_save_it(client: Client) -> None:
    assert f'formaction="{TEMPLATES_URL}new/"' not in client.get(BASE).text
    assert f'formaction="{TEMPLATES_URL}new/"' in client.get(BASE, {"prompt": "A fox"}).text


def test_the_written_prompt_is_saved_as_a_template(client: Client) -> None:
    entries = {"template": "logo", "prompt": "My {thing}", "use": "save"}
    assert client.post(TEMPLATES_URL, entries, follow=True).context["form"]["text"].value() == "My {thing}"


def test_a_template_is_changed_and_shown_in_another_tab(client: Client) -> None:
    save(client)
    own = SavedTemplate.objects.get().pk
    save(client, "Cup", "A {colour} cup", own)
    page = client.get(TEMPLATES_URL, {"template": own}).text
    assert "Cup" in page and "Mug" not in page and "id_slot-surface" not in page


@pytest.mark.parametrize(
    ("name", "text", "field", "message"),
    [
        ("", "A mug", "name", "Give the template a name."),
        ("x" * 61, "A mug", "name", "This text has 61 characters. The maximum is 60."),
        ("Mug", " ", "text", "Write the text of the template."),
        ("Mug", "x" * 8001, "text", "This text has 8001 characters. The maximum is 8000."),
        ("Mug", "".join(f"{{f{number}}}" for number in range(13)), "text", "This template has 13 fields."),
        ("Taken", "A mug", "name", "You have a template with this name. Choose another name."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(
    alice: Client, name: str, text: str, field: str, message: str
) -> None:
    save(alice, "Taken")
    response = save(alice, name, text)
    assert response.status_code == 422
    assert message in response.context["form"].errors[field][0] and f'data-field-error="{field}"' in response.text
    assert response.context["form"]["text"].value() == text
    assert names(alice) == ["Taken"]


def test_a_session_has_a_limited_number_of_templates(alice: Client) -> None:
    SavedTemplate.objects.bulk_create(
        SavedTemplate(visitor="alice", name=str(number), text="x") for number in range(saved_templates.MAX_TEMPLATES)
    )
    response = save(alice)
    assert response.status_code == 422 and "Delete one first." in response.text


def test_a_deleted_template_comes_back_even_if_its_name_was_taken(alice: Client) -> None:
    save(alice)
    own = SavedTemplate.objects.get().pk
    page = alice.post(f"{TEMPLATES_URL}{own}/delete/", follow=True).text
    assert "“Mug” was deleted." in page and names(alice) == []
    save(alice, text="Another")
    alice.post(f"{TEMPLATES_URL}undo/")
    assert names(alice) == ["Mug (2)", "Mug"]


def test_templates_end_with_the_retention_and_with_the_data_of_the_session(alice: Client) -> None:
    save(alice, "old")
    save(alice, "used")
    save(alice, "deleted")
    now = timezone.now()
    SavedTemplate.objects.filter(name="old").update(used_at=now - timedelta(days=settings.RETENTION_DAYS, hours=1))
    SavedTemplate.objects.filter(name="deleted").update(deleted_at=now - timedelta(hours=1))
    retention.prune_expired_data(now)
    assert list(SavedTemplate.objects.values_list("name", flat=True)) == ["used"]
    alice.post(f"{BASE}key/afresh/")
    assert names(alice) == []
    alice.post(f"{TEMPLATES_URL}undo/")
    assert names(alice) == ["used"]
    alice.post(f"{BASE}key/everything/")
    assert not SavedTemplate.objects.exists()


def test_an_export_is_imported_by_another_session(alice: Client) -> None:
    save(alice, "Mug", "A {colour} mug")
    save(alice, "海报", "一张{主题}海报")
    file = alice.get(f"{TEMPLATES_URL}export/")
    assert file["Content-Type"].startswith("application/json") and "attachment" in file["Content-Disposition"]
    bob = a_visitor(Client(), "bob")
    assert "2 templates were imported." in bob.get(import_file(bob, file.content)["Location"]).text
    assert names(bob) == ["Mug", "海报"]


def test_an_import_keeps_both_of_one_name_and_skips_what_is_there(alice: Client) -> None:
    save(alice, "Mug", "A mug")
    save(alice, "Cup", "A cup")
    response = import_file(alice, exported(("Mug", "Another mug"), ("Cup", "A cup"), ("Mug", "A third mug")))
    report = " ".join(alice.session["template_report"])
    assert names(alice) == ["Mug", "Cup", "Mug (2)", "Mug (3)"]
    assert response.status_code == 303 and "2 templates were imported. 2 of them got a number" in report
    assert "1 was there already." in report


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This isn't a JSON file."),
        (b"hello", "This isn't a JSON file."),
        (b"\xff\xfe\x00", "This isn't a JSON file."),
        (b"[" * 100_000, "This isn't a JSON file."),
        (b"9" * 5000, "This isn't a JSON file."),
        (b" " * (MAX_IMPORT_BYTES + 1), "This file is larger than 2 MB."),
        ([], "doesn't hold prompt templates"),
        ({"templates": [{"name": "a", "text": "b"}]}, "doesn't hold prompt templates"),
        ({**exported(), "version": 2}, "doesn't hold prompt templates"),
        ({**exported(), "templates": "many"}, "doesn't hold prompt templates"),
        (exported(), "This file holds no templates."),
        (exported(*[("a", "b")] * 51), "This file holds 51 templates. You can have 50."),
        (exported(("a", "b"), (7, "b")), "Template 2 in the file: Give the template a name."),
        (exported(("a", "b"), ("c", None)), "Template 2 in the file: Write the text of the template."),
        ({**exported(), "templates": [["a", "b"]]}, "Template 1 in the file: Give the template a name."),
        (exported(("a", "x" * 8001)), "This text has 8001 characters."),
        (exported(("a\0", "b")), "an invisible character"),
        (exported(("a", "\ud800")), "an invisible character"),
    ],
)
def test_a_bad_file_says_what_is_wrong_with_it_and_imports_nothing(
    alice: Client, content: object, message: str
) -> None:
    response = import_file(alice, content)
    assert response.status_code == 422
    assert message in response.context["importing"].errors["file"][0] and 'id="error-file"' in response.text
    assert not SavedTemplate.objects.exists()


def test_no_file_says_so(alice: Client) -> None:
    assert "Choose a file of exported templates first." in alice.post(f"{TEMPLATES_URL}import/").text


def test_an_import_that_does_not_fit_imports_nothing(alice: Client) -> None:
    for number in range(49):
        SavedTemplate.objects.create(visitor="alice", name=str(number), text="x")
    response = import_file(alice, exported(("a", "b"), ("c", "d"), ("1", "x")))
    assert "You have 49 templates, and this file would add 2. You can have 50." in response.text.replace("\n", " ")
    assert SavedTemplate.objects.count() == 49


def test_choosing_another_template_keeps_what_was_typed(client: Client) -> None:
    entries = {"template": "poster", "slot-subject": "coffee", "slot-text": "早安", "prompt": "edited"}
    page = client.post(TEMPLATES_URL, {**entries, "choose": "product"}, follow=True)
    assert page.redirect_chain == [(f"{TEMPLATES_URL}?template=product", 303)]
    assert page.context["form"]["subject"].value() == "coffee" and "edited" in page.text
    client.post(TEMPLATES_URL, {"template": "product", "slot-subject": "tea", "swatch": "teal", "choose": "poster"})
    back = client.get(TEMPLATES_URL, {"template": "poster"}).context["form"]
    assert (back["subject"].value(), back["text"].value(), back.swatch) == ("tea", "早安", "teal")


def test_a_swatch_stays_chosen_in_another_language(client: Client) -> None:
    client.post(TEMPLATES_URL, {"template": "logo", "swatch": "sage", "choose": "logo"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = client.get(TEMPLATES_URL, {"template": "logo"})
    assert 'value="sage" checked' in page.text
    entries = {"template": "logo", "swatch": "sage", "slot-subject": "猫", "slot-text": "喵"}
    prompt = client.post(TEMPLATES_URL, entries, follow=True).context["written"]["prompt"].value()
    assert "sage" not in prompt and "鼠尾草" in prompt


def test_the_written_prompt_has_a_link_that_fills_in_the_form(client: Client) -> None:
    page = client.post(TEMPLATES_URL, {"template": "logo", "prompt": "A logo & more 猫", "use": "keep"})
    form = Client().get(page.context["link"]).context["form"]
    assert form["prompt"].value() == "A logo & more 猫"
    long = client.post(TEMPLATES_URL, {"template": "logo", "prompt": "x" * 5000, "use": "keep"})
    assert long.context["link"] == "" and "too long for a link" in long.text
