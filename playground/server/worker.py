"""The process of `manage.py work`: prepare, serve health checks, execute runs."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings
from django.db import Error

from playground.core.start_checks import check_database
from playground.runs.worker import celery_worker, claims
from playground.server import startup


def main(health_port: int) -> int:
    """Execute runs until a signal. Return the exit status."""
    startup.allow_many_files()
    check_database(may_migrate=True)
    startup.check_pictures()
    settings.PICTURES_DIR.mkdir(parents=True, exist_ok=True)
    startup.migrate()
    startup.close_database_connections()
    threading.stack_size(startup.STACK_BYTES)
    worker = celery_worker.start_worker()
    # Off by default: on one machine with several workers their ports would collide.
    if health_port:
        serve_health(worker, health_port)
    startup.print_line(f"Worker      {worker.name}, {settings.RUNNER_THREADS} threads")
    return celery_worker.main()


def serve_health(worker: celery_worker.CeleryWorker, port: int) -> None:
    """Serve `/livez`, and `/healthz` with 200 while the supervisor ticks and the database answers."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_well = self.path == "/livez" or (
                self.path == "/healthz" and worker.is_healthy() and _database_answers()
            )
            body = f'{{"worker": {str(is_well).lower()}}}'.encode()
            self.send_response(200 if is_well else 503)
            self.send_header("Content-Type", "application/json")
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
