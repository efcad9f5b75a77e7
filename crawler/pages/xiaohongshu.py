"""Xiaohongshu (小红书, RED): addresses of goods and notes (public code to 2026). No public description of the fields of
a goods page was found, so the generic readers read it. A note is no offer.
"""

from __future__ import annotations

import re
from dataclasses import replace

from web_poet import handle_urls

from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.generic import read_generic
from pipelines.items import Issue, Offer, Page, PageKind

_GOODS = re.compile(r"//[\w.-]*xiaohongshu\.com/goods-detail/([0-9a-f]{24})\b")
_NOTE = re.compile(r"//[\w.-]*xiaohongshu\.com/(?:explore|discovery/item)/[0-9a-f]{24}\b")
_HEAD = 20_000


@handle_urls(["xiaohongshu.com"])
class XiaohongshuPage(ShopPage):
    """A goods page or a note."""

    platform = "xiaohongshu"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Xiaohongshu goods pages are filled by JavaScript" if _GOODS.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        """By the address that a saved page states for itself."""
        return 'property="og:url"' in body[:_HEAD] and _GOODS.search(body[:_HEAD]) is not None

    def extract(self) -> Page:
        page = replace(read_generic(Document.of(self.response), self.captured), platform=self.platform)
        if _NOTE.search(self.page_url):
            # An amount in a note is what its author wrote: it has comments or nothing.
            outcome = page.outcome if page.reviews else "no_offer"
            kind: PageKind = "reviews" if page.reviews else "unknown"
            why = Issue(field="price", value="", why="a note is no offer")
            return replace(page, kind=kind, outcome=outcome, offer=None, items=(), issues=(*page.issues, why))
        number = _GOODS.search(self.page_url)
        if number is None or page.kind == "listing":
            return page
        return replace(page, offer=replace(page.offer or Offer(), sku=number.group(1)))
