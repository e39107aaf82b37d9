"""`python -m tests.core.small_server FD SECONDS`: our gunicorn, four threads, such limits, a tiny application."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication

from playground.core import change_notices
from playground.core.http import client_connections, held_requests

LARGE = 32 * 1024 * 1024


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer `/large` with more than any buffer holds; read and count a body, or report its error."""
    try:
        body = environ["wsgi.input"].read()
        if environ["PATH_INFO"] == "/change":
            change_notices.note_change(environ["QUERY_STRING"])
    except OSError as error:
        answer = type(error).__name__.encode()
    else:
        answer = b"x" * LARGE if environ["PATH_INFO"] == "/large" else b"%d bytes" % len(body)
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


class Server(BaseApplication):  # type: ignore[misc]
    """On the socket that the test listens on."""

    def load_config(self) -> None:
        """Few threads and connections."""
        settings = {
            "worker_class": client_connections.PacedWorker,
            "threads": 4,
            "worker_connections": 40,
            "keepalive": 30,
        }
        settings |= {"bind": f"fd://{sys.argv[1]}", "graceful_timeout": 3, "control_socket_disable": True}
        settings |= {"loglevel": "warning"}
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The tiny application."""
        return application

    def run(self) -> None:
        """Serve until a signal."""
        client_connections.Arbiter(self).run()


if __name__ == "__main__":
    for limit in ("HEAD_SECONDS", "BODY_SECONDS", "SEND_SECONDS", "LINGER_SECONDS"):
        setattr(client_connections, limit, float(sys.argv[2]))
    change_notices.open_pipes(1)
    held_requests.HOLD_SECONDS = float(sys.argv[2])
    client_connections.IDLE_SECONDS = 0.1
    client_connections.BODY_RATE = 10_000
    Server().run()
