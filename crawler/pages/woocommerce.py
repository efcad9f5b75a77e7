"""WooCommerce: Store API v1 bodies (vendor documentation, 2022-2026) and the HTML of its default templates (8.x and
9.x).

Store API amounts are strings of minor units, `currency_minor_unit` says how many digits (0 for yen). In HTML a
variable product keeps all variants in `form.variations_form[data-product_variations]`; `<del>` is the regular price
and `<ins>` the sale price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from parsel import Selector
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
from crawler.pages.embedded import json_body
from crawler.pages.paths import at, flag, pairs, plain, rows, said
from pipelines.items import FoundIn, Link, ListingItem, Offer, Page, PriceSaid, Review, Said, VariantSaid

_STATES = {True: "in_stock", False: "out_of_stock"}
# Classes that WooCommerce writes on the product's own element.
_NAMED = {"instock": "in_stock", "outofstock": "out_of_stock", "onbackorder": "backorder"}
_MARKS = ("woocommerce-Price-amount", "data-product_variations", "woocommerce-LoopProduct-link")


@handle_urls(["woocommerce.com", "wordpress.com"])
class WooCommercePage(ShopPage):
    """A product or list as HTML, or a Store API body of products or reviews."""

    platform = "woocommerce"
    marks = _MARKS

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if is_json(body):
            return '"currency_minor_unit"' in body or ('"formatted_date_created"' in body and '"review"' in body)
        return any(mark in body for mark in _MARKS)

    def extract(self) -> Page:
        told = Told()
        html = not is_json(self.response.text)
        if html:
            self._read_html(told)
        for body in bodies(self):
            entries = rows(body.data) or ([body.data] if isinstance(body.data, Mapping) else [])
            told.reviews += [
                _api_review(row, n) for n, row in enumerate(entries) if "review" in row and "rating" in row
            ]
            products = [row for row in entries if said(row, "prices", "price")]
            if isinstance(body.data, Mapping) and products and body.found_in == "api":
                told.offers.append(_api_offer(products[0], body.found_in))
            elif body.found_in == "api":
                told.items += [_api_item(row, n) for n, row in enumerate(products)]
        return page_of(self, told, kind="product" if html and told.offers else None)

    def _read_html(self, told: Told) -> None:
        selector = selector_of(self)
        told.language = selector.css("html::attr(lang)").get()
        code = declared_currency(self.response.text)
        summary = selector.css("div.product .summary, .product .entry-summary, .wp-block-woocommerce-single-product")
        if summary:
            told.offers.append(_offer(selector, summary[0], code))
        else:
            told.items += self._items(selector, code)
            told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        told.reviews += _reviews(selector)
        following = selector.css("a.next.page-numbers::attr(href)").get()
        told.links += [Link(kind="next", url=url) for url in [absolute(self, following)] if url]

    def _items(self, selector: Selector, code: str | None) -> Iterator[ListingItem]:
        for row in selector.css("ul.products > li.product, .products .product.type-product"):
            link = row.css("a.woocommerce-LoopProduct-link, a.woocommerce-loop-product__link, h2 a, h3 a")
            number = row.css("[data-product_id]::attr(data-product_id)").get()
            name = words(row.css(".woocommerce-loop-product__title, h2, h3"))
            url = absolute(self, attribute(link, "href")) if link else None
            yield ListingItem(name=name, url=url, sku=number, prices=tuple(_shown(row, code)))


def _offer(selector: Selector, summary: Selector, code: str | None) -> Offer:
    form = summary.css("form.variations_form::attr(data-product_variations)").get() or ""
    variations = rows(json_body(form)) if form not in ("", "false") else []
    symbol = code or words(summary.css(".woocommerce-Price-currencySymbol"))
    stock = summary.css("p.stock, .stock.in-stock, .stock.out-of-stock")
    prices = [*_shown(summary, code)]
    for n, row in enumerate(variations):
        number, path = said(row, "variation_id"), f"data-product_variations[{n}]"
        now, before = said(row, "display_price"), said(row, "display_regular_price")
        if now:
            prices.append(
                PriceSaid(text=now, currency=symbol, variant=number, found_in="embedded", path=f"{path}.display_price")
            )
        if before and before != now:
            prices.append(
                PriceSaid(
                    text=before,
                    kind="list",
                    label="display_regular_price",
                    currency=symbol,
                    struck=True,
                    variant=number,
                    found_in="embedded",
                    path=f"{path}.display_regular_price",
                )
            )
    flags = [bool(row["is_in_stock"]) for row in variations if isinstance(row.get("is_in_stock"), bool)]
    named = (attribute(selector.css("div.type-product.product"), "class") or "").split()
    text = words(stock) or (
        _STATES[any(flags)] if flags else next((_NAMED[name] for name in named if name in _NAMED), None)
    )
    rating = words(selector.css(".woocommerce-product-rating .star-rating strong.rating"))
    count = words(selector.css(".woocommerce-product-rating .count, .woocommerce-review-link .count"))
    return Offer(
        name=words(summary.css(".product_title, h1")),
        brand=words(summary.css(".posted_in.brand a, .product_brand a, .wc-block-brands a")),
        sku=words(summary.css(".sku")),
        gtin=words(summary.css(".gtin, .wc-gtin")),
        prices=tuple(prices),
        availability=(Said(text=text, found_in="visible" if words(stock) else "embedded", path="p.stock"),)
        if text
        else (),
        rating=rating,
        rating_scale="5" if rating else None,
        review_count=count,
        variants=tuple(_variant(row) for row in variations if said(row, "variation_id")),
    )


def _shown(part: Selector, code: str | None) -> Iterator[PriceSaid]:
    """The price line: `<del>` and `<ins>`, one amount, or a range of two."""
    line = part.css(".price")[:1]
    suffix = words(line.css(".woocommerce-price-suffix")) or ""
    symbol = code or words(line.css(".woocommerce-Price-currencySymbol"))
    old, new = (words(line.css(f"{tag} .amount")) for tag in ("del", "ins"))
    if old:
        yield PriceSaid(
            text=old,
            kind="list",
            label="del",
            currency=symbol,
            struck=True,
            condition=suffix,
            found_in="visible",
            path=".price del",
        )
    plain_amounts = [
        text
        for row in line.xpath(
            ".//*[contains(@class,'amount') and not(ancestor::del or ancestor::ins or ancestor::small)]"
        )
        if (text := words(row))
    ]
    texts = [new] if new else plain_amounts[:2] if not old else []
    if texts:
        text = " – ".join(filter(None, texts))
        yield PriceSaid(text=text, currency=symbol, condition=suffix, found_in="visible", path=".price")


def _variant(row: Mapping[str, Any]) -> VariantSaid:
    options = tuple(
        (name.removeprefix("attribute_").removeprefix("pa_"), str(value))
        for name, value in pairs(row, "attributes")
        if value
    )
    state = _STATES.get(bool(row["is_in_stock"])) if isinstance(row.get("is_in_stock"), bool) else None
    return VariantSaid(sku=said(row, "variation_id") or "", options=options, availability=state, name=said(row, "sku"))


def _api_prices(row: Mapping[str, Any], found_in: FoundIn, path: str) -> Iterator[PriceSaid]:
    money = at(row, "prices")
    unit = said(money, "currency_minor_unit") or "2"
    digits = int(unit) if unit in "012345" else 2
    code = said(money, "currency_code")
    low, high = said(money, "price_range", "min_amount"), said(money, "price_range", "max_amount")
    now, before = said(money, "price"), said(money, "regular_price")
    if now:
        top = high if low == now and high != low else None
        yield PriceSaid(
            text=now, text_max=top, currency=code, minor_digits=digits, found_in=found_in, path=f"{path}.prices.price"
        )
    if before and before != now and top is None:
        yield PriceSaid(
            text=before,
            kind="list",
            label="regular_price",
            currency=code,
            minor_digits=digits,
            struck=True,
            found_in=found_in,
            path=f"{path}.prices.regular_price",
        )


def _api_offer(row: Mapping[str, Any], found_in: FoundIn) -> Offer:
    stock = flag(row, "is_in_stock")
    variants = tuple(
        VariantSaid(
            sku=said(entry, "id") or "",
            options=tuple((said(a, "name") or "", said(a, "value") or "") for a in rows(entry, "attributes")),
        )
        for entry in rows(row, "variations")
    )
    return Offer(
        name=plain(said(row, "name")),
        brand=plain(said(row, "brands", 0, "name")),
        sku=said(row, "sku") or said(row, "id"),
        prices=tuple(_api_prices(row, found_in, "$")),
        availability=() if stock is None else (Said(text=_STATES[stock], found_in=found_in, path="$.is_in_stock"),),
        rating=said(row, "average_rating") if said(row, "review_count") not in (None, "0") else None,
        rating_scale="5",
        review_count=said(row, "review_count"),
        variants=variants,
    )


def _api_item(row: Mapping[str, Any], n: int) -> ListingItem:
    prices = tuple(_api_prices(row, "api", f"$[{n}]"))
    return ListingItem(
        name=plain(said(row, "name")),
        url=said(row, "permalink"),
        sku=said(row, "sku") or said(row, "id"),
        prices=prices,
    )


def _api_review(row: Mapping[str, Any], n: int) -> Review:
    text = plain(re.sub(r"</?p>", "", said(row, "review") or ""))
    gmt = said(row, "date_created_gmt")
    return Review(
        id=said(row, "id"),
        rating=said(row, "rating"),
        rating_scale="5",
        date=f"{gmt}Z" if gmt else said(row, "date_created"),
        text=text,
        author=said(row, "reviewer"),
        verified=flag(row, "verified"),
        product_sku=said(row, "product_id"),
        path=f"$[{n}]",
    )


def _reviews(selector: Selector) -> Iterator[Review]:
    for row in selector.css("#reviews li.review, .commentlist li.review, #comments li.review"):
        number = (attribute(row, "id") or "").removeprefix("li-comment-") or None
        yield Review(
            id=number,
            rating=words(row.css(".star-rating .rating")),
            rating_scale="5",
            date=row.css("time::attr(datetime)").get() or words(row.css(".woocommerce-review__published-date")),
            text=paragraphs(row.css(".description")),
            author=words(row.css(".woocommerce-review__author")),
            verified=True if row.css(".woocommerce-review__verified") else None,
            path=f"#li-comment-{number}" if number else "li.review",
        )
