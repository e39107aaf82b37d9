"""After SIGTERM sent calls come back and pages are answered; a second SIGTERM ends at once."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from playground.imageapi.providers import make_demo_key
from tests.fake_provider import FakeProvider
from tests.helpers import databases
from tests.helpers.crashes import FIELD, Visitor, wait_until
from tests.helpers.server import ServerProcess

SECRET = "a secret of the tests"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shutdown")


@pytest.fixture
def server(data: Path, provider: FakeProvider) -> Iterator[ServerProcess]:
    server = serving(data, provider)
    provider.hold()
    yield server
    provider.release()
    server.stop(signal.SIGKILL)


def serving(data: Path, provider: FakeProvider, **settings: str) -> ServerProcess:
    apis = f"up={provider.url('ok')},builtin"
    facts = {"IMAGE_APIS": apis, "RUN_DEADLINE": "60", "SECRET_KEY": SECRET, "DEMO_SECONDS": "0"}
    return ServerProcess(data, facts | settings).start()


def draw(server: ServerProcess) -> requests.Response:
    """A program's call to the built-in API."""
    return requests.post(
        f"{server.url}v1/images/generations",
        json={"model": "gpt-image-2", "prompt": "x"},
        headers={"Authorization": f"Bearer {make_demo_key(SECRET)}"},
        timeout=20,
    )


def send(server: ServerProcess, number: int) -> None:
    """A signal to the whole group, as a service manager sends it."""
    assert server.process is not None
    os.killpg(server.process.pid, number)


def ended(server: ServerProcess, seconds: float = 10) -> int:
    assert server.process is not None
    return server.process.wait(seconds)


def is_updating(server: ServerProcess) -> bool:
    return "data-updating" in requests.get(server.url, timeout=5).text


def test_open_calls_finish_and_are_shown_while_no_new_one_starts(
    server: ServerProcess, provider: FakeProvider
) -> None:
    visitor, before = Visitor(server), len(provider.requests)
    runs = [visitor.submit(f"fox {number}") for number in range(3)]
    provider.wait_for(before + 2)
    form = dict(FIELD.findall(visitor.session.get(server.url).text)) | {"prompt": "one more", "api": "up"}
    send(server, signal.SIGTERM)
    # From make, which gets the group's signal too and passes it on: still the same one.
    send(server, signal.SIGTERM)
    assert visitor.wait(runs[2], "interrupted")["charged"] == "no"
    page = visitor.session.get(runs[0]).text
    assert page.count("The server is being updated") >= 2 and 'data-state="running"' in page

    refused = visitor.session.post(server.url, data=form, headers={"Referer": server.url}, allow_redirects=False)
    assert refused.status_code == 422
    assert "The server is being updated. Nothing was sent. Try again in a minute." in refused.text
    assert "one more</textarea>" in refused.text

    call = draw(server)
    assert (call.status_code, call.json()["error"]["code"]) == (503, "service_overloaded")
    assert int(call.headers["Retry-After"]) >= 10
    assert requests.get(f"{server.root}/healthz", timeout=5).status_code == 503

    provider.release()
    assert [visitor.wait(run, "succeeded")["charged"] for run in runs[:2]] == ["yes", "yes"]
    assert len(visitor.pictures(runs[0])) == 1
    assert ended(server) == 0 and len(provider.requests) == before + 2


def test_a_run_is_cancelled_while_the_server_is_being_updated(server: ServerProcess, provider: FakeProvider) -> None:
    visitor, before = Visitor(server), len(provider.requests)
    run = visitor.submit("never mind")
    provider.wait_for(before + 1)
    send(server, signal.SIGTERM)
    wait_until(lambda: is_updating(server), 5, "the page to say it")
    visitor.cancel(run)
    assert visitor.wait(run, "cancelled")["charged"] == "maybe"
    assert ended(server) == 0


