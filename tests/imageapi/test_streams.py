"""Event streams: previews and pictures while they come."""

import threading

import pytest

from tests.fake_provider.fixtures import provider
from tests.fake_provider.pictures import png
from tests.imageapi.call_builders import Outcome, a_call, a_request, ask, run

__all__ = ["provider"]


def a_stream(**fields):
    return a_request(stream=True, partial_images=2, **fields)


def test_a_stream_is_asked_for(provider, tmp_path):
    ask(provider.url("ok"), tmp_path, request=a_stream())
    assert provider.requests[0].json["stream"] is True
    assert provider.requests[0].json["partial_images"] == 2
    assert "text/event-stream" in provider.requests[0].headers["Accept"]


def test_previews_and_pictures_come_in_order(provider, tmp_path):
    outcome = ask(provider.url("sse_ok"), tmp_path, request=a_stream(n=2))
    assert [(one.index, one.step) for one in outcome.partials] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [one.path.read_bytes() for one in outcome.pictures] == [png(1024, 1024, 0), png(1024, 1024, 1)]
    assert all(one.path.exists() for one in outcome.partials)


def test_previews_that_nobody_wants_are_skipped_undecoded(provider, tmp_path):
    outcome = Outcome()
    url = provider.url("sse_ok")
    run(a_call(url, tmp_path, outcome, request=a_stream(n=2), wants_preview=lambda: False), outcome)
    assert (outcome.partials, len(outcome.pictures)) == ([], 2)
    assert {path.name for path in tmp_path.iterdir()} == {"received-1.part", "received-2.part"}


def test_a_stream_says_the_same_around_its_pictures(provider, tmp_path):
    result = ask(provider.url("sse_ok"), tmp_path, request=a_stream()).result
    assert (result.created, result.size, result.quality) == (1_777_135_432, "1024x1024", "low")
    assert (result.usage.total_tokens, result.request_id) == (105, "req_test_1")


def test_the_tokens_of_all_pictures_are_told_together(provider, tmp_path):
    result = ask(provider.url("sse_ok"), tmp_path, request=a_stream(n=3)).result
    usage = result.usage
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (15, 300, 315)


def test_a_whole_answer_in_one_event_tells_its_tokens_once(provider, tmp_path):
    faults = ("sse_answer", "sse_json")
    in_event, in_json = (ask(provider.url(fault), tmp_path, request=a_stream(n=2)).result for fault in faults)
    assert in_event.usage == in_json.usage


def test_previews_are_told_before_the_picture_is_made(provider, tmp_path):
    provider.finale.clear()
    previewed = threading.Semaphore(0)
    outcome = Outcome()
    call = a_call(
        provider.url("sse_partials"), tmp_path, outcome, request=a_stream(), on_partial=lambda _: previewed.release()
    )
    thread = threading.Thread(target=run, args=(call, outcome))
    thread.start()
    assert previewed.acquire(timeout=20)
    assert previewed.acquire(timeout=20)
    assert outcome.pictures == []
    provider.finale.set()
    thread.join()
    assert len(outcome.pictures) == 1


@pytest.mark.parametrize("fault", ["sse_cut", "sse_cut_unframed"])
def test_pictures_that_came_before_a_cut_are_kept(provider, tmp_path, fault):
    outcome = ask(provider.url(fault), tmp_path, request=a_stream(n=3))
    assert (outcome.code, outcome.error.charged) == ("unknown_outcome", "maybe")
    assert [one.path.read_bytes() for one in outcome.pictures] == [png(1024, 1024, 0), png(1024, 1024, 1)]


def test_a_stream_that_falls_silent_ends_at_the_deadline_with_what_came(provider, tmp_path):
    outcome = ask(provider.url("sse_hang"), tmp_path, request=a_stream(n=2), seconds=0.6)
    assert (outcome.code, len(outcome.pictures)) == ("unknown_outcome", 1)


def test_a_stream_is_over_when_everything_came(provider, tmp_path):
    assert ask(provider.url("sse_hang"), tmp_path, request=a_stream()).code == ""


def test_a_refusal_in_a_stream_may_have_cost_what_was_shown(provider, tmp_path):
    outcome = ask(provider.url("sse_policy"), tmp_path, request=a_stream())
    assert (outcome.code, outcome.error.charged) == ("moderation_blocked", "maybe")


def test_edits_stream_under_their_own_names(provider, tmp_path):
    outcome = ask(provider.url("sse_ok"), tmp_path, request=a_request("edits", stream=True, partial_images=1))
    assert (len(outcome.partials), len(outcome.pictures)) == (1, 1)
