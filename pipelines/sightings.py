"""Every stored look at the watched URLs, found by time, and read only when it is needed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from pipelines.database import Database
from pipelines.facts import OfferFact, PriceFact, VariantFact
from pipelines.normalize.identity import gtin14
from pipelines.normalize.names import sql_name, sql_names
from pipelines.normalize.numerals import stored_decimal
from pipelines.normalize.quantity import Part, Quantity
from pipelines.normalize.urls import host_of, page_key
from pipelines.observation import Observation, utc

_OFFER_COLUMNS = (
    "url", "shop", "name", "brand", "sku", "gtin", "availability", "currency", "price", "price_max", "list_price",
    "quantity_json",
)  # fmt: skip
# Sorted here and not by SQLite: a sort of whole rows there goes through the disk when there are many.
_INDEX = f"""
SELECT p.id, p.url, p.url_key, p.final_url, p.fetched_at, p.outcome, p.reason, p.warc_file, p.warc_offset, o.page_id,
{sql_names(_OFFER_COLUMNS, of="o")} FROM pages p LEFT JOIN offers o ON o.page_id = p.id
"""  # noqa: S608
_FROM_PRICES = "SELECT page_id FROM prices WHERE chosen = 'price' AND kind = 'from'"
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A look at a URL, not yet read. `worth` is 2 with a price, 1 with an offer, 0 without.

    offer         the columns of its offer that tell price and product, as stored; None when the page showed none
    warc_file     where the archive keeps the page, with `warc_offset`
    """

    page_id: str
    url: str
    seen_at: str
    at: datetime
    outcome: str
    reason: str | None
    worth: int
    warc_file: str | None = None
    warc_offset: int | None = None
    offer: dict[str, Any] | None = None


