"""PostgreSQL, Redis and nginx servers on free ports, removed after the test."""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.helpers.databases import ROOT
from tests.helpers.server import free_port

# What they are called by Debian and Ubuntu.
PACKAGES = ("postgresql", "redis-server", "nginx")
_NGINX_SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_POSTGRES_FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)


def postgres_program(name: str) -> str | None:
    """Find a program of PostgreSQL; Debian keeps the server's out of the path."""
    return shutil.which(name) or next(
        (path for folder in _POSTGRES_FOLDERS if (path := shutil.which(name, path=folder))), None
    )


def redis_program() -> str | None:
    """Find Redis or Valkey."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def nginx_program() -> str | None:
    """Find nginx; Debian installs it to /usr/sbin."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def missing() -> str:
    """Name the services that are not installed, as a clause; empty when none is missing."""
    here = {"PostgreSQL": postgres_program("postgres"), "Redis": redis_program(), "nginx": nginx_program()}
    lacking = [name for name, program in here.items() if program is None]
    return f"{' and '.join(lacking)} cannot be found or installed here" if lacking else ""


@dataclass
class Engine:
    """A server that can be stopped, killed and started again with its data."""

    command: list[str]
    port: int
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, user=self.user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )
        wait_for_port(self.port)

    def stop(self) -> None:
        """Stop it at once, but cleanly."""
        if self.process is not None and self.process.poll() is None:
            # SIGINT is PostgreSQL's fast shutdown, and Redis takes it like SIGTERM.
            self.process.send_signal(2)
            self.process.wait(30)


def wait_for_port(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert time.monotonic() < until, f"nothing listens on {port}"
        time.sleep(0.02)


@contextlib.contextmanager
def postgres(**options: object) -> Iterator[tuple[str, Engine]]:
    """The address of a PostgreSQL server of its own, and the server. `options` are those of postgresql.conf."""
    folder = Path(tempfile.mkdtemp(prefix="playground-postgres-"))
    initdb, program = postgres_program("initdb"), postgres_program("postgres")
    assert initdb and program
    user = _somebody() if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    made = f"{initdb} -D {folder}/data -U playground -A trust --no-sync -E UTF8 --locale=C"
    subprocess.run(made.split(), user=user, check=True, capture_output=True, cwd="/")
    port = free_port()
    facts = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", **options}
    settings = [part for name, value in facts.items() for part in ("-c", f"{name}={value}")]
    engine = Engine([program, "-D", f"{folder}/data", "-p", str(port), *settings], port, user)
    try:
        engine.start()
        address = f"postgres://playground@127.0.0.1:{port}/postgres"
        _wait_until_it_answers(address)
        yield address, engine
    finally:
        engine.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[tuple[str, Engine]]:
    """The address of a Redis server of its own that keeps nothing on disk, and the server."""
    program, port = redis_program(), free_port()
    assert program
    engine = Engine([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], port)
    try:
        engine.start()
        yield f"redis://127.0.0.1:{port}/0", engine
    finally:
        engine.stop()


@contextlib.contextmanager
def nginx(folder: Path, webs: Sequence[int]) -> Iterator[int]:
    """The port of the proxy of compose.yaml, in front of web servers on these ports of this machine."""
    port = free_port()
    with run_nginx(folder, compose_proxy(webs, port), port):
        yield port


def compose_proxy(webs: Sequence[int], port: int) -> str:
    """Return the proxy's configuration of compose.yaml, for these ports of this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for number, web in enumerate(webs, start=11):
        text = text.replace(f"172.30.77.{number}:8000", f"127.0.0.1:{web}")
    return text.replace("listen 80 default_server", f"listen 127.0.0.1:{port} default_server")


@contextlib.contextmanager
def run_nginx(folder: Path, text: str, port: int) -> Iterator[Engine]:
    """nginx with this configuration, which listens on `port`, and its files in `folder`."""
    program = nginx_program()
    assert program
    scratch = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in _NGINX_SCRATCH)
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n"
        + text.replace("http {", f"http {{\n{scratch}", 1)
    )
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    engine = Engine([program, "-p", str(folder), "-c", str(folder / "nginx.conf"), *user], port)
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()


def _somebody() -> str:
    """Return a user that PostgreSQL can run as: it refuses root."""
    names = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _wait_until_it_answers(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(address, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < until, "PostgreSQL does not answer"
            time.sleep(0.05)


def new_database(address: str, name: str) -> str:
    """The address of a new, empty database on the server."""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    return f"{address.rpartition('/')[0]}/{name}"
