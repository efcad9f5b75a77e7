"""Reading WARC records that somebody made to be too much: endless header lines, bodies that unpack to gigabytes.

warcio reads a header line to its end however long it is, a chunk as large as it says, and hands a packed body to
decoders that give all of it at once. Here every record is bounded: `LARGEST_HEADERS` for its headers, `LARGEST_PAYLOAD`
for its body, packed and unpacked.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader

from crawler.fetch.bodies import LARGEST_PAYLOAD, MEBIBYTE, Payload, payload_of, size_text

LARGEST_HEADERS = MEBIBYTE
LARGEST_RECORD = LARGEST_PAYLOAD + 2 * LARGEST_HEADERS
GZIP_MAGIC = b"\x1f\x8b\x08"
_WINDOW = 4 * MEBIBYTE
OPENING = 4096
_PIECE = 64 * 1024


class _BoundedReader(DecompressingBufferedReader):  # type: ignore[misc]
    """Raises ArchiveLoadFailed when lines go on and on."""

    lines = 0

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(length or LARGEST_HEADERS, LARGEST_HEADERS))
        self.lines += len(line)
        if self.lines > LARGEST_HEADERS:
            raise ArchiveLoadFailed("headers without an end")
        return line

    def read(self, length: int | None = None) -> bytes:
        self.lines = 0
        data: bytes = super().read(length)
        return data


def bounded_iterator(stream: BinaryIO, arc2warc: bool = False) -> Any:
    """warcio's iterator over the records of a stream."""
    iterator = ArchiveIterator(stream, arc2warc=arc2warc)
    iterator.reader = _BoundedReader(iterator.fh)
    return iterator


def bounded_payload(record: Any) -> Payload:
    """The body of warcio's record without chunks and content coding. Raises EOFError for a record that is cut."""
    stream: Any = LimitReader(record.raw_stream, LARGEST_RECORD)
    headers = record.http_headers
    chunked = headers is not None and (headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    stream = ChunkedDataReader(stream) if chunked else stream
    body = bytearray()
    # warcio's readers hold what they give several times over: small pieces keep that small.
    while piece := stream.read(_PIECE):
        body += piece
        if len(body) > LARGEST_PAYLOAD:
            return Payload(body=b"", too_large=f"the body is larger than {size_text(LARGEST_PAYLOAD)}")
    if not chunked and isinstance(record.raw_stream, LimitReader) and record.raw_stream.limit > 0:
        raise EOFError("the record is cut off")
    return payload_of(bytes(body), headers.headers if headers is not None else ())


def whole_member(stream: BinaryIO) -> bytes:
    """One gzip member, checked to its last byte: warcio stops reading at the end of the body, before the checksum.

    Raises EOFError for one that is cut, zlib.error for a damaged one, ValueError for one that unpacks to too much.
    """
    member, plain = zlib.decompressobj(zlib.MAX_WBITS + 16), bytearray()
    while not member.eof and (chunk := stream.read(1 << 16)):
        while chunk and not member.eof:
            plain += member.decompress(chunk, 1 << 20)
            chunk = member.unconsumed_tail
            if len(plain) > LARGEST_RECORD:
                raise ValueError(f"the record is larger than {size_text(LARGEST_RECORD)}")
    if plain and not member.eof:
        raise EOFError("the record is cut off")
    return bytes(plain)


def next_member(path: Path, start: int) -> int | None:
    """Where the next gzip member that opens a WARC record begins; None when there is none."""
    with path.open("rb") as stream:
        stream.seek(start)
        window, begin = stream.read(_WINDOW), start
        while window:
            place = window.find(GZIP_MAGIC)
            while place >= 0:
                stream.seek(begin + place)
                if opens_record(stream.read(OPENING)):
                    return begin + place
                place = window.find(GZIP_MAGIC, place + 1)
            begin += max(1, len(window) - len(GZIP_MAGIC))
            stream.seek(begin)
            window = stream.read(_WINDOW)
            if len(window) <= len(GZIP_MAGIC):
                return None
    return None


def opens_record(data: bytes) -> bool:
    """Whether the bytes are the beginning of a gzip member that begins a WARC record."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(data, 64).startswith(b"WARC/")
    except zlib.error:
        return False
