"""The official API's rules for sizes, and its price by tokens."""

import pytest

from playground.imageapi.pricing import expected_official_cost, is_official_size, official_cost
from playground.imageapi.providers import PROFILES, parse_image_apis
from playground.imageapi.schemas import ImageRequest, Usage


@pytest.mark.parametrize(
    "name", ["1024x1024", "3840x2160", "2160x3840", "1280x720", "640x1024", "2880x2880", "3072x1024"]
)
def test_sizes_within_the_rules_are_taken(name):
    assert is_official_size(name)


@pytest.mark.parametrize(
    "name",
    ["1000x1000", "3856x2160", "3088x1024", "640x640", "3840x2176", "0x16", "auto", "", "x", "1024", "1024x",
     "-16x16", "01024x1024", "１０２４x1024", "1024x1024x1024", "99999x99999", "1024.0x1024"],
)  # fmt: skip
def test_sizes_outside_of_them_are_not(name):
    assert not is_official_size(name)


@pytest.mark.parametrize(
    ("size", "quality", "dollars"),
    [("1024x1024", "low", 0.00588), ("1024x1024", "medium", 0.05268), ("1024x1024", "high", 0.21072),
     ("1536x1024", "high", 0.16464), ("2048x2048", "high", 0.42816), ("3840x2160", "high", 0.40026)],
)  # fmt: skip
def test_an_estimate_follows_the_tokens_of_the_public_calculator(size, quality, dollars):
    estimate = expected_official_cost(ImageRequest("generations", "", size=size, quality=quality, n=1))
    assert estimate.is_exact and estimate.high / 1e6 == pytest.approx(dollars)


def test_auto_spans_all_that_it_may_become():
    estimate = expected_official_cost(ImageRequest("generations", "", size="1024x1024", quality="auto", n=2))
    assert (estimate.low, estimate.high) == (2 * 196 * 30, 2 * 7024 * 30)


def test_sources_and_previews_cost_too():
    plain = ImageRequest("edits", "a" * 40, size="1024x1024", quality="low", n=1)
    assert expected_official_cost(plain).high == 196 * 30 + 10 * 5
    streamed = ImageRequest("edits", "", size="1024x1024", quality="low", n=1, stream=True, partial_images=2)
    assert expected_official_cost(streamed).high - expected_official_cost(streamed).low == 200 * 30


def test_the_bill_is_what_the_answer_reports():
    usage = Usage(input_tokens=371, output_tokens=439, total_tokens=810, input_image_tokens=352, input_text_tokens=19)
    assert official_cost(usage) == 439 * 30 + 352 * 8 + 19 * 5
    assert official_cost(Usage(input_tokens=10, output_tokens=1)) == 10 * 5 + 30


def test_the_profile_can_be_listed():
    apis = parse_image_apis("mine:openai=https://api.example.org/v1", "http://127.0.0.1:8000/")
    profile = apis["mine"].profile
    assert profile is PROFILES["openai"]
    assert (profile.max_n, profile.max_sources, profile.concurrency_limit, profile.streams) == (10, 16, None, True)
    capabilities = profile.capabilities("gpt-image-2")
    assert capabilities.accepts_size("1280x720") and not capabilities.accepts_size("1281x720")
    assert "input_fidelity" not in capabilities.fields and profile.accepts_key("sk-proj-abc_DEF-123")
