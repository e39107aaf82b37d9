"""Statements that every run and every poll needs: composed once, and each a transaction of its own.

Django takes ten times as long to put such a sentence together as the database to answer it. And on SQLite another
transaction around a single one holds everybody up: between BEGIN, the statement and COMMIT a thread waits for its
turn at the interpreter each time, with the database's only lock in its hands.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Field, Model

type _Fields = tuple[Field[Any, Any], ...]
type _Shape = tuple[tuple[str, str], ...]


def single() -> AbstractContextManager[None]:
    """For a block with a single statement that may fail: a transaction only where a failure would spoil an outer one.

    PostgreSQL gets one always, which costs it nothing.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        return nullcontext()
    return transaction.atomic()


def release_connection() -> None:
    """Give this thread's connection back: who waits 150 s must not hold one, nor go on with a broken one."""
    if not connection.in_atomic_block:
        # Whatever is wrong with it, it is gone then, and the next statement asks for another.
        with suppress(Error):
            connection.close()


def find[Row: Model](model: type[Row], **where: object) -> Row | None:
    """A row of which these fields have these values (see `find_all`); None when there is none."""
    return next(iter(find_all(model, (), **where)), None)


def find_all[Row: Model](model: type[Row], only: tuple[str, ...] = (), /, **where: object) -> list[Row]:
    """The rows of which these fields have these values, in no order; None: that are empty, a list: one of these.

    With `only` as much of them; the rest is read when somebody asks.
    """
    database = _here()
    with database.cursor() as cursor:
        cursor.execute(_selection(model, only, _shape(where)), _asked(model, where, database))
        found = cursor.fetchall()
    return [_row(model, only, values, database) for values in found]


def find_newest[Row: Model](model: type[Row], most: int, only: tuple[str, ...] = (), /, **where: object) -> list[Row]:
    """The first `most` of those rows in the model's own order (see `find_all`)."""
    database = _here()
    with database.cursor() as cursor:
        sql = f"{_selection(model, only, _shape(where))} {_order(model)} LIMIT %s"
        cursor.execute(sql, [*_asked(model, where, database), most])
        found = cursor.fetchall()
    return [_row(model, only, values, database) for values in found]


