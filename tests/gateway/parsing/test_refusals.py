"""Requests that are refused, and their errors."""

import json

import pytest
from django.conf import settings

V1 = f"/{settings.URL_PREFIX}v1/"


@pytest.mark.parametrize(
    ("fields", "status", "code", "param"),
    [
        ({"model": "dall-e-3"}, 404, "model_not_found", "model"),
        ({"model": None}, 400, "invalid_request", "model"),
        ({"prompt": " \n\u3000"}, 400, "invalid_request", "prompt"),
        ({"prompt": None}, 400, "invalid_request", "prompt"),
        ({"prompt": ["a cat"]}, 400, "invalid_request", "prompt"),
        ({"prompt": "猫" * 32_001}, 400, "invalid_request", "prompt"),
        ({"size": "1024x1023"}, 422, "unsupported_size", "size"),
        ({"size": "auto"}, 422, "unsupported_size", "size"),
        ({"size": 1024}, 400, "invalid_request", "size"),
        ({"quality": "hd"}, 400, "invalid_request", "quality"),
        ({"n": 0}, 400, "invalid_request", "n"),
        ({"n": 5}, 400, "invalid_request", "n"),
        ({"n": True}, 400, "invalid_request", "n"),
        ({"n": "2"}, 400, "invalid_request", "n"),
        ({"n": 2.5}, 400, "invalid_request", "n"),
        ({"n": 10**400}, 400, "invalid_request", "n"),
        ({"stream": 1}, 400, "invalid_request", "stream"),
        ({"partial_images": 4}, 400, "invalid_request", "partial_images"),
        ({"output_compression": 101}, 400, "invalid_request", "output_compression"),
        ({"moderation": "none"}, 400, "invalid_request", "moderation"),
        ({"safety_identifier": "u" * 257}, 400, "invalid_request", "safety_identifier"),
        ({"user": "u" * 257}, 400, "invalid_request", "user"),
        ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_request", "background"),
        ({"response_format": "png"}, 400, "invalid_request", "response_format"),
    ],
)
def test_a_wrong_field_is_named(post, tiny, fields, status, code, param):
    response = post(**fields)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (status, code, param)
    assert not tiny.requests


def test_a_whole_number_may_have_a_decimal_point(post, tiny):
    assert post(n=2.0).status_code == 200
    assert repr(tiny.requests[0].n) == "2"


def test_the_longest_prompt_is_taken(post, tiny):
    assert post(prompt="🐈" * 31_999 + "\r\n").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b" ", b"{", b"[]", b'"a cat"', b"null", b"\xff\xfe", b'{"n": NaN}', b'{"n": -Infinity}',
        b"[" * 100_000, b'{"a":' * 20_000, b'{"n": ' + b"1" * 5000 + b"}",
        b'{"prompt": "\\ud800"}', b'{"\\udfff": 1}',
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_a_body_that_is_not_a_json_object_is_refused(post, body):
    response = post(body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_request")


def test_a_body_over_one_megabyte_is_refused(post):
    response = post(json.dumps({"prompt": "a" * 1024 * 1024}).encode())
    assert (response.status_code, response.json()["error"]["code"]) == (413, "invalid_request")


def test_a_byte_order_mark_is_accepted(post, tiny):
    assert post(b'\xef\xbb\xbf{"model": "gpt-image-2", "prompt": "a cat"}').status_code == 200


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=x", "text/plain", ""])
def test_another_content_type_is_refused(post, media_type):
    response = post(headers={"Content-Type": media_type})
    assert (response.status_code, response.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_a_charset_beside_the_content_type_is_fine(post, tiny):
    assert post(headers={"Content-Type": "Application/JSON; charset=utf-8"}).status_code == 200


def test_another_method_is_refused_and_the_right_one_named(client):
    response = client.get(f"{V1}images/generations")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert response["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("path", ["", "nothing", "images/generations/", "chat/completions", "%00%ff"])
def test_an_unknown_address_answers_in_the_error_shape(client, path):
    response = client.post(V1 + path)
    assert response.status_code == 404
    assert response.json() == {
        "error": {
            "type": "invalid_request_error",
            "code": "not_found",
            "message": f"This URL doesn't exist. See http://testserver/{settings.URL_PREFIX}reference/errors/not_found/",
            "param": None,
        }
    }
    assert response["x-request-id"].startswith("req_")


def test_variations_name_the_way_around(client):
    response = client.post(f"{V1}images/variations")
    assert response.status_code == 404
    assert "images/edits" in response.json()["error"]["message"]
