"""The tables of a dataset as files: CSV for spreadsheets, JSON Lines for programs, and what describes them.

CSV is UTF-8 with a byte order mark, RFC 4180, safe from formulas (see `spreadsheet`); NULL and the empty text are both
an empty cell there. JSON Lines keeps every text to the character and NULL as null; amounts stay decimal strings.
`datapackage.json` is a Frictionless tabular data package (https://specs.frictionlessdata.io/tabular-data-package/).
Review texts are masked (see `scrub`) and looked at once more after writing; the database keeps the originals.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import InputMissing, LeakFound
from pipelines.export.package import package, readme, resource
from pipelines.export.scrub import leaks, mask
from pipelines.normalize.names import sql_name, sql_names
from pipelines.spreadsheet import guard, unguard
from pipelines.store.read import open_read
from pipelines.store.schema import TABLES

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

Row = dict[str, Any]

EXPORTED = (
    "claims",
    "verdicts",
    "findings",
    "matches",
    "offers",
    "prices",
    "variants",
    "listing_items",
    "reviews",
    "signals",
    "complaints",
    "pages",
    "evidence",
    "issues",
    "ledger",
)
FORMATS = ("csv", "jsonl")

# Columns that hold what buyers and merchants wrote.
FREE_TEXT = {
    "reviews": ("title", "text", "variant", "reply", "follow_up_text", "said_json"),
    "signals": ("value", "evidence_json"),
    "complaints": ("words", "clause", "places_json"),
    "issues": ("value",),
}
_LONGEST_CELL = 2**31 - 1
_AUTHOR_KEY = re.compile(r"[0-9a-f]{16,64}")


def export_tables(dataset: Dataset, to: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write every table of `EXPORTED` in each format, `datapackage.json` and `README.md` into the folder `to`.

    Files of an earlier export with the same names are replaced, and only when the whole export is written and clean.
    Raises `InputMissing` for an unknown format or a dataset without a database, `LeakFound` when personal data is left.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise InputMissing(
            f"no such export format: {', '.join(unknown) or 'none given'}; known are {', '.join(FORMATS)}"
        )
    draft = to / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        written = _write_all(dataset, draft, formats)
        return [path.replace(to / path.name) for path in written]
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def published_rows(table: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows as they may leave the house: free text masked."""
    columns = FREE_TEXT.get(table, ())
    for row in rows:
        for name in columns:
            if isinstance(row[name], str):
                row[name] = _masked_json(row[name]) if name.endswith("_json") else mask(row[name])
        yield row


def _masked_json(text: str) -> str:
    """JSON with its texts masked; masking it as it is written could cut an escape in two."""
    return json.dumps(_masked(json.loads(text)), ensure_ascii=False)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return {name: _masked(item) for name, item in value.items()} if isinstance(value, dict) else value


def find_leaks(table: str, row: Row) -> list[str]:
    """What in a written row would identify a person: `column: what`."""
    found = []
    for name in FREE_TEXT.get(table, ()):
        found += [f"{name}: {what}" for what in leaks(str(row.get(name) or ""))]
    key = row.get("author_key")
    if table == "reviews" and key and not _AUTHOR_KEY.fullmatch(str(key)):
        found.append("author_key: not a keyed hash")
    found += [f"{name}: not a column for publication" for name in sorted(set(row) - set(TABLES[table].columns))]
    return found


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


def _write_all(dataset: Dataset, draft: Path, formats: Sequence[str]) -> list[Path]:
    written: list[Path] = []
    resources: list[Row] = []
    db = open_read(dataset.database)
    try:
        for table in EXPORTED:
            names = list(TABLES[table].columns)
            chosen = f"SELECT {sql_names(names)} FROM {sql_name(table)} ORDER BY {sql_names(TABLES[table].pk)}"  # noqa: S608
            for kind in formats:
                rows = published_rows(table, db.query(chosen))
                path = draft / f"{table}.{kind}"
                count = (_write_csv if kind == "csv" else _write_jsonl)(path, names, rows)
                _refuse_leaks(table, path)
                written.append(path)
                resources.append(resource(table, path, count, EXPORTED))
    finally:
        db.close()
    described = {
        draft / "datapackage.json": json.dumps(package(dataset, resources), ensure_ascii=False, indent=2) + "\n",
        draft / "README.md": readme(dataset, resources),
    }
    for path, text in described.items():
        path.write_text(text, encoding="utf-8")
    return [*written, *described]


def _write_csv(path: Path, names: list[str], rows: Iterator[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        for row in rows:
            writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in (row[name] for name in names)])
            count += 1
    return count


def _write_jsonl(path: Path, names: list[str], rows: Iterator[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps({name: row[name] for name in names}, ensure_ascii=False) + "\n")
            count += 1
    return count


def _refuse_leaks(table: str, path: Path) -> None:
    if table not in FREE_TEXT:
        return
    rows = read_csv(path) if path.suffix == ".csv" else read_jsonl(path)
    for number, row in enumerate(rows, start=1):
        found = find_leaks(table, row)
        if found:
            raise LeakFound(f"{path.name}, row {number}: {'; '.join(found)}. Nothing was exported.")
