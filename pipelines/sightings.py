"""Every stored look at the watched URLs, found by time, and read only when it is needed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlite_utils import Database

from pipelines.facts import OfferFact, PriceFact, VariantFact
from pipelines.normalize.names import sql_name
from pipelines.normalize.quantity import Part, Quantity
from pipelines.normalize.urls import page_key
from pipelines.observation import Observation, utc

_INDEX = """
SELECT p.id, p.url, p.url_key, p.final_url, p.fetched_at, p.outcome, p.reason, o.url, o.page_id IS NOT NULL, o.price
IS NOT NULL FROM pages p LEFT JOIN offers o ON o.page_id = p.id ORDER BY p.fetched_at, p.id
"""
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A look at a URL, not yet read. `worth` is 2 with a price, 1 with an offer, 0 without."""

    page_id: str
    url: str
    seen_at: str
    outcome: str
    reason: str | None
    worth: int


class Sightings:
    """The looks at a set of URLs. Two spellings of one address are one address (`page_key`)."""

    def __init__(self, db: Database, urls: Iterable[str]) -> None:
        self._db = db
        self._found: dict[str, list[Sighting]] = defaultdict(list)
        wanted = {page_key(url) for url in urls}
        for page_id, url, key, final, seen_at, outcome, reason, offer_url, has_offer, has_price in db.execute(_INDEX):
            keys = dict.fromkeys((key, page_key(final or url), *((page_key(offer_url),) if offer_url else ())))
            sighting = Sighting(
                page_id=page_id,
                url=url,
                seen_at=seen_at,
                outcome=outcome,
                reason=reason,
                worth=int(has_offer) + int(has_price),
            )
            for each in keys:
                if each in wanted:
                    self._found[each].append(sighting)

    def nearest(self, url: str, moment: str | None) -> Sighting | None:
        """The look nearest to a UTC time among those that show most (a price before an offer before none); newest
        without a time.
        """
        found = self._found.get(page_key(url))
        if not found:
            return None
        most = max(sighting.worth for sighting in found)
        best = [sighting for sighting in found if sighting.worth == most]
        if moment is None:
            return best[-1]
        at = utc(moment)
        return min(reversed(best), key=lambda sighting: abs(utc(sighting.seen_at) - at))

    def read(self, sightings: Iterable[Sighting]) -> dict[str, Observation]:
        """The looks by page id, with the offers they showed."""
        chosen = {sighting.page_id: sighting for sighting in sightings}
        ids = [page_id for page_id, sighting in chosen.items() if sighting.worth]
        shops: dict[str, tuple[str | None, bool | None]] = {}
        offers: dict[str, OfferFact] = {}
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            prices = self._grouped("prices", part)
            variants = self._grouped("variants", part)
            for row in self._rows("offers", part):
                page_id = row["page_id"]
                official = None if row["shop_official"] is None else bool(row["shop_official"])
                shops[page_id] = (row["shop"], official)
                offers[page_id] = _offer(row, prices.get(page_id, []), variants.get(page_id, []))
        return {
            page_id: Observation(
                page_id=page_id,
                url=sighting.url,
                seen_at=sighting.seen_at,
                outcome=sighting.outcome,
                reason=sighting.reason,
                shop=shops.get(page_id, (None, None))[0],
                shop_official=shops.get(page_id, (None, None))[1],
                offer=offers.get(page_id),
            )
            for page_id, sighting in chosen.items()
        }

    def _grouped(self, table: str, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows(table, ids):
            found[row["page_id"]].append(row)
        return found

    def _rows(self, table: str, ids: list[str]) -> Iterable[dict[str, Any]]:
        marks = ", ".join("?" * len(ids))
        query = f"SELECT * FROM {sql_name(table)} WHERE page_id IN (" + marks + ") ORDER BY page_id, rowid"  # noqa: S608
        return self._db.query(query, ids)


def _offer(row: dict[str, Any], prices: list[dict[str, Any]], variants: list[dict[str, Any]]) -> OfferFact:
    return OfferFact(
        name=row["name"],
        brand=row["brand"],
        sku=row["sku"],
        gtin=row["gtin"],
        mpn=row["mpn"],
        availability=row["availability"] or "unknown",
        currency=row["currency"],
        price=_decimal(row["price"]),
        price_max=_decimal(row["price_max"]),
        list_price=_decimal(row["list_price"]),
        prices=tuple(price for each in prices if (price := _price(each)) is not None),
        quantity=_quantity(row["quantity_json"]),
        quantity_text=row["quantity_text"] or "",
        variants=tuple(_variant(each) for each in variants),
        promotions=tuple(json.loads(row["promotions_json"] or "[]")),
    )


def _price(row: dict[str, Any]) -> PriceFact | None:
    amount = _decimal(row["amount"])
    if amount is None:
        return None
    return PriceFact(
        kind=row["kind"],
        amount=amount,
        amount_max=_decimal(row["amount_max"]),
        currency=row["currency"],
        label=row["label"] or "",
        condition=row["condition"] or "",
        text=row["text"] or "",
        variant=row["variant"],
        found_in=row["found_in"],
        path=row["path"] or "",
        chosen=row["chosen"],
    )


def _variant(row: dict[str, Any]) -> VariantFact:
    return VariantFact(
        sku=row["sku"],
        options=tuple(json.loads(row["options_json"] or "{}").items()),
        price=_decimal(row["price"]),
        list_price=_decimal(row["list_price"]),
        availability=row["availability"] or "unknown",
        gtin=row["gtin"],
        quantity=_quantity(row["quantity_json"]),
    )


def _quantity(text: str | None) -> Quantity:
    said = json.loads(text or "{}")
    return Quantity(parts=_parts(said.get("parts")), gifts=_parts(said.get("gifts")), shade=said.get("shade"))


def _parts(rows: list[dict[str, Any]] | None) -> tuple[Part, ...]:
    return tuple(Part(size=Decimal(row["size"]), unit=row["unit"], count=int(row["count"])) for row in rows or ())


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
