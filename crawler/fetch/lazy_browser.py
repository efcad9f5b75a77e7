"""Starts Playwright when the first page needs it: most crawls never do."""

from __future__ import annotations

from playwright.async_api import Browser, PlaywrightContextManager
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.fetch.chromium import launch_options


class LazyBrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """scrapy-playwright browser provider (`PLAYWRIGHT_BROWSER_PROVIDER`). Raises BrowserMissing on first use."""

    async def start(self) -> None:
        """Nothing yet; see `launch_browser`."""

    async def launch_browser(self) -> Browser:
        self.config.launch_options = launch_options()
        if self.browser_type is None:
            self.playwright_context_manager = PlaywrightContextManager()
            self.playwright = await self.playwright_context_manager.start()
            self.browser_type = self.playwright.chromium
        browser: Browser = await super().launch_browser()
        return browser

    async def close(self) -> None:
        if self.playwright is not None:
            await self.playwright.stop()
            self.playwright = None  # type: ignore[assignment]
            self.browser_type = None  # type: ignore[assignment]
