"""Tokens in `usage`."""

import pytest

from playground.imageapi.pricing import count_input_tokens, count_output_tokens, count_text_tokens, count_usage


@pytest.mark.parametrize(
    ("size", "quality", "tokens"),
    [
        ("1024x1024", "low", 196),
        ("1024x1024", "medium", 1756),
        ("1024x1024", "high", 7024),
        ("1536x1024", "high", 5488),
        ("1024x1536", "high", 5488),
        ("2048x2048", "high", 14_272),
        ("3840x2160", "high", 13_342),
    ],
)
def test_output_tokens_meet_the_public_readings(size, quality, tokens):
    assert count_output_tokens(size, quality) == tokens


def test_a_prompt_counts_a_token_for_four_bytes():
    assert [count_text_tokens(text) for text in ("", "cat", "cats!", "一只猫")] == [0, 1, 2, 3]


def test_usage_adds_pictures_and_previews():
    usage = count_usage("cat", [("1024x1024", "low")] * 2, previews=3)
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (1, 392 + 300, 693)


@pytest.mark.parametrize(
    ("width", "height", "fidelity", "tokens"),
    [
        (8, 8, "low", 194),
        (1024, 1024, "low", 194),
        (1024, 1025, "low", 194),
        (512, 513, "low", 323),
        (1024, 1536, "low", 323),
        (1024, 1024, "high", 194 + 4160),
        (1536, 1024, "high", 323 + 6240),
    ],
)
def test_input_tokens_meet_the_official_guide_and_known_bills(width, height, fidelity, tokens):
    assert count_input_tokens(width, height, fidelity) == tokens


def test_usage_tells_text_from_pictures():
    usage = count_usage("cat", [("1024x1024", "low")], image_tokens=194)
    assert (usage.input_text_tokens, usage.input_image_tokens, usage.input_tokens) == (1, 194, 195)
