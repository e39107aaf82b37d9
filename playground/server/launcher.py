"""The launcher: prepare, listen, fork the embedded worker and the web server, restart them, end them in order.

The application is imported once here; forks share its memory, and ENGINE_SECRET, which is never written.
"""

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, NoReturn

from django.conf import settings
from gunicorn.app.base import BaseApplication

from playground.core import change_notices, shutdown
from playground.core.files import data_dir
from playground.core.files import storage as store
from playground.core.http.client_connections import KEEPALIVE_SECONDS, Arbiter, PacedWorker, stop_listening
from playground.core.start_checks import check_database
from playground.runs.services import stray_files, wakeup
from playground.runs.worker import embedded
from playground.server import error_reports, local_metrics, process_figures, startup, tracing
from playground.server.access_log import RequestLogger

logger = logging.getLogger(__name__)
# Processes that still run so long after SIGINT are killed: the README promises ten seconds.
STOP_SECONDS: Final = 9.0
# The web server may finish responses for this time when it has to end at once.
WEB_STOP_SECONDS: Final = 2
WEB: Final = "web server"
RESTART_SECONDS: Final = 1.0
MAX_QUICK_EXITS: Final = 3


def listen() -> socket.socket:
    """Return the listening socket; exit with a sentence when HOST or PORT cannot be used."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    # `::` includes the addresses of IPv4.
    both = settings.HOST == "::" and socket.has_dualstack_ipv6()
    try:
        listener = socket.create_server(
            (settings.HOST, settings.PORT), family=family, backlog=2048, dualstack_ipv6=both
        )
    except OSError as error:
        sys.exit(f"Can't listen on {settings.HOST} port {settings.PORT}: {error.strerror}. Choose another PORT.")
    listener.set_inheritable(True)
    return listener


class WebServer(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads, on a socket that already listens."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Override defaults of gunicorn."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until a signal."""
        Arbiter(self).run()

    def load(self) -> Any:
        """The application, imported before the fork."""
        from playground.wsgi import application

        return application

    def _settings(self) -> dict[str, Any]:
        return {
            "bind": f"fd://{self.listener.fileno()}",
            "workers": settings.WEB_WORKERS,
            "worker_class": PacedWorker,
            "logger_class": RequestLogger,
            "threads": settings.WEB_THREADS,
            "worker_connections": settings.WEB_THREADS * 4,
            "preload_app": True,
            "when_ready": _handle_master_signals,
            "post_worker_init": _start_web_worker,
            "worker_exit": _finish_jobs,
            # gunicorn kills a worker whose main thread is stuck for so long; threads that wait for a model do not
            # count.
            "timeout": 60,
            # The launcher ends the workers sooner.
            "graceful_timeout": int(settings.DRAIN_SECONDS + STOP_SECONDS),
            "keepalive": KEEPALIVE_SECONDS,
            # gunicorn's control socket has one path for all instances of a machine.
            "control_socket_disable": True,
            "forwarded_allow_ips": ",".join(settings.TRUSTED_PROXIES),
            "loglevel": "warning",
            "proc_name": "playground",
        }


