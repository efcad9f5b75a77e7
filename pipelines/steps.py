"""The Scrapy item pipelines: what a page said → facts → stored. Duck-typed, no Scrapy in here.

The spider yields `Fetched`; it must have `dataset` and `store`.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.facts import PageFacts
from pipelines.items import Page
from pipelines.store.write import PageRecord
from pipelines.understand import understand


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One page on its way through the steps; `product` ties review pages to their product page."""

    record: PageRecord
    page: Page
    facts: PageFacts | None = None
    product: str | None = None
    ledger_url: str = field(default="")


class ReadFacts:
    """Page → facts."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> ReadFacts:
        return cls(crawler)

    def process_item(self, item: Fetched) -> Fetched:
        return replace(item, facts=facts_of(self.crawler.spider.dataset, item.page))


class StorePage:
    """Facts → one transaction, written by one thread beside the reactor."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    @classmethod
    def from_crawler(cls, crawler: Any) -> StorePage:
        return cls(crawler)

    async def process_item(self, item: Fetched) -> Fetched:
        assert item.facts is not None
        store = self.crawler.spider.store
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.thread, store.write_page, item.record, item.facts, item.product)
        return item

    def close_spider(self) -> None:
        self.thread.shutdown(wait=True)


def facts_of(dataset: Any, page: Page) -> PageFacts:
    """Understand a page with what the dataset knows of its shop: currency and time zone."""
    shop = dataset.shop_of(page.url)
    return understand(
        page,
        zone=(shop.zone if shop is not None else None) or dataset.zone,
        currency_hint=shop.currency if shop is not None else None,
    )
