"""AliExpress item pages: `window.runParams = {data: {…Module}}` (sample of 2020, the same until about 2023) and the
DOM beside it.

`minActivityAmount`/`maxActivityAmount` are what one pays, `minAmount`/`maxAmount` what is struck through. Coupons are
not read as prices. The microdata names "AliExpress.com" as the brand of everything. Currency and language follow the
visitor; amounts carry their code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, page_of, selector_of, words
from crawler.pages.base import ShopPage
from crawler.pages.paths import after, at, rows, said
from pipelines.items import Offer, Page, PriceKind, PriceSaid, Said, ShopSaid, VariantSaid

_ITEM = re.compile(r"/(?:item|i)/(?:[^/]+/)?(\d{8,20})\.html")
_PLACES: tuple[tuple[str, PriceKind | None, str], ...] = (
    (".product-price-current .product-price-value", None, "price"),
    (".product-price-del .product-price-value", "list", "struck price"),
)


@handle_urls(["aliexpress.com", "aliexpress.us", "aliexpress.ru"])
class AliExpressPage(ShopPage):
    """An item page."""

    platform = "aliexpress"
    marks = ('"priceModule"',)

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return "runParams" in body and '"priceModule"' in body

    def extract(self) -> Page:
        told, selector = Told(), selector_of(self)
        told.language = selector.css("html::attr(lang)").get()
        data = at(after(self.response.text, "window.runParams"), "data")
        match = _ITEM.search(self.page_url)
        title = at(data, "titleModule")
        name = said(title, "subject") or words(selector.css(".product-title-text"))
        left = said(data, "actionModule", "totalAvailQuantity")
        told.shop = ShopSaid(name=said(data, "storeModule", "storeName"))
        shown = [
            PriceSaid(text=text, kind=kind, label=label, struck=kind == "list", found_in="visible", path=place)
            for place, kind, label in _PLACES
            if (text := words(selector.css(place))) and re.search(r"\d", text)
        ]
        count = said(title, "feedbackRating", "totalValidNum") or words(selector.css("[itemprop=reviewCount]"))
        rating = said(title, "feedbackRating", "averageStar") or words(selector.css("[itemprop=ratingValue]"))
        if name:
            told.offers.append(
                Offer(
                    name=name,
                    sku=match.group(1) if match else said(data, "actionModule", "productId"),
                    prices=(*shown, *_prices(at(data, "priceModule")), *_sku_prices(data)),
                    availability=(_stock(left),) if left else (),
                    rating=rating,
                    rating_scale="5" if rating else None,
                    review_count=count,
                    variants=tuple(_variants(data)),
                )
            )
        return page_of(self, told, kind="product" if name else None)


def _stock(left: str) -> Said:
    text = "out_of_stock" if left == "0" else "in_stock"
    return Said(text=text, found_in="embedded", path="runParams.data.actionModule.totalAvailQuantity")


def _prices(module: Any) -> Iterator[PriceSaid]:
    promoted = said(module, "minActivityAmount", "value") is not None
    pairs: tuple[tuple[str, str, PriceKind | None], ...] = (
        ("minActivityAmount", "maxActivityAmount", None),
        ("minAmount", "maxAmount", "list" if promoted else None),
    )
    for low, high, kind in pairs:
        text, top = said(module, low, "value"), said(module, high, "value")
        if text:
            yield PriceSaid(
                text=text,
                text_max=top if top != text else None,
                kind=kind,
                label=low,
                currency=said(module, low, "currency"),
                found_in="embedded",
                path=f"runParams.data.priceModule.{low}.value",
            )


def _sku_prices(data: Any) -> Iterator[PriceSaid]:
    for n, row in enumerate(rows(data, "skuModule", "skuPriceList")):
        number = said(row, "skuIdStr") or said(row, "skuId")
        promoted = said(row, "skuVal", "skuActivityAmount", "value") is not None
        for key in ("skuActivityAmount", "skuAmount"):
            amount = at(row, "skuVal", key)
            if number and (text := said(amount, "value")):
                kind: PriceKind | None = "list" if promoted and key == "skuAmount" else None
                path = f"runParams.data.skuModule.skuPriceList[{n}].skuVal.{key}.value"
                yield PriceSaid(
                    text=text,
                    kind=kind,
                    currency=said(amount, "currency"),
                    variant=number,
                    found_in="embedded",
                    path=path,
                )


def _variants(data: Any) -> Iterator[VariantSaid]:
    names: dict[str, tuple[str, str]] = {}
    for prop in rows(data, "skuModule", "productSKUPropertyList"):
        for value in rows(prop, "skuPropertyValues"):
            text = said(value, "propertyValueDisplayName") or said(value, "propertyValueName") or ""
            key = f"{said(prop, 'skuPropertyId')}:{said(value, 'propertyValueId')}"
            names[key] = (said(prop, "skuPropertyName") or "", text)
    for row in rows(data, "skuModule", "skuPriceList"):
        number = said(row, "skuIdStr") or said(row, "skuId")
        chosen = re.findall(r"\d+:\d+", said(row, "skuAttr") or "")
        left = said(row, "skuVal", "availQuantity")
        state = None if left is None else "out_of_stock" if left == "0" else "in_stock"
        if number:
            yield VariantSaid(
                sku=number, options=tuple(names[key] for key in chosen if key in names), availability=state
            )
