"""Kuaishou shop (快手小店): addresses only (public code to 2026). No public description of its fields was found, so the
generic readers read its pages.
"""

from __future__ import annotations

import re
from dataclasses import replace

from web_poet import handle_urls

from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.generic import read_generic
from pipelines.items import Offer, Page

# The pages' addresses differ by where they were opened; each has the number of the goods in `id`.
_GOODS = re.compile(
    r"//[\w.-]*kwaixiaodian\.com/(?:merchant/shop/detail|page/kwaishop-buyer-goods-detail-outside"
    r"|web/kwaishop-goods-detail-page-app)\b[^\s\"'<>]*?[?&](?:amp;)?(?:id|itemId)=(\d+)"
)
_HEAD = 20_000


@handle_urls(["kwaixiaodian.com"])
class KuaishouPage(ShopPage):
    """A goods page."""

    platform = "kuaishou"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "Kuaishou goods pages are filled by JavaScript" if _GOODS.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        """By the address that a saved page states for itself."""
        return 'property="og:url"' in body[:_HEAD] and _GOODS.search(body[:_HEAD]) is not None

    def extract(self) -> Page:
        page = replace(read_generic(Document.of(self.response), self.captured), platform=self.platform)
        number = _GOODS.search(self.page_url)
        if number is None or page.kind == "listing":
            return page
        return replace(page, offer=replace(page.offer or Offer(), sku=number.group(1)))
