"""Web server and runner are killed at every state of a run: nothing that came is lost, nothing is sent twice."""

from collections.abc import Iterator

import pytest

from tests.fake_provider import UpstreamServer
from tests.helpers.crashes import Visitor, kill, kill_all, lasting_troubles, runner_of, wait_until, web_of
from tests.helpers.server import House


@pytest.fixture(scope="module")
def upstream() -> Iterator[UpstreamServer]:
    with UpstreamServer() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, upstream: UpstreamServer) -> Iterator[House]:
    apis = f"up={upstream.url('ok')},cut={upstream.url('hang_mid')}"
    server = House(tmp_path_factory.mktemp("crash"), {"IMAGE_APIS": apis, "RUN_DEADLINE": "60"}).start()
    yield server
    server.stop()


@pytest.fixture
def house(server: House, upstream: UpstreamServer) -> Iterator[House]:
    yield server
    upstream.release()
    upstream.latency = 0


def test_after_a_power_cut_every_run_says_what_is_known(house: House, upstream: UpstreamServer) -> None:
    visitor = Visitor(house)
    done = visitor.submit("done", n=2)
    visitor.wait(done, "succeeded")
    pictures = visitor.pictures(done)
    half = visitor.submit("half of it came", api="cut")
    wait_until(lambda: any(house.data.glob("pictures/*/*/*.part")), 20, "bytes to arrive")
    upstream.hold()
    sent = visitor.submit("sent")
    wait_until(lambda: len(upstream.requests) == 3, 20, "it to be sent")
    waiting = visitor.submit("waiting")
    assert visitor.look(waiting)["state"] == "queued"
    kill_all(house)
    house.start()
    maybe = {"state": "interrupted", "error": "interrupted", "charged": "maybe"}
    assert [visitor.wait(address, "interrupted") for address in (half, sent)] == [maybe, maybe]
    assert visitor.wait(waiting, "interrupted") == {**maybe, "charged": "no"}
    assert visitor.pictures(done) == pictures and not visitor.pictures(half)
    assert len(upstream.requests) == 3, "something was sent twice"
    assert not lasting_troubles(house)


def test_a_killed_runner_is_replaced_and_its_runs_are_not_sent_again(house: House, upstream: UpstreamServer) -> None:
    visitor = Visitor(house)
    before = len(upstream.requests)
    upstream.hold()
    sent = visitor.submit("sent")
    upstream.wait_for(before + 1)
    killed = runner_of(house)
    kill(killed)
    assert visitor.wait(sent, "interrupted")["charged"] == "maybe"
    upstream.release()
    again = visitor.submit("after")
    assert visitor.wait(again, "succeeded")["charged"] == "yes"
    assert len(upstream.requests) == before + 2
    assert runner_of(house) != killed and not lasting_troubles(house)


def test_killed_web_workers_are_replaced_and_runs_go_on(house: House, upstream: UpstreamServer) -> None:
    visitor = Visitor(house)
    before = len(upstream.requests)
    upstream.hold()
    sent = visitor.submit("sent")
    upstream.wait_for(before + 1)
    kill(*web_of(house))
    upstream.release()
    house.wait_until_healthy()
    assert visitor.wait(sent, "succeeded")["charged"] == "yes"
    assert len(visitor.pictures(sent)) == 1 and not lasting_troubles(house)


def test_a_stopping_server_lets_what_runs_finish(house: House, upstream: UpstreamServer) -> None:
    visitor = Visitor(house)
    before = len(upstream.requests)
    upstream.latency = 1.5
    run = visitor.submit("slow")
    upstream.wait_for(before + 1)
    assert house.stop() == 0
    house.start()
    assert visitor.look(run) == {"state": "succeeded", "error": "", "charged": "yes"}
    assert len(visitor.pictures(run)) == 1
