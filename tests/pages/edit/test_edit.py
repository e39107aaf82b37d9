"""The edit page: from pictures and a brief to a run."""

import pytest
from django.test import Client

from playground.runs.models import Run
from tests.factories import BASE, KEY, a_run, a_visitor
from tests.pages.edit_files import EDIT, an_image, problem, put

pytestmark = pytest.mark.django_db
ESTIMATE = f"{BASE}edit/estimate/"


def sent() -> dict:
    return Run.objects.get().parameters


def test_it_shows_an_empty_brief(client):
    response = client.get(EDIT)
    form = response.context["form"]
    assert response.status_code == 200
    assert (form["quality"].initial, form["size"].initial) == ("low", "auto")


def test_reading_it_leaves_no_session_behind(client):
    client.get(EDIT)
    assert not client.session.keys()


def test_a_picture_alone_makes_a_run(client):
    response = client.post(EDIT, {"image": an_image()})
    run = Run.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/{run.pk}/")
    assert [one["name"] for one in run.sources] == ["cat.png"]


def test_low_quality_is_sent_although_the_api_has_another_default(client):
    client.post(EDIT, {"image": an_image()})
    assert (sent()["quality"], sent()["size"]) == ("low", "auto")


def test_unchanged_optional_parameters_are_not_sent(client):
    client.post(EDIT, {"image": an_image(), "background": "auto", "output_format": "png", "input_fidelity": "low"})
    assert not {"background", "output_format", "input_fidelity", "output_compression"} & set(sent())


def test_changed_optional_parameters_are_sent(client):
    client.post(
        EDIT, {"image": an_image(), "input_fidelity": "high", "output_format": "webp", "output_compression": "60"}
    )
    assert (sent()["input_fidelity"], sent()["output_format"], sent()["output_compression"]) == ("high", "webp", 60)


def test_compression_is_left_out_for_png(client):
    client.post(EDIT, {"image": an_image(), "output_compression": "60"})
    assert "output_compression" not in sent()


def test_transparent_jpeg_is_refused_with_the_reason(client):
    response = client.post(EDIT, {"image": an_image(), "background": "transparent", "output_format": "jpeg"})
    assert "JPEG doesn't support transparency" in problem(response, "background")
    assert not Run.objects.exists()


def test_without_a_picture_it_asks_for_one(client):
    assert "at least one image" in problem(client.post(EDIT, {"prompt": "A crown"}), "image")


def test_a_refused_form_keeps_every_entry(client):
    response = client.post(EDIT, {"prompt": "A crown", "size": "1536x1024", "n": "3", "input_fidelity": "high"})
    form = response.context["form"]
    assert [form[name].value() for name in ("prompt", "size", "n", "input_fidelity")] == [
        "A crown",
        "1536x1024",
        "3",
        "high",
    ]


def test_a_key_is_requested_stored_and_never_shown(client):
    assert "key" in client.post(EDIT, {"image": an_image(), "api": "asia"}).context["form"].errors
    response = client.post(EDIT, {"image": an_image(), "api": "asia", "key": KEY, "n": "9"})
    assert response.status_code == 422 and KEY not in response.text
    assert client.post(EDIT, {"image": an_image(), "api": "asia"}).status_code == 303


def test_the_same_form_twice_is_one_run(client):
    put(client, "cat.png")
    token = client.get(EDIT).context["form"]["token"].value()
    first = client.post(EDIT, {"prompt": "A crown", "token": token})
    again = client.post(EDIT, {"prompt": "A crown", "token": token})
    assert again["Location"] == first["Location"]


def test_the_same_form_with_another_picture_is_a_new_run(client):
    token = client.get(EDIT).context["form"]["token"].value()
    client.post(EDIT, {"image": an_image(), "token": token})
    client.post(EDIT, {"image": an_image(colour=(0, 0, 0)), "token": token})
    assert Run.objects.count() == 2


def test_both_halves_of_a_newcomers_double_click_are_one_run(client):
    token = client.get(EDIT).context["form"]["token"].value()
    other = Client()
    other.cookies.load(client.cookies.output(header=""))
    for half in (client, other):
        half.post(EDIT, {"image": an_image(), "token": token})
    assert Run.objects.count() == 1


def test_an_expired_form_is_shown_again_with_its_entries(client):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(EDIT, {"prompt": "A crown", "image": an_image()})
    assert response.status_code == 403
    assert response.context["form"]["prompt"].value() == "A crown"


def test_the_settings_of_the_last_edit_are_filled_in_but_not_its_prompt(client):
    client.post(EDIT, {"image": an_image(), "prompt": "A crown", "quality": "high"})
    form = client.get(EDIT).context["form"]
    assert (form["quality"].value(), form["prompt"].value()) == ("high", None)


def test_several_pictures_large_sizes_and_high_fidelity_take_longer(client):
    def seconds(**asked):
        return client.get(ESTIMATE, {"api": "asia", **asked}).context["estimate"].seconds_label

    assert seconds(source="a") == "20–35 s"
    assert seconds(source=["a", "b"]) == seconds(source="a", input_fidelity="high") == "35–50 s"
    assert seconds(source="a", size="2048x2048") == "35–50 s"


def test_an_estimate_hides_other_visitors_runs(client):
    run = a_run(visitor="bob", endpoint="edits")
    assert a_visitor(client).get(ESTIMATE, {"of_run": run.pk}).status_code == 404


def test_other_methods_are_refused(client):
    assert client.put(EDIT).status_code == 405
