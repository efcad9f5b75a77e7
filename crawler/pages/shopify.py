"""Shopify: `/products/<handle>.js`, `.json`, `/products.json` and the theme's HTML (vendor documentation and public
stores, 2020-2026).

In `.js` and in scripts of a theme prices are whole numbers of hundredths, also for currencies without cents (1000 JPY
is 100000); in `.json` they are decimal strings. `compare_at_price` is what the shop says it cost before: a claim,
read as the list price. The JSON states no currency; the HTML does in `Shopify.currency.active`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urljoin, urlsplit

from web_poet import handle_urls

from crawler.pages.assemble import Told, absolute, bodies, declared_currency, is_json, page_of, selector_of
from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.embedded import states
from crawler.pages.paths import at, rows, said
from pipelines.items import FoundIn, Link, ListingItem, Offer, Page, PriceSaid, Said, ShopSaid, VariantSaid

_ACTIVE = re.compile(r"Shopify\.currency\s*=\s*\{[^}]*[\"']active[\"']\s*:\s*[\"']([A-Z]{3})[\"']")
_HTML_MARKS = ("Shopify.shop", "cdn.shopify.com/s/files", "/cdn/shop/", "ShopifyAnalytics")
_HANDLE = re.compile(r"/products/([^/?#]+?)(?:\.js|\.json)?(?:[?#]|$)")


@handle_urls(["myshopify.com"])
class ShopifyPage(ShopPage):
    """A product as HTML or JSON, or a page of products.json."""

    platform = "shopify"
    marks = _HTML_MARKS

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if is_json(body):
            head = body[:20_000]
            return all(f'"{key}"' in head for key in ("handle", "variants", "vendor")) and '"compare_at_price"' in body
        return any(mark in body for mark in _HTML_MARKS)

    def extract(self) -> Page:
        told = Told()
        for body in bodies(self):
            listed = rows(body.data, "products")
            product = at(body.data, "product") or body.data
            if listed and body.found_in == "api":
                told.items += [self._item(row, n) for n, row in enumerate(listed)]
            elif body.found_in == "api" and _is_product(product):
                told.offers.append(_offer(product, None, body.found_in, "$"))
                told.shop = ShopSaid(name=None)
        if not is_json(self.response.text):
            self._read_html(told)
        return page_of(self, told, kind="product" if told.offers and not is_json(self.response.text) else None)

    def _read_html(self, told: Told) -> None:
        selector = selector_of(self)
        told.language = selector.css("html::attr(lang)").get()
        active = _ACTIVE.search(self.response.text)
        currency = active.group(1) if active else declared_currency(self.response.text)
        found = self._product()
        if found:
            told.offers.append(_offer(found[1], currency, "embedded", found[0]))
        shown = {absolute(self, href) for href in selector.css("a[href*='/products/']::attr(href)").getall()}
        if not found and "/collections/" in self.page_url:
            told.links += [Link(kind="product", url=url.split("?")[0]) for url in sorted(filter(None, shown))]
            following = selector.css("link[rel=next]::attr(href), a[rel=next]::attr(href)").get()
            told.links += [Link(kind="next", url=url) for url in [absolute(self, following)] if url]

    def _product(self) -> tuple[str, Mapping[str, Any]] | None:
        """The state object of the page's own product: it has the handle of the address, recommended ones have
        others."""
        handle = _HANDLE.search(urlsplit(self.page_url).path)
        document = Document.of(self.response)
        found = [
            (name, product)
            for name, value in states(document).items()
            if _is_product(product := at(value, "product") or value)
        ]
        number = next(
            (said(product, "id") for name, product in found if name in ("meta", "window.ShopifyAnalytics.meta")), None
        )
        for name, product in sorted(found, key=lambda pair: "compare_at_price" not in str(pair[1])):
            if (
                said(product, "handle") == (handle.group(1) if handle else None)
                or said(product, "id") == number
                or len(found) == 1
            ):
                return name, product
        return None

    def _item(self, product: Mapping[str, Any], n: int) -> ListingItem:
        offer = _offer(product, None, "api", f"$.products[{n}]")
        url = absolute(
            self, urljoin(self.page_url.split("/products.json")[0] + "/", f"products/{said(product, 'handle')}")
        )
        prices = tuple(
            PriceSaid(
                text=price.text,
                kind=price.kind,
                label=price.label,
                minor_digits=price.minor_digits,
                struck=price.struck,
                found_in="api",
                path=price.path,
            )
            for price in offer.prices
        )
        return ListingItem(name=offer.name, url=url, sku=said(product, "id"), prices=prices)


def _is_product(value: Any) -> bool:
    return isinstance(value, Mapping) and "variants" in value and said(value, "variants", 0, "price") is not None


def _offer(product: Mapping[str, Any], currency: str | None, found_in: FoundIn, path: str) -> Offer:
    variants = rows(product, "variants")
    several = len(variants) > 1
    names = [said(row, "name") or (row if isinstance(row, str) else None) for row in at(product, "options") or []]
    first: Mapping[str, Any] = variants[0] if variants else {}
    return Offer(
        name=said(product, "title") or said(first, "name") or said(product, "name"),
        brand=said(product, "vendor"),
        sku=said(first, "sku") if not several else said(product, "id"),
        gtin=said(first, "barcode") if not several else None,
        prices=tuple(
            price
            for n, row in enumerate(variants)
            for price in _prices(row, several, currency, found_in, f"{path}.variants[{n}]")
        ),
        availability=tuple(_availability(variants, found_in, path)),
        variants=tuple(_variant(row, names) for row in variants) if several else (),
    )


def _number(row: Mapping[str, Any]) -> str:
    return said(row, "id") or said(row, "sku") or ""


def _prices(
    row: Mapping[str, Any], several: bool, currency: str | None, found_in: FoundIn, path: str
) -> Iterator[PriceSaid]:
    now, before = row.get("price"), row.get("compare_at_price")
    digits = 2 if isinstance(now, int) else 0
    variant = _number(row) if several else None
    code = said(row, "price_currency") or currency
    if text := said(row, "price"):
        yield PriceSaid(
            text=text, currency=code, minor_digits=digits, variant=variant, found_in=found_in, path=f"{path}.price"
        )
    old = said(row, "compare_at_price")
    if old and _dearer(old, said(row, "price")) and isinstance(before, int) == isinstance(now, int):
        yield PriceSaid(
            text=old,
            kind="list",
            label="compare_at_price",
            currency=code,
            minor_digits=digits,
            struck=True,
            variant=variant,
            found_in=found_in,
            path=f"{path}.compare_at_price",
        )


def _dearer(old: str, now: str | None) -> bool:
    """Themes show `compare_at_price` only where it is above the price; 0 and equal values are leftovers."""
    try:
        return Decimal(old) > Decimal(now or "0")
    except InvalidOperation:
        return False


def _availability(variants: list[Mapping[str, Any]], found_in: FoundIn, path: str) -> Iterator[Said]:
    flags = [row["available"] for row in variants if isinstance(row.get("available"), bool)]
    if flags:
        yield Said(
            text="in_stock" if any(flags) else "out_of_stock", found_in=found_in, path=f"{path}.variants[*].available"
        )


def _variant(row: Mapping[str, Any], names: list[str | None]) -> VariantSaid:
    values = [said(row, f"option{n}") for n in (1, 2, 3)]
    options = tuple(
        (names[n] or f"option{n + 1}" if n < len(names) else f"option{n + 1}", text)
        for n, text in enumerate(values)
        if text
    )
    state = {True: "in_stock", False: "out_of_stock"}.get(row.get("available"))  # type: ignore[arg-type]
    name = said(row, "public_title") or said(row, "title")
    return VariantSaid(sku=_number(row), options=options, availability=state, gtin=said(row, "barcode"), name=name)
