"""What sites publish for crawlers: sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html, 2008) and the
`Sitemap:` lines of robots.txt.

A sitemap names at most 50,000 pages. Image extensions (`image:title`, as Shopify writes them) give a page's name.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from crawler.pages.base import ShopPage
from crawler.pages.markup import begins_as_markup
from pipelines.items import Issue, Link, ListingItem, Page

MOST_ENTRIES = 50_000
_HEAD = 2_000
_ROOT = re.compile(r"<(?:\w{1,20}:)?(urlset|sitemapindex)\b")
_LOC = re.compile(r"<(?:sm:|sitemap:)?loc\b[^<>]{0,200}>\s*+(?:<!\[CDATA\[)?\s*+([^<>\s\]]+)")
_TITLE = re.compile(r"<image:title>\s*+(?:<!\[CDATA\[)?\s*+([^<>\]]+)")
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


class SitemapPage(ShopPage):
    """`<urlset>`: the pages of a site. `<sitemapindex>`: its sitemaps."""

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return begins_as_markup(body) and _ROOT.search(body[:_HEAD]) is not None

    def extract(self) -> Page:
        text = self.response.text
        root = _ROOT.search(text[:_HEAD])
        index = root is not None and root.group(1) == "sitemapindex"
        entries = text.split("</sitemap>" if index else "</url>", MOST_ENTRIES)
        issues = []
        if len(entries) > MOST_ENTRIES:
            entries.pop()
            issues.append(Issue(field="sitemap", value=str(MOST_ENTRIES), why="further entries are not read"))
        found: dict[str, str | None] = {}
        for entry in entries:
            if (place := _LOC.search(entry)) and _is_web(url := html.unescape(place.group(1))):
                title = _TITLE.search(entry)
                found.setdefault(url, html.unescape(title.group(1)).strip() if title else None)
        return Page(
            url=self.page_url,
            kind="listing",
            outcome="ok",
            items=() if index else tuple(ListingItem(name=name, url=url) for url, name in found.items()),
            links=tuple(Link(kind="sitemap", url=url) for url in found) if index else (),
            issues=tuple(issues),
        )


class RobotsPage(ShopPage):
    """The sitemaps that a robots.txt names. What it allows is read by `crawler.fetch.robots`."""

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if body.lstrip("\ufeff \t\r\n").startswith(("<", "{", "[")):
            return False
        try:
            return urlsplit(url).path == "/robots.txt"
        except ValueError:
            return False

    def extract(self) -> Page:
        named = dict.fromkeys(url for url in _SITEMAP_LINE.findall(self.response.text) if _is_web(url))
        links = tuple(Link(kind="sitemap", url=url) for url in named)
        return Page(url=self.page_url, kind="unknown", outcome="ok", links=links)


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))
