"""Suning: the app's item body (sample of 2016), `nspcsale` price bodies and review bodies (public code of 2017-2021);
no samples of the HTML.

`itemPrice` is "0.00" on every item. The EAN stands in a field named `isbnCode`; the outer `brandName` is the shop,
the inner one the brand. Part numbers are padded to 18 digits. Suning sells in CNY and states no currency. Vendor
`0000000000` is Suning itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, bodies, is_json, page_of
from crawler.pages.base import ShopPage
from crawler.pages.paths import at, plain, rows, said
from pipelines.items import FoundIn, Offer, Page, PriceSaid, Review, Said, ShopSaid, VariantSaid

_ITEM = re.compile(r"//(?:product|m)\.suning\.com/(?:product/)?(\d{6,10})/(\d+)\.html")
_BODY_MARKS = ('"promotionPrice"', '"commodityReviewId"')
_STOCK = {"1": "in_stock", "2": "out_of_stock", "3": "out_of_stock"}


@handle_urls(["product.suning.com", "m.suning.com", "pas.suning.com", "review.suning.com", "icps.suning.com"])
class SuningPage(ShopPage):
    """An item page, or one of its price, item and review bodies."""

    platform = "suning"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Suning prices are filled in by JavaScript" if _ITEM.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return is_json(body) and any(mark in body for mark in _BODY_MARKS)

    def extract(self) -> Page:
        told = Told()
        for body in bodies(self):
            offer = _offer(body.data, body.found_in)
            told.offers += [offer] if offer else []
            shop = said(body.data, "data1", "data", "brandName")
            if shop and told.shop is None:
                flagship = shop.endswith("旗舰店")
                told.shop = ShopSaid(
                    name=shop, official=flagship or None, evidence="shop named 旗舰店" if flagship else ""
                )
            told.reviews += [
                _review(row, f"$.commodityReviews[{n}]") for n, row in enumerate(rows(body.data, "commodityReviews"))
            ]
        return page_of(self, told, kind="product" if not is_json(self.response.text) and told.offers else None)


def _offer(data: Any, found_in: FoundIn) -> Offer | None:
    info = at(data, "data1", "data", "itemInfoVo")
    sales, place = rows(data, "price", "saleInfo"), "$.price.saleInfo"
    if not sales:
        sales, place = rows(data, "data", "price", "saleInfo"), "$.data.price.saleInfo"
    if not sales:
        return None
    own = said(info, "partNumber") or said(sales, 0, "partNumber")
    sale = next((row for row in sales if said(row, "partNumber") == own), sales[0])
    state = _STOCK.get(said(sale, "invStatus") or "")
    return Offer(
        name=said(info, "itemDisplayName") or said(info, "itemName"),
        brand=said(info, "brandName"),
        sku=own,
        gtin=said(info, "isbnCode"),
        prices=tuple(_prices(sale, found_in, f"{place}[{sales.index(sale)}]")),
        availability=(Said(text=state, found_in=found_in, path=f"{place}.invStatus"),) if state else (),
        variants=tuple(_variants(at(data, "data1", "data", "ItemClusterDisplayVO"))),
    )


def _prices(sale: Mapping[str, Any], found_in: FoundIn, path: str) -> Iterator[PriceSaid]:
    now = said(sale, "promotionPrice") or said(sale, "netPrice")
    before = said(sale, "refPrice")
    if now:
        yield PriceSaid(
            text=now, label="promotionPrice", currency="CNY", found_in=found_in, path=f"{path}.promotionPrice"
        )
    if before and before != now:
        yield PriceSaid(
            text=before, kind="list", label="refPrice", currency="CNY", found_in=found_in, path=f"{path}.refPrice"
        )
    if deposit := said(sale, "bookPrice"):
        yield PriceSaid(
            text=deposit, kind="deposit", label="bookPrice", currency="CNY", found_in=found_in, path=f"{path}.bookPrice"
        )


def _variants(cluster: Any) -> Iterator[VariantSaid]:
    for row in rows(cluster, "colorList"):
        number, value = said(row, "partNumber"), said(row, "characterValueName")
        if number and value:
            yield VariantSaid(sku=number, options=((said(row, "characterName") or "", value),))


def _review(row: Mapping[str, Any], path: str) -> Review:
    return Review(
        id=said(row, "commodityReviewId"),
        rating=said(row, "qualityStar"),
        rating_scale="5" if said(row, "qualityStar") else None,
        date=said(row, "publishTime"),
        text=plain(said(row, "content")),
        author=said(row, "userInfo", "nickName"),
        variant=said(row, "commodityInfo", "charaterDesc1"),
        helpful=said(row, "usefulCnt"),
        reply=plain(said(row, "replyInfo", "replyContent")),
        follow_up_date=said(row, "againReview", "publishTime"),
        follow_up_text=plain(said(row, "againReview", "againContent")),
        product_sku=said(row, "commodityInfo", "commodityCode"),
        path=path,
    )
