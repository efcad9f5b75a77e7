"""The variants of an eBay item: the object `MSKU` of a script (public code of 2023-2026).

`variationsMap` holds each variant's price and stock, `menuItemMap` the choices with the variants that have them,
`selectMenus` what the choices are called. A price converted for the visitor keeps the seller's own in `convertedFrom…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.pages.paths import after, at, flag, pairs, rows, said
from pipelines.items import PriceKind, PriceSaid, VariantSaid

_MARK = '"MSKU":'


def read_variants(text: str, kind: PriceKind | None) -> tuple[tuple[VariantSaid, ...], tuple[PriceSaid, ...]]:
    """The variants and their prices, each of the kind of the item's condition."""
    data = after(text, _MARK)
    options = _options(data)
    variants, prices = [], []
    for number, row in pairs(data, "variationsMap"):
        gone = flag(row, "outOfStock") if flag(row, "outOfStock") is not None else flag(row, "quantity", "outOfStock")
        state = None if gone is None else "out_of_stock" if gone else "in_stock"
        variants.append(VariantSaid(sku=number, options=tuple(options.get(number, ())), availability=state))
        money = at(row, "binModel", "price", "value")
        own = said(money, "convertedFromValue")
        amount = own or said(money, "value")
        if amount:
            prices.append(
                PriceSaid(
                    text=amount,
                    kind=kind,
                    currency=said(money, "convertedFromCurrency") if own else said(money, "currency"),
                    variant=number,
                    found_in="embedded",
                    path=f"MSKU.variationsMap.{number}.binModel.price.value",
                )
            )
    return tuple(variants), tuple(prices)


def _options(data: Any) -> dict[str, list[tuple[str, str]]]:
    names: dict[str, str] = {}
    for menu in rows(data, "selectMenus"):
        for entry in at(menu, "menuItemValueIds") or []:
            names[str(entry)] = said(menu, "displayLabel") or ""
    found: dict[str, list[tuple[str, str]]] = {}
    for number, choice in pairs(data, "menuItemMap"):
        value = said(choice, "valueName") or said(choice, "displayName")
        label = names.get(said(choice, "valueId") or number, "")
        matching = at(choice, "matchingVariationIds") if isinstance(choice, Mapping) else None
        if value and isinstance(matching, list):
            for variant in matching:
                found.setdefault(str(variant), []).append((label, value))
    return found
