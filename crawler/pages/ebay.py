"""eBay, any country: item pages of 2022-2026 and of 2014-2021, search lists of 2016-2026 (public code of these years;
no samples).

A bid is not a price: nobody knows what the item will go for. `.x-bin-price` is the price to buy it now, the struck
text below it what the seller says it cost before. "Approximately …" converts it for the visitor and is not read; nor
is shipping. What is not new has the kind used. An item that has ended or sold is not for sale at what it went for.
Variants stand in the `MSKU` object of a script; there the price line shows that of one variant only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, attribute, page_of, selector_of, words
from crawler.pages.base import ShopPage
from crawler.pages.ebay_variants import read_variants
from crawler.pages.ebay_words import (
    best_offer,
    bidding,
    condition_kind,
    currency_of_sign,
    is_over,
    of_one,
)
from pipelines.items import Issue, Link, ListingItem, Offer, Page, PriceSaid, Said, ShopSaid

_ITEM = re.compile(r"/itm/(?:[^/?#]+/)?(\d{9,14})\b")
_MARKS = ("x-price-primary", 'id="prcIsum', "x-item-title__mainTitle", "s-item__price", "s-card__price")
_DOMAINS = [
    *(
        "ebay.com",
        "ebay.co.uk",
        "ebay.ie",
        "ebay.ca",
        "ebay.com.au",
        "ebay.in",
        "ebay.com.sg",
        "ebay.com.my",
        "ebay.ph",
    ),
    *("ebay.de", "ebay.at", "ebay.ch", "ebay.fr", "ebay.be", "ebay.nl", "ebay.it", "ebay.es", "ebay.pl"),
    *("ebay.com.hk", "ebay.cn", "ebay.com.tw", "ebay.vn"),
]
_NOW = ".x-bin-price .x-price-primary, #mm-saleDscPrc, span#prcIsum"
_BID = ".x-bid-price .x-price-primary, #prcIsum_bidPrice, .vi-bidC #prcIsum, .x-bid-count, #bidBtn_btn"
_BEFORE = (
    ".x-price-section .ux-textspans--STRIKETHROUGH, .x-bin-price .ux-textspans--STRIKETHROUGH, "
    ".x-additional-info__textual-display .ux-textspans--STRIKETHROUGH, #orgPrc, #mm-saleOrgPrc"
)
_ENDED = "#vi-statusmessage-panel-content, .d-statusmessage, .vi-status-msg, [class*=statusMessage], .statusLeftContent"


@handle_urls(_DOMAINS)
class EbayPage(ShopPage):
    """An item or a list."""

    platform = "ebay"
    marks = _MARKS

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return "ebay" in body and any(mark in body for mark in _MARKS)

    def extract(self) -> Page:
        told, selector = Told(), selector_of(self)
        told.language = selector.css("html::attr(lang)").get()
        title = selector.css("h1.x-item-title__mainTitle, .x-item-title h1, h1#itemTitle")
        if title:
            told.offers.append(self._offer(selector, title[0], told.issues))
            seller = words(selector.css(".x-sellercard-atf__info__about-seller a, .mbg-nw"))
            told.shop = ShopSaid(name=seller)
            return page_of(self, told, kind="product")
        told.items += self._items(selector)
        told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        following = attribute(selector.css("a.pagination__next"), "href")
        told.links += [Link(kind="next", url=url) for url in [absolute(self, following)] if url]
        return page_of(self, told)

    def _offer(self, selector: Selector, title: Selector, issues: list[Issue]) -> Offer:
        number = _ITEM.search(self.page_url) or _ITEM.search(
            attribute(selector.css("link[rel=canonical]"), "href") or ""
        )
        about = dict(_specifics(selector))
        ended = next((text for row in selector.css(_ENDED) if (text := words(row)) and is_over(text)), None)
        state = words(selector.css(".x-item-condition-text .ux-textspans, #vi-itm-cond"))
        variants, prices = read_variants(self.response.text, condition_kind(state))
        if ended:
            issues.append(Issue(field="price", value=ended[:80], why="the item is not for sale any more"))
            prices = ()
        else:
            prices += tuple(_prices(selector, state, issues, shown=not prices))
        return Offer(
            name=_title(title),
            brand=about.get("brand"),
            sku=number.group(1) if number else None,
            gtin=about.get("ean") or about.get("upc") or about.get("gtin"),
            mpn=about.get("mpn"),
            prices=prices,
            availability=tuple(_availability(selector, ended)),
            promotions=("or Best Offer",) if best_offer(selector) else (),
            variants=variants,
        )

    def _items(self, selector: Selector) -> Iterator[ListingItem]:
        for row in selector.css("li.s-item, li.s-card, div.s-item__wrapper:not(li div)"):
            link = attribute(row.css("a.s-item__link, a.s-card__link, a[href*='/itm/']"), "href")
            number = _ITEM.search(link or "")
            # Every list begins with an invented item that leads nowhere.
            if number is None or number.group(1).startswith("123456789"):
                continue
            url = absolute(self, (link or "").partition("?")[0])
            name = words(row.css(".s-item__title, .s-card__title"))
            yield ListingItem(name=name, url=url, sku=number.group(1), prices=tuple(_listed(row)))


def _title(title: Selector) -> str | None:
    """The heading without the words for screen readers that older pages put into it."""
    pieces = title.xpath(".//text()[not(ancestor::*[contains(@class, 'g-hdn') or contains(@class, 'clipped')])]")
    return " ".join("".join(pieces.getall()).split()) or None


def _prices(selector: Selector, state: str | None, issues: list[Issue], *, shown: bool) -> Iterator[PriceSaid]:
    now = words(selector.css(_NOW))
    bids = bool(selector.css(_BID)) and not selector.css(".x-bin-price .x-price-primary, #mm-saleDscPrc")
    if now is None and not bids:
        now = words(selector.css(".x-price-primary"))
    if bids:
        issues.append(Issue(field="price", value=(now or "")[:80], why="a bid is no price"))
        return
    if shown and now and re.search(r"\d", now):
        yield _price(now, state, ".x-bin-price .x-price-primary")
    before = selector.css(_BEFORE)
    if (text := words(before)) and re.search(r"\d", text):
        yield PriceSaid(
            text=text,
            kind="list",
            label=words(before[0].xpath("preceding-sibling::*[1]")) or "",
            currency=currency_of_sign(text),
            struck=True,
            found_in="visible",
            path=".ux-textspans--STRIKETHROUGH",
        )


def _price(text: str, state: str | None, path: str) -> PriceSaid:
    return PriceSaid(
        text=of_one(text),
        kind=condition_kind(state),
        currency=currency_of_sign(text),
        condition=state or "",
        found_in="visible",
        path=path,
    )


def _availability(selector: Selector, ended: str | None) -> Iterator[Said]:
    if ended:
        yield Said(text="out_of_stock", found_in="visible", path="status message")
        return
    left = words(selector.css(".x-quantity__availability, #qtySubTxt"))
    if left:
        yield Said(text=left, found_in="visible", path=".x-quantity__availability")
    button = words(selector.css("[data-testid=x-bin-action] a, #binBtn_btn_1, #binBtn_btn, .x-bin-action a"))
    if button:
        yield Said(text="in_stock", found_in="visible", path="button")


def _specifics(selector: Selector) -> Iterator[tuple[str, str]]:
    for row in selector.css(".ux-layout-section-evo .ux-labels-values, .ux-layout-section--features .ux-labels-values"):
        label, value = words(row.css(".ux-labels-values__labels")), words(row.css(".ux-labels-values__values"))
        if label and value and not re.match(r"does not apply|nicht zutreffend|ne s'applique pas|n/?a$", value, re.I):
            name = label.rstrip(" :").lower()
            yield {"marke": "brand", "marque": "brand", "marca": "brand"}.get(name, name), value


def _listed(row: Selector) -> Iterator[PriceSaid]:
    """What a list says: nothing for an item with bids, one that is sold, or a struck text alone."""
    if row.css(".s-item__bids, .s-item__bidCount, .s-item__time-left") or bidding(words(row) or ""):
        return
    if is_over(words(row.css(".s-item__caption, .s-card__caption")) or ""):
        return
    for price in row.css(".s-item__price, .s-card__price"):
        text = words(price)
        struck = "strikethrough" in (attribute(price, "class") or "").lower() or bool(price.css(".STRIKETHROUGH"))
        if text and re.search(r"\d", text) and not struck:
            state = words(row.css(".s-item__subtitle .SECONDARY_INFO, .s-item__condition, .s-card__subtitle"))
            yield _price(text, state, ".s-item__price")
            break
    before = words(row.css(".s-item__trending-price .STRIKETHROUGH, .s-card__price.strikethrough"))
    if before and re.search(r"\d", before):
        yield PriceSaid(
            text=before,
            kind="list",
            currency=currency_of_sign(before),
            struck=True,
            found_in="visible",
            path=".STRIKETHROUGH",
        )
