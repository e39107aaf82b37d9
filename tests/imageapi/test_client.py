"""A call that goes well: what is sent, what is told, what comes back."""

import threading

import pytest
import responses

from playground.imageapi.catalog import Limits
from tests.fake_provider.fixtures import provider
from tests.fake_provider.pictures import png
from tests.imageapi.call_builders import KEY, QUICK, Outcome, a_call, a_request, ask, run

__all__ = ["provider"]


def test_a_picture_lands_on_disk_byte_for_byte(provider, tmp_path):
    outcome = ask(provider.url("ok"), tmp_path)
    (picture,) = outcome.result.pictures
    assert picture.path == tmp_path / "received-1.part"
    assert picture.path.read_bytes() == png(1024, 1024)


def test_pictures_come_in_order_and_are_told_one_by_one(provider, tmp_path):
    outcome = ask(provider.url("ok"), tmp_path, request=a_request(n=3))
    assert [picture.path.read_bytes() for picture in outcome.pictures] == [png(1024, 1024, i) for i in range(3)]
    assert tuple(outcome.pictures) == outcome.result.pictures
    assert [picture.index for picture in outcome.pictures] == [0, 1, 2]


def test_the_result_says_what_the_api_said(provider, tmp_path):
    result = ask(provider.url("ok"), tmp_path, request=a_request(quality="low")).result
    assert (result.created, result.size, result.quality) == (1_777_135_432, "1024x1024", "low")
    assert (result.output_format, result.background, result.request_id) == ("png", "opaque", "req_test_1")
    assert result.usage.total_tokens == 1050
    assert result.usage.input_image_tokens == 40
    assert result.headers["x-request-id"] == "req_test_1"


def test_generations_are_sent_as_json_with_the_key(provider, tmp_path):
    ask(provider.url("ok"), tmp_path, request=a_request(prompt="花", user="u1"))
    (request,) = provider.requests
    assert request.path == "/ok/v1/images/generations"
    assert request.json == {"prompt": "花", "model": "gpt-image-2", "size": "1024x1024", "n": 1, "user": "u1"}
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Accept-Encoding"] == "identity"


def test_no_proxy_or_netrc_of_the_environment_is_used(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert ask(provider.url("ok"), tmp_path).code == ""


def test_headers_of_the_caller_are_sent_too(provider, tmp_path):
    ask(provider.url("ok"), tmp_path, headers={"X-Rehearse": "key_expired"})
    assert provider.requests[0].headers["X-Rehearse"] == "key_expired"


def test_sending_is_told_once_before_the_request_arrives(provider, tmp_path):
    arrived = []
    outcome = ask(provider.url("ok"), tmp_path, on_sent=lambda: arrived.append(len(provider.requests)))
    assert (outcome.code, arrived) == ("", [0])


def test_a_call_knows_that_it_was_sent(provider, tmp_path):
    outcome = Outcome()
    call = a_call(provider.url("ok"), tmp_path, outcome)
    assert not call.was_sent
    run(call, outcome)
    assert call.was_sent


def test_every_call_has_a_connection_of_its_own(provider, tmp_path):
    assert [ask(provider.url("stale"), tmp_path).code for _ in range(3)] == ["", "", ""]
    assert provider.connections == 3


def test_an_answer_may_take_its_time(provider, tmp_path):
    assert ask(provider.url("ok", latency=0.3), tmp_path, seconds=2).code == ""


def test_the_pictures_asked_for_are_taken_and_the_rest_dropped(provider, tmp_path):
    outcome = ask(provider.url("more"), tmp_path, request=a_request(n=2))
    assert [picture.path.name for picture in outcome.pictures] == ["received-1.part", "received-2.part"]
    assert len(list(tmp_path.iterdir())) == 2


def test_fewer_pictures_than_asked_are_a_result(provider, tmp_path):
    assert len(ask(provider.url("fewer"), tmp_path, request=a_request(n=4)).result.pictures) == 1


def test_the_same_picture_twice_counts_twice(provider, tmp_path):
    assert len(ask(provider.url("same_twice"), tmp_path, request=a_request(n=2)).result.pictures) == 2


def test_of_duplicate_keys_the_last_counts_and_no_file_is_left_over(provider, tmp_path):
    outcome = ask(provider.url("duplicate_keys"), tmp_path)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [png(1024, 1024, 1)]
    assert len(outcome.pictures) == 1


def test_many_calls_run_at_once_in_threads_with_small_stacks(provider, tmp_path):
    provider.hold()
    before = threading.stack_size(256 * 1024)
    outcomes = [Outcome() for _ in range(50)]
    folders = [tmp_path / str(number) for number in range(50)]
    threads = []
    for outcome, folder in zip(outcomes, folders, strict=True):
        folder.mkdir()
        call = a_call(provider.url("ok"), folder, outcome)
        threads.append(threading.Thread(target=run, args=(call, outcome)))
        threads[-1].start()
    threading.stack_size(before)
    provider.wait_for(50)
    provider.release()
    for thread in threads:
        thread.join()
    assert [outcome.code for outcome in outcomes] == [""] * 50


def test_deep_json_is_refused_in_a_thread_with_a_small_stack(provider, tmp_path):
    outcome = Outcome()
    before = threading.stack_size(256 * 1024)
    thread = threading.Thread(target=run, args=(a_call(provider.url("deep_json"), tmp_path, outcome), outcome))
    thread.start()
    threading.stack_size(before)
    thread.join()
    assert outcome.code == "garbled_response"


@responses.activate
def test_responses_can_answer_a_call(tmp_path):
    body = {"created": 1, "data": [{"b64_json": "iVBORw0KGgoAAAANSUhEUg=="}]}
    responses.post("https://api.example.com/v1/images/generations", json=body)
    outcome = ask("https://api.example.com/v1", tmp_path)
    assert outcome.pictures[0].path.read_bytes() == b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@responses.activate
def test_responses_can_refuse_a_call(tmp_path):
    responses.post("https://api.example.com/v1/images/generations", status=429, json={"error": "too many requests"})
    assert ask("https://api.example.com/v1", tmp_path).code == "concurrency_exhausted"


def test_a_picture_larger_than_the_limit_is_cut_while_it_comes(provider, tmp_path):
    limits = Limits(picture_bytes=1_000_000)
    outcome = ask(provider.url("large"), tmp_path, limits=limits)
    assert (outcome.code, list(tmp_path.iterdir())) == ("garbled_response", [])


def test_a_folder_that_is_gone_is_our_own_fault(provider, tmp_path):
    outcome = ask(provider.url("ok"), tmp_path / "gone")
    assert (outcome.code, outcome.error.charged) == ("interrupted", "maybe")


def test_a_callback_that_fails_is_not_hidden(provider, tmp_path):
    def fail():
        raise LookupError("row is gone")

    with pytest.raises(LookupError):
        ask(provider.url("ok"), tmp_path, on_sent=fail, limits=QUICK)
    assert provider.requests == []