class Sightings:
    """The looks at a set of URLs, and at other places of the same trade items, up to a UTC moment if one is given.

    Two spellings of one address are one address (`page_key`).
    """

    def __init__(self, db: Database, urls: Iterable[str], until: str | None = None) -> None:
        self._db = db
        self._found: dict[str, list[Sighting]] = defaultdict(list)
        self._numbered: dict[str, list[Sighting]] = defaultdict(list)
        self.by_id: dict[str, Sighting] = {}
        # Python keeps few of so many addresses: each is brought to its one spelling once, and again only if it differs.
        self._key = cache(page_key.__wrapped__)
        wanted = {self._key(url) for url in urls}
        last = utc(until) if until else None
        for keys, sighting in self._all():
            if last is not None and sighting.at > last:
                continue
            for each in keys & wanted:
                self._found[each].append(sighting)
                self.by_id[sighting.page_id] = sighting
            if sighting.worth == 2 and sighting.offer and sighting.offer["gtin"]:
                number = gtin14(sighting.offer["gtin"])
                if number:
                    self._numbered[number].append(sighting)
                    self.by_id[sighting.page_id] = sighting
        for found in (*self._found.values(), *self._numbered.values()):
            found.sort(key=lambda sighting: (sighting.at, sighting.page_id))

    def _all(self) -> Iterator[tuple[set[str], Sighting]]:
        vague = {row[0] for row in self._db.execute(_FROM_PRICES)}
        for row in self._db.execute(_INDEX):
            page_id, url, key, final, seen_at, outcome, reason, warc_file, warc_offset, has_offer = row[:10]
            offer = dict(zip(_OFFER_COLUMNS, row[10:], strict=True)) if has_offer else None
            keys = {key or self._key(url)}
            for other in (final or url, offer["url"] if offer else None):
                if other and other != url:
                    keys.add(self._key(other))
            if offer is not None:
                offer["vague"] = page_id in vague
            yield (
                keys,
                Sighting(
                    page_id=page_id,
                    url=url,
                    seen_at=seen_at,
                    at=_time(seen_at),
                    outcome=outcome,
                    reason=reason,
                    worth=0 if offer is None else 1 if offer["price"] is None else 2,
                    warc_file=warc_file,
                    warc_offset=warc_offset,
                    offer=offer,
                ),
            )

    def nearest(self, url: str, moment: str | None) -> Sighting | None:
        """The look nearest to a UTC time among those that show most (a price before an offer before none); newest
        without a time.
        """
        return _nearest(self._found.get(self._key(url), []), moment)

    def of(self, url: str) -> list[Sighting]:
        """Every look at a URL, oldest first."""
        return self._found.get(self._key(url), [])

    def others(self, gtin: str, moment: str | None, known: Iterable[str], most: int = 20) -> list[Sighting]:
        """Looks with a price at other shops' offers of a trade item, nearest in time first, one for each shop.

        A page of reviews or another address of a shop that is known already is no other shop; on a marketplace's host
        the shops are told apart by their names.
        """
        taken: dict[str, set[str]] = defaultdict(set)
        for url in known:
            names = {shop for sighting in self.of(url) if (shop := (sighting.offer or {}).get("shop"))}
            taken[host_of(url)] |= names or {""}
        by_shop: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for sighting in self._numbered.get(gtin14(gtin) or "", []):
            host, shop = host_of(sighting.url), (sighting.offer or {}).get("shop") or ""
            if not (host in taken and (not shop or "" in taken[host] or shop in taken[host])):
                by_shop[host, shop].append(sighting)
        found = [near for looks in by_shop.values() if (near := _nearest(looks, moment)) is not None]
        at = utc(moment) if moment else None
        found.sort(key=lambda look: (abs(look.at - at) if at else timedelta(), look.page_id))
        return found[:most]

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

    def variants(self, page_ids: Iterable[str]) -> dict[str, tuple[VariantFact, ...]]:
        """The variants of pages; pages without any are left out."""
        ids, found = list(dict.fromkeys(page_ids)), {}
        for start in range(0, len(ids), _CHUNK):
            for page_id, rows in self._grouped("variants", ids[start : start + _CHUNK]).items():
                found[page_id] = tuple(_variant(row) for row in rows)
        return found

    def _grouped(self, table: str, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows(table, ids):
            found[row["page_id"]].append(row)
        return found

    def _rows(self, table: str, ids: list[str]) -> Iterable[dict[str, Any]]:
        marks = ", ".join("?" * len(ids))
        query = f"SELECT * FROM {sql_name(table)} WHERE page_id IN (" + marks + ") ORDER BY page_id, rowid"  # noqa: S608
        return self._db.query(query, ids)


def _nearest(found: list[Sighting], moment: str | None) -> Sighting | None:
    if not found:
        return None
    most = max(sighting.worth for sighting in found)
    best = [sighting for sighting in found if sighting.worth == most]
    if moment is None:
        return best[-1]
    at = utc(moment)
    return min(reversed(best), key=lambda sighting: abs(sighting.at - at))


def _time(text: str | None) -> datetime:
    """A stored time; a page without one that can be read is older than all others."""
    try:
        return utc(text or "").astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _offer(row: dict[str, Any], prices: list[dict[str, Any]], variants: list[dict[str, Any]]) -> OfferFact:
    return OfferFact(
        name=row["name"],
        brand=row["brand"],
        sku=row["sku"],
        gtin=row["gtin"],
        mpn=row["mpn"],
        availability=row["availability"] or "unknown",
        currency=row["currency"],
        price=stored_decimal(row["price"]),
        price_max=stored_decimal(row["price_max"]),
        list_price=stored_decimal(row["list_price"]),
        prices=tuple(price for each in prices if (price := _price(each)) is not None),
        quantity=read_quantity_json(row["quantity_json"]),
        quantity_text=row["quantity_text"] or "",
        variants=tuple(_variant(each) for each in variants),
        promotions=tuple(json.loads(row["promotions_json"] or "[]")),
    )


def _price(row: dict[str, Any]) -> PriceFact | None:
    amount = stored_decimal(row["amount"])
    if amount is None:
        return None
    return PriceFact(
        kind=row["kind"],
        amount=amount,
        amount_max=stored_decimal(row["amount_max"]),
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
        price=stored_decimal(row["price"]),
        list_price=stored_decimal(row["list_price"]),
        availability=row["availability"] or "unknown",
        gtin=row["gtin"],
        quantity=read_quantity_json(row["quantity_json"]),
    )


@lru_cache(maxsize=4096)
def read_quantity_json(text: str | None) -> Quantity:
    """A `quantity_json` column read back."""
    said = json.loads(text or "{}")
    return Quantity(parts=_parts(said.get("parts")), gifts=_parts(said.get("gifts")), shade=said.get("shade"))


def _parts(rows: list[dict[str, Any]] | None) -> tuple[Part, ...]:
    return tuple(Part(size=Decimal(row["size"]), unit=row["unit"], count=int(row["count"])) for row in rows or ())
