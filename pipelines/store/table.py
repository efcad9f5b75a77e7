"""What the schema says of one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. `columns` maps a name to (type, meaning); `foreign` a column to (table, column).

    With `view`, the query of its rows, it is a view: it is read like a table, and nothing is written to it.
    """

    columns: dict[str, tuple[type, str]]
    pk: tuple[str, ...]
    about: str
    foreign: dict[str, tuple[str, str]]
    indexes: tuple[tuple[str, ...], ...] = ()
    view: str = ""
