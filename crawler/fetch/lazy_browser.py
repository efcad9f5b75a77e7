"""Starts Playwright when the first page needs it: most crawls never do."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Playwright, async_playwright
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.fetch.chromium import launch_options


class LazyBrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """scrapy-playwright browser provider (`PLAYWRIGHT_BROWSER_PROVIDER`). Raises BrowserMissing on first use."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.driver: Playwright | None = None

    async def start(self) -> None:
        """Nothing yet; see `launch_browser`."""

    async def launch_browser(self) -> Browser:
        options: Any = launch_options()
        if self.driver is None:
            self.driver = await async_playwright().start()
        return await self.driver.chromium.launch(**options)

    async def close(self) -> None:
        driver, self.driver = self.driver, None
        if driver is not None:
            await driver.stop()
