"""Statements that every run and every poll executes: their SQL is composed once, and each is its own transaction.

Django takes ten times as long to compose such a query as the database takes to answer it. On SQLite an extra
transaction around a single statement also blocks other writers: the thread waits for the GIL between BEGIN, the
statement and COMMIT while it holds the only write lock (docs/decisions/0012-measured-exceptions-to-plain-django.md).
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
    """Wrap a single statement that may fail: open a transaction only where a failure would break an outer one.

    PostgreSQL always gets one, which costs nothing there.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        return nullcontext()
    return transaction.atomic()


def release_connection() -> None:
    """Return the connection of this thread to the pool, before a wait of up to 150 s or after an error."""
    if not connection.in_atomic_block:
        # A broken connection is dropped even when closing it fails; the next statement opens another.
        with suppress(Error):
            connection.close()


def find[Row: Model](model: type[Row], **where: object) -> Row | None:
    """Return a row whose fields have these values (see `find_all`), or None."""
    return next(iter(find_all(model, (), **where)), None)


def find_all[Row: Model](model: type[Row], only: tuple[str, ...] = (), /, **where: object) -> list[Row]:
    """Return the rows whose fields have these values, in no order. None matches NULL, a list any of its items.

    `only` names the fields to read; the others are deferred.
    """
    database = _database()
    with database.cursor() as cursor:
        cursor.execute(_select_sql(model, only, _where_shape(where)), _parameters(model, where, database))
        rows = cursor.fetchall()
    return [_model_from_row(model, only, values, database) for values in rows]


def find_newest[Row: Model](
    model: type[Row], limit: int, only: tuple[str, ...] = (), /, **where: object
) -> list[Row]:
    """Return the first `limit` of those rows in the order of the model (see `find_all`)."""
    database = _database()
    with database.cursor() as cursor:
        sql = f"{_select_sql(model, only, _where_shape(where))} {_order_sql(model)} LIMIT %s"
        cursor.execute(sql, [*_parameters(model, where, database), limit])
        rows = cursor.fetchall()
    return [_model_from_row(model, only, values, database) for values in rows]


