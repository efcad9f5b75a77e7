"""A TOML file as people write it: typed look-ups that say what is wrong, with the line it stands in."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.cells import CellRefused
from pipelines.errors import Problem


class TomlFile:
    """The parsed file. Each reader returns an empty value after noting a problem; a place is like `shops[2].host`."""

    def __init__(self, path: Path, text: str, data: dict[str, Any], problems: list[Problem]) -> None:
        self.data = data
        self._file = path.name
        self._lines = text.splitlines()
        self._problems = problems

    @classmethod
    def read(cls, path: Path, problems: list[Problem]) -> TomlFile | None:
        """None, with a problem, for a file that is missing or no TOML. Decimal numbers are read as `Decimal`."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            what = "the file is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
            found = "no file" if isinstance(error, FileNotFoundError) else str(error)
            problems.append(Problem(file=path.name, what=what, expected="a UTF-8 TOML file", found=found))
            return None
        try:
            data = tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            line = re.search(r"at line (\d+)", str(error))
            row = int(line[1]) if line else None
            problems.append(Problem(file=path.name, row=row, what="not TOML", expected="TOML 1.0", found=str(error)))
            return None
        return cls(path, text, data, problems)

    def wrong(self, place: str, what: str, expected: str, found: str, hint: str = "") -> None:
        row = self._line_of(place)
        self._problems.append(
            Problem(file=self._file, row=row, column=place, what=what, expected=expected, found=found, hint=hint)
        )

    def _line_of(self, place: str) -> int | None:
        """The line where a place is written, as far as simple files go: the header of its table, then its key."""
        table, _, key = place.rpartition(".")
        start = 0
        if table or "[" in place:
            name, _, index = (table or place).partition("[")
            pattern = re.compile(rf"\s*\[+\s*{re.escape(name)}\s*\]")
            headers = [n for n, line in enumerate(self._lines) if pattern.match(line)]
            nth = int(index.rstrip("]")) - 1 if index else 0
            if nth >= len(headers):
                return self._line_of(table) if table else None
            start = headers[nth]
            if not table:
                return start + 1
        for n, line in enumerate(self._lines[start + bool(table) :], start + bool(table)):
            if re.match(
                rf"\s*(?:{re.escape(key)}|[\"']{re.escape(key)}[\"'])\s*[=.]|\s*\[+\s*{re.escape(place)}\s*\]", line
            ):
                return n + 1
            if table and line.lstrip().startswith("["):
                break
        return start + 1 if table else None

    def known_keys(self, table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
        """Every other key is a problem."""
        for name in table:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
                self.wrong(f"{place}.{name}" if place else name, "unknown key", "a known one", name, hint)

    def table(self, name: str) -> dict[str, Any]:
        value = self.data.get(name, {})
        if isinstance(value, dict):
            return value
        self.wrong(name, "not a table", f"[{name}]", repr(value))
        return {}

    def tables(self, name: str) -> list[dict[str, Any]]:
        value = self.data.get(name, [])
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            return value
        self.wrong(name, "not a list of tables", f"[[{name}]]", repr(value)[:80])
        return []

    def text(self, table: Mapping[str, Any], name: str, place: str = "", needed: bool = False) -> str:
        where = f"{place}.{name}" if place else name
        value = table.get(name)
        if isinstance(value, str) and (value.strip() or not needed):
            return value.strip()
        if value is not None and not isinstance(value, str):
            self.wrong(where, "bad value", "a text in quotation marks", repr(value))
        elif needed:
            self.wrong(where, "missing", "a text", "nothing")
        return ""

    def texts(self, table: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
        value = table.get(name, [])
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        self.wrong(f"{place}.{name}", "bad value", 'a list of texts: ["…", "…"]', repr(value))
        return ()

    def cell(self, table: Mapping[str, Any], name: str, place: str, reader: Callable[[str], str]) -> str | None:
        """A text read as the watchlist's cells are."""
        text = self.text(table, name, place)
        if not text:
            return None
        try:
            return reader(text)
        except CellRefused as refused:
            self.wrong(f"{place}.{name}", refused.what, refused.expected, repr(text), refused.hint)
            return None

    def zone(self, table: Mapping[str, Any], place: str = "") -> str | None:
        """The name of a time zone that this machine knows."""
        name = self.text(table, "zone", place)
        try:
            return ZoneInfo(name).key if name else None
        except (ValueError, OSError, KeyError):
            expected = "a name of the IANA time zone database such as Asia/Shanghai"
            self.wrong(f"{place}.zone" if place else "zone", "unknown time zone", expected, repr(name))
            return None
