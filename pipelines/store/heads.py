"""`seals.jsonl` beside the archive: where the chain stood at the end of each run, outside the database.

A line a run. Who changes the database and chains it anew no longer fits a copy of this file, or a timestamp on one of
its lines. Each names the line before by its hash, and each archive file that is new or has grown by length and SHA-256.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

NAME = "seals.jsonl"
STAMPED = "timestamps"
NO_LINE = "0" * 64


def publish(folder: Path, run: str, head: Callable[[], tuple[int, str]], known: bool) -> str:
    """Append the line of a run; returns the line's SHA-256. Other processes that publish wait for their turn.

    `known` says whether an earlier line is of this database; without, a line after others says that it was made anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        lines = read(folder)
        entries, chain = head()
        made = {
            "line": len(lines) + 1,
            "run": run,
            "written_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "entries": entries,
            "head": chain,
            "files": _grown(folder, lines),
            "previous": line_hash(lines[-1]) if lines else NO_LINE,
        }
        if lines and not known:
            made["anew"] = True
        line = json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogatepass")
        _append(folder / NAME, line)
    return line_hash(line)


def read(folder: Path) -> list[bytes]:
    """The lines, without their ends; a last line that was cut off while it was written is none."""
    try:
        return (folder / NAME).read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def line_hash(line: bytes) -> str:
    """SHA-256 of a line without its end."""
    return sha256(line).hexdigest()


def parsed(line: bytes) -> dict[str, Any]:
    """A line as an object; an empty one where it is none."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def file_hash(path: Path, size: int) -> str:
    """SHA-256 of the first `size` bytes of a file."""
    digest = sha256()
    with path.open("rb") as stream:
        while size > 0 and (chunk := stream.read(min(size, 1 << 20))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def _grown(folder: Path, lines: list[bytes]) -> list[dict[str, Any]]:
    told = {file["name"]: file["bytes"] for line in lines for file in parsed(line).get("files", ())}
    sizes = {path: path.stat().st_size for path in sorted(folder.glob("*.warc.gz"))}
    return [
        {"name": path.name, "bytes": size, "sha256": file_hash(path, size)}
        for path, size in sizes.items()
        if told.get(path.name) != size
    ]


def _append(path: Path, line: bytes) -> None:
    whole = sum(len(each) + 1 for each in read(path.parent))
    with path.open("r+b" if path.exists() else "xb") as stream:
        stream.truncate(whole)
        stream.seek(whole)
        stream.write(line + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