def _handle_master_signals(arbiter: Any) -> None:
    """In gunicorn's master: ignore signals until the web server may end; end it quickly in the last phase."""

    def handle(number: int, frame: FrameType | None) -> None:
        if not shutdown.is_web_ending():
            return
        if shutdown.phase() is shutdown.Phase.ENDING:
            arbiter.cfg.set("graceful_timeout", WEB_STOP_SECONDS)
            number = signal.SIGQUIT
        arbiter.signal(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _start_web_worker(worker: Any) -> None:
    """In each gunicorn worker: ignore signals as the master does; start the threads for leases and local copies."""

    def handle(number: int, frame: FrameType | None) -> None:
        if shutdown.is_web_ending():
            worker.handle_exit(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
        signal.siginterrupt(number, False)
    # Models can be imported only after django.setup().
    from playground.gateway.services.leases import leases

    leases.start()
    tracing.start_tracing(process_figures.WEB)
    if store.has_peers():
        stray_files.local_copies.start()


def _finish_jobs(arbiter: Any, worker: Any) -> None:
    """In a gunicorn worker that has answered its last request: let jobs of the image API end."""
    from playground.gateway.services.jobs import job_threads

    job_threads.drain()


class Launcher:
    """Restart the web server and the embedded worker when they die, and end them in order.

    SIGTERM drains: no run starts, and sent calls have DRAIN_SECONDS to finish. SIGINT, a second SIGTERM, or the end
    of that time ends everything within ten seconds.
    """

    def __init__(self, roles: dict[str, Callable[[], None]], listener: socket.socket) -> None:
        self.roles = roles
        self.listener = listener
        self.children: dict[int, str] = {}
        self.started: dict[str, float] = {}
        self.quick_exits: dict[str, int] = {}
        self.stopped_at: float | None = None

    @property
    def is_stopping(self) -> bool:
        """True after a signal to end."""
        return self.stopped_at is not None

    def run(self) -> int:
        """Serve until a signal. Return the exit status."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        for role in self.roles:
            self._start(role)
        status = 0
        while self.children:
            try:
                pid, wait_status = os.wait()
            except ChildProcessError:
                break
            role = self.children.pop(pid, "")
            if self.is_stopping:
                if WEB not in self.children.values():
                    # A killed web server has not stopped listening.
                    stop_listening(self.listener)
                self._end_web_in_turn()
            elif role:
                logger.error("The %s ended (%s); starting it again.", role, os.waitstatus_to_exitcode(wait_status))
                status = self._restart(role)
        return status

    def stop(self, number: int = signal.SIGINT, _frame: FrameType | None = None) -> None:
        """Drain on SIGTERM; end at once on SIGINT and on a second SIGTERM."""
        now = time.monotonic()
        if number == signal.SIGINT:
            self.stopped_at = now
            self._end()
        elif self.stopped_at is None:
            self.stopped_at = now
            self._drain()
        elif now - self.stopped_at > shutdown.SAME_SIGNAL_SECONDS:
            self._end()

    def _drain(self) -> None:
        shutdown.advance(shutdown.Phase.DRAINING)
        wakeup.wake_embedded_worker()
        _run_later(settings.DRAIN_SECONDS, self._end)
        self._end_web_in_turn()

    def _end(self) -> None:
        if shutdown.phase() is not shutdown.Phase.ENDING:
            _run_later(STOP_SECONDS, self._kill)
        shutdown.advance(shutdown.Phase.ENDING)
        wakeup.wake_embedded_worker()
        self._end_web_in_turn()

    def _end_web_in_turn(self) -> None:
        """End the web server, unless it is the only one and pages on it still follow runs."""
        if settings.IS_ALONE and "runner" in self.children.values():
            return
        shutdown.end_web()
        for pid, role in list(self.children.items()):
            if role == WEB:
                _signal(pid, signal.SIGTERM)

    def _restart(self, role: str) -> int:
        seconds = time.monotonic() - self.started[role]
        # A process that dies at once several times in a row has a fault that a restart does not fix.
        self.quick_exits[role] = self.quick_exits.get(role, 0) + 1 if seconds < RESTART_SECONDS else 0
        if self.quick_exits[role] >= MAX_QUICK_EXITS:
            logger.error("The %s ended at once, %s times; giving up.", role, MAX_QUICK_EXITS)
            self.stop(signal.SIGINT)
            return 1
        self._start(role)
        return 0

    def _start(self, role: str) -> None:
        sys.stdout.flush()
        startup.close_database_connections()
        self.started[role] = time.monotonic()
        # stdout was flushed before, or the child would print the buffer again.
        pid = os.fork()
        if pid == 0:
            self._run_role(role)
        self.children[pid] = role

    def _run_role(self, role: str) -> NoReturn:
        """In the fork: run the role, then exit normally, so that atexit handlers end child processes."""
        # The phase in shutdown.py decides when this process ends.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.roles[role]()
        sys.exit(0)

    def _kill(self) -> None:
        for pid in list(self.children):
            _signal(pid, signal.SIGKILL)


def _run_later(seconds: float, callback: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, callback)
    timer.daemon = True
    timer.start()


def _signal(pid: int, number: int) -> None:
    # The process may have ended at this moment.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def print_banner() -> None:
    """Print the URL, the data folder, and what is missing."""
    startup.print_line(f"Playground  http://{settings.LOCAL_HOST}:{settings.PORT}/")
    startup.print_line(f"Data        {settings.DATA_DIR}")
    if any(api.is_builtin for api in settings.IMAGE_APIS.values()):
        startup.print_line("The demo is built in and needs no key.")
    if settings.IS_HTTPS and not settings.TRUSTED_PROXIES:
        startup.print_line(
            "PUBLIC_URL is https, but TRUSTED_PROXIES doesn't name the proxy that terminates TLS: "
            "only requests over loopback will work."
        )
    startup.print_line("Stop with Ctrl+C.")


def main() -> int:
    """Serve until a stop signal arrives. Return the exit status."""
    process_figures.name_process(process_figures.LAUNCHER, is_root=True)
    error_reports.start_error_reports()
    startup.limit_malloc_arenas()
    startup.allow_many_files()
    data_dir.make_private(settings.DATA_DIR)
    startup.lock_data_folders()
    check_database(may_migrate=True)
    startup.check_picture_storage()
    startup.prepare()
    listener = listen()
    data_dir.prepare_scratch()
    local_metrics.create()
    wake_socket = wakeup.open_wake_socket()
    change_notices.open_pipes(settings.WEB_WORKERS)
    launcher_pipe, launcher_end = os.pipe()
    threading.stack_size(startup.STACK_BYTES)

    def run_web() -> None:
        process_figures.name_process(process_figures.WEB)
        os.close(launcher_end)
        threading.Thread(target=_exit_with_launcher, args=(launcher_pipe,), daemon=True).start()
        WebServer(listener).run()

    def run_worker() -> None:
        process_figures.name_process(process_figures.WORKER)
        tracing.start_tracing(process_figures.WORKER)
        os.close(launcher_end)
        listener.close()
        embedded.main(wake_socket, launcher_pipe)

    print_banner()
    # With Redis, `manage.py work` executes runs, here or on other machines.
    roles = {WEB: run_web} if settings.REDIS_URL else {"runner": run_worker, WEB: run_web}
    startup.freeze_memory()
    return Launcher(roles, listener).run()


def _exit_with_launcher(launcher_pipe: int) -> None:
    # Reads nothing until the launcher's end closes, however it died: no web server outlives it.
    os.read(launcher_pipe, 1)
    shutdown.advance(shutdown.Phase.ENDING)
    shutdown.end_web()
    os.kill(os.getpid(), signal.SIGTERM)
