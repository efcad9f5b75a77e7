"""What the three spiders share: how a page is asked for, read, sent on, and how it ends in the ledger.

Static fetch first. A page goes to the browser when its page object asks for it, when this host's pages of this kind
were found to need it before, or when the static page proved to be a shell without what was looked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import VERSION
from crawler.fetch.archive import Archive
from crawler.fetch.browser import browser_meta, wanted
from crawler.fetch.gate import Gate
from crawler.fetch.replay import NotArchived, key_of
from crawler.pages.read import page_class_for
from crawler.pages.readers import Readers, Reading
from crawler.spiders.record import failure_record, record_of
from crawler.tally import Tally
from pipelines.dataset import Dataset, load
from pipelines.errors import DiskFull, InputMissing
from pipelines.items import Page
from pipelines.steps import Fetched, LedgerRow, store_page
from pipelines.store.write import PageRecord, Store, open_store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class WatchSpider(scrapy.Spider):
    """Base of the spiders. `scrapy crawl NAME -a dataset=FOLDER [-a replay=1]` works for each."""

    purpose: ClassVar[str] = ""

    dataset: Dataset
    store: Store
    archive: Archive
    gate: Gate
    tally: Tally
    readers: Readers
    own_readers: Readers | None
    run_id: str
    ends_run: bool = False
    replay: bool = False
    disk_full: bool = False
    seen: set[str]
    ledger: list[LedgerRow]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> WatchSpider:
        name = kwargs.pop("dataset", "")
        if not name:
            raise InputMissing(f"which dataset? name it: scrapy crawl {cls.name} -a dataset=FOLDER")
        replay = str(kwargs.pop("replay", "")).lower() in ("1", "true", "yes")
        dataset = name if isinstance(name, Dataset) else load(str(name))
        run_id = kwargs.pop("run_id", None)
        readers = kwargs.pop("readers", None)
        own_readers = None if isinstance(readers, Readers) else Readers()
        tally = kwargs.pop("tally", None)
        gate = Gate(dataset.crawl.allow_addresses)
        configure(crawler, dataset, replay, gate)
        spider: WatchSpider = super().from_crawler(crawler, *args, **kwargs)
        spider.dataset = dataset
        spider.readers = own_readers or readers
        spider.own_readers = own_readers
        spider.store = open_store(dataset.database, dataset.secret)
        spider.store.write_claims(dataset.claims)
        spider.archive = Archive(dataset.archive)
        spider.gate = gate
        spider.replay = replay
        spider.tally = tally or Tally()
        spider.ends_run = run_id is None
        spider.run_id = run_id or spider.store.begin_run("crawl", VERSION)
        spider.seen = set()
        spider.ledger = []
        crawler.signals.connect(spider.page_lost, signal=signals.spider_error)
        crawler.signals.connect(spider.item_lost, signal=signals.item_error)
        return spider

    def targets(self) -> Iterator[Request | None]:
        """The first requests; subclasses say which."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Request]:
        for request in self.targets():
            if request is not None:
                yield request

    def ask(self, url: str, *, depth_of: Response | None = None, **meta: Any) -> Request | None:
        """A request for a page, unless it was asked for before or the page cap is reached."""
        key = key_of(url)
        if key in self.seen or len(self.seen) >= self.dataset.crawl.max_pages:
            return None
        self.seen.add(key)
        self.tally.scheduled += 1
        purpose = meta.setdefault("purpose", self.purpose)
        host = urlsplit(url).netloc
        reason = page_class_for(url).needs_browser(url) or self.store.render_reason(host, purpose)
        if depth_of is not None:
            meta["depth"] = depth_of.meta.get("depth", 0) + 1
        if not self.replay:
            # How a URL ended stands, when the archive is only read again.
            self.ledger.append(LedgerRow(spider=self.name, url=key, state="queued"))
        return self._request(url, reason, meta)

    def _request(self, url: str, reason: str | None, meta: dict[str, Any]) -> Request:
        extra = browser_meta(float(self.dataset.crawl.browser_seconds), reason) if reason else {}
        return Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            meta={**meta, **extra, "asked": url},
            dont_filter=True,
        )

    async def parse_page(self, response: Response, reading: Reading) -> AsyncIterator[Any]:
        """Send a page on, and follow what it points to; a shell goes to the browser instead."""
        page = reading.page
        rendered = response.meta["capture"].rendered
        reason = None if response.meta.get("playwright") else self.shell_reason(page, response.meta["purpose"])
        if reason is not None:
            kept = ("purpose", "product", "depth")
            meta: dict[str, Any] = {name: response.meta[name] for name in kept if name in response.meta}
            yield self._request(response.meta["asked"], reason, meta)
            return
        requests = [request for request in self.follow(response, page) if request is not None]
        record = record_of(response, self.name, self.run_id)
        self._count(response, page, rendered)
        product = response.meta.get("product")
        row = self._row(response.meta["asked"], "done", renderer=record.renderer)
        yield Fetched(record=record, page=page, facts=reading.facts, product=product, ledger=row)
        for request in requests:
            yield request

    def _row(self, url: str, state: str, **more: str | None) -> tuple[LedgerRow, ...]:
        # The rows of links found meanwhile are committed with the page, or not at all.
        rows = (*self.ledger, LedgerRow(spider=self.name, url=key_of(url), state=state, **more))
        self.ledger.clear()
        return rows

    def shell_reason(self, page: Page, purpose: str) -> str | None:
        """Why a static page must be rendered: it is a frame without what this purpose looks for."""
        if page.outcome not in ("ok", "no_offer"):
            return None
        found = {
            "offers": page.offer is not None and bool(page.offer.prices),
            "reviews": bool(page.reviews),
            "listings": bool(page.items),
        }[purpose]
        if found:
            return None
        if page.shell:
            return f"shell: {page.shell}"
        if purpose == "offers" and page.kind in ("product", "unknown"):
            return "the static page has no offer"
        return None

    def follow(self, response: Response, page: Page) -> Iterator[Request | None]:
        """Further requests from a page that was stored; none by default."""
        return iter(())

    def _count(self, response: Response, page: Page, rendered: bool) -> None:
        url = response.meta["asked"]
        self.tally.done += 1
        self.tally.browser += rendered
        self.tally.blocked += page.outcome in ("blocked", "login_wall", "captcha")
        self.tally.items += len(page.reviews) + len(page.items) + (page.offer is not None)
        self.tally.host(url)
        if rendered and page.outcome == "ok":
            purpose = response.meta["purpose"]
            self.store.remember_render(urlsplit(url).netloc, purpose, response.meta["render_reason"], url)

    async def page_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """A page that gave no response is a row too: refused on purpose, or failed."""
        request: Request = failure.request  # type: ignore[attr-defined]
        for part in request.meta.pop("parts", ()):
            self.archive.write(part)
        if isinstance(failure.value, NotArchived):
            # A gap of the archive says nothing about a shop: it is counted, and no row is written.
            self.tally.failed += 1
            self.tally.host(request.url)
            return
        record = failure_record(request, failure.value, self.name, self.run_id)
        url = request.meta["asked"]
        row = self._row(url, record.outcome or "failed", reason=record.reason, renderer=record.renderer)
        yield Fetched(record=record, page=None, ledger=row)
        if record.outcome == "refused":
            self.tally.refused += 1
        else:
            self.tally.failed += 1
        self.tally.host(url)

    def page_lost(self, failure: Failure, response: Response) -> None:
        """A callback raised: the page becomes a failed row that names the error, and the crawl goes on."""
        request = response.request
        if request is None:
            return
        record = failure_record(request, failure.value, self.name, self.run_id)
        self._lose(request.meta.get("asked", request.url), record)

    def item_lost(self, item: Fetched, failure: Failure) -> None:
        """A page could not be stored: it counts as failed, not as done. A full disk ends the crawl."""
        error = failure.value
        if isinstance(error, DiskFull):
            self.disk_full = True
            engine = self.crawler.engine
            if engine is not None:
                self._closing = asyncio.ensure_future(engine.close_spider_async(reason="disk_full"))
            return
        record = replace(item.record, outcome="failed", reason=f"not stored: {type(error).__name__}: {error}")
        self.tally.done -= item.page is not None
        self._lose(item.record.url, record)

    def _lose(self, url: str, record: PageRecord) -> None:
        self.tally.failed += 1
        row = self._row(url, "failed", reason=record.reason, renderer=record.renderer)
        store_page(self.store, Fetched(record=replace(record, outcome="failed"), page=None, ledger=row))

    def closed(self, reason: str) -> None:
        if self.own_readers is not None:
            self.own_readers.close()
        if self.ends_run:
            self.store.end_run(self.run_id, 0 if reason == "finished" else 130)


