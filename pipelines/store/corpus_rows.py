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

# Tables with rows of single reviews.
_OF_REVIEWS = ("complaints", "corpus_reviews")
# Tables that are written whole at the end.
_WHOLE = ("clusters", "corpus_products")
# All of a row but the signals, whose hash says what they are.
_KEPT = sql_names(sql.columns("corpus_reviews")[:-1])
_KNOWN = f"SELECT signals_json IS NULL, {_KEPT} FROM corpus_reviews WHERE review IN (SELECT value FROM json_each(?))"  # noqa: S608
_GONE = f"""SELECT {_KEPT} FROM corpus_reviews AS known
    WHERE NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.id = known.review) ORDER BY review"""  # noqa: S608
_NEWEST = f"SELECT {sql_names(sql.columns('corpus_versions'))} FROM corpus_versions ORDER BY version DESC LIMIT 1"  # noqa: S608


class CorpusRows:
    """The corpus tables of an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: sqlite3.Connection = store.connection
        self._empty = {table: not self._any(table) for table in _OF_REVIEWS}

    def before(self, reviews: Sequence[str]) -> tuple[dict[str, Row], set[str]]:
        """The rows of `corpus_reviews` of these reviews, without their signals, and the reviews that have none.

        The latter are new, or were taken out and came again since.
        """
        if self._empty["corpus_reviews"]:
            return {}, set(reviews)
        known: dict[str, Row] = {}
        broken = set(reviews)
        for without, *row in self._connection.execute(_KNOWN, (json.dumps(reviews),)):
            known[str(row[0])] = tuple(row)
            if not without:
                broken.remove(str(row[0]))
        return known, broken

    def replace(self, table: str, reviews: Collection[str], rows: Iterable[Row]) -> None:
        """Make the rows of these reviews in a table of reviews these."""
        if not reviews:
            return
        if not self._empty[table]:
            self._connection.executemany(sql.delete(table, "review"), [(review,) for review in reviews])
        self._connection.executemany(sql.insert(table), rows)
        self._store.seals.touch_table(table, STALE)

    def forget(self, reviews: Collection[str]) -> None:
        """Take reviews out of the corpus that are no longer in `reviews`."""
        for table in _OF_REVIEWS:
            self._connection.executemany(sql.delete(table, "review"), [(review,) for review in reviews])

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
        for table in _OF_REVIEWS:
            self._store.seals.touch_table(table)

    def _any(self, table: str) -> bool:
        return self._connection.execute(f"SELECT 1 FROM {sql_name(table)} LIMIT 1").fetchone() is not None  # noqa: S608
