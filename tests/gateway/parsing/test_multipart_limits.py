"""Too much of everything: limits that hold while a form is read."""

import pytest

from playground.gateway.parsing import multipart
from playground.gateway.parsing import multipart as form
from tests.gateway.multipart_bodies import body_of, fields, part, picture, refused

IMAGE = part("image", picture(), "cat.png")


def test_text_of_megabytes_is_refused_in_the_error_shape(edit):
    assert refused(edit(prompt="a" * 3_000_000)) == (413, "invalid_request", "prompt")


def test_many_small_texts_count_together(edit):
    assert refused(edit(**{f"field{number}": "a" * 50_000 for number in range(30)}))[:2] == (413, "invalid_request")


@pytest.mark.parametrize("many", [part("x", "1"), part("image", b"", "")])
def test_hundreds_of_parts_are_refused_in_the_error_shape(edit, many):
    assert refused(edit(body=body_of(fields(), IMAGE, *[many] * 300))) == (400, "invalid_request", None)


def test_a_file_may_have_the_limit_and_not_a_byte_more(edit, tiny, monkeypatch):
    monkeypatch.setattr(form, "MAX_FILE_BYTES", len(picture()))
    assert edit().status_code == 200
    response = edit(("image", "a.png", picture()), ("image", "b.png", picture() + b"x"))
    assert refused(response) == (413, "image_too_large", "image")
    assert response.json()["error"]["message"].startswith("image 2 (b.png) is over 25 MB. See ")


def test_all_files_together_may_have_the_limit_and_not_a_byte_more(edit, tiny, monkeypatch):
    monkeypatch.setattr(form, "MAX_TOTAL_BYTES", 2 * len(picture()))
    both = ("image", "a.png", picture()), ("image", "b.png", picture())
    assert edit(*both).status_code == 200
    response = edit(*both, ("mask", "m.png", b"x"))
    assert refused(response) == (413, "image_too_large", "mask")
    assert "in total" in response.json()["error"]["message"]


def test_a_body_is_not_read_forever(edit, tiny, monkeypatch):
    monkeypatch.setattr(multipart, "MAX_BODY_BYTES", 100_000)
    assert refused(edit(("image", "a.png", b"x" * 1_000_000))) == (413, "invalid_request", None)
