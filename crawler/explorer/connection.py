"""What a connection to the explorer's database may do: read it, within limits."""

from __future__ import annotations

import sqlite3

from pipelines.export.explore.search import INDEX
from pipelines.normalize.names import sql_name

_PRAGMAS = frozenset({
    "data_version", "database_list", "foreign_key_list", "index_info", "index_list", "index_xinfo", "schema_version",
    "table_info", "table_list", "table_xinfo",
})  # fmt: skip
# load_extension runs code from a file, fts3_tokenizer code from an address; the others read or write outside.
_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
_LIMITS = (
    (sqlite3.SQLITE_LIMIT_LENGTH, 2_000_000),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 2_000),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)


def lock(connection: sqlite3.Connection) -> None:
    """Let it do nothing but read its one file: no writes, no ATTACH, no extensions, no settings."""
    for limit, most in _LIMITS:
        connection.setlimit(limit, most)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    # A virtual table is declared with CREATE TABLE when it is first touched, which is refused afterwards.
    for table in (sql_name(INDEX), "json_each('[]')", "json_tree('[]')"):
        connection.execute(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608
    connection.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    # The few that tell what is there; with a second word they would set something, or name a table.
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
