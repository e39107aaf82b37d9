"""The launcher: prepare, listen, fork the runner, fork the web server, look after both.

The app is imported once here; forks share its memory, and with it ENGINE_SECRET, which is written nowhere.
"""

import contextlib
import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from gunicorn.app.base import BaseApplication

from playground.core import shutdown, translations
from playground.core.db.checks import check_database
from playground.core.files import data_dir, scratch
from playground.core.files import storage as store
from playground.core.http.client_connections import Arbiter, Logger, Worker, stop_listening
from playground.runs.services import local_copies, wakeup
from playground.runs.worker import embedded
from playground.server import startup

logger = logging.getLogger(__name__)
# What is left so long after the word to end at once is killed: ten seconds are promised.
STOP_SECONDS: Final = 9.0
# What a web server has for its last answers when it is to end at once.
WEB_STOP_SECONDS: Final = 2
WEB: Final = "web server"
RESTART_SECONDS: Final = 1.0
MAX_QUICK_EXITS: Final = 3
# Stacks cost only what is touched. Below 1.5 MB a nested JSON text overflows them before Python says RecursionError.
STACK_BYTES: Final = 4 * 1024 * 1024
MAX_OPEN_FILES: Final = 65_536
# malloc.h of glibc.
_M_ARENA_MAX: Final = -8
# The number that machines agree on for a lock of PostgreSQL.
MIGRATING: Final = 7_301_001


def prepare() -> None:
    """Bring database, translations and static files up to date; quick when they are."""
    settings.PICTURES_DIR.mkdir(parents=True, exist_ok=True)
    migrate()
    translations.compile_stale(settings.BASE_DIR, settings.SPARE_LOCALE_DIR)
    collect_static()


def migrate() -> None:
    """Bring the tables up to date; of several machines that start at once, one does and the others wait for it."""
    if connection.vendor != "postgresql":
        call_command("migrate", interactive=False, verbosity=0)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def collect_static() -> None:
    """Hash and compress static files into STATIC_ROOT, when any of them changed."""
    root = Path(settings.STATIC_ROOT)
    stamp, names = root / ".stamp", sha256(settings.VERSION.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            names.update(f"{name} {found.st_size} {found.st_mtime_ns};".encode())
    if stamp.exists() and stamp.read_text() == names.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(names.hexdigest())


def allow_many_files() -> None:
    """A thousand open calls are two thousand sockets, and as many visitors: raise the soft limit to the hard one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, MAX_OPEN_FILES), most))


def limit_malloc_arenas() -> None:
    """Let threads share the places that they take memory from; only heeded before the first thread starts.

    The C library (glibc) would give every few threads a place of their own and keep what they gave back: with
    hundreds of threads that is a third of all memory.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def freeze_memory() -> None:
    """Let forks share what was imported."""
    gc.collect()
    # What is there now stays: the collector need not touch it, and so not copy it, in any of the forks.
    gc.freeze()


def listen() -> socket.socket:
    """The listening socket, or an end with a sentence."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    # `::` is every address, those of IPv4 as well.
    both = settings.HOST == "::" and socket.has_dualstack_ipv6()
    try:
        listener = socket.create_server(
            (settings.HOST, settings.PORT), family=family, backlog=2048, dualstack_ipv6=both
        )
    except OSError as error:
        sys.exit(f"Cannot listen on {settings.HOST} port {settings.PORT}: {error.strerror}. Choose another PORT.")
    listener.set_inheritable(True)
    return listener


class WebServer(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads, on the socket that is listening already."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings; the rest stays as gunicorn has it."""
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
            "worker_class": Worker,
            "logger_class": Logger,
            "threads": settings.WEB_THREADS,
            "worker_connections": settings.WEB_THREADS * 4,
            "preload_app": True,
            "when_ready": _heed_launcher,
            "post_worker_init": _begin_worker,
            "timeout": 60,
            # The launcher ends it sooner.
            "graceful_timeout": int(settings.DRAIN_SECONDS + STOP_SECONDS),
            "keepalive": 5,
            # A socket of gunicorn's own at a path that all its instances would share.
            "control_socket_disable": True,
            "forwarded_allow_ips": ",".join(settings.TRUSTED_PROXIES),
            "loglevel": "warning",
            "proc_name": "playground",
        }


def _heed_launcher(arbiter: Any) -> None:
    """In gunicorn's master: signals count when it is the web server's turn, and it is quick when time is over."""

    def heed(number: int, frame: FrameType | None) -> None:
        if not shutdown.is_web_ending():
            return
        if shutdown.phase() is shutdown.Phase.ENDING:
            arbiter.cfg.set("graceful_timeout", WEB_STOP_SECONDS)
            number = signal.SIGQUIT
        arbiter.signal(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)


def _begin_worker(worker: Any) -> None:
    """In each worker: heed the launcher likewise; end the calls of one that was killed, also when nobody calls.

    Drop what was removed on other machines.
    """

    def heed(number: int, frame: FrameType | None) -> None:
        if shutdown.is_web_ending():
            worker.handle_exit(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)
        signal.siginterrupt(number, False)
    # Models can be imported only after the apps are.
    from playground.gateway.services.leases import leases

    leases.start()
    if store.has_peers():
        local_copies.local_copies.start()


