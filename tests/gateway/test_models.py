"""`GET v1/models`."""

import pytest
from django.conf import settings

MODELS = f"/{settings.URL_PREFIX}v1/models"


@pytest.fixture
def get(client, key):
    """Ask with a key."""
    return lambda path: client.get(path, headers={"Authorization": f"bearer {key}"})


def test_models_are_listed(get):
    body = get(MODELS).json()
    assert body["object"] == "list"
    assert [(one["id"], one["object"]) for one in body["data"]] == [("gpt-image-2", "model")]


def test_one_model_is_shown(get):
    assert get(f"{MODELS}/gpt-image-2").json()["id"] == "gpt-image-2"


def test_a_dated_name_is_shown(get):
    assert get(f"{MODELS}/gpt-image-2-2026-04-21").json()["id"] == "gpt-image-2-2026-04-21"


def test_an_unknown_model_is_not_found(get):
    response = get(f"{MODELS}/openai/dall-e-3")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")


def test_models_need_a_key(client):
    assert client.get(MODELS).status_code == 401
