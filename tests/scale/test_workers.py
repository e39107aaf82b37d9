"""Web servers and workers that share a database, a queue and a disk: a run may be sent and worked on anywhere."""

import time
from collections.abc import Iterator

import psycopg
import pytest

from tests.crash import Visitor, wait_until
from tests.engines import Engine, new_database
from tests.scale.machines import Site, wait_until_alive
from tests.upstream import UpstreamServer


@pytest.fixture(scope="module")
def upstream() -> Iterator[UpstreamServer]:
    with UpstreamServer() as server:
        yield server


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: tuple[str, Engine],
    redis: tuple[str, Engine],
    upstream: UpstreamServer,
) -> Iterator[Site]:
    folder, address = tmp_path_factory.mktemp("workers"), new_database(postgres[0], "workers")
    apis = f"up={upstream.url('ok')},slow={upstream.url('ok', latency=2)}"
    facts = {"DATABASE_URL": address, "REDIS_URL": redis[0], "IMAGE_APIS": apis, "RUN_DEADLINE": "60"}
    facts |= {"PICTURES_URL": (folder / "shared").as_uri()}
    one = Site(folder, facts).start()
    wait_until_alive(address, 2)
    yield one
    one.stop()


@pytest.fixture(autouse=True)
def _quiet_upstream(upstream: UpstreamServer) -> Iterator[None]:
    yield
    upstream.release()


def moved(visitor: Visitor, site: Site, number: int) -> Visitor:
    """The same browser, led to another web server by the proxy."""
    visitor.house = site.webs[number]
    return visitor


def at(address: str, site: Site, number: int) -> str:
    return address.replace(site.webs[0].root, site.webs[number].root)


def worker_of(site: Site, run: str) -> str:
    with psycopg.connect(site.settings["DATABASE_URL"]) as books:
        row = books.execute("SELECT worker FROM runs_run WHERE id = %s", [run.rstrip("/").rpartition("/")[2]])
        return str((row.fetchone() or [""])[0])


def test_a_run_submitted_at_one_web_server_is_followed_and_seen_at_the_other(site: Site) -> None:
    visitor = Visitor(site.webs[0])
    run = visitor.submit("a fox")
    moved(visitor, site, 1)
    assert visitor.wait(at(run, site, 1), "succeeded")["charged"] == "yes"
    (picture,) = visitor.pictures(at(run, site, 1))
    moved(visitor, site, 0)
    assert visitor.pictures(run) == [picture]


def test_a_key_has_two_calls_at_once_however_many_workers_there_are(site: Site, upstream: UpstreamServer) -> None:
    visitor, before = Visitor(site.webs[0]), len(upstream.requests)
    upstream.hold()
    runs = [visitor.submit(f"fox {number}") for number in range(6)]
    upstream.wait_for(before + 2)
    time.sleep(1)
    assert len(upstream.requests) == before + 2
    upstream.release()
    assert [visitor.wait(run, "succeeded")["charged"] for run in runs] == ["yes"] * 6
    assert len(upstream.requests) == before + 6


def test_a_run_is_cancelled_from_any_web_server(site: Site, upstream: UpstreamServer) -> None:
    visitor, before = Visitor(site.webs[0]), len(upstream.requests)
    upstream.hold()
    run = visitor.submit("never mind")
    upstream.wait_for(before + 1)
    moved(visitor, site, 1)
    visitor.cancel(at(run, site, 1))
    assert visitor.wait(at(run, site, 1), "cancelled")["charged"] == "maybe"


def test_a_killed_workers_run_is_interrupted_and_not_sent_twice(site: Site, upstream: UpstreamServer) -> None:
    visitor, before = Visitor(site.webs[0]), len(upstream.requests)
    upstream.hold()
    run = visitor.submit("half")
    upstream.wait_for(before + 1)
    killed = next(one for one in site.workers if f"-{one.pid}-" in worker_of(site, run))
    killed.kill()
    assert visitor.wait(run, "interrupted", seconds=60)["charged"] == "maybe"
    upstream.release()
    killed.start()
    assert visitor.wait(visitor.submit("whole"), "succeeded")["charged"] == "yes"
    assert len(upstream.requests) == before + 2


def test_an_emptied_queue_loses_no_run(site: Site, redis: tuple[str, Engine], upstream: UpstreamServer) -> None:
    visitor, before = Visitor(site.webs[0]), len(upstream.requests)
    visitor.wait(visitor.submit("known before"), "succeeded")
    redis[1].stop()
    run = visitor.submit("while the queue is away")
    redis[1].start()
    assert visitor.wait(run, "succeeded", seconds=60)["charged"] == "yes"
    assert len(upstream.requests) == before + 2


def test_a_restarted_postgresql_loses_no_run(
    site: Site, postgres: tuple[str, Engine], upstream: UpstreamServer
) -> None:
    visitor, before = Visitor(site.webs[0]), len(upstream.requests)
    upstream.hold()
    runs = [visitor.submit("fox"), visitor.submit("hare"), visitor.submit("waits")]
    upstream.wait_for(before + 2)
    postgres[1].stop()
    upstream.release()
    time.sleep(1)
    postgres[1].start()
    assert [visitor.wait(run, "succeeded", seconds=60)["charged"] for run in runs] == ["yes"] * 3
    assert len(upstream.requests) == before + 3


def test_a_worker_that_is_told_to_stop_lets_its_call_finish(site: Site, upstream: UpstreamServer) -> None:
    visitor = Visitor(site.webs[0])
    run = visitor.submit("slow", api="slow")
    wait_until(lambda: visitor.look(run)["state"] == "running", 10, "it to run")
    stopped = next(one for one in site.workers if f"-{one.pid}-" in worker_of(site, run))
    assert stopped.stop() == 0
    assert visitor.look(run)["state"] == "succeeded"
    stopped.start()
