"""`manage.py create_keys`: issue API keys for a group from a CSV file, all or none. Each key is shown once."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from playground.core.start_checks import DataCommand
from playground.gateway.services import api_keys


class Command(DataCommand):
    """Issue the API keys that a CSV file lists; print or write a CSV table with the keys."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the input file and `--output`."""
        columns = ", ".join(api_keys.FILE_COLUMNS)
        parser.add_argument("file", help=f"CSV file with a header row; columns: {columns}; - reads stdin")
        parser.add_argument("--output", default="", help="write the keys to this new file instead of printing them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue all keys or none."""
        try:
            new_keys = api_keys.read_key_file(_read(options["file"]))
        except api_keys.KeyFileError as error:
            raise CommandError(f"No key was created.\n{error}") from error
        # Roll back if the table can't be written: the keys can't be shown again.
        with transaction.atomic():
            table = api_keys.keys_table(api_keys.issue_keys(new_keys))
            if options["output"]:
                _write(options["output"], table)
        if options["output"]:
            self.stdout.write(f"{len(new_keys)} keys were created. They are only in {options['output']}.")
        else:
            self.stdout.write(table, ending="")


def _read(name: str) -> str:
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} isn't UTF-8 text. Save it as CSV UTF-8.") from error


def _write(name: str, table: str) -> None:
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(table)
    except OSError as error:
        raise CommandError(f"No key was created: {name} can't be written ({error.strerror}).") from error
