"""The chain of seals, and the file beside the archive that says where it stood at the end of each run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.evidence.problem import Problem
from pipelines.errors import DiskFull
from pipelines.normalize.names import sql_names
from pipelines.store import heads
from pipelines.store.seals import NO_CHAIN, Entry, chained

_STEP = 1000


class Chain:
    """Reads the chain once; knows afterwards its length and its value after the entries that were asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.entries = 0
        self.values: dict[int, str] = {0: NO_CHAIN}
        self.head_lines: list[tuple[int, str]] = []

    def check(self, wanted: set[int], progress: Callable[[int], None]) -> Iterator[Problem]:
        """Whether each entry follows from the one before. `wanted` are entries whose chain value is kept."""
        stored, expected = NO_CHAIN, 1
        query = f"SELECT {sql_names(('n', *Entry._fields, 'chain'))} FROM seals ORDER BY n"  # noqa: S608
        for n, *cells, chain in self._connection.execute(query):
            entry = Entry(*cells)
            if n != expected:
                missing = f"{expected}" if n == expected + 1 else f"{expected} to {n - 1}"
                yield Problem(part="chain", what=f"entry {missing} of the table seals is missing")
            if chain != chained(stored, n, entry):
                what = (
                    f"entry {n} of the table seals ({entry.kind} {entry.subject}) does not follow from the one before:"
                )
                yield Problem(part="chain", what=f"{what} it was changed, moved or put in", url=entry.url)
            if n in wanted:
                self.values[n] = chain
            if entry.kind == "head":
                self.head_lines.append((n, entry.subject))
            stored, expected = chain, n + 1
            self.entries += 1
            if not self.entries % _STEP:
                progress(_STEP)


def wanted_entries(lines: list[bytes]) -> set[int]:
    """The entries after which the lines say the chain's value."""
    return {said["entries"] for said in map(heads.parsed, lines) if isinstance(said.get("entries"), int)}


def made_anew(lines: list[bytes]) -> int:
    """How many lines are of a database before the one that is there: it was thrown away and read from the archive."""
    return max((number for number, line in enumerate(lines) if heads.parsed(line).get("anew") is True), default=0)


def check_lines(chain: Chain, folder: Path, lines: list[bytes], named: set[str]) -> Iterator[Problem]:
    """Whether the lines of `seals.jsonl` fit the chain, each other, and the archive's files but those in `named`."""
    before = made_anew(lines)
    previous = heads.NO_LINE
    sizes: dict[str, dict[int, str]] = {}
    for number, line in enumerate(lines, 1):
        said = heads.parsed(line)
        if said.get("line") != number or said.get("previous") != previous:
            yield _line(number, "was changed, moved or put in, or a line before it was removed")
        previous = heads.line_hash(line)
        entries = said.get("entries")
        if number > before and chain.values.get(entries if isinstance(entries, int) else -1) != said.get("head"):
            what = f"names another chain of {entries} entries than the database has: the database was changed and"
            yield _line(number, f"{what} chained anew, or the line was")
        for file in _files(said):
            sizes.setdefault(file["name"], {})[file["bytes"]] = file["sha256"]
    known = {heads.line_hash(line) for line in lines} | {heads.line_hash(line) for line in heads.read(folder)}
    for n, digest in chain.head_lines:
        if digest not in known:
            yield Problem(
                part="seals_file",
                what=f"the line that entry {n} of the table seals names is missing, or was changed",
                file=heads.NAME,
            )
    yield from _check_sizes(folder, {name: said for name, said in sizes.items() if name not in named})


def _check_sizes(folder: Path, sizes: dict[str, dict[int, str]]) -> Iterator[Problem]:
    for name, said in sizes.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            yield Problem(part="archive", what=f"the file is missing; {heads.NAME} names it", file=name)
            continue
        found = _hashes(path, set(said))
        for size, digest in said.items():
            if found.get(size) != digest:
                what = f"its first {size} bytes are not those that {heads.NAME} names"
                yield Problem(part="archive", what=what, file=name)


def _hashes(path: Path, sizes: set[int]) -> dict[int, str]:
    """SHA-256 of a file's beginnings of these lengths, in one reading."""
    digest, found, place = sha256(), {}, 0
    with path.open("rb") as stream:
        for size in sorted(sizes):
            while place < size and (chunk := stream.read(min(size - place, 1 << 20))):
                digest.update(chunk)
                place += len(chunk)
            if place == size:
                found[size] = digest.hexdigest()
    return found


def _files(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    files = said.get("files")
    for file in files if isinstance(files, list) else []:
        if isinstance(file, dict) and isinstance(file.get("name"), str) and isinstance(file.get("bytes"), int):
            yield {"sha256": None, **file}


def _line(number: int, what: str) -> Problem:
    return Problem(part="seals_file", what=f"line {number} {what}", file=heads.NAME)


class Unended:
    """Which archive files belong to a run that never ended, or ended on a full disk: those may have a tail."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        runs = "SELECT started_at FROM runs WHERE ended_at IS NULL OR exit_code = ?"
        self._starts = [str(row[0])[:23] for row in connection.execute(runs, (DiskFull.exit_code,))]
        last = "SELECT content FROM seals WHERE kind = 'start' ORDER BY n DESC LIMIT 1"
        found = connection.execute(last).fetchone()
        said = _object(found[0]) if found else {}
        self._adopted_at, self._running = str(said.get("at", "")), said.get("running", [])

    def __call__(self, name: str) -> bool:
        """The file's name says when it was begun; what a later start found and adopted has no tail."""
        stamp = name.removeprefix("daihuo-").partition("-")[0]
        if len(stamp) != len("20261123100000123") or not stamp.isdigit():
            return False
        begun = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}.{stamp[14:]}Z"
        if begun < self._adopted_at and name not in self._running:
            return False
        return any(start <= begun for start in self._starts)


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
