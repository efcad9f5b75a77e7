"""A CSV file as people save it: any of the usual encodings and separators, rows counted as a spreadsheet shows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import Problem

_SEPARATORS = ",;\t"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE_AS = "save as 'CSV UTF-8' in the spreadsheet program"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """The rows of a file as (row number, cells); blank rows are left out, the header is row 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_csv(path: Path, known: Sequence[str], problems: list[Problem]) -> CsvFile | None:
    """Read a file whose header should hold the `known` columns; None, with a problem, when it is no readable table."""
    text = _decoded(path, problems)
    if text is None:
        return None
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip()) <= 7:
        # Excel's own separator line; it shows no row for it.
        text = rest
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=lambda mark: _columns_found(first, mark, known))
    rows = [(number, cells) for number, cells in _rows(path, text, separator, problems) if any(map(str.strip, cells))]
    if not rows:
        what = "an empty file" if not text.strip() else "no row can be read"
        problems.append(
            Problem(file=path.name, what=what, expected=f"a header with {known[0]}, {known[1]}, …", found="nothing")
        )
        return None
    (header_row, header), *body = rows
    if header_row != 1:
        hint = "remove the blank rows above it"
        problems.append(
            Problem(
                file=path.name,
                row=header_row,
                what="the header is not in row 1",
                expected="row 1",
                found=str(header_row),
                hint=hint,
            )
        )
    return CsvFile(header=tuple(name.strip() for name in header), rows=tuple(body))


def _columns_found(line: str, separator: str, known: Sequence[str]) -> tuple[int, int]:
    names = [name.strip().strip('"').lower() for name in line.split(separator)]
    return len(set(names) & set(known)), len(names)


def _decoded(path: Path, problems: list[Problem]) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.append(Problem(file=path.name, what="the file is missing", expected="a watchlist", found="no file"))
        return None
    except OSError as error:
        problems.append(Problem(file=path.name, what="cannot be opened", expected="a readable file", found=str(error)))
        return None
    if raw.startswith(_WORKBOOKS):
        problems.append(
            Problem(
                file=path.name,
                what="a spreadsheet workbook",
                expected="a CSV file",
                found="an Excel file",
                hint=_SAVE_AS,
            )
        )
        return None
    text = decode(raw)
    if text is None:
        row = _first_bad_row(raw)
        expected = "UTF-8, UTF-16 or GB18030 text"
        found = "bytes that are none of them"
        problems.append(
            Problem(file=path.name, row=row, what="undecodable text", expected=expected, found=found, hint=_SAVE_AS)
        )
    return text


def decode(raw: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 (with its mark), GBK or GB18030; None when it is none of them."""
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return text if _is_chinese(text) else None


def _is_chinese(text: str) -> bool:
    """GB18030 accepts nearly any bytes, but only real Chinese is mostly of the 6,763 characters of GB 2312."""
    foreign = [char for char in text if ord(char) > 127]
    common = sum(1 for char in foreign if char.encode("gb2312", "ignore"))
    return common >= 0.8 * len(foreign)


def _first_bad_row(raw: bytes) -> int | None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1
    return None


def _rows(path: Path, text: str, separator: str, problems: list[Problem]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """A cell of several lines is one row, as in a spreadsheet; a blank line is one, too."""
    lines = list(io.StringIO(text, newline=""))
    number = start = 0
    while start < len(lines):
        reader, begun = csv.reader(lines[start:], delimiter=separator, strict=True), 0
        try:
            for cells in reader:
                number += 1
                begun = reader.line_num
                yield number, tuple(cells)
            return
        except csv.Error as error:
            number += 1
            hint = 'a quotation mark inside a cell is written twice: ""'
            what = "the quotation marks of this row do not pair up"
            problems.append(
                Problem(
                    file=path.name, row=number, what=what, expected='"…" around a cell', found=str(error), hint=hint
                )
            )
            # The rest is read from the next line on, so that one slip does not hide what else is wrong.
            start += begun + 1
