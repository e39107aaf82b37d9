"""The form of a key: save and forget."""

import pytest
from django.conf import settings

from playground.imageapi.providers import PROFILES, parse_image_apis
from playground.runs.models import Run, State
from tests.factories import BASE, KEY, a_run, a_visitor

pytestmark = pytest.mark.django_db


def save(client, **changes):
    return client.post(f"{BASE}key/", {"api": "asia", "key": KEY, **changes})


def test_saving_goes_back_to_the_page(client):
    response = save(client, next=f"{BASE}runs/")
    assert (response.status_code, response["Location"]) == (303, f"{BASE}runs/")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_saving_never_leaves_this_site(client, target):
    assert save(client, next=target)["Location"] == BASE


def test_a_saved_key_is_shown_by_its_last_four(client):
    save(client)
    choice = next(one for one in client.get(BASE).context["apis"] if one.id == "eu")
    assert (choice.has_key, choice.key_last4) == (True, KEY[-4:])


def test_the_secret_is_in_a_cookie_that_scripts_cannot_read(client):
    cookie = save(client).cookies[settings.VAULT_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_text_that_is_not_a_key_is_rejected_with_a_message(client):
    response = save(client, key="hello")
    assert response.status_code == 422
    assert "t look like a key" in response.text


def test_forgetting_removes_it(client):
    save(client)
    client.post(f"{BASE}key/forget/", {"api": "asia"})
    assert not any(one.has_key for one in client.get(BASE).context["apis"])


def test_forgetting_ends_the_runs_that_wait(client):
    a_visitor(client)
    run = a_run(state=State.QUEUED, api="asia", account="qcode")
    client.post(f"{BASE}key/forget/", {"api": "asia"})
    assert Run.objects.get(pk=run.pk).error == "key_forgotten"


def test_forgetting_is_not_done_by_reading(client):
    assert client.get(f"{BASE}key/forget/").status_code == 405


@pytest.mark.parametrize("page", ["", "edit/", "key/"])
def test_each_provider_says_where_its_keys_are_made_and_where_their_usage_is_seen(client, settings, page):
    settings.IMAGE_APIS = parse_image_apis("builtin,us=https://a/v1,o:openai=https://b/v1", "http://localhost")
    text = client.get(f"{BASE}{page}").text
    for profile in PROFILES.values():
        start = profile.key_hint.removesuffix("…")
        assert f"Keys start with <code>{start}</code>." in text
        assert f'href="{profile.keys_url}"' in text or not profile.keys_url
        assert f'href="{profile.usage_url or f"{BASE}usage/"}"' in text
