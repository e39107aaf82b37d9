"""The pictures that a form of the edit page sends, and their place after it was rejected."""

import re

import pytest

from playground.runs.models import Run
from tests.factories import a_run, a_visitor
from tests.pages.edit_files import EDIT, a_mask, an_image, drafted, names_in, problem, put
from tests.pages.press import forms_in

pytestmark = pytest.mark.django_db


def sent() -> list[str]:
    return [one["name"] for one in Run.objects.first().sources]


def test_files_alone_are_exactly_what_is_sent(client):
    put(client, "waiting.png")
    client.post(EDIT, {"image": [an_image("one.png"), an_image("two.png")]})
    assert sent() == ["one.png", "two.png"]


def test_files_are_known_by_the_names_that_programs_use(client):
    client.post(EDIT, {"image[1]": an_image("two.png"), "image[0]": an_image("one.png"), "mask[]": a_mask()})
    assert sent() == ["one.png", "two.png"]
    assert Run.objects.first().mask


@pytest.mark.parametrize("field", ["Mask", "mask[0]", "images"])
def test_a_file_in_an_unknown_field_stops_the_form(client, field):
    response = client.post(EDIT, {"image": an_image("one.png"), field: an_image("two.png"), "prompt": "A crown"})
    assert f"“{field}” is unknown" in problem(response, "__all__")
    assert 'data-field-error=""' in response.text
    assert (names_in(response), response.context["form"]["prompt"].value()) == (["one.png"], "A crown")
    assert not Run.objects.exists()


def test_files_that_were_sent_leave_the_draft_as_it_was(client):
    put(client, "waiting.png")
    client.post(EDIT, {"image": an_image("one.png")})
    assert drafted(client) == ["waiting.png"]


def test_a_form_without_files_sends_the_draft(client):
    put(client, "one.png", "two.png")
    client.post(EDIT, {"prompt": "A crown"})
    assert sent() == ["one.png", "two.png"]


def test_named_pictures_are_sent_in_the_forms_order(client):
    one, two = put(client, "one.png", "two.png")
    client.post(EDIT, {"source": [two, one]})
    assert sent() == ["two.png", "one.png"]


def test_files_come_after_the_pictures_that_the_form_names(client):
    (waiting,) = put(client, "waiting.png")
    client.post(EDIT, {"source": waiting, "image": an_image("new.png")})
    assert sent() == ["waiting.png", "new.png"]


def test_a_picture_that_another_tab_removed_stops_the_form(client):
    one, two = put(client, "one.png", "two.png")
    client.post(f"{EDIT}sources/{two}/", {"act": "remove"})
    assert "removed in the meantime" in problem(client.post(EDIT, {"source": [one, two]}), "image")


def test_files_of_a_refused_form_wait_in_the_draft(client):
    response = client.post(EDIT, {"image": an_image("one.png"), "n": "9"})
    assert names_in(response) == ["one.png"]
    client.post(EDIT, {"source": [one.id for one in response.context["draft_sources"]]})
    assert sent() == ["one.png"]


def test_files_of_a_refused_form_put_the_draft_aside(client):
    put(client, "waiting.png")
    assert names_in(client.post(EDIT, {"image": an_image("one.png"), "n": "9"})) == ["one.png"]


def test_one_bad_file_keeps_the_others(client):
    response = client.post(EDIT, {"image": [an_image("moving.gif"), an_image("good.png")]})
    assert "moving.gif" in problem(response, "image")
    assert names_in(response) == ["good.png"]


def test_the_draft_and_files_together_have_one_limit(client):
    named = put(client, *(f"{number}.png" for number in range(7)))
    response = client.post(EDIT, {"source": named, "image": [an_image("eight.png"), an_image("nine.png")]})
    assert "“nine.png” is one too many" in problem(response, "image")


def test_details_of_the_sources_are_copied_to_the_run(client):
    (source,) = put(client, "cat.png")
    client.post(f"{EDIT}sources/{source}/", {"role": "scene"})
    client.post(EDIT, {"source": source, "prompt": "A crown"})
    facts = Run.objects.get().sources[0]
    assert (facts["role"], facts["width"], facts["height"]) == ("scene", 64, 48)
    assert facts["thumbnail"]


def test_the_preface_is_sent_before_the_prompt(client):
    (source,) = put(client, "cat.png")
    client.post(EDIT, {"source": source, f"role-{source}": "scene", "preface": "", "prompt": "A crown"})
    assert Run.objects.get().prompt == "Image 1 is the scene.\nA crown"


def test_a_rewritten_preface_is_sent_unchanged(client):
    (source,) = put(client, "cat.png")
    client.post(f"{EDIT}sources/{source}/", {"role": "scene"})
    client.post(EDIT, {"source": source, f"role-{source}": "scene", "preface": "The room:", "prompt": "A crown"})
    assert Run.objects.get().prompt == "The room:\nA crown"


def test_a_variation_opens_the_form_with_the_result_and_the_settings_of_its_run_and_sends_nothing(client):
    run = a_run(pictures=2, parameters={"size": "1024x1536", "quality": "high"})
    assert a_visitor(client).post(f"{EDIT}from/{run.pk}/2/", {"variation": "returned"})["Location"] == EDIT
    page = client.get(EDIT)
    assert names_in(page) == [f"picture-{run.pk[:6]}-2.png"] and Run.objects.count() == 1
    values = {name: page.context["form"][name].value() for name in ("prompt", "size", "quality", "input_fidelity")}
    assert values == {"prompt": "", "size": "1024x1536", "quality": "high", "input_fidelity": "high"}
    form = next(form for form in forms_in(page) if form.attributes.get("id") == "edit-form")
    assert "$" in next(button["text"] for button in form.buttons if button.get("id") == "submit")
    assert client.post(EDIT, form.entries).status_code == 303
    varied = Run.objects.exclude(pk=run.pk).get()
    assert (varied.prompt, varied.parameters["input_fidelity"], varied.lineage) == ("", "high", [f"{run.pk}/2"])


def test_every_button_for_a_variation_opens_the_form(client):
    run = a_run(pictures=2)
    page = a_visitor(client).get(f"{EDIT[:-5]}runs/{run.pk}/").text
    buttons = [part for part in re.findall(r"<button[^>]*>", page) if 'name="variation"' in part]
    # In the panel and over the picture, of two pictures.
    assert len(buttons) == 4 and all(f'form="edit-{run.pk}-' in button for button in buttons)


def test_a_second_press_keeps_the_pictures_that_the_first_one_replaced(client):
    run = a_run(pictures=1)
    a_visitor(client)
    put(client, "room.png")
    for _press in range(2):
        client.post(f"{EDIT}from/{run.pk}/1/", {"variation": "returned"})
    client.post(f"{EDIT}sources/undo/")
    assert drafted(client) == ["room.png"]
