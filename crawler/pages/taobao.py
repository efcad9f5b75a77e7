"""Taobao and Tmall: item pages (PC and h5) and the JSON they load. The shapes and their dates stand in the modules
named here: `taobao_pc` (HTML), `taobao_mtop` (offers in JSON), `taobao_reviews` (five review shapes).

Review and detail calls are signed by the platform's own script: they are read where the page loaded them, never called.
"""

from __future__ import annotations

import re

from web_poet import handle_urls

from crawler.pages.assemble import Told, bodies, is_json, page_of, selector_of
from crawler.pages.base import ShopPage
from crawler.pages.embedded import states
from crawler.pages.paths import at, said
from crawler.pages.taobao_mtop import mock_prices, read_offer
from crawler.pages.taobao_pc import item_id, read_html
from crawler.pages.taobao_reviews import read_listed, read_reviews, read_totals
from pipelines.items import FoundIn, Offer, Page

_HOSTS = [
    "item.taobao.com",
    "detail.tmall.com",
    "detail.tmall.hk",
    "world.tmall.com",
    "world.taobao.com",
    "chaoshi.detail.tmall.com",
    "detail.m.tmall.com",
    "h5.m.taobao.com",
    "h5api.m.taobao.com",
    "h5api.m.tmall.com",
    "rate.tmall.com",
    "rate.taobao.com",
    "detailskip.taobao.com",
    "mdskip.taobao.com",
    "new.m.taobao.com",
    "main.m.taobao.com",
]
_ITEM = re.compile(
    r"//(?:item\.taobao|(?:chaoshi\.)?detail(?:\.m)?\.tmall|world\.(?:tmall|taobao)|h5\.m\.taobao)\.(?:com|hk)/"
)
_PAGE_MARKS = (
    "TShop.Setup",
    "Hub.config.set(",
    'id="J_StrPrice',
    "_DATA_Detail",
    'id="J_TMALL',
    "g.alicdn.com/tb/??item-detail",
)
_BODY_MARKS = re.compile(
    r"""["']?(?:sku2info|apiStack|feedAllCount|rateDetail|reviewVOList|auctionNumId|aucNumId|componentsVO|rateList)["']?\s*:"""
)


@handle_urls(_HOSTS)
class TaobaoPage(ShopPage):
    """An item page, or one of its detail and review bodies."""

    platform = "taobao"
    marks = (*_PAGE_MARKS, ".taobao.", ".tmall.")

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Taobao and Tmall prices are filled in by JavaScript" if _ITEM.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if _ITEM.search(url):
            return True
        if is_json(body):
            return bool(_BODY_MARKS.search(body[:600_000]))
        return any(mark in body for mark in _PAGE_MARKS)

    def extract(self) -> Page:
        told = Told()
        page = not is_json(self.response.text)
        number = item_id(self.page_url, self.response.text)
        if page:
            selector = selector_of(self)
            told.language = selector.css("html::attr(lang)").get()
            self._take_states(told, number)
            found = read_html(self.page_url, self.response.text, selector)
            if found:
                told.offers.append(found[0])
                told.shop = told.shop or found[1]
                told.shell = found[2]
        for body in bodies(self):
            if "_DATA_Detail" in body.data or "_DATA_Mdskip" in body.data:
                page = True
                self._take_h5(told, body.data, "embedded")
            else:
                self._take(told, body.data, body.found_in, number)
        if any(offer.prices for offer in told.offers):
            told.shell = (
                None
                if any(price.found_in != "embedded" for offer in told.offers for price in offer.prices)
                else told.shell
            )
        return page_of(self, told, kind="product" if page and told.offers else None)

    def _take(self, told: Told, data: object, found_in: FoundIn, number: str | None) -> None:
        """A detail or review body; an offer of another item (a recommendation) is left out."""
        found = read_offer(data, found_in)
        if found and number in (None, found[0].sku or number):
            told.offers.append(found[0])
            told.shop = told.shop or found[1]
        told.reviews += read_reviews(data, number)
        if told.reviews:
            told.take_listed(read_listed(data))
        told.offers += filter(None, [read_totals(data)])

    def _take_states(self, told: Told, number: str | None) -> None:
        if "_DATA_" in self.response.text:
            self._take_h5(told, states(self.response.text), "embedded")

    def _take_h5(self, told: Told, data: dict[str, object], found_in: FoundIn) -> None:
        """`_DATA_Mdskip` has the live prices; `_DATA_Detail` the rest, with undiscounted prices under `mock`."""
        detail, live = data.get("_DATA_Detail"), data.get("_DATA_Mdskip")
        number = said(detail, "item", "itemId")
        if isinstance(live, dict):
            self._take(told, live, found_in, None)
        self._take(told, detail, found_in, number)
        mock = tuple(mock_prices(at(detail, "mock"), found_in, "_DATA_Detail.mock"))
        told.offers.append(Offer(sku=number, prices=mock))
