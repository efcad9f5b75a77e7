"""The osCommerce family: osCommerce 2.2-2.4 and CE Phoenix, Zen Cart 1.3-2.1, xt:Commerce 3 and modified eCommerce
(public templates, 2003-2026).

`<s>` or `<del>` before `.productSpecialPrice` is the price before a special. Zen Cart adds `.productSalePrice`, below
which even the special is struck, and "Starting at" where options cost more. The German ones write "Statt … Jetzt nur
…" and the price of 100 ml beside it. Lists are tables: the price is the cell with a currency mark and no link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from crawler.pages.generic import read_generic
from pipelines.items import Link, ListingItem, Offer, Page, PriceKind, PriceSaid

_MARKS = (
    "main_page=product_info",
    "main_page=index",
    "product_info.php",
    "action=add_product",
    "productListing-",
    "productSpecialPrice",
    "productBasePrice",
    "osCsid=",
    "zenid=",
)
_PRODUCT = re.compile(r"[?&]products_id=(\d+)|-p-(\d+)\.html|product_info\.php/(?:info/)?(?:[^?#]*?_)?p(\d+)")
_MONEY = re.compile(r"(?:[$€£¥]|\b[A-Z]{3}\b)\s?\d|\d\s?(?:[€£¥]|[A-Z]{3}\b|zł|kr)")
_NET = re.compile(r"(?:zzgl\.?|exkl\.?|ohne|plus|excl\.?)\s*(?:\d+ ?% ?)?(?:MwSt|USt|VAT|tax)\.?|tax excl\w*", re.I)
_FROM = re.compile(r"starting at|^\s*(?:ab|from)\b", re.I)
_BOX = (
    "#productPrices, .productPrices, .pd_price, .pd_pricebox, .current-price-container, "
    "td.pageHeading[align=right], h1.pull-right, h2.pull-right, [itemprop=offers]"
)
_OLD = "s, del, .old_price, .productOldPrice, .normalprice"
_NOW = ".productSalePrice, .new_price, .uvp_price, .productSpecialPrice:not(:has(s, del))"
# Beside `.graduated_price` (from, for many) it is the price of one, beside `.uvp_price` what the maker recommends.
_ITEM = ".item_price"
_ROWS = (
    "tr.productListing-odd, tr.productListing-even, .productListing tr, table.productListing tr, "
    ".productListingData tr, .listingrow, .listingbox, .lb_inner, .product-listing .item"
)


@handle_urls(["oscommerce.com", "zen-cart.com"])
class OsCommercePage(ShopPage):
    """A product or a list."""

    platform = "oscommerce"
    marks = ("products_id",)

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return "products_id" in body and any(mark in body for mark in _MARKS)

    def extract(self) -> Page:
        selector = selector_of(self)
        currency = declared_currency(self.response.text)
        form = selector.css("form[name=cart_quantity]:has([name=products_id]), form#cart_quantity")
        box = form.css(_BOX) or selector.css(_BOX)
        if form or (box and _PRODUCT.search(self.page_url)):
            own = _offer(selector, box[0] if box else None, currency)
            return over_generic(read_generic(Document.of(self.response), self.captured), own, self.platform)
        told = Told(language=selector.css("html::attr(lang)").get())
        told.items += self._items(selector, currency)
        told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        for link in selector.css("a.pageResults, .navSplitPagesLinks a, .pagination a, a[rel=next]"):
            said = f"{attribute(link, 'title') or ''} {attribute(link, 'rel') or ''} {words(link) or ''}"
            url = absolute(self, attribute(link, "href"))
            if url and re.search(r"\bnext\b|nächste", said, re.I):
                told.links.append(Link(kind="next", url=url))
                break
        return page_of(self, told)

    def _items(self, selector: Selector, currency: str | None) -> Iterator[ListingItem]:
        seen: set[str] = set()
        for row in selector.css(_ROWS):
            links = [link for link in row.css("a[href]") if _PRODUCT.search(attribute(link, "href") or "")]
            named = [link for link in links if words(link) and "action=" not in (attribute(link, "href") or "")]
            if not named:
                continue
            number = _number(attribute(named[0], "href"))
            url = absolute(
                self, re.sub(r"[?&](?:osCsid|zenid|XTCsid|MODsid)=\w+", "", attribute(named[0], "href") or "")
            )
            if number and url and number not in seen:
                seen.add(number)
                prices = tuple(_listed(row, currency))
                yield ListingItem(name=words(named[0]), url=url, sku=number, prices=prices)


def _number(href: str | None) -> str | None:
    found = _PRODUCT.search(href or "")
    return next((group for group in found.groups() if group), None) if found else None


def _offer(selector: Selector, box: Selector | None, currency: str | None) -> Offer:
    heading = selector.css("#productName, .pd_title, h1:not(.pull-right), td.pageHeading:not([align=right])")[:1]
    model = words(heading.css(".smallText")) or ""
    name = (words(heading) or "").removesuffix(model).strip()
    number = attribute(selector.css("form input[name=products_id]"), "value")
    return Offer(
        name=name or None,
        sku=number,
        mpn=model.strip("[] ") or None,
        prices=tuple(_prices(box, currency)) if box is not None else (),
    )


def _prices(box: Selector, currency: str | None) -> Iterator[PriceSaid]:
    if box.css(".no_price"):
        return
    around = words(box) or ""
    net = _NET.search(around)
    condition = net.group() if net else ""
    old, now = _first(box, _OLD), _first(box, _NOW)
    kind: PriceKind | None = None
    one = _first(box, _ITEM)
    if one and box.css(".graduated_price"):
        yield PriceSaid(text=one, currency=currency, condition=condition, found_in="visible", path=_ITEM)
        return
    old = old or one
    if now is None:
        now = _first(box, ".productBasePrice, .standard_price, [itemprop=price]") or _rest(box)
    if now and (_FROM.search(around) or _FROM.search(now)):
        kind = "from"
    if now and now != old:
        yield PriceSaid(
            text=now, kind=kind, currency=currency, condition=condition, found_in="visible", path=".productSpecialPrice"
        )
    if old:
        yield PriceSaid(
            text=old,
            kind="list",
            label="before the special",
            currency=currency,
            struck=True,
            found_in="visible",
            path="s",
        )
    if unit := _first(box, ".pd_vpe, .vpe, .base_price"):
        yield PriceSaid(text=unit, kind="unit", currency=currency, found_in="visible", path=".pd_vpe")


def _first(box: Selector, places: str) -> str | None:
    """The text of the first of these elements that holds a price."""
    texts = (words(element) for element in box.css(places))
    return next((text for text in texts if text and _MONEY.search(text)), None)


def _rest(box: Selector) -> str | None:
    """A price that stands in no element of its own: the box's text, if it holds only one amount."""
    struck = "ancestor::s or ancestor::del or ancestor::*[contains(@class, 'rice_') or contains(@class, 'vpe')]"
    text = " ".join("".join(box.xpath(f".//text()[not({struck})]").getall()).split())
    return text if len(_MONEY.findall(text)) == 1 else None


def _listed(row: Selector, currency: str | None) -> Iterator[PriceSaid]:
    special = row.css(".productSpecialPrice, .new_price, .productSalePrice")
    cells = [cell for cell in row.css("td") if not cell.css("a") and _MONEY.search(words(cell) or "")]
    holders = [row] if special or not cells else cells
    if len(holders) == 1:
        yield from _prices(holders[0], currency)
