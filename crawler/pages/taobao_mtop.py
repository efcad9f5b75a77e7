"""Taobao and Tmall offers in JSON.

mtop.taobao.detail.getdetail and its decoded `apiStack[0].value` (sample of 2018), the h5 page's `_DATA_Detail` with
`_DATA_Mdskip`
(sample of 2019) and mtop.taobao.pcdetail.data.get (public code of 2024-2026) share `item`, `skuBase`,
`skuCore.sku2info` and `price`. `priceText` is in yuan, `priceMoney` in fen. `mock` holds undiscounted prices that
stand in until the real ones arrive. The platform sells to the mainland in CNY and states no currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crawler.pages.embedded import json_body
from crawler.pages.paths import at, flag, pairs, rows, said
from crawler.pages.taobao_labels import kind_of
from pipelines.items import FoundIn, Offer, PriceKind, PriceSaid, Said, ShopSaid, VariantSaid


def layers(data: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects of one body that may hold offer fields, each with its path; the one with the live prices first."""
    inner, path = (data["data"], "$.data") if isinstance(at(data, "data"), Mapping) else (data, "$")
    found: list[tuple[str, Mapping[str, Any]]] = []
    stack = at(inner, "apiStack", 0, "value")
    live = json_body(stack) if isinstance(stack, str) else stack
    if isinstance(live, Mapping):
        found.append((f"{path}.apiStack[0].value", live))
    if isinstance(inner, Mapping) and any(key in inner for key in ("skuCore", "skuBase", "componentsVO", "item")):
        found.append((path, inner))
    return found


def read_offer(data: Any, found_in: FoundIn) -> tuple[Offer, ShopSaid | None] | None:
    """The offer and shop of a detail body, or None for another body."""
    found = layers(data)
    bodies = [layer for _, layer in found]
    item = next((layer["item"] for layer in bodies if said(layer, "item", "title")), None)
    priced = next(
        ((path, layer) for path, layer in found if "price" in layer or "componentsVO" in layer or "skuCore" in layer),
        None,
    )
    if (item is None and priced is None) or (item is not None and "itemId" not in item and priced is None):
        return None
    prices = [*_prices(*priced, found_in)] if priced else []
    base = next((layer["skuBase"] for layer in bodies if "skuBase" in layer), None)
    core = next((layer["skuCore"] for layer in bodies if "skuCore" in layer), None)
    brand = next((value for layer in bodies for name, value in _attributes(layer) if name == "品牌"), None)
    number = next(
        (
            text
            for layer in bodies
            if (text := said(layer, "item", "itemId") or said(layer, "params", "trackParams", "item_id"))
        ),
        None,
    )
    offer = Offer(
        name=said(item, "title"),
        brand=brand,
        sku=number,
        prices=tuple(prices),
        availability=tuple(_stock(bodies, found_in)),
        review_count=_count(bodies),
        promotions=tuple(line for layer in bodies for line in _promotions(layer)),
        variants=tuple(_variants(base, core)),
    )
    return offer, next((shop for layer in bodies if (shop := _shop(layer))), None)


def amount(
    entry: Any, found_in: FoundIn, path: str, kind: PriceKind | None = None, variant: str | None = None
) -> Iterator[PriceSaid]:
    """One `{priceText, priceMoney, priceTitle, lineThrough}` object."""
    text, money = said(entry, "priceText"), said(entry, "priceMoney")
    label = said(entry, "priceTitle") or ""
    struck = flag(entry, "lineThrough") is True
    kind = "list" if struck else kind or kind_of(label)
    condition = said(entry, "priceDesc") or ""
    if text or money:
        yield PriceSaid(
            text=text or money or "",
            kind=kind,
            label=label,
            currency="CNY",
            minor_digits=0 if text else 2,
            struck=struck,
            condition=condition,
            variant=variant,
            found_in=found_in,
            path=f"{path}.{'priceText' if text else 'priceMoney'}",
        )


