"""The image API in a real gunicorn, as `make run` serves it, on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from playground.core.http.client_connections import KEEPALIVE_SECONDS
from playground.imageapi.providers import make_demo_key
from tests.helpers import databases
from tests.helpers.databases import ROOT, SECRET, manage

__all__ = ["Server", "manage", "serving"]
OPTIONS = (
    "--worker-class=playground.core.http.client_connections.PacedWorker",
    f"--keep-alive={KEEPALIVE_SECONDS}",
    "--graceful-timeout=1",
    "--no-control-socket",
    "--log-level=warning",
)


@dataclass(frozen=True)
class Server:
    """A server that runs; `process` leads a process group of its own."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def base_url(self) -> str:
        """The `base_url` for an SDK."""
        return f"http://127.0.0.1:{self.port}/{settings.URL_PREFIX}v1"

    def new_key(self) -> str:
        """A demo key that this server accepts."""
        return make_demo_key(SECRET)

    def stop(self) -> int:
        """End the whole group as a terminal or a service manager does. Raises TimeoutExpired after 10 seconds."""
        os.killpg(self.process.pid, signal.SIGTERM)
        return self.process.wait(timeout=10)


@contextmanager
def serving(
    folder: Path, *, application: str = "playground.wsgi:application", threads: int = 12, **environment: str
) -> Iterator[Server]:
    """Serve until the block ends. The port listens before the server starts, so clients need not poll."""
    folder.mkdir(parents=True, exist_ok=True)
    databases.prepare(folder)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            *OPTIONS,
            f"--threads={threads}",
            f"--bind=fd://{listening.fileno()}",
        ]
        process = subprocess.Popen(
            [*command, application],
            cwd=ROOT,
            env=databases.environment(folder) | environment,
            pass_fds=[listening.fileno()],
            start_new_session=True,
        )
        server = Server(process, listening.getsockname()[1])
    try:
        yield server
    finally:
        if process.poll() is None:
            server.stop()
