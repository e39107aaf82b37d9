"""Every obstacle to a start is explained in a sentence, and harms no other server."""

import errno
import os
import shutil
import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from playground.core.files import data_dir
from playground.core.management.base import DataCommand
from playground.core.start_errors import start_error_text
from tests.fake_provider import FakeProvider
from tests.helpers import databases
from tests.helpers.crashes import Visitor, kill
from tests.helpers.databases import POSTGRES
from tests.helpers.server import ServerProcess, free_port, run_command


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("first"), {"IMAGE_APIS": f"up={provider.url('ok')}"}).start()
    yield server
    server.stop()


def second_start(**settings: str) -> str:
    """Start a server that cannot run; return its output."""
    ended = run_command("serve", PORT=str(free_port()), **settings)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_second_server_names_the_first_and_leaves_its_runs_and_files_alone(
    first: ServerProcess, provider: FakeProvider
) -> None:
    visitor = Visitor(first)
    provider.hold()
    run = visitor.submit("a fox")
    provider.wait_for(1)
    incoming = first.data / "tmp" / "forms" / "on its way"
    incoming.parent.mkdir(parents=True, exist_ok=True)
    incoming.write_bytes(b"x")
    assert first.process is not None
    said = second_start(DATA_DIR=str(first.data))
    assert f"process {first.process.pid} on port {first.port}" in said
    assert "choose another DATA_DIR" in said
    assert incoming.exists() and visitor.look(run)["state"] == "running"
    provider.release()
    assert visitor.wait(run, "succeeded")["charged"] == "yes"


def test_a_second_server_on_the_same_pictures_is_kept_out(first: ServerProcess, tmp_path: Path) -> None:
    """Its pruning would delete what its own database does not know."""
    said = second_start(DATA_DIR=str(tmp_path), PICTURES_URL=f"file://{first.data}")
    assert f"is already using {first.data}" in said


