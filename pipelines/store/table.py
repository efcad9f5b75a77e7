"""What the schema says of one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. `columns` maps a name to (type, meaning); `foreign` a column to (table, column).

    With `clustered` rows lie in the order of their key, without a table of their own beside the index: half the room
    for many short rows (https://www.sqlite.org/withoutrowid.html).
    """

    columns: dict[str, tuple[type, str]]
    pk: tuple[str, ...]
    about: str
    foreign: dict[str, tuple[str, str]]
    indexes: tuple[tuple[str, ...], ...] = ()
    clustered: bool = False
