"""What the browser may load, when a page counts as settled, and what is kept of it.

A page is settled when its visible text has stopped changing, no JSON request is open and it no longer shows a
loading box, or when the time cap is reached (then `settled` is False and the page row says so). Waiting for a silent
network is no policy: shops poll for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Request, Response
from scrapy_playwright.page import PageMethod

from crawler.pages.captured import CapturedBody
from pipelines.normalize.hosts import registrable_domain

NOT_LOADED = frozenset({"image", "font", "media", "texttrack", "eventsource", "manifest", "other", "ping"})
JSON_TYPES = ("json", "javascript", "text/plain")
CAPTURE_LIMIT = 200
CAPTURE_BYTES = 4 * 1024 * 1024
QUIET_SECONDS = 0.4
POLL_SECONDS = 0.1

# One number and one flag: length of the visible text, and whether something on the page says it is still loading.
STATE_SCRIPT = """() => {
  const text = document.body ? document.body.innerText : '';
  const busy = document.readyState === 'loading' || !!document.querySelector('[aria-busy="true"]');
  return [text.length, document.getElementsByTagName('*').length, busy];
}"""


@dataclass(slots=True, kw_only=True)
class Rendered:
    """What a rendered page left behind: the main document as sent, the JSON it loaded, a screenshot."""

    settled: bool = False
    seconds: float = 0.0
    document: bytes = b""
    captured: list[CapturedBody] = field(default_factory=list)
    screenshot: bytes = b""
    note: str = ""


class Listener:
    """Collects the JSON that a page loads by itself; it only listens, nothing is requested or signed."""

    def __init__(self, page: Page) -> None:
        self.open: set[Request] = set()
        self.bodies: list[CapturedBody] = []
        self.document = b""
        self._reading: set[asyncio.Task[None]] = set()
        page.on("request", self._started)
        page.on("requestfailed", self._ended)
        page.on("requestfinished", self._ended)
        page.on("response", self._answered)

    def _started(self, request: Request) -> None:
        if request.resource_type in ("xhr", "fetch", "script"):
            self.open.add(request)

    def _ended(self, request: Request) -> None:
        self.open.discard(request)

    def _answered(self, response: Response) -> None:
        kind = response.request.resource_type
        content_type = response.headers.get("content-type", "")
        is_data = kind in ("xhr", "fetch") or (kind == "script" and "callback=" in response.url)
        if is_data and any(part in content_type for part in JSON_TYPES) and len(self.bodies) < CAPTURE_LIMIT:
            self._read(response, content_type)
        elif kind == "document" and response.frame.parent_frame is None and response.status < 300:
            self._read(response, None)

    def _read(self, response: Response, content_type: str | None) -> None:
        task = asyncio.ensure_future(self._keep(response, content_type))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _keep(self, response: Response, content_type: str | None) -> None:
        # A response of a page that navigated away has no body any more; it was not part of what was shown.
        with contextlib.suppress(PlaywrightError, UnicodeDecodeError):
            body = await response.body()
            if content_type is None:
                self.document = body
            elif len(body) <= CAPTURE_BYTES:
                text = body.decode("utf-8", "replace")
                self.bodies.append(CapturedBody(url=response.url, content_type=content_type, text=text))

    @property
    def idle(self) -> bool:
        return not self.open and not self._reading

    async def finish(self) -> None:
        if self._reading:
            await asyncio.wait(set(self._reading), timeout=2)


async def listen(page: Page, _request: Any) -> None:
    """scrapy-playwright's page init callback: the listener must hear the first request."""
    page.__dict__["_daihuo_listener"] = Listener(page)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))


async def settle(page: Page, cap: float) -> Rendered:
    """Wait until the page has settled or `cap` seconds have passed, then keep what it loaded and how it looks."""
    listener: Listener = page.__dict__["_daihuo_listener"]
    loop = asyncio.get_running_loop()
    start = loop.time()
    quiet_since, last, settled = start, None, False
    while loop.time() - start < cap:
        state = await _state(page)
        now = loop.time()
        if state != last or state is None or state[2] or not listener.idle:
            quiet_since, last = now, state
        elif now - quiet_since >= QUIET_SECONDS:
            settled = True
            break
        await asyncio.sleep(POLL_SECONDS)
    await listener.finish()
    rendered = Rendered(settled=settled, seconds=loop.time() - start)
    rendered.document, rendered.captured = listener.document, list(listener.bodies)
    if not settled:
        rendered.note = f"not settled after {cap:g} s"
    try:
        rendered.screenshot = await page.screenshot(full_page=True, type="png", timeout=10_000, animations="disabled")
    except PlaywrightError as error:
        rendered.note = "; ".join(filter(None, (rendered.note, f"no screenshot: {error.message.splitlines()[0]}")))
    return rendered


async def _state(page: Page) -> list[Any] | None:
    # While the page navigates there is no document to ask; the answer None counts as "changed".
    with contextlib.suppress(PlaywrightError, asyncio.TimeoutError):
        state: list[Any] = await asyncio.wait_for(page.evaluate(STATE_SCRIPT), 5)
        return state
    return None


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


def browser_meta(cap: float, reason: str) -> dict[str, Any]:
    """Request meta that sends a request to the browser; `reason` is stored with the page."""
    return {
        "playwright": True,
        "playwright_page_init_callback": listen,
        "playwright_page_methods": {"settle": PageMethod(settle, cap)},
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
        "render_reason": reason,
    }
