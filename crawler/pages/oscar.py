"""django-oscar storefronts, default templates of 3.x and 4.x (read off version 4.2.1 in 2026).

Server-rendered. A parent product shows the price of one of its variants; each variant has a page of its own, linked
here. Reviews: the first ones on the product page, all of them at `<product>/reviews/?page=`, their number in the
permalink. Prices are formatted by Babel: in Chinese (Hans) a bare ¥ is CNY and yen are written JP¥; in Japanese a
bare ¥ is JPY.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, attribute, page_of, selector_of, words
from crawler.pages.base import ShopPage
from pipelines.items import Issue, Link, ListingItem, Offer, Page, PriceSaid, Review, Said, VariantSaid

_STARS = {"One": "1", "Two": "2", "Three": "3", "Four": "4", "Five": "5"}
_STATES = {"instock": "in_stock", "available": "in_stock", "outofstock": "out_of_stock", "unavailable": "out_of_stock"}
_PRODUCT = re.compile(r"_(\d+)/(?:reviews/.*)?$")
_REVIEW = re.compile(r"/reviews/(\d+)/")
_DIGITS = re.compile(r"\d+")
_MAINLAND = re.compile(r"zh(?:[-_](?:cn|sg|hans.*))?$", re.IGNORECASE)


@handle_urls(["oscarcommerce.com"])
class OscarPage(ShopPage):
    """A product, a product's reviews, or a catalogue list."""

    platform = "oscar"
    marks = ('class="product_pod"', "price_color", 'class="review"')

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if 'class="product_pod"' in body or ("product_main" in body and "price_color" in body):
            return True
        return 'class="review"' in body and bool(_REVIEW.search(body)) and "star-rating" in body

    def extract(self) -> Page:
        selector, told = selector_of(self), Told()
        told.language = selector.css("html::attr(lang)").get()
        path = urlsplit(self.page_url).path
        number = match.group(1) if (match := _PRODUCT.search(path)) else None
        main = selector.css(".product_main")
        told.reviews += _reviews(selector, number)
        if main:
            self._read_product(told, selector, main[0], number)
            return page_of(self, told, kind="product")
        if "/reviews/" in path and number:
            # The header repeats the product's price; the offer is read from its own page.
            told.offers.append(Offer(name=words(selector.css("h2 a")), sku=number))
        else:
            told.items += self._items(selector, told.language)
            told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        told.links += self._next(selector)
        return page_of(self, told)

    def _read_product(self, told: Told, selector: Selector, main: Selector, number: str | None) -> None:
        upc = words(selector.xpath("//table//th[normalize-space()='UPC']/following-sibling::td[1]"))
        links = [
            href for row in main.css("a") if (href := absolute(self, attribute(row, "href"))) and _PRODUCT.search(href)
        ]
        variants = {
            href: match.group(1) for href in links if "/reviews/" not in href and (match := _PRODUCT.search(href))
        }
        prices = tuple(_prices(main, told.language))
        if variants and prices:
            why = f"shown for one of {len(variants)} variants, each with a page of its own"
            told.issues.append(Issue(field="price", value=prices[0].text, why=why))
        star = (main.css(".star-rating::attr(class)").get() or "").split()
        count = words(selector.css(".product_main .star-rating small a")) or ""
        total = words(selector.xpath("//table//tr[last()]/td")) or ""
        shown = _DIGITS.search(count) or re.fullmatch(r"\d+", total)
        told.offers.append(
            Offer(
                name=words(main.css("h1")),
                sku=number,
                gtin=upc if upc and re.fullmatch(r"\d{8,14}", upc) else None,
                prices=prices,
                availability=tuple(_availability(main)),
                rating=next((_STARS[word] for word in star if word in _STARS), None),
                rating_scale="5",
                review_count=shown.group() if shown else None,
                description=words(selector.css("#product_description + p, #product_description ~ p")),
                variants=tuple(
                    VariantSaid(sku=sku, name=words(main.xpath(f".//a[contains(@href, '_{sku}/')]")))
                    for sku in dict.fromkeys(variants.values())
                ),
            )
        )
        told.links += [Link(kind="product", url=href) for href in variants]
        reviews = main.css("a[href$='/reviews/']::attr(href)").get()
        if url := absolute(self, reviews or selector.css("#reviews a[href$='/reviews/']::attr(href)").get()):
            told.links.append(Link(kind="reviews", url=url))

    def _items(self, selector: Selector, language: str | None) -> Iterator[ListingItem]:
        for pod in selector.css("article.product_pod"):
            link = pod.css("h3 a")
            url = absolute(self, attribute(link, "href")) if link else None
            match = _PRODUCT.search(url or "")
            yield ListingItem(
                name=attribute(link, "title") or words(link) if link else None,
                url=url,
                sku=match.group(1) if match else None,
                prices=tuple(_prices(pod, language)),
            )

    def _next(self, selector: Selector) -> Iterator[Link]:
        here = int(number) if (number := _page_number(self.page_url)) else 1
        for href in selector.css(".pagination a.page-link::attr(href), .pager .next a::attr(href)").getall():
            url = absolute(self, href)
            if url and _page_number(url) == str(here + 1):
                yield Link(kind="next", url=url)
                return


