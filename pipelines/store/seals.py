"""Seals: one append-only chain of hashes over all that is evidence. `docs/evidence.md` says the same for other tools.

An entry seals an archive record, all rows of a page, a table that is written whole, or the end of a run. Each has
`chain = SHA-256(chain before + "\\n" + entry)`, so that nothing can be changed, removed, added or moved unnoticed. Rows
are hashed in one form (`table_digest`): columns in which all rows are NULL are left out, so that a column that a later
version adds changes no seal.
"""

from __future__ import annotations

import json
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import chain, groupby, islice
from math import copysign
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from pipelines.normalize.names import sql_name, sql_names
from pipelines.store import sql
from pipelines.store.schema import TABLES
from pipelines.store.sql import Cell, Row

NO_CHAIN = "0" * 64
BLOCK = 1000
# Tables written whole: sealed whole, each time they were.
WHOLE = (
    "claims", "matches", "findings", "verdicts", "corpus_reviews", "complaints", "review_history", "corpus_versions",
)  # fmt: skip
STALE, ORPHAN, CUT, BEFORE = "stale", "orphan", "cut", "before seals"

_fast = msgspec.json.Encoder(order="deterministic").encode
# msgspec writes values of these types as `canonical` does, and floats as long as they need no exponent.
_WRITTEN_ALIKE = frozenset({str, int, type(None)})
_WITH_FLOATS = _WRITTEN_ALIKE | {float}
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr).encode
# Pages whose rows are read back by one query a table.
_PAGES_AT_ONCE = 100


class Entry(NamedTuple):
    """What is sealed; the columns of table `seals` but `n` and `chain`."""

    kind: str
    subject: str
    url: str | None = None
    warc_offset: int | None = None
    bytes: int | None = None
    content: str | None = None
    note: str | None = None


def chained(previous: str, n: int, entry: Entry) -> str:
    """The chain value of entry number `n`."""
    said = (n, *entry)
    digest = sha256(f"{previous}\n".encode("utf-8", "surrogatepass"))
    digest.update(_bytes(said, (said,)))
    return digest.hexdigest()


def _bytes(said: object, columns: Collection[Sequence[object]]) -> bytes:
    """`canonical` in UTF-8, of something that holds the values of `columns`."""
    kinds = set(map(type, chain.from_iterable(columns)))
    if kinds <= _WRITTEN_ALIKE or (kinds <= _WITH_FLOATS and _plain_floats(columns)):
        return _fast(said)
    return canonical(said).encode("utf-8", "surrogatepass")


def _plain_floats(columns: Iterable[Sequence[object]]) -> bool:
    """Whether no float is written with an exponent, for which there are two spellings."""
    floats = (value for column in columns if float in map(type, column) for value in column if type(value) is float)
    return all(map(_plain_float, floats))


def _plain_float(value: float) -> bool:
    return 1e-4 <= value < 1e16 or value == 0


@cache
def page_tables() -> tuple[str, ...]:
    """The tables that hold rows of one page, `pages` first."""
    owned = {("pages", "id"), ("offers", "page_id")}
    return ("pages", *(name for name, table in TABLES.items() if table.foreign.get("page_id") in owned))


def page_column(table: str) -> str:
    """The column of a page table that has the page's id."""
    return "id" if table == "pages" else "page_id"


