"""OpenCart: lists and product pages of the default themes of 1.5 (sample of 2016), 2.x, 3.x and 4.x (public templates).

`.price-old` stands before `.price-new`; `.price-tax` repeats the price without tax and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsel import Selector, SelectorList
from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, attribute, declared_currency, page_of, selector_of, words
from crawler.pages.base import ShopPage
from pipelines.items import Link, ListingItem, Offer, Page, PriceSaid, Said

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[?&]product_id=(\d+)")
# A stem that all marks of its line begin with, and the marks: a page is searched for few words, not for many.
_MARKS = (
    ("catalog/view/", ("catalog/view/theme/", "catalog/view/javascript/")),
    ("route=product/", ("route=product/product", "route=product/category")),
    ("route=common/home", ("route=common/home",)),
)
_BLOCKS = ".product-thumb, .product-block, .product-list > div:not(.row-fluid), .product-grid > div"


@handle_urls(["opencart.com"])
class OpenCartPage(ShopPage):
    """A product or a list."""

    platform = "opencart"
    marks = tuple(mark for _, marks in _MARKS for mark in marks)

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return any(stem in body and any(mark in body for mark in marks) for stem, marks in _MARKS) and (
            "price-new" in body or "product-thumb" in body or 'id="input-quantity"' in body
        )

    def extract(self) -> Page:
        told, selector = Told(), selector_of(self)
        told.language = selector.css("html::attr(lang)").get()
        currency = declared_currency(self.response.text)
        product = selector.css("#product, .product-info, #button-cart")
        if product and not selector.css("#content .product-list, #product-list"):
            told.offers.append(_offer(selector, currency))
        else:
            told.items += self._items(selector, currency)
            told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
            for link in selector.css(".pagination a"):
                url = absolute(self, attribute(link, "href"))
                if words(link) in (">", "›", "»") and url:
                    told.links.append(Link(kind="next", url=url))
                    break
        return page_of(self, told, kind="product" if told.offers else None)

    def _items(self, selector: Selector, currency: str | None) -> Iterator[ListingItem]:
        # Columns beside the list show specials and best sellers of the whole shop.
        main = selector.css("#content") or selector.css("body")
        for row in main.css(_BLOCKS):
            if row.xpath("ancestor::*[starts-with(@id, 'column-') or contains(@class, 'box')]"):
                continue
            link = row.css(".name a, .caption h4 a, .description h4 a, h4 a")
            prices = tuple(_prices(row.css(".price")[:1], currency)) if link else ()
            url = absolute(self, attribute(link, "href")) if link else None
            number = _NUMBER.search(url or "")
            if link:
                yield ListingItem(name=words(link), url=url, sku=number.group(1) if number else None, prices=prices)


def _offer(selector: Selector, currency: str | None) -> Offer:
    details = {
        name.strip(): value.strip()
        for row in selector.css("#content .list-unstyled li, .product-info .description")
        for name, sep, value in [(words(row) or "").partition(":")]
        if sep
    }
    number = selector.css("input[name=product_id]::attr(value)").get()
    stock = details.get("Availability") or details.get("Disponibilidad")
    return Offer(
        name=words(selector.css("#content h1, h1")),
        brand=details.get("Brand") or details.get("Marca"),
        sku=number,
        mpn=details.get("Product Code"),
        prices=tuple(_page_prices(selector, currency)),
        availability=(Said(text=stock, found_in="visible", path=".list-unstyled li"),) if stock else (),
    )


def _page_prices(selector: Selector, currency: str | None) -> Iterator[PriceSaid]:
    box = selector.css(".product-info .price")[:1]
    if box:
        yield from _prices(box, currency)
        return
    now = words(selector.css("#content .list-unstyled h2, #content h2 .price-new, #content .price-new"))
    old = words(selector.css("#content .list-unstyled span[style*=line-through], #content .price-old"))
    if now and _DIGIT.search(now):
        yield PriceSaid(text=now, currency=currency, found_in="visible", path="#content h2")
    if old and _DIGIT.search(old):
        yield PriceSaid(
            text=old, kind="list", currency=currency, struck=True, found_in="visible", path="#content .price-old"
        )


def _prices(box: SelectorList[Selector], currency: str | None) -> Iterator[PriceSaid]:
    old, new = words(box.css(".price-old")), words(box.css(".price-new"))
    if old and _DIGIT.search(old):
        yield PriceSaid(
            text=old,
            kind="list",
            label="price-old",
            currency=currency,
            struck=True,
            found_in="visible",
            path=".price-old",
        )
    pieces = box.xpath("./text()").getall()
    text = new or " ".join("".join(pieces).split())
    if text and _DIGIT.search(text):
        yield PriceSaid(text=text, currency=currency, found_in="visible", path=".price-new" if new else ".price")
