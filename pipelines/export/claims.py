"""What the report shows of one claim: the answer, the offers side by side, the findings and the pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from pipelines.items import PriceKind
from pipelines.normalize.names import sql_name, sql_names
from pipelines.normalize.quantity import Part, Quantity, unit_price
from pipelines.normalize.urls import page_key
from pipelines.store.read import evidence_of, failed_pages_for_url, offers_for_url, verdict_rows

Row = dict[str, Any]

VERDICT_ORDER = ("dearer_at_streamer", "different_product", "cheaper_at_streamer", "consistent", "cannot_tell")
LAYERS: tuple[PriceKind, ...] = (
    "list",
    "sale",
    "coupon",
    "live",
    "member",
    "deposit",
    "balance",
    "instalment",
    "bundle",
    "unit",
    "from",
    "used",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """One column of the price table. `page` is a row of `pages` or None; `offer` a row of `offers` or None.

    layers      price kind to rows of `prices`, those that did not become `price`, variants left out
    unit_price  (amount, per) of the price anyone pays, or None
    """

    role: str
    url: str
    page: Row | None
    offer: Row | None
    quantity: Quantity
    layers: dict[str, list[Row]]
    unit_price: tuple[Decimal, str] | None
    variants: list[Row]
    promotions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """One claim. `row` has the columns of `claims` and of its verdict; `gap` is promoted / official - 1, or None."""

    row: Row
    verdict: str | None
    reasons: list[str]
    gap: Decimal | None
    offers: list[OfferView]
    findings: list[Row]
    matches: list[Row]
    pages: list[Row]

    @property
    def layers(self) -> list[str]:
        """The price kinds that any of the offers has, in the order of the table."""
        return [kind for kind in LAYERS if any(kind in offer.layers for offer in self.offers)]

    @property
    def unit(self) -> str | None:
        """What the unit prices are for, when every priced offer has one for the same; else None."""
        units = {offer.unit_price[1] for offer in self.offers if offer.unit_price}
        return units.pop() if len(units) == 1 else None


def claim_views(db: Database) -> list[ClaimView]:
    """Every claim, in the order of the watchlist."""
    findings, matches = _by_claim(db, "findings", "n"), _by_claim(db, "matches", "promoted_page_id", "official_page_id")
    return [_claim(db, row, findings.get(row["id"], []), matches.get(row["id"], [])) for row in verdict_rows(db)]


def _claim(db: Database, row: Row, findings: list[Row], matches: list[Row]) -> ClaimView:
    cited = [*_list(row["page_ids_json"]), *(page for finding in findings for page in finding["page_ids"])]
    cited += [match[side] for match in matches for side in ("promoted_page_id", "official_page_id")]
    officials = [url for url in _list(row["official_urls_json"]) if isinstance(url, str)]
    offers = [_offer(db, "official", url, cited) for url in officials]
    if row["promo_url"]:
        offers.insert(0, _offer(db, "promoted", row["promo_url"], cited))
    shown = [offer.page["id"] for offer in offers if offer.page]
    return ClaimView(
        row=row,
        verdict=row["verdict"],
        reasons=[text for text in _list(row["reasons_json"]) if isinstance(text, str)],
        gap=_gap(row["promoted_price"], row["official_price"]),
        offers=offers,
        findings=findings,
        matches=matches,
        pages=evidence_of(db, dict.fromkeys([*shown, *cited])),
    )


def _by_claim(db: Database, table: str, *order: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in db.query(f"SELECT * FROM {sql_name(table)} ORDER BY claim_id, {sql_names(order)}"):  # noqa: S608
        if table == "findings":
            row["page_ids"] = _list(row["page_ids_json"])
            row["parameters"] = _dict(row["parameters_json"])
        else:
            row["evidence"] = [item for item in _list(row["evidence_json"]) if isinstance(item, dict)]
        found.setdefault(row["claim_id"], []).append(row)
    return found


def _offer(db: Database, role: str, url: str, cited: list[str]) -> OfferView:
    """The look at a URL that the verdict rests on; the newest one when it rests on none."""
    offers = offers_for_url(db, url)
    offer = next((row for row in offers if row["page_id"] in cited), offers[0] if offers else None)
    if offer is None:
        failed = failed_pages_for_url(db, url)
        page = next((row for row in failed if row["id"] in cited), failed[0] if failed else None)
    else:
        page = next(iter(evidence_of(db, [offer["page_id"]])), None)
    quantity = quantity_of(offer["quantity_json"]) if offer else Quantity()
    return OfferView(
        role=role,
        url=url,
        page=page,
        offer=offer,
        quantity=quantity,
        layers=_layers(offer),
        unit_price=_unit_price(offer, quantity),
        variants=[{**row, "options": _dict(row["options_json"])} for row in offer["variants"]] if offer else [],
        promotions=[text for text in _list(offer["promotions_json"]) if isinstance(text, str)] if offer else [],
    )


def _layers(offer: Row | None) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    seen: set[tuple[str, ...]] = set()
    for price in offer["prices"] if offer else []:
        own = price["variant"] in (None, "", offer["sku"] if offer else None)
        what = tuple(str(price[name] or "") for name in ("kind", "amount", "amount_max", "condition"))
        repeats_price = price["chosen"] == "price" or (
            offer is not None and price["kind"] == "sale" and price["amount"] == offer["price"]
        )
        if own and not repeats_price and what not in seen:
            seen.add(what)
            found.setdefault(price["kind"], []).append(price)
    return found


def _unit_price(offer: Row | None, quantity: Quantity) -> tuple[Decimal, str] | None:
    if offer is None or not offer["price"] or (offer["price_max"] and offer["price_max"] != offer["price"]):
        return None
    found = unit_price(Decimal(offer["price"]), quantity)
    return None if found is None else (found[0].quantize(Decimal("0.01")), found[1])


def quantity_of(text: str | None) -> Quantity:
    """A `quantity_json` column read back."""
    stored = _dict(text)
    return Quantity(
        parts=tuple(_parts(stored.get("parts"))), gifts=tuple(_parts(stored.get("gifts"))), shade=stored.get("shade")
    )


def _parts(rows: Any) -> Iterable[Part]:
    for row in rows or []:
        yield Part(size=Decimal(str(row["size"])), unit=row["unit"], count=int(row["count"]))


def _gap(promoted: str | None, official: str | None) -> Decimal | None:
    if not promoted or not official or not Decimal(official):
        return None
    return Decimal(promoted) / Decimal(official) - 1


def same_url(one: str | None, other: str | None) -> bool:
    """Two spellings of one address."""
    return bool(one and other) and page_key(str(one)) == page_key(str(other))


def _list(text: str | None) -> list[Any]:
    value = json.loads(text) if text else []
    return value if isinstance(value, list) else []


def _dict(text: str | None) -> Row:
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {}
