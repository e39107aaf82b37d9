#!/usr/bin/env python
"""Django's commands for the playground; `serve` is the launcher."""

import os
import signal
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from playground.core.files.data_dir import UMASK


def main() -> None:
    """Run one management command. A wrong setting, or data that cannot be used, ends it with a sentence alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    os.umask(UMASK)
    try:
        _ = settings.DEBUG
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    from playground.core.start_checks import start_errors_explained

    try:
        with start_errors_explained():
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # Ctrl+C before the server listens.
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
