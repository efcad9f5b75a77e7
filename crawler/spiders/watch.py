"""What the spiders share: how a page is asked for, read, sent on, and how it ends in the ledger.

Static fetch first. A page goes to the browser when its page object asks for it, when this host's pages of this kind
were found to need it before, or when the static page proved to be a shell without what was looked for.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy import signals
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import VERSION
from crawler.evidence.adopt import adopt
from crawler.fetch.archive import Archive
from crawler.fetch.browser import Interrupted, browser_meta, wanted
from crawler.fetch.gate import Gate
from crawler.fetch.lazy_browser import browser_provider
from crawler.fetch.replay import NotArchived
from crawler.fetch.robots import Robots
from crawler.pages.read import page_class_for
from crawler.pages.readers import Readers, Reading
from crawler.spiders.record import failure_record, keep_evidence, record_of
from crawler.tally import Tally
from pipelines.dataset import Dataset, load
from pipelines.errors import DiskFull, InputMissing
from pipelines.facts import PageFacts
from pipelines.faults import CUT, UNSURE
from pipelines.items import Page
from pipelines.normalize.urls import host_of, ledger_key
from pipelines.official.evidence import official_evidence
from pipelines.steps import Fetched, store_page
from pipelines.store.frontier import Claimed, Ended, Frontier, LeaseLost, Planned, Shown
from pipelines.store.write import PageRecord, ReviewPlace, Store, open_store

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
    frontier: Frontier
    run_id: str
    own_crawl: str | None = None
    replay: bool = False
    disk_full: bool = False

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
        configure(crawler, dataset, replay, gate, kwargs.pop("seconds", None))
        store, crawl = kwargs.pop("store", None), kwargs.pop("crawl", None)
        spider: WatchSpider = super().from_crawler(crawler, *args, **kwargs)
        spider.dataset = dataset
        spider.readers = own_readers or readers
        spider.own_readers = own_readers
        spider.store = store or open_store(dataset.database, dataset.secret, "crawl")
        spider.archive = Archive(dataset.archive, spider.store)
        spider.gate = gate
        spider.replay = replay
        spider.tally = tally or Tally()
        if crawl is None:
            crawl = spider.own_crawl = spider.store.begin_crawl()
            spider.store.write_claims(dataset.claims)
        spider.run_id = run_id or spider.store.begin_run("crawl", VERSION)
        if run_id is None:
            adopt(spider.store, spider.run_id)
        # How a URL ended stands, when the archive is only read again.
        queue = open_store(Path(":memory:"), dataset.secret) if replay else spider.store
        limits = {
            "max_pages": dataset.crawl.max_pages,
            "max_depth": dataset.crawl.max_depth,
            "per_start": dataset.crawl.official_pages,
        }
        spider.frontier = Frontier(queue, crawl, cls.name, **limits)
        crawler.signals.connect(spider.page_lost, signal=signals.spider_error)
        crawler.signals.connect(spider.item_lost, signal=signals.item_error)
        crawler.signals.connect(spider.page_kept, signal=signals.item_scraped)
        return spider

    def targets(self) -> Iterator[Planned]:
        """The first pages to ask; subclasses say which. Those known in this crawl are not asked again."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Request]:
        """Nothing: the scheduler plans the targets, in one transaction."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def plan(self, url: str, depth_of: Response | None = None, **request: Any) -> Planned:
        """A page to ask. What `request` says is for the page's meta."""
        depth = 0 if depth_of is None else int(depth_of.meta["level"]) + 1
        purpose = request.pop("purpose", self.purpose)
        return Planned(url=url, key=ledger_key(url), depth=depth, request={"purpose": purpose, **request})

    def request_of(self, claimed: Claimed) -> Request:
        """The request for a claimed page: plain, or by the browser where that is known to be needed."""
        url, purpose = claimed.url, claimed.request["purpose"]
        reason = page_class_for(url).needs_browser(url) or self.store.render_reason(claimed.host, purpose)
        meta = {**claimed.request, "level": claimed.depth, "key": claimed.key, "asked": url}
        return self._request(url, reason, meta)

    def _request(self, url: str, reason: str | None, meta: dict[str, Any]) -> Request:
        extra = browser_meta(float(self.dataset.crawl.browser_seconds), reason) if reason else {}
        return Request(
            url, callback=self.parse_page, errback=self.page_failed, meta={**meta, **extra}, dont_filter=True
        )

    async def parse_page(self, response: Response, reading: Reading) -> AsyncIterator[Any]:
        """Send a page on, with the pages it leads to; a shell goes to the browser instead."""
        page, meta = reading.page, response.meta
        # A body of JSON has no script that could put more into it; an overloaded host is not asked once more.
        final = meta.get("playwright") or "gave_up" in meta or "json" in meta["capture"].content_type.lower()
        reason = None if final else self.shell_reason(page, meta["purpose"])
        if reason is not None:
            kept = ("purpose", "product", "start", "level", "key", "asked", "filter", "sort", "number", "dry")
            yield self._request(meta["asked"], reason, {name: meta[name] for name in kept if name in meta})
            return
        links, shown = self.follow(response, page)
        place = meta.get("place") or ReviewPlace(crawl=self.frontier.crawl)
        record = replace(record_of(response, self.name, self.run_id), place=place)
        if meta["capture"].rendered and page.outcome == "ok":
            self._remember_render(meta)
        yield Fetched(
            record=record,
            page=page,
            facts=self.kept_facts(response, reading),
            product=meta.get("product"),
            ended=ended(response.request, "failed" if "gave_up" in meta else "done", record),  # type: ignore[arg-type]
            links=tuple(links),
            shown=tuple(shown),
            beside=self.beside(response, reading),
        )

    def _remember_render(self, meta: dict[str, Any]) -> None:
        """Later pages of this kind go to the browser at once, unless the host's others were read without it."""
        host, purpose = host_of(meta["asked"]), meta["purpose"]
        if self.store.render_reason(host, purpose) is None and not self.frontier.read_plainly(host, purpose):
            self.store.remember_render(host, purpose, meta["render_reason"], meta["asked"])

    def shell_reason(self, page: Page, purpose: str) -> str | None:
        """Why a static page must be rendered: it is a frame without what this purpose looks for."""
        # A page that came damaged is no shell; the browser would show the same part of it and not say so.
        if page.outcome not in ("ok", "no_offer") or (CUT | UNSURE).intersection(page.faults):
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

    def follow(self, response: Response, page: Page) -> tuple[Iterable[Planned], Iterable[Shown]]:
        """The pages that a page leads to, and what it showed of a chain of pages; none by default."""
        return (), ()

    def may_be_missing(self, request: Request) -> bool:
        """Whether a page that the archive does not hold may be one that the crawl had no reason to ask for."""
        return False

    def kept_facts(self, response: Response, reading: Reading) -> PageFacts:
        """What is stored of what a page said: all of it."""
        return reading.facts

    def beside(self, response: Response, reading: Reading) -> dict[str, list[dict[str, object]]]:
        """The page's rows of further tables: what shows that its shop is official."""
        rows = official_evidence(self.dataset, response.meta["asked"], response.url, reading.facts)
        return {"official_evidence": rows}

    def page_kept(self, item: Fetched) -> None:
        """A page was committed."""
        page, tally = item.page, self.tally
        setattr(tally, item.ended.state, getattr(tally, item.ended.state) + 1)
        tally.scheduled = max(tally.scheduled, self.frontier.total)
        tally.host(item.record.url)
        if page is not None:
            tally.browser += item.record.renderer == "browser"
            tally.blocked += page.outcome in ("blocked", "login_wall", "captcha")
            tally.items += len(page.reviews) + len(page.items) + (page.offer is not None)

    def count(self) -> None:
        """Take the numbers from the frontier: earlier runs and other processes work on the same crawl."""
        stats = self.frontier.stats()
        self.tally.scheduled = sum(stats.values())
        self.tally.done, self.tally.refused, self.tally.failed = stats["done"], stats["refused"], stats["failed"]

    async def page_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """A page that gave no response is a row too: refused on purpose, or failed."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if _no_room(failure.value):
            self._stop_full()
            return
        if isinstance(failure.value, Interrupted):
            return
        keep_evidence(request, self.archive)
        record = failure_record(request, failure.value, self.name, self.run_id)
        if isinstance(failure.value, NotArchived):
            # A gap of the archive says nothing about a shop: it is counted, and no page is written.
            state = "done" if self.may_be_missing(request) else "failed"
            self.frontier.commit_page(lambda: "", ended(request, state, record))
            self.count()
            return
        yield Fetched(record=record, page=None, ended=ended(request, record.outcome or "failed", record))

    def page_lost(self, failure: Failure, response: Response) -> None:
        """A callback raised: the page becomes a failed row that names the error, and the crawl goes on."""
        request = response.request
        if request is not None and request.meta.get("key") in self.frontier.mine:
            record = failure_record(request, failure.value, self.name, self.run_id)
            self._lose(record, ended(request, "failed", record))

    def item_lost(self, item: Fetched, failure: Failure) -> None:
        """A page could not be stored: it failed. A full disk ends the crawl; a page that others took over is theirs."""
        error = failure.value
        if isinstance(error, LeaseLost):
            self.frontier.mine.pop(item.ended.key, None)
        elif _no_room(error):
            self._stop_full()
        else:
            reason = f"not stored: {type(error).__name__}: {error}"
            self._lose(replace(item.record, reason=reason), replace(item.ended, reason=reason))

    def _stop_full(self) -> None:
        """End the crawl: pages that cannot be stored stay unfinished, so that the next run asks them again."""
        engine = self.crawler.engine
        if engine is not None and not self.disk_full:
            self.disk_full = True
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason="disk_full"))

    def vanished(self, claimed: Claimed) -> None:
        """A request that came back neither with an answer nor with an error."""
        if self.disk_full:
            return
        request = self.request_of(claimed)
        error = RuntimeError("the request ended without an answer and without an error")
        record = failure_record(request, error, self.name, self.run_id)
        self._lose(record, ended(request, "failed", record))

    def _lose(self, record: PageRecord, end: Ended) -> None:
        lost = Fetched(record=replace(record, outcome="failed"), page=None, ended=replace(end, state="failed"))
        store_page(self.store, self.frontier, lost)
        self.count()

    def closed(self, reason: str) -> None:
        if self.own_readers is not None:
            self.own_readers.close()
        self.archive.close()
        if self.own_crawl is not None:
            self.store.end_run(self.run_id, 0 if self.store.end_crawl(self.own_crawl) else 130)
            self.store.close()


def _no_room(error: BaseException | None) -> bool:
    return isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)


def ended(request: Request, state: str, record: PageRecord) -> Ended:
    """How a request ended, with the manners it was asked with."""
    manners = request.meta.get("manners")
    return Ended(
        key=request.meta["key"],
        state=state,
        reason=None if state == "done" else request.meta.get("gave_up") or record.reason,
        renderer=record.renderer,
        robots=getattr(manners, "robots", None),
        delay=None if manners is None else f"{manners.delay:g}",
        user_agent=getattr(manners, "agent", None),
        attempts=getattr(manners, "attempts", None),
    )


def configure(crawler: Crawler, dataset: Dataset, replay: bool, gate: Gate, seconds: float | None = None) -> None:
    """Write what the dataset says about crawling into this crawler's settings; `seconds` are left of `max_hours`."""
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
        "DEPTH_LIMIT": crawl.max_depth + 1,
        "CLOSESPIDER_TIMEOUT": float(crawl.max_hours) * 3600 if seconds is None else max(0.1, seconds),
        "DOWNLOAD_MAXSIZE": crawl.max_body_mib * 1024 * 1024,
        "DAIHUO_ARCHIVE": str(dataset.archive),
        "DAIHUO_REPLAY": replay,
        "DAIHUO_ROBOTS_PAUSE": crawl.robots_pause,
        "DAIHUO_RETRY_PAUSE": crawl.retry_pause,
        "DAIHUO_LONGEST_WAIT": crawl.longest_wait,
        "PLAYWRIGHT_ABORT_REQUEST": _aborter(crawler, gate),
        "PLAYWRIGHT_BROWSER_PROVIDER": browser_provider(gate, crawler.settings),
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
        # What this says of a page that was not stored, with a traceback, stands in the ledger as a sentence.
        logging.getLogger("scrapy.core.scraper").setLevel(logging.CRITICAL)
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


def _aborter(crawler: Crawler, gate: Gate) -> Any:
    async def abort(request: Any) -> bool:
        page_url = request.frame.page.url if request.frame else ""
        if not wanted(request.url, request.resource_type, page_url):
            return True
        if not request.url.startswith(("http:", "https:")):
            return not request.url.startswith(("data:", "blob:", "about:"))
        if await gate.refusal(request.url) is not None:
            return True
        # robots.txt speaks of pages: documents are asked for, what a page is made of is not.
        robots: Robots | None = getattr(crawler.spider, "robots", None) if request.resource_type == "document" else None
        return robots is not None and await robots.refusal(request.url) is not None

    return abort
