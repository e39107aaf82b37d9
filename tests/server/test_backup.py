"""`manage.py backup` copies a running server, and the copy is a server that misses nothing."""

import errno
import os
import shutil
import stat
import threading
from pathlib import Path

import pytest
import requests

from playground.core.start_checks import StartError
from playground.server import backup
from tests.helpers.crashes import FIELD, Visitor, troubles
from tests.helpers.server import ServerProcess, run_command

BODY = {"model": "gpt-image-2", "prompt": "a vase", "size": "1024x1024", "quality": "low"}
SETTINGS = {"DATABASE_URL": "", "DEMO_SECONDS": "0"}


def call(server: ServerProcess, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return requests.post(f"{server.url}v1/images/generations", json=BODY, headers=headers, timeout=60).status_code


# Two servers start.
@pytest.mark.timeout(300)
def test_a_backup_of_a_busy_server_starts_and_misses_neither_keys_nor_money_nor_images(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", SETTINGS).start()
    restored = None
    try:
        visitor = Visitor(server)
        run = visitor.submit("a fox in the snow", api="builtin", key="")
        visitor.wait(run, "succeeded")
        images = visitor.pictures(run)
        environment = {"DATA_DIR": str(server.data), **SETTINGS}
        key = run_command("create_key", **environment).stdout.split()[-1]
        assert call(server, key) == 200
        is_over = threading.Event()

        def keep_calling() -> None:
            while not is_over.is_set():
                call(server, key)

        writer = threading.Thread(target=keep_calling)
        writer.start()
        done = run_command("backup", str(tmp_path / "backup"), **environment)
        is_over.set()
        writer.join()
        assert (done.returncode, done.stderr) == (0, "") and "Backed up" in done.stdout
        server.stop()

        shutil.copytree(tmp_path / "backup", tmp_path / "restored")
        restored = ServerProcess(tmp_path / "restored", SETTINGS).start()
        assert troubles(restored) == []
        later = Visitor(restored)
        later.session.cookies = visitor.session.cookies
        assert later.pictures(run.replace(server.root, restored.root)) == images
        assert call(restored, key) == 200
        proof = run_command("reconcile", DATA_DIR=str(restored.data), **SETTINGS)
        assert proof.stdout.startswith("0 differences"), proof.stdout
        assert dict(FIELD.findall(later.session.get(restored.url).text))
    finally:
        server.stop()
        if restored:
            restored.stop()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server that has stopped."""
    folder = tmp_path_factory.mktemp("empty")
    assert run_command("migrate", "--verbosity=0", DATA_DIR=str(folder), DATABASE_URL="").returncode == 0
    return folder


@pytest.fixture
def data(tmp_path: Path, empty: Path) -> dict[str, str]:
    shutil.copytree(empty, tmp_path / "data")
    return {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": ""}


def test_a_backup_overwrites_nothing_and_is_private(tmp_path: Path, data: dict[str, str]) -> None:
    target = tmp_path / "backup"
    assert run_command("backup", str(target), **data).returncode == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert [path for path in target.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []
    before = (target / "playground.sqlite3").read_bytes()
    again = run_command("backup", str(target), **data)
    assert again.returncode == 1 and "already exists" in again.stderr and "Traceback" not in again.stderr
    assert (target / "playground.sqlite3").read_bytes() == before


def test_a_backup_is_not_written_into_the_data(tmp_path: Path, data: dict[str, str]) -> None:
    ended = run_command("backup", str(tmp_path / "data" / "backup"), **data)
    assert ended.returncode == 1 and "Name another folder" in ended.stderr
    assert not (tmp_path / "data" / "backup").exists()


def test_a_backup_says_which_secret_it_does_not_hold(tmp_path: Path, data: dict[str, str]) -> None:
    (tmp_path / "data" / "secret_key").unlink()
    ended = run_command("backup", str(tmp_path / "backup"), SECRET_KEY="from the environment", **data)
    assert "SECRET_KEY comes from the environment" in ended.stdout


def test_images_shared_by_several_runs_stay_one_file(tmp_path: Path, settings) -> None:
    settings.PICTURES_DIR = tmp_path / "pictures"
    first, second = (settings.PICTURES_DIR / name / "1.png" for name in ("aa", "bb"))
    for path in (first, second):
        path.parent.mkdir(parents=True)
    first.write_bytes(b"x" * 5000)
    os.link(first, second)
    target = tmp_path / "backup"
    backup._copy_files(target, backup._Copies())
    copies = [target / "pictures" / name / "1.png" for name in ("aa", "bb")]
    assert copies[0].samefile(copies[1]) and copies[0].read_bytes() == first.read_bytes()


@pytest.mark.django_db
def test_a_backup_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup, "_copy_database", lambda target: target.touch())
    monkeypatch.setattr(backup, "_check_target", lambda target: None)
    monkeypatch.setattr(os, "sync", full)
    with pytest.raises(OSError, match="No space left"):
        backup.back_up(tmp_path / "backup")
    assert list(tmp_path.glob("backup*")) == []


def test_postgres_is_left_to_its_own_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup.connection, "vendor", "postgresql")
    with pytest.raises(StartError, match="pg_dump"):
        backup.back_up(tmp_path / "backup")
