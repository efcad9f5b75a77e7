"""The official side: searches the sites and stores of brands for the goods that were promoted.

A site is read as it publishes itself: robots.txt names its sitemaps (without that, /sitemap.xml), its front page shows
which software runs it; Shopify lists its goods in /products.json, WooCommerce in its Store API. A store is a list of
goods and its next pages. What is found becomes rows of `official_candidates`, and `offers` asks for the best of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from scrapy.http import Response

from crawler.pages.readers import Reading
from crawler.spiders.watch import WatchSpider
from pipelines.facts import PageFacts
from pipelines.items import Issue, Page
from pipelines.normalize.urls import ledger_key
from pipelines.official.candidates import candidates_on
from pipelines.official.score import may_be_goods
from pipelines.official.starts import Start, belongs, starts_of
from pipelines.store.frontier import Planned, Shown

# Links from robots.txt: an index of indexes of sitemaps is as deep as sites go.
DEEPEST_SITEMAP = 3
# Sitemaps of goods come first, so that the cap leaves out the others.
_GOODS_MARKS = ("product", "goods", "item", "sku", "shop", "catalog")
_LISTS = {
    "shopify": ("products_json", "/products.json?limit=250"),
    "woocommerce": ("store_api", "/wp-json/wc/store/v1/products?per_page=100"),
}


class OfficialSpider(WatchSpider):
    """`scrapy crawl official -a dataset=FOLDER`: at most `official_pages` of each site and store, none in a browser but
    stores that are empty without it.
    """

    name = "official"
    purpose = "site"

    @cached_property
    def starts(self) -> dict[str, Start]:
        return {start.id: start for start in starts_of(self.dataset)}

    def targets(self) -> Iterator[Planned]:
        for start in self.starts.values():
            if start.kind == "site":
                yield self.plan(f"{start.id}/robots.txt", purpose="robots", start=start.id)
            yield self.plan(start.url, purpose=start.kind, start=start.id)

    def shell_reason(self, page: Page, purpose: str) -> str | None:
        if purpose != "store" or page.items or page.offer is not None or page.outcome not in ("ok", "no_offer"):
            return None
        return f"shell: {page.shell}" if page.shell else None

    def follow(self, response: Response, page: Page) -> tuple[Iterable[Planned], Iterable[Shown]]:
        purpose, start = response.meta["purpose"], self.start_of(response)
        if start is None:
            return (), ()
        if purpose in ("robots", "sitemap"):
            return self._sitemaps(response, page, start), ()
        links: list[Planned] = []
        software = _LISTS.get(page.platform or "") if purpose == "site" else None
        if software is not None:
            links.append(self.plan(start.id + software[1], response, purpose=software[0], start=start.id))
        if purpose == "site":
            return links, ()
        shown = Shown(chain=f"{purpose} {start.id}", items={ledger_key(item.url) for item in page.items if item.url})
        if not self.frontier.new_items(shown):
            return (), ()
        if purpose == "store":
            following = [
                link.url for link in page.links if link.kind == "next" and belongs(link.url, start.url, "store")
            ]
        else:
            following = [next_page(response.meta["asked"])]
        return [self.plan(url, response, purpose=purpose, start=start.id) for url in following], (shown,)

    def _sitemaps(self, response: Response, page: Page, start: Start) -> list[Planned]:
        named = [link.url for link in page.links if link.kind == "sitemap"]
        if response.meta["purpose"] == "robots" and not named:
            named = [f"{start.id}/sitemap.xml"]
        if int(response.meta["level"]) >= DEEPEST_SITEMAP:
            return []
        own = [url for url in named if belongs(url, start.id, "site")]
        own.sort(key=lambda url: not any(mark in urlsplit(url).path.lower() for mark in _GOODS_MARKS))
        return [self.plan(url, response, purpose="sitemap", start=start.id) for url in own]

    def start_of(self, response: Response) -> Start | None:
        """The place that a page was asked for; None when the dataset does not name it any more."""
        return self.starts.get(response.meta.get("start") or "")

    def kept_facts(self, response: Response, reading: Reading) -> PageFacts:
        """A sitemap names tens of thousands of pages: those that fit no claim stay in the archive."""
        start, purpose = self.start_of(response), response.meta["purpose"]
        facts = reading.facts
        if start is None or purpose not in ("robots", "sitemap"):
            return facts
        issues = list(facts.issues)
        named = [link.url for link in reading.page.links if link.kind == "sitemap"]
        listed = [item.url for item in reading.page.items if item.url]
        for what, urls in (("sitemaps", named), ("pages", listed)):
            foreign = [url for url in urls if not belongs(url, start.id, "site")]
            if foreign:
                why = f"{len(foreign)} {what} on other hosts: not followed"
                issues.append(Issue(field="sitemap", value=foreign[0][:200], why=why))
        if named and int(response.meta["level"]) >= DEEPEST_SITEMAP:
            issues.append(Issue(field="sitemap", value=named[0][:200], why="an index this deep is not followed"))
        return replace(facts, items=(), issues=tuple(issues))

    def beside(self, response: Response, reading: Reading) -> dict[str, list[dict[str, object]]]:
        rows = super().beside(response, reading)
        start = self.start_of(response)
        if start is not None:
            found_in = self._found_in(response, reading.page)
            entries = self._entries(response, reading.page, start)
            rows["official_candidates"] = candidates_on(start, found_in, entries)
        return rows

    def _found_in(self, response: Response, page: Page) -> str:
        purpose = response.meta["purpose"]
        if purpose == "store":
            return "listing" if page.items or page.kind == "listing" else "store"
        return "sitemap" if purpose == "robots" else str(purpose)

    def _entries(self, response: Response, page: Page, start: Start) -> Iterator[tuple[str, str | None, str | None]]:
        """What a page names that may be goods of this site or store; a store's page that is a product names itself."""
        if self._found_in(response, page) == "store":
            if page.offer is not None:
                yield response.meta["asked"], page.offer.name, page.offer.gtin
            return
        named = {item.url for item in page.items}
        bare = [link.url for link in page.links if link.kind == "product" and link.url not in named]
        entries = [(item.url, item.name, item.sku) for item in page.items if item.url]
        for url, name, number in (*entries, *((url, None, None) for url in bare)):
            if belongs(url, start.url, start.kind) and may_be_goods(url):
                yield url, name, number


def next_page(url: str) -> str:
    """The same list with the next page number."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    number = int(query["page"]) if query.get("page", "").isdecimal() else 1
    return urlunsplit(parts._replace(query=urlencode(query | {"page": str(number + 1)})))
