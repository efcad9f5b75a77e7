"""Amazon item pages, any country: the layouts of 2009-2013 (`#btAsinTitle`, `.priceLarge`) as public code describes
them, of 2014-2021 (`#priceblock_ourprice`, `#price_inside_buybox`, `#kindle-price`) seen in samples, and of 2021-2026
(`#corePrice…`, `.priceToPay`, `.basisPrice`) as public code describes them.

Read is the one offer in the buy box. Other sellers, other formats of a book and carousels have prices of their own
and are not it. A bare $ or ¥ means what the marketplace of the page says; Amazon writes foreign money with its code
(`EUR 12.00`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.amazon_reviews import read_reviews
from crawler.pages.assemble import Told, absolute, page_of, selector_of, words
from crawler.pages.base import ShopPage
from pipelines.items import Link, Offer, Page, PriceKind, PriceSaid, Said, ShopSaid

_CURRENCY = {
    "com": "USD", "ca": "CAD", "com.mx": "MXN", "com.br": "BRL", "co.uk": "GBP", "de": "EUR", "fr": "EUR", "it": "EUR",
    "es": "EUR", "nl": "EUR", "ie": "EUR", "com.be": "EUR", "se": "SEK", "pl": "PLN", "com.tr": "TRY", "ae": "AED",
    "sa": "SAR", "eg": "EGP", "in": "INR", "co.jp": "JPY", "cn": "CNY", "sg": "SGD", "com.au": "AUD", "co.za": "ZAR",
}  # fmt: skip
_HOST = re.compile(r"(?:^|[./\"'])amazon\.((?:com?\.)?[a-z]{2,3})(?=[/\"':]|$)")
_ASIN = re.compile(r"/(?:dp|gp/product|gp/aw/d|product-reviews|d)/([A-Z0-9]{10})(?=[/?]|$)")
_MARKS = (
    'id="productTitle"',
    'id="cm_cr-review_list"',
    'id="acrCustomerReviewText"',
    'id="nav-logo-sprites"',
    'data-hook="review"',
)
# (selector, kind, label): the first of each kind that holds a number counts; all places of a kind show the same price.
_PLACES: tuple[tuple[str, PriceKind | None, str], ...] = (
    ("#corePriceDisplay_desktop_feature_div .priceToPay .a-offscreen", None, "price to pay"),
    ("#corePriceDisplay_desktop_feature_div .priceToPay", None, "price to pay"),
    ("#corePrice_feature_div .apexPriceToPay .a-offscreen", None, "price to pay"),
    ("#corePrice_desktop .apexPriceToPay .a-offscreen", None, "price to pay"),
    ("#corePrice_feature_div .a-price:not(.a-text-price) .a-offscreen", None, "price"),
    ("#priceblock_dealprice", None, "deal price"),
    ("#priceblock_saleprice", None, "sale price"),
    ("#priceblock_ourprice", None, "price"),
    ("#kindle-price", None, "Kindle price"),
    ("#actualPriceValue .priceLarge, #priceBlock .priceLarge", None, "price"),
    ("#listPriceValue, #priceBlock .listprice", "list", "list price"),
    ("#newBuyBoxPrice", None, "new"),
    ("#price_inside_buybox", None, "buy box"),
    ("#tp_price_block_total_price_ww .a-offscreen", None, "total price"),
    (".basisPrice .a-offscreen", "list", "list price"),
    ("#priceblock_ourprice_row ~ tr .priceBlockStrikePriceString, .priceBlockStrikePriceString", "list", "list price"),
    ("#listPrice", "list", "list price"),
    ("#digital-list-price .a-text-strike, #print-list-price .a-text-strike", "list", "list price"),
    ("#usedBuySection .offer-price", "used", "used"),
    ("#usedPrice", "used", "used"),
    ("#usedAccordionRow .a-price .a-offscreen", "used", "used"),
    ("#sns-base-price .a-offscreen, #snsAccordionRowMiddle .a-price .a-offscreen", "member", "subscription"),
)
_UNIT = re.compile(r"[(（]\s*([^()（）]*\d[^()（）]*/[^()（）]*)[)）]")
_BRAND = re.compile(
    r"^(?:Visit the |Besuche den |Besuchen Sie den |Visiter la boutique |Visita lo Store di |Visita la tienda de |"
    r"(?:Brand|Marke|Marque|Marca|Merk|Märke|ブランド|品牌)\s*[:：]\s*)(.+?)(?:[ -]Store)?$"
)  # fmt: skip


@handle_urls(["amazon." + country for country in _CURRENCY])
class AmazonPage(ShopPage):
    """An item page with its first reviews, or a page of reviews."""

    platform = "amazon"
    marks = _MARKS

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        named = "amazon." in url or (
            "-amazon.com" in body and ("images-amazon.com" in body or "media-amazon.com" in body)
        )
        return named and any(mark in body for mark in _MARKS)

    def extract(self) -> Page:
        selector, told = selector_of(self), Told()
        told.language = selector.css("html::attr(lang)").get()
        canonical = selector.css("link[rel=canonical]::attr(href)").get() or ""
        asin = self._asin(selector, canonical)
        title = words(selector.css("#productTitle, #ebooksProductTitle, #btAsinTitle"))
        told.reviews += read_reviews(selector, asin)
        if title:
            self._read_item(told, selector, title, asin, _currency(self.page_url, canonical, self.response.text))
        elif asin and (name := words(selector.css("[data-hook=product-link], .product-title a"))):
            rating, scale = _rating(words(selector.css("[data-hook=rating-out-of-text], .arp-rating-out-of-text")))
            count = words(selector.css("[data-hook=total-review-count], .totalReviewCount"))
            told.offers.append(Offer(name=name, sku=asin, rating=rating, rating_scale=scale, review_count=count))
        more = selector.css(
            "[data-hook=see-all-reviews-link-foot]::attr(href), #dp-summary-see-all-reviews::attr(href)"
        ).get()
        for kind, href in (("reviews", more), ("next", selector.css("li.a-last:not(.a-disabled) a::attr(href)").get())):
            if url := absolute(self, href):
                told.links.append(Link(kind="next" if kind == "next" else "reviews", url=url))
        return page_of(self, told, kind="product" if title else None)

    def _asin(self, selector: Selector, canonical: str) -> str | None:
        match = _ASIN.search(self.page_url) or _ASIN.search(canonical)
        return match.group(1) if match else selector.css("input#ASIN::attr(value)").get()

    def _read_item(self, told: Told, selector: Selector, title: str, asin: str | None, currency: str | None) -> None:
        rating, scale = _rating(selector.css("#acrPopover::attr(title), .crAvgStars [title]::attr(title)").get())
        told.shop = ShopSaid(name=words(selector.css("#sellerProfileTriggerId, #merchant-info a")))
        told.offers.append(
            Offer(
                name=title,
                brand=_brand(selector),
                sku=asin,
                gtin=_isbn(selector, self.response.text),
                prices=tuple(_prices(selector, currency)),
                availability=tuple(_availability(selector)),
                rating=rating,
                rating_scale=scale,
                review_count=words(selector.css("#acrCustomerReviewText, .crAvgStars > a")),
                promotions=tuple(
                    filter(None, (words(row) for row in selector.css(".promoPriceBlockMessage, #vpcButton label")))
                ),
            )
        )


def _prices(selector: Selector, marketplace: str | None) -> Iterator[PriceSaid]:
    seen: set[str | None] = set()
    for place, kind, label in _PLACES:
        text = _amount(selector, place) if kind not in seen else None
        if text:
            seen.add(kind)
            currency = _sign(text, marketplace)
            yield PriceSaid(
                text=text,
                kind=kind,
                label=label,
                currency=currency,
                struck=kind == "list",
                found_in="visible",
                path=place,
            )
    row = (
        words(selector.css("#priceblock_ourprice_row, #corePriceDisplay_desktop_feature_div, #corePrice_feature_div"))
        or ""
    )
    unit = _UNIT.search(row)
    if unit:
        yield PriceSaid(
            text=unit.group(1).strip(),
            kind="unit",
            label="per unit",
            found_in="visible",
            path="#priceblock_ourprice_row",
        )


def _amount(selector: Selector, place: str) -> str | None:
    """A price, or "low - high" where the box holds a range."""
    texts = [text for row in selector.css(place)[:2] if (text := words(row)) and re.search(r"\d", text)]
    if len(texts) == 2 and selector.css(place)[0].xpath("ancestor::*[contains(@class, 'a-price-range')]"):
        return f"{texts[0]} - {texts[1]}"
    return texts[0] if texts else None


def _currency(url: str, canonical: str, text: str) -> str | None:
    """The currency of the marketplace, from the address, the canonical link or the page's own server name."""
    server = re.search(r"\bue_sn\s*=\s*[\"']([\w.]+)", text)
    for place in (urlsplit(url).hostname or "", urlsplit(canonical).hostname or "", server.group(1) if server else ""):
        match = _HOST.search(place)
        if match and match.group(1) in _CURRENCY:
            return _CURRENCY[match.group(1)]
    return None


