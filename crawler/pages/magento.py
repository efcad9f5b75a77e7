"""Magento 2 (and Adobe Commerce, Mage-OS): default HTML templates of 2.3-2.4 and GraphQL `products` bodies (vendor
documentation, 2019-2026); Magento 1 lists and product pages (sample of 2016).

`data-price-amount` is a plain number: `finalPrice` what one pays, `oldPrice` the struck price, `basePrice` without
tax (not read), `minPrice`/`maxPrice` the ends of a range. A configurable product keeps its variants' prices in
`jsonConfig.optionPrices`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsel import Selector, SelectorList
from web_poet import handle_urls

from crawler.pages.assemble import (
    Told,
    absolute,
    attribute,
    bodies,
    declared_currency,
    is_json,
    page_of,
    paragraphs,
    selector_of,
    words,
)
from crawler.pages.base import ShopPage
from crawler.pages.magento_json import read_configuration, read_products
from pipelines.items import FoundIn, Link, ListingItem, Offer, Page, PriceKind, PriceSaid, Review, Said

_TYPED_MARKS = ('data-price-type="finalPrice"', 'data-price-type="minPrice"')
_MARKS = (
    "text/x-magento-init",
    "Mage.Cookies",
    "/skin/frontend/",
    "items review-items",
)
_REVIEW_URL = re.compile(r'"productReviewUrl"\s*:\s*"([^"]+)"')
_TYPES: tuple[tuple[str, PriceKind | None], ...] = (("finalPrice", None), ("oldPrice", "list"))


@handle_urls(["magento.com", "magentocommerce.com"])
class MagentoPage(ShopPage):
    """A product or list as HTML, the reviews fragment that a product page loads, or a GraphQL body."""

    platform = "magento"
    marks = (*_TYPED_MARKS, *_MARKS)

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if is_json(body):
            return '"price_range"' in body and '"minimum_price"' in body
        typed = 'data-price-type="' in body and any(mark in body for mark in _TYPED_MARKS)
        return typed or any(mark in body for mark in _MARKS)

    def extract(self) -> Page:
        told = Told()
        html = not is_json(self.response.text)
        for body in bodies(self):
            offers, items = read_products(body.data, body.found_in)
            told.offers += offers if body.found_in == "api" else []
            told.items += items if body.found_in == "api" else []
        if html:
            self._read_html(told)
        return page_of(self, told, kind="product" if html and told.offers else None)

    def _read_html(self, told: Told) -> None:
        selector = selector_of(self)
        told.language = selector.css("html::attr(lang)").get()
        currency = declared_currency(self.response.text)
        main = selector.css(".product-info-main, .product-essential, .product-shop")
        if main:
            told.offers.append(self._offer(selector, main[0], currency))
        else:
            told.items += self._items(selector, currency)
            told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        told.reviews += _reviews(selector)
        following = selector.css(".pages-item-next a::attr(href), .pages a.next::attr(href)").get()
        loaded = _REVIEW_URL.search(self.response.text)
        for kind, href in (("next", following), ("reviews", loaded.group(1).replace("\\/", "/") if loaded else None)):
            if url := absolute(self, href):
                told.links.append(Link(kind="next" if kind == "next" else "reviews", url=url))

    def _offer(self, selector: Selector, main: Selector, currency: str | None) -> Offer:
        stock = main.css(".stock.available, .stock.unavailable, p.availability")
        configured = read_configuration(selector, currency)
        sku = words(main.css("[itemprop=sku]")) or words(main.css(".product.attribute.sku .value"))
        shown = tuple(_prices(main, currency))
        return Offer(
            name=words(main.css(".page-title .base, .page-title, .product-name h1"))
            or words(selector.css("h1.page-title, h1")),
            brand=words(selector.css("[itemprop=brand], td[data-th='Brand'], td[data-th='Manufacturer']")),
            sku=sku,
            prices=shown + configured[0],
            availability=(Said(text=text, found_in="visible", path=".stock"),) if (text := words(stock)) else (),
            rating=words(main.css("[itemprop=ratingValue]")),
            rating_scale=words(main.css("[itemprop=bestRating]")) or "100"
            if main.css("[itemprop=ratingValue]")
            else None,
            review_count=words(main.css("[itemprop=reviewCount]")),
            variants=configured[1],
        )

    def _items(self, selector: Selector, currency: str | None) -> Iterator[ListingItem]:
        for row in selector.css(".product-items > .product-item, .products-grid .item, .products-list .item"):
            link = row.css("a.product-item-link, .product-name a, a.product-image")
            number = row.css("[data-product-id]::attr(data-product-id)").get()
            name = words(link) or (attribute(link, "title") if link else None)
            url = absolute(self, attribute(link, "href")) if link else None
            if name or url:
                yield ListingItem(name=name, url=url, sku=number, prices=tuple(_prices(row, currency)))


def _prices(part: Selector, currency: str | None) -> Iterator[PriceSaid]:
    box = part.css(".price-box")[:1]
    for name, kind in _TYPES:
        if found := _amount(box, name):
            holder = f".//*[@data-price-type='{name}']/ancestor-or-self::*[contains(@class,'price-container')][1]"
            label = words(box.xpath(f"{holder}//*[@class='price-label']")) or name
            yield _price(found, kind, label, name, currency or _sign(box))
    low, high = _amount(box, "minPrice"), _amount(box, "maxPrice")
    if low and not box.css('[data-price-type="finalPrice"]'):
        both = (f"{low[0]} - {high[0]}", low[1]) if high and high[0] != low[0] else low
        yield _price(both, None, "minPrice", "minPrice", currency or _sign(box))
    if not box.css("[data-price-amount]"):
        yield from _old_prices(box, currency)


def _amount(box: SelectorList[Selector], name: str) -> tuple[str, FoundIn] | None:
    """The price as written, else the attribute: a plain number with up to six decimals, which is not how a page
    writes one."""
    element = box.css(f'[data-price-type="{name}"]')
    text = words(element.css(".price")) or words(element)
    if text and re.search(r"\d", text):
        return text, "visible"
    amount = attribute(element, "data-price-amount") if element else None
    return (amount, "embedded") if amount else None


def _price(
    found: tuple[str, FoundIn], kind: PriceKind | None, label: str, name: str, currency: str | None
) -> PriceSaid:
    path = f"[data-price-type={name}]"
    return PriceSaid(
        text=found[0], kind=kind, label=label, currency=currency, struck=kind == "list", found_in=found[1], path=path
    )


def _old_prices(box: Any, currency: str | None) -> Iterator[PriceSaid]:
    """Magento 1: texts in `.regular-price`, `.special-price` and `.old-price`."""
    places: tuple[tuple[str, PriceKind | None], ...] = (
        (".special-price .price", None),
        (".regular-price .price", None),
        (".minimal-price .price", "from"),
        (".old-price .price", "list"),
    )
    seen: set[PriceKind | None] = set()
    for place, kind in places:
        text = words(box.css(place))
        if text and re.search(r"\d", text) and kind not in seen:
            seen.add(kind)
            yield PriceSaid(
                text=text,
                kind=kind,
                label=place.split()[0].strip("."),
                currency=currency,
                struck=kind == "list",
                found_in="visible",
                path=place,
            )


def _sign(box: Any) -> str | None:
    """The currency sign as the price is written; None where it is written without one."""
    return re.sub(r"[\d.,'\s\u00a0\u202f–-]+", "", words(box.css(".price")) or "") or None


def _reviews(selector: Selector) -> Iterator[Review]:
    for n, row in enumerate(selector.css(".review-items .review-item, #customer-reviews .review-item")):
        percent = re.search(
            r"\d+", row.css(".rating-result::attr(title)").get() or words(row.css(".rating-result")) or ""
        )
        yield Review(
            rating=percent.group() if percent else None,
            rating_scale="100" if percent else None,
            date=row.css("time::attr(datetime)").get()
            or words(row.css(".review-date time, .review-date .review-details-value")),
            title=words(row.css(".review-title")),
            text=paragraphs(row.css(".review-content")),
            author=words(row.css(".review-author .review-details-value")) or words(row.css(".review-author strong")),
            path=f".review-item:nth({n})",
        )
