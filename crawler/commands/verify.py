"""`daihuo verify`: does every row still lead to its archived record, unchanged?

For each row of `pages` and `evidence` that names an archive record, the record is read again, its content coding is
removed, and the SHA-256 of what remains is compared with the stored one. Exit code 0 when all agree, else 7.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from crawler.fetch.archive import read_record
from crawler.fetch.records import sha256_hex
from pipelines.dataset import load
from pipelines.errors import DatabaseUnusable, EvidenceBroken, InputMissing

SHOWN = 20

POINTERS = """
    select 'pages' as source, id as page_id, url, warc_file, warc_offset, sha256 from pages where warc_file is not null
    union all
    select 'evidence', page_id, url, warc_file, warc_offset, sha256 from evidence where warc_file is not null
    order by warc_file, warc_offset
"""
WITHOUT_RECORD = "select count(*) from pages where warc_file is null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One pointer from the database into the archive."""

    source: str
    page_id: str
    url: str
    warc_file: str
    warc_offset: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.source} {self.page_id} {self.url} ({self.warc_file} at {self.warc_offset})"


def run_verify(name: str, console: Console) -> int:
    """Print what is broken and a closing line; 0 or 7. Raises InputMissing when nothing was stored yet."""
    dataset = load(name)
    rows, without = _rows(dataset.database)
    problems = 0
    for row in track(rows, "verifying", console=console, transient=True, disable=not console.is_terminal):
        for problem in problems_of(row, dataset.archive):
            problems += 1
            if problems <= SHOWN:
                console.print(f"broken: {row}: {problem}", highlight=False, markup=False, soft_wrap=True)
    if problems > SHOWN:
        console.print(f"… and {problems - SHOWN} more", highlight=False)
    files = len({row.warc_file for row in rows})
    said = f"{len(rows)} records in {files} archive files: {len(rows) - problems} unchanged, {problems} broken"
    console.print(f"{said}; {without} pages have no record (refused or failed)", highlight=False, soft_wrap=True)
    return EvidenceBroken.exit_code if problems else 0


def _rows(database: Path) -> tuple[list[Row], int]:
    if not database.is_file():
        raise InputMissing(f"{database} does not exist: nothing was crawled or ingested yet")
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        rows = [Row(**dict(row)) for row in connection.execute(POINTERS)]
        return rows, connection.execute(WITHOUT_RECORD).fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(f"{database.name} cannot be read: {error}") from error
    finally:
        connection.close()


def problems_of(row: Row, archive: Path) -> Iterator[str]:
    """What is wrong with one pointer; nothing when the record is there and hashes to the stored value."""
    path = (archive / row.warc_file).resolve()
    if not path.is_relative_to(archive.resolve()):
        yield "the archive file lies outside the archive folder"
        return
    try:
        record = read_record(path, row.warc_offset)
    except EvidenceBroken as error:
        yield str(error)
        return
    found = sha256_hex(record.body)
    if found != row.sha256:
        yield f"expected sha256 {row.sha256}, found {found}"
