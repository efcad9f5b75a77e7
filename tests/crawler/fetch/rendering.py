"""Renders paths of a server in a real Chromium, four at a time, as a crawl does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.async_api import Request as PlaywrightRequest
from playwright.async_api import Route

from crawler.fetch.browser import Rendered, wanted
from crawler.fetch.gate import Gate
from crawler.fetch.lazy_browser import LazyBrowserProvider
from crawler.fetch.pool import Limits, Pool
from crawler.fetch.tab import Tab


async def route(route: Route, request: PlaywrightRequest) -> None:
    if wanted(request.url, request.resource_type, request.frame.page.url):
        await route.continue_()
    else:
        await route.abort()


@dataclass(slots=True)
class Results:
    """What each URL gave (a page or an error), how long it took, and how often Chromium was started."""

    pages: dict[str, Rendered] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    starts: int = 0


async def render_one(pool: Pool, url: str, cap: float, site: str = "shop.example") -> Rendered:
    async with pool.page(site) as page:
        tab = await Tab.of(page, route)
        try:
            return await tab.render(url, cap)
        finally:
            tab.listener.stop()


T = TypeVar("T")


def in_pool(work: Callable[[Pool], Awaitable[T]], limits: Limits | None = None) -> T:
    """Run a coroutine with a pool that is closed at its end."""

    async def go() -> T:
        pool = Pool(LazyBrowserProvider(None, Gate(["127.0.0.1"])), limits or Limits())
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(go())


def render(urls: Sequence[str], cap: float, limits: Limits | None = None, then: Sequence[str] = ()) -> Results:
    """Render all, as many at a time as the limits allow; those of `then` in the same browser, when the first ended."""
    results = Results()

    async def one(pool: Pool, url: str) -> None:
        clock = asyncio.get_running_loop().time
        async with places:
            start = clock()
            try:
                results.pages[url] = await render_one(pool, url, cap)
            except Exception as error:
                results.errors[url] = error
            results.seconds[url] = clock() - start

    async def work(pool: Pool) -> None:
        for group in (urls, then):
            await asyncio.gather(*[one(pool, url) for url in group])
        results.starts = pool.starts

    places = asyncio.Semaphore((limits or Limits()).tabs)
    in_pool(work, limits)
    return results