def configure(crawler: Crawler, dataset: Dataset, replay: bool, gate: Gate) -> None:
    """Write what the dataset says about crawling into this crawler's settings."""
    crawl = dataset.crawl
    delay = float(crawl.delay)
    contact = f"; +{crawl.contact}" if crawl.contact else ""
    settings: dict[str, Any] = {
        "USER_AGENT": f"daihuo/{VERSION} (public product pages, for research and journalism{contact})",
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_host,
        "DEPTH_LIMIT": crawl.max_depth,
        "DAIHUO_ARCHIVE": str(dataset.archive),
        "DAIHUO_REPLAY": replay,
        "PLAYWRIGHT_ABORT_REQUEST": _aborter(gate),
    }
    if replay:
        handler = "crawler.fetch.replay.ReplayDownloadHandler"
        settings |= {
            "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "RETRY_ENABLED": False,
        }
    for name, value in settings.items():
        crawler.settings.set(name, value, priority="spider")
    for name in ("scrapy", "scrapy_poet", "scrapy-playwright"):
        # Scrapy lets every message be made and drops it at the handler.
        logging.getLogger(name).setLevel(crawler.settings["LOG_LEVEL"])
    if crawler.settings["LOG_LEVEL"] == "WARNING":
        # What these say of a dead host, with a traceback, stands in the ledger as a sentence.
        for name in ("downloadermiddlewares.robotstxt", "downloadermiddlewares.retry"):
            logging.getLogger(f"scrapy.{name}").setLevel(logging.CRITICAL)
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


def _aborter(gate: Gate) -> Any:
    async def abort(request: Any) -> bool:
        page_url = request.frame.page.url if request.frame else ""
        if not wanted(request.url, request.resource_type, page_url):
            return True
        return request.url.startswith(("http:", "https:")) and await gate.refusal(request.url) is not None

    return abort
