"""From what the sources of one page said (HTML, page state, JSON bodies) to one `Page`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector, SelectorList

from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.embedded import json_body
from crawler.pages.markup import begins_as_markup
from crawler.pages.page_selector import PageSelector
from pipelines.items import FoundIn, Issue, Link, ListingItem, Offer, Page, PageKind, Review, ReviewsListed, ShopSaid

_CURRENCY = re.compile(
    r"""priceCurrency["']?\s*:\s*["']([A-Z]{3})["']|priceCurrency["'][^<>]{0,40}?content=["']([A-Z]{3})["']|"""
    r"""content=["']([A-Z]{3})["'][^<>]{0,40}?priceCurrency|price:currency["']\s+content=["']([A-Z]{3})["']"""
)
_PIECES = etree.XPath(".//text()[not(parent::script or parent::style)] | .//br | .//p | .//li", smart_strings=False)
_GUESSED: frozenset[FoundIn] = frozenset({"visible", "embedded"})
_JSON_START = re.compile(r"\s*(?:[\[{(]|(?:/\*\*/|try\s*\{)?\s*(?:var\s+|let\s+|const\s+|window\.)?[\w$.]+\s*[(=])")
_FIELDS = tuple(spec.name for spec in fields(Offer))
_values_of = attrgetter(*_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One parsed JSON body and where it came from: the page itself ("api") or a request the page made ("xhr")."""

    data: Any
    found_in: FoundIn
    url: str


@dataclass(slots=True, kw_only=True)
class Told:
    """What the sources of a page said so far; filled source by source, the most telling one first."""

    offers: list[Offer] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    listed: ReviewsListed | None = None
    items: list[ListingItem] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    shop: ShopSaid | None = None
    shell: str | None = None
    language: str | None = None

    def take_listed(self, listed: ReviewsListed | None) -> None:
        """What a platform says of its lists of reviews; how much of them nobody can read is an issue."""
        if listed is None:
            return
        self.listed = listed
        if listed.most_pages:
            why = "pages that the platform lists at most"
            self.issues.append(Issue(field="reviews", value=listed.most_pages, why=why))
        if listed.folded and listed.folded != "0":
            self.issues.append(Issue(field="reviews", value=listed.folded, why="reviews that the platform folds away"))


def is_json(text: str) -> bool:
    """Whether a body is JSON, JSONP or a JavaScript assignment rather than markup."""
    return not begins_as_markup(text) and _JSON_START.match(text.lstrip("\ufeff")) is not None


def bodies(page: ShopPage) -> Iterator[Body]:
    """Every JSON body of the page; what cannot be parsed is left out."""
    if is_json(page.response.text):
        data = parsed(page.response.text)
        if data is not None:
            yield Body(data=data, found_in="api", url=page.page_url)
    for captured in page.captured.bodies:
        data = parsed(captured.text) if is_json(captured.text) else None
        if data is not None:
            yield Body(data=data, found_in="xhr", url=captured.url)


def parsed(text: str) -> Any:
    """A JSON body; `({…})` is JSONP whose caller named no callback."""
    body = text.strip().rstrip(";")
    return json_body(body[1:-1] if body.startswith("(") and body.endswith(")") else text)


def merge_offers(offers: Iterable[Offer]) -> Offer | None:
    """One offer: the first source that states a field wins, lists are joined without repeats."""
    merged: dict[str, Any] = {}
    for offer in offers:
        for name, value in zip(_FIELDS, _values_of(offer), strict=True):
            if isinstance(value, tuple):
                known = merged.setdefault(name, ())
                merged[name] = known + tuple(entry for entry in value if entry not in known)
            elif value is not None:
                merged.setdefault(name, value)
    if not any(merged.values()):
        return None
    merged["variants"] = tuple({variant.sku: variant for variant in reversed(merged.get("variants", ()))}.values())[
        ::-1
    ]
    return Offer(**merged)


def over_generic(generic: Page, own: Offer, platform: str | None) -> Page:
    """The generic reading of a page with what its platform's marks say put over it.

    Where the marks give a price, the generic readers' visible prices and page state are left out: they are guesses of
    the same. Structured data stays, as another source.
    """
    rest = generic.offer or Offer()
    if own.prices:
        rest = replace(rest, prices=tuple(price for price in rest.prices if price.found_in not in _GUESSED))
    if own.availability:
        rest = replace(rest, availability=tuple(said for said in rest.availability if said.found_in not in _GUESSED))
    offer = merge_offers([own, rest])
    priced = bool(offer and offer.prices)
    return replace(
        generic,
        kind="product",
        outcome="ok" if priced else "no_offer",
        platform=platform,
        offer=offer,
        items=(),
        shell=None if priced else generic.shell,
    )


def absolute(page: ShopPage, href: str | None) -> str | None:
    """`href` as an absolute http(s) URL, or None."""
    try:
        url = urljoin(page.page_url, (href or "").strip())
    except ValueError:
        return None
    return url if href and url.startswith(("http://", "https://")) else None


def page_of(page: ShopPage, told: Told, *, kind: PageKind | None = None) -> Page:
    """The `Page`. Without `kind` the content decides: a price makes a product, else reviews, else items, else a name.

    Nothing found gives kind unknown and outcome no_offer, on which the generic readers take over.
    """
    offer = merge_offers(told.offers)
    bare = is_json(page.response.text)
    if kind is None:
        if offer and offer.prices:
            kind = "price_api" if bare else "product"
        elif told.reviews or told.items:
            kind = "reviews" if told.reviews else "listing"
        else:
            kind = "product" if offer and offer.name else "unknown"
    found = bool((offer and offer.prices) or told.reviews or told.items)
    return Page(
        url=page.page_url,
        kind=kind,
        outcome="ok" if found else "no_offer",
        shell=told.shell,
        platform=page.platform,
        language=told.language,
        shop=told.shop or ShopSaid(),
        offer=offer,
        reviews=tuple(told.reviews),
        listed=told.listed,
        items=tuple(told.items),
        links=tuple(dict.fromkeys(told.links)),
        issues=tuple(told.issues),
    )


def selector_of(page: ShopPage) -> Selector:
    """The page's tree as a parsel selector, parsed once for all readers; empty for a body that is not markup."""
    tree = Document.of(page.response).tree
    return Selector(text="") if tree is None else PageSelector(root=tree, type="html")


def attribute(found: Selector | SelectorList[Selector], name: str) -> str | None:
    """An attribute of the first element found. (Parsel reads all of them, and fails where one has an odd name.)"""
    first = (found[0] if found else None) if isinstance(found, SelectorList) else found
    value = None if first is None else first.root.get(name)
    return None if value is None else str(value)


def words(found: Selector | SelectorList[Selector]) -> str | None:
    """The text of the first element found as one line; scripts and styles left out."""
    return " ".join(_raw(found).split()) or None


def paragraphs(found: Selector | SelectorList[Selector]) -> str | None:
    """The text of the first element found, with the line breaks that `<br>` and `<p>` make."""
    lines = (" ".join(line.split()) for line in _raw(found).split("\v"))
    return "\n".join(line for line in lines if line) or None


def _raw(found: Selector | SelectorList[Selector]) -> str:
    first = (found[0] if found else None) if isinstance(found, SelectorList) else found
    nodes = _PIECES(first.root) if first is not None and isinstance(first.root, etree._Element) else ()
    return "".join(node if isinstance(node, str) else "\v" for node in nodes)


def declared_currency(text: str) -> str | None:
    """The one ISO code that the page declares for its prices; None where it declares none or several."""
    codes = {code for groups in _CURRENCY.findall(text) for code in groups if code}
    return codes.pop() if len(codes) == 1 else None
