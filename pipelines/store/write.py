"""Writing: one transaction a page, so that a page is stored whole or not at all.

Rows have natural keys: writing a page again changes what a better reader understood, and nothing when it is the same.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.database import Database
from pipelines.dataset import NAMES
from pipelines.errors import DatabaseBusy
from pipelines.facts import PageFacts
from pipelines.normalize.names import sql_names
from pipelines.store import heads, presence, sql
from pipelines.store.author_names import AuthorNames
from pipelines.store.migrations import database_error, open_database
from pipelines.store.pages import Beside, PageTables
from pipelines.store.review_pages import ReviewPlace
from pipelines.store.review_rows import AuthorKeys
from pipelines.store.reviews import PageReview, product_of
from pipelines.store.rows import EvidenceRecord, PageRecord, page_id
from pipelines.store.seals import Entry, Seals, row_digest
from pipelines.watchlist import Claim

__all__ = ["EvidenceRecord", "PageRecord", "PageReview", "ReviewPlace", "Store", "open_store", "page_id", "product_of"]

# A transaction writes each index page that it touched: 5,000 rows touch hardly more of them than 1,000.
_CHUNK = 5000


def open_store(path: Path, secret: bytes, verb: str = "") -> Store:
    """Open the dataset's database for writing, creating or upgrading it; `secret` keys the authors' hashes.

    `verb` is what other processes are told of this one. The path `:memory:` gives a store that nobody else sees.
    """
    if str(path) == ":memory:":
        return Store(open_database(path), path, secret)
    path.parent.mkdir(parents=True, exist_ok=True)
    return Store(open_database(path), path, secret, presence.Presence(path.parent, verb))


class Store:
    """The one writer of a database. Usable from several threads: writes wait for each other."""

    def __init__(self, db: Database, path: Path, secret: bytes, here: presence.Presence | None = None) -> None:
        self.db = db
        self.path = path
        self.presence = here
        self.owner = here.id if here else "this process"
        self._connection = db.conn
        self.seals = Seals(self._connection)
        self._names = AuthorNames(None if str(path) == ":memory:" else path.with_name(NAMES))
        self._pages = PageTables(self._connection, AuthorKeys(secret, self._names), self.seals)
        self._lock = threading.RLock()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self.db.close()
            if self.presence is not None:
                self.presence.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """For statements inside a transaction of this store."""
        return self._connection

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
                self._seal_and_commit()
            except sqlite3.DatabaseError as error:
                self._roll_back()
                raise database_error(error, self.path)  # noqa: B904 — it may be the same error
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def opened(self) -> Iterator[None]:
        """As `transaction`, but what is written stays uncommitted until `commit`, which another thread may call."""
        with self._lock:
            try:
                if not self._connection.in_transaction:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
            except sqlite3.DatabaseError as error:
                self._roll_back()
                raise database_error(error, self.path)  # noqa: B904 — it may be the same error
            except BaseException:
                self._roll_back()
                raise

    def commit(self) -> None:
        """Bring what `opened` left open to the disk. Raises `DiskFull`."""
        with self._lock:
            try:
                if self._connection.in_transaction:
                    self._seal_and_commit()
            except sqlite3.DatabaseError as error:
                self._roll_back()
                raise database_error(error, self.path)  # noqa: B904 — it may be the same error
            except BaseException:
                self._roll_back()
                raise

    def _seal_and_commit(self) -> None:
        self._names.keep()
        self.seals.append()
        self._connection.execute("COMMIT")
        self.seals.settle()

    def _roll_back(self) -> None:
        """A full disk may have ended the transaction already."""
        self.seals.forget()
        self._names.forget()
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    # Runs and crawls.

    def begin_run(self, verb: str, version: str) -> str:
        """Note that a verb starts; returns the run's id."""
        now = _now()
        run_id = f"{now}-{verb}"
        with self.transaction():
            self._connection.execute(sql.upsert("runs"), (run_id, verb, now, None, None, version))
        return run_id

    def end_run(self, run_id: str, exit_code: int) -> None:
        """Note how a run ended, seal that, and write where the chain stands now beside the archive."""
        with self.transaction():
            self._connection.execute(
                "UPDATE runs SET ended_at = ?, exit_code = ? WHERE id = ?", (_now(), exit_code, run_id)
            )
            self.seals.wait(Entry("run", run_id, content=row_digest(self._connection, "runs", run_id)))
        self.publish(run_id)

    # Seals.

    @property
    def archive(self) -> Path:
        """The folder of WARC files that belongs to this database."""
        return self.path.parent / "archive"

    def seal(self) -> None:
        """Seal what waits, where something does. Raises `DiskFull`."""
        if self.seals.waits:
            with self.transaction():
                pass

    def publish(self, run: str) -> None:
        """Write where the chain stands to `seals.jsonl` beside the archive, unless it says so already."""
        with self._lock:
            last = self._connection.execute("SELECT kind FROM seals ORDER BY n DESC LIMIT 1").fetchone()
            if last is None or last[0] == "head":
                return
            try:
                known = self._connection.execute("SELECT 1 FROM seals WHERE kind = 'head' LIMIT 1").fetchone()
                line = heads.publish(self.archive, run, self.seals.head, known is not None)
            except OSError as error:
                # On a full disk the line of the next run covers this one.
                if error.errno != errno.ENOSPC:
                    raise
                return
            with self.transaction():
                self.seals.wait(Entry("head", line))

    def begin_crawl(self, fresh: bool = False) -> str:
        """The crawl to go on with: the newest one when URLs of it are left or somebody works on it, else a new one.

        With `fresh` a new one in any case: what is left of others is refused. Raises DatabaseBusy when that would take
        the work out of a living process's hands.
        """
        known = presence.writers(self.path.parent, self.owner)
        others = [writer for writer in known if writer.verb == "crawl" and writer.pid != os.getpid()]
        if fresh and others:
            raise DatabaseBusy(f"{self.path}: {others[0]} is crawling this dataset; stop it before starting over")
        with self.transaction():
            row = self._connection.execute("SELECT MAX(id) FROM crawls").fetchone()
            left = "SELECT EXISTS (SELECT 1 FROM ledger WHERE crawl = ? AND state IN ('queued', 'claimed'))"
            if row[0] is not None and not fresh and (others or self._connection.execute(left, row).fetchone()[0]):
                self._connection.execute("UPDATE crawls SET ended_at = NULL WHERE id = ?", row)
                return str(row[0])
            now = _now()
            self._connection.execute(_ABANDON, (now,))
            self._connection.execute("UPDATE crawls SET ended_at = ? WHERE ended_at IS NULL", (now,))
            self._connection.execute("DELETE FROM shown")
            self._connection.execute(sql.insert("crawls"), (now, now, None, None))
            return now

    def end_crawl(self, crawl: str) -> bool:
        """Note the crawl's end unless URLs of it are left; says whether it ended."""
        with self.transaction():
            done = self._connection.execute(
                "UPDATE crawls SET ended_at = ? WHERE id = ? AND NOT EXISTS"
                " (SELECT 1 FROM ledger WHERE crawl = ? AND state IN ('queued', 'claimed'))",
                (_now(), crawl, crawl),
            )
            if done.rowcount:
                self._connection.execute("DELETE FROM shown WHERE crawl = ?", (crawl,))
        return bool(done.rowcount)

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

    def write_page(
        self,
        record: PageRecord,
        facts: PageFacts | None,
        product_key: str | None = None,
        beside: Beside | None = None,
    ) -> str:
        """Store one page with all that was understood of it; returns its id.

        `facts` is None for a page that was refused or failed. `product_key` names the product of the reviews where
        another page says it (see `product_of`). `beside` are rows of further tables, by table, without `page_id`.
        What cannot be stored becomes a row of `issues`.
        """
        with self.transaction():
            return self._pages.write(record, facts, product_key, beside)

    def write_reviews(self, reviews: Iterable[PageReview]) -> int:
        """Store reviews of pages that are there, up to 5,000 a transaction; returns how many rows were written.

        A review that cannot be stored becomes an issue of its page; the others of its batch are stored.
        """
        maker = self._pages.review_rows()
        waiting, written = iter(reviews), 0
        while batch := list(islice(waiting, _CHUNK)):
            with self.transaction():
                written += self._pages.write_reviews(maker, batch)
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
                if gone or table == "claims":
                    self._connection.executemany(sql.delete(table, column), gone)
                    self.seals.touch_table(table)
            self._connection.executemany(sql.upsert("claims"), made)

    def replace_compare(
        self,
        matches: Iterable[Mapping[str, Any]],
        findings: Iterable[Mapping[str, Any]],
        verdicts: Iterable[Mapping[str, Any]],
    ) -> None:
        """Replace all rows of the three tables, together."""
        self._replace_whole({"matches": matches, "findings": findings, "verdicts": verdicts})

    def replace_history(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace all rows of `review_history`, unless they are these already."""
        said = list(rows)
        there = f"SELECT {sql_names(sql.columns('review_history'))} FROM review_history"  # noqa: S608
        if set(sql.rows_of("review_history", said)) != set(self._connection.execute(there).fetchall()):
            self._replace_whole({"review_history": said})

    def _replace_whole(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        made = {table: sql.rows_of(table, mappings) for table, mappings in tables.items()}
        with self.transaction():
            for table, rows in made.items():
                self._connection.execute(sql.delete(table))
                self._connection.executemany(sql.insert(table), rows)
                self.seals.touch_table(table)


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
        "official_site": claim.official_site,
        "note": claim.note,
    }


_ABANDON = (
    "UPDATE ledger SET state = 'refused', reason = 'not asked: a fresh crawl was begun', owner = NULL,"
    " lease_until = NULL, updated_at = ? WHERE state IN ('queued', 'claimed')"
)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
