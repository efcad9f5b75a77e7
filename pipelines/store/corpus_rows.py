"""Writing the corpus, inside the caller's transaction: a batch of reviews at a time, then what all of them say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from pipelines.normalize.names import sql_name, sql_names
from pipelines.store import sql
from pipelines.store.seals import STALE
from pipelines.store.sql import Row
from pipelines.store.write import Store

# Tables with rows of single reviews, and their column that names the review.
_OF_REVIEWS = {"signals": "review", "complaints": "review", "corpus_reviews": "review"}
# Those of them that are sealed whole.
_SEALED = ("signals", "complaints")
# Tables that are written whole at the end.
_WHOLE = ("clusters", "corpus_products")
_ASKED = "IN (SELECT value FROM json_each(?))"
_KNOWN = f"SELECT {sql_names(sql.columns('corpus_reviews'))} FROM corpus_reviews WHERE review {_ASKED}"  # noqa: S608
_COUNTED = f"SELECT review, COUNT(*) FROM signals WHERE review {_ASKED} GROUP BY review"  # noqa: S608
_GONE = """SELECT * FROM corpus_reviews AS known
    WHERE NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.id = known.review) ORDER BY review"""
_NEWEST = f"SELECT {sql_names(sql.columns('corpus_versions'))} FROM corpus_versions ORDER BY version DESC LIMIT 1"  # noqa: S608


class CorpusRows:
    """The corpus tables of an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: sqlite3.Connection = store.connection
        self._empty = {table: not self._any(table) for table in _OF_REVIEWS}

    def before(self, reviews: Sequence[str], signals: int) -> tuple[dict[str, Row], set[str]]:
        """The rows of `corpus_reviews` of these reviews, and those reviews that have another number of `signals` rows.

        The latter were taken out and came again since.
        """
        if self._empty["corpus_reviews"]:
            return {}, set(reviews)
        asked = (json.dumps(reviews),)
        known = {str(row[0]): row for row in self._connection.execute(_KNOWN, asked)}
        whole = {review for review, count in self._connection.execute(_COUNTED, asked) if count == signals}
        return known, set(reviews) - whole

    def replace(self, table: str, reviews: Collection[str], rows: Iterable[Row]) -> None:
        """Make the rows of these reviews in a table of reviews these."""
        if not reviews:
            return
        if not self._empty[table]:
            self._connection.executemany(sql.delete(table, _OF_REVIEWS[table]), [(review,) for review in reviews])
        self._connection.executemany(sql.insert(table), rows)
        if table in _SEALED:
            self._store.seals.touch_table(table, STALE)

    def forget(self, reviews: Collection[str]) -> None:
        """Take reviews out of the corpus that are no longer in `reviews`."""
        for table, column in _OF_REVIEWS.items():
            self._connection.executemany(sql.delete(table, column), [(review,) for review in reviews])

    def gone(self) -> list[Row]:
        """The rows of `corpus_reviews` whose review is no longer in `reviews`."""
        return [] if self._empty["corpus_reviews"] else self._connection.execute(_GONE).fetchall()

    def newest(self) -> Row | None:
        """The newest row of `corpus_versions`."""
        found: Row | None = self._connection.execute(_NEWEST).fetchone()
        return found

    def change(self, rows: Sequence[Row]) -> None:
        """Note changes of a version that `finish` brings."""
        self._connection.executemany(sql.upsert("corpus_changes"), rows)

    def changes(self, version: int) -> dict[str, int]:
        """How many reviews each kind of change of a version has."""
        query = "SELECT change, COUNT(*) FROM corpus_changes WHERE version = ? GROUP BY change ORDER BY change"
        return dict(self._connection.execute(query, (version,)))

    def finish(self, version: Row, clusters: Iterable[Row], products: Iterable[Row]) -> None:
        """What is known of the whole. A version that is there already stays as it is."""
        for table, rows in zip(_WHOLE, (clusters, products), strict=True):
            self._connection.execute(sql.delete(table))
            self._connection.executemany(sql.insert(table), rows)
        self._connection.execute(f"{sql.insert('corpus_versions')} ON CONFLICT (version) DO NOTHING", version)
        self._connection.execute("DELETE FROM corpus_changes WHERE version > ?", (version[0],))
        self._store.seals.touch_table("corpus_versions")
        for table in _SEALED:
            self._store.seals.touch_table(table)

    def _any(self, table: str) -> bool:
        return self._connection.execute(f"SELECT 1 FROM {sql_name(table)} LIMIT 1").fetchone() is not None  # noqa: S608