class Launcher:
    """Keeps the web server and the runner alive, and ends them in order when told to.

    SIGTERM drains: nothing new starts, and what was sent to an image API has DRAIN_SECONDS to come back. SIGINT, a
    second SIGTERM, and the end of that time end everything within ten seconds.
    """

    def __init__(self, roles: dict[str, Callable[[], None]], listener: socket.socket) -> None:
        self.roles = roles
        self.listener = listener
        self.children: dict[int, str] = {}
        self.started: dict[str, float] = {}
        self.quick_ends: dict[str, int] = {}
        self.stopped_at: float | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end."""
        return self.stopped_at is not None

    def run(self) -> int:
        """Serve until a signal; the exit status."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        for role in self.roles:
            self._start(role)
        status = 0
        while self.children:
            try:
                pid, ended = os.wait()
            except ChildProcessError:
                break
            role = self.children.pop(pid, "")
            if self.is_stopping:
                if WEB not in self.children.values():
                    # One that died closed nothing behind it.
                    stop_listening(self.listener)
                self._end_web_in_turn()
            elif role:
                logger.error("The %s ended (%s); starting it again.", role, os.waitstatus_to_exitcode(ended))
                status = self._again(role)
        return status

    def stop(self, number: int = signal.SIGINT, _frame: FrameType | None = None) -> None:
        """Drain, or end at once: whoever presses Ctrl+C, or asks twice, does not want to wait."""
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
        _later(settings.DRAIN_SECONDS, self._end)
        self._end_web_in_turn()

    def _end(self) -> None:
        if shutdown.phase() is not shutdown.Phase.ENDING:
            _later(STOP_SECONDS, self._kill)
        shutdown.advance(shutdown.Phase.ENDING)
        wakeup.wake_embedded_worker()
        self._end_web_in_turn()

    def _end_web_in_turn(self) -> None:
        """End the web server unless runs are followed there: of several servers, another one shows them."""
        if settings.IS_ALONE and "runner" in self.children.values():
            return
        shutdown.end_web()
        for pid, role in list(self.children.items()):
            if role == WEB:
                _signal(pid, signal.SIGTERM)

    def _again(self, role: str) -> int:
        lived = time.monotonic() - self.started[role]
        # Killed once from outside is bad luck; again and again at once is a fault that no new start mends.
        self.quick_ends[role] = self.quick_ends.get(role, 0) + 1 if lived < RESTART_SECONDS else 0
        if self.quick_ends[role] >= MAX_QUICK_EXITS:
            logger.error("The %s ended at once, %s times; giving up.", role, MAX_QUICK_EXITS)
            self.stop(signal.SIGINT)
            return 1
        self._start(role)
        return 0

    def _start(self, role: str) -> None:
        sys.stdout.flush()
        close_database_connections()
        self.started[role] = time.monotonic()
        pid = os.fork()
        if pid == 0:
            self._become(role)
        self.children[pid] = role

    def _become(self, role: str) -> NoReturn:
        """In the fork: do the role, then leave as a process of its own would, so that its children are closed."""
        # The launcher says when it ends (shutdown.py).
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.roles[role]()
        sys.exit(0)

    def _kill(self) -> None:
        for pid in list(self.children):
            _signal(pid, signal.SIGKILL)


def _later(seconds: float, act: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


def _signal(pid: int, number: int) -> None:
    # It may have ended this very moment.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def close_database_connections() -> None:
    """Close every connection, and the pool that they come from: neither can be shared by a fork and its parent."""
    connections.close_all()
    for one in connections.all(initialized_only=True):
        if hasattr(one, "close_pool"):
            one.close_pool()


def print_banner() -> None:
    """Tell the operator where the playground is and what it needs."""
    say(f"Playground  http://{settings.LOCAL_HOST}:{settings.PORT}/")
    say(f"Data        {settings.DATA_DIR}")
    if any(api.is_builtin for api in settings.IMAGE_APIS.values()):
        say("The demo API is built in and needs no key.")
    if settings.IS_HTTPS and not settings.TRUSTED_PROXIES:
        say(
            "PUBLIC_URL is https, but TRUSTED_PROXIES names no proxy that ends TLS: "
            "only requests over loopback will be answered."
        )
    say("Stop with Ctrl+C.")


def say(sentence: str) -> None:
    """Tell the operator at the start; among lines of JSON as one of them."""
    if settings.LOG_FORMAT == "json":
        logger.info(sentence)
    else:
        print(sentence, flush=True)


def main() -> int:
    """Serve the playground until told to stop; the exit status."""
    limit_malloc_arenas()
    allow_many_files()
    data_dir.make_private(settings.DATA_DIR)
    startup.lock_data_folders()
    check_database(may_migrate=True)
    startup.check_pictures()
    prepare()
    listener = listen()
    scratch.prepare_scratch()
    wake_socket = wakeup.open_wake_socket()
    launcher_pipe, held = os.pipe()
    threading.stack_size(STACK_BYTES)

    def web() -> None:
        os.close(held)
        threading.Thread(target=_exit_with_launcher, args=(launcher_pipe,), daemon=True).start()
        WebServer(listener).run()

    def run_runner() -> None:
        os.close(held)
        listener.close()
        embedded.main(wake_socket, launcher_pipe)

    print_banner()
    # With a queue, workers carry out the runs: `manage.py work`, here or on other machines.
    roles = {WEB: web} if settings.REDIS_URL else {"runner": run_runner, WEB: web}
    freeze_memory()
    return Launcher(roles, listener).run()


def _exit_with_launcher(launcher_pipe: int) -> None:
    os.read(launcher_pipe, 1)
    shutdown.advance(shutdown.Phase.ENDING)
    shutdown.end_web()
    os.kill(os.getpid(), signal.SIGTERM)
