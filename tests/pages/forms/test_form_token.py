"""One run for a double click, for "back" and send, and for a duplicated tab; a new run where it is meant."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from playground.runs.models import Run, State
from tests.factories import BASE

pytestmark = pytest.mark.django_db


def send(client, **changes):
    """Open the generate page and send its form."""
    token = client.get(BASE).context["form"]["token"].value()
    return client.post(BASE, {"prompt": "A red fox", "token": token, **changes})


def end(state, charged):
    Run.objects.update(state=state, charged=charged)


def read_a_while():
    """Let the time pass that a person needs to see a result before asking for another."""
    Run.objects.update(created_at=timezone.now() - timedelta(seconds=2.5))


def test_the_same_form_twice_is_one_run(client):
    first = send(client)
    assert send(client)["Location"] == first["Location"]
    assert Run.objects.count() == 1


def test_the_page_says_that_it_was_there_already(client):
    send(client)
    assert "already" in client.get(send(client)["Location"]).text


def test_both_halves_of_a_newcomers_double_click_are_one_run(client):
    token = client.get(BASE).context["form"]["token"].value()
    other = Client()
    other.cookies.load(client.cookies.output(header=""))
    for half in (client, other):
        half.post(BASE, {"prompt": "A red fox", "token": token})
    assert Run.objects.count() == 1


def test_another_prompt_is_another_run(client):
    send(client)
    send(client, prompt="A blue fox")
    assert Run.objects.count() == 2


def test_another_api_is_another_run(client):
    send(client)
    send(client, api="asia", key="cr_0123456789")
    assert Run.objects.count() == 2


def test_without_a_token_every_form_is_a_run(client):
    for _ in range(2):
        client.post(BASE, {"prompt": "A red fox"})
    assert Run.objects.count() == 2


def test_an_unusual_token_is_a_token_too(client):
    for _ in range(2):
        client.post(BASE, {"prompt": "A red fox", "token": "x" * 5000 + "\0"})
    assert Run.objects.count() == 1


def test_again_makes_a_new_run(client):
    page = client.get(send(client)["Location"])
    read_a_while()
    client.post(BASE, page.context["card"].again)
    assert Run.objects.count() == 2


def test_again_twice_makes_one_new_run(client):
    page = client.get(send(client)["Location"])
    read_a_while()
    for _ in range(2):
        client.post(BASE, page.context["card"].again)
    assert Run.objects.count() == 2


def test_the_same_again_after_an_uncharged_failure_is_a_new_run(client):
    send(client)
    end(State.FAILED, "no")
    send(client)
    assert Run.objects.count() == 2


@pytest.mark.parametrize(("state", "charged"), [(State.FAILED, "maybe"), (State.SUCCEEDED, "yes")])
def test_back_and_the_same_again_after_what_may_have_cost_is_the_old_run(client, state, charged):
    send(client)
    end(state, charged)
    going_back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    token = client.get(BASE, headers=going_back).context["form"]["token"].value()
    client.post(BASE, {"prompt": "A red fox", "token": token})
    assert Run.objects.count() == 1


def test_a_new_visit_after_the_run_has_ended_may_ask_for_the_same_again(client):
    send(client)
    end(State.SUCCEEDED, "yes")
    send(client)
    assert Run.objects.count() == 2


def test_a_duplicated_tab_of_a_run_that_goes_on_is_the_same_run(client):
    send(client)
    end(State.RUNNING, "no")
    send(client)
    assert Run.objects.count() == 1
