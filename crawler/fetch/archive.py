"""The WARC archive: records in, any record out again by file and offset.

At `FILE_BYTES` a new file is begun; a file is written by one process only, which holds a lock on it meanwhile. What
records hold: `crawler.fetch.records`. What was written waits to be sealed by the next commit of the database.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.exceptions import ArchiveLoadFailed

from crawler.fetch.records import Exchange, Member, Resource, pack, pack_info, sha256_hex
from crawler.fetch.warc_bounds import (
    OPENING,
    bounded_iterator,
    bounded_payload,
    next_member,
    opens_record,
    whole_member,
)
from pipelines.errors import DiskFull, EvidenceBroken
from pipelines.faults import joined
from pipelines.store.seals import Entry
from pipelines.store.write import Store

FILE_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where a record stands and what its payload hashes to (content coding removed)."""

    kind: str
    url: str
    warc_file: str
    warc_offset: int
    sha256: str


@dataclass(slots=True)
class Archive:
    """A folder of WARC files. Opened by its first write. `store` seals what is written."""

    folder: Path
    store: Store | None = None
    _stream: Any = field(default=None, init=False)
    _name: str = field(default="", init=False)

    def write(self, part: Exchange | Resource) -> tuple[Pointer, ...]:
        """Append what an exchange (response first, then request) or a resource leaves; returns the pointers."""
        return self.append(pack(part))

    def append(self, members: Iterable[Member]) -> tuple[Pointer, ...]:
        """Append packed records, all or none; returns their pointers."""
        packed = list(members)
        self._open()
        offset = self._put(b"".join(member.data for member in packed))
        pointers = []
        for member in packed:
            self._seal("record", member.url, offset, len(member.data), member.digest)
            pointers.append(
                Pointer(
                    kind=member.kind,
                    url=member.url,
                    warc_file=self._name,
                    warc_offset=offset,
                    sha256=member.sha256,
                )
            )
            offset += len(member.data)
        return tuple(pointers)

    def close(self) -> None:
        """Flush to the disk, seal the file as finished and close it; the next write opens another one."""
        if self._stream is None:
            return
        os.fsync(self._stream.fileno())
        self._seal("closed", None, None, int(self._stream.tell()), None)
        # On a full disk what waits is a tail of this file, which the next run seals.
        with contextlib.suppress(DiskFull):
            if self.store is not None:
                self.store.seal()
        self._stream.close()
        self._stream = None

    def _open(self) -> None:
        if self._stream is not None and self._stream.tell() < FILE_BYTES:
            return
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        self._name = f"daihuo-{stamp}-{secrets.token_hex(3)}.warc.gz"
        # The lock is there before the name: whoever sees the file finds it locked until this process ends.
        new = self.folder / f"{self._name}.new"
        self._stream = new.open("xb", buffering=0)
        fcntl.flock(self._stream, fcntl.LOCK_EX)
        new.rename(self.folder / self._name)
        info = pack_info(self._name)
        self._seal("record", None, self._put(info), len(info), sha256_hex(info))

    def _put(self, data: bytes) -> int:
        """Write at the end of the file; where that is. Nothing of it stays when the disk is full."""
        offset = int(self._stream.tell())
        left = memoryview(data)
        try:
            while left:
                left = left[self._stream.write(left) :]
        except OSError:
            self._stream.truncate(offset)
            self._stream.seek(offset)
            raise
        return offset

    def _seal(self, kind: str, url: str | None, offset: int | None, size: int, digest: str | None) -> None:
        if self.store is not None:
            self.store.seals.wait(Entry(kind, self._name, url, offset, size, digest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One archived record, content coding removed; `warc_headers` are those of the record itself.

    faults     codes of `pipelines.faults`: what was wrong on the wire, and with the coding
    too_large  why the body is not all of it or still packed, "" when it is whole
    """

    type: str
    url: str
    date: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes
    warc_headers: tuple[tuple[str, str], ...]
    warc_file: str
    warc_offset: int
    faults: tuple[str, ...] = ()
    too_large: str = ""

    def warc_header(self, name: str) -> str:
        """A header of the record itself, empty when it has none."""
        return next((value for key, value in self.warc_headers if key.lower() == name.lower()), "")


def read_record(path: Path, offset: int) -> Record:
    """The record at an offset. Raises EvidenceBroken when there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            return record_in(stream, path.name, offset)
    except FileNotFoundError as error:
        raise EvidenceBroken(f"the archive file {path.name} is missing") from error
    except (OSError, ValueError, OverflowError, TypeError) as error:
        raise EvidenceBroken(f"{path.name} at {offset}: expected a place in the file") from error


def record_in(stream: BinaryIO, name: str, offset: int) -> Record:
    """The record that a stream is at; `name` and `offset` say where that is. Raises EvidenceBroken."""
    try:
        start = stream.tell()
        plain = stream.read(5) == b"WARC/"
        stream.seek(start)
        for record in bounded_iterator(stream if plain else io.BytesIO(whole_member(stream))):
            return _record(record, name, offset)
    except (OSError, ArchiveLoadFailed, EOFError, ValueError, zlib.error) as error:
        raise EvidenceBroken(f"{name} at {offset}: expected a WARC record, found damaged bytes") from error
    raise EvidenceBroken(f"{name} at {offset}: expected a WARC record, found the end of the file")


def records(path: Path) -> Iterator[Record]:
    """All records of a WARC file that can be read; damaged ones are passed over, and so is a cut last one."""
    start: int | None = 0
    with path.open("rb") as stream:
        # ARC, the format before WARC, is read as if it were one. Of a WARC file no part is: to warcio, damaged bytes of
        # a member may look like an ARC record.
        is_warc = opens_record(stream.read(OPENING))
        while start is not None:
            good = start
            stream.seek(start)
            iterator = bounded_iterator(stream, arc2warc=not is_warc)
            try:
                for record in iterator:
                    read = _record(record, path.name, 0)
                    # Asking for the offset reads the record to its end, so the body is read before.
                    good = iterator.get_record_offset()
                    yield replace(read, warc_offset=good)
                return
            except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error):
                start = next_member(path, good + 1)


def _record(record: Any, name: str, offset: int) -> Record:
    headers = record.http_headers
    status = None
    if headers is not None and record.rec_type in ("response", "revisit"):
        code = headers.get_statuscode()
        status = int(code) if code.isdigit() else None
    payload = bounded_payload(record)
    cut = record.rec_headers.get_header("WARC-Truncated")
    said = record.rec_headers.get_header("Daihuo-Faults") or ("truncated_body" if cut == "disconnect" else "")
    return Record(
        type=record.rec_type,
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        date=record.rec_headers.get_header("WARC-Date") or "",
        status=status,
        headers=tuple(headers.headers) if headers is not None else (),
        content_type=(headers.get_header("Content-Type") if headers is not None else record.content_type) or "",
        body=payload.body,
        warc_headers=tuple(record.rec_headers.headers),
        warc_file=name,
        warc_offset=offset,
        faults=joined(filter(None, said.split(", ")), payload.faults),
        too_large=payload.too_large or ("the body is larger than allowed" if cut == "length" else ""),
    )
