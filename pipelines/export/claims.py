"""What the report shows of one claim: the answer, the offers side by side, the findings and the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pipelines.database import Database
from pipelines.decisions import Decision
from pipelines.grounds import DECISION
from pipelines.items import PriceKind
from pipelines.normalize.names import sql_name, sql_names
from pipelines.normalize.quantity import Part, Quantity, unit_price
from pipelines.normalize.urls import page_key
from pipelines.store.read import (
    evidence_of,
    failed_pages_for_url,
    offer_pages_for_url,
    offers_of_pages,
    verdict_rows,
)

Row = dict[str, Any]

_ANCHOR = re.compile(r"(?!x[0-9a-f]{16}$)[A-Za-z0-9_.-]{1,64}")
# Prices of the whole thing: what is paid in part, or in another condition, has no price per unit.
_WHOLE: tuple[PriceKind, ...] = ("list", "sale", "coupon", "live", "member")
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

    layers      price kind to rows of `prices`, those that did not become `price`, variants left out; each with its
                price per `unit` as (amount, per), or None
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
    """One claim. `row` has the columns of `claims` and of its verdict; `gap` is promoted / official - 1, or None.

    pages      what it rests on: looks shown, those that verdict and matching name; `further` are those of findings only
    tested     the statements of its words: {kind, words, verdict, why, rules, page_ids}
    coverage   official offers `named`, `seen`, `compared`, and `hours_apart`
    decisions  what people decided about its pairs of offers, and whether that is used
    """

    row: Row
    verdict: str | None
    reasons: list[str]
    gap: Decimal | None
    offers: list[OfferView]
    findings: list[Row]
    matches: list[Row]
    pages: list[Row]
    further: list[Row]
    tested: list[Row]
    coverage: Row
    decisions: list[tuple[Decision, bool]]

    @property
    def anchor(self) -> str:
        """What a link to this claim names: `claim-` and its id, as far as an id can stand in an address."""
        safe = _ANCHOR.fullmatch(self.row["id"])
        return f"claim-{self.row['id']}" if safe else f"claim-x{sha256(self.row['id'].encode()).hexdigest()[:16]}"

    @property
    def rules(self) -> list[str]:
        """The rules that found something, in order."""
        return list(dict.fromkeys(finding["rule"] for finding in self.findings))

    @property
    def layers(self) -> list[str]:
        """The price kinds that any of the offers has, in the order of the table."""
        return [kind for kind in LAYERS if any(kind in offer.layers for offer in self.offers)]

    @property
    def unit(self) -> str | None:
        """What the unit prices are for, when every priced offer has one for the same; else None."""
        units = {offer.unit_price[1] for offer in self.offers if offer.unit_price}
        return units.pop() if len(units) == 1 else None


def claim_views(db: Database, decisions: Iterable[Decision] = ()) -> list[ClaimView]:
    """Every claim, in the order of the watchlist."""
    decided: dict[str, list[Decision]] = {}
    for decision in decisions:
        decided.setdefault(decision.key[0], []).append(decision)
    findings, matches = _by_claim(db, "findings", "n"), _by_claim(db, "matches", "promoted_page_id", "official_page_id")
    return [
        _claim(
            db,
            row,
            findings.get(row["id"], []),
            matches.get(row["id"], []),
            decided.get(page_key(row["promo_url"]), []) if row["promo_url"] else [],
        )
        for row in verdict_rows(db)
    ]


def _claim(db: Database, row: Row, findings: list[Row], matches: list[Row], decisions: list[Decision]) -> ClaimView:
    named = _list(row["page_ids_json"])
    named += [match[side] for match in matches for side in ("promoted_page_id", "official_page_id")]
    cited = [*named, *(page for finding in findings for page in finding["page_ids"])]
    officials = [url for url in _list(row["official_urls_json"]) if isinstance(url, str)]
    known = {page_key(url) for url in officials}
    # Official offers that were found on the brand's own site stand beside those that the watchlist names.
    for page in evidence_of(db, [match["official_page_id"] for match in matches]):
        if not known & {page_key(page["url"]), page_key(page["final_url"] or page["url"])}:
            officials.append(page["url"])
            known.add(page_key(page["url"]))
    offers = [_offer(db, "official", url, cited) for url in officials]
    if row["promo_url"]:
        offers.insert(0, _offer(db, "promoted", row["promo_url"], cited))
    shown = dict.fromkeys([*(offer.page["id"] for offer in offers if offer.page), *named])
    return ClaimView(
        row=row,
        verdict=row["verdict"],
        reasons=[text for text in _list(row["reasons_json"]) if isinstance(text, str)],
        gap=_gap(row["promoted_price"], row["official_price"]),
        offers=offers,
        findings=findings,
        matches=matches,
        pages=evidence_of(db, shown),
        further=evidence_of(db, [page for page in dict.fromkeys(cited) if page not in shown]),
        tested=[each for each in _list(row["claim_tested_json"]) if isinstance(each, dict)],
        coverage=_dict(row["coverage_json"]),
        decisions=[(each, _used(each, matches)) for each in decisions if each.key[2] in known],
    )


def _used(decision: Decision, matches: list[Row]) -> bool:
    """Whether a match rests on the decision: matching says so, word for word."""
    said = (item for match in matches for item in match["evidence"] if item.get("field") == DECISION)
    return any(item.get("says") == decision.cited for item in said)


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
    looks = offer_pages_for_url(db, url)
    chosen = next((page for page in looks if page in cited), looks[0] if looks else None)
    offer = next(iter(offers_of_pages(db, [chosen])), None) if chosen else None
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
        layers=_layers(offer, quantity),
        unit_price=_unit_price(offer, quantity),
        variants=[{**row, "options": _dict(row["options_json"])} for row in offer["variants"]] if offer else [],
        promotions=[text for text in _list(offer["promotions_json"]) if isinstance(text, str)] if offer else [],
    )


def _layers(offer: Row | None, quantity: Quantity) -> dict[str, list[Row]]:
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
            whole = price["kind"] in _WHOLE and price["amount"] and not price["amount_max"]
            of_unit = unit_price(Decimal(price["amount"]), quantity) if whole else None
            price["unit"] = None if of_unit is None else (of_unit[0].quantize(Decimal("0.01")), of_unit[1])
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


def _list(text: str | None) -> list[Any]:
    value = json.loads(text) if text else []
    return value if isinstance(value, list) else []


def _dict(text: str | None) -> Row:
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {}
