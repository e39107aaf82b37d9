"""Databases of the tests' servers: copies of an empty one, in SQLite or in the PostgreSQL of DATABASE_URL."""

import atexit
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the tests"
FILE = "playground.sqlite3"
POSTGRES = os.environ.get("DATABASE_URL", "")
ENGINE = "PostgreSQL" if POSTGRES else "SQLite"


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server or command whose data is in `folder`."""
    return os.environ | {"DATA_DIR": str(folder), "SECRET_KEY": SECRET} | _own(folder)


def database_settings(folder: Path, *, is_prepared: bool = True) -> dict[str, str]:
    """Return the settings that lead a server to its database, which SQLite may have to make itself."""
    if POSTGRES or is_prepared:
        prepare(folder)
    return _own(folder)


def prepare(folder: Path) -> None:
    """Give `folder` a database with all tables and no rows, unless it has one."""
    if POSTGRES:
        _copy(_empty_postgres(), _name(folder))
    elif not (folder / FILE).exists():
        shutil.copy(_empty_file(), folder)


def manage(folder: Path, *words: str) -> str:
    """Run a command of `manage.py` on the data in `folder`; return its output."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(folder), check=True, capture_output=True, text=True
    ).stdout


def ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """Execute SQL on the database of `folder`; return its rows."""
    if POSTGRES:
        with psycopg.connect(_address(_name(folder)), autocommit=True) as books:
            cursor = books.execute(question)
            return cursor.fetchall() if cursor.description else []
    with closing(sqlite3.connect(folder / FILE, timeout=20, autocommit=True)) as books:
        return books.execute(question).fetchall()


def damages(folder: Path) -> list[str]:
    """Return the faults that SQLite finds in its file. PostgreSQL checks itself."""
    if POSTGRES:
        return []
    broken = [str(row) for row in ask(folder, "PRAGMA integrity_check") if row != ("ok",)]
    return broken + [f"foreign key: {row}" for row in ask(folder, "PRAGMA foreign_key_check")]


def everything(folder: Path) -> bytes:
    """Return all rows of all tables as text; nothing for SQLite, whose file is in the folder."""
    if not POSTGRES:
        return b""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    rows = [row for (table,) in ask(folder, tables) for row in ask(folder, f'SELECT t::text FROM "{table}" t')]
    return "\n".join(row for (row,) in rows).encode()


def size_kb(folder: Path) -> int:
    """Return the size of the rows on disk."""
    if POSTGRES:
        return int(ask(folder, "SELECT pg_database_size(current_database())")[0][0]) // 1024
    pages, free, size = (
        ask(folder, f"PRAGMA {name}")[0][0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size) // 1024


@functools.cache
def _empty_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="playground-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    manage(folder, "migrate", "--verbosity=0")
    return folder / FILE


@functools.cache
def _empty_postgres() -> str:
    folder = Path(tempfile.gettempdir(), f"playground-empty-{os.getpid()}")
    _copy("template1", _name(folder))
    manage(folder, "migrate", "--verbosity=0")
    shutil.rmtree(folder, ignore_errors=True)
    return _name(folder)


def _own(folder: Path) -> dict[str, str]:
    return {"DATABASE_URL": _address(_name(folder))} if POSTGRES else {}


def _name(folder: Path) -> str:
    return f"playground_{sha256(str(folder).encode()).hexdigest()[:16]}"


def _address(name: str) -> str:
    return urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()


def _copy(template: str, name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    atexit.register(_drop, name)


def _drop(name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
