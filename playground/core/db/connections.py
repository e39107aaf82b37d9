"""The database connection of a thread."""

from contextlib import suppress

from django.db import Error, connection


def release_connection() -> None:
    """Return the connection of this thread to the pool, before a wait of up to 150 s or after an error."""
    if not connection.in_atomic_block:
        # A broken connection is dropped even when closing it fails; the next statement opens another.
        with suppress(Error):
            connection.close()
