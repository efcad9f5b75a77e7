"""How fast a host is asked: never faster than it or the dataset says, slower while it is slow.

Scrapy's AutoThrottle knows one least delay for all hosts; this one knows each host's own, which robots.txt may have
raised (`DOWNLOAD_SLOTS` of the downloader).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

BUSY = frozenset({429, 503})
OK = 200


class Throttle:
    """Scrapy extension in place of AutoThrottle, with its settings: AUTOTHROTTLE_ENABLED, _START_DELAY, _MAX_DELAY
    and _TARGET_CONCURRENCY."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("AUTOTHROTTLE_ENABLED"):
            raise NotConfigured
        self.crawler = crawler
        self.least = settings.getfloat("DOWNLOAD_DELAY")
        self.start = max(self.least, settings.getfloat("AUTOTHROTTLE_START_DELAY"))
        self.most = settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        self.concurrency = max(0.01, settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Throttle:
        throttle = cls(crawler)
        crawler.signals.connect(throttle.opened, signal=signals.spider_opened)
        crawler.signals.connect(throttle.answered, signal=signals.response_downloaded)
        return throttle

    def opened(self) -> None:
        engine: Any = self.crawler.engine
        engine.downloader._delay = self.start

    def answered(self, response: Response, request: Request) -> None:
        engine: Any = self.crawler.engine
        host = request.meta.get("download_slot", "")
        slot = engine.downloader.slots.get(host)
        if slot is None:
            return
        least = max(self.least, engine.downloader.per_slot_settings.get(host, {}).get("delay", 0.0))
        slot.delay = self.next_delay(slot.delay, least, request.meta.get("download_latency"), response.status)

    def next_delay(self, delay: float, least: float, latency: float | None, status: int) -> float:
        """The delay after an answer that took `latency` seconds (None: not known); all in seconds."""
        if status in BUSY:
            wanted = delay * 2
        elif latency is None:
            wanted = delay
        else:
            target = latency / self.concurrency
            wanted = max(target, (delay + target) / 2)
        # An error page is quickly sent: it may slow us down, never speed us up.
        if status != OK:
            wanted = max(wanted, delay)
        return max(least, min(wanted, self.most))
