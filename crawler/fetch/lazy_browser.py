"""Starts Playwright when the first page needs it: most crawls never do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.async_api import Browser, Playwright, async_playwright
from scrapy.settings import BaseSettings
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.fetch.chromium import launch_options
from crawler.fetch.gate import Gate
from crawler.fetch.proxy import BrowserProxy


class LazyBrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """scrapy-playwright browser provider (`PLAYWRIGHT_BROWSER_PROVIDER`). Raises BrowserMissing on first use.

    Chromium reaches the network through `proxy` only, which asks `gate`; without one, public addresses pass.
    """

    def __init__(self, config: Any, gate: Gate | None = None, body_bytes: int = 16 * 1024 * 1024) -> None:
        super().__init__(config)
        self.driver: Playwright | None = None
        self.proxy = BrowserProxy(gate or Gate(), body_bytes)

    async def start(self) -> None:
        """Nothing yet; see `launch_browser`."""

    async def launch_browser(self) -> Browser:
        await self.proxy.start()
        options: Any = launch_options(self.proxy)
        if self.driver is None:
            self.driver = await async_playwright().start()
        return await self.driver.chromium.launch(**options)

    async def close(self) -> None:
        await self.proxy.stop()
        driver, self.driver = self.driver, None
        if driver is not None:
            await driver.stop()


def browser_provider(gate: Gate, settings: BaseSettings) -> Callable[[Any], LazyBrowserProvider]:
    """The value of `PLAYWRIGHT_BROWSER_PROVIDER` for a spider with this gate; its body cap is `DOWNLOAD_MAXSIZE`."""

    def provider(config: Any) -> LazyBrowserProvider:
        return LazyBrowserProvider(config, gate, settings.getint("DOWNLOAD_MAXSIZE"))

    return provider
