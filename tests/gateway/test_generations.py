"""`POST v1/images/generations`: the answer."""

import base64
import logging
import socket
import time

import pytest

from playground.gateway.services.quota import open_call_limit
from playground.imageapi.errors import ApiError
from tests.gateway.multipart_bodies import refused
from tests.gateway.tiny_renderer import PNG


def test_a_picture_comes_as_base64_with_its_revised_prompt(post, tiny):
    body = post(prompt="a cat").json()
    assert base64.b64decode(body["data"][0]["b64_json"]) == PNG
    assert body["data"][0]["revised_prompt"] == "a cat 0"
    assert abs(body["created"] - time.time()) < 60


def test_the_answer_says_what_was_rendered_and_counts_tokens(post, tiny):
    body = post(prompt="a cat", quality="low", n=2).json()
    assert [body[name] for name in ("background", "output_format", "quality", "size")] == [
        "opaque", "png", "low", "1024x1024",
    ]  # fmt: skip
    assert body["usage"] == {
        "input_tokens": 2,
        "input_tokens_details": {"text_tokens": 2, "image_tokens": 0},
        "output_tokens": 2 * 196,
        "total_tokens": 2 + 2 * 196,
    }


def test_n_pictures_come_in_order(post, tiny):
    data = post(n=4).json()["data"]
    assert [one["revised_prompt"] for one in data] == [f"a cat {index}" for index in range(4)]


def test_defaults_are_those_of_the_reference(post, tiny):
    post()
    asked = tiny.requests[0]
    assert (asked.size, asked.quality, asked.n) == ("1024x1024", "medium", 1)
    assert (asked.output_format, asked.background, asked.stream) == ("png", "auto", False)


def test_all_parameters_arrive(post, tiny):
    sent = {
        "size": "1536x1024", "quality": "high", "n": 3, "background": "transparent", "output_format": "webp",
        "output_compression": 40, "moderation": "low",
        "safety_identifier": "s-1", "user": "u-1", "response_format": "b64_json",
    }  # fmt: skip
    assert post(**sent).status_code == 200
    assert {name: getattr(tiny.requests[0], name) for name in sent} == sent


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({"safety_identifier": "s-1", "user": "u-1"}, {"safety_identifier": "s-1"}),
        ({"safety_identifier": "", "user": "u-1"}, {"safety_identifier": "u-1"}),
        ({"safety_identifier": None, "user": "u-1"}, {"safety_identifier": "u-1"}),
        ({"safety_identifier": ""}, {}),
        ({}, {}),
    ],
)
def test_the_answer_repeats_the_identifier_of_the_end_user(post, tiny, sent, answered):
    body = post(**sent).json()
    assert {name: value for name, value in body.items() if name == "safety_identifier"} == answered


def test_a_dated_name_means_its_model(post, tiny):
    assert post(model="gpt-image-2-2026-04-21").status_code == 200
    assert tiny.requests[0].model == "gpt-image-2"


def test_another_date_is_an_unknown_model(post, tiny):
    assert refused(post(model="gpt-image-2-2026-04-22")) == (404, "model_not_found", "model")


def test_unknown_fields_are_ignored_and_named(post, tiny):
    response = post(style="vivid", **{"two words\r\nX: y": 1}, input_fidelity="high")
    assert response.status_code == 200
    assert response["x-ignored"] == "style, two%20words%0D%0AX%3A%20y, input_fidelity"


def test_null_counts_as_not_sent(post, tiny):
    assert post(size=None, n=None, user=None).status_code == 200
    assert tiny.requests[0].size == "1024x1024"


def test_a_busy_renderer_sends_a_retry_after(post, tiny):
    tiny.refusal = ApiError("service_overloaded", retry_after=17)
    response = post()
    assert (response.status_code, response["Retry-After"]) == (503, "17")


def test_an_unexpected_fault_is_a_server_error_without_words_of_the_request(post, tiny, caplog):
    tiny.refusal = KeyError("a secret prompt")
    response = post(prompt="a secret prompt")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "server_error")
    assert response["x-should-retry"] == "false"
    assert response["x-request-id"] in caplog.text and "KeyError" in caplog.text
    assert "secret" not in caplog.text


def test_a_client_that_left_gives_its_slot_back(post, tiny, client):
    ours, theirs = socket.socketpair()
    theirs.close()
    client.defaults["gunicorn.socket"] = ours
    with ours:
        assert post().status_code == 499
    assert (tiny.open, open_call_limit.count) == (0, 0)


def test_no_more_calls_are_open_than_there_are_places(post, tiny, settings):
    settings.WEB_THREADS = 50
    with open_call_limit.open_call():
        response = post()
    assert (response.status_code, response.json()["error"]["code"]) == (503, "service_overloaded")
    assert response["Retry-After"] == "10"
    assert post().status_code == 200


def test_a_call_leaves_one_log_line_without_prompt_or_key(post, tiny, key, caplog):
    with caplog.at_level(logging.INFO, "playground.gateway"):
        response = post(prompt="a secret prompt", quality="high")
    (line,) = caplog.messages
    assert f'"request_id": "{response["x-request-id"]}", "key": "{key[:11]}"' in line
    assert '"status": 200, "code": ""' in line
    assert '"n": 1, "size": "1024x1024", "quality": "high"' in line
    assert key not in line and "secret" not in line


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer cr_demo_guess", "Basic YTpi", "Bearer schlüssel"])
def test_a_key_that_is_not_ours_is_refused(post, tiny, header):
    response = post(headers={"Authorization": header})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "invalid_api_key")
    assert (response["WWW-Authenticate"], response["x-should-retry"]) == ("Bearer", "false")
    assert not tiny.requests
