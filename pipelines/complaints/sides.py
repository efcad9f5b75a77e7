"""Whose offer a product is: the streamer's, an official store's, or neither's.

official   a page of it has proof that its shop is official (`official_evidence`, but for the page's own words), the
           watchlist names its page as official, or its shop is one of `[[shops]]` with role official
streamer   the watchlist names its page as promoted, or its shop is one of `[[shops]]` with role streamer
other      all else

A product that is both, since the streamer promotes the official store's own page, is official.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

from pipelines.database import Database
from pipelines.dataset import Dataset
from pipelines.normalize.urls import page_key, product_key

Side = Literal["streamer", "official", "other"]
SIDES: tuple[Side, ...] = ("streamer", "official", "other")

_PAGES = """
SELECT p.id, p.url, p.final_url, o.url AS offer_url, o.sku,
  EXISTS (SELECT 1 FROM official_evidence e WHERE e.page_id = p.id AND e.kind <> 'self_described') AS proven
FROM offers o JOIN pages p ON p.id = o.page_id
"""
_SHOWN = """
SELECT DISTINCT r.product, p.url, p.final_url,
  EXISTS (SELECT 1 FROM official_evidence e WHERE e.page_id = p.id AND e.kind <> 'self_described') AS proven
FROM reviews r JOIN pages p ON p.id = r.page_id
"""
_CLAIMS = "SELECT promo_url, official_urls_json FROM claims"


def sides_of(db: Database, dataset: Dataset) -> dict[str, Side]:
    """Product key → side, for every product that a stored page shows; `other` is told by absence."""
    promoted: set[str] = set()
    official: set[str] = set()
    for claim in db.query(_CLAIMS):
        promoted |= _keys([claim["promo_url"]])
        official |= _keys(json.loads(claim["official_urls_json"] or "[]"))
    found: dict[str, Side] = {}
    for row in db.query(_PAGES):
        key = product_key(row["offer_url"], row["sku"])
        _note(found, key, row, _keys([row["url"], row["final_url"], row["offer_url"]]), (promoted, official), dataset)
    for row in db.query(_SHOWN):
        _note(found, row["product"], row, _keys([row["url"], row["final_url"]]), (promoted, official), dataset)
    return found


def _note(
    found: dict[str, Side],
    product: str | None,
    row: dict[str, Any],
    keys: set[str],
    named: tuple[set[str], set[str]],
    dataset: Dataset,
) -> None:
    promoted, official = named
    shop = dataset.shop_of(row["final_url"] or row["url"])
    role = shop.role if shop is not None else None
    if not product or found.get(product) == "official":
        return
    if row["proven"] or role == "official" or keys & official:
        found[product] = "official"
    elif role == "streamer" or keys & promoted:
        found[product] = "streamer"


def _keys(urls: Iterable[str | None]) -> set[str]:
    return {page_key(url) for url in urls if url}
