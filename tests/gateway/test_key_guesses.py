"""Guessing keys is slow; known keys never wait."""

import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from playground.gateway import authentication
from playground.gateway.authentication import (
    FORGET_AFTER_SECONDS,
    FREE_GUESSES,
    MAX_DELAY_SECONDS,
    MAX_DELAYED_REQUESTS,
    MAX_TRACKED,
    AttemptThrottle,
    delayed_request,
    make_guess_throttle,
)
from playground.imageapi.errors import ApiError


def waits(guesses: AttemptThrottle[str], count: int, address: str = "203.0.113.1", now: float = 0) -> list[float]:
    return [guesses.add(address, now) for _ in range(count)]


def test_the_first_guesses_are_answered_at_once():
    assert waits(make_guess_throttle(), FREE_GUESSES) == [0] * FREE_GUESSES


def test_the_wait_doubles_up_to_a_second():
    assert waits(make_guess_throttle(), FREE_GUESSES + 6)[FREE_GUESSES:] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0]
    assert waits(make_guess_throttle(), 5000)[-1] == MAX_DELAY_SECONDS


def test_another_address_does_not_wait():
    guesses = make_guess_throttle()
    waits(guesses, 50)
    assert guesses.add("203.0.113.2", 0) == 0


def test_an_address_that_stopped_is_forgotten():
    guesses = make_guess_throttle()
    waits(guesses, 50)
    assert guesses.add("203.0.113.1", FORGET_AFTER_SECONDS + 1) == 0


def test_not_more_addresses_are_remembered_than_there_is_room_for():
    guesses = make_guess_throttle()
    waits(guesses, 50)
    for number in range(MAX_TRACKED):
        guesses.add(str(number), 0)
    assert guesses.add("203.0.113.1", 0) == 0


def test_few_threads_wait_at_once():
    with ExitStack() as delayed:
        for _ in range(MAX_DELAYED_REQUESTS - 1):
            delayed.enter_context(delayed_request())
        with delayed_request(), pytest.raises(ApiError, match="service_overloaded"), delayed_request():
            pass
        with delayed_request():
            pass


def test_a_known_key_is_served_at_once_where_keys_were_guessed(post, tiny, monkeypatch):
    waited = []
    monkeypatch.setattr(authentication, "ClientConnection", lambda *_: SimpleNamespace(wait=waited.append))
    waits(authentication.key_guesses, 50, "127.0.0.1", time.monotonic())
    assert (post().status_code, waited) == (200, [])
    assert (post(headers={"Authorization": "Bearer cr_guess"}).status_code, waited) == (401, [MAX_DELAY_SECONDS])
