"""Answers that are odd and must be understood."""

import pytest

from tests.fake_provider.fixtures import provider
from tests.fake_provider.pictures import png
from tests.imageapi.call_builders import ask

__all__ = ["provider"]


@pytest.mark.parametrize(
    "fault",
    [
        "heartbeat",
        "gzip_ok",
        "wrong_ctype",
        "no_usage",
        "bom",
        "created_text",
        "b64_lines",
        "b64_raw_lines",
        "b64_urlsafe",
        "b64_prefix",
        "b64_escaped",
        "key_escaped",
        "pretty",
        "open_after",
        "revised_ok",
        "url_ok",
        "url_data",
        "sse_ok",
        "sse_json",
        "sse_answer",
        "sse_crlf",
        "sse_plain_names",
        "sse_unfinished",
    ],
)
def test_an_odd_answer_brings_the_same_picture(provider, tmp_path, fault):
    outcome = ask(provider.url(fault), tmp_path)
    assert outcome.code == ""
    assert [picture.path.read_bytes() for picture in outcome.pictures] == [png(1024, 1024)]


def test_created_may_come_as_text(provider, tmp_path):
    assert ask(provider.url("created_text"), tmp_path).result.created == 1_777_135_432


def test_no_usage_is_none(provider, tmp_path):
    assert ask(provider.url("no_usage"), tmp_path).result.usage is None


def test_a_picture_of_another_format_is_taken_as_it_is(provider, tmp_path):
    assert ask(provider.url("wrong_format"), tmp_path).pictures[0].path.read_bytes()[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("fault", "prompt"),
    [
        ("revised_ok", "A small vase with a sunflower"),
        ("revised_xss", "<script>alert(1)</script><img src=x onerror=alert(2)>"),
        ("revised_null", ""),
        ("revised_odd", "ab?c"),
    ],
)
def test_a_revised_prompt_is_text(provider, tmp_path, fault, prompt):
    assert ask(provider.url(fault), tmp_path).pictures[0].revised_prompt == prompt


def test_a_long_revised_prompt_is_cut(provider, tmp_path):
    assert len(ask(provider.url("revised_long"), tmp_path).pictures[0].revised_prompt) == 32_000


@pytest.mark.parametrize("fault", ["cut_image", "huge_dims"])
def test_damage_that_only_a_decoder_detects_passes_the_client(provider, tmp_path, fault):
    assert len(ask(provider.url(fault), tmp_path).pictures) == 1
