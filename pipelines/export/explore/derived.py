"""The explorer's own tables, made from the published rows that are already in its database."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipelines.export.explore.rows import Row, listed, rows
from pipelines.normalize.urls import page_key
from pipelines.observation import utc

# Lists of page ids in other tables, and what a citation from there is called.
_CITED = (
    ("SELECT claim_id, 'verdict', page_ids_json FROM verdicts", True),
    ("SELECT claim_id, rule, page_ids_json FROM findings", True),
    ("SELECT claim_id, 'match', promoted_page_id FROM matches", False),
    ("SELECT claim_id, 'match', official_page_id FROM matches", False),
)
_PRODUCTS = """
    WITH alike AS (SELECT DISTINCT review FROM repeated_texts),
    counted AS (
        SELECT r.product, MIN(r.page_id) AS any_page, COUNT(*) AS collected, MIN(r.date) AS first_date,
            MAX(r.date) AS last_date, SUM(COALESCE(r.default_text, 0)) AS platform_written,
            SUM(r.id IN (SELECT review FROM alike)) AS repeated,
            ROUND(AVG(CASE WHEN CAST(r.rating AS REAL) BETWEEN 0 AND CAST(COALESCE(r.rating_scale, '5') AS REAL)
                AND r.rating <> '' AND CAST(COALESCE(r.rating_scale, '5') AS REAL) > 0
                THEN CAST(r.rating AS REAL) * 5 / CAST(COALESCE(r.rating_scale, '5') AS REAL) END), 2) AS mean_stars
        FROM reviews r GROUP BY r.product),
    shown AS (
        SELECT DISTINCT r.product, r.page_id FROM reviews r),
    offered AS (
        SELECT shown.product, o.page_id, o.name, o.review_count,
            ROW_NUMBER() OVER (PARTITION BY shown.product ORDER BY p.fetched_at DESC, o.page_id) AS newest
        FROM shown JOIN offers o ON o.page_id = shown.page_id JOIN pages p ON p.id = o.page_id)
    SELECT c.product, COALESCE(NULLIF(o.name, ''), c.product) AS name, COALESCE(o.page_id, c.any_page) AS page_id,
        c.collected, o.review_count AS claimed, c.mean_stars, c.first_date, c.last_date, c.platform_written, c.repeated
    FROM counted c LEFT JOIN offered o ON o.product = c.product AND o.newest = 1 ORDER BY c.product
"""
_REPEATED = """
    WITH clustered AS (
        SELECT json_extract(s.evidence_json, '$.cluster') AS cluster, s.review, r.product, r.date
        FROM signals s JOIN reviews r ON r.id = s.review
        WHERE s.signal = 'near_duplicate' AND json_extract(s.evidence_json, '$.cluster') IS NOT NULL)
    SELECT * FROM clustered WHERE cluster IN (SELECT cluster FROM clustered GROUP BY cluster HAVING COUNT(*) > 1)
    ORDER BY cluster, review
"""


def fill_derived(made: sqlite3.Connection) -> Iterator[tuple[str, Iterable[Row]]]:
    """Table and rows, in an order in which each needs only tables before it."""
    yield "looks", _looks(made)
    yield "citations", _citations(made)
    yield "repeated_texts", rows(made, _REPEATED)
    yield "reviewed_products", rows(made, _PRODUCTS)


def days_between(broadcast: str | None, seen: str | None) -> float | None:
    """Days from one UTC time to another, three decimals; None where one is no time."""
    try:
        begin, end = (utc(text or "") for text in (broadcast, seen))
    except ValueError:
        return None
    return round((end - begin).total_seconds() / 86_400, 3)


def _looks(made: sqlite3.Connection) -> Iterator[Row]:
    at = _pages_by_address(made)
    offers = {row["page_id"]: row for row in rows(made, "SELECT * FROM offers")}
    for claim in rows(made, "SELECT * FROM claims ORDER BY id"):
        wanted = [("promoted", claim["promo_url"])] if claim["promo_url"] else []
        wanted += [("official", url) for url in listed(claim["official_urls_json"]) if isinstance(url, str)]
        wanted += [("official", url) for url in _found_officials(made, claim["id"])]
        seen: dict[tuple[str, str], tuple[str, Row]] = {}
        for role, url in wanted:
            for page in (*at.get(url, ()), *at.get(page_key(url), ())):
                seen.setdefault((role, page["id"]), (url, page))
        ordered = sorted(seen.items(), key=lambda item: (item[1][1]["fetched_at"] or "", item[0]))
        for n, ((role, _), (url, page)) in enumerate(ordered):
            yield {
                **{name: offers.get(page["id"], {}).get(name) for name in _OF_OFFER},
                "claim_id": claim["id"],
                "n": n,
                "role": role,
                "url": url,
                "page_id": page["id"],
                "seen_at": page["fetched_at"],
                "days": days_between(claim["broadcast_at"], page["fetched_at"]),
                "outcome": page["outcome"],
            }


_OF_OFFER = ("price", "price_max", "list_price", "currency", "availability")


def _found_officials(made: sqlite3.Connection, claim_id: str) -> list[str]:
    """Official offers that the watchlist does not name: those that were compared."""
    query = """SELECT DISTINCT p.url FROM matches m JOIN pages p ON p.id = m.official_page_id
        WHERE m.claim_id = ? ORDER BY p.url"""
    return [row[0] for row in made.execute(query, (claim_id,))]


def _pages_by_address(made: sqlite3.Connection) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for page in rows(made, "SELECT id, url, final_url, url_key, fetched_at, outcome FROM pages ORDER BY id"):
        for address in {page["url"], page["final_url"], page["url_key"]} - {None}:
            found[address].append(page)
    return found


def _citations(made: sqlite3.Connection) -> Iterator[Row]:
    seen = set()
    for query, is_list in _CITED:
        for claim_id, cited_by, cited in made.execute(query).fetchall():
            seen |= {(claim_id, cited_by, page) for page in (listed(cited) if is_list else [cited]) if page}
    for claim_id, cited_by, page_id in sorted(seen):
        yield {"claim_id": claim_id, "cited_by": cited_by, "page_id": page_id}