def _sign(text: str, marketplace: str | None) -> str | None:
    sign = re.sub(r"[\d.,'\s\u00a0\u202f–-]+", "", text)
    if sign in ("$", "¥", "￥", "kr", "R"):
        return marketplace or sign
    return {"US$": "USD", "₹": "INR", "€": "EUR", "£": "GBP"}.get(sign[:3], sign[:3]) or marketplace


def _rating(text: str | None) -> tuple[str | None, str | None]:
    """`4.8 out of 5 stars`, `5,0 von 5 Sternen`, `5つ星のうち4.5`."""
    numbers = re.findall(r"\d+(?:[.,]\d+)?", text or "")
    if len(numbers) != 2:
        return None, None
    first, second = numbers if "のうち" not in (text or "") else numbers[::-1]
    return first.replace(",", "."), second


def _brand(selector: Selector) -> str | None:
    if brand := words(selector.css("tr.po-brand td:last-child")):
        return brand
    if brand := words(selector.css("#handleBuy .parseasinTitle + span a, .buying h1 + span a")):
        return brand
    byline = words(selector.css("#bylineInfo:not(:has(.author))"))
    match = _BRAND.match(byline or "")
    return match.group(1).strip() if match and match.group(1).strip() != "Amazon Renewed" else None


def _isbn(selector: Selector, text: str) -> str | None:
    if "ISBN-13" not in text:
        return None
    row = selector.xpath(
        "//text()[normalize-space()='ISBN-13']/parent::*[normalize-space()='ISBN-13']"
        "/following::text()[contains(., '978') or contains(., '979')][1]"
    ).get()
    row = row or selector.xpath("//li[contains(., 'ISBN-13')]//span[last()]/text()").get() or ""
    digits = re.sub(r"\D", "", row)
    return digits if len(digits) == 13 else None


def _availability(selector: Selector) -> Iterator[Said]:
    if text := words(selector.css("#availability > span, #availability")):
        yield Said(text=text, found_in="visible", path="#availability")
    elif text := words(selector.css(".availGreen, .availOrange, .availRed")):
        yield Said(text=text, found_in="visible", path=".availGreen")
    if selector.css("#outOfStock"):
        yield Said(text="out_of_stock", found_in="visible", path="#outOfStock")
    elif selector.css("[id^=add-to-cart-button], #buy-now-button"):
        yield Said(text="in_stock", found_in="visible", path="#add-to-cart-button")
