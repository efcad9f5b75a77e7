"""Pinduoduo goods: `window.rawData` (sample described for 2021) and the review lists that a goods page loads. All
amounts are in fen.

Three prices a sku: with a group (what the page sells at), alone, and struck through. The price alone is kept as a
promotion line: it is another way of buying, dearer, and neither the price nor a list price. There are no stars (the
three scores rate the shop, 0 = none given). Guests mostly meet a login page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from web_poet import handle_urls

from crawler.pages.assemble import Told, bodies, is_json, page_of
from crawler.pages.base import ShopPage
from crawler.pages.embedded import json_body
from crawler.pages.paths import after, at, flag, plain, rows, said
from pipelines.items import FoundIn, Offer, Page, PriceKind, PriceSaid, Review, ShopSaid, VariantSaid

_GOODS = re.compile(r"//mobile\.(?:yangkeduo|pinduoduo)\.com/goods\d?\.html")
_BODY_MARKS = ('"min_group_price"', '"minGroupPrice"', '"review_info_list"', '"is_default_review"')
_DEPTH = 8


@handle_urls(["mobile.yangkeduo.com", "mobile.pinduoduo.com", "yangkeduo.com"])
class PinduoduoPage(ShopPage):
    """A goods page, or one of its goods and review bodies."""

    platform = "pinduoduo"
    marks = ("window.rawData",)

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Pinduoduo goods pages are filled by JavaScript" if _GOODS.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if is_json(body):
            return any(mark in body for mark in _BODY_MARKS)
        return "window.rawData" in body and ("yangkeduo" in body or "pinduoduo" in body)

    def extract(self) -> Page:
        told = Told()
        html = not is_json(self.response.text)
        if html and (state := after(self.response.text, "window.rawData")) is not None:
            self._take(told, state, "embedded")
        for body in bodies(self):
            self._take(told, body.data, body.found_in)
        return page_of(self, told, kind="product" if html and told.offers else None)

    def _take(self, told: Told, data: Any, found_in: FoundIn) -> None:
        goods = _find(data, 0)
        if goods is not None:
            told.offers.append(_offer(goods, found_in))
            name = said(goods, "mall", "mall_name") or said(goods, "mall_entrance", "mall_data", "mall_name")
            told.shop = told.shop or (ShopSaid(name=name) if name else None)
        inner = at(goods or data, "review", "review_data") or data
        listed = rows(inner, "review_info_list") or rows(inner, "data")
        told.reviews += [_review(row, f"$.review_info_list[{n}]") for n, row in enumerate(listed) if "review_id" in row]


def _find(data: Any, depth: int) -> Mapping[str, Any] | None:
    """The object with `price.min_group_price`, however the page nests it."""
    if not isinstance(data, Mapping) or depth > _DEPTH:
        return None
    if said(data, "price", "min_group_price") is not None:
        return data
    return next((found for value in data.values() if (found := _find(value, depth + 1)) is not None), None)


def _offer(goods: Mapping[str, Any], found_in: FoundIn) -> Offer:
    money = goods["price"]
    low, high = said(money, "min_group_price"), said(money, "max_group_price")
    alone = said(money, "min_normal_price")
    prices = [*_fen(low, high, None, "拼单价", None, found_in, "$.price.min_group_price")]
    prices += _fen(said(money, "line_price"), None, "list", "划线价", None, found_in, "$.price.line_price")
    variants = []
    for n, row in enumerate(rows(goods, "sku")):
        number = said(row, "sku_id")
        if number:
            prices += _fen(said(row, "group_price"), None, None, "拼单价", number, found_in, f"$.sku[{n}].group_price")
            options = tuple(
                (said(spec, "spec_key") or "", said(spec, "spec_value") or "") for spec in rows(row, "specs")
            )
            gone = flag(row, "is_onsale") is False or said(row, "quantity") == "0"
            variants.append(
                VariantSaid(sku=number, options=options, availability="out_of_stock" if gone else "in_stock")
            )
    return Offer(
        name=said(goods, "goods", "goods_name") or said(goods, "goods_name"),
        sku=said(goods, "goods", "goods_id") or said(goods, "goods_id") or said(goods, "sku", 0, "goods_id"),
        prices=tuple(prices),
        review_count=said(goods, "review", "review_data", "review_num"),
        promotions=(f"单独购买 {Decimal(alone).scaleb(-2):.2f} 元起",) if alone and alone.isdecimal() else (),
        variants=tuple(variants),
    )


def _fen(
    low: str | None, high: str | None, kind: PriceKind | None, label: str, sku: str | None, found_in: FoundIn, path: str
) -> Iterator[PriceSaid]:
    if low and low != "0":
        yield PriceSaid(
            text=low,
            text_max=high if high != low else None,
            kind=kind,
            label=label,
            currency="CNY",
            minor_digits=2,
            struck=kind == "list",
            variant=sku,
            found_in=found_in,
            path=path,
        )


def _review(row: Mapping[str, Any], path: str) -> Review:
    seconds = said(row, "time")
    specs = row.get("specs")
    entries = rows(json_body(specs)) if isinstance(specs, str) else rows(row, "specs")
    chosen = [
        f"{said(entry, 'spec_key')}:{said(entry, 'spec_value')}" for entry in entries if said(entry, "spec_value")
    ]
    return Review(
        id=said(row, "review_id"),
        date=_utc(seconds) if seconds else None,
        text=plain(said(row, "comment")),
        author=said(row, "name"),
        variant=";".join(chosen) or None,
        helpful=said(row, "favor_count"),
        pictures=len(row["pictures"]) if isinstance(row.get("pictures"), list) else None,
        default_text=flag(row, "is_default_review"),
        product_sku=said(row, "goods_id"),
        path=path,
    )


def _utc(seconds: str) -> str | None:
    """Unix seconds as UTC."""
    if not seconds.isdecimal() or len(seconds) != 10:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
