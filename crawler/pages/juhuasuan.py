"""Juhuasuan (聚划算) JSON: one item's `item{itemId, activityPrice, originalPrice}` in fen, and lists whose prices are
split in parts
(`priceParts: ["39", "8"]`, `origPrice: "57.60"`). Samples of 2017. `discount: 0.9` means 0.9折, nine per cent of the
list price.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, bodies, is_json, page_of
from crawler.pages.base import ShopPage
from crawler.pages.paths import at, said
from crawler.pages.taobao_mtop import shop_of
from pipelines.items import FoundIn, ListingItem, Offer, Page, PriceSaid

_DEPTH = 12


@handle_urls(["ju.taobao.com", "detail.ju.taobao.com", "jhs.taobao.com"])
class JuhuasuanPage(ShopPage):
    """An item or a list of the group-buying site."""

    platform = "juhuasuan"

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return is_json(body) and (('"activityPrice"' in body and '"originalPrice"' in body) or '"priceParts"' in body)

    def extract(self) -> Page:
        told = Told()
        for body in bodies(self):
            item = body.data.get("item") if isinstance(body.data, Mapping) else None
            if isinstance(item, Mapping) and "activityPrice" in item:
                told.offers.append(_offer(item, body.found_in))
                told.shop = shop_of(said(item, "sellerNick"), "B" if said(item, "shopType") == "1" else "C")
            else:
                told.items += [self._entry(row, path, body.found_in) for row, path in _entries(body.data, "$", 0)]
        return page_of(self, told)

    def _entry(self, row: Mapping[str, Any], path: str, found_in: FoundIn) -> ListingItem:
        base = row.get("baseinfo") or row.get("baseInfo") or row
        names = at(row, "name")
        name = said(names, "shortName") or said(names, "longName") or said(names, "title") or said(row, "name")
        url = said(base, "itemUrl") or said(row, "itemUrl")
        prices = tuple(_listed(row["price"], f"{path}.price", found_in))
        return ListingItem(
            name=name or said(base, "shortName"), url=absolute(self, url), sku=said(base, "itemId"), prices=prices
        )


def _offer(item: Mapping[str, Any], found_in: FoundIn) -> Offer:
    fields = (("activityPrice", "聚划算价", "sale"), ("originalPrice", "原价", "list"))
    prices = tuple(
        PriceSaid(
            text=text,
            kind="list" if kind == "list" else "sale",
            label=label,
            currency="CNY",
            minor_digits=2,
            found_in=found_in,
            path=f"$.item.{name}",
        )
        for name, label, kind in fields
        if (text := said(item, name))
    )
    return Offer(name=said(item, "longName") or said(item, "shortName"), sku=said(item, "itemId"), prices=prices)


def _entries(data: Any, path: str, depth: int) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects with split prices, wherever the page's building blocks put them."""
    if depth > _DEPTH:
        return
    if isinstance(data, Mapping):
        if isinstance(at(data, "price", "priceParts"), list):
            yield data, path
            return
        for key, value in data.items():
            yield from _entries(value, f"{path}.{key}", depth + 1)
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _entries(value, f"{path}[{n}]", depth + 1)


def _listed(price: Any, path: str, found_in: FoundIn) -> Iterator[PriceSaid]:
    parts = [text for n in range(2) if (text := said(price, "priceParts", n))]
    if parts:
        yield PriceSaid(
            text=".".join(parts),
            kind="sale",
            label="聚划算价",
            currency="CNY",
            found_in=found_in,
            path=f"{path}.priceParts",
        )
    if text := said(price, "origPrice"):
        yield PriceSaid(
            text=text, kind="list", label="原价", currency="CNY", found_in=found_in, path=f"{path}.origPrice"
        )
