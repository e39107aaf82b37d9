"""The generate page: from the brief to a run."""

import pytest

from playground.runs.models import Run
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.pages.edit_files import an_image

pytestmark = pytest.mark.django_db
BRIEF = {"prompt": "A red fox"}


def test_it_shows_an_empty_brief(client):
    response = client.get(BASE)
    assert response.status_code == 200
    assert response.context["form"]["quality"].initial == "low"


def test_reading_it_leaves_no_session_behind(client):
    client.get(BASE)
    assert not client.session.keys()


def test_a_prompt_alone_makes_a_demo_run(client):
    response = client.post(BASE, BRIEF)
    run = Run.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    assert run.parameters["quality"] == "low"


def test_a_file_stops_the_form_that_takes_none(client):
    response = client.post(BASE, BRIEF | {"image": an_image()})
    assert response.status_code == 422
    assert "edit page" in response.context["form"].non_field_errors()[0]
    assert not Run.objects.exists()


def test_the_run_has_its_key_sealed(client):
    client.post(BASE, BRIEF | {"api": "asia", "key": KEY})
    run = Run.objects.get()
    assert run.key_last4 == KEY[-4:]
    assert KEY not in run.sealed_key


def test_the_demo_streams_previews(client):
    client.post(BASE, BRIEF)
    assert Run.objects.get().parameters["partial_images"] == 2


def test_an_api_without_streaming_is_not_asked_to_stream(client):
    client.post(BASE, BRIEF | {"api": "asia", "key": KEY})
    assert "stream" not in Run.objects.get().parameters


def test_unchanged_advanced_parameters_are_not_sent(client):
    client.post(BASE, BRIEF | {"background": "auto", "output_format": "png", "output_compression": "100", "user": ""})
    assert not {"background", "output_format", "output_compression", "user"} & set(Run.objects.get().parameters)


def test_changed_advanced_parameters_are_sent(client):
    client.post(BASE, BRIEF | {"background": "opaque", "output_format": "webp", "output_compression": "0"})
    sent = Run.objects.get().parameters
    assert (sent["background"], sent["output_format"], sent["output_compression"]) == ("opaque", "webp", 0)


def test_an_invalid_brief_keeps_every_entry(client):
    response = client.post(BASE, {"prompt": " ", "size": "1536x1024", "quality": "high", "n": "3", "user": "u-77"})
    assert response.status_code == 422
    form = response.context["form"]
    assert [form[name].value() for name in ("size", "quality", "n", "user")] == ["1536x1024", "high", "3", "u-77"]


def test_a_valid_key_is_saved_although_another_field_is_wrong(client):
    response = client.post(BASE, {"prompt": "", "api": "asia", "key": KEY})
    assert response.context["api"].key_last4 == KEY[-4:]


def test_a_key_is_never_rendered_back(client):
    response = client.post(BASE, {"prompt": "", "api": "asia", "key": KEY})
    assert KEY not in response.text


def test_a_wrong_looking_key_is_refused_at_its_field(client):
    response = client.post(BASE, BRIEF | {"api": "asia", "key": "sk-nonsense"})
    assert response.status_code == 422
    assert "key" in response.context["form"].errors
    assert not Run.objects.exists()


def test_an_api_that_needs_a_key_asks_for_it(client):
    response = client.post(BASE, BRIEF | {"api": "asia", "key": "   "})
    assert response.status_code == 422
    assert "key" in response.context["form"].errors


def test_the_last_api_is_taken_when_none_is_named(client):
    client.post(BASE, BRIEF | {"api": "asia", "key": KEY})
    client.post(BASE, {"prompt": "A blue fox"})
    assert Run.objects.first().api == "asia"


def test_the_last_submission_is_filled_in(client):
    client.post(BASE, BRIEF | {"quality": "high", "n": "2"})
    form = client.get(BASE).context["form"]
    assert [form[name].value() for name in ("prompt", "quality", "n")] == ["A red fox", "high", "2"]


def test_an_edit_leaves_the_brief_of_generations_alone(client):
    client.post(BASE, BRIEF | {"size": "1536x1024", "quality": "high"})
    client.post(f"{BASE}edit/", {"image": an_image(), "prompt": "Give it a hat", "quality": "low"})
    form = client.get(BASE).context["form"]
    assert [form[name].value() for name in ("prompt", "size", "quality")] == ["A red fox", "1536x1024", "high"]


def test_an_example_link_fills_in_its_prompt(client):
    assert client.get(BASE, {"prompt": "A vase"}).context["form"]["prompt"].value() == "A vase"


def test_an_example_of_the_first_page_fills_in_its_prompt_and_size(client):
    form = client.get(BASE, {"example": "poster"}).context["form"]
    assert "MORNING COFFEE" in form["prompt"].value() and form["size"].value() == "1024x1536"


def test_earlier_prompts_are_offered(client):
    a_run(prompt="An old idea")
    assert a_visitor(client).get(BASE).context["prompts"] == ["An old idea"]


def test_other_visitors_prompts_are_not_offered(client):
    a_run(visitor="bob", prompt="A secret idea")
    assert "A secret idea" not in a_visitor(client).get(BASE).text


def test_other_methods_are_refused(client):
    assert client.put(BASE).status_code == 405
