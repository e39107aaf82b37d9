"""Machines of a playground that is spread over several: web servers and workers that share engines and secrets."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers.databases import ROOT
from tests.helpers.server import ServerProcess

SECRETS = {"SECRET_KEY": "a secret of the tests", "ENGINE_SECRET": "another secret of the tests"}


@dataclass
class WorkerMachine:
    """`manage.py work` in a process of its own."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.data / "worker.txt").read_text(errors="replace")

    def start(self) -> "WorkerMachine":
        self.data.mkdir(parents=True, exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        with (self.data / "worker.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "work"],
                cwd=ROOT,
                env={**inherited, "DATA_DIR": str(self.data), **self.settings},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """Kill it, as a power cut does."""
        os.killpg(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self, seconds: float = 20) -> int:
        """Stop it, as an operator does; return the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode


@dataclass
class Site:
    """Two web servers and two workers, each with a disk of its own but for what `settings` say."""

    folder: Path
    settings: dict[str, str]
    webs: list[ServerProcess] = field(default_factory=list)
    workers: list[WorkerMachine] = field(default_factory=list)

    def start(self, webs: int = 2, workers: int = 2) -> "Site":
        for number in range(workers):
            self.workers.append(WorkerMachine(self.folder / f"worker-{number}", SECRETS | self.settings).start())
        for number in range(webs):
            web = ServerProcess(self.folder / f"web-{number}", SECRETS | self.settings)
            self.webs.append(web)
            web.start()
        return self

    def stop(self) -> None:
        for web in self.webs:
            if web.process is not None:
                web.stop(signal.SIGKILL)
        for worker in self.workers:
            if worker.process is not None and worker.process.poll() is None:
                worker.kill()


def wait_until_alive(address: str, count: int, seconds: float = 40) -> None:
    """Wait until this many workers have reported."""
    import psycopg

    until = time.monotonic() + seconds
    while True:
        with psycopg.connect(address) as books:
            try:
                row = books.execute("SELECT count(*) FROM runs_worker").fetchone()
            except psycopg.errors.UndefinedTable:
                row = None
        if row and row[0] >= count:
            return
        assert time.monotonic() < until, f"fewer than {count} workers are alive"
        time.sleep(0.1)