@pytest.mark.skipif(bool(POSTGRES), reason="the suite runs on another database")
def test_a_second_server_on_the_same_database_is_kept_out(first: ServerProcess, tmp_path: Path) -> None:
    said = second_start(DATA_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{first.data}/playground.sqlite3")
    assert f"is already using {first.data}" in said


def test_the_lock_of_a_killed_server_is_free_for_the_next(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data").start()
    assert server.process is not None
    kill(server.process.pid)
    server.process.wait()
    # Its forks end by themselves, and the port is theirs until then.
    server.port = free_port()
    server.start()
    assert server.stop(signal.SIGTERM) == 0
    assert os.access(server.data / "playground.lock", os.R_OK)


def said_by(command: str, **settings: str) -> str:
    """Return the output of a command that cannot use its data."""
    ended = run_command(*command.split(), PORT=str(free_port()), **settings)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr and ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


@pytest.mark.parametrize("name", ["create_key", "revoke_key", "reconcile", "prune"])
def test_every_command_that_works_with_the_data_looks_at_it_first(name: str) -> None:
    assert isinstance(load_command_class(get_commands()[name], name), DataCommand)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of this version, and nothing in it."""
    folder = tmp_path_factory.mktemp("empty")
    databases.prepare(folder)
    return folder


@pytest.fixture
def data(tmp_path: Path, empty: Path) -> dict[str, str]:
    """The settings of a database of its own, of this version."""
    if POSTGRES:
        databases.prepare(tmp_path)
    else:
        shutil.copy(empty / databases.FILE, tmp_path)
    return {"DATA_DIR": str(tmp_path), **databases.database_settings(tmp_path, is_prepared=False)}


@pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL keeps watch itself")
@pytest.mark.parametrize("command", ["serve", "create_key", "migrate"])
def test_a_file_that_is_no_database_is_said_with_what_to_do(tmp_path: Path, command: str) -> None:
    (tmp_path / databases.FILE).write_bytes(b"no database " * 1000)
    said = said_by(command, DATA_DIR=str(tmp_path))
    assert f"{tmp_path / databases.FILE} is damaged" in said and "restore a backup" in said


@pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL keeps watch itself")
@pytest.mark.parametrize("command", ["serve", "create_key"])
def test_a_damaged_or_cut_database_is_said_with_what_to_do(data: dict[str, str], command: str) -> None:
    file = Path(data["DATA_DIR"], databases.FILE)
    whole = file.read_bytes()
    file.write_bytes(whole[:20_000] + bytes(20_000) + whole[40_000:])
    assert "is damaged" in said_by(command, **data)
    file.write_bytes(whole[: len(whole) // 2])
    assert "is damaged" in said_by(command, **data)


@pytest.mark.parametrize("command", ["serve", "create_key"])
def test_a_database_of_a_newer_version_is_left_alone(data: dict[str, str], command: str) -> None:
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('runs', '9000_later', '2030-01-01')"
    databases.ask(Path(data["DATA_DIR"]), newer)
    said = said_by(command, **data)
    assert "written by a newer version of the playground (runs.9000_later)" in said
    assert "restore a backup" in said


@pytest.mark.skipif(bool(POSTGRES), reason="the suite's databases have all tables")
def test_a_command_before_the_first_start_says_that_tables_are_lacking(tmp_path: Path) -> None:
    assert "run `manage.py migrate`" in said_by("create_key", DATA_DIR=str(tmp_path))


@pytest.mark.parametrize("command", ["serve", "create_key"])
def test_an_unreachable_postgresql_is_said_without_its_password(tmp_path: Path, command: str) -> None:
    address = f"postgres://somebody:verysecret@127.0.0.1:{free_port()}/nothing"
    said = said_by(command, DATA_DIR=str(tmp_path), DATABASE_URL=address)
    assert "Can't connect to PostgreSQL on 127.0.0.1" in said and "correct DATABASE_URL" in said
    assert "verysecret" not in said


def test_a_worker_says_that_postgresql_cannot_be_reached(tmp_path: Path) -> None:
    queue = {"REDIS_URL": "redis://127.0.0.1:1", "ENGINE_SECRET": "x"}
    address = f"postgres://somebody@127.0.0.1:{free_port()}/nothing"
    assert "PostgreSQL on" in said_by("work", DATA_DIR=str(tmp_path), DATABASE_URL=address, **queue)


def test_a_full_disk_at_the_start_is_said(data: dict[str, str]) -> None:
    Path(data["DATA_DIR"], "playground.lock").symlink_to("/dev/full")
    assert "is full. Free up some space" in said_by("serve", **data)


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    # Root may write everywhere but here.
    said = said_by("serve", DATA_DIR="/proc/nowhere")
    assert "DATA_DIR is '/proc/nowhere'" in said and "choose another folder" in said


@pytest.mark.parametrize("content", [b"", b"\xff\x00\xfe"])
def test_a_damaged_secret_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    assert "secret_key is damaged" in said_by("serve", DATA_DIR=str(tmp_path))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/data/static"), "/data/static can't be used"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/tmp"), "check its owner"),
        (OSError(errno.ENOSPC, "No space left on device"), "is full. Free up"),
        (OSError(errno.EMFILE, "Too many open files"), ""),
        (ValueError("a bug"), ""),
    ],
)
def test_what_an_operator_can_mend_is_a_sentence_and_a_bug_is_none(error: Exception, said: str) -> None:
    assert said in start_error_text(error) and bool(said) == bool(start_error_text(error))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("PRAGMA query_only=ON; INSERT INTO t VALUES (1)", "can't be written"),
        ("PRAGMA max_page_count=2; INSERT INTO t VALUES (zeroblob(100000))", "is full. Free up"),
        ("SELECT * FROM missing", "is missing tables"),
        ("SELECT wrong FROM t", "is missing tables"),
        ("SELECT", ""),
    ],
)
def test_what_sqlite_says_is_a_sentence_for_operators(change: str, said: str) -> None:
    with closing(sqlite3.connect(":memory:")) as books:
        books.execute("CREATE TABLE t (a)")
        with pytest.raises(sqlite3.Error) as caught:
            books.executescript(change)
    assert said in start_error_text(caught.value) and bool(said) == bool(start_error_text(caught.value))


def test_nobody_else_reads_the_data_nor_what_an_older_version_left(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", {"DEMO_SECONDS": "0"}).start()
    server.stop()
    for path in (server.data, *server.data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    server.start()
    try:
        visitor = Visitor(server)
        visitor.wait(visitor.submit("a fox", api="builtin", key=""), "succeeded", seconds=60)
        mine = [path for path in (server.data, *server.data.rglob("*")) if path.name != "log.txt"]
        assert [str(path) for path in mine if path.lstat().st_mode & 0o077] == []
        assert {"secret_key", "pictures", "static"} <= {path.name for path in mine}
        assert list(server.data.glob("pictures/*/*/1.*"))
    finally:
        server.stop()


def test_a_folder_that_others_use_too_keeps_its_rights_and_their_files(tmp_path: Path) -> None:
    shared, foreign = tmp_path / "shared", tmp_path / "shared" / "theirs"
    shared.mkdir()
    foreign.write_bytes(b"x")
    (shared / "secret_key").write_bytes(b"x")
    for path, mode in ((shared, 0o1777), (foreign, 0o644), (shared / "secret_key", 0o644)):
        path.chmod(mode)
    data_dir.make_private(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    shared.chmod(0o755)
    data_dir.make_private(shared)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (shared, foreign, shared / "secret_key")]
    assert modes == [0o700, 0o644, 0o600]
