"""`manage.py backup TARGET`: copy database, images and secret key of a running server into a new folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from playground.core.files import storage
from playground.core.start_checks import DataCommand
from playground.server.backup import SECRET_NAME, back_up


class Command(DataCommand):
    """Back up the data of one server with SQLite, also while it runs."""

    help = (
        "Copy the database, images and the secret key into the new folder TARGET, while the server runs. "
        "Exits with 0 when the backup is complete; otherwise with 1, a sentence, and no TARGET."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder."""
        parser.add_argument("target", type=Path, metavar="TARGET", help="a folder that doesn't exist yet")

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        """Write the backup, and say what it does not contain."""
        files, size = back_up(target)
        if storage.is_remote():
            self.stdout.write("The images are in the bucket of PICTURES_URL; back them up there.")
        if not (target / SECRET_NAME).exists():
            self.stdout.write("SECRET_KEY comes from the environment; keep it with the backup.")
        self.stdout.write(f"Backed up {files} files, {size / 1e6:.1f} MB, from {settings.DATA_DIR} to {target}.")
