"""The one door from bytes to a `Page`: decode, recognize walls, choose the page object, let it say what the page
said.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from web_poet import HttpResponse, default_registry

import crawler.pages
from crawler.fetch.walls import wall_of
from crawler.pages.assemble import is_json, merge_offers
from crawler.pages.base import ShopPage
from crawler.pages.captured import Captured
from crawler.pages.decode import Decoded, decode
from crawler.pages.document import Document, in_utf8
from crawler.pages.generic import GenericPage, read_generic
from crawler.pages.lenient import fault_of, read_json
from crawler.pages.marks import Marks
from crawler.pages.markup import begins_as_markup, complete_part, ends_in_its_middle
from crawler.pages.review_lists import read_review_lists
from crawler.pages.said_promotions import read_promotions
from crawler.pages.sitemap import RobotsPage, SitemapPage
from pipelines.faults import CUT, UNSURE, joined
from pipelines.items import Issue, Page, ReviewsListed

_PREFERRED_URL = "urn:unknown"
_ORIGIN = re.compile(r"https?://[^/?#\\@\s]+(?=[/?#]|$)")
# A path, a query, a fragment, or a sign of url-matcher's own.
_PART = re.compile(r"[/?#*|;]")


def read_page(
    url: str,
    body: bytes,
    *,
    status: int | None = 200,
    headers: Mapping[str, str] | None = None,
    captured: Captured | None = None,
    faults: tuple[str, ...] = (),
) -> Page:
    """What the page says. Never raises: what goes wrong is an issue of the page.

    `faults` are codes of `pipelines.faults`: what was wrong with the body before it came here.
    """
    try:
        if status is None and not body.strip():
            return unreadable(url, "an empty file", faults)
        decoded = decode(body, headers)
        if decoded is None:
            return unreadable(url, "not text", faults)
        text, cut = _without_cut_end(decoded.text, (*faults, *decoded.faults))
        page = _read(url or _PREFERRED_URL, decoded, text, status, headers or {}, captured or Captured())
        if UNSURE.intersection(faults):
            page = _without_prices(page)
        found = joined(faults, decoded.faults, cut, page.faults)
        # What the wire shows is said; that the markup then has no end follows from it.
        known = CUT.intersection(faults) and "cut_html" not in faults
        return _with(page, page.issues, tuple(code for code in found if code != "cut_html" or not known))
    except Exception as error:  # a reader's mistake must not lose the page
        return unreadable(url, f"{type(error).__name__}: {error}"[:200], faults)


def unreadable(url: str, why: str, faults: tuple[str, ...] = ()) -> Page:
    """A page of which nothing can be said but why."""
    issue = Issue(field="page", value="", why=why)
    return Page(url=url, kind="unknown", outcome="unreadable", issues=(issue,), faults=faults)


def _without_cut_end(text: str, faults: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Markup without what stands incomplete at its end: half a price is a wrong price."""
    if not begins_as_markup(text):
        return text, ()
    known = bool((CUT | UNSURE).intersection(faults))
    if not known and not ends_in_its_middle(text):
        return text, ()
    return complete_part(text), () if known else ("cut_html",)


def _without_prices(page: Page) -> Page:
    """A page of which some bytes are wrong: what it says may be read, its numbers are not taken for true."""
    priced = (page.offer is not None and bool(page.offer.prices)) or any(item.prices for item in page.items)
    if not priced:
        return page
    issue = Issue(field="price", value="", why="the body is damaged: no price of this page is sure")
    return replace(
        page,
        outcome="no_offer" if page.outcome == "ok" and not page.reviews else page.outcome,
        offer=None if page.offer is None else replace(page.offer, prices=()),
        items=tuple(replace(item, prices=()) for item in page.items),
        issues=(*page.issues, issue),
    )


def _read(
    url: str, decoded: Decoded, text: str, status: int | None, headers: Mapping[str, str], captured: Captured
) -> Page:
    """`text` is what is surely whole of the decoded text."""
    wall = wall_of(url, status, headers, decoded.text)
    if wall is not None:
        outcome, reason = wall
        kind = "unknown" if outcome == "not_found" else "blocked"
        return Page(url=url, kind=kind, outcome=outcome, wall=reason, issues=decoded.issues)  # type: ignore[arg-type]
    known = decoded.utf8 if text is decoded.text else None
    response = HttpResponse(url, in_utf8(text) if known is None else known, status=status, encoding="utf-8")
    response._cached_text = text
    chosen = choose(url, text, response.body)
    document = Document(str(response.url), text, response.body, ids=chosen is not GenericPage).kept_on(response)
    page = _extract(chosen, response, captured)
    if chosen is not GenericPage and page.outcome != "ok":
        page = _with_generic(page, read_generic(document, captured))
    page = _with_promotions(page, document)
    if (page.reviews or page.kind in ("product", "reviews")) and page.outcome in ("ok", "no_offer"):
        page = _with_lists(page, document)
    if not document.is_html and page.outcome in ("unreadable", "no_offer") and text.lstrip()[:1] in ("{", "["):
        document.fault(fault_of(read_json(text)[1]))
    return _with(page, (*decoded.issues, *page.issues), tuple(document.faults))


