"""SQL statements, made once from `TABLES`, and Python values made into cells."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from pipelines.normalize.names import sql_name, sql_names
from pipelines.normalize.text import storable
from pipelines.store.schema import TABLES

Cell = str | int | float | None
Row = tuple[Cell, ...]
Column = Sequence[Cell]

# Widest decimal that a text column takes: a price with more digits is a misread.
_MAX_DIGITS = 40
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch


@cache
def columns(table: str) -> tuple[str, ...]:
    """Column names, in the order of every row tuple."""
    return tuple(TABLES[table].columns)


@cache
def picker(table: str) -> Callable[[Mapping[str, Cell]], Row]:
    """Makes a row tuple out of a mapping that has every column."""
    return itemgetter(*columns(table))


@cache
def insert(table: str, names: tuple[str, ...] = ()) -> str:
    """Insert the named columns; all of them without names."""
    names = names or columns(table)
    return f"INSERT INTO {sql_name(table)} ({sql_names(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608


@cache
def insert_new(table: str, names: tuple[str, ...] = ()) -> str:
    """Insert rows whose key is new. The cheap way for what is nearly always the case."""
    return f"{insert(table, names)} ON CONFLICT ({sql_names(TABLES[table].pk)}) DO NOTHING"


@cache
def upsert(table: str, keep: frozenset[str] = frozenset()) -> str:
    """Insert, or update all columns but the key; those in `keep` only where they are NULL."""
    key = TABLES[table].pk
    changed = [
        f"{column} = COALESCE({sql_name(table)}.{column}, excluded.{column})"
        if name in keep
        else f"{column} = excluded.{column}"
        for name in columns(table)
        if name not in key and (column := sql_name(name))
    ]
    action = "UPDATE SET " + ", ".join(changed) if changed else "NOTHING"
    return insert(table) + f" ON CONFLICT ({sql_names(key)}) DO " + action


@cache
def select(table: str, where: str) -> str:
    return f"SELECT {sql_names(columns(table))} FROM {sql_name(table)} WHERE {sql_name(where)} = ?"  # noqa: S608


@cache
def delete(table: str, where: str = "") -> str:
    return f"DELETE FROM {sql_name(table)}" + (f" WHERE {sql_name(where)} = ?" if where else "")  # noqa: S608


def filled_columns(columns: Iterable[tuple[str, Column]]) -> dict[str, Column]:
    """The columns that are not NULL everywhere."""
    return {name: cells for name, cells in columns if cells[0] is not None or cells.count(None) < len(cells)}


def text_cell(text: str | None) -> str | None:
    """The text in its storable form, which for most texts is seen without looking at each character."""
    if text is None:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return storable(text)
    return storable(text) if "\x00" in text or "\ue000" in text else text


def decimal_cell(value: Decimal | None) -> str | None:
    """Plain digits. Raises `ValueError` for what no column takes: NaN, infinities, more than 40 digits."""
    if value is None:
        return None
    text = str(value)
    if len(text) <= _MAX_DIGITS and _PLAIN_NUMBER(text):
        return text
    if not value.is_finite() or abs(value.adjusted()) > _MAX_DIGITS:
        raise ValueError(f"not a storable number: {text:.60}")
    return format(value, "f")


def cell(value: object) -> Cell:
    """One value as its column holds it. Raises `ValueError` or `TypeError` for one that no column takes."""
    if value is None:
        return None
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, Decimal):
        return decimal_cell(value)
    if isinstance(value, int):
        if value.bit_length() > 63:
            raise ValueError("a whole number of more than 64 bits")
        return int(value)
    if isinstance(value, float):
        return value
    raise TypeError(f"no column takes a {type(value).__name__}")


def json_cell(value: object) -> str:
    """JSON as `_json` columns hold it: characters as they are, decimals as strings."""
    return storable(_json(value))


def _decimal(item: object) -> object:
    if isinstance(item, Decimal):
        return decimal_cell(item)
    raise TypeError(f"no JSON for a {type(item).__name__}")


_json = json.JSONEncoder(ensure_ascii=False, default=_decimal).encode


def rows_of(table: str, mappings: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Mappings as row tuples: a missing column is NULL, lists and mappings in `_json` columns become JSON.

    Raises `ValueError` for a key that is no column.
    """
    empty, pick, made = dict.fromkeys(columns(table)), picker(table), []
    for mapping in mappings:
        unknown = mapping.keys() - empty.keys()
        if unknown:
            raise ValueError(f"table {table} has no column {', '.join(sorted(unknown))}")
        said = {name: _said_cell(name, value) for name, value in mapping.items() if value is not None}
        made.append(pick(empty | said))
    return made


def _said_cell(name: str, value: object) -> Cell:
    return json_cell(value) if name.endswith("_json") and not isinstance(value, str) else cell(value)
