"""What the browser is asked for, what it may load, what it leaves behind, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler.pages.captured import CapturedBody
from pipelines.normalize.hosts import registrable_domain

NOT_LOADED = frozenset({"image", "font", "media", "texttrack", "eventsource", "manifest", "other", "ping"})


class Interrupted(Exception):
    """The crawl is stopping: the page is neither done nor failed, and the next run asks for it again."""


class RenderFailed(Exception):
    """Chromium gave no page; the message is the sentence the ledger keeps."""


class PageCrashed(RenderFailed):
    """The process that drew this page ended; other pages go on."""


class BrowserGone(RenderFailed):
    """Chromium or its driver ended, or does not answer any more."""


@dataclass(slots=True, kw_only=True)
class Rendered:
    """What a rendered page left behind.

    html, taken_at  the DOM as it stood when the page was stopped, and when that was (UTC, ISO 8601)
    url             of the document shown at the end, with `status` and `headers` of its answer
    document        its bytes as sent, content coding removed; None where they could not be had
    captured        the JSON it loaded
    screenshot      PNG with a strip that says URL, time and hash of the DOM; empty when there is none
    latency         seconds until the first answer; `seconds` until it was settled, or given up
    note            what a reader must know: not settled, something left out
    """

    url: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    html: bytes = b""
    taken_at: str = ""
    settled: bool = False
    latency: float = 0.0
    seconds: float = 0.0
    document: bytes | None = None
    captured: list[CapturedBody] = field(default_factory=list)
    screenshot: bytes = b""
    note: str = ""


def browser_meta(cap: float, reason: str) -> dict[str, Any]:
    """Request meta that sends a request to the browser for at most `cap` seconds; `reason` is stored with the page."""
    return {"playwright": True, "browser_seconds": cap, "render_reason": reason}


def wanted(request_url: str, resource_type: str, page_url: str) -> bool:
    """Whether the browser may load a sub-request: no images, fonts, media, and nothing from other sites' trackers.

    A foreign *script* may build the page (shops serve code from a CDN), so only known tracker shapes are left out.
    """
    if resource_type in NOT_LOADED:
        return False
    if resource_type == "document" or not page_url.startswith("http"):
        return True
    target = urlsplit(request_url)
    own = registrable_domain(urlsplit(page_url).netloc) == registrable_domain(target.netloc)
    return own or not _tracker(target.netloc.lower(), target.path.lower())


TRACKER_WORDS = (
    "google-analytics", "googletagmanager", "doubleclick", "facebook", "hotjar", "segment.", "mixpanel", "criteo",
    "scorecardresearch", "newrelic", "nr-data", "sentry", "bat.bing", "clarity.ms", "tiktok.com/i18n/pixel", "taboola",
    "outbrain", "hm.baidu", "cnzz", "umeng", "mmstat", "growingio", "sensorsdata", "analytics", "tracker", "tracking",
    "metrics", "beacon", "telemetry", "pixel",
)  # fmt: skip


def _tracker(host: str, path: str) -> bool:
    place = host + path
    return any(word in place for word in TRACKER_WORDS)
