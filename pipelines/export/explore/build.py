"""The explorer's database, made anew from the dataset's.

It is a copy of what may be published: texts masked and looked at once more (`source`), no archive, no secret. The same
dataset gives the same bytes.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.export.explore.chosen import DERIVED, chosen_tables
from pipelines.export.explore.derived import fill_derived
from pipelines.export.explore.described import metadata
from pipelines.export.explore.search import make_index
from pipelines.export.explore.source import clean_rows
from pipelines.normalize.names import sql_name, sql_names
from pipelines.store.read import open_read
from pipelines.store.table import Table

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

_KINDS = {str: "TEXT", int: "INTEGER", float: "REAL"}
_CHUNK = 2000
# Raised with every change of what the file holds, so that one of an earlier version is made anew.
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorer:
    """A built database: its file, the file that describes it to Datasette, rows by table."""

    database: Path
    metadata: Path
    rows: dict[str, int]


def build_explorer(dataset: Dataset, to: Path | None = None) -> Explorer:
    """Write `explorer.sqlite` and `explorer.metadata.json` into the folder `to`, or `build`.

    Raises `InputMissing` without a database, `LeakFound` when personal data would be in it: then nothing is replaced.
    """
    folder = to or dataset.build
    folder.mkdir(parents=True, exist_ok=True)
    target, beside = folder / "explorer.sqlite", folder / "explorer.metadata.json"
    draft = folder / f".explorer.{os.getpid()}.sqlite"
    draft.unlink(missing_ok=True)
    try:
        rows = _write(dataset, draft)
        text = json.dumps(metadata(dataset), ensure_ascii=False, indent=2) + "\n"
        draft.replace(target)
        # Closing the dataset's database may have touched it after the last byte was written here.
        os.utime(target)
        beside.write_text(text, encoding="utf-8", newline="\n")
    finally:
        for path in (draft, draft.with_name(f"{draft.name}-journal")):
            path.unlink(missing_ok=True)
    return Explorer(database=target, metadata=beside, rows=rows)


def is_current(dataset: Dataset) -> bool:
    """Whether `build` holds an explorer's database that was made from the dataset's database as it is now."""
    found = dataset.build / "explorer.sqlite"
    if not found.is_file() or not (dataset.build / "explorer.metadata.json").is_file():
        return False
    sources = [dataset.database, dataset.database.with_name(f"{dataset.database.name}-wal"), dataset.path]
    sources += [path for path in dataset.path.iterdir() if path.is_file()]
    if any(path.exists() and path.stat().st_mtime_ns > found.stat().st_mtime_ns for path in sources):
        return False
    with closing(sqlite3.connect(f"{found.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version == VERSION


def read_explorer(dataset: Dataset) -> Explorer:
    """What `build` holds; it has to be there."""
    found = dataset.build / "explorer.sqlite"
    return Explorer(database=found, metadata=found.with_name("explorer.metadata.json"), rows=row_counts(found))


def row_counts(path: Path) -> dict[str, int]:
    """Rows by table of a built database."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return {
            name: connection.execute(f"SELECT COUNT(*) FROM {sql_name(name)}").fetchone()[0]  # noqa: S608
            for name in chosen_tables()
        }


def _write(dataset: Dataset, path: Path) -> dict[str, int]:
    source = open_read(dataset.database)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as made:
            # The file is a draft until it is whole: there is nothing to go back to.
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "page_size = 4096", f"user_version = {VERSION}"):
                made.execute(f"PRAGMA {pragma}")
            made.execute("BEGIN")
            tables = chosen_tables()
            for name, spec in tables.items():
                made.execute(_create(name, spec))
            for name, spec in tables.items():
                if name not in DERIVED:
                    insert_rows(made, name, spec, clean_rows(source, name, spec))
            for name, rows in fill_derived(made):
                insert_rows(made, name, DERIVED[name], rows)
            for name, spec in tables.items():
                for statement in _indexes(name, spec):
                    made.execute(statement)
            make_index(made)
            made.execute("COMMIT")
            made.execute("ANALYZE")
    finally:
        source.close()
    return row_counts(path)


def insert_rows(made: sqlite3.Connection, name: str, spec: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Rows in batches; a column that a row does not name is NULL."""
    names = list(spec.columns)
    statement = f"INSERT INTO {sql_name(name)} ({sql_names(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    for chunk in _chunks([row.get(column) for column in names] for row in rows):
        made.executemany(statement, chunk)


def _chunks(rows: Iterable[list[Any]]) -> Iterator[Sequence[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _create(name: str, spec: Table) -> str:
    columns = [f"{sql_name(column)} {_KINDS[kind]}" for column, (kind, _) in spec.columns.items()]
    columns.append(f"PRIMARY KEY ({sql_names(spec.pk)})")
    columns += [
        f"FOREIGN KEY ({sql_name(column)}) REFERENCES {sql_name(other)} ({sql_name(target)})"
        for column, (other, target) in spec.foreign.items()
    ]
    return f"CREATE TABLE {sql_name(name)} (\n  " + ",\n  ".join(columns) + "\n)"


def _indexes(name: str, spec: Table) -> Iterator[str]:
    for columns in spec.indexes:
        called = sql_name(f"{name}_{'_'.join(columns)}")
        yield f"CREATE INDEX {called} ON {sql_name(name)} ({sql_names(columns)})"
