"""Etsy listings: the number from the address, and the prices that the options of a listing carry in their labels:
`3 x 3 inches [US$2.99]` (sample of 2016), `Small ($2.99)` or `Small ($2.99 - $4.99)` (2020-2026). The rest is left to
the generic readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.assemble import attribute, merge_offers, selector_of, words
from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.generic import read_generic
from pipelines.items import Offer, Page, PriceSaid, Said, VariantSaid

_LISTING = re.compile(r"/listing/(\d+)")
_PRICED = re.compile(r"^(.*?)\s*[\[(]([^\[\]()]*\d[^\[\]()]*)[\])]\s*(.*)$", re.DOTALL)
_MONEY = re.compile(r"[$€£¥]|\b[A-Z]{3}\b")


@handle_urls(["etsy.com"])
class EtsyPage(ShopPage):
    """A listing."""

    platform = "etsy"
    marks = ("etsymarketplace:", "etsy.com/listing/")

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return "etsymarketplace:" in body or "etsy.com/listing/" in url

    def extract(self) -> Page:
        page = replace(read_generic(Document.of(self.response), self.captured), platform=self.platform)
        match = _LISTING.search(self.page_url)
        if match is None or page.kind not in ("product", "unknown"):
            return page
        selector = selector_of(self)
        variants, prices = [], []
        currency = selector.css("meta[property='etsymarketplace:currency_code']::attr(content)").get()
        for variant, price in _options(selector, currency):
            variants.append(variant)
            prices.append(price)
        button = selector.css("[data-add-to-cart-button], .add-to-cart, button[name=add_to_cart], .btn-buy")
        stock = (Said(text="in_stock", found_in="visible", path="add to cart"),) if button else ()
        own = Offer(sku=match.group(1), prices=tuple(prices), variants=tuple(variants))
        rest = _without_repeats(page.offer, own) if page.offer else Offer()
        offer = merge_offers([own, rest, Offer(availability=stock)])
        found = bool(offer and offer.prices)
        return replace(page, kind="product", outcome="ok" if found else page.outcome, offer=offer)


def _without_repeats(offer: Offer, own: Offer) -> Offer:
    """The listing's price block repeats the price of one of the options."""
    known = {_digits(price.text) for price in own.prices}
    return replace(offer, prices=tuple(price for price in offer.prices if _digits(price.text) not in known))


def _digits(text: str) -> str:
    return re.sub(r"[^\d.,]", "", text)


def _options(selector: Selector, currency: str | None) -> Iterator[tuple[VariantSaid, PriceSaid]]:
    for choice in selector.css("select[id*=variation] option, select[id*=inventory] option, select.variation option"):
        number, text = (attribute(choice, "value") or ""), words(choice) or ""
        match = _PRICED.match(text)
        if number and match and _MONEY.search(match.group(2)):
            label = choice.xpath("ancestor::select[1]/preceding::label[1]//text()").get() or ""
            sold_out = "out_of_stock" if re.search(r"sold out", text, re.IGNORECASE) else None
            variant = VariantSaid(sku=number, options=((label.strip(), match.group(1).strip()),), availability=sold_out)
            price = PriceSaid(
                text=match.group(2), currency=currency, variant=number, found_in="visible", path="select option"
            )
            yield variant, price
