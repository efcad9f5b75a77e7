"""The rows of a file, whatever kind it is of, for those who look for something in all of them."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.errors import PackageMissing
from pipelines.normalize.names import sql_name

# What a file raises that is damaged, or has a table whose name cannot be quoted.
UNREADABLE = (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile, sqlite3.DatabaseError, csv.Error)
_LONGEST_CELL = 2**31 - 1
_SQLITE = b"SQLite format 3\0"
_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"


class Line(NamedTuple):
    """One row or line, counted from 1 in its file or table, 0 before the first row.

    `cells` are (column, value), "" where there is no column; `row` is False for what describes and is no table.
    """

    number: int
    cells: list[tuple[str, Any]]
    table: str = ""
    row: bool = True


def lines_of(path: Path) -> Iterator[Line]:
    """Rows of CSV, JSON Lines, JSON, Parquet and SQLite; lines of all else, also inside of gzip and zip.

    The kind is told by the first bytes, then by the ending. Raises `PackageMissing` for Parquet without pyarrow, and
    one of `UNREADABLE` for a file that is not what it seems.
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head == _SQLITE:
        yield from _sqlite(path)
    elif head.startswith(_PARQUET):
        yield from _parquet(path)
    elif head.startswith(_GZIP):
        with gzip.open(path, "rb") as packed:
            yield from _plain(line.decode("utf-8", "replace") for line in packed)
    elif head.startswith(_ZIP) and zipfile.is_zipfile(path):
        yield from _zip(path)
    elif path.suffix in (".csv", ".tsv"):
        yield from _csv(path, "\t" if path.suffix == ".tsv" else ",")
    else:
        with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file_lines:
            yield from _json_lines(file_lines) if path.suffix in (".jsonl", ".ndjson") else _text(path, file_lines)


def _text(path: Path, file_lines: Iterable[str]) -> Iterator[Line]:
    if path.suffix not in (".json", ".jsonld", ".geojson"):
        return _plain(file_lines)
    said = "".join(file_lines)
    try:
        value = json.loads(said)
    except ValueError:
        return _plain(said.split("\n"))
    rows = value if isinstance(value, list) else [value]
    tabular = value is rows
    return (Line(number, list(_cells("", row)), row=tabular) for number, row in enumerate(rows, start=1))


def _csv(path: Path, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file_lines:
        reader = csv.reader(file_lines, delimiter=delimiter)
        header = next(reader, [])
        yield Line(0, [("", name) for name in header])
        for number, cells in enumerate(reader, start=1):
            names = header + [""] * (len(cells) - len(header))
            yield Line(number, list(zip(names, cells, strict=False)))


def _json_lines(file_lines: Iterable[str]) -> Iterator[Line]:
    for number, line in enumerate(file_lines, start=1):
        try:
            value = json.loads(line)
        except ValueError:
            value = line
        yield Line(number, list(_cells("", value)))


def _parquet(path: Path) -> Iterator[Line]:
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise PackageMissing(f"{path.name}: looking into Parquet needs pyarrow; install it and run again") from error
    number = 0
    with parquet.ParquetFile(path) as file:
        yield Line(0, [("", str(part)) for pair in (file.schema_arrow.metadata or {}).items() for part in pair])
        for batch in file.iter_batches(batch_size=4096):
            for row in batch.to_pylist():
                number += 1
                yield Line(number, list(_cells("", row)))


def _sqlite(path: Path) -> Iterator[Line]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.text_factory = lambda said: said.decode("utf-8", "replace")
        # A virtual table shows what its own tables hold, which are looked into as they are; some show nothing at all.
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %'"
        tables = [row[0] for row in connection.execute(listed)]
        for table in tables:
            rows = connection.execute(f"SELECT * FROM {sql_name(table)}")  # noqa: S608
            names = [str(column[0]) for column in rows.description]
            for number, cells in enumerate(rows, start=1):
                yield Line(number, list(zip(names, cells, strict=True)), table)


def _zip(path: Path) -> Iterator[Line]:
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            yield Line(0, [("", member.filename)], member.filename)
            with packed.open(member) as file:
                inside = gzip.open(file) if member.filename.endswith(".gz") else file  # noqa: SIM115 — closed with it
                for line in _plain(part.decode("utf-8", "replace") for part in inside):
                    yield line._replace(table=member.filename)


def _plain(file_lines: Iterable[str]) -> Iterator[Line]:
    return (Line(number, [("", line)]) for number, line in enumerate(file_lines, start=1))


def _cells(column: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The values inside of a JSON value, each with the name that it stands under."""
    if isinstance(value, dict):
        for name, inside in value.items():
            # A name is only looked at as one where a value stands under it.
            yield str(name), None
            yield from _cells(str(name), inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _cells(column, inside)
    else:
        yield column, value
