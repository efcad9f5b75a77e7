"""Who is writing to a dataset now: one file a process in `build/writers`, locked as long as the process lives.

The operating system releases the lock of a process that is killed, so a file that can be locked belongs to a dead one:
what it had claimed is free again at once, and an error about a busy database can name the living.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipelines.errors import RunOverlaps

FOLDER = "writers"
RUN_LOCK = "run.lock"
YOUNG_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """A living process that has the dataset open for writing."""

    id: str
    verb: str
    pid: int
    since: str

    def __str__(self) -> str:
        return f"daihuo {self.verb} (process {self.pid}, since {self.since})"


class Presence:
    """This process among the writers; `id` is the owner of what it claims."""

    def __init__(self, build: Path, verb: str) -> None:
        self.id = f"{os.getpid()}-{secrets.token_hex(4)}"
        folder = build / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{self.id}.json"
        self._file: IO[str] | None = self._path.open("x", encoding="utf-8")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        # A forked child shares the lock and would keep it when this process is gone.
        os.register_at_fork(after_in_child=self._leave_to_parent)
        json.dump({"verb": verb, "pid": os.getpid(), "since": _now()}, self._file)
        self._file.flush()

    def _leave_to_parent(self) -> None:
        if self._file is not None:
            os.close(self._file.fileno())

    def close(self) -> None:
        """Leave; may be called twice."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None


@contextlib.contextmanager
def only_run(build: Path) -> Iterator[None]:
    """The one `daihuo run` of a dataset while the block lasts; raises `RunOverlaps` (9) when there is another.

    The lock is the system's: that of a killed process is free at once, whatever the file says.
    """
    build.mkdir(parents=True, exist_ok=True)
    path = build / RUN_LOCK
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = _read(path)
            named = f": {other}; let it end, or stop it with `kill {other.pid}`" if other.pid else "; let it end"
            raise RunOverlaps(f"another run of this dataset is at work{named}") from None
        number = file.fileno()
        held = True

        def leave_to_parent() -> None:
            # A forked child shares the lock and would keep it when this process is gone.
            if held:
                os.close(number)

        os.register_at_fork(after_in_child=leave_to_parent)
        try:
            file.truncate(0)
            json.dump({"verb": "run", "pid": os.getpid(), "since": _now()}, file)
            file.flush()
            yield
        finally:
            held = False
            file.truncate(0)
            # Also where a child has not closed its copy yet.
            fcntl.flock(file, fcntl.LOCK_UN)


def writers(build: Path, but: str = "") -> list[Writer]:
    """The living writers of a dataset, without the one called `but`; files of dead ones are removed."""
    living = []
    for path in sorted((build / FOLDER).glob("*.json")):
        if path.stem != but and _alive(path):
            living.append(_read(path))
    return living


def alive(build: Path, identity: str) -> bool:
    """Whether the process that called itself so still lives."""
    return _alive(build / FOLDER / f"{identity}.json")


def _alive(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
            # A file is empty for the moment between its making and its locking.
            if not file.read(1) and time.time() - path.stat().st_mtime < YOUNG_SECONDS:
                return True
            path.unlink(missing_ok=True)
            return False
    except FileNotFoundError:
        return False


def _read(path: Path) -> Writer:
    said: dict[str, object] = {}
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(path.read_text(encoding="utf-8"))
    pid = str(said.get("pid", path.stem.partition("-")[0]))
    return Writer(
        id=path.stem,
        verb=str(said.get("verb", "?")),
        pid=int(pid) if pid.isdigit() else 0,
        since=str(said.get("since", "?")),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
