"""`manage.py revoke_key`: disable an API key of the built-in image API, named by its first 11 characters."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from playground.core.management.base import DataCommand
from playground.gateway.models import PREFIX_LENGTH, ApiKey


class Command(DataCommand):
    """Disable a key; calls that already run end as they would have."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which key."""
        parser.add_argument("prefix", help=f"the key's first {PREFIX_LENGTH} characters")

    def handle(self, *args: Any, **options: Any) -> None:
        """Disable it. Whoever hands over a whole key has its rest ignored."""
        prefix = options["prefix"][:PREFIX_LENGTH]
        found = ApiKey.objects.filter(prefix=prefix)
        if len(prefix) < PREFIX_LENGTH or not found:
            raise CommandError(f"No key begins with {prefix!r}; the first {PREFIX_LENGTH} characters are needed.")
        # Demo keys share their first letters; those of create_key never do.
        if len(found) > 1:
            raise CommandError(f"{len(found)} demo keys begin with {prefix!r}; none was disabled.")
        found.update(is_disabled=True)
        self.stdout.write(f"{found[0]} is disabled.")
