"""The start of a run: what killed runs left in the archive is sealed, so that nothing can be slipped in later.

A record that was written and never committed stands behind the sealed part of its file. It is sealed as an orphan; a
last record that was cut off is sealed as the bytes it is. Files that a living process writes are locked and left alone.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from crawler.evidence.members import mapped, pieces
from pipelines.store.seals import BEFORE, CUT, ORPHAN, Entry, canonical
from pipelines.store.write import Store


def adopt(store: Store, run_id: str) -> int:
    """Seal what is there and the start of this run; returns how many bytes were not sealed yet. Raises `DiskFull`."""
    running, orphaned = [], 0
    with ExitStack() as locks:
        for path in sorted(store.archive.glob("*.warc.gz")):
            if store.seals.newest("closed", path.name) is not None:
                continue
            stream = locks.enter_context(path.open("rb"))
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                running.append(path.name)
                continue
            for entry in _left(store, path):
                orphaned += (entry.bytes or 0) if entry.kind == "record" else 0
                store.seals.wait(entry)
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        store.seals.wait(Entry("start", run_id, content=canonical({"at": now, "running": running})))
        store.seal()
    for path in store.archive.glob("*.warc.gz.new"):
        _remove_dead(path)
    return orphaned


def _left(store: Store, path: Path) -> Iterator[Entry]:
    """Entries for what stands unsealed in a file, and for its end."""
    old = store.seals.newest("file", path.name) is not None
    with mapped(path) as data:
        for piece in pieces(data, store.seals.sealed_end(path.name)):
            note = CUT if not piece.whole else BEFORE if old else ORPHAN
            yield Entry("record", path.name, piece.url or None, piece.offset, piece.length, piece.digest, note)
        yield Entry("closed", path.name, bytes=len(data), note=BEFORE if old else ORPHAN)


def _remove_dead(path: Path) -> None:
    """A file that got no name before its process was killed holds nothing."""
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        path.unlink(missing_ok=True)
