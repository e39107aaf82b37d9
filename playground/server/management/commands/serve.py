"""`manage.py serve`: the launcher behind `make run`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from playground.server import launcher


class Command(BaseCommand):
    """Serve the playground."""

    help = "Prepare the database and files, then serve the playground with its worker."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal ends it."""
        sys.exit(launcher.main())
