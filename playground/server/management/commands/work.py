"""`manage.py work`: a worker that executes runs. Start as many as you need, on any number of machines."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from playground.core.start_checks import check_database
from playground.runs.worker import claims
from playground.server import error_reports, local_metrics, process_figures, startup, tracing

if TYPE_CHECKING:
    from playground.runs.worker.celery_worker import CeleryWorker


class Command(BaseCommand):
    """Carry out runs from the queue at REDIS_URL."""

    help = "Execute runs from the queue at REDIS_URL, in RUNNER_THREADS threads, until stopped by a signal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the port of health checks."""
        parser.add_argument(
            "--health-port",
            type=int,
            default=0,
            help="serve GET /healthz, /livez and, with METRICS, /metrics on this port of HOST",
        )

    def handle(self, *args: Any, health_port: int, **options: Any) -> None:
        """Work until a signal ends it."""
        if not settings.REDIS_URL:
            raise CommandError("Without REDIS_URL the server executes runs itself: `manage.py serve` is enough.")
        # Celery is installed only where REDIS_URL is used.
        from playground.runs.worker import celery_worker

        process_figures.name_process(process_figures.WORKER, is_root=True)
        error_reports.start_error_reports()
        tracing.start_tracing(process_figures.WORKER)
        startup.allow_many_files()
        check_database(may_migrate=True)
        startup.check_picture_storage()
        settings.PICTURES_DIR.mkdir(parents=True, exist_ok=True)
        startup.migrate()
        startup.close_database_connections()
        threading.stack_size(startup.STACK_BYTES)
        worker = celery_worker.start_worker()
        local_metrics.create()
        # Off by default: on one machine with several workers their ports would collide.
        if health_port:
            serve_health(worker, health_port)
        startup.print_line(f"Worker      {worker.name}, {settings.RUNNER_THREADS} threads")
        sys.exit(celery_worker.main())


def serve_health(worker: CeleryWorker, port: int) -> None:
    """Serve `/livez`, and `/healthz` with 200 while the supervisor ticks and the database answers.

    With METRICS also `/metrics`, with those of this machine: web servers have those of the whole installation.
    """

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics" and settings.METRICS:
                from playground.server import prometheus

                self._send(200, prometheus.machine_text(), prometheus.CONTENT_TYPE)
                return
            is_well = self.path == "/livez" or (
                self.path == "/healthz" and worker.is_healthy() and _database_answers()
            )
            body = json.dumps({"version": settings.VERSION, "worker": is_well}).encode()
            self._send(200 if is_well else 503, body, "application/json")

        def _send(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: health checks come every few seconds."""

    try:
        server = ThreadingHTTPServer((settings.HOST, port), Health)
    except OSError as error:
        sys.exit(f"Can't listen on {settings.HOST} port {port}: {error.strerror}. Choose another --health-port.")
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


def _database_answers() -> bool:
    try:
        return claims.is_any_worker_alive()
    except Error:
        return False
