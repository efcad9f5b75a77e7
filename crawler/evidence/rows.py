"""The rows of the database beside their seals: pages with all their facts, tables that are written whole, runs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from crawler.evidence.problem import Problem
from pipelines.normalize.names import sql_name, sql_names
from pipelines.store.schema import TABLES
from pipelines.store.seals import (
    STALE,
    WHOLE,
    page_column,
    page_tables,
    present_columns,
    row_digest,
    rows_in_order,
    table_digest,
)

Said = dict[str, list[Any]]

NEWEST = """
    SELECT subject, url, content, note FROM seals
    WHERE n IN (SELECT MAX(n) FROM seals WHERE kind = ? GROUP BY subject) ORDER BY n
"""


def check_pages(connection: sqlite3.Connection, progress: Callable[[int], None]) -> Iterator[Problem]:
    """Each page and its rows in every table, against the page's newest seal; and rows whose page is not there."""
    sealed = {page: (url, _object(content)) for page, url, content, _ in connection.execute(NEWEST, ("page",))}
    found: dict[str, Said] = {page: {} for page in sealed}
    for table in page_tables():
        names = present_columns(connection, table)
        if not names:
            continue
        column = names.index(page_column(table))
        order = dict.fromkeys((page_column(table), *TABLES[table].pk))
        query = f"SELECT {sql_names(names)} FROM {sql_name(table)} ORDER BY {sql_names(order)}"  # noqa: S608
        for page, rows in groupby(connection.execute(query), key=lambda row: row[column]):
            found.setdefault(page, {})[table] = list(table_digest(names, rows))
        progress(1)
    urls = dict(connection.execute("SELECT id, url FROM pages"))
    for page, tables in found.items():
        if page in sealed:
            yield from _compare(page, urls.get(page) or sealed[page][0], sealed[page][1], tables)
        elif "pages" in tables:
            yield _problem(page, urls.get(page), "pages", "the page was never sealed: it was put in")
        else:
            where = ", ".join(sorted(tables))
            yield _problem(page, None, where, "rows of a page that is not in the database: they were put in")


def _compare(page: str, url: str | None, sealed: Said, found: Said) -> Iterator[Problem]:
    if "pages" not in found:
        yield _problem(page, url, "pages", "the page was removed from the database after it was sealed")
    for table in sorted({*sealed, *found} - ({"pages"} if "pages" not in found else set())):
        before, now = sealed.get(table), found.get(table)
        if before == now:
            continue
        yield _problem(page, url, table, _what(_count(before), _count(now)))


def _what(before: int, now: int) -> str:
    if before == now:
        return "the row was changed after it was sealed" if now == 1 else "a row was changed after it was sealed"
    said = f"{_rows(before)} sealed, {now} {'is' if now == 1 else 'are'} there"
    return f"{said}: {'rows were removed' if now < before else 'rows were put in'}"


def _rows(count: int) -> str:
    return f"{count} row was" if count == 1 else f"{count} rows were"


def _count(said: list[Any] | None) -> int:
    return said[0] if said and isinstance(said[0], int) else 0


def _problem(page: str, url: str | None, table: str, what: str) -> Problem:
    return Problem(part="page", what=what, page_id=str(page), url=url, table=table)


def check_tables(connection: sqlite3.Connection, notes: list[str]) -> Iterator[Problem]:
    """The tables that are written whole, against their newest seals."""
    sealed = {table: (content, note) for table, _, content, note in connection.execute(NEWEST, ("table",))}
    for table in WHOLE:
        names = present_columns(connection, table)
        content, note = sealed.get(table, (None, None))
        if note == STALE:
            notes.append(f"table {table}: made before reviews were read again; `daihuo corpus` makes and seals it anew")
            continue
        found = list(table_digest(names, connection.execute(rows_in_order(table, names))))
        before = _object(content).get(table, [0, None])
        if before[0] == found[0] == 0 or before == found:
            continue
        yield Problem(part="table", what=_what(_count(before), _count(found)), table=table)


def check_runs(connection: sqlite3.Connection) -> Iterator[Problem]:
    """The rows of runs that ended, against their seals."""
    for run, _, content, _ in connection.execute(NEWEST, ("run",)).fetchall():
        if row_digest(connection, "runs", run) != content:
            yield Problem(part="run", what=f"the row of run {run} was changed after it was sealed", table="runs")


def _object(text: str | None) -> Said:
    try:
        said = json.loads(text or "{}")
    except (ValueError, TypeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
