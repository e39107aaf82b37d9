"""One statement is a transaction already; on SQLite another around it holds everybody up.

Between BEGIN, the statement and COMMIT a thread waits for its turn at the interpreter each time, with the database's
only lock in its hands: under load that turns thousands of writes a second into a few.
"""

from contextlib import AbstractContextManager, nullcontext

from django.db import connection, transaction


def single() -> AbstractContextManager[None]:
    """For a block with a single statement that may fail: a transaction only where a failure would spoil an outer one.

    PostgreSQL gets one always, which costs it nothing.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        return nullcontext()
    return transaction.atomic()
