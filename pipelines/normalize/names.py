"""Names that other programs read: of files, and of the tables and columns of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 255
_FORBIDDEN = re.compile(
    r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\ud800-\udfff]'
    # Line ends and turns of the writing direction: "cod.exe" may look like "exe.doc".
    r"|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file, with or without an ending
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_SQL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def file_name(text: str, ending: str = "") -> str:
    """A text of a page or a person as the name of one file: no path in it, and one that every system takes.

    At most 255 bytes of UTF-8 with `ending` (such as ".html"), cut between characters. Two texts may get one name.
    """
    name = _FORBIDDEN.sub("_", text).strip(" .")
    if _RESERVED.fullmatch(name.partition(".")[0].rstrip()):
        name = f"_{name}"
    room = _LONGEST - len(ending.encode())
    name = name.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return (name or "_") + ending


def sql_name(name: str) -> str:
    """A table or column, quoted. Raises ValueError for what is no plain name."""
    if not _SQL_NAME.fullmatch(name):
        raise ValueError(f"not the name of a table or column: {name!r}")
    return f'"{name}"'


def sql_names(names: Iterable[str], of: str = "") -> str:
    """Columns, quoted, with commas between; `of` is their table."""
    table = f"{sql_name(of)}." if of else ""
    return ", ".join(table + sql_name(name) for name in names)
