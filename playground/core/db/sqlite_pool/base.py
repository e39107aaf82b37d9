"""Hundreds of threads share a few connections, as they would with PostgreSQL's pool, which Django has and this lacks.

Opening a connection costs more than most questions (settings, functions, the schema read again), and one for every
thread costs a quarter of a megabyte each.
"""

import os
import sqlite3
import threading
from typing import Any, Final

from django.db.backends.sqlite3 import base

_MOST_KEPT: Final = 32


class ConnectionPool:
    """Connections that nobody uses at the moment, by database; of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, list[sqlite3.Connection]] = {}
        self._pid = os.getpid()

    def take(self, name: str) -> sqlite3.Connection | None:
        """One that is kept, if any."""
        with self._lock:
            self._forget_parents()
            kept = self._kept.get(name)
            return kept.pop() if kept else None

    def put(self, name: str, connection: sqlite3.Connection) -> bool:
        """Keep it, unless enough are kept."""
        with self._lock:
            self._forget_parents()
            kept = self._kept.setdefault(name, [])
            if len(kept) >= _MOST_KEPT:
                return False
            kept.append(connection)
            return True

    def clear(self) -> None:
        """Close all that are kept: to be called before a fork, and before a database file goes."""
        with self._lock:
            kept, self._kept = self._kept, {}
        for connections in kept.values():
            for one in connections:
                one.close()

    def _forget_parents(self) -> None:
        # SQLite's connections must not cross a fork; closing them here would take the parent's locks away.
        if self._pid != os.getpid():
            _left_alone.append(self._kept)
            self._kept, self._pid = {}, os.getpid()


# What a parent opened stays referenced, so that nothing closes it.
_left_alone: Final[list[dict[str, list[sqlite3.Connection]]]] = []
pool: Final = ConnectionPool()


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes its connection from the shelf and puts it back there."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """One from the shelf, else a new one."""
        return pool.take(str(conn_params["database"])) or super().get_new_connection(conn_params)

    def _close(self) -> None:
        connection, name = self.connection, str(self.settings_dict["NAME"])
        if connection is None:
            return
        is_clean = not self.errors_occurred and not connection.in_transaction
        if not (is_clean and pool.put(name, connection)):
            with self.wrap_database_errors:
                connection.close()

    def close_pool(self) -> None:
        """As PostgreSQL's: close what is kept for others."""
        pool.clear()
