"""What can keep a server from starting is said in a sentence, and harms nobody else."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import Visitor, kill
from tests.database import POSTGRES
from tests.house import House, free_port, run_command
from tests.upstream import UpstreamServer


@pytest.fixture(scope="module")
def upstream() -> Iterator[UpstreamServer]:
    with UpstreamServer() as server:
        yield server


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, upstream: UpstreamServer) -> Iterator[House]:
    server = House(tmp_path_factory.mktemp("first"), {"IMAGE_APIS": f"up={upstream.url('ok')}"}).start()
    yield server
    server.stop()


def second_start(**settings: str) -> str:
    """What a start says that does not come to serve."""
    ended = run_command("serve", PORT=str(free_port()), **settings)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_second_server_names_the_first_and_leaves_its_runs_and_files_alone(
    first: House, upstream: UpstreamServer
) -> None:
    visitor = Visitor(first)
    upstream.hold()
    run = visitor.submit("a fox")
    upstream.wait_for(1)
    incoming = first.data / "tmp" / "forms" / "on its way"
    incoming.parent.mkdir(parents=True, exist_ok=True)
    incoming.write_bytes(b"x")
    assert first.process is not None
    said = second_start(DATA_DIR=str(first.data))
    assert f"process {first.process.pid} on port {first.port}" in said
    assert "choose another DATA_DIR" in said
    assert incoming.exists() and visitor.look(run)["state"] == "running"
    upstream.release()
    assert visitor.wait(run, "succeeded")["charged"] == "yes"


def test_a_second_server_on_the_same_pictures_is_kept_out(first: House, tmp_path: Path) -> None:
    """Its pruning would delete what its own database does not know."""
    said = second_start(DATA_DIR=str(tmp_path), PICTURES_URL=f"file://{first.data}")
    assert f"already works in {first.data}" in said


@pytest.mark.skipif(bool(POSTGRES), reason="the suite runs on another database")
def test_a_second_server_on_the_same_database_is_kept_out(first: House, tmp_path: Path) -> None:
    said = second_start(DATA_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{first.data}/playground.sqlite3")
    assert f"already works in {first.data}" in said


def test_the_lock_of_a_killed_server_is_free_for_the_next(tmp_path: Path) -> None:
    server = House(tmp_path / "data").start()
    assert server.process is not None
    kill(server.process.pid)
    server.process.wait()
    # Its forks end by themselves, and the port is theirs until then.
    server.port = free_port()
    server.start()
    assert server.stop(signal.SIGTERM) == 0
    assert os.access(server.data / "playground.lock", os.R_OK)
