"""Which tables are published, with which columns, and what is done to their texts on the way out.

Who masks is `people`, which also looks at every written file once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from pipelines.errors import LeakFound
from pipelines.export.scrub import Scrubber, leaks
from pipelines.normalize.names import sql_name, sql_names
from pipelines.store.schema import TABLES
from pipelines.store.table import Table

Row = dict[str, Any]

EXPORTED = (
    "claims",
    "verdicts",
    "findings",
    "matches",
    "offers",
    "prices",
    "variants",
    "listing_items",
    "reviews",
    "signals",
    "complaints",
    "clusters",
    "corpus_products",
    "corpus_versions",
    "corpus_changes",
    "pages",
    "evidence",
    "issues",
    "ledger",
)
# When a version was made and by which program is said on the card: the data are the same whoever makes them.
_LEFT_OUT = {"corpus_versions": ("made_at", "daihuo")}
_OF_CORPUS = ("split", "cluster")

# Columns that hold what buyers and merchants wrote.
FREE_TEXT = {
    "reviews": ("title", "text", "variant", "reply", "follow_up_text", "said_json"),
    "signals": ("value", "evidence_json"),
    "complaints": ("words", "clause", "places_json"),
    "issues": ("value", "why"),
    "review_versions": ("value",),
    "review_history": ("before", "now"),
}
_AUTHOR_KEY = re.compile(r"[0-9a-f]{16,64}")


@cache
def published(table: str) -> Table:
    """A table as it is published: `reviews` with the split and cluster of each, `corpus_versions` without times."""
    spec = TABLES[table]
    left_out = _LEFT_OUT.get(table, ())
    columns = {name: said for name, said in spec.columns.items() if name not in left_out}
    if table == "reviews":
        columns |= {name: TABLES["corpus_reviews"].columns[name] for name in _OF_CORPUS}
    return replace(spec, columns=columns)


def rows_query(table: str) -> str:
    """The query for all published rows of a table, in the order of its key."""
    spec = published(table)
    if table != "reviews":
        return f"SELECT {sql_names(spec.columns)} FROM {sql_name(table)} ORDER BY {sql_names(spec.pk)}"  # noqa: S608
    return f"""SELECT {sql_names(TABLES[table].columns, of=table)}, {sql_names(_OF_CORPUS, of="corpus_reviews")}
        FROM reviews LEFT JOIN corpus_reviews ON corpus_reviews.review = reviews.id ORDER BY reviews.id"""  # noqa: S608


def published_rows(table: str, rows: Iterable[Row], scrub: Scrubber) -> Iterator[Row]:
    """Rows as they may leave the house: free text masked by the dataset's scrubber (see `people`)."""
    columns = FREE_TEXT.get(table, ())
    for number, row in enumerate(rows, start=1):
        if any(isinstance(value, bytes) for value in row.values()):
            raise LeakFound(f"{table}, row {number}: bytes where text belongs. Nothing was exported")
        for name in columns:
            if isinstance(row[name], str):
                row[name] = scrub.mask_json(row[name]) if name.endswith("_json") else scrub.mask(row[name])
        yield row


def find_leaks(table: str, row: Row) -> list[str]:
    """What in a written row would identify a person: `column: what`."""
    found = []
    for name in FREE_TEXT.get(table, ()):
        found += [f"{name}: {what}" for what in leaks(str(row.get(name) or ""))]
    key = row.get("author_key")
    if table == "reviews" and key and not _AUTHOR_KEY.fullmatch(str(key)):
        found.append("author_key: not a keyed hash")
    unknown = sorted(set(row) - set(published(table).columns))
    return [*found, *(f"{name}: not a column for publication" for name in unknown)]
