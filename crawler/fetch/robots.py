"""robots.txt after RFC 9309: what it allows, how slowly it asks to be read, and what is done when it cannot be had.

2xx is parsed; 4xx means there is none, and all may be asked; 5xx and no answer mean that nothing may be asked, and
that robots.txt is asked for again later, with growing pauses. 429 counts as 5xx: who has no time for robots.txt has
none for pages. Five redirects are followed, also to other hosts; after more there is no robots.txt (section 2.3.1.2).
"""

from __future__ import annotations

import asyncio
import codecs
import logging
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.fetch.manners import TOKEN, again, is_robots, note, put_off
from crawler.fetch.middleware import Refused
from crawler.fetch.retry_after import seconds_asked
from crawler.fetch.sentences import sentence_of
from crawler.fetch.traffic import AnswerUnusable
from pipelines.normalize.urls import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_BYTES = 500 * 1024
REDIRECTS = 5
KEPT_SECONDS = 24 * 3600.0
BUSY = HTTPStatus.TOO_MANY_REQUESTS

logger = logging.getLogger(__name__)


class Rules:
    """A robots.txt, read. Never raises: bytes that are no text, and lines that are no rules, are passed over.

    At most 500 KiB are read, up to the last whole line, as the RFC demands at least.
    """

    def __init__(self, body: bytes) -> None:
        try:
            self._parser = Protego.parse(_text(body))
        except (ValueError, RecursionError, IndexError):
            self._parser = Protego.parse("")

    def allowed(self, url: str) -> bool:
        """Whether the group for us (or for everybody) lets this URL be asked. What cannot be told is not asked."""
        try:
            return bool(self._parser.can_fetch(url, TOKEN))
        except (ValueError, IndexError):
            return False

    @property
    def delay(self) -> float:
        """Seconds between two requests by Crawl-delay and Request-rate, the longer of the two; 0 without them."""
        delay = self._parser.crawl_delay(TOKEN) or 0.0
        rate = self._parser.request_rate(TOKEN)
        try:
            return max(delay, rate.seconds / rate.requests if rate else 0.0)
        except OverflowError:
            return KEPT_SECONDS


