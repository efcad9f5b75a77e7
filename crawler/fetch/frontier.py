"""Scrapy's scheduler, on the frontier in the dataset's database (`pipelines.store.frontier`).

Scrapy's own keeps requests in memory, or pickled on disk where only a clean stop leaves them whole. Here a request is a
row, claimed before it is asked and ended in the transaction of its page. What Scrapy sends back for a page that is
being asked (a redirect, another try, the browser after the plain page) stays in memory: its row is still claimed, and a
killed crawl begins that page anew.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Request
from scrapy.utils.asyncio import call_later

from pipelines.errors import DiskFull
from pipelines.normalize.urls import host_of
from pipelines.store.frontier import Claimed, Frontier

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# Waiting for what another process has claimed, or for what it may still find.
POLL_SECONDS = 1.0
LEAST_AHEAD = 16


class FrontierScheduler(BaseScheduler):
    """Hands out claimed URLs: fair to all hosts, none of a held one, `per_host` of one at a time."""

    frontier: Frontier

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.per_host = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self.ahead = max(LEAST_AHEAD, 4 * self.per_host)
        self.most_open = 4 * max(LEAST_AHEAD, crawler.settings.getint("CONCURRENT_REQUESTS"))
        self.ready: dict[str, deque[Claimed | Request]] = {}
        self.held: dict[str, float] = {}
        self.asked_at = float("-inf")
        self.known = -1

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        return cls(crawler)

    def open(self, spider: Any) -> None:
        self.spider = spider
        self.frontier = spider.frontier
        self.frontier.reclaim()
        self.frontier.add(spider.targets())
        spider.count()

    def close(self, reason: str) -> None:
        """What was claimed and not ended is free for the next run; on a full disk that run frees it."""
        with contextlib.suppress(DiskFull):
            self.frontier.release()
        self.spider.count()

    # Waiting.

    def hold(self, host: str, until: float, reason: str) -> None:
        """Ask nothing of a host (`host` or `host:port`) before `until` of `time.monotonic()`; others go on."""
        self.held[host] = max(until, self.held.get(host, until))
        call_later(max(0.0, until - time.monotonic()), self._wake)

    def held_until(self, host: str) -> float:
        """Until when a host is held; a time that is over when it is not."""
        return self.held.get(host, float("-inf"))

    def _holds(self, host: str, now: float) -> bool:
        if host in self.held and self.held[host] <= now:
            del self.held[host]
            # Its URLs were not claimed meanwhile.
            self.known = -1
        return host in self.held

    def _wake(self) -> None:
        engine = self.crawler.engine
        # The engine looks at its scheduler every five seconds; there is no public way to say that it is worth it now.
        slot = engine._slot if engine is not None else None
        if slot is not None and slot.closing is None:
            slot.nextcall.schedule()

    # What Scrapy asks.

    def enqueue_request(self, request: Request) -> bool:
        """Take back a request for a page that is being asked; any other has no row and is refused."""
        if request.meta.get("key") not in self.frontier.mine:
            return False
        self.ready.setdefault(host_of(request.url), deque()).appendleft(request)
        return True

    def next_request(self) -> Request | None:
        # Scrapy would fetch on while up to 5 MB of answers wait to be read: thousands of small pages.
        if len(self.frontier.mine) - sum(map(len, self.ready.values())) >= self.most_open:
            return None
        found = self._pick()
        if found is None and self._claim():
            found = self._pick()
        if found is None:
            return None
        request = found if isinstance(found, Request) else self.spider.request_of(found)
        # Scrapy would give one slot, so one delay, to all ports of a host, and a redirect its first host's.
        request.meta["download_slot"] = host_of(request.url)
        return request

    def has_pending_requests(self) -> bool:
        """Asked when nothing is being fetched or read: a page of ours that is then not waiting here was lost."""
        if any(self.ready.values()):
            return True
        for key in list(self.frontier.mine):
            self.spider.vanished(self.frontier.mine[key])
        if self.frontier.queued() or self.frontier.reclaim():
            call_later(POLL_SECONDS, self._wake)
            return True
        return False

    def _pick(self) -> Claimed | Request | None:
        engine = self.crawler.engine
        active = engine.downloader.active if engine is not None else ()
        busy = Counter(request.meta.get("download_slot", "") for request in active)
        now = time.monotonic()
        for host, waiting in list(self.ready.items()):
            if waiting and busy[host] < self.per_host and not self._holds(host, now):
                # The host goes to the end of the row: the others are asked first next time.
                self.ready[host] = self.ready.pop(host)
                return waiting.popleft()
        return None

    def _claim(self) -> bool:
        """Claim for hosts that have little ready; at most once a poll when there was nothing and nothing was added."""
        now = time.monotonic()
        held = {host for host in list(self.held) if self._holds(host, now)}
        if self.known == self.frontier.total and now - self.asked_at < POLL_SECONDS:
            return False
        full = {host for host, waiting in self.ready.items() if len(waiting) >= self.per_host}
        claimed = self.frontier.claim(4 * self.ahead, per_host=self.ahead, skip=full | held)
        for each in claimed:
            self.ready.setdefault(each.host, deque()).append(each)
        self.known, self.asked_at = (-1 if claimed else self.frontier.total), now
        for host in [host for host, waiting in self.ready.items() if not waiting]:
            del self.ready[host]
        if claimed:
            self.spider.count()
        return bool(claimed)
