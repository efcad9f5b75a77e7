"""The WARC archive: records in, any record out again by file and offset.

At `FILE_BYTES` a new file is begun; a file is written by one process only. What records hold: `crawler.fetch.records`.
"""

from __future__ import annotations

import io
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.exceptions import ArchiveLoadFailed

from crawler.fetch.records import Exchange, Member, Resource, pack, pack_info
from crawler.fetch.warc_bounds import bounded_iterator, bounded_payload, next_member, whole_member
from pipelines.errors import EvidenceBroken
from pipelines.faults import joined

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
    """A folder of WARC files. Opened by its first write."""

    folder: Path
    _stream: Any = field(default=None, init=False)
    _name: str = field(default="", init=False)

    def write(self, part: Exchange | Resource) -> tuple[Pointer, ...]:
        """Append what an exchange (response first, then request) or a resource leaves; returns the pointers."""
        return self.append(pack(part))

    def append(self, members: Iterable[Member]) -> tuple[Pointer, ...]:
        """Append packed records; returns their pointers."""
        self._open()
        pointers = []
        for member in members:
            offset = int(self._stream.tell())
            self._stream.write(member.data)
            pointers.append(
                Pointer(
                    kind=member.kind,
                    url=member.url,
                    warc_file=self._name,
                    warc_offset=offset,
                    sha256=member.sha256,
                )
            )
        self._stream.flush()
        return tuple(pointers)

    def close(self) -> None:
        """Flush to the disk and close; the archive can be opened again by the next write."""
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._stream = None

    def _open(self) -> None:
        if self._stream is not None and self._stream.tell() < FILE_BYTES:
            return
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        self._name = f"daihuo-{stamp}-{secrets.token_hex(3)}.warc.gz"
        self._stream = (self.folder / self._name).open("xb")
        self._stream.write(pack_info(self._name))


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
            plain = stream.read(5) == b"WARC/"
            stream.seek(offset)
            for record in bounded_iterator(stream if plain else io.BytesIO(whole_member(stream))):
                return _record(record, path.name, offset)
    except FileNotFoundError as error:
        raise EvidenceBroken(f"the archive file {path.name} is missing") from error
    except (OSError, ArchiveLoadFailed, EOFError, ValueError, zlib.error) as error:
        raise EvidenceBroken(f"{path.name} at {offset}: expected a WARC record, found damaged bytes") from error
    raise EvidenceBroken(f"{path.name} at {offset}: expected a WARC record, found the end of the file")


def records(path: Path) -> Iterator[Record]:
    """All records of a WARC file that can be read; damaged ones are passed over, and so is a cut last one."""
    start: int | None = 0
    while start is not None:
        good = start
        with path.open("rb") as stream:
            stream.seek(start)
            # ARC, the format before WARC, is read as if it were one.
            iterator = bounded_iterator(stream, arc2warc=True)
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