def _prices(path: str, layer: Mapping[str, Any], found_in: FoundIn) -> Iterator[PriceSaid]:
    tag = said(layer, "price", "priceTag", 0, "text") or ""
    shown = at(layer, "price", "price")
    for price in amount(shown, found_in, f"{path}.price.price"):
        kind = price.kind or kind_of(tag)
        yield PriceSaid(
            text=price.text,
            kind=kind,
            label=price.label or tag,
            currency="CNY",
            minor_digits=price.minor_digits,
            struck=price.struck,
            condition=price.condition,
            found_in=found_in,
            path=price.path,
        )
    for n, entry in enumerate(rows(layer, "price", "extraPrices")):
        yield from amount(entry, found_in, f"{path}.price.extraPrices[{n}]")
    for key in ("price", "extraPrice"):
        yield from amount(at(layer, "componentsVO", "priceVO", key), found_in, f"{path}.componentsVO.priceVO.{key}")
    infos = pairs(layer, "skuCore", "sku2info")
    for number, info in infos:
        # "0" stands for the item as a whole, not for a variant.
        variant = None if number == "0" else number
        if variant is None and (shown is not None or at(layer, "componentsVO", "priceVO", "price") is not None):
            continue
        place = f"{path}.skuCore.sku2info.{number}"
        yield from amount(at(info, "price"), found_in, f"{place}.price", kind_of(tag), variant)
        coupon = next((said(row, "couponName") for row in rows(json_body(said(info, "itemApplyParams") or ""))), None)
        yield from amount(at(info, "subPrice"), found_in, f"{place}.subPrice", "coupon" if coupon else None, variant)


def mock_prices(layer: Any, found_in: FoundIn, path: str) -> Iterator[PriceSaid]:
    """Undiscounted prices: list prices, never what one pays."""
    yield from amount(at(layer, "price", "price"), found_in, f"{path}.price.price", "list")


def _stock(bodies: list[Mapping[str, Any]], found_in: FoundIn) -> Iterator[Said]:
    for layer in bodies:
        buyable = flag(layer, "trade", "buyEnable")
        quantity = said(layer, "skuCore", "sku2info", "0", "quantity")
        if buyable is False or quantity == "0":
            path = "$.skuCore.sku2info.0.quantity" if quantity == "0" else "$.trade.buyEnable"
            yield Said(text="out_of_stock", found_in=found_in, path=path)
        elif quantity:
            yield Said(text="in_stock", found_in=found_in, path="$.skuCore.sku2info.0.quantity")


def _count(bodies: list[Mapping[str, Any]]) -> str | None:
    for layer in bodies:
        for keys in (("item", "commentCount"), ("rate", "totalCount"), ("componentsVO", "rateVO", "totalCount")):
            if text := said(layer, *keys):
                return text
    return None


def _promotions(layer: Mapping[str, Any]) -> Iterator[str]:
    for row in rows(layer, "price", "shopProm"):
        yield from (line.strip() for line in row.get("content") or [] if isinstance(line, str) and line.strip())
    for number, info in pairs(layer, "skuCore", "sku2info"):
        if number == "0":
            names = (said(row, "couponName") for row in rows(json_body(said(info, "itemApplyParams") or "")))
            yield from (name for name in names if name)


def _attributes(layer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group in rows(layer, "props", "groupProps"):
        for _, entries in pairs(group):
            for row in entries if isinstance(entries, list) else []:
                yield from ((name, text) for name, text in pairs(row) if isinstance(text, str))
    for row in rows(layer, "componentsVO", "extensionInfoVO", "infos"):
        for entry in [row, *rows(row, "items")]:
            name, text = said(entry, "title"), said(entry, "text", 0) or said(entry, "text")
            if name and text:
                yield name, text


def _variants(base: Any, core: Any) -> Iterator[VariantSaid]:
    names: dict[str, tuple[str, str]] = {}
    for prop in rows(base, "props"):
        for value in rows(prop, "values"):
            names[f"{said(prop, 'pid')}:{said(value, 'vid')}"] = (said(prop, "name") or "", said(value, "name") or "")
    for row in rows(base, "skus"):
        number = said(row, "skuId")
        if number:
            chosen = [names[part] for part in (said(row, "propPath") or "").split(";") if part in names]
            left = said(core, "sku2info", number, "quantity")
            state = None if left is None else "out_of_stock" if left == "0" else "in_stock"
            yield VariantSaid(sku=number, options=tuple(chosen), availability=state)


def _shop(layer: Mapping[str, Any]) -> ShopSaid | None:
    name = said(layer, "seller", "shopName") or said(layer, "componentsVO", "storeCardVO", "shopName")
    return shop_of(name, said(layer, "seller", "shopType") or said(layer, "seller", "sellerType"))


def shop_of(name: str | None, kind: str | None) -> ShopSaid | None:
    """On Tmall (type "B") the platform grants the words 旗舰店 only to a brand's authorized flagship store."""
    if not name:
        return None
    flagship = kind == "B" and name.endswith("旗舰店")
    return ShopSaid(
        name=name, official=True if flagship else None, evidence="Tmall shop named 旗舰店" if flagship else ""
    )
