"""Bodies as they travelled → bodies as they are read: content codings removed, with bounded memory, nothing hidden.

Codings: gzip (RFC 1952, several members), deflate (RFC 1950, and RFC 1951 as some servers send it), br (RFC 7932),
zstd (RFC 8878 with the window that RFC 9659 allows). A stream that is cut, damaged or followed by other bytes gives
what it held until there, and the code of the fault (`pipelines.faults`). The same bytes and headers give the same body
whenever and by whomever they are unpacked: what is archived can be checked.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MEBIBYTE = 1024 * 1024
# The largest payload that any record of an archive, ours or another's, is unpacked to.
LARGEST_PAYLOAD = 64 * MEBIBYTE
USUAL = 16 * MEBIBYTE
_CHUNK = 64 * 1024
_PIECE = 16 * 1024
_MOST_MEMBERS = 1000
_MOST_CODINGS = 4
_ZSTD_WINDOW_LOG = 23
_GZIP_MAGIC = b"\x1f\x8b\x08"
_NO_CODINGS = frozenset({"", "identity", "none"})
_MARKUP = (b"<", b"{", b"[")


class BodyTooLarge(Exception):
    """More bytes than may be; `coding` names what they were unpacked from, "" when they came as they are."""

    def __init__(self, limit: int, coding: str = "") -> None:
        how = f" ({coding}, unpacked)" if coding else ""
        super().__init__(f"the body is larger than {size_text(limit)}{how}")
        self.limit = limit
        self.coding = coding


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body without content coding, and the codes of what was wrong with it."""

    body: bytes
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The body of an archived exchange; `too_large` says so when it is not all of it, or still packed."""

    body: bytes
    faults: tuple[str, ...] = ()
    too_large: str = ""


class _Dropped(Exception):
    """The body is larger than was kept, and not too large."""


class _Out:
    """What comes out of a decoder: counted up to `limit`, kept up to `keep` bytes."""

    def __init__(self, limit: int, keep: int) -> None:
        self.limit, self.keep = limit, keep
        self.data = bytearray()
        self.size = 0

    def add(self, chunk: bytes, coding: str) -> None:
        """Raises BodyTooLarge."""
        self.size += len(chunk)
        if self.size > self.keep:
            # An exception may live long, and its frames with it.
            self.data.clear()
        if self.size > self.limit:
            raise BodyTooLarge(self.limit, coding)
        if self.size <= self.keep:
            self.data += chunk

    def back_to(self, size: int) -> None:
        """Forget what came after the first `size` bytes."""
        if self.size > self.keep:
            raise _Dropped
        del self.data[size:]
        self.size = size

    def taken(self) -> bytes:
        """All of it. Raises _Dropped when it was not kept."""
        if self.size > self.keep:
            raise _Dropped
        return bytes(self.data)


def size_text(size: int) -> str:
    """A limit in words: "16 MiB", "64 KiB"."""
    return f"{size // MEBIBYTE} MiB" if size >= MEBIBYTE else f"{size // 1024} KiB"


def codings_of(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The content codings that headers name, in the order in which they were applied."""
    said = [value for name, value in headers if name.lower() == "content-encoding"]
    names = [name.strip().lower() for value in said for name in value.split(",")]
    return tuple(name for name in names if name not in _NO_CODINGS)


def unpack(body: bytes, codings: Iterable[str], limit: int = LARGEST_PAYLOAD) -> Unpacked:
    """The body without its codings. Raises BodyTooLarge as soon as any stage holds more than `limit` bytes.

    A body that is gzip although nothing says so is unpacked as well, unless gzip comes out: no reader could use it
    otherwise. What comes out is not unpacked further by another call.
    """
    said = tuple(codings)
    try:
        # Bombs are above any limit: a large limit is first tried without keeping that much.
        return _unpacked(body, said, limit, min(limit, USUAL))
    except _Dropped:
        return _unpacked(body, said, limit, limit)


def _unpacked(body: bytes, codings: tuple[str, ...], limit: int, keep: int) -> Unpacked:
    if len(body) > limit:
        raise BodyTooLarge(limit)
    faults: list[str] = []
    said = [name.removeprefix("x-") for name in codings]
    stages = 0
    while said and body:
        coding = said.pop()
        if coding not in _DECODERS or stages >= _MOST_CODINGS:
            faults.append("coding_unknown")
            break
        stages += 1
        body, found = _unpack_one(body, coding, _Out(limit, keep))
        faults += found
    if body.startswith(_GZIP_MAGIC):
        inner, found = _unpack_one(body, "gzip", _Out(limit, keep))
        if inner and not inner.startswith(_GZIP_MAGIC):
            body = inner
            faults += ["coding_mismatch", *found]
    return Unpacked(body, tuple(dict.fromkeys(faults)))