def _text(body: bytes) -> str:
    if len(body) > MOST_BYTES:
        end = max(body.rfind(b"\n", 0, MOST_BYTES), body.rfind(b"\r", 0, MOST_BYTES))
        body = body[: end if end > 0 else MOST_BYTES]
    for mark, charset in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    return body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of one authority's robots.txt (scheme, host, port). Times are of `time.monotonic()`.

    refusal  why nothing at all is asked there
    open     robots.txt will be asked for again at `until`, and the pages wait; else the answer stands until then
    """

    words: str
    until: float
    rules: Rules | None = None
    refusal: str | None = None
    open: bool = False
    tries: int = 1


class Robots:
    """Scrapy downloader middleware in place of Scrapy's own. Off when the archive answers.

    DAIHUO_ROBOTS_PAUSE    seconds before robots.txt is asked for the second time; doubles with every further one
    DAIHUO_ROBOTS_TRIES    how often it is asked for before the pages of the host are refused
    DAIHUO_ROBOTS_TIMEOUT  seconds for one try
    DAIHUO_CRAWL_DELAY_MAX the longest Crawl-delay that is kept, seconds; of a larger one this much
    DAIHUO_LONGEST_WAIT    the longest Retry-After that is waited for, seconds
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if settings.getbool("DAIHUO_REPLAY") or not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.pause = settings.getfloat("DAIHUO_ROBOTS_PAUSE")
        self.tries = settings.getint("DAIHUO_ROBOTS_TRIES")
        self.timeout = settings.getfloat("DAIHUO_ROBOTS_TIMEOUT")
        self.longest_delay = settings.getfloat("DAIHUO_CRAWL_DELAY_MAX")
        self.longest_wait = settings.getfloat("DAIHUO_LONGEST_WAIT")
        self._known: dict[str, Answer] = {}
        self._asking: dict[str, asyncio.Task[Answer]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        robots = cls(crawler)
        spider: Any = crawler.spider
        spider.robots = robots
        return robots

    async def process_request(self, request: Request) -> Request | None:
        if is_robots(request):
            return None
        answer = await self.answer(request.url)
        note(request, robots=answer.words)
        now = time.monotonic()
        if answer.open:
            put_off(self.crawler, host_of(request.url), answer.until, answer.words)
            return again(request, answer.until - now)
        reason = _refusal(answer, request.url)
        if reason is not None:
            if answer.refusal is None:
                note(request, robots=f"disallowed by robots.txt: {urlsplit(request.url).path or '/'}")
            raise Refused(reason)
        return None

    async def refusal(self, url: str) -> str | None:
        """Why robots.txt does not let a URL be asked, or None: for what the browser goes to on its own."""
        return _refusal(await self.answer(url), url)

    async def answer(self, url: str) -> Answer:
        """What the robots.txt of a URL's authority says. One request for it at a time, whoever asks."""
        parts = urlsplit(url)
        authority = f"{parts.scheme}://{host_of(url)}"
        known = self._known.get(authority)
        if known is not None and time.monotonic() < known.until:
            return known
        if authority not in self._asking:
            task = asyncio.ensure_future(self._ask(authority, known))
            self._asking[authority] = task
            task.add_done_callback(lambda _: self._asking.pop(authority, None))
        return await asyncio.shield(self._asking[authority])

    async def _ask(self, authority: str, before: Answer | None) -> Answer:
        tries = before.tries + 1 if before is not None and before.open else 1
        meta = {
            "dont_obey_robotstxt": True,
            "redirect_ttl": REDIRECTS,
            "download_timeout": self.timeout,
        }
        request = Request(f"{authority}/robots.txt", meta=meta, callback=NO_CALLBACK, dont_filter=True)
        engine: Any = self.crawler.engine
        try:
            response = await engine.download_async(request)
        except Refused as error:
            answer = self._unreachable(f"unreachable: {error}", self.tries, 0.0)
        except Exception as error:  # whatever the network does: nobody may be asked whose robots.txt is unknown
            if "redirect" in str(error):
                answer = _standing(f"no robots.txt (redirects in circles or more than {REDIRECTS} times)")
            else:
                answer = self._unreachable(f"unreachable: {_said(error)}", tries, 0.0)
        else:
            answer = self._read(response, tries, host_of(authority))
        self._known[authority] = answer
        return answer

    def _read(self, response: Response, tries: int, host: str) -> Answer:
        status = response.status
        if 200 <= status < 300:
            rules = Rules(response.body)
            self._slow_down(host, rules.delay)
            return _standing("allowed by robots.txt", rules)
        if status < 500 and status != BUSY:
            return _standing(f"no robots.txt ({status})")
        return self._unreachable(f"answered {status} {_phrase(status)}".strip(), tries, seconds_asked(response) or 0.0)

    def _unreachable(self, what: str, tries: int, asked: float) -> Answer:
        words = f"robots.txt {what}"
        pause = max(asked, self.pause * 2 ** (tries - 1))
        last = tries >= self.tries or asked > self.longest_wait
        return Answer(
            words=words,
            refusal=f"{words}: nothing is fetched from this host",
            until=time.monotonic() + (KEPT_SECONDS if last else pause),
            open=not last,
            tries=tries,
        )

    def _slow_down(self, host: str, delay: float) -> None:
        """Make the delay that robots.txt asks for the host's least one, for the download slot and the throttle."""
        if delay > self.longest_delay:
            logger.warning(
                "%s: robots.txt asks for %g s between requests, %g s are kept", host, delay, self.longest_delay
            )
            delay = self.longest_delay
        downloader = self.crawler.engine.downloader
        least = max(delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        known = downloader.per_slot_settings.setdefault(host, {})
        known["delay"] = max(least, known.get("delay", 0.0))
        if host in downloader.slots:
            slot = downloader.slots[host]
            slot.delay = max(slot.delay, known["delay"])


def _standing(words: str, rules: Rules | None = None) -> Answer:
    return Answer(words=words, rules=rules, until=time.monotonic() + KEPT_SECONDS)


def _refusal(answer: Answer, url: str) -> str | None:
    if answer.refusal is not None:
        return answer.refusal
    return None if answer.rules is None or answer.rules.allowed(url) else "robots.txt disallows it"


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, AnswerUnusable) else sentence_of(error) or "the connection broke"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
