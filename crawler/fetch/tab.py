"""One page in Chromium, from its address to its evidence, in bounded time whatever the page does.

A page is settled when its visible text has stopped changing, no JSON request is open and it no longer shows a
loading box, or when its time is over (then `settled` is False and the page row says so). Waiting for a silent
network is no policy: shops poll for ever. Then its scripts are stopped, so that DOM and picture show one moment and a
page whose script never yields can be read too.

What is asked of a page is evaluated in a world of its own, where the page's scripts can change no function, and
without the user gesture that would let it open windows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from playwright.async_api import CDPSession, Dialog, Download, Page, Route
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Request as PlaywrightRequest
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler.fetch.browser import BrowserGone, PageCrashed, Rendered, RenderFailed
from crawler.fetch.listener import Listener
from crawler.fetch.net_errors import DOWNLOAD, NO_ANSWER, TOO_LARGE, failure_of
from crawler.fetch.records import sha256_hex, utc_now
from crawler.fetch.screenshot import HEIGHT_LIMIT, WIDTH_LIMIT, stamp

QUIET_SECONDS, FRAME_QUIET_SECONDS, POLL_SECONDS = 0.4, 4.0, 0.1
ASK_SECONDS, FREEZE_SECONDS, DOM_SECONDS, PICTURE_SECONDS = 5.0, 2.0, 4.0, 4.0
DOM_BYTES = 16 * 1024 * 1024
NAVIGATIONS, REQUESTS = 10, 1000

# Length of the visible text, number of elements, whether something says it is still loading, and whether this is but
# a frame that a script is going to fill: next to no text, or little text that says "loading".
STATE = """(() => {
  const text = document.body ? document.body.innerText : '';
  const short = text.replace(/\\s+/g, '');
  const waits = short.length < 800 && /\\u52a0\\u8f7d\\u4e2d|\\u52a0\\u8f09\\u4e2d|loading/i.test(short);
  return [short.length, document.getElementsByTagName('*').length,
    document.readyState === 'loading' || !!document.querySelector('[aria-busy="true"]'),
    document.scripts.length > 0 && (short.length < 40 || waits)];
})()"""
DOM = """(() => {
  const root = document.documentElement;
  let html = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
  html += root ? root.outerHTML : '';
  return html.length > %d ? html.length : html.toWellFormed();
})()"""
EXTENT = """(() => { const root = document.documentElement;
  return [root ? root.scrollWidth : 0, root ? root.scrollHeight : 0, innerHeight]; })()"""

T = TypeVar("T")
Routing = Callable[[Route, PlaywrightRequest], Awaitable[None]]


class Tab:
    """A page that was just opened, and the session that controls it beside Playwright's own."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page, self.session = page, session
        self.listener = Listener(page, self.look)
        self.gone: asyncio.Future[RenderFailed] = asyncio.get_running_loop().create_future()
        self.notes: list[str] = []
        self.requests = self.navigations = 0
        self.downloads = False
        self._world: int | None = None
        page.on("dialog", lambda dialog: _later(_dismiss(dialog)))
        page.on("popup", lambda popup: _later(popup.close()))
        page.on("download", self._downloading)
        page.on("crash", lambda _: self._lost(PageCrashed("the page crashed in Chromium")))
        page.on("close", lambda _: self._lost(BrowserGone("Chromium ended while it had the page open")))

    @classmethod
    async def of(cls, page: Page, routing: Routing) -> Tab:
        """Take a new page over; every request of it goes through `routing`, up to a number."""
        tab = cls(page, await page.context.new_cdp_session(page))

        async def route(route: Route, request: PlaywrightRequest) -> None:
            try:
                if tab.over(request):
                    # Any other code than this one would replace the page by Chromium's own error page.
                    await route.abort("aborted")
                else:
                    await routing(route, request)
            except PlaywrightError:
                with contextlib.suppress(PlaywrightError):
                    await route.abort("aborted")

        await page.route("**", route)
        return tab

    def over(self, request: PlaywrightRequest) -> bool:
        """Whether a page has asked for so much that no more is let through."""
        self.requests += 1
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.navigations += 1
        for count, limit, what in (
            (self.navigations, NAVIGATIONS, f"the page navigates on and on: stopped after {NAVIGATIONS} times"),
            (self.requests, REQUESTS, f"the page loads on and on: stopped after {REQUESTS} requests"),
        ):
            if count > limit and what not in self.notes:
                self.notes.append(what)
        return self.navigations > NAVIGATIONS or self.requests > REQUESTS

    async def render(self, url: str, seconds: float) -> Rendered:
        """Open `url`, wait until it has settled or `seconds` have passed, and keep what it is then.

        Takes at most about ten seconds longer. Raises RenderFailed, or Scrapy's error for a fault of the network that
        may pass.
        """
        clock = asyncio.get_running_loop().time
        start = clock()
        await self._go(url, seconds)
        latency = clock() - start
        settled, empty = await self._settle(start + seconds)
        took = clock() - start
        await self._freeze()
        await self.listener.finish()
        html = await self._dom(seconds)
        rendered = Rendered(url=url, status=200, html=html, taken_at=utc_now(), settled=settled)
        rendered.latency, rendered.seconds = latency, took
        await self._say_where(rendered)
        if not settled:
            self.notes.insert(0, f"not settled{': no text' if empty else ''} after {seconds:g} s")
        await self._picture(rendered)
        rendered.document, rendered.captured = self.listener.document, list(self.listener.bodies)
        rendered.note = "; ".join([*self.notes, *self.listener.notes()])
        return rendered

    async def ask(self, answer: Awaitable[T], seconds: float) -> T:
        """Await Playwright for at most `seconds`, or until the page is gone. Raises TimeoutError, RenderFailed,
        or Playwright's own error."""
        task = asyncio.ensure_future(answer)
        try:
            await asyncio.wait({task, self.gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self.gone.done():
                raise self.gone.result()
            raise TimeoutError
        except PlaywrightError as error:
            if self.gone.done():
                raise self.gone.result() from error
            if "crashed" in error.message:
                raise PageCrashed("the page crashed in Chromium") from error
            if "has been closed" in error.message or "Connection closed" in error.message:
                raise BrowserGone("Chromium ended while it had the page open") from error
            raise
        finally:
            if not task.done():
                task.cancel()

    async def look(self, expression: str, seconds: float = ASK_SECONDS) -> Any:
        """The value of an expression, in a world apart from the page's scripts; None while there is no answer."""
        with contextlib.suppress(TimeoutError):
            try:
                async with asyncio.timeout(seconds):
                    if self._world is None:
                        tree = await self.ask(self.session.send("Page.getFrameTree"), seconds)
                        frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "daihuo"}
                        made = await self.ask(self.session.send("Page.createIsolatedWorld", frame), seconds)
                        self._world = made["executionContextId"]
                    asked = {"expression": expression, "contextId": self._world, "returnByValue": True}
                    answer = await self.ask(self.session.send("Runtime.evaluate", asked), seconds)
                    return answer["result"].get("value")
            except PlaywrightError:
                # The document it belonged to was replaced by another.
                self._world = None
        return None

    async def _go(self, url: str, seconds: float) -> None:
        try:
            going = self.page.goto(url, wait_until="commit", timeout=seconds * 1000)
            await self.ask(going, seconds + 1)
        except (TimeoutError, PlaywrightTimeout) as error:
            raise RenderFailed(NO_ANSWER) from error
        except PlaywrightError as error:
            if "interrupted by another navigation" not in error.message:
                raise (RenderFailed(DOWNLOAD) if self.downloads else failure_of(error.message)) from error

    async def _settle(self, deadline: float) -> tuple[bool, bool]:
        """Whether it settled, and whether it has no text."""
        clock = asyncio.get_running_loop().time
        quiet_since, last = clock(), None
        while clock() < deadline:
            state = await self.look(STATE, min(ASK_SECONDS, deadline - clock() + 0.1))
            now = clock()
            if state != last or state is None or state[2] or not self.listener.idle:
                quiet_since, last = now, state
            elif now - quiet_since >= (FRAME_QUIET_SECONDS if state[3] else QUIET_SECONDS) and not (
                state[3] and state[0] == 0
            ):
                return True, state[0] == 0
            await asyncio.sleep(POLL_SECONDS)
        return False, last is not None and last[0] == 0

    async def _freeze(self) -> None:
        """Stop the page's scripts for good; the one that runs right now is ended."""
        off = self.session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        end = self.session.send("Runtime.terminateExecution")
        with contextlib.suppress(PlaywrightError, TimeoutError):
            await self.ask(asyncio.gather(off, end, return_exceptions=True), FREEZE_SECONDS)

    async def _dom(self, seconds: float) -> bytes:
        html = await self.look(DOM % DOM_BYTES, DOM_SECONDS)
        if html is None:
            html = await self.look(DOM % DOM_BYTES, DOM_SECONDS)
        if html is None:
            raise RenderFailed(f"the page hangs: nothing can be read of it after {seconds:g} s")
        body = html.encode("utf-8") if isinstance(html, str) else None
        if body is None or len(body) > DOM_BYTES:
            raise RenderFailed(TOO_LARGE)
        return body

    async def _say_where(self, rendered: Rendered) -> None:
        """URL, status and headers of the document that is shown."""
        shown = self.page.url
        if shown.startswith("chrome-error:"):
            raise RenderFailed("the page went on to an address that could not be opened")
        main = self.listener.main
        if main is not None:
            rendered.url, rendered.status = main.url, main.status
            with contextlib.suppress(PlaywrightError, TimeoutError):
                rendered.headers = await self.ask(main.all_headers(), ASK_SECONDS)
        if shown.startswith("http"):
            rendered.url = shown

    async def _picture(self, rendered: Rendered) -> None:
        try:
            width, height, window = await self.look(EXTENT) or (0, 0, 0)
            cut_from = height if height > HEIGHT_LIMIT else None
            clip = {"x": 0, "y": 0, "width": min(max(width, 1280), WIDTH_LIMIT)}
            clip["height"] = min(max(height, window, 1), HEIGHT_LIMIT)
            taking = self.page.screenshot(
                full_page=True, clip=clip, type="png", timeout=PICTURE_SECONDS * 1000, animations="disabled"
            )
            taken = await self.ask(taking, PICTURE_SECONDS + 1)
            rendered.screenshot = await asyncio.to_thread(
                stamp,
                taken,
                url=rendered.url,
                taken_at=rendered.taken_at,
                dom_sha256=sha256_hex(rendered.html),
                cut_from=cut_from,
            )
        except (PlaywrightError, TimeoutError, OSError, ValueError) as error:
            why = error.message.splitlines()[0] if isinstance(error, PlaywrightError) else type(error).__name__
            self.notes.append(f"no screenshot: {why}")

    def _downloading(self, _: Download) -> None:
        self.downloads = True

    def _lost(self, error: RenderFailed) -> None:
        if not self.gone.done():
            self.gone.set_result(error)


async def _dismiss(dialog: Dialog) -> None:
    await dialog.dismiss()


def _later(work: Awaitable[None]) -> None:
    """Do it beside; that the page ends first is no fault."""

    async def quietly() -> None:
        with contextlib.suppress(PlaywrightError):
            await work

    task = asyncio.ensure_future(quietly())
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)


# The event loop itself holds tasks only weakly.
_RUNNING: set[asyncio.Task[None]] = set()
