"""What commands that work on the playground's data have in common."""

from typing import Any

from django.core.management.base import BaseCommand

from playground.server import startup


class DataCommand(BaseCommand):
    """Looks first whether the database can be worked with by this version."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Check, then do it. Raises what `manage.py` turns into a sentence."""
        startup.check_database()
        return super().execute(*args, **options)
