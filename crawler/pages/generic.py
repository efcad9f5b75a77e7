"""Any shop: the generic readers put together. Serves every URL that no platform file claims."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar
from urllib.parse import urljoin

from web_poet import handle_urls

from crawler.pages import embedded, objects
from crawler.pages.assemble import merge_offers
from crawler.pages.base import ShopPage
from crawler.pages.captured import Captured
from crawler.pages.document import Document, squeeze
from crawler.pages.listing import next_links, read_items
from crawler.pages.main_product import alike, main_products, page_name
from crawler.pages.product_block import read_visible
from crawler.pages.review_blocks import MOST_BLOCKS, read_review_blocks
from crawler.pages.shells import sells_nothing, shell_reason
from crawler.pages.structured import Found, Product, read_structured
from crawler.pages.visible import Visible, names_no_goods
from pipelines.candidates import PLACE_UNSURE
from pipelines.items import FoundIn, Issue, Link, ListingItem, Offer, Page, PageKind, PriceSaid, Review

_MOST_LINKS = 500
# Scores of the visible price: heading, price class and buy button near it. Measured on saved pages: below 2.5 a third
# is another price.
_WEAK_BESIDE_DATA = 2.5
_WEAK_ALONE = -1.0
_WEAK_AMONG_RIVALS = 2.0
_NO_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "IDR", "ISK", "PYG", "XOF", "XAF", "UGX", "RWF"})


@handle_urls("", priority=1)
class GenericPage(ShopPage):
    """Whatever structured data, page state and visible text say."""

    platform: ClassVar[str | None] = None

    def extract(self) -> Page:
        return read_generic(Document.of(self.response), self.captured)


def read_generic(document: Document, captured: Captured | None = None) -> Page:
    """The page of a document by the generic readers alone; never raises."""
    if document.tree is None:
        return _bare(document)
    found = read_structured(document)
    issues = list(found.issues)
    hint = page_name(document, found)
    named = {product.offer.name for product in found.products if not product.apart and product.offer.prices}
    sure = len(named) == 1
    visible = read_visible(document, hint, listing=not sure)
    mains, others = main_products(document, found, visible, issues)
    if not mains and sells_nothing(document, visible.has_button):
        visible.prices = []
    items = found.items if len(found.items) >= 4 else []
    if not sure:
        items = _better_items(items, read_items(document, visible.groups), others)
    names = {name.lower() for name in (visible.name, hint) if name}
    structured = [product.offer for product in mains]
    state: list[tuple[Offer, str]] = []
    if not (visible.prices and any(offer.prices for offer in structured)):
        state = _state(document, captured, names | {offer.name.lower() for offer in structured if offer.name})
    offers = _offers(document, structured, found, visible, state, issues)
    kind = "product" if state else _kind(document, mains, visible, items, offers)
    reviews = found.reviews or (read_review_blocks(document) or _state_reviews(document) if kind != "listing" else [])
    if not found.reviews and len(reviews) >= MOST_BLOCKS:
        issues.append(Issue(field="reviews", value=str(len(reviews)), why="the page shows more reviews than are read"))
    if kind == "unknown" and len(reviews) >= 2:
        kind = "reviews"
    offer = merge_offers(offers) if kind in ("product", "reviews") else None
    links = next_links(document) if kind != "product" or reviews else []
    if kind == "listing":
        items = [_absolute(document, item) for item in items]
        links += [Link(kind="product", url=item.url) for item in items[:_MOST_LINKS] if item.url]
    has_price = bool(offer and offer.prices)
    return Page(
        url=document.url,
        kind=kind,
        outcome="ok" if has_price or (kind == "listing" and items) or (kind == "reviews" and reviews) else "no_offer",
        shell=shell_reason(document, visible.text_size, has_price or bool(items)),
        language=document.language,
        offer=offer,
        reviews=tuple(reviews),
        items=tuple(items) if kind == "listing" else (),
        links=tuple(dict.fromkeys(links)),
        issues=tuple(issues),
    )


def _bare(document: Document) -> Page:
    """A body that is JSON, JSONP or JavaScript, or nothing that can be read."""
    body = embedded.json_body(document.text)
    if body is None:
        empty = not document.text.strip()
        why = "the body is empty" if empty else "neither markup nor JSON"
        issue = Issue(field="page", value=document.text.strip()[:80], why=why)
        return Page(url=document.url, kind="unknown", outcome="no_offer" if empty else "unreadable", issues=(issue,))
    issues: list[Issue] = []
    said = [(_sure_prices(offer, set(), issues), path) for offer, path in objects.products(body, "$", "api")]
    reviews = objects.reviews(body, "$")
    items = objects.listing(said)
    offer = _one_product(said) if said and not items else None
    kind: PageKind = "price_api" if offer else "reviews" if reviews else "listing" if items else "unknown"
    return Page(
        url=document.url,
        kind=kind,
        outcome="ok" if kind != "unknown" else "no_offer",
        offer=offer,
        reviews=tuple(reviews),
        items=tuple(items) if kind == "listing" else (),
        issues=tuple(issues),
    )


def _one_product(said: list[tuple[Offer, str]]) -> Offer | None:
    """The outermost product of a body; its parts (variants, sellers) stand deeper."""
    depth = min(path.count(".") + path.count("[") for _, path in said)
    outer = [offer for offer, path in said if path.count(".") + path.count("[") == depth]
    return outer[0] if len(outer) == 1 else None


def _state(document: Document, captured: Captured | None, names: set[str]) -> list[tuple[Offer, str]]:
    """Products in page state, data attributes and captured JSON that are called like the page's product."""
    sources: list[tuple[str, object, FoundIn]] = [
        (name, value, "embedded") for name, value in embedded.states(document).items()
    ]
    sources += [(f"@{name}", value, "embedded") for name, value in embedded.attributes(document)]
    for body in captured.bodies if captured else ():
        value = embedded.json_body(body.text)
        if value is not None:
            sources.append((body.url, value, "xhr"))
    found: list[tuple[Offer, str]] = []
    for name, value, found_in in sources:
        for offer, path in objects.products(value, name, found_in):
            if any(_same_name(offer.name, wanted) for wanted in names):
                found.append((offer, path))
    return found


