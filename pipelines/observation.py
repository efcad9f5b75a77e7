"""What match and rules look at: one look at one offer, and the buyable things in it.

An `Observation` is one page at one time. An `Article` is one thing with one price in it: the offer itself, or one of
its variants. A `Promise` is the part of a watchlist row that can be compared. None of them knows the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from pipelines.facts import Availability, OfferFact, PriceFact, VariantFact
from pipelines.normalize.quantity import Quantity, read_quantity

MatchAnswer = Literal["same_variant", "other_variant", "different", "unsure"]
FindingAnswer = Literal["consistent", "cheaper", "dearer", "differs", "cannot_tell"]

_SHADE_OPTION = re.compile(r"色号|颜色|顏色|色系|\bcolou?r\b|\bshade\b|\btone\b", re.IGNORECASE)
_VARIANT_PARAMETERS = ("variant", "sku", "skuid", "sku_id", "variation_id", "variant_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One page at one time. `offer` is None when the page showed none; `outcome` and `reason` then say why."""

    page_id: str
    url: str
    seen_at: str
    outcome: str = "ok"
    reason: str | None = None
    shop: str | None = None
    shop_official: bool | None = None
    offer: OfferFact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was promised: `price` in `currency`, `spec` in the watchlist's words, `said_at` in UTC."""

    said_at: str | None = None
    product: str = ""
    brand: str = ""
    spec: str = ""
    gtin: str | None = None
    price: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One thing that can be bought, as one page showed it.

    title    product name, followed by the variant's options when it is a variant
    price    what anyone pays now; None when the page does not say it for exactly this thing, `no_price` then says why
    layers   the other prices of this thing (coupon, member, list …), as facts
    """

    page_id: str
    url: str
    seen_at: str
    shop: str | None = None
    title: str = ""
    options: tuple[tuple[str, str], ...] = ()
    sku: str | None = None
    brand: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    availability: Availability = "unknown"
    currency: str | None = None
    price: Decimal | None = None
    no_price: str = ""
    list_price: Decimal | None = None
    layers: tuple[PriceFact, ...] = ()
    quantity: Quantity = field(default_factory=Quantity)
    quantity_text: str = ""
    promotions: tuple[str, ...] = ()

    @property
    def shade(self) -> str | None:
        """The shade code of the title, or the value of a colour option."""
        return self.quantity.shade or next((value for name, value in self.options if _SHADE_OPTION.search(name)), None)


def articles(observation: Observation) -> tuple[Article, ...]:
    """The buyable things of an observation, in page order; empty when it showed no offer."""
    offer = observation.offer
    if offer is None:
        return ()
    if not offer.variants or (offer.price is not None and all(variant.price is None for variant in offer.variants)):
        return (_whole(observation, offer),)
    return tuple(_variant(observation, offer, variant) for variant in offer.variants)


def named_by_url(url: str, found: tuple[Article, ...]) -> Article | None:
    """The variant that the URL itself picks (`?variant=…`, `?sku=…`, `#…`), if it picks one."""
    parts = urlsplit(url)
    asked = {value for name, value in parse_qsl(parts.query) if name.lower() in _VARIANT_PARAMETERS} | {parts.fragment}
    picked = [article for article in found if article.sku and article.sku in asked]
    return picked[0] if len(picked) == 1 else None


def believable(amount: Decimal | None) -> Decimal | None:
    """No goods cost a million million of any currency: such a number is an id or a time read as a price."""
    return amount if amount is not None and 0 <= amount < 10**12 else None


def _whole(observation: Observation, offer: OfferFact) -> Article:
    price, why = believable(offer.price), ""
    if price is None:
        why = "the page does not say a price that anyone can pay now"
    elif offer.price_max is not None and offer.price_max != price:
        price, why = None, f"the page shows a range, {offer.price} to {offer.price_max}, without saying for what"
    elif any(layer.chosen == "price" and layer.kind == "from" for layer in offer.prices):
        price, why = None, f"the page only says 'from {offer.price}'"
    return Article(
        page_id=observation.page_id,
        url=observation.url,
        seen_at=observation.seen_at,
        shop=observation.shop,
        title=offer.name or "",
        sku=offer.sku,
        brand=offer.brand,
        gtin=offer.gtin,
        mpn=offer.mpn,
        availability=offer.availability,
        currency=offer.currency,
        price=price,
        no_price=why,
        list_price=believable(offer.list_price),
        layers=tuple(layer for layer in offer.prices if layer.variant is None or layer.variant == offer.sku),
        quantity=offer.quantity,
        quantity_text=offer.quantity_text,
        promotions=offer.promotions,
    )


def _variant(observation: Observation, offer: OfferFact, variant: VariantFact) -> Article:
    options = " ".join(value for _, value in variant.options)
    own = variant.quantity if variant.quantity.parts else read_quantity(options)
    quantity = Quantity(
        parts=own.parts or offer.quantity.parts,
        gifts=own.gifts or offer.quantity.gifts,
        shade=own.shade or offer.quantity.shade,
    )
    return Article(
        page_id=observation.page_id,
        url=observation.url,
        seen_at=observation.seen_at,
        shop=observation.shop,
        title=" ".join(part for part in (offer.name, options) if part),
        options=variant.options,
        sku=variant.sku,
        brand=offer.brand,
        gtin=variant.gtin or (offer.gtin if len(offer.variants) == 1 else None),
        mpn=offer.mpn if len(offer.variants) == 1 else None,
        availability=variant.availability if variant.availability != "unknown" else offer.availability,
        currency=offer.currency,
        price=believable(variant.price),
        no_price="" if believable(variant.price) is not None else "the page does not say the price of this variant",
        list_price=believable(variant.list_price),
        layers=tuple(layer for layer in offer.prices if layer.variant in (None, variant.sku)),
        quantity=quantity,
        quantity_text=options or offer.quantity_text,
        promotions=offer.promotions,
    )


def utc(text: str) -> datetime:
    """A stored time; one without an offset is UTC. Raises `ValueError` for what is no ISO 8601 time."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def parameters_of(defaults: Mapping[str, object], given: Mapping[str, object] | None) -> dict[str, object]:
    """The defaults with what the dataset sets, in the order of the defaults; unknown names are left out."""
    return {name: (given or {}).get(name, value) for name, value in defaults.items()}
