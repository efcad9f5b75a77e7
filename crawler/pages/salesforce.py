"""Salesforce Commerce Cloud (formerly Demandware): `Product-Variation` and `Product-ShowQuickView` bodies and the HTML
of its reference storefront SFRA (public cartridges and crawlers of 2018-2026). Shops on its older templates are read
by the generic readers.

`price.sales` is what one pays, `price.list` the struck price, null where nothing is struck. A master product has
`price.min` and `price.max`; tiers are asked for several pieces. In HTML `[content]` is the plain number and the text
beside it holds words for screen readers.
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
    over_generic,
    page_of,
    selector_of,
    words,
)
from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.generic import read_generic
from crawler.pages.paths import at, flag, plain, rows, said
from pipelines.items import FoundIn, Link, ListingItem, Offer, Page, PriceKind, PriceSaid, Said

_HTML_MARKS = ("/on/demandware.store/", "/on/demandware.static/", "demandware.edgesuite.net")
_JSON_MARKS = ('"productName"', '"variationAttributes"', '"readyToOrder"')
_STRUCK = "strike-through"


@handle_urls(["demandware.net", "commercecloud.salesforce.com"])
class SalesforcePage(ShopPage):
    """A product or a list as HTML, or the body that choosing a variant loads."""

    platform = "salesforce"
    marks = ("demandware.", "dwvar_")

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if is_json(body):
            return sum(mark in body for mark in _JSON_MARKS) >= 2 and '"price"' in body
        return ("demandware." in body and any(mark in body for mark in _HTML_MARKS)) or "dwvar_" in body

    def extract(self) -> Page:
        if is_json(self.response.text):
            return page_of(self, Told(offers=[offer for _, offer in self._variations()]))
        selector = selector_of(self)
        detail = selector.css(".product-detail[data-pid], .product-detail:has(.prices)")[:1]
        tiles = selector.css(".product-grid .product-tile, .search-results .product-tile")
        if detail:
            return self._product(detail[0])
        told = Told(language=selector.css("html::attr(lang)").get())
        currency = declared_currency(self.response.text)
        told.items += [item for tile in tiles if (item := self._item(tile, currency))]
        told.links += [Link(kind="product", url=item.url) for item in told.items if item.url]
        return page_of(self, told)

    def _product(self, detail: Selector) -> Page:
        number = attribute(detail, "data-pid")
        generic = read_generic(Document.of(self.response), self.captured)
        chosen = next((offer for pid, offer in self._variations() if number and number in pid), None)
        if chosen:
            return over_generic(generic, chosen, self.platform)
        # A bundle or set has prices of its parts below; the first block is that of the whole.
        box = detail.css(".prices .price")[:1] or detail.css(".price")[:1]
        stock = words(detail.css(".availability-msg, .product-availability .availability-msg"))
        own = Offer(
            name=words(detail.css(".product-name")),
            sku=number,
            prices=tuple(_shown(box[0], declared_currency(self.response.text))) if box else (),
            availability=(Said(text=stock, found_in="visible", path=".availability-msg"),) if stock else (),
        )
        return over_generic(generic, own, self.platform)

    def _variations(self) -> Iterator[tuple[set[str | None], Offer]]:
        """(numbers of the product and its master, offer) of each body."""
        for body in bodies(self):
            product = at(body.data, "product")
            if isinstance(product, Mapping) and "price" in product:
                numbers = {said(product, name) for name in ("id", "masterid", "masterId", "pid")}
                yield numbers - {None}, _offer(product, body.found_in)

    def _item(self, tile: Selector, currency: str | None) -> ListingItem | None:
        link = tile.css(".pdp-link a, a.link, a.tile-link")
        url = absolute(self, attribute(link, "href"))
        number = tile.xpath("ancestor-or-self::*[@data-pid][1]/@data-pid").get()
        box = tile.css(".price")[:1]
        prices = tuple(_shown(box[0], currency)) if box else ()
        return ListingItem(name=words(link), url=url, sku=number, prices=prices) if url else None


def _offer(product: Mapping[str, Any], found_in: FoundIn) -> Offer:
    available = flag(product, "available")
    message = plain(said(product, "availability", "messages", 0))
    state = message if message and "<" not in message else None
    if state is None and available is not None:
        state = "in_stock" if available else "out_of_stock"
    chosen = [
        value
        for group in rows(product, "variationAttributes")
        for entry in rows(group, "values")
        if flag(entry, "selected") and (value := said(entry, "displayValue"))
    ]
    return Offer(
        name=plain(said(product, "productName")),
        brand=plain(said(product, "brand")),
        sku=said(product, "id"),
        gtin=said(product, "EAN") or said(product, "UPC"),
        prices=tuple(_stated(at(product, "price"), found_in, "$.product.price")),
        availability=(Said(text=state, found_in=found_in, path="$.product.availability"),) if state else (),
        spec="; ".join(chosen) or None,
        promotions=tuple(text for row in rows(product, "promotions") if (text := plain(said(row, "calloutMsg")))),
    )


def _stated(price: Any, found_in: FoundIn, path: str) -> Iterator[PriceSaid]:
    """One price, the ends of a range, or the tier of one piece."""
    first = next((n for n, tier in enumerate(rows(price, "tiers")) if said(tier, "quantity") == "1"), None)
    if first is not None:
        price, path = at(price, "tiers", first, "price"), f"{path}.tiers[{first}].price"
    low, high = at(price, "min"), at(price, "max")
    if isinstance(low, Mapping):
        price, path = low, f"{path}.min"
    kinds: tuple[tuple[str, PriceKind | None], ...] = (("sales", None), ("list", "list"))
    now = said(price, "sales", "value")
    for name, kind in kinds:
        amount = said(price, name, "decimalPrice") or said(price, name, "value")
        top = said(high, name, "decimalPrice") or said(high, name, "value")
        if amount and (kind is None or amount != now):
            yield PriceSaid(
                text=amount,
                text_max=top if top != amount else None,
                kind=kind,
                label=name,
                currency=said(price, name, "currency"),
                struck=kind == "list",
                found_in=found_in,
                path=f"{path}.{name}.value",
            )


def _shown(box: Selector, currency: str | None) -> Iterator[PriceSaid]:
    """`.sales .value` and `.strike-through .value` of one price block; two sales values are the ends of a range."""
    if box.css(".tiered, table"):
        return
    now = [value for value in box.css(".sales .value") if not _under_list(value)]
    texts = [text for value in now[:2] if (text := _written(value))]
    if texts:
        kind: PriceKind | None = "from" if len(texts) == 1 and box.css(".starting, .from") else None
        yield PriceSaid(
            text=" – ".join(dict.fromkeys(texts)),
            kind=kind,
            currency=currency,
            found_in="visible",
            path=".sales .value",
        )
    old = [text for value in box.css(f".{_STRUCK} .value") if (text := _written(value))]
    if old:
        yield PriceSaid(
            text=old[0],
            kind="list",
            label="strike-through list",
            currency=currency,
            struck=True,
            found_in="visible",
            path=f".{_STRUCK} .value",
        )


def _under_list(value: Selector) -> bool:
    return bool(value.xpath(f"ancestor::*[contains(concat(' ', @class, ' '), ' {_STRUCK} ')]"))


def _written(value: Selector) -> str | None:
    """The price as written, without the words for screen readers; the plain number where nothing is written."""
    pieces = value.xpath(".//text()[not(ancestor::*[contains(@class, 'sr-only') or contains(@class, 'hidden')])]")
    text = " ".join("".join(pieces.getall()).split())
    return text if re.search(r"\d", text) else attribute(value, "content")
