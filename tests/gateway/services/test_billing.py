"""The price of calls over HTTP: only delivered pictures cost."""

import socket

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections

from playground.gateway.models import ApiKey, CallState, ImageCall
from playground.gateway.responses.json_responses import BASE64_BLOCK_BYTES
from playground.gateway.services.ledger import find_differences
from playground.gateway.views import generations
from playground.imageapi.errors import ApiError
from tests.gateway.tiny_renderer import TinyRendering


@pytest.fixture(autouse=True)
def _agree():
    """Check after each test that the ledger agrees with the counters, and nothing is held."""
    yield
    assert not list(find_differences())
    assert not ApiKey.objects.exclude(held_micro_usd=0).exists()


def closed(response) -> None:
    """Close as a server does; only that the database, which belongs to the test, stays open."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def booked() -> tuple[str, int, int, int | None, str]:
    """Return the only recorded call."""
    return ImageCall.objects.values_list("state", "images", "micro_usd", "status", "code").get()


@pytest.mark.parametrize(
    ("fields", "micro_usd"),
    [
        ({"quality": "low"}, 80_000),
        ({"quality": "high", "n": 2}, 422_000),
        ({"quality": "high", "size": "2048x2048"}, 285_000),
        ({"quality": "medium", "size": "1536x1024", "n": 4}, 320_000),
    ],
)
def test_the_price_is_that_of_the_table_for_each_picture(post, tiny, fields, micro_usd):
    assert post(**fields).status_code == 200
    assert booked() == (CallState.DELIVERED, fields.get("n", 1), micro_usd, 200, "")


def test_an_automatic_quality_is_settled_by_what_was_rendered(post, tiny):
    post(quality="auto")
    assert ImageCall.objects.values_list("quality", "micro_usd").get() == ("low", 80_000)


def test_an_edit_is_charged_by_pictures_that_come_out(edit, tiny):
    assert edit(quality="high", size="1024x1536", n=2).status_code == 200
    assert ImageCall.objects.values_list("endpoint", "size", "micro_usd").get() == ("edits", "1024x1536", 330_000)


@pytest.mark.parametrize(("come", "charged"), [(1, 1), (4, 4), (12, 4)])
def test_pictures_delivered_are_charged_at_most_those_asked_for(post, tiny, monkeypatch, come, charged):
    whole = TinyRendering.__iter__

    def other(self):
        drawn = [one for _ in range(12) for one in whole(self)]
        yield from drawn[:come]

    monkeypatch.setattr(TinyRendering, "__iter__", other)
    assert len(post(n=4).json()["data"]) == charged
    assert booked()[1:3] == (charged, charged * 80_000)


def test_no_picture_at_all_is_the_providers_fault(post, tiny, monkeypatch):
    monkeypatch.setattr(TinyRendering, "__iter__", lambda _: iter(()))
    assert post().status_code == 502
    assert booked() == (CallState.FAILED, 0, 0, 502, "image_provider_error")


@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_after_the_first_picture_costs_nothing(post, tiny, stream):
    tiny.failure = ApiError("image_provider_error")
    response = post(n=2, stream=stream)
    if stream:
        b"".join(response.streaming_content)
    assert booked() == (CallState.FAILED, 0, 0, 502, "image_provider_error")


def test_a_client_that_left_before_the_response_pays_nothing(post, tiny, client):
    ours, theirs = socket.socketpair()
    theirs.close()
    client.defaults["gunicorn.socket"] = ours
    with ours:
        post()
    assert booked() == (CallState.FAILED, 0, 0, 499, "client_gone")


@pytest.fixture
def handed(rf, key, tiny):
    """The answer as a server gets it."""

    def ask(**fields):
        asked = {"model": "gpt-image-2", "prompt": "a cat", **fields}
        headers = {"Authorization": f"Bearer {key}"}
        return generations(rf.post("/", asked, content_type="application/json", headers=headers))

    return ask


def test_a_stream_that_is_not_read_to_its_end_is_void(handed):
    response = handed(stream=True, n=2)
    while b"completed" not in next(response.streaming_content):
        pass
    assert booked()[0] == CallState.CHARGED
    closed(response)
    assert booked() == (CallState.VOID, 0, 0, 499, "client_gone")


def test_an_answer_that_cannot_be_written_to_its_end_is_void(handed, monkeypatch):
    monkeypatch.setattr("tests.gateway.tiny_renderer.PNG", b"\x89PNG" + bytes(2 * BASE64_BLOCK_BYTES))
    response = handed()
    next(iter(response))
    assert booked()[:2] == (CallState.CHARGED, 1)
    closed(response)
    assert booked() == (CallState.VOID, 0, 0, 499, "client_gone")


def test_an_answer_that_was_written_to_its_end_is_delivered(handed):
    response = handed()
    assert len(b"".join(response)) == int(response["Content-Length"])
    closed(response)
    assert booked()[:3] == (CallState.DELIVERED, 1, 80_000)


def test_a_refused_call_is_written_down_and_moves_nothing(post, tiny):
    post(size="1024x1023")
    assert booked() == (CallState.FAILED, 0, 0, 422, "unsupported_size")


def test_a_daily_limit_names_the_seconds_until_midnight_in_beijing(post, tiny):
    post()
    ApiKey.objects.update(daily_images=1)
    response = post()
    assert (response.status_code, response.json()["error"]["code"]) == (429, "image_daily_limit")
    assert 0 < int(response["Retry-After"]) <= 24 * 3600
    assert response["x-should-retry"] == "false"


def test_calls_over_the_concurrency_limit_get_a_retry_after(post, tiny):
    post()
    ApiKey.objects.update(concurrency=0)
    response = post()
    assert (response.status_code, response.json()["error"]["code"]) == (429, "concurrency_exhausted")
    assert 1 <= int(response["Retry-After"]) <= 30
    assert "x-should-retry" not in response
