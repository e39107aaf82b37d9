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


def used_connection(seen: list[int]) -> None:
    connection.ensure_connection()
    seen.append(id(connection.connection))
    connection.close()


def test_the_next_thread_takes_the_connection_that_the_last_one_left() -> None:
    pool.clear()
    seen: list[int] = []
    for _ in range(3):
        in_a_thread(lambda: used_connection(seen))
    assert len(set(seen)) == 1


def test_what_a_thread_did_not_commit_is_nobody_elses() -> None:
    def leave_it_open() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("INSERT INTO runs_worker (id, beat_at) VALUES ('lost', '2026-01-01')")
        connection.close()

    in_a_thread(leave_it_open)
    assert not Worker.objects.filter(id="lost").exists()


def test_a_fork_opens_connections_of_its_own(tmp_path: Path) -> None:
    mine = ConnectionPool()
    mine.put("books", sqlite3.connect(tmp_path / "books"))
    pid = os.fork()
    if pid == 0:
        os._exit(0 if mine.take("books") is None else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert mine.take("books") is not None
