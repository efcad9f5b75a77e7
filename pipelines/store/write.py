"""Writing: one transaction a page, so that a page is stored whole or not at all.

Rows have natural keys: writing a page again changes what a better reader understood, and nothing when it understood the same.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.facts import OfferFact, PageFacts
from pipelines.items import Issue
from pipelines.normalize.urls import host_of
from pipelines.store import rows as as_rows
from pipelines.store import sql
from pipelines.store.migrations import database_error, open_database
from pipelines.store.reviews import PageIssue, PageReview, ReviewRows, product_of, upsert_reviews
from pipelines.store.rows import EvidenceRecord, PageRecord, page_id
from pipelines.watchlist import Claim

__all__ = ["EvidenceRecord", "PageRecord", "PageReview", "Store", "open_store", "page_id", "product_of"]

_CHUNK = 1000
# How a page was got is decided by its first writing; what it says, by the last.
_FIRST_WINS = frozenset(
    {"run_id", "fetched_at", "time_source", "warc_file", "warc_offset", "renderer", "render_reason", "spider"}
)
_ROW_ERRORS = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    OverflowError,
    ValueError,
)


def open_store(path: Path, secret: bytes) -> Store:
    """Open the dataset's database for writing, creating or upgrading it; `secret` keys the authors' hashes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Store(open_database(path), path, secret)


