"""Shows how a crawl is going: a live table on a terminal, one plain line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text
from scrapy import signals

from crawler.tally import Tally
from crawler.terminal import Terminal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PLAIN_SECONDS = 10.0
HOSTS_SHOWN = 8


class Progress:
    """Scrapy extension; reads the spider's tally, changes nothing. `DAIHUO_QUIET` switches it off."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.console = Terminal(stderr=True)
        self.live: Live | None = None
        self.started = self.printed = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        extension = cls(crawler)
        if not crawler.settings.getbool("DAIHUO_QUIET"):
            connect = crawler.signals.connect
            connect(extension.opened, signal=signals.spider_opened)
            connect(extension.moved, signal=signals.item_scraped)
            connect(extension.moved, signal=signals.request_scheduled)
            connect(extension.closed, signal=signals.spider_closed)
        return extension

    def opened(self, spider: Any) -> None:
        if self.console.is_terminal:
            self.live = Live(get_renderable=self._table, console=self.console, refresh_per_second=4, transient=True)
            self.live.start()

    def moved(self, **_: Any) -> None:
        now = time.monotonic()
        if self.live is None and now - self.printed >= PLAIN_SECONDS:
            self.printed = now
            print(f"{self._name}: {self._tally.line()}", file=sys.stderr, flush=True)

    def closed(self, **_: Any) -> None:
        if self.live is not None:
            self.live.stop()
            self.live = None
        print(f"{self._name}: {self._tally.line()}", file=sys.stderr, flush=True)

    @property
    def _tally(self) -> Tally:
        tally: Tally = self.crawler.spider.tally  # type: ignore[union-attr]
        return tally

    @property
    def _name(self) -> str:
        return self.crawler.spider.name if self.crawler.spider else ""

    def _table(self) -> Group:
        tally = self._tally
        elapsed = time.monotonic() - self.started
        share = (tally.scheduled - tally.queued) / tally.scheduled if tally.scheduled else 0.0
        bar = "█" * round(share * 30)
        pace = _pace(tally.scheduled - tally.queued, tally.queued, elapsed)
        head = Text(f"{self._name}  {bar:░<30} {tally.scheduled - tally.queued}/{tally.scheduled}  {pace}")
        counts = Table.grid(padding=(0, 2))
        for name in ("done", "queued", "browser", "blocked", "refused", "failed", "items"):
            counts.add_row(name, str(getattr(tally, name)))
        hosts = Table.grid(padding=(0, 2))
        for host, count in tally.hosts.most_common(HOSTS_SHOWN):
            hosts.add_row(host, str(count))
        beside = Table.grid(padding=(0, 4))
        beside.add_row(counts, hosts)
        return Group(head, beside)


def _pace(ended: int, queued: int, seconds: float) -> str:
    """`12 s · 1.5/s · 40 s left`: what is known to be left; pages that are found meanwhile come on top."""
    said = f"{int(seconds)} s"
    if not ended or seconds < 1:
        return said
    rate = ended / seconds
    return f"{said} · {rate:.1f}/s · {int(queued / rate)} s left"
