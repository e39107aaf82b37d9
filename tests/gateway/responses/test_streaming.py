"""`stream=true`: server-sent events."""

import json
import logging
from itertools import pairwise

import pytest

from playground.gateway.renderers import demo, upstream
from playground.gateway.responses import events as responses_events
from playground.gateway.services.quota import open_call_limit
from playground.imageapi.errors import ApiError
from tests.fake_provider.fixtures import provider
from tests.gateway.providers import customer

__all__ = ["customer", "provider"]


def events(response):
    """Names and fields of all events, comments left out."""
    blocks = b"".join(response.streaming_content).decode().split("\n\n")
    found = [block.split("\n") for block in blocks if block.startswith("event: ")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in found]


def test_partial_pictures_come_before_the_completed_one(post, tiny):
    response = post(stream=True, partial_images=2)
    assert response["Content-Type"].startswith("text/event-stream")
    assert [(name, data.get("partial_image_index")) for name, data in events(response)] == [
        ("image_generation.partial_image", 0),
        ("image_generation.partial_image", 1),
        ("image_generation.completed", None),
    ]


def test_every_event_says_what_it_shows(post, tiny):
    for name, data in events(post(stream=True, partial_images=1, output_format="webp")):
        assert data["type"] == name
        assert {"b64_json", "created_at"} < set(data)
        assert (data["size"], data["quality"], data["background"]) == ("1024x1024", "low", "opaque")
        assert data["output_format"] == "webp"


def test_completed_events_repeat_the_identifier_of_the_end_user(post, tiny):
    found = events(post(stream=True, partial_images=1, user="u-1", safety_identifier=""))
    assert [data.get("safety_identifier") for _, data in found] == [None, "u-1"]


def test_several_pictures_complete_in_order(post, tiny):
    found = events(post(stream=True, partial_images=1, n=3))
    assert [(name.rpartition(".")[2], data["index"]) for name, data in found] == [
        *(("partial_image", index) for index in range(3)),
        *(("completed", index) for index in range(3)),
    ]
    assert all(later["created_at"] >= sooner["created_at"] for (_, sooner), (_, later) in pairwise(found))


def test_usage_adds_up_to_the_whole_call(post, tiny):
    found = events(post(stream=True, partial_images=1, n=2))
    usages = [data["usage"] for name, data in found if name.endswith("completed")]
    assert [usage["input_tokens"] for usage in usages] == [2, 0]
    assert [usage["output_tokens"] for usage in usages] == [196 + 100] * 2


def blocks_of(response):
    return [block for block in b"".join(response.streaming_content).decode().split("\n\n") if block]


def test_a_comment_is_sent_whenever_nothing_was_ready_for_too_long(post, tiny, monkeypatch):
    monkeypatch.setattr(responses_events, "STREAM_COMMENT_SECONDS", 0)
    tiny.pauses = 2
    kinds = [block.partition("\n")[0] for block in blocks_of(post(stream=True, partial_images=1))]
    assert kinds == [
        ": accepted",
        ": working",
        ": working",
        "event: image_generation.partial_image",
        ": working",
        ": working",
        "event: image_generation.completed",
    ]


def test_no_comment_is_sent_before_its_time(post, tiny):
    tiny.pauses = 2
    assert not any("working" in block for block in blocks_of(post(stream=True)))


def test_the_demo_says_that_it_works_while_it_waits(post, settings, monkeypatch):
    monkeypatch.setattr(responses_events, "STREAM_COMMENT_SECONDS", 0)
    monkeypatch.setattr(demo, "PAUSE_SECONDS", 0.05)
    settings.DEMO_SECONDS = 0.2
    assert ": working" in blocks_of(post(stream=True, quality="low"))


def test_comments_of_a_provider_that_works_are_not_the_end(customer, provider, monkeypatch):
    """The playground's client reads on, and the customer gets comments of this API."""
    monkeypatch.setattr(responses_events, "STREAM_COMMENT_SECONDS", 0)
    monkeypatch.setattr(upstream, "POLL_SECONDS", 0.02)
    customer.behind(provider.url("sse_working"))
    blocks = blocks_of(customer.ask(stream=True))
    assert ": working" in blocks and blocks[-1].startswith("event: image_generation.completed")


def test_a_refusal_before_the_first_byte_is_plain_json(post, tiny):
    tiny.refusal = ApiError("service_overloaded")
    response = post(stream=True)
    assert (response.status_code, response["Content-Type"]) == (503, "application/json")


@pytest.mark.parametrize(
    ("failure", "code"),
    [(ApiError("image_provider_error"), "image_provider_error"), (KeyError("x"), "server_error")],
)
def test_a_failure_after_the_first_byte_is_an_event_and_shows_no_picture(post, tiny, failure, code):
    tiny.failure = failure
    found = events(post(stream=True, partial_images=1, n=1))
    assert [name for name, _ in found] == ["image_generation.partial_image", "error"]
    assert found[-1][1]["error"]["code"] == code
    page = f"http://testserver/qcode-img/reference/errors/{code}/"
    assert found[-1][1]["error"]["message"].endswith(f" See {page}")


def test_the_place_is_held_until_the_stream_ends(post, tiny, caplog):
    caplog.set_level(logging.INFO, "playground.gateway")
    response = post(stream=True)
    assert (tiny.open, open_call_limit.count) == (1, 1)
    events(response)
    response.close()
    assert (tiny.open, open_call_limit.count) == (0, 0)
    lines = [record.message for record in caplog.records if record.name.startswith("playground.")]
    assert [line.count('"status": 200, "code": ""') for line in lines] == [1]


def test_a_stream_that_nobody_reads_gives_its_place_back(post, tiny, caplog):
    caplog.set_level(logging.INFO, "playground.gateway")
    post(stream=True).close()
    assert (tiny.open, open_call_limit.count) == (0, 0)
    assert '"code": "client_gone"' in caplog.text
