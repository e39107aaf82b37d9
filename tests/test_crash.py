"""Web server and runner are killed at every state of a run: nothing that came is lost, nothing is sent twice."""

from collections.abc import Iterator

import pytest

from tests.fake_provider import FakeProvider
from tests.helpers.crashes import Visitor, kill, kill_all, lasting_troubles, runner_of, wait_until, web_of
from tests.helpers.server import ServerProcess


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[ServerProcess]:
    apis = f"up={provider.url('ok')},cut={provider.url('hang_mid')}"
    server = ServerProcess(tmp_path_factory.mktemp("crash"), {"IMAGE_APIS": apis, "RUN_DEADLINE": "60"}).start()
    yield server
    server.stop()


@pytest.fixture
def server(shared_server: ServerProcess, provider: FakeProvider) -> Iterator[ServerProcess]:
    yield shared_server
    provider.release()
    provider.latency = 0


def test_after_a_power_cut_every_run_shows_its_known_state(server: ServerProcess, provider: FakeProvider) -> None:
    visitor = Visitor(server)
    done = visitor.submit("done", n=2)
    visitor.wait(done, "succeeded")
    pictures = visitor.pictures(done)
    half = visitor.submit("half of it came", api="cut")
    wait_until(lambda: any(server.data.glob("pictures/*/*/*.part")), 20, "bytes to arrive")
    provider.hold()
    sent = visitor.submit("sent")
    wait_until(lambda: len(provider.requests) == 3, 20, "it to be sent")
    waiting = visitor.submit("waiting")
    assert visitor.look(waiting)["state"] == "queued"
    kill_all(server)
    server.start()
    maybe = {"state": "interrupted", "error": "interrupted", "charged": "maybe"}
    assert [visitor.wait(address, "interrupted") for address in (half, sent)] == [maybe, maybe]
    assert visitor.wait(waiting, "interrupted") == {**maybe, "charged": "no"}
    assert visitor.pictures(done) == pictures and not visitor.pictures(half)
    assert len(provider.requests) == 3, "something was sent twice"
    assert not lasting_troubles(server)


def test_a_killed_runner_is_replaced_and_its_runs_are_not_sent_again(
    server: ServerProcess, provider: FakeProvider
) -> None:
    visitor = Visitor(server)
    before = len(provider.requests)
    provider.hold()
    sent = visitor.submit("sent")
    provider.wait_for(before + 1)
    killed = runner_of(server)
    kill(killed)
    assert visitor.wait(sent, "interrupted")["charged"] == "maybe"
    provider.release()
    again = visitor.submit("after")
    assert visitor.wait(again, "succeeded")["charged"] == "yes"
    assert len(provider.requests) == before + 2
    assert runner_of(server) != killed and not lasting_troubles(server)


def test_killed_web_workers_are_replaced_and_runs_go_on(server: ServerProcess, provider: FakeProvider) -> None:
    visitor = Visitor(server)
    before = len(provider.requests)
    provider.hold()
    sent = visitor.submit("sent")
    provider.wait_for(before + 1)
    kill(*web_of(server))
    provider.release()
    server.wait_until_healthy()
    assert visitor.wait(sent, "succeeded")["charged"] == "yes"
    assert len(visitor.pictures(sent)) == 1 and not lasting_troubles(server)


def test_a_stopping_server_lets_running_calls_finish(server: ServerProcess, provider: FakeProvider) -> None:
    visitor = Visitor(server)
    before = len(provider.requests)
    provider.latency = 1.5
    run = visitor.submit("slow")
    provider.wait_for(before + 1)
    assert server.stop() == 0
    server.start()
    assert visitor.look(run) == {"state": "succeeded", "error": "", "charged": "yes"}
    assert len(visitor.pictures(run)) == 1
