"""What differs between an archive file and the records that were sealed of it: changed, removed, added, moved."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.evidence.members import digest_of, member_end, next_member, url_of

# So many of the records behind a damaged place are tried before it is taken for more than changed bytes.
_AHEAD = 64


class Sealed(NamedTuple):
    """A record as it was sealed."""

    offset: int
    length: int
    digest: str
    url: str


class Difference(NamedTuple):
    """`offset` is where the record was sealed; where the bytes stand for what was never sealed."""

    offset: int
    url: str
    what: str


def differences(data: bytes | mmap.mmap, sealed: Sequence[Sealed], *, open_end: bool = False) -> list[Difference]:
    """What is wrong, in the order of the file. `sealed` is in the order of offsets.

    With `open_end` the file may go on behind the last sealed record.
    """
    missing: list[Sealed] = []
    added: list[tuple[int, int, str, str]] = []
    changed: list[Difference] = []
    for kind, place, length, record in _walk(data, sealed, open_end):
        if kind == "missing" and record is not None:
            missing.append(record)
        elif kind == "changed" and record is not None:
            what = f"{_whose(record)} was changed after it was sealed ({length} bytes)"
            changed.append(Difference(record.offset, record.url, what))
        else:
            added.append((place, length, digest_of(data, place, place + length), url_of(data, place, place + length)))
    return sorted(changed + list(_moved(missing, added)))


def _moved(missing: Sequence[Sealed], added: Sequence[tuple[int, int, str, str]]) -> Iterator[Difference]:
    places = {digest: offset for offset, _, digest, _ in added}
    known = {record.digest for record in missing}
    for record in missing:
        if record.digest in places:
            what = f"{_whose(record)} was moved: it stands at {places[record.digest]} now"
        else:
            what = f"{_whose(record)} was removed, or so changed that it is not known again ({record.length} bytes)"
        yield Difference(record.offset, record.url, what)
    for offset, length, digest, url in added:
        if digest not in known:
            yield Difference(offset, url, f"{length} bytes were never sealed: they were put in")


def _whose(record: Sealed) -> str:
    return "the record" if record.url else "the record that opens the file" if not record.offset else "a record"


_Step = tuple[str, int, int, Sealed | None]


def _walk(data: bytes | mmap.mmap, sealed: Sequence[Sealed], open_end: bool) -> Iterator[_Step]:
    """Steps through the file: (changed | missing | added, where, how many bytes, the sealed record)."""
    index = {record.digest: n for n, record in enumerate(sealed)}
    place, n = 0, 0
    while place < len(data) and not (open_end and n == len(sealed)):
        if n < len(sealed) and _stands(data, place, sealed[n]):
            place += sealed[n].length
            n += 1
            continue
        end = member_end(data, place)
        known = None if end is None else index.get(digest_of(data, place, end))
        if known is not None and known >= n:
            yield from (("missing", place, 0, record) for record in sealed[n:known])
            n = known
            continue
        again = _only_changed(data, place, sealed, n, open_end) if known is None else None
        if again is not None:
            for record in sealed[n:again]:
                yield "changed", place, record.length, record
                place += record.length
            n = again
            continue
        end = end or next_member(data, place + 1) or len(data)
        yield "added", place, end - place, None
        place = end
    yield from (("missing", place, 0, record) for record in sealed[n:])


def _stands(data: bytes | mmap.mmap, place: int, record: Sealed) -> bool:
    end = place + record.length
    return end <= len(data) and digest_of(data, place, end) == record.digest


def _only_changed(data: bytes | mmap.mmap, place: int, sealed: Sequence[Sealed], n: int, open_end: bool) -> int | None:
    """Where the records go on as sealed after some whose bytes were changed, but not their number."""
    for again in range(n + 1, min(n + _AHEAD, len(sealed)) + 1):
        place += sealed[again - 1].length
        if again == len(sealed):
            return again if place == len(data) or (open_end and place < len(data)) else None
        if _stands(data, place, sealed[again]):
            return again
    return None
