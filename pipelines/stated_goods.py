"""What the pages of a product say of it beside its reviews, for the review signals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pipelines.database import Database
from pipelines.normalize.urls import product_key
from pipelines.numbers import Sold, read_sold
from pipelines.signals import Goods

_OFFERS = """
SELECT o.url, o.sku, o.name, o.review_count, o.promotions_json,
  (SELECT json_group_array(text) FROM (SELECT COALESCE(label, '') || ' ' || COALESCE(condition, '') AS text
   FROM prices WHERE page_id = o.page_id ORDER BY n)) AS labels_json
FROM offers o JOIN pages p ON p.id = o.page_id ORDER BY p.fetched_at, p.id
"""
_COLLECTED = "SELECT product, COUNT(*) AS n FROM reviews GROUP BY product"


def goods_of(db: Database, reachable: Mapping[str, int | None] = MappingProxyType({})) -> dict[str, Goods]:
    """Product key → what its pages say; the newest page that says a thing wins. Only products that have a page.

    `reachable` is the number of its reviews that the platform lets a visitor page to, where that is known.
    """
    collected = {row["product"]: int(row["n"]) for row in db.query(_COLLECTED)}
    names: dict[str, str] = {}
    claimed: dict[str, int] = {}
    sold: dict[str, Sold] = {}
    for row in db.query(_OFFERS):
        key = product_key(row["url"], row["sku"])
        names[key] = row["name"] or names.get(key, "")
        if row["review_count"] is not None:
            claimed[key] = int(row["review_count"])
        if found := next((one for text in _texts(row) if (one := read_sold(text))), None):
            sold[key] = found
    return {
        key: Goods(
            name=name,
            claimed=claimed.get(key),
            collected=collected.get(key, 0),
            sold=sold[key].number if key in sold else None,
            sold_said=sold[key].said if key in sold else None,
            sold_rounded=key in sold and sold[key].rounded,
            reachable=reachable.get(key),
        )
        for key, name in names.items()
    }


def _texts(row: dict[str, Any]) -> Iterator[str]:
    """The texts of an offer that may state a count of sales."""
    yield row["name"] or ""
    yield from map(str, json.loads(row["promotions_json"] or "[]"))
    yield from map(str, json.loads(row["labels_json"] or "[]"))
