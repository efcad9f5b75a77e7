"""BaykeShop (Django and Vue mall software in Chinese, read off version 1.2.6 in 2026).

The product page's `#skusData` script holds the variants: `price` is what one pays, `discount_price` is shown struck
through as 原价, `cost_price` is what the shop paid and is never read. Comments are server-rendered, 20 a page,
without numbers and with ages
("3 天前") instead of dates. The template's next link has an empty `?page=`: its presence says that there is a next
page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, attribute, page_of, paragraphs, selector_of, words
from crawler.pages.base import ShopPage
from crawler.pages.embedded import json_body
from crawler.pages.paths import pairs, rows, said
from pipelines.items import Issue, Link, ListingItem, Offer, Page, PriceSaid, Review, Said, VariantSaid

_PRODUCT = re.compile(r"/spu/(\d+)/")
_SCORE = re.compile(r"(\d+(?:\.\d+)?)\s*分")


@handle_urls(["bayke.shop"])
class BaykeShopPage(ShopPage):
    """A product with its comments, or a list of products."""

    platform = "baykeshop"
    marks = ('id="skusData"', 'id="spubox"')

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return 'id="skusData"' in body or ('id="spubox"' in body and "/spu/" in body)

    def extract(self) -> Page:
        selector, told = selector_of(self), Told()
        told.language = selector.css("html::attr(lang)").get()
        currency = "CNY" if (told.language or "").lower().startswith("zh") else "¥"
        script = selector.css("script#skusData::text").get()
        if script is not None:
            self._read_product(told, selector, rows(json_body(script)), currency)
            return page_of(self, told, kind="product")
        told.items += self._items(selector, currency)
        told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        told.links += self._next_list()
        return page_of(self, told)

    def _read_product(self, told: Told, selector: Selector, skus: list[Any], currency: str) -> None:
        match = _PRODUCT.search(self.page_url)
        number = match.group(1) if match else said(skus, 0, "spu_id")
        several = len(skus) > 1
        codes = [said(row, "code") or said(row, "id") or str(n) for n, row in enumerate(skus)]
        mean = selector.xpath("//b-rate[not(ancestor::article)]/@custom-text").get()
        score = mean or words(selector.xpath("//*[@class='rate'][not(ancestor::article)]")) or ""
        rating = _SCORE.search(score)
        told.offers.append(
            Offer(
                name=words(selector.css("h1.title.is-size-4")),
                sku=number,
                prices=tuple(_prices(skus, list(codes) if several else [None] * len(skus), currency)),
                availability=tuple(_availability(skus)),
                rating=rating.group(1) if rating and selector.css("article.media") else None,
                rating_scale="5" if rating else None,
                spec=words(selector.css("p.subtitle")),
                variants=tuple(_variant(row, code) for row, code in zip(skus, codes, strict=True)) if several else (),
            )
        )
        told.reviews += _reviews(selector, number)
        ages = [age for row in selector.css("article.media") if (age := words(row.css(".is-size-7")))]
        if ages:
            told.issues.append(
                Issue(field="review.date", value=ages[0], why="an age counted from the visit, not a date")
            )
        told.links += self._next_comments(selector)

    def _next_comments(self, selector: Selector) -> Iterator[Link]:
        """The next page of comments; past the last one the shop repeats it, with a previous link that gives it away."""
        previous = re.search(r"page=(\d+)", selector.css("a.pagination-previous::attr(href)").get() or "")
        if selector.css("a.pagination-next"):
            url = absolute(self, f"?page={int(previous.group(1)) + 2 if previous else 2}")
            if url:
                yield Link(kind="next", url=url)

    def _items(self, selector: Selector, currency: str) -> Iterator[ListingItem]:
        for box in selector.css("#spubox"):
            link = box.css("a.has-text-grey-dark")
            url = absolute(self, attribute(link, "href")) if link else None
            match = _PRODUCT.search(url or "")
            if match:
                text = words(box.css(".has-text-danger-dark")) or ""
                price = PriceSaid(
                    text=text, currency=currency, found_in="visible", path="#spubox .has-text-danger-dark"
                )
                prices = (price,) if re.search(r"\d", text) else ()
                yield ListingItem(name=words(link), url=url, sku=match.group(1), prices=prices)

    def _next_list(self) -> Iterator[Link]:
        """The pager is drawn by Vue from three numbers in the page's script."""
        numbers = [
            re.search(rf'\b{name}:\s*Number\("(\d+)"\)', self.response.text) for name in ("total", "current", "perPage")
        ]
        if all(numbers):
            total, current, size = (int(match.group(1)) for match in numbers if match)
            if current * size < total and _asked(self.page_url) in (None, current):
                url = absolute(self, f"?page={current + 1}&page_size={size}")
                if url:
                    yield Link(kind="next", url=url)


def _asked(url: str) -> int | None:
    number = parse_qs(urlsplit(url).query).get("page", [""])[0]
    return int(number) if number.isdecimal() else None


def _prices(skus: list[Any], codes: Sequence[str | None], currency: str) -> Iterator[PriceSaid]:
    for n, (row, code) in enumerate(zip(skus, codes, strict=True)):
        now, before = said(row, "price"), said(row, "discount_price")
        if now:
            yield PriceSaid(
                text=now, currency=currency, variant=code, found_in="embedded", path=f"#skusData[{n}].price"
            )
        if before and before != now:
            yield PriceSaid(
                text=before,
                kind="list",
                label="原价",
                currency=currency,
                struck=True,
                variant=code,
                found_in="embedded",
                path=f"#skusData[{n}].discount_price",
            )


def _availability(skus: list[Any]) -> Iterator[Said]:
    stocks = [stock for row in skus if (stock := said(row, "stock")) is not None]
    if stocks:
        state = "in_stock" if any(stock != "0" for stock in stocks) else "out_of_stock"
        yield Said(text=state, found_in="embedded", path="#skusData[*].stock")


def _variant(row: Any, code: str) -> VariantSaid:
    options = tuple((name, str(value)) for name, value in pairs(row, "specs"))
    stock = said(row, "stock")
    state = None if stock is None else "out_of_stock" if stock == "0" else "in_stock"
    return VariantSaid(sku=code, options=options, availability=state)


def _reviews(selector: Selector, product: str | None) -> Iterator[Review]:
    for n, row in enumerate(selector.css("article.media")):
        score = _SCORE.search(row.css("b-rate::attr(custom-text)").get() or words(row.css(".rate")) or "")
        reply = words(row.css(".box"))
        yield Review(
            rating=score.group(1) if score else None,
            rating_scale="5" if score else None,
            text=paragraphs(row.css(".media-content > p.has-text-grey-light")),
            author=" ".join("".join(row.xpath(".//*[@class='media-content']/p[1]/text()").getall()).split()) or None,
            reply=re.sub(r"^商家回复：\s*", "", reply) if reply else None,
            product_sku=product,
            path=f"article.media:nth({n})",
        )