def test_a_second_signal_ends_within_ten_seconds(server: ServerProcess, provider: FakeProvider) -> None:
    visitor, before = Visitor(server), len(provider.requests)
    run = visitor.submit("a fox")
    provider.wait_for(before + 1)
    send(server, signal.SIGTERM)
    wait_until(lambda: is_updating(server), 5, "the page to say it")
    assert visitor.look(run)["state"] == "running"
    until = time.monotonic() + 10
    while server.process is not None and server.process.poll() is None:
        assert time.monotonic() < until
        send(server, signal.SIGTERM)
        time.sleep(0.05)
    server.start()
    assert visitor.look(run) == {"state": "interrupted", "error": "interrupted", "charged": "maybe"}


def test_pictures_that_this_server_draws_itself_are_finished(data: Path, provider: FakeProvider) -> None:
    server = serving(data, provider, DEMO_SECONDS="1.5")
    try:
        visitor = Visitor(server)
        run = visitor.submit("a fox", api="builtin", key="")
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(draw, server)
            drawing = "SELECT count(*) FROM gateway_job WHERE leased_until IS NOT NULL"
            wait_until(lambda: databases.ask(data, drawing) == [(2,)], 10, "both to be drawn")
            send(server, signal.SIGTERM)
            assert visitor.wait(run, "succeeded")["charged"] == "yes"
            assert call.result().status_code == 200
        assert ended(server) == 0
    finally:
        server.stop(signal.SIGKILL)


def test_a_job_that_was_accepted_is_finished_without_its_client(data: Path, provider: FakeProvider) -> None:
    server = serving(data, provider, DEMO_SECONDS="1.5")
    key = {"Authorization": f"Bearer {make_demo_key(SECRET)}"}
    try:
        fields = {"model": "gpt-image-2", "prompt": "x"}
        headers = key | {"Prefer": "respond-async"}
        accepted = requests.post(f"{server.url}v1/images/generations", json=fields, headers=headers, timeout=20)
        send(server, signal.SIGTERM)
        assert (accepted.status_code, ended(server)) == (202, 0)
        server.start()
        job = requests.get(f"{server.url}v1/jobs/{accepted.json()['id']}", headers=key, timeout=20).json()
        assert job["status"] == "completed"
    finally:
        server.stop(signal.SIGKILL)


def test_a_call_longer_than_drain_seconds_is_interrupted(data: Path, provider: FakeProvider) -> None:
    server = serving(data, provider, DRAIN_SECONDS="0.5")
    provider.hold()
    try:
        visitor, before = Visitor(server), len(provider.requests)
        run = visitor.submit("a fox")
        provider.wait_for(before + 1)
        assert server.stop(signal.SIGTERM) == 0
        server.start()
        assert visitor.look(run) == {"state": "interrupted", "error": "interrupted", "charged": "maybe"}
    finally:
        provider.release()
        server.stop(signal.SIGKILL)


SHARED = {"REDIS_URL": "redis://127.0.0.1:1", "ENGINE_SECRET": "e" * 40}


# Alone, a call is refused when the signal comes before it is looked at, and finished when it comes after.
@pytest.mark.parametrize(
    ("more", "statuses"), [({}, {b"503", b"200"}), (SHARED, {b"200"})], ids=["alone", "one of several"]
)
def test_while_calls_are_finished_a_new_connection_is_answered_or_refused_and_never_left_waiting(
    data: Path, provider: FakeProvider, more: dict[str, str], statuses: set[bytes]
) -> None:
    server = serving(data, provider, **more)
    body = b'{"model": "gpt-image-2", "prompt": "x"}'
    head = "POST /qcode-img/v1/images/generations HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {make_demo_key(SECRET)}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sent:
            sent.sendall(head.encode() + body[:10])
            send(server, signal.SIGTERM)
            while is_answered(server):
                continue
            assert not any(is_answered(server) for _ in range(20)), "the door stays closed"
            assert server.process is not None and server.process.poll() is None
            sent.sendall(body[10:])
            assert sent.recv(12).removeprefix(b"HTTP/1.1 ") in statuses
        assert ended(server) == 0
    finally:
        server.stop(signal.SIGKILL)


def is_answered(server: ServerProcess) -> bool:
    """Say if the server answers instead of refusing the connection."""
    try:
        return requests.get(f"{server.root}/livez", timeout=5).ok
    except requests.ConnectionError as error:
        assert "refused" in str(error) or "reset" in str(error), error
        return False
