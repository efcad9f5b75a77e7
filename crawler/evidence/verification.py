"""One verification of a dataset: files, rows, chain, the lines beside the archive. Reads only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crawler.evidence.chain import Chain, Unended, check_lines, made_anew, wanted_entries
from crawler.evidence.files import Checked, FileCheck
from crawler.evidence.problem import Problem
from crawler.evidence.rows import check_pages, check_runs, check_tables
from crawler.evidence.timestamps import check_timestamps
from pipelines.errors import DatabaseUnusable, InputMissing
from pipelines.store import heads


@dataclass(slots=True)
class Outcome:
    """What was found; `sealed` is how many pages have a seal, `before` how many of them got it afterwards."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    records: int = 0
    files: int = 0
    pages: int = 0
    without_record: int = 0
    entries: int = 0


Progress = Callable[[str, int, int], None]


def verify(database: Path, archive: Path, progress: Progress, roots: Path | None = None) -> Outcome:
    """Check everything; `progress` is told what is done, how much of it, and of how much.

    `roots` is a file with the certificates of authorities whose time stamps count.

    Raises InputMissing when nothing was stored yet, DatabaseUnusable when the file is no database.
    """
    if not database.is_file():
        raise InputMissing(f"{database} does not exist, nothing was crawled yet: run `daihuo crawl` or `daihuo ingest`")
    # Before the database, which may have been written on by the time the file is read.
    lines = heads.read(archive)
    try:
        with _reading(database) as connection:
            found = _verify(connection, archive, lines, progress)
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(f"{database.name} cannot be read: {error}; restore it from a copy") from error
    problems, notes = check_timestamps(archive, lines, roots)
    found.problems += problems
    found.notes += notes
    return found


def _verify(connection: sqlite3.Connection, archive: Path, lines: list[bytes], progress: Progress) -> Outcome:
    found = Outcome()
    sealed = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'seals'").fetchone() is not None
    if not sealed:
        connection.execute(_NO_SEALS)
        found.notes.append("stored before there were seals: only the archive's records are checked; the next run seals")
    check = FileCheck(connection, archive, Unended(connection) if sealed else lambda _: True, sealed=sealed)
    _add_files(found, check.run(_counting(progress, "archive", check.total_bytes())))
    found.pages, found.without_record = connection.execute(_PAGES).fetchone()
    if not sealed:
        return found
    found.problems += check_pages(connection, _counting(progress, "pages", 9))
    found.problems += check_tables(connection, found.notes)
    found.problems += check_runs(connection)
    chain = Chain(connection)
    entries = connection.execute("SELECT COUNT(*) FROM seals").fetchone()[0]
    found.problems += chain.check(wanted_entries(lines), _counting(progress, "chain", entries))
    named = {problem.file for problem in found.problems if problem.file}
    found.problems += check_lines(chain, archive, lines, named)
    found.entries = chain.entries
    if anew := made_anew(lines):
        what = f"the database was made anew after line {anew} of {heads.NAME}: lines up to it are checked only against"
        found.notes.append(f"{what} the archive's files")
    before = connection.execute(_BEFORE).fetchone()[0]
    if before:
        found.notes.append(f"{before} pages were stored before there were seals, and sealed when daihuo was upgraded")
    return found


_NO_SEALS = """
    CREATE TEMP TABLE seals
    (n INTEGER, kind TEXT, subject TEXT, url TEXT, warc_offset INTEGER, bytes INTEGER, content TEXT, note TEXT)
"""
_PAGES = "SELECT COUNT(*), COUNT(*) FILTER (WHERE warc_file IS NULL) FROM pages"
_BEFORE = "SELECT COUNT(*) FROM seals WHERE kind = 'page' AND note = 'before seals'"


def _add_files(found: Outcome, checked: Checked) -> None:
    found.problems += checked.problems
    found.notes += checked.notes
    found.records, found.files = checked.records, checked.files


def _counting(progress: Progress, what: str, total: int) -> Callable[[int], None]:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(what, done, total)

    return advance


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    """One view of the database, however it is written on meanwhile. A text that is not UTF-8 is read all the same."""
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()