class Store:
    """The one writer of a database. Usable from several threads: writes wait for each other."""

    def __init__(self, db: Database, path: Path, secret: bytes) -> None:
        self.db = db
        self.path = path
        self._secret = secret
        self._connection = db.conn
        self._lock = threading.RLock()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside is committed together; inside another one it joins that. Raises `DiskFull`."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                self._roll_back()
                raise database_error(error, self.path)  # noqa: B904 — it may be the same error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        """A full disk may have ended the transaction already."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    # Runs and the ledger.

    def begin_run(self, verb: str, version: str) -> str:
        """Note that a verb starts; returns the run's id."""
        now = _now()
        run_id = f"{now}-{verb}"
        with self.transaction():
            self._connection.execute(sql.upsert("runs"), (run_id, verb, now, None, None, version))
        return run_id

    def end_run(self, run_id: str, exit_code: int) -> None:
        with self.transaction():
            self._connection.execute(
                "UPDATE runs SET ended_at = ?, exit_code = ? WHERE id = ?", (_now(), exit_code, run_id)
            )

    def ledger(
        self,
        spider: str,
        url: str,
        state: str,
        reason: str | None = None,
        renderer: str | None = None,
        page_id: str | None = None,
    ) -> None:
        """Note how far a scheduled URL has come: queued, done, refused or failed."""
        row = sql.rows_of(
            "ledger",
            [
                {
                    "spider": spider,
                    "url": url,
                    "host": host_of(url),
                    "state": state,
                    "reason": reason,
                    "renderer": renderer,
                    "page_id": page_id,
                    "updated_at": _now(),
                }
            ],
        )
        with self.transaction():
            self._connection.execute(sql.upsert("ledger"), row[0])

    def remember_render(self, host: str, kind: str, reason: str, url: str) -> None:
        """Note that pages of this kind on this host need the browser; the first page that showed it stays named."""
        with self.transaction():
            statement = f"{sql.insert('render_decisions')} ON CONFLICT (host, kind) DO NOTHING"
            self._connection.execute(statement, tuple(map(sql.cell, (host, kind, reason, url, _now()))))

    def render_reason(self, host: str, kind: str) -> str | None:
        """Why pages of this kind on this host need the browser; None when nothing showed it."""
        with self._lock:
            query = "SELECT reason FROM render_decisions WHERE host = ? AND kind = ?"
            found = self._connection.execute(query, (host, kind)).fetchone()
        return None if found is None else str(found[0])

    # Pages.

    def has_page(self, identity: str) -> bool:
        with self._lock:
            return self._connection.execute("SELECT 1 FROM pages WHERE id = ?", (identity,)).fetchone() is not None

    def write_page(self, record: PageRecord, facts: PageFacts | None, product_key: str | None = None) -> str:
        """Store one page with all that was understood of it; returns its id.

        `facts` is None for a page that was refused or failed. `product_key` names the product of the reviews where another
        page says it (see `product_of`). What cannot be stored becomes a row of `issues`.
        """
        identity = page_id(record.url, record.sha256, record.fetched_at, record.time_source)
        with self.transaction():
            known = self.has_page(identity)
            self._connection.execute(sql.upsert("pages", _FIRST_WINS), as_rows.page_row(identity, record, facts))
            if record.evidence and not (known and self._has_evidence(identity)):
                found = [as_rows.evidence_row(identity, n, item) for n, item in enumerate(record.evidence)]
                self._put("evidence", found, [])
            if facts is not None:
                self._write_facts(identity, facts, product_key, known)
        return identity

    def _write_facts(self, identity: str, facts: PageFacts, product_key: str | None, known: bool) -> None:
        issues = list(facts.issues)
        links: list[sql.Row] = [(identity, kind, sql.stored_text(url)) for kind, url in dict.fromkeys(facts.links)]
        self._replace("links", identity, links, issues, known)
        self._write_offer(identity, facts, issues, known)
        items = as_rows.good_rows("item", facts.items, lambda n, item: as_rows.listing_row(identity, n, item), issues)
        self._replace("listing_items", identity, list(items), issues, known)
        product = product_key or product_of(facts)
        said = [PageReview(identity, product, review) for review in facts.reviews]
        reviews, review_issues = ReviewRows(self._connection, self._secret).make(said)
        if known:
            self._forget_reviews(identity, {row[0] for row in reviews})
        self._put("reviews", reviews, issues, upsert_reviews())
        issues += [issue for _, issue in review_issues]
        found = [as_rows.issue_row(identity, n, issue) for n, issue in enumerate(issues)]
        self._replace("issues", identity, found, [], known)

    def _write_offer(self, identity: str, facts: PageFacts, issues: list[Issue], known: bool) -> None:
        offer = facts.offer
        try:
            stored = offer is not None and not self._put("offers", [as_rows.offer_row(identity, facts, offer)], issues)
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            stored = False
            issues.append(as_rows.not_stored("offer", offer, error))
        said = offer if offer is not None and stored else OfferFact()
        prices = as_rows.good_rows("price", said.prices, lambda n, it: as_rows.price_row(identity, n, it), issues)
        self._replace("prices", identity, list(prices), issues, known)
        variants = as_rows.good_rows(
            "variant", said.variants, lambda n, it: as_rows.variant_row(identity, n, it, said.currency), issues
        )
        self._replace("variants", identity, list(variants), issues, known)
        if known and not stored:
            self._connection.execute(sql.delete("offers", "page_id"), (identity,))

    def write_reviews(self, reviews: Iterable[PageReview]) -> int:
        """Store reviews of pages that are stored already, up to 1,000 a transaction; returns how many rows were written.

        A review that cannot be stored becomes an issue of its page; the others of its batch are stored.
        """
        maker = ReviewRows(self._connection, self._secret)
        waiting, written = iter(reviews), 0
        while batch := list(islice(waiting, _CHUNK)):
            with self.transaction():
                rows, page_issues = maker.make(batch)
                issues: list[Issue] = []
                broken = self._put("reviews", rows, issues, upsert_reviews())
                page_issues += [PageIssue(str(row[1]), issue) for row, issue in zip(broken, issues, strict=True)]
                self._append_issues(page_issues)
            written += len(rows) - len(broken)
        return written

    # Tables that are written whole.

    def write_claims(self, claims: Iterable[Claim]) -> None:
        """Make the table of claims equal to the watchlist; what was derived from a claim that is gone goes with it."""
        made = sql.rows_of("claims", [_claim_row(claim) for claim in claims])
        kept = {row[0] for row in made}
        with self.transaction():
            gone = [row for row in self._connection.execute("SELECT id FROM claims").fetchall() if row[0] not in kept]
            for table, column in (
                ("matches", "claim_id"),
                ("findings", "claim_id"),
                ("verdicts", "claim_id"),
                ("claims", "id"),
            ):
                self._connection.executemany(sql.delete(table, column), gone)
            self._connection.executemany(sql.upsert("claims"), made)

    def replace_compare(
        self,
        matches: Iterable[Mapping[str, Any]],
        findings: Iterable[Mapping[str, Any]],
        verdicts: Iterable[Mapping[str, Any]],
    ) -> None:
        """Replace all rows of the three tables, together."""
        self._replace_whole({"matches": matches, "findings": findings, "verdicts": verdicts})

    def replace_signals(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace all rows of `signals`."""
        self._replace_whole({"signals": rows})

    def _replace_whole(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        made = {table: sql.rows_of(table, mappings) for table, mappings in tables.items()}
        with self.transaction():
            for table, rows in made.items():
                self._connection.execute(sql.delete(table))
                self._connection.executemany(sql.insert(table), rows)

    # Rows of one page.

    def _put(self, table: str, rows: list[sql.Row], issues: list[Issue], statement: str | None = None) -> list[sql.Row]:
        """Write rows; one that the table refuses is left out, becomes an issue and is returned."""
        statement = statement or sql.upsert(table)
        try:
            self._connection.executemany(statement, rows)
            return []
        except _ROW_ERRORS:
            pass
        broken = []
        for row in rows:
            try:
                self._connection.execute(statement, row)
            except _ROW_ERRORS as error:
                broken.append(row)
                issues.append(as_rows.not_stored(table, row, error))
        return broken

    def _replace(self, table: str, identity: str, rows: list[sql.Row], issues: list[Issue], known: bool) -> None:
        """Make the rows of a page in one table these; rows that are so already are not touched."""
        if known:
            old = self._connection.execute(sql.select(table, "page_id"), (identity,)).fetchall()
            if set(old) == set(rows):
                return
            self._connection.execute(sql.delete(table, "page_id"), (identity,))
        if rows:
            self._put(table, rows, issues)

    def _has_evidence(self, identity: str) -> bool:
        return self._connection.execute("SELECT 1 FROM evidence WHERE page_id = ?", (identity,)).fetchone() is not None

    def _forget_reviews(self, identity: str, kept: set[sql.Cell]) -> None:
        old = self._connection.execute("SELECT id FROM reviews WHERE page_id = ?", (identity,)).fetchall()
        gone = [row for row in old if row[0] not in kept]
        if gone:
            self._connection.executemany(sql.delete("signals", "review"), gone)
            self._connection.executemany(sql.delete("reviews", "id"), gone)

    def _append_issues(self, issues: list[PageIssue]) -> None:
        for identity, issue in issues:
            row = as_rows.issue_row(identity, 0, issue)
            known = "SELECT 1 FROM issues WHERE page_id = ? AND field = ? AND value = ? AND why = ?"
            if not self._connection.execute(known, (identity, *row[2:])).fetchone():
                count = "SELECT COALESCE(MAX(n) + 1, 0) FROM issues WHERE page_id = ?"
                n = self._connection.execute(count, (identity,)).fetchone()[0]
                self._put("issues", [(identity, n, *row[2:])], [])


def _claim_row(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "streamer": claim.streamer,
        "platform": claim.platform,
        "broadcast_at": claim.broadcast_at,
        "product": claim.product,
        "brand": claim.brand,
        "spec": claim.spec,
        "gtin": claim.gtin,
        "claimed_price": claim.claimed_price,
        "currency": claim.currency,
        "claim": claim.claim,
        "promo_url": claim.promo_url,
        "official_urls_json": list(claim.official_urls),
        "note": claim.note,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
