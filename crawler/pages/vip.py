"""Vip.com (唯品会): product bodies `module/list/v2` and `detail`, and reviews `queryBySpuId_for_pc` (public code of
2020-2026); no samples of the HTML.

`price.salePrice` is what one pays only where `priceType` says nothing or "special": with "coupon" it repeats
`couponPrice`. `marketPrice` is the crossed-out price. Amounts are plain decimals, in CNY, which no body states.
`nlpScore` of a review is the platform's own judgement of its text and not a rating, `vipShopPrice` there is not
what the reviewer paid; neither is read. The status of a refused call is 903.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, bodies, is_json, page_of
from crawler.pages.base import ShopPage
from crawler.pages.paths import plain, rows, said
from pipelines.items import FoundIn, Issue, Link, ListingItem, Offer, Page, PriceKind, PriceSaid, Review

_ITEM = re.compile(r"//detail\.vip\.com/detail-\d+-(\d+)\.html|//m\.vip\.com/product-\d+-(\d+)\.html")
_BODY_MARKS = (('"reputationId"', '"reputationProduct"'), ('"brandShowName"', '"salePrice"'), ('"vipshopPrice"',))
_OPEN = {None: None, "special": None, "coupon": "coupon"}


@handle_urls(["vip.com"])
class VipPage(ShopPage):
    """An item page with the bodies it loaded, or one of those bodies: products or reviews."""

    platform = "vip"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Vip.com prices are filled in by JavaScript" if _ITEM.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return is_json(body) and any(all(mark in body for mark in marks) for marks in _BODY_MARKS)

    def extract(self) -> Page:
        told = Told()
        asked = _ITEM.search(self.page_url)
        number = (asked.group(1) or asked.group(2)) if asked else None
        for body in bodies(self):
            found = [*_products(body.data)]
            own = [entry for entry in found if said(entry[0], "productId") == number] if number else found
            if len(own) == 1:
                told.offers.append(_offer(*own[0], body.found_in, told.issues))
            elif body.found_in == "api":
                told.items += [_item(row, path, told.issues) for row, path in found]
            told.reviews += [
                _review(row, f"$.data[{n}]") for n, row in enumerate(rows(body.data, "data")) if "reputation" in row
            ]
        told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        page = page_of(self, told, kind="product" if not is_json(self.response.text) and told.offers else None)
        if number and page.offer is None and not page.reviews:
            return replace(page, offer=Offer(sku=number))
        return page


def _products(data: Any) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each product of a body and its place."""
    for n, row in enumerate(rows(data, "data", "products")):
        if said(row, "productId"):
            yield row, f"$.data.products[{n}]"
    detail = data.get("data") if isinstance(data, Mapping) else None
    product = detail.get("product") if isinstance(detail, Mapping) else None
    if isinstance(product, Mapping) and said(product, "productId"):
        yield product, "$.data.product"


def _offer(row: Mapping[str, Any], path: str, found_in: FoundIn, issues: list[Issue]) -> Offer:
    return Offer(
        name=plain(said(row, "title")),
        brand=plain(said(row, "brandShowName") or said(row, "brandStoreName")),
        sku=said(row, "productId"),
        prices=tuple(_prices(row, path, found_in, issues)),
        promotions=tuple(text for label in rows(row, "labels") if (text := said(label, "value"))),
    )


def _item(row: Mapping[str, Any], path: str, issues: list[Issue]) -> ListingItem:
    number, brand = said(row, "productId"), said(row, "brandId")
    url = f"https://detail.vip.com/detail-{brand}-{number}.html" if brand and number else None
    prices = tuple(_prices(row, path, "api", issues))
    return ListingItem(name=plain(said(row, "title")), url=url, sku=number, prices=prices)


def _prices(row: Mapping[str, Any], path: str, found_in: FoundIn, issues: list[Issue]) -> Iterator[PriceSaid]:
    sale, market = said(row, "price", "salePrice"), said(row, "price", "marketPrice") or said(row, "marketPrice")
    place = f"{path}.price.salePrice"
    kind_said = said(row, "price", "priceType")
    if sale is None and (sale := said(row, "vipshopPrice")):
        place, kind_said = f"{path}.vipshopPrice", None
    kind: PriceKind | None = "coupon" if sale and sale == said(row, "price", "couponPrice") else None
    if sale and kind_said not in _OPEN:
        issues.append(Issue(field="price", value=f"{sale} ({kind_said})"[:120], why="nobody says who may pay it"))
    elif sale:
        if kind_said == "coupon":
            kind = "coupon"
        elif kind is None and said(row, "price", "salePriceSuff") == "起":
            kind = "from"
        label = said(row, "price", "priceLabel") or place.rpartition(".")[2]
        yield PriceSaid(text=sale, kind=kind, label=label, currency="CNY", found_in=found_in, path=place)
    if market and market != sale:
        before = f"{path}.price.marketPrice" if said(row, "price", "marketPrice") else f"{path}.marketPrice"
        yield PriceSaid(
            text=market, kind="list", label="marketPrice", currency="CNY", struck=True, found_in=found_in, path=before
        )


def _review(row: Mapping[str, Any], path: str) -> Review:
    bought = [said(row, "reputationProduct", name) for name in ("colorInfo", "sizeInfo", "size")]
    pictures = rows(row, "reputation", "imageList")
    return Review(
        id=said(row, "reputation", "reputationId"),
        date=said(row, "reputation", "timeDesc"),
        text=plain(said(row, "reputation", "content")),
        author=said(row, "reputationUser", "authorName"),
        variant="; ".join(filter(None, bought)) or None,
        helpful=said(row, "reputation", "usefulCount"),
        pictures=len(pictures) or None,
        product_sku=said(row, "reputationProduct", "goodsId"),
        path=path,
    )
