"""`manage.py revoke_key`: disable an API key of the built-in image API, named by its first 11 characters."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from playground.core.start_checks import DataCommand
from playground.gateway.models import PREFIX_LENGTH, ApiKey


class Command(DataCommand):
    """Disable an API key. Its requests in progress continue."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the key's prefix."""
        parser.add_argument("prefix", help=f"the key's first {PREFIX_LENGTH} characters")

    def handle(self, *args: Any, **options: Any) -> None:
        """Disable the key. Characters after the prefix are ignored."""
        prefix = options["prefix"][:PREFIX_LENGTH]
        api_keys = ApiKey.objects.filter(prefix=prefix)
        if len(prefix) < PREFIX_LENGTH or not api_keys:
            raise CommandError(
                f"No key starts with {prefix!r}. Give the first {PREFIX_LENGTH} characters of the key."
            )
        # Demo keys share their first letters; those of create_key never do.
        if len(api_keys) > 1:
            raise CommandError(f"{len(api_keys)} demo keys start with {prefix!r}, so none was disabled.")
        api_key = api_keys[0]
        api_key.is_disabled = True
        with transaction.atomic():
            # One column: requests change the counters meanwhile.
            api_key.save(update_fields=["is_disabled"])
        self.stdout.write(f"{api_key} is disabled.")
