"""Edits that are refused, and their errors."""

import socket

import pytest
from django.conf import settings

from playground.gateway.services.quota import open_call_limit
from tests.gateway.multipart_bodies import body_of, fields, part, picture, refused

IMAGE, MASK = ("image", "cat.png", picture()), ("mask", "mask.png", picture(mode="RGBA"))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'


@pytest.mark.parametrize(
    ("sent", "status", "code", "param"),
    [
        ({"model": "dall-e-2"}, 404, "model_not_found", "model"),
        ({"model": None}, 400, "invalid_request", "model"),
        ({"prompt": None}, 400, "invalid_request", "prompt"),
        ({"prompt": "猫" * 32_001}, 400, "invalid_request", "prompt"),
        ({"size": "512x512"}, 422, "unsupported_size", "size"),
        ({"size": ""}, 422, "unsupported_size", "size"),
        ({"quality": "hd"}, 400, "invalid_request", "quality"),
        ({"n": 0}, 400, "invalid_request", "n"),
        ({"n": "5"}, 400, "invalid_request", "n"),
        ({"n": ""}, 400, "invalid_request", "n"),
        ({"n": "\uff12"}, 400, "invalid_request", "n"),
        ({"n": "1_0"}, 400, "invalid_request", "n"),
        ({"n": " 2 "}, 400, "invalid_request", "n"),
        ({"n": "2.0"}, 400, "invalid_request", "n"),
        ({"n": "9" * 5000}, 400, "invalid_request", "n"),
        ({"stream": "1"}, 400, "invalid_request", "stream"),
        ({"partial_images": 4}, 400, "invalid_request", "partial_images"),
        ({"output_compression": -1}, 400, "invalid_request", "output_compression"),
        ({"input_fidelity": "medium"}, 400, "invalid_request", "input_fidelity"),
        ({"safety_identifier": "u" * 257}, 400, "invalid_request", "safety_identifier"),
        ({"user": "u" * 257}, 400, "invalid_request", "user"),
        ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_request", "background"),
        ({"response_format": "png"}, 400, "invalid_request", "response_format"),
    ],
)
def test_a_wrong_field_is_named(edit, tiny, sent, status, code, param):
    assert refused(edit(**sent)) == (status, code, param)
    assert not tiny.requests


@pytest.mark.parametrize(
    ("files", "param", "words"),
    [
        ([("image", "", b"")], "image", "1 to 8"),
        ([MASK], "image", "mask needs an image"),
        ([IMAGE] * 9, "image", "at most 8"),
        ([IMAGE, MASK, MASK], "mask", "at most 1"),
        ([IMAGE, ("image", "b.gif", picture("gif"))], "image", "image 2 (b.gif) isn't"),
        ([("image", "a.heic", HEIC)], "image", "image 1 (a.heic) isn't"),
        ([("image", "a.svg", SVG)], "image", "isn't"),
        ([("image", "a.png", b"")], "image", "isn't"),
        ([("image", "a.png", picture()[:20])], "image", "image 1 (a.png) is damaged"),
        ([("image", "..", b"nothing")], "image", "image 1 (picture) isn't"),
        ([IMAGE, ("mask", "m.jpg", picture("jpeg"))], "mask", "mask (m.jpg) must be a PNG"),
        ([IMAGE, ("mask", "m.png", b"text")], "mask", "mask (m.png) isn't"),
        ([("prompt", "p.txt", b"a crown"), IMAGE], "prompt", "must be text"),
    ],
)
def test_wrong_files_are_named(edit, tiny, files, param, words):
    response = edit(*files)
    assert refused(response) == (400, "invalid_request", param)
    assert words in response.json()["error"]["message"]
    assert not tiny.requests


def test_a_picture_that_claims_too_many_pixels_is_refused(edit, tiny):
    head = picture()
    response = edit(("image", "a.png", head[:16] + b"\0\0\xff\xff\0\0\xff\xff" + head[24:]))
    assert refused(response) == (400, "invalid_request", "image")


@pytest.mark.parametrize("name", ["model", "prompt", "n", "size"])
def test_a_field_that_is_sent_twice_is_refused(edit, tiny, name):
    sent = {"model": "gpt-image-2", "prompt": "a crown", "n": 1, "size": "auto"}
    body = body_of(fields(**sent), part(name, str(sent[name])), part("image", picture(), "a.png"))
    assert refused(edit(body=body)) == (400, "invalid_request", name)


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/mixed", ""])
def test_another_content_type_is_refused_with_what_to_send(edit, form):
    response = edit(body=b"{}", form=form)
    assert refused(response) == (415, "unsupported_media_type", None)
    assert "multipart/form-data" in response.json()["error"]["message"]


def test_a_key_is_asked_for_before_the_body_is_read(client):
    response = client.post(f"/{settings.URL_PREFIX}v1/images/edits", {"model": "gpt-image-2"})
    assert refused(response) == (401, "invalid_api_key", None)


def test_another_method_is_refused(client):
    response = client.get(f"/{settings.URL_PREFIX}v1/images/edits")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")


def test_nothing_is_left_of_a_refused_call(edit, tiny):
    edit(("image", "a.svg", SVG))
    assert not list((settings.DATA_DIR / "tmp" / "uploads").iterdir())
    assert open_call_limit.count == 0


def test_nothing_is_left_of_a_client_that_left(edit, tiny, client):
    ours, theirs = socket.socketpair()
    theirs.close()
    client.defaults["gunicorn.socket"] = ours
    with ours:
        assert edit().status_code == 499
    assert not list((settings.DATA_DIR / "tmp" / "uploads").iterdir())
    assert (tiny.open, open_call_limit.count) == (0, 0)
