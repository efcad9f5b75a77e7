"""The plain names of review authors: a private file beside the dataset's secret, to look for them in texts.

`build/names.txt`, readable by its owner only, one name a line, UTF-8. No table and no export has them. Names are added
on the disk before the reviews of their authors are committed: a process that is killed leaves a name too many, never
one too few. Several processes may add; a name may stand there more than once. Names that point to nobody (masked by
the platform, "anonymous") are not kept, see `pipelines.normalize.nicknames`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from pipelines.errors import DiskFull
from pipelines.normalize.nicknames import nickname

# So many names are remembered as written, so that pages of one product do not repeat them.
_REMEMBERED = 100_000


class AuthorNames:
    """Names of the reviews that one connection writes; without a path they are forgotten."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._waiting: set[object] = set()
        self._written: set[object] = set()

    def add(self, said: Iterable[object]) -> None:
        """Remember names, None among them, until `keep` or `forget`."""
        if self._path is not None:
            self._waiting.update(said)

    def keep(self) -> None:
        """Bring what was added to the disk. Called before the commit that it belongs to. Raises `DiskFull`."""
        new = self._waiting - self._written
        if self._path is None or not new:
            self._waiting.clear()
            return
        names = sorted({name for said in new if said is not None and (name := nickname(str(said))) is not None})
        if names or not self._path.exists():
            _append(self._path, names)
        if len(self._written) > _REMEMBERED:
            self._written.clear()
        self._written |= new
        self._waiting.clear()

    def forget(self) -> None:
        """Nothing was committed: what was added is not kept."""
        self._waiting.clear()


def read_names(path: Path) -> list[str] | None:
    """The names in the file, each once, in order; None when there is no such file."""
    try:
        with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
            found = {line.rstrip("\n") for line in lines}
    except FileNotFoundError:
        return None
    return sorted(found - {""})


def _append(path: Path, names: list[str]) -> None:
    # A line that another process could not finish ends before ours.
    data = "".join(f"\n{name}" for name in names) + "\n" * bool(names)
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            left = memoryview(data.encode("utf-8", "surrogatepass"))
            while left:
                left = left[os.write(file, left) :]
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise DiskFull(
            f"{path}: the disk is full; nothing of this page was stored, every earlier one is kept"
        ) from error
