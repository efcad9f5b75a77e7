"""What is done when a host does not answer, or answers that it cannot: it is left alone, then asked again.

The whole host waits, for as long as its `Retry-After` says or with pauses that double; other hosts go on. A page is
asked for a bounded number of times, then its last answer stands. A pause longer than the bound is not waited for: the
pages of that host end as failed, with the reason.
"""

from __future__ import annotations

import errno
import random
import time
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, NotConfigured
from scrapy.http import Request, Response
from scrapy.utils.misc import load_object

from crawler.fetch.manners import Held, HostAway, again, held_until, is_robots, note, put_off
from crawler.fetch.retry_after import seconds_asked, utc_in
from pipelines.normalize.urls import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

BUSY = frozenset({429, 503})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A host that is asked this slowly keeps at most one request in its download slot, the others stay in the scheduler.
SLOW_SECONDS = 2.0
# Who refuses a connection or has no address answered at once: little is gained by waiting.
QUICK = (DownloadConnectionRefusedError, CannotResolveHostError)
QUICK_SHARE = 0.25
JITTER = 0.25


class Backoff:
    """Scrapy downloader middleware in place of Scrapy's RetryMiddleware. Off when the archive answers.

    DAIHUO_TRIES          how often a page is asked for while the connection breaks or the answer is a server's error
    DAIHUO_TRIES_BUSY     … while the answer is 429 or 503
    DAIHUO_RETRY_PAUSE    seconds of the first pause where no Retry-After says; doubles with every further one
    DAIHUO_LONGEST_WAIT   the longest pause that is waited for, seconds
    RETRY_HTTP_CODES, RETRY_EXCEPTIONS  as Scrapy's
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if settings.getbool("DAIHUO_REPLAY") or not settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        self.crawler = crawler
        self.tries = settings.getint("DAIHUO_TRIES")
        self.tries_busy = settings.getint("DAIHUO_TRIES_BUSY")
        self.first_pause = settings.getfloat("DAIHUO_RETRY_PAUSE")
        self.longest_wait = settings.getfloat("DAIHUO_LONGEST_WAIT")
        self.codes = frozenset(int(code) for code in settings.getlist("RETRY_HTTP_CODES"))
        self.errors = tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))
        self._in_a_row: dict[str, int] = {}
        self._away: dict[str, tuple[float, str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Backoff:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        host = host_of(request.url)
        # Scrapy's own slots are one for a host name, whatever the port.
        request.meta["download_slot"] = host
        if is_robots(request):
            return None
        now = time.monotonic()
        until, reason = self._away.get(host, (0.0, ""))
        if now < until:
            raise HostAway(reason)
        held = held_until(self.crawler, host)
        if now < held:
            return again(request, held - now)
        request.meta["attempts"] = request.meta.get("attempts", 0) + 1
        delay = self._delay(host)
        if delay >= SLOW_SECONDS:
            engine: Any = self.crawler.engine
            engine.scheduler.hold(host, now + delay, f"asked every {delay:g} s")
        return None

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if is_robots(request):
            return response
        self._note(request)
        host, status, asked = host_of(request.url), response.status, seconds_asked(response)
        if status in self.codes:
            tries = self.tries_busy if status in BUSY else self.tries
            following = self._failed(request, str(status), asked, tries)
            if isinstance(following, Request):
                return following
            request.meta["gave_up"] = following
            return response
        self._in_a_row.pop(host, None)
        if status in REDIRECTS:
            # What is asked next is another address, not the same one again.
            request.meta["attempts"] -= 1
        if asked is not None:
            self._leave_alone(host, str(status), asked, asked)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if isinstance(exception, Held):
            request.meta["attempts"] -= 1
            return again(request, held_until(self.crawler, host_of(request.url)) - time.monotonic())
        if is_robots(request):
            return None
        self._note(request)
        if not isinstance(exception, self.errors) or getattr(exception, "errno", None) == errno.ENOSPC:
            return None
        share = QUICK_SHARE if isinstance(exception, QUICK) else 1.0
        following = self._failed(request, type(exception).__name__, None, self.tries, share)
        return following if isinstance(following, Request) else None

    def _failed(
        self, request: Request, what: str, asked: float | None, tries: int, share: float = 1.0
    ) -> Request | str:
        """The request for the next try, or why there is none."""
        host, attempts, now = host_of(request.url), int(request.meta.get("attempts", 1)), time.monotonic()
        if held_until(self.crawler, host) <= now:
            # Several answers of one bad moment are one failure.
            self._in_a_row[host] = self._in_a_row.get(host, 0) + 1
        times = max(attempts, self._in_a_row.get(host, 1))
        pause = asked
        if pause is None:
            pause = self.first_pause * share * 2 ** min(times - 1, 40) * random.uniform(1, 1 + JITTER)  # noqa: S311
        away = self._leave_alone(host, what, pause, asked)
        if away is not None:
            return away
        return again(request, pause) if attempts < tries else f"{what} after {attempts} tries"

    def _leave_alone(self, host: str, what: str, pause: float, asked: float | None) -> str | None:
        """Put the host off. Where that would take too long its pages end instead: the reason of each is returned."""
        now = time.monotonic()
        if pause <= self.longest_wait:
            put_off(self.crawler, host, max(now + pause, held_until(self.crawler, host)), f"{what}: put off")
            return None
        after = utc_in(pause)
        reason = f"the host asks to come back after {after}"
        if asked is None:
            reason = f"{what}, {self._in_a_row.get(host, 1)} times in a row: not asked again before {after}"
        self._away[host] = (now + pause, reason)
        put_off(self.crawler, host, now, reason)
        return reason

    def _note(self, request: Request) -> None:
        agent = request.headers.get("User-Agent") or b""
        attempts = max(int(request.meta.get("attempts", 0)), 1 if "redirect_times" in request.meta else 0)
        note(
            request,
            delay=round(self._delay(host_of(request.url)), 3),
            agent=agent.decode("latin-1"),
            waited=float(request.meta.get("waited", 0.0)),
            attempts=attempts,
        )

    def _delay(self, host: str) -> float:
        """The delay in force for a host: of its download slot, or what a new slot would have."""
        downloader = self.crawler.engine.downloader
        if host in downloader.slots:
            return float(downloader.slots[host].delay)
        return float(downloader.per_slot_settings.get(host, {}).get("delay", downloader._delay))
