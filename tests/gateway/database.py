"""A database for each server: a copy of an empty one, in SQLite, or in the PostgreSQL that DATABASE_URL names."""

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


def environment(folder: Path) -> dict[str, str]:
    """What tells a server or a command whose data is in `folder` where its database is."""
    own = {"DATABASE_URL": _address(_name(folder))} if POSTGRES else {}
    return os.environ | {"DATA_DIR": str(folder), "SECRET_KEY": SECRET} | own


def prepare(folder: Path) -> None:
    """Give `folder` a database with all tables and no rows, unless it has one."""
    if POSTGRES:
        _copy(_empty_postgres(), _name(folder))
    elif not (folder / FILE).exists():
        shutil.copy(_empty_file(), folder)


def manage(folder: Path, *words: str) -> str:
    """What a command of `manage.py` writes, with its data in `folder`."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(folder), check=True, capture_output=True, text=True
    ).stdout


def ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """The rows that the books of `folder` have for a question in SQL; none for a change."""
    if POSTGRES:
        with psycopg.connect(_address(_name(folder)), autocommit=True) as books:
            cursor = books.execute(question)
            return cursor.fetchall() if cursor.description else []
    with closing(sqlite3.connect(folder / FILE, autocommit=True)) as books:
        return books.execute(question).fetchall()


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


def _name(folder: Path) -> str:
    return f"playground_{sha256(str(folder).encode()).hexdigest()[:16]}"


def _address(name: str) -> str:
    return urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()


def _copy(template: str, name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    atexit.register(_drop, name)


def _drop(name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]
