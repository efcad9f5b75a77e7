"""Douyin live rooms and shop: the goods lists and reviews that a room page loads (public code of 2024-2026). Amounts
are in fen.

`/live/promotions/page/` and `/live/promotions/pop/v3/` list `promotions[]`; `/aweme/v1/web/ecom/product/comments/`
answers with capital letters (`data.Comments`). Most goods panels ask for a login; an empty body is a block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, bodies, is_json, page_of
from crawler.pages.base import ShopPage
from crawler.pages.paths import plain, rows, said
from pipelines.items import FoundIn, ListingItem, Page, PriceSaid, Review

_PAGE = re.compile(r"//(?:haohuo\.jinritemai\.com|live\.douyin\.com)/")


@handle_urls(["haohuo.jinritemai.com", "live.douyin.com", "v.douyin.com", "www.douyin.com"])
class DouyinPage(ShopPage):
    """A live room or goods page with the bodies it loaded, or one of those bodies."""

    platform = "douyin"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Douyin pages are filled by JavaScript" if _PAGE.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return is_json(body) and '"promotions"' in body and '"promotion_id"' in body

    def extract(self) -> Page:
        told = Told()
        for body in bodies(self):
            listed = rows(body.data, "promotions") or rows(body.data, "data", "promotions")
            told.items += [
                self._item(row, body.found_in, f"$.promotions[{n}]")
                for n, row in enumerate(listed)
                if said(row, "product_id") or said(row, "promotion_id")
            ]
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
