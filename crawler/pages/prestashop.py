"""PrestaShop: default templates of 1.7, 8 and 9 (`.product-prices`, `#product-details[data-product]`), of 1.6
(`#our_price_display`) and lists (public templates, 2014-2026).

`.current-price [content]` is what one pays, `.regular-price` stands struck before it. A shop for traders shows prices
without tax and says so in a small label beside them; `.product-without-taxes` repeats the price without tax and is
not read, nor is the share of an eco tax or what the parts of a pack would cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.assemble import (
    Told,
    absolute,
    attribute,
    declared_currency,
    over_generic,
    page_of,
    selector_of,
    words,
)
from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.embedded import json_body
from crawler.pages.generic import read_generic
from crawler.pages.paths import plain, said
from pipelines.items import Issue, Link, ListingItem, Offer, Page, PriceKind, PriceSaid, Said

_MARKS = ("var prestashop =", 'content="PrestaShop"', "js-product-miniature", 'id="our_price_display"', "/modules/ps_")
_ISO = re.compile(r"""["']?currency["']?\s*:\s*\{[^{}]{0,200}?["']?iso_code["']?\s*:\s*["']([A-Z]{3})["']""")
_STATES = {"available": "in_stock", "last_remaining_items": "in_stock", "unavailable": "out_of_stock"}
_NUMBER = re.compile(r"\d")
_SHOWN: tuple[tuple[str, str, PriceKind | None], ...] = (
    (".current-price .current-price-value", "", None),
    (".current-price [content], .product-price [itemprop=price], .current-price .price", "", None),
    ("#our_price_display", "", None),
    (".product-discount .regular-price, .current-price .regular-price, #old_price_display", "regular price", "list"),
    (".product-unit-price, .unit-price .price, #unit_price_display", "unit price", "unit"),
)


@handle_urls(["prestashop.com"])
class PrestaShopPage(ShopPage):
    """A product or a list."""

    platform = "prestashop"
    marks = _MARKS

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return any(mark in body for mark in _MARKS)

    def extract(self) -> Page:
        selector = selector_of(self)
        code = _ISO.search(self.response.text)
        currency = code.group(1) if code else declared_currency(self.response.text)
        # Goods shown beside a product carry the same marks inside `.product-miniature`.
        place = "[not(ancestor::*[contains(@class, 'product-miniature')])]"
        boxes = selector.css(".product-prices, #center_column .content_prices").xpath(f"self::*{place}")
        if boxes or selector.css("body#product"):
            own, issues = _offer(selector, boxes[0] if boxes else None, currency)
            generic = read_generic(Document.of(self.response), self.captured)
            if issues and generic.offer is not None:
                generic = replace(generic, offer=replace(generic.offer, prices=()))
            page = over_generic(generic, own, self.platform)
            return replace(page, issues=(*page.issues, *issues))
        told = Told(language=selector.css("html::attr(lang)").get())
        told.items += self._items(selector, currency)
        told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        following = attribute(selector.css("a[rel=next], li.pagination_next a"), "href")
        told.links += [Link(kind="next", url=url) for url in [absolute(self, following)] if url]
        return page_of(self, told)

    def _items(self, selector: Selector, currency: str | None) -> Iterator[ListingItem]:
        main = selector.css("#js-product-list, #products, ul.product_list") or selector.css("#main, #center_column")
        for row in main.css(".product-miniature, .product-container"):
            link = row.css(".product-title a, a.product-name")
            url = absolute(self, attribute(link, "href"))
            prices = tuple(_listed(row, currency))
            if url:
                yield ListingItem(name=words(link), url=url, sku=attribute(row, "data-id-product"), prices=prices)


def _offer(selector: Selector, box: Selector | None, currency: str | None) -> tuple[Offer, tuple[Issue, ...]]:
    data = json_body(attribute(selector.css("#product-details[data-product]"), "data-product") or "")
    product: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    state = said(product, "condition", "type") or said(product, "condition")
    prices = tuple(_prices(box, product, state, currency)) if box is not None else ()
    brand = selector.css(".product-manufacturer img")
    stock = words(selector.css("#product-availability, #availability_value"))
    short = bool(stock and re.search(r"not enough|pas suffisamment|nicht genügend|no hay suficientes", stock, re.I))
    flag = _STATES.get(said(product, "availability") or "") or ("out_of_stock" if short else None)
    availability = (
        Said(text=flag or stock or "", found_in="embedded" if flag else "visible", path="#product-availability"),
    )
    issues: tuple[Issue, ...] = ()
    if product.get("show_price") is False:
        issues = (Issue(field="price", value="", why="the shop shows no prices to visitors"),)
        prices = ()
    offer = Offer(
        name=plain(said(product, "name")) or words(selector.css("h1[itemprop=name], #main h1, h1")),
        brand=words(selector.css(".product-manufacturer a")) or attribute(brand, "alt"),
        sku=said(product, "reference") or words(selector.css(".product-reference span, #product_reference .editable")),
        gtin=said(product, "ean13") or said(product, "upc"),
        mpn=said(product, "mpn"),
        prices=prices,
        availability=availability if availability[0].text else (),
    )
    return offer, issues


def _prices(box: Selector, product: Mapping[str, Any], state: str | None, currency: str | None) -> Iterator[PriceSaid]:
    tax = words(box.css(".tax-shipping-delivery-label, .current-price .tax, .product-price > small")) or ""
    # The label goes on with delivery times and conditions.
    tax = tax[:40]
    worn: PriceKind | None = "used" if state in ("used", "refurbished") else None
    seen: set[PriceKind | None] = set()
    for place, label, kind in _SHOWN:
        element = box.css(place)[:1]
        if not element or kind in seen or element.xpath("ancestor-or-self::*[contains(@class, 'hidden')]"):
            continue
        text = words(element)
        if text is None or not _NUMBER.search(text):
            text = attribute(element, "content")
        if text and _NUMBER.search(text):
            seen.add(kind)
            yield PriceSaid(
                text=text,
                kind=kind or worn,
                label=label,
                currency=currency,
                struck=kind == "list",
                condition=tax if kind is None else "",
                found_in="visible",
                path=place.partition(",")[0],
            )
    amount = said(product, "price_amount")
    if amount and product.get("show_price") is not False:
        yield PriceSaid(
            text=amount,
            kind=worn,
            currency=currency,
            condition=tax,
            found_in="embedded",
            path="#product-details@data-product.price_amount",
        )


def _listed(row: Selector, currency: str | None) -> Iterator[PriceSaid]:
    box = row.css(".product-price-and-shipping, .content_price")[:1]
    before = words(box.css(".regular-price, .old-price"))
    now = words(box.css(".price:not(.old-price):not(.regular-price), [itemprop=price]"))
    if now and _NUMBER.search(now):
        yield PriceSaid(text=now, currency=currency, found_in="visible", path=".price")
    if before and _NUMBER.search(before):
        yield PriceSaid(
            text=before,
            kind="list",
            label="regular price",
            currency=currency,
            struck=True,
            found_in="visible",
            path=".regular-price",
        )
