"""Rows of the dataset as the explorer's database may hold them: the one door through which a text gets into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.database import Database
from pipelines.errors import LeakFound
from pipelines.export.published import FREE_TEXT, find_leaks, published_rows
from pipelines.export.scrub import Scrubber, leaks
from pipelines.normalize.names import sql_name, sql_names
from pipelines.store.table import Table

Row = dict[str, Any]

# Columns in which people and shops speak freely, whatever table they stand in. Prices and their labels are no place
# for a number of eleven digits to be a telephone's.
PROSE = frozenset({
    "about", "brand", "claim", "condition", "name", "note", "options_json", "product", "promotions_json",
    "quantity_text", "quote", "quotes_json", "reason", "reasons_json", "shop", "spec", "streamer", "text", "title",
})  # fmt: skip
_NO_PROSE = {("prices", "text")}
# An address, or the key of a product, may have any number in it.
_ADDRESS = re.compile(r"\S*/\S*")


def clean_rows(db: Database, table: str, spec: Table, scrub: Scrubber) -> Iterator[Row]:
    """All rows of one table, masked, in the order of the key. Raises `LeakFound` for what is left."""
    names = list(spec.columns)
    chosen = f"SELECT {sql_names(names)} FROM {sql_name(table)} ORDER BY {sql_names(spec.pk)}"  # noqa: S608
    looked_at = [name for name in names if _is_prose(table, name)]
    for row in published_rows(table, db.query(chosen), scrub):
        found = find_leaks(table, row) + _second_look(row, looked_at)
        if found:
            key = ", ".join(str(row[name]) for name in spec.pk)
            raise LeakFound(f"table {table}, row {key}: {'; '.join(found)}. Nothing was written.")
        yield row


def leaks_of_words(texts: Iterable[str]) -> list[str]:
    """What in these texts looks like a telephone number or an e-mail address, by its name; addresses do not count."""
    found = {what for text in texts for what in leaks(_ADDRESS.sub(" ", text))}
    return sorted(found - {"IP address"})


def _is_prose(table: str, name: str) -> bool:
    return name in PROSE and name not in FREE_TEXT.get(table, ()) and (table, name) not in _NO_PROSE


def _second_look(row: Row, names: list[str]) -> list[str]:
    found = []
    for name in names:
        value = row[name]
        if isinstance(value, str):
            texts = _texts(json.loads(value)) if name.endswith("_json") else [value]
            found += [f"{name}: {what}" for what in leaks_of_words(texts)]
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
