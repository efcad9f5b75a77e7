"""The last look at what is about to be published: every row of every file, whatever kind it is of.

A leak is named by file, row and column, never by its value: the message goes to terminals and logs.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick

from pipelines.errors import LeakFound
from pipelines.export.file_rows import UNREADABLE, Line, lines_of
from pipelines.export.known_names import KnownNames
from pipelines.export.plain import matches
from pipelines.export.published import FREE_TEXT
from pipelines.export.scrub import leaks

# Columns that hold what people wrote; elsewhere eleven digits are the number of a product.
FREE_COLUMNS = frozenset(name for names in FREE_TEXT.values() for name in names) | {"quote"}
# Tables of shops, pages, our own sentences and hashes: a URL may name a host by its number, a hash be digits.
_NOT_OF_PEOPLE = frozenset(
    (
        *("claims", "verdicts", "findings", "matches", "offers", "prices", "variants", "listing_items", "pages"),
        *("evidence", "ledger", "official_candidates", "official_evidence", "corpus_changes"),
    )
)
_PRIVATE_COLUMNS = re.compile(
    r"(?:author|user|nick|reviewer|buyer)(?:_?name)?|(?:user_?)?nick_?name|(?:user_?)?(?:avatar|image)(?:_?url)?|ip(?:_?address)?"
    r"|e?-?mail|phone|mobile|real_?name",
    re.IGNORECASE,
)
_AUTHOR_KEY = re.compile(r"[0-9a-f]{16,64}")
_CHUNK = 1 << 20
# A private file is one by its name as well.
PRIVATE_FILES = ("secret.key", "names.txt")
_MOST = 1000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Leak:
    """What is left where. `row` counts from 1, None when it is the file as a whole; `what` names column and kind."""

    file: str
    row: int | None
    what: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.what}" if self.row is not None else f"{self.file}: {self.what}"


def check_files(folder: Path, secret: bytes, names: KnownNames | Iterable[str] = ()) -> list[Leak]:
    """All leaks in all files under a folder, or in one file, in order of file and row, at most the first thousand.

    Looks for the secret (raw, hexadecimal, base64, whole or one half of it), for authors' names, for columns that hold
    people's data, and in columns of free text for phone and identity numbers, e-mail and network addresses.
    Raises `PackageMissing` for a Parquet file without pyarrow.
    """
    look = _Look(secret, names if isinstance(names, KnownNames) else KnownNames(names))
    found: list[Leak] = []
    base = folder.parent if folder.is_file() else folder
    for path in [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file()):
        for leak in look.file(path, path.relative_to(base).as_posix()):
            found.append(leak)
            if len(found) >= _MOST:
                return found
    return found


def refuse_leaks(folder: Path, secret: bytes, names: KnownNames | Iterable[str] = ()) -> None:
    """Raise `LeakFound` (exit code 8) when `check_files` finds anything."""
    _refuse(check_files(folder, secret, names))


def refuse_secret(folder: Path, secret: bytes) -> None:
    """Raise `LeakFound` when the secret stands in the bytes of a file under the folder, whose other content is known to
    name people: an archive shows pages as they were.
    """
    forms = [form.encode("latin-1") for form in secret_forms(secret)]
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and _holds(path, forms))
    _refuse([Leak(path.relative_to(folder.parent).as_posix(), None, "the dataset's secret") for path in paths])


def _refuse(found: list[Leak]) -> None:
    if found:
        said = "; ".join(str(leak) for leak in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise LeakFound(f"{said}{more}. Nothing was exported. docs/ethics.md says what to do")


class _Look:
    def __init__(self, secret: bytes, names: KnownNames) -> None:
        self._names = names
        forms = secret_forms(secret)
        self._raw = [form.encode("latin-1") for form in forms]
        self._forms = AhoCorasick(forms) if forms else None

    def file(self, path: Path, name: str) -> Iterator[Leak]:
        if path.name in PRIVATE_FILES:
            yield Leak(name, None, "a private file")
            return
        if self._secret(name) or self._named(name):
            yield Leak("a file", None, "its name holds the secret or an author's name")
        told = False
        try:
            for line in lines_of(path):
                place = f"{name}, table {line.table}" if line.table else name
                for what in self._line(line, line.table or path.stem):
                    told = told or "secret" in what
                    yield Leak(place, line.number, what)
        except UNREADABLE:
            yield Leak(name, None, "cannot be looked into")
        if not told and _holds(path, self._raw):
            yield Leak(name, None, "the dataset's secret")

    def _line(self, line: Line, table: str) -> Iterator[str]:
        texts = [(column, _text(value)) for column, value in line.cells if value is not None]
        together = "\x1f".join(text for _, text in texts)
        for check, what in self._checks():
            if check(together):
                yield from (f"{column or 'text'}: {what}" for column, text in texts if check(text))
        for column, value in line.cells if line.row else ():
            if _is_private(column) or (not line.number and _is_private(str(value))):
                yield f"{column or value}: not a column for publication"
        for column, text in texts:
            if column in FREE_COLUMNS and table not in _NOT_OF_PEOPLE:
                yield from (f"{column}: {what}" for what in leaks(text))
            elif line.row and column == "author_key" and text and not _AUTHOR_KEY.fullmatch(text):
                yield "author_key: not a keyed hash"

    def _checks(self) -> tuple[tuple[Callable[[str], bool], str], ...]:
        return (self._secret, "the dataset's secret"), (self._named, "name of an author")

    def _secret(self, text: str) -> bool:
        return self._forms is not None and bool(matches(self._forms, text))

    def _named(self, text: str) -> bool:
        return next(self._names.find(text), None) is not None


def _holds(path: Path, forms: list[bytes]) -> bool:
    """Whether one of the forms stands in a file, also in what is no text; parts overlap, so that nothing lies between
    two of them.
    """
    kept = max(map(len, forms), default=1) - 1
    before = b""
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            part = before + part
            if any(form in part for form in forms):
                return True
            before = part[-kept:] if kept else b""
    return False


def secret_forms(secret: bytes) -> list[str]:
    """The secret as it could stand in a file, each byte or character as a Latin-1 one; none for an empty secret.

    Either half of a long one is looked for as well, but not in base64, where it depends on what stands before.
    """
    if not secret:
        return []
    half = len(secret) // 2
    parts = [secret[:half], secret[half:]] if half >= 16 else [secret]
    found = {
        form for part in parts for form in (part.decode("latin-1"), part.hex(), part.hex().upper(), repr(part)[2:-1])
    }
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            # Three bytes become four characters: what stands before the secret moves it by up to two bytes.
            coded = encode(b"\0" * shift + secret).decode("ascii").rstrip("=")
            found.add(coded[(0, 2, 3)[shift] : len(coded) - ((len(secret) + shift) % 3 != 0)])
    return sorted(found)


@lru_cache(maxsize=4096)
def _is_private(column: str) -> bool:
    return _PRIVATE_COLUMNS.fullmatch(column) is not None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else value.decode("latin-1") if isinstance(value, bytes) else str(value)
