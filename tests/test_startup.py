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
from playground.core.start_checks import DataCommand, start_error_text
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
    text = second_start(DATA_DIR=str(first.data))
    assert f"process {first.process.pid} on port {first.port}" in text
    assert "choose another DATA_DIR" in text
    assert incoming.exists() and visitor.look(run)["state"] == "running"
    provider.release()
    assert visitor.wait(run, "succeeded")["charged"] == "yes"


def test_a_second_server_on_the_same_pictures_is_kept_out(first: ServerProcess, tmp_path: Path) -> None:
    """Its pruning would delete what its own database does not know."""
    text = second_start(DATA_DIR=str(tmp_path), PICTURES_URL=f"file://{first.data}")
    assert f"is already using {first.data}" in text


@pytest.mark.skipif(bool(POSTGRES), reason="the suite runs on another database")
def test_a_second_server_on_the_same_database_is_kept_out(first: ServerProcess, tmp_path: Path) -> None:
    text = second_start(DATA_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{first.data}/playground.sqlite3")
    assert f"is already using {first.data}" in text


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


def output_of(command: str, **settings: str) -> str:
    """Return the output of a command that cannot use its data."""
    ended = run_command(*command.split(), PORT=str(free_port()), **settings)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr and ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


@pytest.mark.parametrize("name", ["create_key", "create_keys", "revoke_key", "reconcile", "prune", "backup"])
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
def test_a_file_that_is_no_database_stops_the_start_with_advice(tmp_path: Path, command: str) -> None:
    (tmp_path / databases.FILE).write_bytes(b"no database " * 1000)
    text = output_of(command, DATA_DIR=str(tmp_path))
    assert f"{tmp_path / databases.FILE} is damaged" in text and "restore a backup" in text


@pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL keeps watch itself")
@pytest.mark.parametrize("command", ["serve", "create_key"])
def test_a_damaged_or_truncated_database_stops_the_start_with_advice(data: dict[str, str], command: str) -> None:
    file = Path(data["DATA_DIR"], databases.FILE)
    whole = file.read_bytes()
    file.write_bytes(whole[:20_000] + bytes(20_000) + whole[40_000:])
    assert "is damaged" in output_of(command, **data)
    file.write_bytes(whole[: len(whole) // 2])
    assert "is damaged" in output_of(command, **data)


@pytest.mark.parametrize("command", ["serve", "create_key"])
def test_a_database_of_a_newer_version_is_left_alone(data: dict[str, str], command: str) -> None:
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('runs', '9000_later', '2030-01-01')"
    databases.ask(Path(data["DATA_DIR"]), newer)
    text = output_of(command, **data)
    assert "written by a newer version of the playground (runs.9000_later)" in text
    assert "restore a backup" in text


@pytest.mark.skipif(bool(POSTGRES), reason="the suite's databases have all tables")
def test_a_command_before_the_first_start_says_that_tables_are_lacking(tmp_path: Path) -> None:
    assert "run `manage.py migrate`" in output_of("create_key", DATA_DIR=str(tmp_path))


@pytest.mark.parametrize("command", ["serve", "create_key"])
def test_an_unreachable_postgresql_is_reported_without_its_password(tmp_path: Path, command: str) -> None:
    address = f"postgres://somebody:verysecret@127.0.0.1:{free_port()}/nothing"
    text = output_of(command, DATA_DIR=str(tmp_path), DATABASE_URL=address)
    assert "Can't connect to PostgreSQL on 127.0.0.1" in text and "correct DATABASE_URL" in text
    assert "verysecret" not in text


def test_a_worker_says_that_postgresql_cannot_be_reached(tmp_path: Path) -> None:
    queue = {"REDIS_URL": "redis://127.0.0.1:1", "ENGINE_SECRET": "x"}
    address = f"postgres://somebody@127.0.0.1:{free_port()}/nothing"
    assert "PostgreSQL on" in output_of("work", DATA_DIR=str(tmp_path), DATABASE_URL=address, **queue)


def test_a_full_disk_stops_the_start_with_a_sentence(data: dict[str, str]) -> None:
    Path(data["DATA_DIR"], "playground.lock").symlink_to("/dev/full")
    assert "is full. Free up some space" in output_of("serve", **data)


def test_an_unusable_folder_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    # Root may write everywhere but here.
    text = output_of("serve", DATA_DIR="/proc/nowhere")
    assert "DATA_DIR is '/proc/nowhere'" in text and "choose another folder" in text


@pytest.mark.parametrize("content", [b"", b"\xff\x00\xfe"])
def test_a_damaged_secret_stops_the_start_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    assert "secret_key is damaged" in output_of("serve", DATA_DIR=str(tmp_path))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/data/static"), "/data/static can't be used"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/tmp"), "check its owner"),
        (OSError(errno.ENOSPC, "No space left on device"), "is full. Free up"),
        (OSError(errno.EMFILE, "Too many open files"), ""),
        (ValueError("a bug"), ""),
    ],
)
def test_operator_errors_become_a_message_and_bugs_do_not(error: Exception, text: str) -> None:
    assert text in start_error_text(error) and bool(text) == bool(start_error_text(error))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("PRAGMA query_only=ON; INSERT INTO t VALUES (1)", "can't be written"),
        ("PRAGMA max_page_count=2; INSERT INTO t VALUES (zeroblob(100000))", "is full. Free up"),
        ("SELECT * FROM missing", "is missing tables"),
        ("SELECT wrong FROM t", "is missing tables"),
        ("SELECT", ""),
    ],
)
def test_an_error_of_sqlite_is_a_sentence_for_operators(change: str, text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as books:
        books.execute("CREATE TABLE t (a)")
        with pytest.raises(sqlite3.Error) as caught:
            books.executescript(change)
    assert text in start_error_text(caught.value) and bool(text) == bool(start_error_text(caught.value))


def test_other_users_cannot_read_the_data_or_files_of_an_older_version(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", {"DEMO_SECONDS": "0"}).start()
    server.stop()
    for path in (server.data, *server.data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    server.start()
    try:
        visitor = Visitor(server)
        visitor.wait(visitor.submit("a fox", api="builtin", key=""), "succeeded", seconds=60)
        own_paths = [path for path in (server.data, *server.data.rglob("*")) if path.name != "log.txt"]
        assert [str(path) for path in own_paths if path.lstat().st_mode & 0o077] == []
        assert {"secret_key", "pictures", "static"} <= {path.name for path in own_paths}
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
