"""Threads share SQLite's connections, and a fork takes none of them along."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest
from django.db import connection

from playground.core.db.sqlite_pool.base import ConnectionPool, pool
from playground.runs.models import Worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the suite runs on another database"),
]


def in_a_thread(act) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def used_connection(connection_ids: list[int]) -> None:
    connection.ensure_connection()
    connection_ids.append(id(connection.connection))
    connection.close()


def test_the_next_thread_takes_the_connection_that_the_last_one_left() -> None:
    pool.clear()
    connection_ids: list[int] = []
    for _ in range(3):
        in_a_thread(lambda: used_connection(connection_ids))
    assert len(set(connection_ids)) == 1


def test_uncommitted_changes_of_a_thread_are_rolled_back() -> None:
    def leave_it_open() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("INSERT INTO runs_worker (id, beat_at) VALUES ('lost', '2026-01-01')")
        connection.close()

    in_a_thread(leave_it_open)
    assert not Worker.objects.filter(id="lost").exists()


def test_a_fork_opens_connections_of_its_own(tmp_path: Path) -> None:
    own_pool = ConnectionPool()
    own_pool.put("ledger", sqlite3.connect(tmp_path / "ledger"))
    pid = os.fork()
    if pid == 0:
        os._exit(0 if own_pool.take("ledger") is None else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert own_pool.take("ledger") is not None
