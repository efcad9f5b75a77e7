"""Reading a dataset's database without changing it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines.errors import InputMissing


def open_readonly(database: Path) -> sqlite3.Connection:
    """A connection that cannot write, rows by column name. Raises `InputMissing` when there is no database yet."""
    if not database.is_file():
        raise InputMissing(f"{database} does not exist; crawl or ingest pages first (`daihuo run DATASET`)")
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def table_names(connection: sqlite3.Connection) -> set[str]:
    """The tables this database has; one written by an older version may lack some."""
    return {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
