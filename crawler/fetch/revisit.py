"""Revisit records (WARC/1.1, section 6.7): an answer whose body stands in an older record.

Profile `server-not-modified` is a 304, `identical-payload-digest` a body that was sent again unchanged. Other programs'
archives have them too; some name the older record by URL and time, some only by the digest of its body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from crawler.fetch.archive import Record, read_record
from pipelines.errors import EvidenceBroken

Headers = tuple[tuple[str, str], ...]

NOT_MODIFIED = 304
OK = 200
# What says how a body travelled does not hold for one that comes from the archive.
TRAVEL = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})


def updated(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> Headers:
    """A stored answer's headers after a 304: what the 304 says replaces what was said before (RFC 9111, 3.2)."""
    kept = [pair for pair in new if pair[0].lower() not in TRAVEL]
    said = {name.lower() for name, _ in kept} | TRAVEL
    return (*(pair for pair in old if pair[0].lower() not in said), *kept)


def seen_again(revisit: Record, original: Record) -> Record:
    """The answer that a revisit record stands for, at its time: the original's body under the newer headers."""
    unchanged = revisit.status in (NOT_MODIFIED, None)
    headers = updated(original.headers, revisit.headers) if unchanged else revisit.headers
    content_type = next((value for name, value in headers if name.lower() == "content-type"), original.content_type)
    return replace(
        original,
        date=revisit.date,
        status=original.status if unchanged else revisit.status,
        headers=headers,
        content_type=content_type,
    )


class Originals:
    """Where the answers of an archive that is being read stand, so that revisits after them find their body."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], tuple[Path, int]] = {}

    def resolved(self, path: Path, found: Iterable[Record]) -> Iterator[Record]:
        """The records of a file, each revisit as the answer it stands for; one whose body is nowhere is left out."""
        for record in found:
            if record.type != "revisit":
                if record.type == "response":
                    self._note(path, record)
                yield record
            elif (original := self._original(record)) is not None:
                yield seen_again(record, original)

    def _note(self, path: Path, record: Record) -> None:
        place = (path, record.warc_offset)
        for key in ((record.url, record.date), ("", record.warc_header("WARC-Payload-Digest"))):
            if key[1]:
                self._places[key] = place

    def _original(self, revisit: Record) -> Record | None:
        said = (
            revisit.warc_header("WARC-Refers-To-Target-URI") or revisit.url,
            revisit.warc_header("WARC-Refers-To-Date"),
        )
        for key in (said, ("", revisit.warc_header("WARC-Payload-Digest"))):
            if key[1] and key in self._places:
                try:
                    return read_record(*self._places[key])
                except EvidenceBroken:
                    continue
        return None
