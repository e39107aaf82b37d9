"""`manage.py work`: a worker that executes runs. Start as many as you need, on any number of machines."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Carry out runs from the queue at REDIS_URL."""

    help = "Execute runs from the queue at REDIS_URL, in RUNNER_THREADS threads, until stopped by a signal."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the port of health checks."""
        parser.add_argument("--health-port", type=int, default=0, help="serve GET /healthz on this port of HOST")

    def handle(self, *args: Any, health_port: int, **options: Any) -> None:
        """Work until a signal ends it."""
        if not settings.REDIS_URL:
            raise CommandError("Without REDIS_URL the server executes runs itself: `manage.py serve` is enough.")
        from playground.server import worker

        sys.exit(worker.main(health_port))