def _with(page: Page, issues: tuple[Issue, ...], faults: tuple[str, ...]) -> Page:
    same = issues == page.issues and faults == page.faults
    return page if same else replace(page, issues=issues, faults=faults)


def _with_promotions(page: Page, document: Document) -> Page:
    """With the promotions that lines of the page state, where its own marks named none."""
    if page.kind != "product" or page.offer is None or page.offer.promotions or not document.is_html:
        return page
    said = read_promotions(document)
    return replace(page, offer=replace(page.offer, promotions=said)) if said else page


def _extract(chosen: type[ShopPage], response: HttpResponse, captured: Captured) -> Page:
    try:
        return chosen(response=response, captured=captured).extract()
    except Exception as error:  # a platform file that fails leaves the page to the generic readers
        issue = Issue(field="page", value=chosen.__name__, why=f"{type(error).__name__}: {error}"[:200])
        return Page(
            url=str(response.url), kind="unknown", outcome="no_offer", platform=chosen.platform, issues=(issue,)
        )


def _with_lists(page: Page, document: Document) -> Page:
    """The page with the lists of reviews that its markup links, beside what its platform's data says of them."""
    linked = read_review_lists(document)
    if linked is None:
        return page
    own = page.listed or ReviewsListed()
    return replace(page, listed=replace(own, stars=own.stars or linked.stars, lists=(*own.lists, *linked.lists)))


def _with_generic(page: Page, generic: Page) -> Page:
    """A platform's page that found no offer, filled up by the generic readers; never with a price where the platform
    says why there is none: a bid, say, looks like a price to who does not know it.
    """
    if page.outcome != "no_offer":
        return page
    if any(issue.field == "price" for issue in page.issues):
        named = None if generic.offer is None else replace(generic.offer, prices=())
        generic = replace(generic, kind=page.kind, outcome="no_offer", offer=named, items=())
    kind = generic.kind if page.kind == "unknown" or generic.outcome == "ok" else page.kind
    return replace(
        generic,
        kind=kind,
        platform=page.platform,
        shop=page.shop,
        shell=page.shell or generic.shell,
        language=page.language or generic.language,
        offer=merge_offers(offer for offer in (page.offer, generic.offer) if offer is not None),
        reviews=page.reviews or generic.reviews,
        listed=page.listed,
        items=page.items or generic.items,
        links=tuple(dict.fromkeys((*page.links, *generic.links))),
        issues=(*page.issues, *generic.issues),
    )


@cache
def all_page_classes() -> tuple[type[ShopPage], ...]:
    """Every page object class, the generic one last. Imports each module of `crawler.pages` once."""
    for module in pkgutil.iter_modules(crawler.pages.__path__):
        if module.name not in ("read", "provider"):
            importlib.import_module(f"crawler.pages.{module.name}")
    found = {
        rule.use
        for rule in default_registry.get_rules()
        if isinstance(rule.use, type) and issubclass(rule.use, ShopPage)
    }
    return (*sorted(found - {GenericPage}, key=lambda page: page.__name__), GenericPage)


def page_class_for(url: str) -> type[ShopPage]:
    """The page object registered for a URL; the generic one when none is."""
    all_page_classes()
    origin = _ORIGIN.match(url)
    rules = len(default_registry.get_rules())
    return _class_at(origin.group(), rules) if origin and _by_host_alone(rules) else _registered(url)


@lru_cache(maxsize=1024)
def _class_at(origin: str, _rules: int) -> type[ShopPage]:
    return _registered(origin + "/")


@cache
def _by_host_alone(_rules: int) -> bool:
    """Whether no page object is registered for a part of a host only: then all its URLs have one."""
    rules = default_registry.get_rules()
    patterns = (
        pattern for rule in rules for kind in ("include", "exclude") for pattern in getattr(rule.for_patterns, kind)
    )
    return not any(_PART.search(pattern) for pattern in patterns)


def _registered(url: str) -> type[ShopPage]:
    chosen = default_registry.page_cls_for_item(url, Page)
    return chosen if isinstance(chosen, type) and issubclass(chosen, ShopPage) else GenericPage


def choose(url: str, text: str, utf8: bytes | None = None) -> type[ShopPage]:
    """What a site publishes for crawlers is no page of a shop. Else by URL first; a URL that says nothing leaves it to
    the marks in the body. `utf8` is the text in UTF-8 where it is known.
    """
    for published in (RobotsPage, SitemapPage):
        if published.recognizes(url, text):
            return published
    chosen = page_class_for(url)
    if chosen is GenericPage:
        for candidate in _candidates(url, text, in_utf8(text) if utf8 is None else utf8):
            if candidate.recognizes(url, text):
                return candidate
    return chosen


def _candidates(url: str, text: str, utf8: bytes) -> Iterable[type[ShopPage]]:
    """The page objects that may recognize the body, in their order."""
    if is_json(text):
        return all_page_classes()
    marks = _marks()
    held = marks.held_by(utf8) | marks.held_by(in_utf8(url))
    return (page for page in all_page_classes() if not page.marks or not held.isdisjoint(page.marks))


@cache
def _marks() -> Marks:
    return Marks(mark for page in all_page_classes() for mark in page.marks)