def payload_of(body: bytes, headers: Iterable[tuple[str, str]]) -> Payload:
    """The body of an archived exchange, as it is read and hashed: what is too large unpacked stays packed."""
    try:
        found = unpack(body, codings_of(headers))
    except BodyTooLarge as error:
        return Payload(body=body, too_large=str(error))
    return Payload(body=found.body, faults=found.faults)


def _unpack_one(body: bytes, coding: str, out: _Out) -> tuple[bytes, list[str]]:
    """One coding removed; a body that plainly is not packed stays as it is, and that is a fault."""
    packed, place = memoryview(body), 0
    for _ in range(_MOST_MEMBERS):
        end, error = _run(packed[place:], coding, out)
        if end is None and place == 0 and _is_plain(body, coding, out.size > 0):
            return body, ["coding_mismatch"]
        if error:
            return out.taken(), ["bad_checksum" if _SUMS.search(error) else "damaged_body"]
        if end is None:
            return out.taken(), [f"truncated_{coding}"]
        place += end
        if not body.startswith(_MAGIC.get(coding, b"\x00\x00"), place):
            break
    # Zeros after a stream are padding.
    return out.taken(), ["trailing_data"] if bytes(packed[place:]).strip(b"\x00") else []


def _is_plain(body: bytes, coding: str, gave: bool) -> bool:
    """Whether a body that its decoder could not take was never packed."""
    if coding in _MAGIC:
        return not body.startswith(_MAGIC[coding])
    head = body[:512].lstrip()
    readable = b"\x00" not in head and sum(byte < 9 or 13 < byte < 32 for byte in head) <= 2
    return readable and (not gave or head[:1] in _MARKUP)


def _run(packed: memoryview, coding: str, out: _Out) -> tuple[int | None, str]:
    """Append what one stream holds; (where it ended or None when it did not, what the decoder complained of)."""
    before = out.size
    end, error, place = _feed(packed, coding, out, len(packed))
    if error:
        # The bytes before the damage come out when the decoder gets them one by one.
        out.back_to(before)
        end, error, _ = _feed(packed, coding, out, place)
    return end, error


def _feed(packed: memoryview, coding: str, out: _Out, slow_from: int) -> tuple[int | None, str, int]:
    """Feed a decoder in pieces, from `slow_from` on byte by byte; where it complained is the last of the three."""
    decoder = _DECODERS[coding](packed)
    place = 0
    while place < len(packed):
        piece = bytes(packed[place : place + (1 if place >= slow_from else _PIECE)])
        try:
            for chunk in decoder.pump(piece):
                out.add(chunk, coding)
        except _ERRORS as complaint:
            return None, str(complaint) or "damaged", place
        place += len(piece)
        if decoder.ended:
            return place - decoder.unused, "", place
    return None, "", place


class _Zlib:
    """gzip and deflate; raw deflate where the first bytes are no zlib header."""

    def __init__(self, window: int) -> None:
        self.stream = zlib.decompressobj(window)

    def pump(self, data: bytes) -> Iterator[bytes]:
        while True:
            chunk = self.stream.decompress(data, _CHUNK)
            yield chunk
            data = self.stream.unconsumed_tail
            if self.stream.eof or (not data and len(chunk) < _CHUNK):
                return

    @property
    def ended(self) -> bool:
        return self.stream.eof

    @property
    def unused(self) -> int:
        return len(self.stream.unused_data)


class _Brotli:
    def __init__(self) -> None:
        self.stream = brotli.Decompressor()

    def pump(self, data: bytes) -> Iterator[bytes]:
        yield self.stream.process(data, output_buffer_limit=_CHUNK)
        while not self.stream.is_finished() and (chunk := self.stream.process(b"", output_buffer_limit=_CHUNK)):
            yield chunk

    @property
    def ended(self) -> bool:
        return bool(self.stream.is_finished())

    # The decoder takes bytes after the end for damage: it ends exactly where its last piece did, or complains.
    unused = 0


class _Zstd:
    def __init__(self) -> None:
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
        self.stream = zstd.ZstdDecompressor(options=options)

    def pump(self, data: bytes) -> Iterator[bytes]:
        yield self.stream.decompress(data, _CHUNK)
        while not self.stream.eof and not self.stream.needs_input:
            yield self.stream.decompress(b"", _CHUNK)

    @property
    def ended(self) -> bool:
        return bool(self.stream.eof)

    @property
    def unused(self) -> int:
        return len(self.stream.unused_data)


def _deflate(body: memoryview) -> _Zlib:
    # RFC 1950: the low half of the first byte is 8, and the first two bytes are a multiple of 31.
    wrapped = len(body) >= 2 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _Zlib(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


_DECODERS: dict[str, Callable[[memoryview], Any]] = {
    "gzip": lambda _: _Zlib(zlib.MAX_WBITS + 16),
    "deflate": _deflate,
    "br": lambda _: _Brotli(),
    "zstd": lambda _: _Zstd(),
}
_SUMS = re.compile("data check|length check|checksum")
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_ERRORS = (zlib.error, brotli.error, zstd.ZstdError)
