"""`manage.py serve`, as `make run` starts it."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.crashes import OVER, Visitor
from tests.helpers.process_costs import family
from tests.helpers.server import ROOT, ServerProcess, run_command


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path / "data").start()
    yield server
    server.stop()


def test_the_root_leads_to_the_studio(server: ServerProcess) -> None:
    with urllib.request.urlopen(server.root) as answer:
        assert (answer.status, answer.url) == (200, server.url)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_group_ends_everything(tmp_path: Path, number: int) -> None:
    server = ServerProcess(tmp_path / "data").start()
    assert server.process is not None
    group = server.process.pid
    assert server.stop(number) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_only_the_data_folder_is_written_to(tmp_path: Path) -> None:
    """So that the rest of the file system may be read-only; `/dev/shm` is for a full disk and for locks."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before = {path: path.stat().st_mtime_ns for path in sources()}
    data = tmp_path / "data"
    settings = {"HOME": str(elsewhere), "TMPDIR": str(elsewhere), "PYTHONDONTWRITEBYTECODE": "1", "DEMO_SECONDS": "0"}
    server = ServerProcess(data, settings, makes_database=True).start()
    try:
        visitor = Visitor(server)
        run = visitor.submit("a cat", api="builtin", key="")
        assert visitor.wait(run, *OVER, seconds=90)["state"] == "succeeded"
        assert server.process is not None
        written = {place for pid in family(server.process.pid) for place in opened_for_writing(pid)}
    finally:
        server.stop(within=30)
    allowed = (str(data), "/dev/shm/", "/dev/null", "pipe:", "socket:", "anon_inode:", "/memfd:")
    assert not [place for place in written if not place.startswith(allowed)]
    assert str(data / "log.txt") in written, "the search looks in the wrong places"
    assert not list(elsewhere.rglob("*"))
    assert {path: path.stat().st_mtime_ns for path in sources()} == before


def test_a_checkout_that_cannot_be_written_to_starts_and_speaks_chinese(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    compiled = shutil.ignore_patterns("*.mo", "__pycache__")
    for name in ("playground", "templates", "static", "locale"):
        shutil.copytree(ROOT / name, checkout / name, ignore=compiled)
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)
    for path in [checkout, *checkout.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    server = ServerProcess(tmp_path / "data", checkout=checkout, before_start=lose_the_right_to_write_anywhere)
    try:
        server.start()
        with urllib.request.urlopen(f"{server.url}?lang=zh-hans") as answer:
            assert "提示词" in answer.read().decode()
    finally:
        server.stop()
        for path in [checkout, *checkout.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
    assert not [*checkout.rglob("*.mo"), *checkout.rglob("__pycache__")]


def lose_the_right_to_write_anywhere() -> None:
    """Drop root's right to ignore file modes (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


def sources() -> list[Path]:
    """Return all files of the program."""
    paths = [path for name in ("playground", "templates", "static") for path in (ROOT / name).rglob("*.*")]
    return [path for path in paths if path.suffix != ".pyc"]


def opened_for_writing(pid: int) -> set[str]:
    """Return the files that a process has open for writing."""
    paths = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            flags = int(Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text().split("flags:")[1].split()[0], 8)
            if flags & os.O_ACCMODE != os.O_RDONLY:
                paths.add(str(descriptor.readlink()))
        except OSError:
            continue
    return paths


def test_it_says_where_it_is_and_that_the_demo_needs_no_key(server: ServerProcess) -> None:
    assert server.root in server.log
    assert str(server.data) in server.log
    assert "needs no key" in server.log


def test_with_log_format_json_every_line_is_an_object_from_the_start_to_the_end(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", {"LOG_FORMAT": "json"}).start()
    with pytest.raises(urllib.error.HTTPError), urllib.request.urlopen(f"{server.url}v1/models"):
        pass
    # What gunicorn says itself.
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"GET / HTTP/9.9\r\n\r\n")
        line.recv(1)
    server.stop()
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert {line["logger"] for line in lines} >= {
        "playground.server.startup",
        "playground.gateway.calls",
        "gunicorn.error",
    }
    assert any(line["request_id"] and line["call"]["status"] == 401 for line in lines if "call" in line)


def test_a_taken_port_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(AssertionError, match="Choose another PORT"):
        ServerProcess(tmp_path / "data", port=taken.getsockname()[1]).start()


def test_an_empty_secret_file_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    show = "from django.conf import settings; print(settings.SECRET_KEY)"
    given = {"SECRET_KEY_FILE": str(tmp_path / "empty"), "SECRET_KEY": "given", "DATA_DIR": str(tmp_path)}
    assert run_command("shell", "--no-imports", "-c", show, **given).stdout.strip() == "given"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "many", "must be a whole number"),
        ("DEMO_SECONDS", "-1", "must be between"),
        ("DEBUG", "perhaps", "must be true or false"),
        ("IMAGE_APIS", "mine=ftp://example.org/v1", "ends in /v1"),
        ("PUBLIC_URL", "example.org", "must be a URL"),
        ("SECRET_KEY_FILE", "/nowhere", "can't be read"),
        ("IMAGE_APIS", "mine", "has no base URL"),
        ("TRUSTED_PROXIES", "proxy", "isn't an IP address"),
        ("TRUSTED_PROXIES", "10.0.0.0/33", "isn't an IP address or a range"),
        ("ALLOWED_HOSTS", "https://images.example.org", "no scheme"),
        ("ALLOWED_HOSTS", "images.example.org:8443", "no port"),
        ("HSTS_SECONDS", "a year", "must be a whole number"),
        ("HSTS_PRELOAD", "true", "needs HSTS_SUBDOMAINS=true"),
        ("LOG_FORMAT", "xml", "must be text or json"),
        ("SUPPORT_URL", "javascript:alert(1)", "must start with https"),
        ("URL_PREFIX", "/a b/", "must be a path"),
        ("DATABASE_URL", "mysql://x", "must start with postgres"),
        ("REDIS_URL", "http://127.0.0.1", "must be a URL"),
        ("PICTURES_URL", "ftp://pictures", "must be"),
        ("PUBLIC_URL", "https://[::1", "isn't a valid URL"),
        ("DATABASE_URL", "postgres://u:secret@h:abc/x", "isn't a valid URL"),
        ("DATABASE_URL", "sqlite://", "has no database name"),
        ("BUILTIN_URL", "nonsense", "must be a URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    ended = run_command("serve", **{"DATA_DIR": str(tmp_path), name: value})
    assert ended.returncode != 0
    assert name in ended.stderr and sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_workers_need_the_secret_that_keys_are_sealed_with(tmp_path: Path) -> None:
    ended = run_command("work", DATA_DIR=str(tmp_path), REDIS_URL="redis://127.0.0.1:1")
    assert ended.returncode != 0 and "Traceback" not in ended.stderr
    assert "ENGINE_SECRET must be set together with REDIS_URL" in ended.stderr


def test_without_a_queue_the_engines_of_several_machines_are_not_loaded(tmp_path: Path) -> None:
    modules = "playground.wsgi, playground.server.launcher"
    program = f"import sys, {modules}; print({{'celery', 'redis', 'boto3'}} & set(sys.modules))"
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.stdout == "set()\n", ended.stderr


def test_a_public_https_address_passes_the_deployment_check(tmp_path: Path) -> None:
    variables = {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://images.example.org"}
    ended = run_command("check", "--deploy", "--fail-level", "WARNING", **variables)
    assert ended.returncode == 0, ended.stderr


def test_a_postgres_address_finds_its_driver(tmp_path: Path) -> None:
    ended = run_command("check", DATA_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert ended.returncode == 0, ended.stderr