def insert(row: Model) -> None:
    """Insert a row. Raise IntegrityError when a unique constraint forbids it."""
    database = _database()
    sql, fields, key = _insert_sql(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
    with transaction.mark_for_rollback_on_error(database.alias), database.cursor() as cursor:
        cursor.execute(sql, values)
        if key:
            setattr(row, key, cursor.fetchone()[0])
    row._state.adding, row._state.db = False, database.alias


def insert_below(row: Model, limit: int, **where: object) -> bool:
    """Insert a row unless `limit` rows match `where` (see `find_all`). Return whether it was inserted.

    On PostgreSQL callers have to hold a lock (`take_transaction_lock`): two inserts at once would both count too few.
    """
    database, model = _database(), type(row)
    sql, fields = _bounded_insert_sql(model, _where_shape(where))
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
    with transaction.mark_for_rollback_on_error(database.alias), database.cursor() as cursor:
        cursor.execute(sql, [*values, *_parameters(model, where, database), limit])
        is_written = bool(cursor.rowcount > 0)
    if is_written:
        row._state.adding, row._state.db = False, database.alias
    return is_written


def update(model: type[Model], where: Mapping[str, object], values: Mapping[str, object], add_one: str = "") -> int:
    """Set `values` in the rows that match `where`, and increment the column `add_one`. Return the number of rows."""
    database = _database()
    sql, fields = _update_sql(model, _where_shape(where), tuple(values), add_one)
    prepared = [field.get_db_prep_save(value, database) for field, value in zip(fields, values.values(), strict=True)]
    with transaction.mark_for_rollback_on_error(database.alias), database.cursor() as cursor:
        cursor.execute(sql, [*prepared, *_parameters(model, where, database)])
        return int(cursor.rowcount)


def _model_from_row[Row: Model](
    model: type[Row], only: tuple[str, ...], row: Iterable[Any], database: BaseDatabaseWrapper
) -> Row:
    names, converted = _read_plan(model, only)
    values = list(row)
    for place, field in converted:
        if values[place] is not None:
            for convert in _converters(field, database):
                values[place] = convert(values[place], field.cached_col, database)
    return model.from_db(database.alias, names, values)


def _database() -> BaseDatabaseWrapper:
    """Return the connection itself: the proxy `connection` costs as much as converting a value."""
    return connections[DEFAULT_DB_ALIAS]


def _where_shape(where: Mapping[str, object]) -> _Shape:
    """Return the names and comparison operators of a condition: the SQL depends on these, not on the values."""
    return tuple((name, _comparison(value)) for name, value in where.items())


def _comparison(value: object) -> str:
    if isinstance(value, list):
        return f"IN ({', '.join(['%s'] * len(value))})" if value else "IN (NULL)"
    return "IS NULL" if value is None else "= %s"


def _parameters(model: type[Model], where: Mapping[str, object], database: BaseDatabaseWrapper) -> list[Any]:
    parameters = []
    for name, value in where.items():
        field = _field(model, name)
        values = value if isinstance(value, list) else [value] if value is not None else []
        parameters += [field.get_db_prep_save(one, database) for one in values]
    return parameters


@lru_cache(maxsize=1000)
def _select_sql(model: type[Model], only: tuple[str, ...], where: _Shape) -> str:
    columns = _columns(_fields(model, only))
    return f"SELECT {columns} FROM {model._meta.db_table} {_where_sql(model, where)}"  # noqa: S608


@cache
def _order_sql(model: type[Model]) -> str:
    parts = (
        f"{_columns([_field(model, name.lstrip('-'))])}{' DESC' if name.startswith('-') else ''}"
        for name in map(str, model._meta.ordering or ())
    )
    return f"ORDER BY {', '.join(parts)}"


def _fields(model: type[Model], only: tuple[str, ...]) -> _Fields:
    return tuple(field for field in model._meta.concrete_fields if not only or field.name in only)


@cache
def _read_plan(model: type[Model], only: tuple[str, ...]) -> tuple[list[str], list[tuple[int, "Field[Any, Any]"]]]:
    """Return the attribute names of the columns, and the positions and fields whose values need a conversion."""
    fields = _fields(model, only)
    converted = [(place, field) for place, field in enumerate(fields) if _converters(field, _database())]
    return [field.attname for field in fields], converted


@cache
def _insert_sql(model: type[Model]) -> tuple[str, _Fields, str]:
    fields = tuple(one for one in model._meta.concrete_fields if not isinstance(one, AutoField))
    key = next((one for one in model._meta.concrete_fields if isinstance(one, AutoField)), None)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {model._meta.db_table} ({_columns(fields)}) VALUES ({places})"  # noqa: S608
    return (f"{sql} RETURNING {_columns([key])}", fields, key.attname) if key else (sql, fields, "")


@lru_cache(maxsize=1000)
def _bounded_insert_sql(model: type[Model], where: _Shape) -> tuple[str, _Fields]:
    fields = tuple(one for one in model._meta.concrete_fields if not isinstance(one, AutoField))
    table, places = model._meta.db_table, ", ".join(["%s"] * len(fields))
    counted = f"SELECT COUNT(*) FROM {table} {_where_sql(model, where)}"  # noqa: S608
    return f"INSERT INTO {table} ({_columns(fields)}) SELECT {places} WHERE ({counted}) < %s", fields


@lru_cache(maxsize=1000)
def _update_sql(model: type[Model], where: _Shape, names: tuple[str, ...], add_one: str) -> tuple[str, _Fields]:
    fields = tuple(_field(model, name) for name in names)
    parts = [f"{_columns([one])} = %s" for one in fields]
    if add_one:
        column = _columns([_field(model, add_one)])
        parts.append(f"{column} = {column} + 1")
    return f"UPDATE {model._meta.db_table} SET {', '.join(parts)} {_where_sql(model, where)}", fields  # noqa: S608


def _where_sql(model: type[Model], where: _Shape) -> str:
    parts = (f"{_columns([_field(model, name)])} {comparison}" for name, comparison in where)
    return f"WHERE {' AND '.join(parts)}"


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field), name
    return field


def _columns(fields: "Iterable[Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


def _converters(field: "Field[Any, Any]", database: BaseDatabaseWrapper) -> list[Any]:
    return [*database.ops.get_db_converters(field.cached_col), *field.get_db_converters(database)]
