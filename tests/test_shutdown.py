"""SIGTERM lets what was sent come back, with its pages answered meanwhile; whoever asks twice does not wait."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from playground.imageapi.demo_keys import make_demo_key
from tests.fake_provider import UpstreamServer
from tests.helpers import databases
from tests.helpers.crashes import FIELD, Visitor, wait_until
from tests.helpers.server import House

SECRET = "a secret of the tests"


@pytest.fixture(scope="module")
def upstream() -> Iterator[UpstreamServer]:
    with UpstreamServer() as server:
        yield server


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shutdown")


@pytest.fixture
def house(data: Path, upstream: UpstreamServer) -> Iterator[House]:
    server = serving(data, upstream)
    upstream.hold()
    yield server
    upstream.release()
    server.stop(signal.SIGKILL)


def serving(data: Path, upstream: UpstreamServer, **settings: str) -> House:
    apis = f"up={upstream.url('ok')},builtin"
    facts = {"IMAGE_APIS": apis, "RUN_DEADLINE": "60", "SECRET_KEY": SECRET, "DEMO_SECONDS": "0"}
    return House(data, facts | settings).start()


def draw(house: House) -> requests.Response:
    """A program's call to the built-in API."""
    return requests.post(
        f"{house.url}v1/images/generations",
        json={"model": "gpt-image-2", "prompt": "x"},
        headers={"Authorization": f"Bearer {make_demo_key(SECRET)}"},
        timeout=20,
    )


def send(house: House, number: int) -> None:
    """A signal to the whole group, as a service manager sends it."""
    assert house.process is not None
    os.killpg(house.process.pid, number)


def ended(house: House, seconds: float = 10) -> int:
    assert house.process is not None
    return house.process.wait(seconds)


def is_updating(house: House) -> bool:
    return "data-updating" in requests.get(house.url, timeout=5).text


def test_what_was_sent_comes_back_and_is_seen_while_nothing_new_starts(
    house: House, upstream: UpstreamServer
) -> None:
    visitor, before = Visitor(house), len(upstream.requests)
    runs = [visitor.submit(f"fox {number}") for number in range(3)]
    upstream.wait_for(before + 2)
    form = dict(FIELD.findall(visitor.session.get(house.url).text)) | {"prompt": "one more", "api": "up"}
    send(house, signal.SIGTERM)
    # From make, which gets the group's signal too and passes it on: still the same one.
    send(house, signal.SIGTERM)
    assert visitor.wait(runs[2], "interrupted")["charged"] == "no"
    page = visitor.session.get(runs[0]).text
    assert page.count("The server is being updated") >= 2 and 'data-state="running"' in page

    refused = visitor.session.post(house.url, data=form, headers={"Referer": house.url}, allow_redirects=False)
    assert refused.status_code == 422
    assert "The server is being updated; nothing was sent. Try again in a minute." in refused.text
    assert "one more</textarea>" in refused.text

    call = draw(house)
    assert (call.status_code, call.json()["error"]["code"]) == (503, "service_overloaded")
    assert int(call.headers["Retry-After"]) >= 10
    assert requests.get(f"{house.root}/healthz", timeout=5).status_code == 503

    upstream.release()
    assert [visitor.wait(run, "succeeded")["charged"] for run in runs[:2]] == ["yes", "yes"]
    assert len(visitor.pictures(runs[0])) == 1
    assert ended(house) == 0 and len(upstream.requests) == before + 2


def test_a_run_is_cancelled_while_the_server_is_being_updated(house: House, upstream: UpstreamServer) -> None:
    visitor, before = Visitor(house), len(upstream.requests)
    run = visitor.submit("never mind")
    upstream.wait_for(before + 1)
    send(house, signal.SIGTERM)
    wait_until(lambda: is_updating(house), 5, "the page to say it")
    visitor.cancel(run)
    assert visitor.wait(run, "cancelled")["charged"] == "maybe"
    assert ended(house) == 0


def test_a_second_signal_ends_within_ten_seconds(house: House, upstream: UpstreamServer) -> None:
    visitor, before = Visitor(house), len(upstream.requests)
    run = visitor.submit("a fox")
    upstream.wait_for(before + 1)
    send(house, signal.SIGTERM)
    wait_until(lambda: is_updating(house), 5, "the page to say it")
    assert visitor.look(run)["state"] == "running"
    until = time.monotonic() + 10
    while house.process is not None and house.process.poll() is None:
        assert time.monotonic() < until
        send(house, signal.SIGTERM)
        time.sleep(0.05)
    house.start()
    assert visitor.look(run) == {"state": "interrupted", "error": "interrupted", "charged": "maybe"}


def test_pictures_that_this_server_draws_itself_are_finished(data: Path, upstream: UpstreamServer) -> None:
    house = serving(data, upstream, DEMO_SECONDS="1.5")
    try:
        visitor = Visitor(house)
        run = visitor.submit("a fox", api="builtin", key="")
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(draw, house)
            drawing = "SELECT count(*) FROM gateway_job WHERE leased_until IS NOT NULL"
            wait_until(lambda: databases.ask(data, drawing) == [(2,)], 10, "both to be drawn")
            send(house, signal.SIGTERM)
            assert visitor.wait(run, "succeeded")["charged"] == "yes"
            assert call.result().status_code == 200
        assert ended(house) == 0
    finally:
        house.stop(signal.SIGKILL)


def test_what_needs_longer_than_drain_seconds_is_interrupted(data: Path, upstream: UpstreamServer) -> None:
    house = serving(data, upstream, DRAIN_SECONDS="0.5")
    upstream.hold()
    try:
        visitor, before = Visitor(house), len(upstream.requests)
        run = visitor.submit("a fox")
        upstream.wait_for(before + 1)
        assert house.stop(signal.SIGTERM) == 0
        house.start()
        assert visitor.look(run) == {"state": "interrupted", "error": "interrupted", "charged": "maybe"}
    finally:
        upstream.release()
        house.stop(signal.SIGKILL)


SHARED = {"REDIS_URL": "redis://127.0.0.1:1", "ENGINE_SECRET": "e" * 40}


@pytest.mark.parametrize(("more", "status"), [({}, b"503"), (SHARED, b"200")], ids=["alone", "one of several"])
def test_while_calls_are_finished_a_new_connection_is_answered_or_refused_and_never_left_waiting(
    data: Path, upstream: UpstreamServer, more: dict[str, str], status: bytes
) -> None:
    house = serving(data, upstream, **more)
    body = b'{"model": "gpt-image-2", "prompt": "x"}'
    head = "POST /qcode-img/v1/images/generations HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {make_demo_key(SECRET)}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", house.port), timeout=30) as sent:
            sent.sendall(head.encode() + body[:10])
            send(house, signal.SIGTERM)
            while is_answered(house):
                continue
            assert not any(is_answered(house) for _ in range(20)), "the door stays closed"
            assert house.process is not None and house.process.poll() is None
            sent.sendall(body[10:])
            assert sent.recv(12) == b"HTTP/1.1 " + status
        assert ended(house) == 0
    finally:
        house.stop(signal.SIGKILL)


def is_answered(house: House) -> bool:
    """Whether the server answers, and does not refuse the connection."""
    try:
        return requests.get(f"{house.root}/livez", timeout=5).ok
    except requests.ConnectionError as error:
        assert "refused" in str(error) or "reset" in str(error), error
        return False
