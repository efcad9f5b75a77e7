"""The records of an archive file as pieces of bytes: where each gzip member begins and ends, and what it hashes to."""

from __future__ import annotations

import io
import mmap
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from crawler.fetch.archive import record_in
from crawler.fetch.warc_bounds import GZIP_MAGIC
from pipelines.errors import EvidenceBroken

_CHUNK = 1 << 16
_PLAIN = 1 << 20


class Piece(NamedTuple):
    """Some bytes of an archive file; `whole` when they are one readable WARC record."""

    offset: int
    length: int
    digest: str
    url: str
    whole: bool


@contextmanager
def mapped(path: Path) -> Iterator[bytes | mmap.mmap]:
    """The bytes of a file, without reading them into memory."""
    with path.open("rb") as stream:
        if not path.stat().st_size:
            yield b""
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def pieces(data: bytes | mmap.mmap, start: int) -> Iterator[Piece]:
    """All that stands in a file from `start` on: records, and what lies between them or was cut off."""
    while start < len(data):
        end = member_end(data, start)
        whole = end is not None
        if end is None:
            end = next_member(data, start + 1) or len(data)
        yield Piece(start, end - start, digest_of(data, start, end), url_of(data, start, end) if whole else "", whole)
        start = end


def digest_of(data: bytes | mmap.mmap, start: int, end: int) -> str:
    """SHA-256 of the bytes from `start` to `end`."""
    with memoryview(data) as view, view[start:end] as part:
        return sha256(part).hexdigest()


def url_of(data: bytes | mmap.mmap, start: int, end: int) -> str:
    """The address that a record names; empty when it names none."""
    try:
        return record_in(io.BytesIO(data[start:end]), "", start).url
    except EvidenceBroken:
        return ""


def member_end(data: bytes | mmap.mmap, start: int) -> int | None:
    """Where the gzip member that begins at `start` and holds a WARC record ends; None when there is no whole one."""
    member, first, place = zlib.decompressobj(zlib.MAX_WBITS + 16), b"", start
    try:
        while not member.eof:
            chunk = member.unconsumed_tail or data[place : place + _CHUNK]
            if not chunk:
                return None
            if not member.unconsumed_tail:
                place += len(chunk)
            plain = member.decompress(chunk, _PLAIN)
            first = first or plain
    except zlib.error:
        return None
    return place - len(member.unused_data) if first.startswith(b"WARC/") else None


def next_member(data: bytes | mmap.mmap, start: int) -> int | None:
    """Where the next gzip member that opens a WARC record begins."""
    place = data.find(GZIP_MAGIC, start)
    while place >= 0:
        try:
            opened = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(data[place : place + 4096], 64)
        except zlib.error:
            opened = b""
        if opened.startswith(b"WARC/"):
            return place
        place = data.find(GZIP_MAGIC, place + 1)
    return None