def _page_number(url: str) -> str | None:
    number = parse_qs(urlsplit(url).query).get("page", [""])[0]
    return number if number.isdecimal() else None


def _prices(part: Selector, language: str | None) -> Iterator[PriceSaid]:
    text = words(part.css(".price_color"))
    if text and _DIGITS.search(text):
        yield PriceSaid(text=text, currency=_currency(text, language or ""), found_in="visible", path=".price_color")


def _currency(text: str, language: str) -> str | None:
    sign = re.sub(r"[\d.,'\s\u00a0\u202f-]+", "", text)
    if sign in ("¥", "￥"):
        mainland = _MAINLAND.match(language)
        return "CNY" if mainland else "JPY" if language.lower().startswith("ja") else sign
    return {"JP¥": "JPY", "JP￥": "JPY", "CN¥": "CNY", "CN￥": "CNY", "US$": "USD"}.get(sign, sign) or None


def _availability(main: Selector) -> Iterator[Said]:
    row = main.css(".availability")
    if row:
        codes = (attribute(row[0], "class") or "").split()
        state = next((_STATES[code] for code in codes if code in _STATES), None)
        text = state or words(row)
        if text:
            yield Said(text=text, found_in="visible", path="." + ".".join(codes))


def _reviews(selector: Selector, product: str | None) -> Iterator[Review]:
    for n, row in enumerate(selector.css("article.review")):
        link = row.css("h3 a")
        match = _REVIEW.search(attribute(link, "href") or "") if link else None
        star = (row.css(".star-rating::attr(class)").get() or "").split()
        lines = [line for part in row.xpath("./p[not(small)]") if (line := words(part))]
        stamp = row.xpath("./p[small][1]/small")
        votes = words(row.xpath("./p[small][2]//strong"))
        yield Review(
            id=match.group(1) if match else None,
            rating=next((_STARS[word] for word in star if word in _STARS), None),
            rating_scale="5",
            date=_date(stamp[0]) if stamp else None,
            title=words(link),
            text="\n".join(lines) or None,
            author=words(stamp.css("strong")),
            helpful=votes if votes and votes.isdecimal() else None,
            product_sku=product,
            path=f"article.review:nth({n})",
        )


def _date(stamp: Selector) -> str | None:
    """What stands between the author and the permalink: `on July 8, 2026, 11 a.m.`."""
    after = " ".join("".join(stamp.xpath("./strong[1]/following-sibling::text()").getall()).split())
    return re.sub(r"^on\s+", "", after.split("|")[0].strip()) or None
