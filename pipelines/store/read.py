"""Named queries. Rows come back as dictionaries of the columns in `docs/tables.md`; nothing here writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipelines.database import Database
from pipelines.errors import InputMissing
from pipelines.normalize.names import sql_name, sql_names
from pipelines.normalize.urls import page_key, product_key
from pipelines.store.migrations import open_database
from pipelines.store.schema import TABLES
from pipelines.store.sql import columns

Row = dict[str, Any]


def open_read(path: Path) -> Database:
    """Open an existing database for reading, upgrading it first. Raises `InputMissing` when there is none."""
    if not path.exists():
        raise InputMissing(f"{path}: no database there: expected one made by `daihuo crawl` or `daihuo ingest`")
    db = open_database(path)
    db.conn.execute("PRAGMA query_only = ON")
    return db


def counts(db: Database) -> dict[str, int]:
    """Number of rows of each table."""
    return {table: db[table].count for table in TABLES}


def newest_crawl(db: Database) -> Row | None:
    """The row of `crawls` begun last; None when nothing was crawled."""
    found = _rows(db, "SELECT * FROM crawls ORDER BY id DESC LIMIT 1")
    return found[0] if found else None


def crawl_progress(db: Database, crawl: str) -> tuple[int, int]:
    """How many URLs of a crawl have ended, and how many are left."""
    query = "SELECT COUNT(*), COALESCE(SUM(state IN ('queued', 'claimed')), 0) FROM ledger WHERE crawl = ?"
    total, left = db.conn.execute(query, (crawl,)).fetchone()
    return total - left, left


def ledger_counts(db: Database, crawl: str) -> list[Row]:
    """Rows of `spider`, `host`, `state`, `reason`, `urls` (their number) of one crawl."""
    return _rows(
        db,
        """SELECT spider, host, state, reason, COUNT(*) AS urls FROM ledger WHERE crawl = ?
           GROUP BY spider, host, state, reason ORDER BY spider, host, state, urls DESC, reason""",
        (crawl,),
    )


def pages_by_outcome(db: Database) -> dict[str, int]:
    """`{outcome: number of pages}`."""
    query = "SELECT outcome, COUNT(*) AS pages FROM pages GROUP BY outcome ORDER BY outcome"
    return {row["outcome"]: row["pages"] for row in _rows(db, query)}


def newest_static(db: Database, url: str) -> Row | None:
    """The newest page that this URL itself answered with 200 and that was fetched without the browser, or None.

    `sha256`, `etag`, `last_modified` and its record, `warc_file` and `warc_offset`.
    """
    found = _rows(
        db,
        "SELECT sha256, etag, last_modified, warc_file, warc_offset FROM pages WHERE final_url = ? AND status = 200"
        " AND renderer = 'static' AND method = 'GET' AND time_source = 'fetch' AND sha256 IS NOT NULL"
        " AND warc_file IS NOT NULL AND outcome <> 'failed' AND COALESCE(faults_json, '[]') = '[]'"
        " ORDER BY fetched_at DESC LIMIT 1",
        (url,),
    )
    return found[0] if found else None


def offers_for_url(db: Database, url: str) -> list[Row]:
    """Every observation of an offer at a URL, newest first: the page's own URL, where it led, or another spelling.

    Each row has the columns of `offers`, of its page `page_url`, `final_url`, `status`, `fetched_at`, `time_source`,
    `sha256`, `warc_file`, `warc_offset`, `renderer`, `outcome`, `reason`, `kind`, `platform`, and the rows of its
    `prices` and `variants`.
    """
    return offers_of_pages(db, offer_pages_for_url(db, url))


def offer_pages_for_url(db: Database, url: str) -> list[str]:
    """The ids of the pages that `offers_for_url` reads, newest first."""
    query = f"""SELECT pages.id FROM pages JOIN offers ON offers.page_id = pages.id
        WHERE {_AT_URL} ORDER BY pages.fetched_at DESC, pages.id"""  # noqa: S608
    return [row["id"] for row in _rows(db, query, (url, url, page_key(url)))]


def offers_of_pages(db: Database, page_ids: Iterable[str]) -> list[Row]:
    """The offers of these pages in that order, as `offers_for_url` has them; pages without one are left out."""
    wanted = list(dict.fromkeys(page_ids))
    found = _rows(
        db,
        f"""SELECT offers.*, pages.url AS page_url, {sql_names(_OF_PAGE, of="pages")}
            FROM offers JOIN pages ON pages.id = offers.page_id
            WHERE offers.page_id IN (SELECT value FROM json_each(?))""",  # noqa: S608
        (json.dumps(wanted),),
    )
    _attach(db, found, "prices")
    _attach(db, found, "variants")
    by_id = {row["page_id"]: row for row in found}
    return [by_id[page] for page in wanted if page in by_id]


def failed_pages_for_url(db: Database, url: str) -> list[Row]:
    """Pages at a URL (as in `offers_for_url`) that show no offer: blocked, gone, refused, failed …, newest first."""
    return _rows(
        db,
        f"""SELECT pages.* FROM pages
            WHERE {_AT_URL} AND NOT EXISTS (SELECT 1 FROM offers WHERE offers.page_id = pages.id)
            ORDER BY fetched_at DESC, id""",  # noqa: S608
        (url, url, page_key(url)),
    )


def review_links(db: Database) -> list[Row]:
    """Where product pages say their reviews are: `page_id`, `page_url`, `kind`, `url`, `product` (as in `reviews`).

    A product page that shows reviews itself and names no other place may page them: its next page counts when only the
    query differs, because a next page elsewhere is another product.
    """
    found = _rows(
        db,
        """SELECT links.page_id, pages.url AS page_url, links.kind, links.url, offers.url AS offer_url, offers.sku
           FROM links JOIN pages ON pages.id = links.page_id LEFT JOIN offers ON offers.page_id = pages.id
           WHERE pages.kind = 'product' AND (links.kind = 'reviews' OR links.kind = 'next'
               AND EXISTS (SELECT 1 FROM reviews WHERE reviews.page_id = pages.id)
               AND NOT EXISTS (SELECT 1 FROM links own WHERE own.page_id = pages.id AND own.kind = 'reviews'))
           ORDER BY pages.fetched_at, links.page_id, links.kind, links.url""",
    )
    found = [row for row in found if row["kind"] == "reviews" or _path(row["url"]) == _path(row["page_url"])]
    for row in found:
        row["product"] = product_key(row.pop("offer_url") or row["page_url"], row.pop("sku"))
    return found


def linked_review_lists(db: Database) -> list[tuple[str, list[Row]]]:
    """(product, lists) of each product page that links lists of its reviews: `url`, `filter`, `sort`, `count`."""
    found = _rows(
        db,
        """SELECT review_pages.product, review_pages.lists_json
           FROM review_pages JOIN pages ON pages.id = review_pages.page_id
           WHERE pages.kind = 'product' AND review_pages.product IS NOT NULL AND review_pages.lists_json IS NOT NULL
           ORDER BY pages.fetched_at, pages.id""",
    )
    return [(row["product"], json.loads(row["lists_json"])) for row in found]


def reviews_read_whole(db: Database, crawl: str) -> frozenset[str]:
    """Products of which the last crawl before this one read every page of reviews that it knew of."""
    left_out = {row["id"] for row in _rows(db, "SELECT id FROM crawls WHERE left_out_json LIKE '%\"reviews\"%'")}
    newest: dict[str, tuple[str, bool]] = {}
    query = (
        "SELECT json_extract(request_json, '$.product') AS product, crawl, SUM(state <> 'done') AS lost FROM ledger"
        " WHERE spider = 'reviews' AND crawl < ? GROUP BY 1, 2 ORDER BY 2"
    )
    for row in _rows(db, query, (crawl,)):
        newest[row["product"]] = (row["crawl"], not row["lost"] and row["crawl"] not in left_out)
    return frozenset(product for product, (_, whole) in newest.items() if whole)


def stored_before(db: Database, ids: Iterable[str], moment: str) -> set[str]:
    """Those of these reviews that a page of before this moment showed first."""
    query = (
        "SELECT reviews.id FROM reviews JOIN pages ON pages.id = reviews.page_id"
        " WHERE reviews.id IN (SELECT value FROM json_each(?)) AND pages.fetched_at < ?"
    )
    return {row[0] for row in db.conn.execute(query, (json.dumps(list(ids)), moment))}


def reviews_of(db: Database, product: str) -> list[Row]:
    """The reviews of one product (column `product`), oldest first."""
    return _rows(db, "SELECT * FROM reviews WHERE product = ? ORDER BY date, id", (product,))


def verdict_rows(db: Database) -> list[Row]:
    """One row a claim in the order of the watchlist: its columns and those of its verdict (NULL before `compare`)."""
    of_verdict = [name for name in columns("verdicts") if name not in ("claim_id", "currency")]
    return _rows(
        db,
        f"""SELECT claims.*, {sql_names(of_verdict, of="verdicts")}, verdicts.currency AS verdict_currency
            FROM claims LEFT JOIN verdicts ON verdicts.claim_id = claims.id ORDER BY claims.rowid""",  # noqa: S608
    )


def evidence_of(db: Database, page_ids: Iterable[str]) -> list[Row]:
    """The pages with these ids, in that order, each with `evidence`, its archive records; unknown ids are left out."""
    wanted = list(dict.fromkeys(page_ids))
    query = "SELECT * FROM pages WHERE id IN (SELECT value FROM json_each(?))"
    found = _rows(db, query, (json.dumps(wanted),))
    for page in found:
        page["page_id"] = page["id"]
    _attach(db, found, "evidence")
    by_id = {page.pop("page_id"): page for page in found}
    return [by_id[identity] for identity in wanted if identity in by_id]


_OF_PAGE = (
    "final_url",
    "status",
    "fetched_at",
    "time_source",
    "sha256",
    "warc_file",
    "warc_offset",
    "renderer",
    "outcome",
    "reason",
    "kind",
    "platform",
)
# Times are stored with and without parts of a second: as texts, `…00Z` would come after `…00.5Z`.
_BY_THEN = "(? IS NULL OR julianday(p.fetched_at) <= julianday(?))"
_AT_URL = "(pages.url = ? OR pages.final_url = ? OR pages.url_key = ?)"


def _attach(db: Database, parents: list[Row], table: str) -> None:
    """Give each parent the rows of a table that have its `page_id`, in order."""
    query = f"SELECT * FROM {sql_name(table)} WHERE page_id IN (SELECT value FROM json_each(?)) ORDER BY page_id, n"  # noqa: S608
    by_page: dict[str, list[Row]] = {parent["page_id"]: [] for parent in parents}
    for row in _rows(db, query, (json.dumps(list(by_page)),)):
        by_page[row["page_id"]].append(row)
    for parent in parents:
        parent[table] = by_page[parent["page_id"]]


def _rows(db: Database, query: str, parameters: Sequence[object] = ()) -> list[Row]:
    cursor: sqlite3.Cursor = db.conn.execute(query, tuple(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _path(url: str) -> str:
    return page_key(url).partition("?")[0]


def newest_look(db: Database, url: str) -> str | None:
    """When the newest stored answer for a URL came; None when none is stored."""
    query = "SELECT MAX(fetched_at) FROM pages WHERE url = ? AND warc_file IS NOT NULL"
    found: str | None = db.conn.execute(query, (url,)).fetchone()[0]
    return found


def candidate_rows(db: Database, until: str | None = None) -> list[Row]:
    """All rows of `official_candidates`, those of the newest page first; with `until` those of pages seen by then."""
    return _rows(
        db,
        f"""SELECT c.* FROM official_candidates c JOIN pages p ON p.id = c.page_id
            WHERE {_BY_THEN} ORDER BY p.fetched_at DESC, p.id, c.claim_id, c.url""",  # noqa: S608
        (until, until),
    )


def evidence_by_page(db: Database, url_keys: Iterable[str], until: str | None = None) -> list[Row]:
    """Rows of `url_key`, `id`, `url`, `final_url`, and the `kind` and `value` of each of a page's official evidence (or
    NULL), for the pages of these addresses that came as they should.
    """
    return _rows(
        db,
        f"""SELECT p.url_key, p.id, p.url, p.final_url, e.kind, e.value
           FROM pages p LEFT JOIN official_evidence e ON e.page_id = p.id
           WHERE p.outcome = 'ok' AND p.url_key IN (SELECT value FROM json_each(?)) AND {_BY_THEN}
           ORDER BY p.id, e.shop, e.kind""",  # noqa: S608
        (json.dumps(sorted(url_keys)), until, until),
    )
