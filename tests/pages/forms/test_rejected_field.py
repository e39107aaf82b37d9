"""A run that was rejected for one setting marks that setting in the form beside it."""

import pytest
from django.test import Client

from playground.pages.presenters.run_actions import card_actions, rejected_element, rejected_field
from playground.runs.models import Run, State
from tests.factories import BASE
from tests.pages.edit_files import EDIT, an_image


def refused(param, code="invalid_request", **facts):
    return Run(api="api", state=State.FAILED, error=code, charged="no", error_facts={"param": param}, **facts)


@pytest.fixture
def failed(db):
    client = Client()
    client.post(BASE, {"prompt": "A red fox", "background": "opaque"})

    def page(param):
        run = Run.objects.get()
        Run.objects.update(state=State.FAILED, error="invalid_request", charged="no", error_facts={"param": param})
        return client.get(f"{BASE}runs/{run.pk}/").text

    return page


@pytest.mark.parametrize("name", ["size", "prompt", "background", "quality", "n"])
def test_the_refused_field_says_so(failed, name):
    page = failed(name)
    assert f'data-field-error="{name}"' in page
    assert page.count("data-field-error=") == 1
    assert f'id="id_{name}"' in page


def test_advanced_is_open_when_the_field_is_there(failed):
    assert '<details class="fold advanced" open>' in failed("background")


def test_a_name_that_no_field_has_marks_nothing(failed):
    assert "data-field-error=" not in failed("stream_options")


def test_the_button_leads_to_the_field():
    first = card_actions(refused("background"), {})[0]
    assert (first.kind, first.url.endswith("#id_background")) == ("edit_prompt", True)


def test_a_size_is_what_an_unsupported_size_is_about():
    assert rejected_field(refused(None, "unsupported_size")) == "size"


def test_an_error_of_its_own_kind_leads_there_too():
    assert card_actions(refused("size", "server_error"), {})[0].url.endswith("#id_size")


def test_pictures_are_changed_where_they_are_chosen():
    run = refused("image[2]")
    assert (rejected_field(run), rejected_element(run)) == ("image", "change-sources")


@pytest.mark.django_db
@pytest.mark.parametrize(("param", "marked"), [("size", "size"), ("image[0]", "image"), ("stream_options", None)])
def test_the_field_is_marked_when_an_edit_is_opened_again_to_be_changed(client, param, marked):
    client.post(EDIT, {"image": an_image(), "prompt": "A crown"})
    run = Run.objects.get()
    Run.objects.update(state=State.FAILED, error="invalid_request", charged="no", error_facts={"param": param})
    page = client.post(f"{EDIT}from/{run.pk}/", follow=True)
    assert list(page.context["form"].errors) == ([marked] if marked else [])
    assert page.context["form"]["prompt"].value() == "A crown"


@pytest.mark.django_db
def test_the_mark_disappears_after_the_form_is_sent(client):
    client.post(EDIT, {"image": an_image(), "prompt": "A crown"})
    run = Run.objects.get()
    Run.objects.update(state=State.FAILED, error="invalid_request", charged="no", error_facts={"param": "size"})
    client.post(f"{EDIT}from/{run.pk}/")
    client.post(EDIT, {"prompt": "Another crown", "size": "1024x1024"})
    assert not client.get(EDIT).context["form"].errors
