"""The rows of one page in all tables. Runs inside the caller's transaction.

A value that no column takes becomes NULL and a row that no table takes is left out, each with a row in `issues`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from pipelines.facts import OfferFact, PageFacts
from pipelines.items import Issue
from pipelines.normalize.names import sql_names
from pipelines.store import rows as as_rows
from pipelines.store import sql
from pipelines.store.review_pages import ReviewPlace, filled_in, review_page, versions
from pipelines.store.review_rows import AuthorKeys, ReviewRows, Reviews
from pipelines.store.reviews import (
    PageIssue,
    PageReview,
    changed,
    own_ids,
    product_of,
    products_of,
    upsert_reviews,
)
from pipelines.store.rows import PageRecord, page_id
from pipelines.store.seals import STALE, Seals

# What says how the review stood in the newest version of the corpus stays until the next one.
_NO_SIGNALS = "UPDATE corpus_reviews SET signals_json = NULL WHERE review = ? AND signals_json IS NOT NULL"
# How a page was got is decided by its first writing; what it says, by the last.
_FIRST_WINS = frozenset(
    {
        *("run_id", "fetched_at", "time_source", "warc_file", "warc_offset", "renderer", "render_reason", "spider"),
        *("etag", "last_modified"),
    }
)
_URL = sql.columns("pages").index("url")
_ROW_ERRORS = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    OverflowError,
    ValueError,
)


# Rows of further tables of a page, by table, without its id.
Beside = Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(slots=True)
class _Writing:
    """A page that is being written. `rows` are what a new page has in each table: their columns, and the rows; None for
    a page that was there before, and where a table may hold something else than was given to it.
    """

    identity: str
    known: bool
    issues: list[Issue]
    rows: dict[str, tuple[tuple[str, ...], Sequence[sql.Row]]] | None


class PageTables:
    """Writes pages into an open database. `authors` makes the keys; `seals` is told which pages it touched."""

    def __init__(self, connection: sqlite3.Connection, authors: AuthorKeys, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals
        self._authors = authors

    def review_rows(self) -> ReviewRows:
        return ReviewRows(self._authors)

    def write(
        self, record: PageRecord, facts: PageFacts | None, product_key: str | None, beside: Beside | None = None
    ) -> str:
        """Store one page and return its id."""
        identity = page_id(record.url, record.sha256, record.fetched_at, record.time_source)
        self._seals.touch((identity,))
        issues = list(facts.issues) if facts else []
        row = as_rows.page_row(identity, record, facts, issues)
        known = not self._connection.execute(sql.insert_new("pages"), row).rowcount
        if known:
            self._connection.execute(sql.upsert("pages", _FIRST_WINS), row)
        page = _Writing(identity, known, issues, None if known else {"pages": (sql.columns("pages"), [row])})
        if record.evidence and not (known and self._has_evidence(identity)):
            found = [as_rows.evidence_row(identity, n, item, issues) for n, item in enumerate(record.evidence)]
            self._put_of(page, "evidence", found)
        if facts is not None:
            self._write_facts(page, facts, product_key, record.place)
        for table, mappings in (beside or {}).items():
            rows = sql.rows_of(table, [{**mapping, "page_id": identity} for mapping in mappings])
            self._replace(page, table, rows)
        if facts is not None or issues:
            self._replace(page, "issues", as_rows.issue_rows(identity, issues))
        if page.rows is not None:
            self._seals.wrote(identity, str(row[_URL]), page.rows)
        return identity

    def write_reviews(self, maker: ReviewRows, batch: Sequence[PageReview]) -> int:
        """Store reviews of pages that are there; how many of them the table now has."""
        made = maker.make(batch)
        self._seals.touch(said.page_id for said in batch)
        ids, issues, other = self._put_reviews(made)
        self._connection.executemany(sql.upsert("review_versions"), other)
        self._append_issues(made.issues + issues)
        return len(ids)

    def _put_reviews(
        self, made: Reviews, page: _Writing | None = None
    ) -> tuple[Sequence[sql.Cell], list[PageIssue], list[sql.Row]]:
        """Insert or update reviews, those of `page` where one is given. Their ids as stored, an issue for each one that
        was left out, and rows of `review_versions`.
        """
        if not len(made):
            return [], [], []
        names, filled = made.filled()
        try:
            if self._connection.executemany(sql.insert_new("reviews", names), filled).rowcount == len(made):
                if page is not None and page.rows is not None:
                    page.rows["reviews"] = names, filled
                return made.columns[0], [], []
        except _ROW_ERRORS:
            # The slow way below finds out which row it was.
            pass
        if page is not None:
            page.rows = None
        query = f"SELECT {sql_names(sql.columns('reviews'))} FROM reviews WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
        found = self._connection.execute(query, (json.dumps(made.columns[0]),))
        stored: dict[sql.Cell, sql.Row] = {row[0]: row for row in found}
        rows, clashes = own_ids(made.rows(), stored, made.sure)
        issues: list[Issue] = []
        # A reply that is filled in now is news of the page that fills it in.
        said = versions(rows, stored, made.sure)
        other = changed(filled_in(rows, stored), stored)
        self._seals.touch(str(stored[row[0]][1]) for row in other if row[0] in stored)
        broken = self._put("reviews", other, issues, upsert_reviews())
        left_out = [PageIssue(str(row[1]), issue) for row, issue in zip(broken, issues, strict=True)]
        refused = {(row[0], row[1]) for row in broken}
        return [row[0] for row in rows if (row[0], row[1]) not in refused], clashes + left_out, said

    def _write_facts(self, page: _Writing, facts: PageFacts, product: str | None, place: ReviewPlace | None) -> None:
        identity, issues = page.identity, page.issues
        self._replace(page, "links", as_rows.link_rows(identity, facts.links, issues))
        self._write_offer(page, facts)
        self._replace(page, "listing_items", as_rows.listing_rows(identity, facts.items, issues))
        several = products_of(facts) if product is None else None
        whole = product or product_of(facts)
        products = several or [whole] * len(facts.reviews)
        said = list(map(PageReview, repeat(identity), products, facts.reviews))
        made = self.review_rows().make(said)
        ids, found, other = self._put_reviews(made, page)
        issues += [issue for _, issue in made.issues + found]
        self._replace(page, "review_versions", other)
        if page.known:
            self._forget_reviews(identity, set(ids))
        before = self._review_page(identity) if page.known else None
        row = review_page(None if several else whole, place, facts, ids, before)
        rows = [] if row is None else [as_rows.review_page_row(identity, row, issues)]
        self._replace(page, "review_pages", rows)

    def _review_page(self, identity: str) -> dict[str, object] | None:
        found = self._connection.execute(sql.select("review_pages", "page_id"), (identity,)).fetchone()
        return None if found is None else dict(zip(sql.columns("review_pages"), found, strict=True))

    def _write_offer(self, page: _Writing, facts: PageFacts) -> None:
        identity, issues, offer = page.identity, page.issues, facts.offer
        if offer is not None and self._put_of(page, "offers", [as_rows.offer_row(identity, facts, offer, issues)]):
            offer = None
        said = offer or OfferFact()
        self._replace(page, "prices", as_rows.price_rows(identity, said.prices, issues))
        self._replace(page, "variants", as_rows.variant_rows(identity, said.variants, said.currency, issues))
        if page.known and offer is None:
            self._connection.execute(sql.delete("offers", "page_id"), (identity,))

    def _put(self, table: str, rows: list[sql.Row], issues: list[Issue], statement: str | None = None) -> list[sql.Row]:
        """Write rows; each one that the table refuses is returned, and becomes an issue."""
        statement = statement or sql.upsert(table)
        try:
            self._connection.executemany(statement, rows)
            return []
        except _ROW_ERRORS:
            # Which row it was is not said: all are written again, one by one.
            pass
        broken = []
        for row in rows:
            try:
                self._connection.execute(statement, row)
            except _ROW_ERRORS as error:
                broken.append(row)
                issues.append(as_rows.not_stored(table, row, error))
        return broken

    def _put_of(self, page: _Writing, table: str, rows: list[sql.Row]) -> list[sql.Row]:
        """As `_put`, of rows of one page."""
        broken = self._put(table, rows, page.issues)
        if broken:
            page.rows = None
        elif page.rows is not None:
            page.rows[table] = sql.columns(table), rows
        return broken

    def _replace(self, page: _Writing, table: str, rows: list[sql.Row]) -> None:
        """Make the rows of a page in one table these; rows that are so already are not touched."""
        if page.known:
            old = self._connection.execute(sql.select(table, "page_id"), (page.identity,)).fetchall()
            if set(old) == set(rows):
                return
            self._connection.execute(sql.delete(table, "page_id"), (page.identity,))
        if rows:
            self._put_of(page, table, rows)

    def _has_evidence(self, identity: str) -> bool:
        return self._connection.execute("SELECT 1 FROM evidence WHERE page_id = ?", (identity,)).fetchone() is not None

    def _forget_reviews(self, identity: str, kept: set[sql.Cell]) -> None:
        """Reviews that this page owned and no longer shows, to a better reader."""
        old = self._connection.execute("SELECT id FROM reviews WHERE page_id = ?", (identity,)).fetchall()
        gone = [row for row in old if row[0] not in kept]
        if gone:
            if self._connection.executemany(_NO_SIGNALS, gone).rowcount:
                self._seals.touch_table("corpus_reviews", STALE)
            for derived in ("complaints", "review_history"):
                if self._connection.executemany(sql.delete(derived, "review"), gone).rowcount:
                    self._seals.touch_table(derived, STALE)
            self._connection.executemany(sql.delete("reviews", "id"), gone)

    def _append_issues(self, issues: list[PageIssue]) -> None:
        self._seals.touch(identity for identity, _ in issues)
        for identity, issue in issues:
            row = as_rows.issue_rows(identity, [issue])[0]
            known = "SELECT 1 FROM issues WHERE page_id = ? AND field = ? AND value = ? AND why = ?"
            if not self._connection.execute(known, (identity, *row[2:])).fetchone():
                count = "SELECT COALESCE(MAX(n) + 1, 0) FROM issues WHERE page_id = ?"
                n = self._connection.execute(count, (identity,)).fetchone()[0]
                # A page that is not stored cannot have issues: the row is refused for want of its page.
                self._put("issues", [(identity, n, *row[2:])], [])
