"""A connection pool for SQLite, like the one that Django has for PostgreSQL only.

Opening a connection costs more than most queries (pragmas, functions, the schema), and a connection for each of
hundreds of threads would take a quarter of a megabyte each.
"""

import os
import sqlite3
import threading
from typing import Any, Final

from django.db.backends.sqlite3 import base

_MAX_IDLE: Final = 32


class ConnectionPool:
    """Idle connections of this process, by database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[sqlite3.Connection]] = {}
        self._pid = os.getpid()

    def take(self, name: str) -> sqlite3.Connection | None:
        """Return an idle connection, or None."""
        with self._lock:
            self._drop_parents_connections()
            idle = self._idle.get(name)
            return idle.pop() if idle else None

    def put(self, name: str, connection: sqlite3.Connection) -> bool:
        """Keep the connection unless _MAX_IDLE are idle. Return whether it was kept."""
        with self._lock:
            self._drop_parents_connections()
            idle = self._idle.setdefault(name, [])
            if len(idle) >= _MAX_IDLE:
                return False
            idle.append(connection)
            return True

    def clear(self) -> None:
        """Close all idle connections. Call it before a fork, and before a database file is removed."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _drop_parents_connections(self) -> None:
        # Connections must not cross a fork, and closing them in the child would release the locks of the parent.
        if self._pid != os.getpid():
            _parents_connections.append(self._idle)
            self._idle, self._pid = {}, os.getpid()


# Connections that a parent opened stay referenced, so that garbage collection does not close them.
_parents_connections: Final[list[dict[str, list[sqlite3.Connection]]]] = []
pool: Final = ConnectionPool()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper for SQLite, with connections from the pool."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Return an idle connection, else a new one."""
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
        """Close idle connections, as the method of this name for PostgreSQL does."""
        pool.clear()
