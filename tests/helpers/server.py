"""The real server in a process group of its own, as `make run` starts it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers import databases
from tests.helpers.databases import ROOT

# All that servers and commands take over from the environment of the tests; the last one lets coverage measure them.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_CONFIG")


def inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def run_command(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `manage.py` with these settings alone."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**inherited(), **settings},
        capture_output=True,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Where static files are that one of them has made already: that takes longer than all else of a first start.
_static: list[Path] = []


@dataclass
class ServerProcess:
    """`manage.py serve` on a free port with a data folder of its own."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    checkout: Path = ROOT
    before_start: Callable[[], None] | None = None
    # True for a first start that migrates from nothing; all others copy an empty database, in half the CPU time.
    makes_database: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.root}/qcode-img/"

    @property
    def log(self) -> str:
        return (self.data / "log.txt").read_text(errors="replace")

    def start(self) -> "ServerProcess":
        static = self.data / "static"
        if _static and not static.exists():
            shutil.copytree(_static[0], static)
        self.data.mkdir(parents=True, exist_ok=True)
        environment = {
            **inherited(),
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "WEB_THREADS": "150",
            "WEB_WORKERS": "1",
            **self.settings,
        }
        if "DATABASE_URL" not in self.settings:
            environment |= databases.database_settings(self.data, is_prepared=not self.makes_database)
        with (self.data / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=self.checkout,
                env=environment,
                preexec_fn=self.before_start,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_until_healthy()
        except AssertionError:
            self.stop(signal.SIGKILL)
            raise
        _static.append(static)
        return self

    def wait_until_healthy(self, seconds: float = 100) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended:\n{self.log}")
            try:
                with urllib.request.urlopen(f"{self.root}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the server did not get healthy:\n{self.log}")

    def stop(self, number: int = signal.SIGTERM, within: float = 10) -> int:
        """End the process group; the seconds it may take at most are promised to be ten."""
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(timeout=within)
            finally:
                if self.process.poll() is None:
                    os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()
