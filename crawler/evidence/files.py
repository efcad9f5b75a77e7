"""The archive's files beside what was sealed of them, and what the pages say that their records hold.

Bytes are hashed record by record, over several processes where that helps; a file in which something differs is then
walked through, to say what.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from crawler.evidence.differences import Sealed, differences
from crawler.evidence.members import digest_of, mapped
from crawler.evidence.problem import Problem
from crawler.fetch.archive import read_record, record_in
from crawler.fetch.records import sha256_hex
from pipelines.errors import EvidenceBroken

# A worker process needs half a second to start, in which one process reads this much.
WORTH_WORKERS = 128 * 1024 * 1024
BATCH_BYTES = 32 * 1024 * 1024

RECORDS = """
    SELECT warc_offset, bytes, content, COALESCE(url, '') FROM seals
    WHERE subject = ? AND kind = 'record' ORDER BY warc_offset, n
"""
POINTERS = """
    SELECT 'pages' AS source, id AS page_id, url, warc_file, warc_offset, sha256 FROM pages WHERE warc_file = :file
    UNION ALL
    SELECT 'evidence', page_id, url, warc_file, warc_offset, sha256 FROM evidence WHERE warc_file = :file
    ORDER BY warc_offset
"""
FILES = """
    SELECT warc_file FROM pages WHERE warc_file IS NOT NULL
    UNION SELECT warc_file FROM evidence WHERE warc_file IS NOT NULL
"""


class Pointer(NamedTuple):
    """A row that names an archive record, and the SHA-256 of the payload it says it has."""

    source: str
    page_id: str
    url: str
    warc_file: str
    warc_offset: int
    sha256: str


class Batch(NamedTuple):
    """Some records of one file, with the rows that name them; what a worker is given."""

    path: Path
    records: Sequence[Sealed]
    pointers: Sequence[Pointer]

    @property
    def size(self) -> int:
        return sum(record.length for record in self.records)


@dataclass(slots=True)
class Checked:
    """What was found in one or more files."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    records: int = 0
    files: int = 0


class Result(NamedTuple):
    """Of a batch: are all its bytes as sealed, and which of its rows name a record with another payload."""

    unchanged: bool
    problems: list[Problem]


def check_batch(batch: Batch) -> Result:
    """Hash the records of a batch, and the payloads that rows name. Runs in any process."""
    named: dict[int, list[Pointer]] = {}
    for pointer in batch.pointers:
        named.setdefault(pointer.warc_offset, []).append(pointer)
    unchanged = True
    problems: list[Problem] = []
    with mapped(batch.path) as data:
        for record in batch.records:
            end = record.offset + record.length
            if end > len(data) or digest_of(data, record.offset, end) != record.digest:
                unchanged = False
            elif record.offset in named:
                problems += _payload(io.BytesIO(data[record.offset : end]), named[record.offset])
    return Result(unchanged, problems)


def _payload(stream: io.BytesIO, pointers: Sequence[Pointer]) -> Iterator[Problem]:
    try:
        record = record_in(stream, pointers[0].warc_file, pointers[0].warc_offset)
    except EvidenceBroken as error:
        yield from (_at(pointer, str(error)) for pointer in pointers)
        return
    found = sha256_hex(record.body)
    for pointer in pointers:
        if pointer.sha256 != found:
            yield _at(pointer, f"expected sha256 {pointer.sha256}, found {found}")


def _at(pointer: Pointer, what: str) -> Problem:
    return Problem(
        part="archive",
        what=what,
        file=pointer.warc_file,
        offset=pointer.warc_offset,
        url=pointer.url,
        page_id=pointer.page_id,
        table=pointer.source,
    )


