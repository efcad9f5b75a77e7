"""What we understood: typed facts, each beside the issues that kept other values out.

Amounts are `Decimal`, times UTC ISO 8601 strings, languages BCP 47. `to_json` gives the shape of `daihuo read page`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import msgspec

from pipelines.items import FoundIn, Issue, Outcome, PageKind, PriceKind
from pipelines.normalize.quantity import Part, Quantity

Availability = Literal["in_stock", "out_of_stock", "backorder", "preorder", "discontinued", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFact:
    """One price candidate, understood. `chosen` names the offer field it became ("price", "list_price") or is None."""

    kind: PriceKind
    amount: Decimal
    amount_max: Decimal | None = None
    currency: str | None = None
    label: str = ""
    condition: str = ""
    text: str = ""
    variant: str | None = None
    found_in: FoundIn
    path: str = ""
    chosen: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFact:
    """One buyable variant with its own price."""

    sku: str
    options: tuple[tuple[str, str], ...] = ()
    price: Decimal | None = None
    list_price: Decimal | None = None
    availability: Availability = "unknown"
    gtin: str | None = None
    quantity: Quantity = field(default_factory=Quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFact:
    """An offer, understood. `price` is what anyone pays now without coupon, membership or instalment plan.

    said   (field, text as the page wrote it), for each text that was changed by removing markup or line breaks
    """

    name: str | None = None
    brand: str | None = None
    sku: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    availability: Availability = "unknown"
    currency: str | None = None
    price: Decimal | None = None
    price_max: Decimal | None = None
    list_price: Decimal | None = None
    rating: Decimal | None = None
    rating_scale: Decimal | None = None
    review_count: int | None = None
    prices: tuple[PriceFact, ...] = ()
    quantity: Quantity = field(default_factory=Quantity)
    quantity_text: str = ""
    variants: tuple[VariantFact, ...] = ()
    promotions: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()


class ReviewFact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A review, understood. `author` is still the raw name; the store replaces it by a keyed hash.

    date       UTC ISO 8601, or a bare date when the page gives no time; `date_said` is the text
    rating     on `rating_scale` (5 unless the page says otherwise); None when the page gives only a flag
    scope      the platform that numbers all its reviews in one row; None where a number may be one product's only
    said       (field, text as the page wrote it), for each text that was changed by removing markup
    """

    id: str | None = None
    rating: Decimal | None = None
    rating_scale: Decimal | None = None
    date: str | None = None
    date_said: str | None = None
    title: str | None = None
    text: str | None = None
    author: str | None = None
    variant: str | None = None
    bought_date: str | None = None
    verified: bool | None = None
    helpful: int | None = None
    pictures: int | None = None
    reply: str | None = None
    follow_up_date: str | None = None
    follow_up_text: str | None = None
    default_text: bool = False
    language: str = "und"
    language_confidence: float = 0.0
    language_method: str = ""
    product_sku: str | None = None
    scope: str | None = None
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFact:
    """One entry of a list of products; `said` as in `OfferFact`."""

    name: str | None = None
    url: str | None = None
    sku: str | None = None
    price: Decimal | None = None
    list_price: Decimal | None = None
    currency: str | None = None
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFact:
    """A list of reviews that a page links, see `pipelines.items.ReviewList`."""

    url: str
    filter: str
    sort: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFacts:
    """What a page says of the lists of reviews it belongs to: `stars` are (stars out of five, reviews)."""

    stars: tuple[tuple[int, int], ...] = ()
    most_pages: int | None = None
    folded: int | None = None
    lists: tuple[ListFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """One page, understood. `links` are (kind, url) pairs, `faults` codes of `pipelines.faults`."""

    url: str
    kind: PageKind
    outcome: Outcome
    wall: str | None = None
    shell: str | None = None
    platform: str | None = None
    shop_name: str | None = None
    shop_official: bool | None = None
    shop_evidence: str = ""
    offer: OfferFact | None = None
    reviews: tuple[ReviewFact, ...] = ()
    listed: ListedFacts | None = None
    items: tuple[ListingFact, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    issues: tuple[Issue, ...] = ()
    faults: tuple[str, ...] = ()


def decimal_text(value: Decimal | None) -> str | None:
    """A decimal as the stable JSON writes it: plain digits, never an exponent."""
    return None if value is None else format(value, "f")


def quantity_json(quantity: Quantity) -> dict[str, Any]:
    """`{parts: [{size, unit, count}], gifts: […], shade}`."""

    def rows(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
        return [{"size": decimal_text(part.size.normalize()), "unit": part.unit, "count": part.count} for part in parts]

    return {"parts": rows(quantity.parts), "gifts": rows(quantity.gifts), "shade": quantity.shade}


def _price_json(price: PriceFact) -> dict[str, Any]:
    return {
        "kind": price.kind,
        "amount": decimal_text(price.amount),
        "amount_max": decimal_text(price.amount_max),
        "currency": price.currency,
        "label": price.label,
        "condition": price.condition,
        "found_in": price.found_in,
        "path": price.path,
    }


def _variant_json(variant: VariantFact) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "options": dict(variant.options),
        "price": decimal_text(variant.price),
        "list_price": decimal_text(variant.list_price),
        "availability": variant.availability,
    }


def offer_json(offer: OfferFact) -> dict[str, Any]:
    """The `offer` object of `daihuo read page`."""
    return {
        "name": offer.name,
        "brand": offer.brand,
        "sku": offer.sku,
        "gtin": offer.gtin,
        "mpn": offer.mpn,
        "availability": offer.availability,
        "currency": offer.currency,
        "price": decimal_text(offer.price),
        "price_max": decimal_text(offer.price_max),
        "list_price": decimal_text(offer.list_price),
        "rating": decimal_text(offer.rating),
        "review_count": offer.review_count,
        "prices": [_price_json(price) for price in offer.prices],
        "quantity": quantity_json(offer.quantity),
        "variants": [_variant_json(variant) for variant in offer.variants],
    }


def _review_json(review: ReviewFact, author_key: str | None) -> dict[str, Any]:
    follow_up = None
    if review.follow_up_text is not None or review.follow_up_date is not None:
        follow_up = {"date": review.follow_up_date, "text": review.follow_up_text}
    return {
        "id": review.id,
        "rating": decimal_text(review.rating),
        "rating_scale": decimal_text(review.rating_scale),
        "date": review.date,
        "title": review.title,
        "text": review.text,
        "author_key": author_key,
        "variant": review.variant,
        "verified": review.verified,
        "helpful": review.helpful,
        "reply": review.reply,
        "follow_up": follow_up,
        "default_text": review.default_text,
    }


def to_json(facts: PageFacts) -> dict[str, Any]:
    """The stable JSON of one page. `author_key` is null: outside a dataset there is no secret to key it with."""
    return {
        "url": facts.url,
        "kind": facts.kind,
        "outcome": facts.outcome,
        "wall": facts.wall,
        "platform": facts.platform,
        "shop": {"name": facts.shop_name, "official": facts.shop_official},
        "offer": None if facts.offer is None else offer_json(facts.offer),
        "reviews": [_review_json(review, None) for review in facts.reviews],
        "items": [{"name": item.name, "url": item.url, "price": decimal_text(item.price)} for item in facts.items],
        "issues": [{"field": issue.field, "value": issue.value, "why": issue.why} for issue in facts.issues],
    }
