"""The Scrapy item pipeline: a page with its facts → stored. Duck-typed, no Scrapy in here.

The spider yields `Fetched`; it must have a `store` and a `frontier`.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pipelines.facts import PageFacts
from pipelines.items import Page
from pipelines.store.frontier import Ended, Frontier, Planned, Shown
from pipelines.store.pages import Beside
from pipelines.store.write import PageRecord, Store
from pipelines.understand import understand


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One page on its way through the steps; `product` ties review pages to their product page.

    `page` is None when nothing came: the record says whether it was refused or failed, and why. `ended` ends its row in
    the frontier; `links` are the pages to ask next, `shown` what a chain of pages has shown with this one, `beside` the
    page's rows of further tables.
    """

    record: PageRecord
    page: Page | None
    ended: Ended
    facts: PageFacts | None = None
    product: str | None = None
    links: tuple[Planned, ...] = ()
    beside: Beside | None = None
    shown: tuple[Shown, ...] = ()


class StorePage:
    """Facts → one transaction a page. Only the commit, which waits for the disk, is left to a thread."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.disk = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self.turn = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Any) -> StorePage:
        # The interpreter hands itself over every 5 ms; a commit of 0.3 ms must not wait that long to say it is done.
        sys.setswitchinterval(0.0005)
        return cls(crawler)

    async def process_item(self, item: Fetched) -> Fetched:
        spider = self.crawler.spider
        store: Store = spider.store
        async with self.turn:
            with store.opened():
                put_page(store, spider.frontier, item)
            await asyncio.get_running_loop().run_in_executor(self.disk, store.commit)
        return item

    def close_spider(self) -> None:
        self.disk.shutdown(wait=True)


def store_page(store: Store, frontier: Frontier, item: Fetched) -> str:
    """One transaction: the page, all that was understood of it, its links and the end of its row; returns its id."""
    with store.transaction():
        return put_page(store, frontier, item)


def put_page(store: Store, frontier: Frontier, item: Fetched) -> str:
    """`store_page` inside a transaction that is open already."""

    def write() -> str:
        return store.write_page(item.record, item.facts, item.product, item.beside)

    return frontier.commit_page(write, item.ended, item.links, item.shown)


def facts_of(dataset: Any, page: Page) -> PageFacts:
    """Understand a page with what the dataset knows of its shop: currency and time zone."""
    zone, currency = dataset.zone_and_currency(page.url)
    return understand(page, zone=zone, currency_hint=currency)
