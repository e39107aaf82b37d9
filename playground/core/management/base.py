"""The base of commands that work with the data of the playground."""

from typing import Any

from django.core.management.base import BaseCommand

from playground.core.db.checks import check_database


class DataCommand(BaseCommand):
    """Check before the command that this version can work with the database."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command. Raises StartError and errors of the database, for which `manage.py` has sentences."""
        check_database()
        return super().execute(*args, **options)