def insert(row: Model) -> None:
    """Write a new row. Raises IntegrityError when it must not be there twice."""
    database = _here()
    sql, fields, key = _insertion(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
    with transaction.mark_for_rollback_on_error(database.alias), database.cursor() as cursor:
        cursor.execute(sql, values)
        if key:
            setattr(row, key, cursor.fetchone()[0])
    row._state.adding, row._state.db = False, database.alias


def insert_below(row: Model, most: int, **where: object) -> bool:
    """Write a new row unless `most` rows are as `where` says (see `find_all`); whether it was written.

    Where writers do not come one after another anyway, callers have to take turns.
    """
    database, model = _here(), type(row)
    sql, fields = _bounded_insertion(model, _shape(where))
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
    with transaction.mark_for_rollback_on_error(database.alias), database.cursor() as cursor:
        cursor.execute(sql, [*values, *_asked(model, where, database), most])
        is_written = bool(cursor.rowcount > 0)
    if is_written:
        row._state.adding, row._state.db = False, database.alias
    return is_written


def update(model: type[Model], where: Mapping[str, object], facts: Mapping[str, object], add_one: str = "") -> int:
    """Write `facts` into the rows that are as `where` says, and count `add_one` up; how many rows there were."""
    database = _here()
    sql, fields = _change(model, _shape(where), tuple(facts), add_one)
    values = [field.get_db_prep_save(value, database) for field, value in zip(fields, facts.values(), strict=True)]
    with transaction.mark_for_rollback_on_error(database.alias), database.cursor() as cursor:
        cursor.execute(sql, [*values, *_asked(model, where, database)])
        return int(cursor.rowcount)


def _row[Row: Model](
    model: type[Row], only: tuple[str, ...], found: Iterable[Any], database: BaseDatabaseWrapper
) -> Row:
    names, unlike = _reading(model, only)
    values = list(found)
    for place, field in unlike:
        if values[place] is not None:
            for convert in _converters(field, database):
                values[place] = convert(values[place], field.cached_col, database)
    return model.from_db(database.alias, names, values)


def _here() -> BaseDatabaseWrapper:
    """This thread's connection itself: each look through `connection` takes as long as converting a value."""
    return connections[DEFAULT_DB_ALIAS]


def _shape(where: Mapping[str, object]) -> _Shape:
    """What a statement depends on: the names that are asked for, and how their values are compared."""
    return tuple((name, _comparison(value)) for name, value in where.items())


def _comparison(value: object) -> str:
    if isinstance(value, list):
        return f"IN ({', '.join(['%s'] * len(value))})" if value else "IN (NULL)"
    return "IS NULL" if value is None else "= %s"


def _asked(model: type[Model], where: Mapping[str, object], database: BaseDatabaseWrapper) -> list[Any]:
    asked = []
    for name, value in where.items():
        field = _field(model, name)
        values = value if isinstance(value, list) else [value] if value is not None else []
        asked += [field.get_db_prep_save(one, database) for one in values]
    return asked


@lru_cache(maxsize=1000)
def _selection(model: type[Model], only: tuple[str, ...], where: _Shape) -> str:
    columns = _columns(_fields(model, only))
    return f"SELECT {columns} FROM {model._meta.db_table} {_condition(model, where)}"  # noqa: S608


@cache
def _order(model: type[Model]) -> str:
    said = (
        f"{_columns([_field(model, name.lstrip('-'))])}{' DESC' if name.startswith('-') else ''}"
        for name in map(str, model._meta.ordering or ())
    )
    return f"ORDER BY {', '.join(said)}"


def _fields(model: type[Model], only: tuple[str, ...]) -> _Fields:
    return tuple(field for field in model._meta.concrete_fields if not only or field.name in only)


@cache
def _reading(model: type[Model], only: tuple[str, ...]) -> tuple[list[str], list[tuple[int, "Field[Any, Any]"]]]:
    """What a row's columns are called in Python, and which of them come as something else than they are there."""
    fields = _fields(model, only)
    unlike = [(place, field) for place, field in enumerate(fields) if _converters(field, _here())]
    return [field.attname for field in fields], unlike


@cache
def _insertion(model: type[Model]) -> tuple[str, _Fields, str]:
    fields = tuple(one for one in model._meta.concrete_fields if not isinstance(one, AutoField))
    key = next((one for one in model._meta.concrete_fields if isinstance(one, AutoField)), None)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {model._meta.db_table} ({_columns(fields)}) VALUES ({places})"  # noqa: S608
    return (f"{sql} RETURNING {_columns([key])}", fields, key.attname) if key else (sql, fields, "")


@lru_cache(maxsize=1000)
def _bounded_insertion(model: type[Model], where: _Shape) -> tuple[str, _Fields]:
    fields = tuple(one for one in model._meta.concrete_fields if not isinstance(one, AutoField))
    table, places = model._meta.db_table, ", ".join(["%s"] * len(fields))
    counted = f"SELECT COUNT(*) FROM {table} {_condition(model, where)}"  # noqa: S608
    return f"INSERT INTO {table} ({_columns(fields)}) SELECT {places} WHERE ({counted}) < %s", fields


@lru_cache(maxsize=1000)
def _change(model: type[Model], where: _Shape, names: tuple[str, ...], add_one: str) -> tuple[str, _Fields]:
    fields = tuple(_field(model, name) for name in names)
    said = [f"{_columns([one])} = %s" for one in fields]
    if add_one:
        column = _columns([_field(model, add_one)])
        said.append(f"{column} = {column} + 1")
    return f"UPDATE {model._meta.db_table} SET {', '.join(said)} {_condition(model, where)}", fields  # noqa: S608


def _condition(model: type[Model], where: _Shape) -> str:
    said = (f"{_columns([_field(model, name)])} {comparison}" for name, comparison in where)
    return f"WHERE {' AND '.join(said)}"


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field), name
    return field


def _columns(fields: "Iterable[Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


def _converters(field: "Field[Any, Any]", database: BaseDatabaseWrapper) -> list[Any]:
    return [*database.ops.get_db_converters(field.cached_col), *field.get_db_converters(database)]