class FileCheck:
    """Checks all files of an archive folder against a database opened for reading."""

    def __init__(
        self, connection: sqlite3.Connection, folder: Path, tolerated: Callable[[str], bool], *, sealed: bool = True
    ) -> None:
        """`tolerated` says whether a file may have a tail that is not sealed: that of a run that was not ended.

        `sealed` is false for a database from before there were seals.
        """
        self._sealed = sealed
        self._connection = connection
        self._folder = folder
        self._tolerated = tolerated
        self._walked: dict[str, Path] = {}
        self._open_ended: set[str] = set()

    def names(self) -> list[str]:
        """Every file that is there, was sealed, or is named by a row."""
        sealed = "SELECT DISTINCT subject FROM seals WHERE kind IN ('record', 'closed', 'file')"
        known = [str(row[0]) for row in self._connection.execute(f"{sealed} UNION {FILES}")]
        return sorted({*known, *(path.name for path in self._folder.glob("*.warc.gz"))})

    def total_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._folder.glob("*.warc.gz"))

    def run(self, progress: Callable[[int], None]) -> Checked:
        """Check all; `progress` is told how many bytes were read."""
        checked = Checked()
        batches = self._batches(checked)
        if self.total_bytes() < WORTH_WORKERS or (os.cpu_count() or 1) == 1:
            self._gather(batches, map(check_batch, batches), checked, progress)
            return checked
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
            self._gather(batches, pool.map(check_batch, batches), checked, progress)
        return checked

    def _gather(
        self, batches: Sequence[Batch], results: Iterable[Result], checked: Checked, progress: Callable[[int], None]
    ) -> None:
        for batch, result in zip(batches, results, strict=True):
            checked.problems += result.problems
            checked.records += len(batch.records)
            progress(batch.size)
            if not result.unchanged:
                self._walked[batch.path.name] = batch.path
        for name, path in self._walked.items():
            with mapped(path) as data:
                found = differences(data, self._records(name), open_end=name in self._open_ended)
            checked.problems += [
                Problem(part="archive", what=each.what, file=name, offset=each.offset, url=each.url or None)
                for each in found
            ]

    def _batches(self, checked: Checked) -> list[Batch]:
        batches: list[Batch] = []
        for name in self.names():
            path = (self._folder / name).resolve()
            if not path.is_relative_to(self._folder.resolve()):
                checked.problems += [_at(each, _OUTSIDE) for each in self._pointers(name)]
            elif not path.is_file():
                checked.problems += self._gone(name)
            else:
                checked.files += 1
                records, pointers = self._records(name), self._pointers(name)
                self._look_behind(path, records, checked)
                starts = {record.offset for record in records}
                unsealed = [pointer for pointer in pointers if pointer.warc_offset not in starts]
                checked.records += len({pointer.warc_offset for pointer in unsealed})
                for pointer in unsealed:
                    checked.problems += self._unsealed(path, pointer)
                batches += _in_batches(path, records, pointers)
        return batches

    def _look_behind(self, path: Path, records: Sequence[Sealed], checked: Checked) -> None:
        """What stands behind the last sealed record: nothing, or what a run that was not ended has written."""
        tail = path.stat().st_size - max((record.offset + record.length for record in records), default=0)
        if tail <= 0 or not self._sealed:
            return
        closed = "SELECT 1 FROM seals WHERE kind = 'closed' AND subject = ?"
        if self._connection.execute(closed, (path.name,)).fetchone() is not None:
            self._walked[path.name] = path
        elif self._is_old(path.name):
            self._open_ended.add(path.name)
            checked.notes.append(f"{path.name}: {tail} bytes were archived before there were seals")
        elif self._tolerated(path.name):
            self._open_ended.add(path.name)
            checked.notes.append(f"{path.name}: {tail} bytes of an interrupted or running crawl are not sealed yet")
        else:
            self._walked[path.name] = path

    def _is_old(self, name: str) -> bool:
        if not self._sealed:
            return True
        query = "SELECT 1 FROM seals WHERE kind = 'file' AND subject = ?"
        return self._connection.execute(query, (name,)).fetchone() is not None

    def _unsealed(self, path: Path, pointer: Pointer) -> Iterator[Problem]:
        """A row that names a place where no record was sealed: only files from before there were seals have such."""
        if not self._is_old(path.name):
            yield _at(pointer, "no record was sealed at this place")
            return
        try:
            found = sha256_hex(read_record(path, pointer.warc_offset).body)
        except EvidenceBroken as error:
            yield _at(pointer, str(error))
            return
        if found != pointer.sha256:
            yield _at(pointer, f"expected sha256 {pointer.sha256}, found {found}")

    def _gone(self, name: str) -> Iterator[Problem]:
        records = self._records(name)
        what = f"the archive file is missing, with {len(records)} records" if records else "the archive file is missing"
        yield Problem(part="archive", what=what, file=name)
        for pointer in self._pointers(name):
            yield _at(pointer, f"the archive file {name} is missing")

    def _records(self, name: str) -> list[Sealed]:
        return [Sealed(*row) for row in self._connection.execute(RECORDS, (name,))]

    def _pointers(self, name: str) -> list[Pointer]:
        return [Pointer(*row) for row in self._connection.execute(POINTERS, {"file": name})]


_OUTSIDE = "the archive file lies outside the archive folder"


def _in_batches(path: Path, records: Sequence[Sealed], pointers: Sequence[Pointer]) -> Iterator[Batch]:
    named: dict[int, list[Pointer]] = {}
    for pointer in pointers:
        named.setdefault(pointer.warc_offset, []).append(pointer)
    part: list[Sealed] = []
    for record in records:
        part.append(record)
        if record is records[-1] or record.offset + record.length - part[0].offset >= BATCH_BYTES:
            yield Batch(path, part, [each for one in part for each in named.get(one.offset, ())])
            part = []
