"""Reading the explorer's database: rows as dictionaries, JSON columns as what they hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]


def rows(connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """Every row of an answer."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, tuple(row), strict=True)) for row in cursor.fetchall()]


def one(connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Row | None:
    """The first row, or None."""
    return next(iter(rows(connection, query, values)), None)


def listed(text: str | None) -> list[Any]:
    """A JSON list, empty when the column holds none."""
    value = json.loads(text) if text else []
    return value if isinstance(value, list) else []


def mapped(text: str | None) -> Row:
    """A JSON object, empty when the column holds none."""
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {}
