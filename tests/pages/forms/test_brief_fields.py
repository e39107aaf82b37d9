"""The fields of the brief: valid values, and the sentence for invalid ones."""

import pytest
from django.conf import settings

from playground.pages.forms.briefs import GenerateForm

BRIEF = {"prompt": "A red fox"}


def a_form(**entries):
    return GenerateForm(BRIEF | entries, chosen=settings.IMAGE_APIS["builtin"])


def request_of(**entries):
    form = a_form(**entries)
    assert form.is_valid(), form.errors
    return form.to_request()


def test_size_quality_and_count_have_defaults():
    request = request_of()
    assert (request.size, request.quality, request.n) == ("1024x1024", "low", 1)


def test_line_ends_are_sent_as_one_character():
    assert request_of(prompt="one\r\ntwo").prompt == "one\ntwo"


def test_a_prompt_is_not_trimmed():
    assert request_of(prompt="  a fox \n").prompt == "  a fox \n"


def test_a_prompt_of_32000_characters_beyond_the_first_plane_is_taken():
    assert len(request_of(prompt="🦊" * 32_000).prompt) == 32_000


def test_line_ends_count_once():
    assert a_form(prompt="\r\n" * 15_999 + "ab").is_valid()


def test_a_longer_prompt_is_refused_with_its_length():
    errors = a_form(prompt="🦊" * 32_001).errors["prompt"]
    assert "32001" in errors[0]


@pytest.mark.parametrize("prompt", ["", "   ", "\r\n\t"])
def test_an_empty_prompt_is_refused(prompt):
    assert "prompt" in a_form(prompt=prompt).errors


@pytest.mark.parametrize("prompt", ["a\0b", "a\ud800b"])
def test_a_prompt_that_cannot_be_sent_is_rejected(prompt):
    assert "prompt" in a_form(prompt=prompt).errors


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", "auto"),
        ("size", "512x512"),
        ("quality", "ultra"),
        ("n", "0"),
        ("n", "5"),
        ("n", "２"),
        ("n", "1_0"),
        ("n", "True"),
        ("background", "pink"),
        ("output_format", "gif"),
        ("api", "elsewhere"),
    ],
)
def test_a_value_that_is_not_offered_is_refused_at_its_field(name, value):
    assert name in a_form(**{name: value}).errors


@pytest.mark.parametrize("value", ["-1", "101", "1e1", "５０", "9" * 5000, "4.5"])
def test_compression_is_a_whole_number_up_to_100(value):
    assert "output_compression" in a_form(output_format="jpeg", output_compression=value).errors


def test_compression_is_not_sent_for_png():
    assert request_of(output_compression="50").output_compression is None


def test_a_user_of_256_characters_is_taken():
    assert request_of(user="u" * 256).user == "u" * 256


def test_a_longer_user_is_refused():
    assert "user" in a_form(user="u" * 257).errors


def test_transparent_jpeg_is_refused_at_background():
    assert "background" in a_form(background="transparent", output_format="jpeg").errors


def test_an_unknown_model_is_refused():
    assert a_form(model="dall-e-3").non_field_errors()


def test_a_model_of_the_profile_is_sent():
    assert request_of(model="gpt-image-2").model == "gpt-image-2"


def test_no_field_tells_the_browser_to_count():
    assert "maxlength" not in str(a_form()["prompt"])
