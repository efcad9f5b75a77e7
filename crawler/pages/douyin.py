"""Douyin live rooms and shop: the goods lists and reviews that a room page loads (public code of 2024-2026). Amounts
are in fen.

`/live/promotions/page/` and `/live/promotions/pop/v3/` list `promotions[]`; `/aweme/v1/web/ecom/product/comments/`
answers with capital letters (`data.Comments`). Of the goods page's body `…/promotion/pack/h5/` the name and the shop
are described, the price is not: it is read where the page shows it. Most goods panels ask for a login; an empty body
is a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, bodies, is_json, page_of
from crawler.pages.base import ShopPage
from crawler.pages.paths import plain, rows, said
from pipelines.items import FoundIn, ListingItem, Offer, Page, PriceSaid, Review, ShopSaid

_PAGE = re.compile(r"//(?:haohuo\.jinritemai\.com|live\.douyin\.com)/")

_GOODS = re.compile(r"//haohuo\.jinritemai\.com/[^?#]*\?(?:[^#]*&)?id=(\d+)")


@handle_urls(["haohuo.jinritemai.com", "live.douyin.com", "v.douyin.com", "www.douyin.com"])
class DouyinPage(ShopPage):
    """A live room or goods page with the bodies it loaded, or one of those bodies."""

    platform = "douyin"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Douyin pages are filled by JavaScript" if _PAGE.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if not is_json(body):
            return False
        return ('"promotions"' in body and '"promotion_id"' in body) or '"promotion_h5"' in body

    def extract(self) -> Page:
        told = Told()
        for body in bodies(self):
            listed = rows(body.data, "promotions") or rows(body.data, "data", "promotions")
            told.items += [
                self._item(row, body.found_in, f"$.promotions[{n}]")
                for n, row in enumerate(listed)
                if said(row, "product_id") or said(row, "promotion_id")
            ]
            told.offers += _goods(body.data, self.page_url)
            name = said(body.data, "promotion_h5", "shop_info", "basic_info", "shop_name")
            if name and told.shop is None:
                told.shop = ShopSaid(name=name)
            told.reviews += [
                _review(row, f"$.data.Comments[{n}]") for n, row in enumerate(rows(body.data, "data", "Comments"))
            ]
        return page_of(self, told, kind="listing" if told.items else None)

    def _item(self, row: Mapping[str, Any], found_in: FoundIn, path: str) -> ListingItem:
        low, high = said(row, "min_price"), said(row, "max_price")
        prices: tuple[PriceSaid, ...] = ()
        if low and low != "0":
            top = high if high not in (low, "0") else None
            price = PriceSaid(
                text=low,
                text_max=top,
                kind="live",
                label="直播间价",
                currency="CNY",
                minor_digits=2,
                found_in=found_in,
                path=f"{path}.min_price",
            )
            prices = (price,)
        name = said(row, "title") or said(row, "elastic_title")
        return ListingItem(
            name=name, url=absolute(self, said(row, "detail_url")), sku=said(row, "product_id"), prices=prices
        )


def _goods(data: Any, url: str) -> Iterator[Offer]:
    """The goods page's own product."""
    name = said(data, "promotion_h5", "basic_info_data", "title_info", "title")
    number = said(data, "promotion_h5", "basic_info_data", "product_id")
    asked = _GOODS.search(url)
    if name and (number is None or asked is None or number == asked.group(1)):
        yield Offer(name=name, sku=number or (asked.group(1) if asked else None))


def _review(row: Mapping[str, Any], path: str) -> Review:
    return Review(
        id=said(row, "Id") or said(row, "CommentId") or said(row, "id"),
        rating=said(row, "Score"),
        rating_scale="5" if said(row, "Score") else None,
        date=said(row, "CommentTime") or said(row, "CreateTime"),
        text=plain(said(row, "Content")),
        author=said(row, "UserName") or said(row, "NickName"),
        variant=said(row, "SkuSpec") or said(row, "Sku"),
        product_sku=said(row, "ProductId"),
        path=path,
    )
