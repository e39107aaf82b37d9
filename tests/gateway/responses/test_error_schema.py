"""Errors outside the API's views have the OpenAI schema too; addresses of the API are exact."""

import pytest
from django.conf import settings
from django.test import Client

BASE = f"/{settings.URL_PREFIX}"


def test_a_wrong_host_is_refused_in_the_shape_of_the_api():
    answer = Client(headers={"host": "evil.example"}).post(f"{BASE}v1/images/generations")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert answer.json()["error"]["message"].endswith("You weren't charged.")
    assert answer["x-request-id"].startswith("req_") and answer["Access-Control-Allow-Origin"] == "*"


def test_pages_without_their_slash_lead_to_it(client):
    assert client.get(f"{BASE}runs?page=2")["Location"] == f"{BASE}runs/?page=2"
    assert client.get(BASE.rstrip("/"))["Location"] == BASE


def test_a_form_without_the_slash_is_not_redirected(client):
    assert client.post(f"{BASE}runs/delete").status_code == 404


@pytest.mark.parametrize("address", ["v1/models/", "v1/usage/", "v1", "v1/"])
def test_addresses_of_the_api_are_exact(client, address):
    answer = client.get(f"{BASE}{address}", follow=True)
    assert (answer.status_code, answer.json()["error"]["code"]) in ((404, "not_found"), (401, "invalid_api_key"))
