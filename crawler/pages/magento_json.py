"""Magento 2 JSON: GraphQL `data.products.items[]`, and `jsonConfig`/`spConfig` of a configurable product in
`text/x-magento-init`.

A disabled variant has been seen to move `price_range` of a configurable product: where all its variants state their
own prices, the range is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parsel import Selector

from crawler.pages.lenient import read_json
from crawler.pages.paths import at, pairs, plain, rows, said
from pipelines.items import FoundIn, ListingItem, Offer, PriceSaid, Said, VariantSaid

_STATES = {"IN_STOCK": "in_stock", "OUT_OF_STOCK": "out_of_stock"}
_DEPTH = 8


def read_products(data: Any, found_in: FoundIn) -> tuple[list[Offer], list[ListingItem]]:
    """One product is an offer, several are a list."""
    products = rows(data, "data", "products", "items") or rows(data, "products", "items")
    offers = [
        _offer(row, found_in, f"$.data.products.items[{n}]") for n, row in enumerate(products) if "price_range" in row
    ]
    if len(offers) == 1:
        return offers, []
    return [], [ListingItem(name=offer.name, sku=offer.sku, prices=offer.prices) for offer in offers]


def _offer(row: Mapping[str, Any], found_in: FoundIn, path: str) -> Offer:
    variants = [entry["product"] for entry in rows(row, "variants") if isinstance(entry.get("product"), Mapping)]
    options = [
        tuple((said(a, "code") or "", said(a, "label") or "") for a in rows(entry, "attributes"))
        for entry in rows(row, "variants")
    ]
    own = [*_range(row, found_in, path, None)]
    prices: list[PriceSaid] = []
    for n, product in enumerate(variants):
        prices += _range(product, found_in, f"{path}.variants[{n}].product", said(product, "sku"))
    if not all(any(price.variant == said(product, "sku") for price in prices) for product in variants) or not prices:
        prices = own + prices
    state = said(row, "stock_status")
    return Offer(
        name=plain(said(row, "name")),
        sku=said(row, "sku"),
        prices=tuple(prices),
        availability=(Said(text=_STATES.get(state, state), found_in=found_in, path=f"{path}.stock_status"),)
        if state
        else (),
        rating=said(row, "rating_summary") if said(row, "review_count") not in (None, "0") else None,
        rating_scale="100" if said(row, "rating_summary") else None,
        review_count=said(row, "review_count"),
        variants=tuple(
            VariantSaid(sku=number, options=chosen, availability=_STATES.get(said(product, "stock_status") or ""))
            for product, chosen in zip(variants, options, strict=False)
            if (number := said(product, "sku"))
        ),
    )


def _range(row: Mapping[str, Any], found_in: FoundIn, path: str, variant: str | None) -> Iterator[PriceSaid]:
    low, high = at(row, "price_range", "minimum_price"), at(row, "price_range", "maximum_price")
    now, top = said(low, "final_price", "value"), said(high, "final_price", "value")
    code = said(low, "final_price", "currency")
    if now:
        yield PriceSaid(
            text=now,
            text_max=top if top != now else None,
            currency=code,
            variant=variant,
            found_in=found_in,
            path=f"{path}.price_range.minimum_price.final_price.value",
        )
    before = said(low, "regular_price", "value")
    if before and before != now:
        yield PriceSaid(
            text=before,
            kind="list",
            label="regular_price",
            currency=said(low, "regular_price", "currency") or code,
            struck=True,
            variant=variant,
            found_in=found_in,
            path=f"{path}.price_range.minimum_price.regular_price.value",
        )


def read_configuration(
    selector: Selector, currency: str | None
) -> tuple[tuple[PriceSaid, ...], tuple[VariantSaid, ...]]:
    """Prices and options of a configurable product's variants, numbered as the shop numbers them."""
    config = next(
        (
            found
            for text in selector.css('script[type="text/x-magento-init"]::text').getall()
            if "optionPrices" in text and (found := _find(read_json(text)[0], 0))
        ),
        None,
    )
    if config is None:
        return (), ()
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for number, attribute in pairs(config, "attributes"):
        for option in rows(attribute, "options"):
            names[number, said(option, "id") or ""] = (said(attribute, "label") or number, said(option, "label") or "")
    prices, variants = [], []
    for number, entry in pairs(config, "optionPrices"):
        place = f"jsonConfig.optionPrices.{number}"
        now, before = said(entry, "finalPrice", "amount"), said(entry, "oldPrice", "amount")
        if now:
            prices.append(
                PriceSaid(
                    text=now, currency=currency, variant=number, found_in="embedded", path=f"{place}.finalPrice.amount"
                )
            )
        if before and before != now:
            prices.append(
                PriceSaid(
                    text=before,
                    kind="list",
                    label="oldPrice",
                    currency=currency,
                    struck=True,
                    variant=number,
                    found_in="embedded",
                    path=f"{place}.oldPrice.amount",
                )
            )
        chosen = tuple(
            names[key, str(value)] for key, value in pairs(config, "index", number) if (key, str(value)) in names
        )
        variants.append(VariantSaid(sku=number, options=chosen))
    return tuple(prices), tuple(variants)


def _find(data: Any, depth: int) -> Mapping[str, Any] | None:
    """The object with `optionPrices`, however the theme's components nest it."""
    if not isinstance(data, Mapping) or depth > _DEPTH:
        return None
    if isinstance(data.get("optionPrices"), Mapping):
        return data
    return next((found for value in data.values() if (found := _find(value, depth + 1))), None)
