"""Rows as files: CSV, JSON Lines and Parquet with one schema, and back.

CSV is UTF-8 with a byte order mark, RFC 4180, safe from formulas (see `spreadsheet`); NULL and the empty text are both
an empty cell there. JSON Lines keeps every text to the character and NULL as null. Parquet (format 2.6, zstd) has the
same columns: texts, whole numbers of 64 bits, doubles. Decimal amounts are texts in all three. The same rows give the
same bytes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.spreadsheet import guard, unguard

if TYPE_CHECKING:
    from pipelines.store.table import Table

Row = dict[str, Any]

FORMATS = ("csv", "jsonl", "parquet")
# Rows of one row group, and how many are held at once.
BLOCK = 20_000
UNSPLIT = "unsplit"
_LONGEST_CELL = 2**31 - 1
_KINDS = {str: pa.string(), int: pa.int64(), float: pa.float64()}


class Writer(Protocol):
    """One table in one format; `close` gives the files and the rows in each."""

    def write(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> dict[Path, int]: ...


class _Csv:
    def __init__(self, folder: Path, table: str, spec: Table) -> None:
        self._path, self._names, self._count = folder / f"{table}.csv", list(spec.columns), 0
        self._out: IO[str] = self._path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._out)
        self._writer.writerow(self._names)

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            cells = (row[name] for name in self._names)
            self._writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in cells])
        self._count += len(rows)

    def close(self) -> dict[Path, int]:
        self._out.close()
        return {self._path: self._count}


class _Jsonl:
    def __init__(self, folder: Path, table: str, spec: Table) -> None:
        self._path, self._names, self._count = folder / f"{table}.jsonl", list(spec.columns), 0
        self._out: IO[str] = self._path.open("w", encoding="utf-8", newline="\n")

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._out.write(json.dumps({name: row[name] for name in self._names}, ensure_ascii=False) + "\n")
        self._count += len(rows)

    def close(self) -> dict[Path, int]:
        self._out.close()
        return {self._path: self._count}


class _Parquet:
    """A file for each split where rows have one; a table without rows is one file without rows."""

    def __init__(self, folder: Path, table: str, spec: Table) -> None:
        self._folder, self._table, self._split = folder, table, "split" in spec.columns and table == "reviews"
        self._schema = pa.schema([(name, _KINDS[kind]) for name, (kind, _) in spec.columns.items()])
        self._open: dict[Path, pq.ParquetWriter] = {}
        self._counts: dict[Path, int] = {}

    def write(self, rows: Sequence[Row]) -> None:
        parts: dict[str, list[Row]] = {}
        for row in rows:
            parts.setdefault(f"-{row['split'] or UNSPLIT}" if self._split else "", []).append(row)
        for name, part in sorted(parts.items()):
            self._put(self._folder / f"{self._table}{name}.parquet", part)

    def _put(self, path: Path, rows: Sequence[Row]) -> None:
        if path not in self._open:
            self._open[path] = pq.ParquetWriter(path, self._schema, version="2.6", compression="zstd")
        self._open[path].write_table(pa.Table.from_pylist(list(rows), self._schema), row_group_size=BLOCK)
        self._counts[path] = self._counts.get(path, 0) + len(rows)

    def close(self) -> dict[Path, int]:
        if not self._open:
            self._put(self._folder / f"{self._table}{'-train' if self._split else ''}.parquet", [])
        for writer in self._open.values():
            writer.close()
        return dict(sorted(self._counts.items()))


_WRITERS: Mapping[str, type[_Csv | _Jsonl | _Parquet]] = {"csv": _Csv, "jsonl": _Jsonl, "parquet": _Parquet}


def writer(kind: str, folder: Path, table: str, spec: Table) -> Writer:
    """A writer of one of `FORMATS`; its files are `<table>.<kind>`, of reviews in Parquet `reviews-<split>.parquet`."""
    return _WRITERS[kind](folder, table, spec)


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of an exported CSV file with their exact texts: the inverse of the writing, but for NULL."""
    # Python's reader stops at cells of 128 kB unless told otherwise; there is one limit for the whole process.
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        header = next(reader)
        for cells in reader:
            yield {name: unguard(cell) for name, cell in zip(header, cells, strict=True)}


def read_jsonl(path: Path) -> Iterator[Row]:
    """The rows of an exported JSON Lines file."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield json.loads(line)


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows of an exported Parquet file."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BLOCK):
            yield from batch.to_pylist()
