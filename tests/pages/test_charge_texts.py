"""Sentences about charges depend on the key: the built-in API charges an issued key, and a demo key nothing."""

import pytest

from playground.imageapi.providers import make_demo_key
from playground.runs.models import Run, State
from tests.factories import BASE, KEY, a_picture

pytestmark = pytest.mark.django_db
FREE = "charges nothing"
NOTHING_CHARGED = "Nothing was really charged"
DRAWN = "Drawn by the demo renderer"


@pytest.fixture
def demo_key(settings):
    return make_demo_key(settings.SECRET_KEY)


def finished(client, **entries):
    """The page of a finished run at the built-in API."""
    client.post(BASE, {"prompt": "A red fox", "api": "builtin", **entries})
    Run.objects.update(state=State.SUCCEEDED, charged="yes", price=80_000)
    a_picture(Run.objects.get())
    return client.get(f"{BASE}runs/{Run.objects.get().pk}/").text


def test_a_run_of_the_demo_says_that_nothing_was_charged(client):
    page = finished(client)
    assert NOTHING_CHARGED in page
    assert FREE in page


def test_a_run_of_a_key_of_ones_own_does_not(client):
    page = finished(client, key=KEY)
    assert DRAWN in page
    assert NOTHING_CHARGED not in page
    assert "this is what the price table says" not in page.lower()


def test_a_later_key_changes_no_earlier_text(client):
    finished(client)
    client.post(f"{BASE}key/", {"api": "builtin", "key": KEY})
    page = client.get(f"{BASE}runs/{Run.objects.get().pk}/").text
    assert NOTHING_CHARGED in page
    assert "This is what the price table says" not in page


def test_a_provider_behind_the_built_in_api_draws_for_a_key_of_ones_own(client, settings):
    settings.GATEWAY_UPSTREAM_URL = "https://images.example.org/v1"
    assert DRAWN not in finished(client, key=KEY)


def test_the_demo_draws_for_demo_keys_whatever_is_behind_it(client, settings):
    settings.GATEWAY_UPSTREAM_URL = "https://images.example.org/v1"
    assert NOTHING_CHARGED in finished(client)


def test_a_demo_key_that_is_typed_in_is_one(client, demo_key):
    page = finished(client, key=demo_key)
    assert NOTHING_CHARGED in page
    assert "This is what the price table says" in page


def test_the_choice_of_the_api_says_that_the_key_is_charged(client):
    assert "Charged to your key" not in client.get(BASE).text
    client.post(f"{BASE}key/", {"api": "builtin", "key": KEY})
    assert "Charged to your key" in client.get(BASE).text


def test_another_api_has_no_sentence_about_charges(client, demo_key):
    client.post(BASE, {"prompt": "A red fox", "api": "asia", "key": demo_key})
    assert not Run.objects.get().is_demo
