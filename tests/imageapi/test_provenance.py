"""Asking an API where a picture comes from: any answer ends as a check or as an error, and nothing is sent twice."""

import dataclasses
import io
from datetime import UTC, datetime

import pytest
from openai import OpenAI

from playground.imageapi.client.small_requests import ProvenanceSignal, check_provenance
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import PROFILES, ImageApi
from playground.imageapi.schemas import SourceImage
from tests.fake_provider import FAULTS, FakeProvider
from tests.fake_provider.exchange import Exchange
from tests.fake_provider.fixtures import provider
from tests.fake_provider.pictures import png
from tests.helpers.credentials import with_credentials
from tests.imageapi.call_builders import KEY

__all__ = ["provider"]
NOW = datetime(2026, 11, 30, tzinfo=UTC)
SIGNED = with_credentials("png", png(8, 8))


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "1.png"
    path.write_bytes(SIGNED)
    return SourceImage(path, "1.png", "image/png", len(SIGNED))


def checked(server: FakeProvider, picture: SourceImage, fault: str = "ok"):
    url = server.url(fault)
    return check_provenance(ImageApi("x", PROFILES["openai"], url), KEY, picture, listed=[url], now=NOW)


def test_the_picture_is_sent_as_it_is_and_the_answer_read(provider, picture):
    first, second = checked(provider, picture).signals
    (request,) = provider.requests
    assert (request.path, request.headers["Authorization"]) == ("/ok/v1/content_provenance_checks", f"Bearer {KEY}")
    assert [(part.name, part.content_type, part.data) for part in request.parts] == [("file", "image/png", SIGNED)]
    facts = {"model": "gpt-image-2", "generated_at": "2026-11-30T12:00:00+00:00"}
    assert first == ProvenanceSignal("c2pa", True, "trusted", "OpenAI OpCo, LLC", **facts)
    assert second == ProvenanceSignal("synthid", True, **facts)


def test_the_official_sdk_gets_the_same_answer(provider):
    client = OpenAI(base_url=provider.url(), api_key=KEY, max_retries=0)
    check = client.content_provenance_checks.create(file=("1.png", io.BytesIO(SIGNED)))
    assert [(result.type, result.outcome) for result in check.results] == [
        ("c2pa", "detected"),
        ("synthid", "detected"),
    ]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401_invalid", "invalid_api_key"),
        ("403", "permission_denied"),
        ("404", "model_not_found"),
        ("413", "image_too_large"),
        ("429_rate", "concurrency_exhausted"),
        ("503_overloaded", "service_overloaded"),
        ("500", "server_error"),
        ("html_200", "garbled_response"),
        ("array", "garbled_response"),
        ("redirect+status=302+to=https", "garbled_response"),
        ("reset_mid", "garbled_response"),
        ("close_before", "upstream_timeout"),
    ],
)
def test_a_failure_has_a_code_and_is_not_repeated(provider, picture, fault, code):
    with pytest.raises(ApiError) as failed:
        checked(provider, picture, fault)
    assert (failed.value.code, len(provider.requests)) == (code, 1)
    assert failed.value.__context__ is None and KEY not in repr(failed.value)


def test_an_api_that_cannot_be_reached_was_sent_nothing(picture):
    api = ImageApi("x", PROFILES["openai"], "http://127.0.0.1:9/v1")
    with pytest.raises(ApiError, match="network_unreachable"):
        check_provenance(api, KEY, picture, listed=[api.base_url], now=NOW)


def test_an_address_that_is_not_listed_is_not_asked(provider, picture):
    with pytest.raises(ApiError, match="network_unreachable"):
        check_provenance(ImageApi("x", PROFILES["openai"], provider.url()), KEY, picture, listed=[], now=NOW)
    assert provider.requests == []


def answering(monkeypatch, **body) -> None:
    monkeypatch.setitem(FAULTS, "odd", lambda exchange: Exchange.json(exchange, body))


@pytest.mark.parametrize(
    "results",
    [None, [], "x", ["x"], [{}], [{"type": "audio", "outcome": "detected"}], [{"type": "c2pa", "outcome": "maybe"}]],
)
def test_an_answer_that_says_nothing_is_unusable(provider, picture, monkeypatch, results):
    answering(monkeypatch, results=results)
    with pytest.raises(ApiError, match="garbled_response"):
        checked(provider, picture, "odd")


def test_odd_values_are_left_out_and_texts_are_made_fit_to_be_shown(provider, picture, monkeypatch):
    odd = {
        "validation_state": ["x"],
        "issuer": f"A\u202e {KEY} <b>B</b>" + " x" * 500,
        "model": 7,
        "generated_at": "0001-01-01T00:00:00+14:00",
    }
    answering(monkeypatch, results=[{"type": "c2pa", "outcome": "detected", **odd}])
    (signal,) = checked(provider, picture, "odd").signals
    assert dataclasses.astuple(signal)[:3] == ("c2pa", True, "")
    assert signal.issuer.startswith("A [key] B") and len(signal.issuer) <= 100
    assert (signal.model, signal.generated_at) == ("", "")
