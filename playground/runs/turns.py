"""Taking turns at deciding, across processes and machines."""

import hashlib
from typing import Final

from django.db import connection

_BYTES: Final = 8


def take_turn(*words: str) -> None:
    """Until the transaction around this ends, nobody else decides about what the words name.

    SQLite's transactions that write come one after another anyway.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.sha256("\0".join(words).encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:_BYTES], signed=True)])
