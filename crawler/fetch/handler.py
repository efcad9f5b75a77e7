"""Scrapy's door to the browser: pages that need Chromium are rendered, all others go to the plain downloader.

A page whose browser ended under it is rendered once more in a new one. When the crawl is stopped, pages that are open
or wait for their turn end with `Interrupted` at once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.async_api import Request as PlaywrightRequest
from playwright.async_api import Route
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.fetch.browser import BrowserGone, Interrupted, PageCrashed, Rendered, RenderFailed
from crawler.fetch.losses import Losses
from crawler.fetch.pool import Limits, Pool
from crawler.fetch.tab import Tab
from pipelines.normalize.hosts import registrable_domain

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

STOP_POLL_SECONDS = 0.2
# A signal that ends us may end the browser a moment earlier.
RETRY_SECONDS = 0.5


class Renders:
    """The pool of one crawl and the renders that are under way; `stopping` once the crawl is to end."""

    def __init__(self, crawler: Crawler, pool: Pool) -> None:
        self.crawler, self.pool = crawler, pool
        self.stopping = False
        self.tasks: set[asyncio.Task[Rendered]] = set()
        # Scrapy says nothing of a stop before the last request has ended.
        self._watching = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while self.crawler.crawling and not getattr(self.crawler.spider, "disk_full", False):
            await asyncio.sleep(STOP_POLL_SECONDS)
        self.stop()

    def stop(self) -> None:
        """Interrupt what is open and what waits."""
        self.stopping = self.pool.closing = True
        for task in self.tasks:
            task.cancel()
        engine = self.crawler.engine
        for slot in engine.downloader.slots.values() if engine is not None else ():
            while slot.queue:
                slot.queue.popleft()[1].errback(Interrupted("the crawl was stopped"))

    async def close(self) -> None:
        self._watching.cancel()
        self.stop()
        await self.pool.close()


# Scrapy makes one handler a scheme; they share one browser.
_RENDERS: WeakKeyDictionary[Crawler, Renders] = WeakKeyDictionary()


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Scrapy download handler for http and https; a request with `playwright` in its meta is rendered.

    Its `browser_seconds` bound the time a page gets. The `Rendered` is left in the meta as `rendered`.
    """

    async def _launch(self) -> None:
        settings = self._crawler.settings
        if self._crawler not in _RENDERS:
            limits = Limits(
                tabs=settings.getint("BROWSER_TABS"),
                per_context=settings.getint("BROWSER_PAGES_PER_CONTEXT"),
                per_start=settings.getint("BROWSER_PAGES_PER_START"),
                tab_mib=settings.getint("BROWSER_TAB_MIB"),
                mib=settings.getint("BROWSER_MIB"),
            )
            pool = Pool(self.browser_provider_cls(self.config), limits)
            _RENDERS[self._crawler] = Renders(self._crawler, pool)

    async def _close(self) -> None:
        renders = _RENDERS.pop(self._crawler, None)
        if renders is not None:
            await renders.close()

    async def _download_request(self, request: Request, spider: Any = None) -> Response:
        renders = _RENDERS[self._crawler]
        if renders.stopping:
            raise Interrupted("the crawl was stopped")
        task = asyncio.ensure_future(self._render(request, renders.pool))
        renders.tasks.add(task)
        try:
            await asyncio.wait({task})
        finally:
            renders.tasks.discard(task)
            task.cancel()
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or (isinstance(error, RenderFailed) and (renders.stopping or not self._crawler.crawling)):
            raise Interrupted("the crawl was stopped")
        return _response(request, task.result())

    async def _render(self, request: Request, pool: Pool) -> Rendered:
        headers = request.headers.copy()
        try:
            return await self._render_once(request, pool)
        except (BrowserGone, PageCrashed):
            await asyncio.sleep(RETRY_SECONDS)
        request.headers = headers
        try:
            return await self._render_once(request, pool)
        except (BrowserGone, PageCrashed) as error:
            raise type(error)(f"{error}, twice") from error

    async def _render_once(self, request: Request, pool: Pool) -> Rendered:
        started = asyncio.Event()
        handle = self._make_request_handler(
            context_name="",
            method=request.method,
            url=request.url,
            headers=request.headers,
            body=request.body,
            encoding=request.encoding,
            spider=self._crawler.spider,
            initial_request_done=started,
        )

        async def routing(route: Route, asked: PlaywrightRequest) -> None:
            await handle(route, asked)

        async with pool.page(registrable_domain(urlsplit(request.url).netloc)) as page:
            tab = await Tab.of(page, routing)
            losses = Losses(page, self._crawler.spider.gate)
            try:
                await tab.answered(losses.hear_hops(tab.session))
                rendered = await tab.render(request.url, float(request.meta["browser_seconds"]))
                rendered.note = "; ".join(filter(None, (rendered.note, losses.note())))
                return rendered
            except Exception as error:
                explained = losses.explained(error)
                if explained is error:
                    raise
                raise explained from error
            finally:
                tab.listener.stop()


def _response(request: Request, rendered: Rendered) -> Response:
    request.meta["rendered"] = rendered
    request.meta["download_latency"] = rendered.latency
    headers = Headers(rendered.headers)
    headers.pop("Content-Encoding", None)
    return HtmlResponse(
        url=rendered.url,
        status=rendered.status,
        headers=headers,
        body=rendered.html,
        request=request,
        flags=["playwright"],
        encoding="utf-8",
    )
