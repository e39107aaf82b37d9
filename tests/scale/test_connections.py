"""Many visitors share a few connections to PostgreSQL."""

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import requests

from tests.helpers.crashes import OVER, Visitor
from tests.helpers.server import ServerProcess
from tests.helpers.services import Engine, new_database

CONNECTIONS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, postgres: tuple[str, Engine]) -> Iterator[ServerProcess]:
    address = new_database(postgres[0], "connections")
    facts = {"DATABASE_URL": address, "DATABASE_CONNECTIONS": str(CONNECTIONS), "DEMO_SECONDS": "0"}
    server = ServerProcess(tmp_path_factory.mktemp("connections"), facts)
    try:
        yield server.start()
    finally:
        server.stop(signal.SIGKILL)


def status(server: ServerProcess) -> int:
    """Of an address that asks the database."""
    return requests.get(f"{server.root}/healthz", timeout=60).status_code


def test_forty_visitors_at_once_are_served_over_two_connections(
    server: ServerProcess, postgres: tuple[str, Engine]
) -> None:
    with ThreadPoolExecutor(40) as pool:
        assert Counter(pool.map(lambda _: status(server), range(200))) == {200: 200}
    with psycopg.connect(postgres[0]) as server:
        held = server.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'connections'").fetchone()
    # One web process, the runner, and the connection that keeps a second server away.
    assert held is not None and held[0] <= 2 * CONNECTIONS + 1


def test_no_request_fails_when_postgresql_restarts(server: ServerProcess, postgres: tuple[str, Engine]) -> None:
    assert status(server) == 200
    postgres[1].stop()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(status, server) for _ in range(8)]
        postgres[1].start()
        assert [request.result() for request in waiting] == [200] * 8
    server.wait_until_healthy()


def test_after_a_restart_of_postgresql_runs_are_carried_out(
    server: ServerProcess, postgres: tuple[str, Engine]
) -> None:
    visitor = Visitor(server)
    postgres[1].stop()
    postgres[1].start()
    run = visitor.submit("a cat", api="builtin", key="")
    assert visitor.wait(run, *OVER, seconds=60)["state"] == "succeeded"
