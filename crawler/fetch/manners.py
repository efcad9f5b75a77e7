"""How one request was made: what robots.txt said, how slowly the host was asked, who asked, how often."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import Any

from scrapy.http import Request

logger = logging.getLogger(__name__)

# The product token of RFC 9309: what a group in robots.txt must be called to mean us.
TOKEN = "daihuo"  # noqa: S105 — a name, no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Stored with every request, as `request.meta["manners"]`.

    robots    the decision in words: "allowed by robots.txt", "no robots.txt (404)", "disallowed: /path", …
    delay     seconds between two requests to the host when this one was sent
    agent     the user agent as sent; empty when nothing was sent
    waited    seconds for which the page was put off
    attempts  how often it was asked for
    """

    robots: str = ""
    delay: float = 0.0
    agent: str = ""
    waited: float = 0.0
    attempts: int = 0


class HostAway(Exception):
    """The host is not asked now and will not be in this run; the message is the reason the ledger keeps."""


class Held(Exception):
    """The request was waiting its turn when its host was put off: it goes back to the scheduler unasked."""


def note(request: Request, **known: Any) -> None:
    """Add what is known now to the request's manners."""
    request.meta["manners"] = replace(request.meta.get("manners") or Manners(), **known)


def again(request: Request, waits: float) -> Request:
    """The same request once more, for the scheduler: without what belongs to the attempt that just ended.

    Its meta counts on: `attempts` (requests sent) and `waited` (seconds) are plain numbers.
    """
    copy = request.copy()
    copy.dont_filter = True
    for name in ("manners", "capture", "parts", "revisit", "gave_up", "download_slot", "download_latency"):
        copy.meta.pop(name, None)
    copy.meta["waited"] = round(float(request.meta.get("waited", 0.0)) + max(0.0, waits), 3)
    return copy


def put_off(crawler: Any, host: str, until: float, reason: str) -> None:
    """Ask nothing from a host before `until` (`time.monotonic()`), except its robots.txt; other hosts go on.

    What waits for its turn in the host's download slot returns to the scheduler, which keeps it back.
    """
    logger.info("%s: nothing is asked for %.1f s (%s)", host, max(0.0, until - time.monotonic()), reason)
    crawler.engine.scheduler.hold(host, until, reason)
    slot = crawler.engine.downloader.slots.get(host)
    if slot is None:
        return
    waiting = list(slot.queue)
    slot.queue.clear()
    for request, answer in waiting:
        if is_robots(request):
            slot.queue.append((request, answer))
        else:
            answer.errback(Held(reason))


def held_until(crawler: Any, host: str) -> float:
    """Until when (`time.monotonic()`) nothing is asked from a host; 0 or a past time when it may be asked."""
    return float(crawler.engine.scheduler.held_until(host))


def is_robots(request: Request) -> bool:
    """Whether the request is for a robots.txt, which no rule of robots.txt and no pause concerns."""
    return bool(request.meta.get("dont_obey_robotstxt"))
