"""The Scrapy item pipeline: a page with its facts → stored. Duck-typed, no Scrapy in here.

The spider yields `Fetched`; it must have a `store`.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pipelines.facts import PageFacts
from pipelines.items import Page
from pipelines.store.write import PageRecord, Store
from pipelines.understand import understand


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """How far a scheduled URL has come; written in the transaction of the page that moved it."""

    spider: str
    url: str
    state: str
    reason: str | None = None
    renderer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One page on its way through the steps; `product` ties review pages to their product page.

    `page` is None when nothing came: the record says whether it was refused or failed, and why.
    """

    record: PageRecord
    page: Page | None
    facts: PageFacts | None = None
    product: str | None = None
    ledger: tuple[LedgerRow, ...] = ()


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
        store: Store = self.crawler.spider.store
        async with self.turn:
            with store.opened():
                put_page(store, item)
            await asyncio.get_running_loop().run_in_executor(self.disk, store.commit)
        return item

    def close_spider(self) -> None:
        self.disk.shutdown(wait=True)


def store_page(store: Store, item: Fetched) -> str:
    """One transaction: the page, all that was understood of it, and the ledger rows it moved; returns the page's id."""
    with store.transaction():
        return put_page(store, item)


def put_page(store: Store, item: Fetched) -> str:
    """`store_page` inside a transaction that is open already."""
    identity = store.write_page(item.record, item.facts, item.product)
    for row in item.ledger:
        page = None if row.state == "queued" else identity
        store.ledger(row.spider, row.url, row.state, row.reason, row.renderer, page)
    return identity


def facts_of(dataset: Any, page: Page) -> PageFacts:
    """Understand a page with what the dataset knows of its shop: currency and time zone."""
    zone, currency = dataset.zone_and_currency(page.url)
    return understand(page, zone=zone, currency_hint=currency)
