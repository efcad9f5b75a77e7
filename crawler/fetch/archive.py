"""The WARC archive: every exchange in, any record out again by file and offset.

WARC/1.1, one gzip member a record, so that a record can be read alone. At `FILE_BYTES` a new file is begun; a file is
written by one process only. Beside request and response there are, for rendered pages, `resource` records:
`urn:dom:URL` (the settled DOM), `urn:view:URL` (the screenshot) and `urn:captured:URL` (JSON the page loaded). Each
names its page in `WARC-Refers-To-Target-URI`; the DOM's record says final URL and status in two headers of our own.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from w3lib.url import safe_url_string
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.errors import EvidenceBroken

FILE_BYTES = 1024 * 1024 * 1024
# warcio compresses at level 9: on 100 kB of HTML, 15 times the time of level 4 for four fifths of its size.
GZIP_LEVEL = 4
READ_LIMIT = 512 * 1024 * 1024
RESOURCE_PREFIX = {"dom": "urn:dom:", "screenshot": "urn:view:", "captured": "urn:captured:"}


def utc_now() -> str:
    """The time now as the archive and the database write it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sha256_hex(body: bytes) -> str:
    """SHA-256 of a payload, in hex."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where a record stands and what its payload hashes to (content coding removed)."""

    kind: str
    url: str
    warc_file: str
    warc_offset: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer as they went over the wire; `body` still has its content coding."""

    url: str
    method: str
    request_headers: list[tuple[str, str]]
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    fetched_at: str
    decoded: bytes | None = None


@dataclass(slots=True)
class Archive:
    """A folder of WARC files; not thread-safe, give it one thread."""

    folder: Path
    _stream: Any = field(default=None, init=False)
    _writer: Any = field(default=None, init=False)
    _plain: io.BytesIO = field(default_factory=io.BytesIO, init=False)
    _name: str = field(default="", init=False)

    def write_exchange(self, exchange: Exchange) -> tuple[Pointer, Pointer]:
        """Append response and request records; returns their pointers (response first)."""
        self._open()
        line = f"{exchange.status} {_reason(exchange.status)}"
        headers = StatusAndHeaders(line, _ascii(exchange.headers), protocol="HTTP/1.1")
        response = self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=io.BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": exchange.fetched_at},
        )
        offset = self._put(response)
        target = safe_url_string(exchange.url).split("/", 3)
        path = "/" + (target[3] if len(target) > 3 else "")
        line = f"{exchange.method} {path} HTTP/1.1"
        asked = StatusAndHeaders(line, _ascii(exchange.request_headers), is_http_request=True)
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            payload=io.BytesIO(b""),
            http_headers=asked,
            warc_headers_dict={
                "WARC-Date": exchange.fetched_at,
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        request_offset = self._put(request)
        self._stream.flush()
        decoded = exchange.body if exchange.decoded is None else exchange.decoded
        return (
            self._pointer("response", exchange.url, offset, decoded),
            self._pointer("request", exchange.url, request_offset, b""),
        )

    def write_resource(
        self, kind: str, url: str, body: bytes, content_type: str, fetched_at: str, page_url: str, **more: str
    ) -> Pointer:
        """Append a `resource` record of `kind` dom, screenshot or captured; `more` become `Daihuo-*` headers."""
        self._open()
        record = self._writer.create_warc_record(
            RESOURCE_PREFIX[kind] + url,
            "resource",
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=content_type or "application/octet-stream",
            warc_headers_dict={
                "WARC-Date": fetched_at,
                "WARC-Refers-To-Target-URI": safe_url_string(page_url),
                **{f"Daihuo-{name.title().replace('_', '-')}": value for name, value in more.items() if value},
            },
        )
        offset = self._put(record)
        self._stream.flush()
        return self._pointer(kind, url, offset, body)

    def close(self) -> None:
        """Flush to the disk and close; the archive can be opened again by the next write."""
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._stream = self._writer = None

    def _put(self, record: Any) -> int:
        """Append one record as one gzip member; returns its offset."""
        offset = int(self._stream.tell())
        self._plain.seek(0)
        self._plain.truncate()
        self._writer.write_record(record)
        member = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        self._stream.write(member.compress(self._plain.getbuffer()) + member.flush())
        return offset

    def _pointer(self, kind: str, url: str, offset: int, body: bytes) -> Pointer:
        return Pointer(kind=kind, url=url, warc_file=self._name, warc_offset=offset, sha256=sha256_hex(body))

    def _open(self) -> None:
        if self._stream is not None and self._stream.tell() < FILE_BYTES:
            return
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        self._name = f"daihuo-{stamp}-{secrets.token_hex(3)}.warc.gz"
        self._stream = (self.folder / self._name).open("xb")
        self._writer = WARCWriter(self._plain, gzip=False, warc_version="WARC/1.1")
        about = {"software": "daihuo", "format": "WARC File Format 1.1"}
        self._put(self._writer.create_warcinfo_record(self._name, about))


def _ascii(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    # Header bytes outside ASCII are kept percent-encoded: warcio writes ASCII headers only.
    return [
        (name, value if value.isascii() else quote(value, safe=" !#$%&'()*+,/:;=?@[]~\"")) for name, value in headers
    ]


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One archived record, content coding removed; `warc_headers` are those of the record itself."""

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

    def warc_header(self, name: str) -> str:
        """A header of the record itself, empty when it has none."""
        return next((value for key, value in self.warc_headers if key.lower() == name.lower()), "")


def read_record(path: Path, offset: int) -> Record:
    """The record at an offset. Raises EvidenceBroken when there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            for record in ArchiveIterator(stream):
                return _record(record, path.name, offset)
    except (OSError, ArchiveLoadFailed, EOFError, ValueError) as error:
        raise EvidenceBroken(f"{path.name} at {offset}: expected a WARC record, found {error}") from error
    raise EvidenceBroken(f"{path.name} at {offset}: expected a WARC record, found the end of the file")


def records(path: Path) -> Iterator[Record]:
    """All records of a WARC file, damaged ends left out (a killed writer leaves a cut last record)."""
    with path.open("rb") as stream:
        iterator = ArchiveIterator(stream)
        try:
            for record in iterator:
                read = _record(record, path.name, 0)
                # Asking for the offset reads the record to its end, so the body is read before.
                yield replace(read, warc_offset=iterator.get_record_offset())
        except (ArchiveLoadFailed, EOFError, OSError, ValueError):
            return


def _record(record: Any, name: str, offset: int) -> Record:
    headers = record.http_headers
    status = None
    if headers is not None and record.rec_type == "response":
        code = headers.get_statuscode()
        status = int(code) if code.isdigit() else None
    return Record(
        type=record.rec_type,
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        date=record.rec_headers.get_header("WARC-Date") or "",
        status=status,
        headers=tuple(headers.headers) if headers is not None else (),
        content_type=(headers.get_header("Content-Type") if headers is not None else record.content_type) or "",
        body=record.content_stream().read(READ_LIMIT),
        warc_headers=tuple(record.rec_headers.headers),
        warc_file=name,
        warc_offset=offset,
    )