def table_digest(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> tuple[int, str]:
    """How many rows, and their SHA-256.

    Rows come in the order of their key. Each thousand of them is one line of JSON: an object of column names, in the
    order of the alphabet, with the list of their values; columns that are NULL in all rows of the line are left out.
    """
    digest, count, waiting = sha256(), 0, iter(rows)
    while block := list(islice(waiting, BLOCK)):
        count += len(block)
        cells = sql.filled_columns(zip(names, zip(*block, strict=True), strict=True))
        digest.update(_bytes(cells, cells.values()))
        digest.update(b"\n")
    return count, digest.hexdigest()


@cache
def _key(table: str, names: tuple[str, ...]) -> Callable[[Any], Any]:
    # SQLite compares texts by their UTF-8 bytes, Python by code points: the order is the same.
    return itemgetter(*(names.index(name) for name in TABLES[table].pk))


@lru_cache(maxsize=4096)
def _floats(table: str, names: tuple[str, ...], types: tuple[type, ...]) -> tuple[int, ...] | None:
    """The places of the floats in a row with these types; None where one is not that of its column."""
    columns = TABLES[table].columns
    if not all(kind in (columns[name][0], type(None)) for name, kind in zip(names, types, strict=True)):
        return None
    return tuple(n for n, kind in enumerate(types) if kind is float)


def _kept_as_given(table: str, names: tuple[str, ...], rows: Sequence[Row]) -> bool:
    """Whether SQLite gives these values back as they are: each has the type of its column, or is None.

    It makes NULL of NaN and 0.0 of -0.0; and there are two spellings of floats that need an exponent.
    """
    for row in rows:
        places = _floats(table, names, tuple(map(type, row)))
        if places is None:
            return False
        for n in places:
            value = row[n]
            if not (isinstance(value, float) and _plain_float(value) and copysign(1, value) == 1):
                return False
    return True


def _digest_as_given(table: str, names: tuple[str, ...], rows: Sequence[Row]) -> tuple[int, str] | None:
    """`table_digest` of rows that were just written, in a third of its time; None where SQLite may have others."""
    key = _key(table, names)
    if len(set(map(key, rows))) < len(rows) or not _kept_as_given(table, names, rows):
        return None
    rows = sorted(rows, key=key)
    if len(rows) > BLOCK:
        return table_digest(names, rows)
    cells = sql.filled_columns(zip(names, zip(*rows, strict=True), strict=True))
    return len(rows), sha256(_fast(cells) + b"\n").hexdigest()


def _content(tables: Mapping[str, tuple[int, str]]) -> str:
    return _fast(tables).decode()


def rows_in_order(table: str, names: Sequence[str]) -> str:
    """The query for all rows of a table in the order of their key."""
    return f"SELECT {sql_names(names)} FROM {sql_name(table)} ORDER BY {sql_names(TABLES[table].pk)}"  # noqa: S608


def _rows_of_pages(table: str, names: Sequence[str]) -> str:
    """The query for the rows of a JSON list of pages in one table; those of a page stand together."""
    key = page_column(table)
    return f"""SELECT {sql_names(names)} FROM {sql_name(table)}
        WHERE {sql_name(key)} IN (SELECT value FROM json_each(?)) ORDER BY {sql_name(key)}"""  # noqa: S608


def _rows_where(table: str, names: Sequence[str], column: str) -> str:
    return f"SELECT {sql_names(names)} FROM {sql_name(table)} WHERE {sql_name(column)} = ?"  # noqa: S608


def present_columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The columns of `TABLES` that a table of this database has; none where it has no such table."""
    there = {row[1] for row in connection.execute(f"PRAGMA table_info({sql_name(table)})")}
    return tuple(name for name in sql.columns(table) if name in there)


_URLS = "SELECT id, url FROM pages WHERE id IN (SELECT value FROM json_each(?))"
# The last entry of a page is the one that counts.
_SEALED = """
    SELECT subject, content FROM seals WHERE subject IN (SELECT value FROM json_each(?)) AND kind = 'page' ORDER BY n
"""


class Seals:
    """The end of the chain in an open database. What waits is sealed by the next commit (`append`, then `settle`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: deque[Entry] = deque()
        # What a page's entry is to say; None where its rows are to be read back.
        self._pages: dict[str, tuple[str, str] | None] = {}
        self._tables: dict[str, str | None] = {}
        self._taken = 0
        self._queries: list[tuple[str, tuple[str, ...], str]] = []

    def wait(self, entry: Entry) -> None:
        """Let the next commit seal this. Usable from any thread."""
        self._waiting.append(entry)

    @property
    def waits(self) -> bool:
        return bool(self._waiting)

    def touch(self, pages: Iterable[str]) -> None:
        """Rows of these pages were written in the open transaction."""
        self._pages.update(dict.fromkeys(pages))

    def wrote(self, page: str, url: str, rows: Mapping[str, tuple[tuple[str, ...], Sequence[Row]]]) -> None:
        """A page that was not there before has these rows in the open transaction: by table their columns, and they.

        What SQLite may store otherwise than it was given is read back, as after `touch`.
        """
        found: dict[str, tuple[int, str]] = {}
        for table, (names, given) in rows.items():
            digest = _digest_as_given(table, names, given)
            if digest is None:
                self.touch((page,))
                return
            found[table] = digest
        self._pages[page] = url, _content(found)

    def touch_table(self, table: str, note: str | None = None) -> None:
        """A table that is sealed whole was written; `STALE` when its seal is to be made later."""
        self._tables[table] = note

    def append(self, note: str | None = None) -> None:
        """Seal what waits and what was touched, inside the transaction that is about to be committed."""
        # In one step: between two, another thread may let something wait.
        entries = list(self._waiting)
        self._taken = len(entries)
        if not (self._taken or self._pages or self._tables):
            return
        pages = iter(self._pages)
        while batch := list(islice(pages, _PAGES_AT_ONCE)):
            known = {page: said for page in batch if (said := self._pages[page]) is not None}
            known |= self._read_back([page for page in batch if page not in known])
            entries += self._of_pages(known, note)
        entries += (entry for table, why in self._tables.items() for entry in self._table(table, why or note))
        n, chain = self.head()
        rows: list[tuple[Cell, ...]] = []
        for n, entry in enumerate(entries, n + 1):  # noqa: B020
            sealed = entry._replace(url=sql.text_cell(entry.url))
            chain = chained(chain, n, sealed)
            rows.append((n, *sealed, chain))
        self._connection.executemany(sql.insert("seals"), rows)

    def settle(self) -> None:
        """The transaction of `append` is on the disk."""
        for _ in range(self._taken):
            self._waiting.popleft()
        self.forget()

    def forget(self) -> None:
        """The open transaction was rolled back: its rows are gone; what was written to the archive still waits."""
        self._taken = 0
        self._pages.clear()
        self._tables.clear()

    def head(self) -> tuple[int, str]:
        """Number and chain value of the last entry."""
        found = self._connection.execute("SELECT n, chain FROM seals ORDER BY n DESC LIMIT 1").fetchone()
        return (0, NO_CHAIN) if found is None else (int(found[0]), str(found[1]))

    def sealed_end(self, file: str) -> int:
        """Up to which byte an archive file is sealed."""
        query = "SELECT COALESCE(MAX(warc_offset + bytes), 0) FROM seals WHERE subject = ? AND kind = 'record'"
        return int(self._connection.execute(query, (file,)).fetchone()[0])

    def newest(self, kind: str, subject: str) -> Entry | None:
        """The last entry of a kind about a subject."""
        query = f"SELECT {sql_names(Entry._fields)} FROM seals WHERE subject = ? AND kind = ? ORDER BY n DESC LIMIT 1"  # noqa: S608
        found = self._connection.execute(query, (subject, kind)).fetchone()
        return None if found is None else Entry(*found)

    def _of_pages(self, said: Mapping[str, tuple[str, str]], note: str | None) -> Iterator[Entry]:
        """The entries of pages, by id their URLs and contents, that differ from their last one."""
        before = dict(self._connection.execute(_SEALED, (json.dumps(list(said)),)))
        for page, (url, content) in said.items():
            if before.get(page) != content:
                yield Entry("page", page, url=url, content=content, note=note)

    def _read_back(self, pages: Sequence[str]) -> dict[str, tuple[str, str]]:
        """URL and content of those pages that are there."""
        if not pages:
            return {}
        if not self._queries:
            for table in page_tables():
                names = present_columns(self._connection, table)
                if names:
                    self._queries.append((table, names, _rows_of_pages(table, names)))
        asked = (json.dumps(pages),)
        found: dict[str, dict[str, tuple[int, str]]] = {page: {} for page in pages}
        for table, names, query in self._queries:
            page_of, key = itemgetter(names.index(page_column(table))), _key(table, names)
            for page, rows in groupby(self._connection.execute(query, asked), page_of):
                found[page][table] = table_digest(names, sorted(rows, key=key))
        urls = dict(self._connection.execute(_URLS, asked))
        return {page: (urls[page], _content(tables)) for page, tables in found.items() if page in urls}

    def _table(self, table: str, note: str | None) -> Iterator[Entry]:
        """The entry of a table, when it differs from the last one."""
        names = present_columns(self._connection, table)
        content = None
        if note != STALE:
            rows = self._connection.execute(rows_in_order(table, names))
            content = canonical({table: table_digest(names, rows)})
        before = self.newest("table", table)
        if before is None or (before.content, before.note) != (content, note):
            yield Entry("table", table, content=content, note=note)


def row_digest(connection: sqlite3.Connection, table: str, identity: str) -> str:
    """The content of an entry over one row."""
    names = present_columns(connection, table)
    (key,) = TABLES[table].pk
    return canonical({table: table_digest(names, connection.execute(_rows_where(table, names, key), (identity,)))})


def seal_what_is_there(connection: sqlite3.Connection) -> None:
    """Seal a database that was written before there were seals, each entry marked so."""
    pages = [str(row[0]) for row in connection.execute("SELECT id FROM pages ORDER BY fetched_at, id")]
    if not pages:
        return
    seals = Seals(connection)
    files = "SELECT warc_file FROM pages UNION SELECT warc_file FROM evidence ORDER BY warc_file"
    for (file,) in connection.execute(files):
        if file is not None:
            seals.wait(Entry("file", file, note=BEFORE))
    seals.touch(pages)
    for table in WHOLE:
        # A table that a later migration brings is not there yet.
        if present_columns(connection, table):
            seals.touch_table(table)
    seals.append(BEFORE)
