"""What a page in the browser asked for and did not get, and what that means: refused by the gate, or lost on the way.

Chromium only knows that its proxy gave no connection; the gate knows why.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from playwright.async_api import CDPSession, Page, Request, WebSocket
from playwright.async_api import Error as PlaywrightError
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadTimeoutError

from crawler.fetch.browser import RenderFailed
from crawler.fetch.gate import Gate
from crawler.fetch.middleware import Refused
from crawler.fetch.net_errors import TOO_LARGE
from crawler.fetch.proxy import BodyTooLarge
from pipelines.normalize.addresses import REFUSED

MOST_PARTS = 1000
# As many as Chromium follows.
MOST_HOPS = 20
REASONS_SAID = 3
# The page itself called it off: it went elsewhere, or the answer was a download.
CALLED_OFF = "net::ERR_ABORTED"
# What Chromium says when a page leads to something that is not on the web: `file:`, `data:`, a port no web server has.
LED_ASTRAY = (
    "ERR_UNSAFE_REDIRECT", "ERR_INVALID_REDIRECT", "ERR_UNKNOWN_URL_SCHEME", "ERR_DISALLOWED_URL_SCHEME",
    "ERR_UNSAFE_PORT", "ERR_INVALID_URL",
)  # fmt: skip


class Losses:
    """Hears one page, from before its first request.

    main   URL and Chromium's error of the last hop of the page itself, when that was lost
    parts  URLs of lost sub-requests
    """

    def __init__(self, page: Page, gate: Gate) -> None:
        self.gate = gate
        self._led_to: dict[str, str] = {}
        self.main: tuple[str, str] | None = None
        self.parts: list[str] = []
        page.on("requestfailed", self._failed)
        page.on("requestfinished", self._finished)
        page.on("websocket", self._opened)

    async def hear_hops(self, session: CDPSession) -> None:
        """Hear redirects from Chromium itself: of a hop that fails at once, Playwright may tell the first URL only."""
        session.on("Network.requestWillBeSent", self._sent)
        # Bodies are kept for who asks for them by this session, and nobody does.
        await session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})

    def explained(self, error: Exception) -> Exception:
        """What an error of the page really was: `Refused`, the error of the connection, or the error itself."""
        if self.main is None:
            return error
        url, said = self.main
        reason = self.gate.known_refusal(url)
        if reason is None and any(name in said for name in LED_ASTRAY):
            reason = f"{REFUSED}: the page led to an address that is not on the web ({said.removeprefix('net::')})"
        if reason is not None:
            return Refused(reason)
        return _told(self.gate.trouble(url)) or error

    def note(self) -> str:
        """`3 sub-requests refused: address not allowed: …`; empty when none was."""
        reasons = Counter(reason for url in self.parts if (reason := self._refusal(url)) is not None)
        if not reasons:
            return ""
        said = [reason for reason, _ in reasons.most_common(REASONS_SAID)]
        more = f", and {len(reasons) - REASONS_SAID} more reasons" if len(reasons) > REASONS_SAID else ""
        return f"{reasons.total()} sub-requests refused: {', '.join(said)}{more}"

    def _refusal(self, url: str) -> str | None:
        """Why the URL, or the hop it led to, was refused."""
        for _ in range(MOST_HOPS):
            reason = self.gate.known_refusal(url)
            if reason is not None or url not in self._led_to:
                return reason
            url = self._led_to[url]
        return None

    def _sent(self, event: dict[str, Any]) -> None:
        if "redirectResponse" in event and len(self._led_to) < MOST_PARTS:
            self._led_to[event["redirectResponse"]["url"]] = event["request"]["url"]

    def _failed(self, request: Request) -> None:
        if not _is_main(request):
            self._add(request.url)
        elif request.failure != CALLED_OFF:
            self.main = request.url, request.failure or ""

    def _finished(self, request: Request) -> None:
        if _is_main(request):
            self.main = None

    def _opened(self, socket: WebSocket) -> None:
        socket.on("socketerror", lambda _: self._add(socket.url.replace("ws", "http", 1)))

    def _add(self, url: str) -> None:
        if len(self.parts) < MOST_PARTS:
            self.parts.append(url)


def _is_main(request: Request) -> bool:
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except PlaywrightError:
        # A request of a service worker, or of a frame that is not there yet.
        return False


def _told(trouble: Exception | None) -> Exception | None:
    """What the proxy met, as the plain downloader would raise it: what may pass is tried again by the same rule."""
    if isinstance(trouble, BodyTooLarge):
        return RenderFailed(TOO_LARGE)
    if isinstance(trouble, ConnectionRefusedError):
        return DownloadConnectionRefusedError(str(trouble))
    if isinstance(trouble, TimeoutError):
        return DownloadTimeoutError(str(trouble))
    return None