def _state_reviews(document: Document) -> list[Review]:
    """Reviews that the page's state holds and a script shows."""
    if not document.has('"reviewText"', '"reviewBody"', '"reviewContent"', '"review_text"'):
        return []
    return [review for name, value in embedded.states(document).items() for review in objects.reviews(value, name)]


def _same_name(name: str | None, wanted: str) -> bool:
    said = squeeze(name or "").lower()
    if said == wanted:
        return True
    return len(said) >= 8 and len(wanted) >= 8 and (said in wanted or wanted in said or alike(said, wanted) >= 0.9)


def _offers(
    document: Document,
    structured: list[Offer],
    found: Found,
    visible: Visible,
    state: list[tuple[Offer, str]],
    issues: list[Issue],
) -> list[Offer]:
    """Offers to be merged, the most telling source first."""
    offers = list(structured)
    code = document.currency
    stated = any(_says_amount(price) for offer in structured for price in offer.prices)
    least = _WEAK_BESIDE_DATA if stated else _WEAK_ALONE
    weak = visible.untold or visible.strength < least or (visible.rivals and visible.strength < _WEAK_AMONG_RIVALS)
    prices = tuple(_placed(price, code, weak) for price in visible.prices)
    shown = replace(
        visible.labelled,
        name=visible.name,
        prices=prices,
        availability=tuple(visible.availability),
        rating=visible.rating,
        rating_scale=visible.rating_scale if visible.rating else None,
        review_count=visible.review_count,
    )
    meta = found.meta
    if meta is not None and (structured or meta.prices):
        offers.append(replace(meta, name=None, description=None, availability=meta.availability))
    offers.append(shown)
    known = {price.text for offer in (*structured, shown) for price in offer.prices}
    for offer, _ in state[:5]:
        offers.append(_sure_prices(offer, known, issues))
    if not any(offer.name for offer in offers):
        title = document.metas.get("og:title") or document.title
        offers.append(Offer(name=None if title and names_no_goods(title) else title))
    return offers


def _sure_prices(offer: Offer, known: set[str], issues: list[Issue]) -> Offer:
    """An offer read by field names, without the whole numbers that may count cents; those become issues."""
    if any("." in price.text for price in offer.prices):
        return offer
    sure = tuple(price for price in offer.prices if _plain(price, known))
    issues.extend(
        Issue(field="price", value=f"{price.text} ({price.path})"[:120], why="a whole number in JSON may count cents")
        for price in offer.prices
        if price not in sure
    )
    return replace(offer, prices=sure)


def _says_amount(price: PriceSaid) -> bool:
    """Whether a price holds an amount at all; shops fill the field with nothing or zero where they have none."""
    return any(char in "123456789" for char in price.text)


def _placed(price: PriceSaid, code: str | None, weak: bool) -> PriceSaid:
    """A visible price with the page's currency code, and marked when no sign ties it to the product."""
    condition = PLACE_UNSURE if weak and price.kind in (None, "sale", "from") else price.condition
    return replace(price, currency=price.currency or code, condition=condition)


def _plain(price: PriceSaid, known: set[str]) -> bool:
    """A number with decimals or a mark says its unit; a whole one may count cents unless another source states the
    same.
    """
    if price.minor_digits or not price.text.isdigit() or price.currency in _NO_CENTS:
        return True
    return any(price.text in (text, text.removesuffix(".00")) for text in known)


def _better_items(structured: list[ListingItem], shown: list[ListingItem], others: list[Product]) -> list[ListingItem]:
    """The fuller list of products: marked up as a list, marked up one by one, or repeated blocks."""
    marked = [
        ListingItem(
            name=product.offer.name,
            url=next(iter(product.urls), None),
            sku=product.offer.sku,
            prices=product.offer.prices,
        )
        for product in others
        if product.offer.prices and product.offer.name
    ]
    lists = [entry for entry in (marked, shown, structured) if len(entry) >= 2]
    return max(lists, key=lambda entry: (sum(bool(item.prices) for item in entry), len(entry)), default=[])


def _kind(
    document: Document, mains: list[Product], visible: Visible, items: list[ListingItem], offers: list[Offer]
) -> PageKind:
    priced = any(product.offer.prices for product in mains)
    listed = sum(bool(item.prices) for item in items)
    if mains and (priced or visible.prices or visible.has_button):
        return "product"
    typed = document.metas.get("og:type", "").lower().endswith("product")
    sold = bool(visible.prices) and (visible.strength >= 4 or visible.has_button)
    if listed >= 3 and not (sold and (typed or listed < 8)):
        return "listing"
    if mains or any(offer.prices for offer in offers):
        return "product"
    return "unknown"


def _absolute(document: Document, item: ListingItem) -> ListingItem:
    if item.url is None:
        return item
    try:
        return replace(item, url=urljoin(document.base, item.url))
    except ValueError:
        return replace(item, url=None)
