"""`X-Rehearse: CODE` with a demo key: every documented error, as it really comes."""

import http.client
import json

import pytest
from django.conf import settings

from playground.gateway import authentication
from playground.gateway.models import ImageCall, KeyDay
from playground.imageapi.errors import API_ERRORS, ERRORS, REHEARSAL_CODES, UNTIL_MIDNIGHT
from tests.gateway.keys import make_api_key

ANSWERS = [row.code for row in API_ERRORS if row.code != "upstream_timeout"]


@pytest.mark.parametrize("code", ANSWERS)
def test_an_error_comes_with_its_true_status_and_headers(post, tiny, code):
    response = post(headers={"X-Rehearse": code})
    error, row = response.json()["error"], ERRORS[code]
    assert (response.status_code, error["code"], error["type"]) == (row.status, code, row.type)
    assert ("Retry-After" in response) == (code in UNTIL_MIDNIGHT or row.retry_after is not None)
    assert response.get("x-should-retry") == {None: None, False: "false", True: "true"}[row.should_retry]
    assert not tiny.requests


def test_no_one_is_told_to_wait_for_a_total_budget(post):
    response = post(headers={"X-Rehearse": "crs_total_exhausted"})
    assert "Retry-After" not in response and response["x-should-retry"] == "false"


def test_a_timeout_comes_as_the_page_of_a_cdn(post):
    response = post(headers={"X-Rehearse": "upstream_timeout"})
    assert (response.status_code, response["Content-Type"]) == (524, "text/html; charset=UTF-8")


def test_a_garbled_answer_is_cut_json(post):
    response = post(headers={"X-Rehearse": "garbled_response"})
    assert response.status_code == 200
    with pytest.raises(ValueError):
        response.json()


def test_a_partial_answer_has_one_picture_fewer(post, tiny):
    assert len(post(n=4, headers={"X-Rehearse": "partial"}).json()["data"]) == 3
    assert post(n=1, headers={"X-Rehearse": "partial"}).status_code == 400


def test_an_unknown_outcome_is_a_closed_connection(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": f"Bearer {server.new_key()}", "X-Rehearse": "unknown_outcome"}
    connection.request("POST", f"/{settings.URL_PREFIX}v1/images/generations", json.dumps({"n": 1}), headers)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()


@pytest.mark.parametrize("code", REHEARSAL_CODES)
def test_a_rehearsal_takes_no_quota_and_leaves_no_row(post, tiny, code):
    post(n=2, headers={"X-Rehearse": code})
    assert not ImageCall.objects.exists() and not KeyDay.objects.exists()


def test_edits_rehearse_too(client, key):
    headers = {"Authorization": f"Bearer {key}", "X-Rehearse": "image_too_large"}
    assert client.post(f"/{settings.URL_PREFIX}v1/images/edits", headers=headers).status_code == 413


@pytest.mark.parametrize("code", ["nonsense", "cancelled", "interrupted"])
def test_an_undocumented_error_code_is_rejected(post, code):
    response = post(headers={"X-Rehearse": code})
    assert (response.status_code, response.json()["error"]["param"]) == (400, "X-Rehearse")


def test_other_keys_may_not_rehearse(post, tiny):
    key = authentication.create_key()
    make_api_key(key)
    response = post(headers={"X-Rehearse": "server_error", "Authorization": f"Bearer {key}"})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "permission_denied")


def test_an_error_names_the_page_of_its_code(post, settings):
    page = f"/{settings.URL_PREFIX}reference/errors/key_expired/"
    message = post(headers={"X-Rehearse": "key_expired", "Host": "localhost:8123"}).json()["error"]["message"]
    assert message.endswith(f" See http://localhost:8123{page}")
    settings.PUBLIC_ORIGIN = "https://images.example.org"
    message = post(headers={"X-Rehearse": "key_expired"}).json()["error"]["message"]
    assert message.endswith(f" See https://images.example.org{page}")
