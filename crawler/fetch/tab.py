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

from crawler.fetch.browser import NOT_LOADED, BrowserGone, PageCrashed, Rendered, RenderFailed
from crawler.fetch.listener import Listener
from crawler.fetch.net_errors import DOWNLOAD, NO_ANSWER, TOO_LARGE, failure_of
from crawler.fetch.records import sha256_hex, utc_now
from crawler.fetch.screenshot import HEIGHT_LIMIT, WIDTH_LIMIT, stamp

QUIET_SECONDS, FRAME_QUIET_SECONDS, POLL_SECONDS = 0.4, 4.0, 0.1
# A look at a page that does not answer; then all that is kept of it, and the steps of that.
ASK_SECONDS = 5.0
# What comes before the address is opened, also on a busy machine.
BEGIN_SECONDS = 10.0
KEEP_SECONDS, FREEZE_TRIES, FREEZE_SECONDS, DOM_SECONDS, SMALL_SECONDS, PICTURE_SECONDS = 7.0, 6, 0.3, 4.0, 1.0, 3.0
DOM_BYTES = 16 * 1024 * 1024
NAVIGATIONS, REQUESTS = 10, 500

# Length of the visible text, number of elements, whether something says it is still loading; then whether this is but
# a frame that a script is going to fill: there is next to no text; the little there is says "loading".
STATE = """(() => {
  const text = document.body ? document.body.innerText : '';
  const short = text.replace(/\\s+/g, '');
  const waits = short.length < 800 && /\\u52a0\\u8f7d\\u4e2d|\\u52a0\\u8f09\\u4e2d|loading/i.test(short);
  return [short.length, document.getElementsByTagName('*').length,
    document.readyState === 'loading' || !!document.querySelector('[aria-busy="true"]'),
    document.scripts.length > 0 && short.length < 40, document.scripts.length > 0 && waits];
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
    """A page that was just opened, and the session that controls it beside Playwright's own: `of` makes both."""

    session: CDPSession

    def __init__(self, page: Page) -> None:
        self.page = page
        self.listener = Listener(page, self.look)
        self.gone: asyncio.Future[RenderFailed] = asyncio.get_running_loop().create_future()
        self.notes: list[str] = []
        self.requests = self.navigations = 0
        self.downloads = False
        self.over = ""
        self._until = float("inf")
        self._world: int | None = None
        page.on("dialog", lambda dialog: _later(_dismiss(dialog)))
        page.on("popup", lambda popup: _later(popup.close()))
        page.on("download", self._downloading)
        page.on("crash", lambda _: self._lost(PageCrashed("the page crashed in Chromium")))
        page.on("close", lambda _: self._lost(PageCrashed("the page was closed in Chromium")))

    @classmethod
    async def of(cls, page: Page, routing: Routing) -> Tab:
        """Take a new page over; every request of it goes through `routing`, up to a number."""
        tab = cls(page)
        tab.session = await tab.answered(page.context.new_cdp_session(page))

        async def route(route: Route, request: PlaywrightRequest) -> None:
            try:
                if not tab.count(request):
                    await routing(route, request)
                elif request.is_navigation_request():
                    # Any other code than this one would replace the page by Chromium's own error page.
                    await route.abort("aborted")
                # A page that asks for thousands of things would ask for more at once if it heard of its failure.
            except PlaywrightError:
                with contextlib.suppress(PlaywrightError):
                    await route.abort("aborted")

        await tab.answered(page.route("**", route))
        return tab

    async def answered(self, answer: Awaitable[T]) -> T:
        """Await a step before the page's address is opened. Playwright waits for ever for a renderer that was killed.

        Raises RenderFailed, or Playwright's own error.
        """
        try:
            return await self.ask(answer, BEGIN_SECONDS)
        except TimeoutError as error:
            raise PageCrashed("the page does not answer in Chromium") from error

    def count(self, request: PlaywrightRequest) -> bool:
        """Whether the page has asked for so much that no more is let through."""
        self.requests += request.resource_type not in NOT_LOADED
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.navigations += 1
        if not self.over and self.navigations > NAVIGATIONS:
            self.over = f"the page navigates on and on: stopped after {NAVIGATIONS} times"
        if not self.over and self.requests > REQUESTS:
            # Each request costs our process a millisecond, which all other pages wait for.
            self.over = f"the page loads on and on: stopped after {REQUESTS} requests"
            _later(self._freeze())
        return bool(self.over)

    async def render(self, url: str, seconds: float) -> Rendered:
        """Open `url`, wait until it has settled or `seconds` have passed, and keep what it is then.

        Takes at most KEEP_SECONDS longer, a little more on a busy machine. Raises RenderFailed, or Scrapy's error for
        a fault of the network that may pass.
        """
        clock = asyncio.get_running_loop().time
        start = clock()
        await self._go(url, seconds)
        latency = clock() - start
        settled, empty = await self._settle(start + seconds)
        took = clock() - start
        self._until = clock() + KEEP_SECONDS
        await self._freeze()
        await self.listener.finish()
        html = await self._dom(seconds)
        rendered = Rendered(url=url, status=200, html=html, taken_at=utc_now(), settled=settled)
        rendered.latency, rendered.seconds = latency, took
        await self._say_where(rendered)
        if not settled:
            self.notes.append(f"not settled after {took:.0f} s" + (": no text" if empty else ""))
        self.notes += [self.over] if self.over else []
        await self._picture(rendered)
        rendered.document, rendered.captured = self.listener.document, list(self.listener.bodies)
        rendered.note = "; ".join([*self.notes, *self.listener.notes()])
        return rendered

    async def ask(self, answer: Awaitable[T], seconds: float) -> T:
        """Await Playwright for at most `seconds`, or until the page is gone. Raises TimeoutError, RenderFailed,
        or Playwright's own error."""
        task = asyncio.ensure_future(answer)
        try:
            either: set[asyncio.Future[Any]] = {task, self.gone}
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
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
            _forget(task)

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
            # Of a page that crashed, the navigation is told first.
            await asyncio.wait({self.gone}, timeout=0.2)
            if self.gone.done():
                raise self.gone.result() from error
            if "interrupted by another navigation" not in error.message:
                raise (RenderFailed(DOWNLOAD) if self.downloads else failure_of(error.message)) from error

    async def _settle(self, deadline: float) -> tuple[bool, bool]:
        """Whether it settled, and whether it has no text."""
        clock = asyncio.get_running_loop().time
        quiet_since, last, empty = clock(), None, False
        while clock() < deadline and not self.over:
            state = await self.look(STATE, min(ASK_SECONDS, deadline - clock() + 0.1))
            now = clock()
            empty = empty if state is None else state[0] == 0
            if state != last or state is None or state[2] or not self.listener.idle:
                quiet_since, last = now, state
            elif now - quiet_since >= self._patience(state):
                return True, empty
            await asyncio.sleep(POLL_SECONDS)
        return False, empty

    def _patience(self, state: list[Any]) -> float:
        """How long a page must be quiet to count as settled; a page of scripts and no text never does."""
        length, _, _, bare, waits = state
        if bare and length == 0:
            return float("inf")
        return FRAME_QUIET_SECONDS if waits or (bare and not self.listener.heard_data) else QUIET_SECONDS

    async def _freeze(self) -> None:
        """Stop the page's scripts for good; the one that runs right now is ended, and the next that gets in between."""
        off = asyncio.ensure_future(self.session.send("Emulation.setScriptExecutionDisabled", {"value": True}))
        ends: list[asyncio.Future[Any]] = []
        for _ in range(FREEZE_TRIES):
            ends.append(asyncio.ensure_future(self.session.send("Runtime.terminateExecution")))
            either: set[asyncio.Future[Any]] = {off, self.gone}
            await asyncio.wait(either, timeout=FREEZE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if off.done() or self.gone.done():
                break
        for task in (off, *ends):
            _forget(task)

    async def _dom(self, seconds: float) -> bytes:
        html = await self.look(DOM % DOM_BYTES, self._left(DOM_SECONDS))
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
                rendered.headers = await self.ask(main.all_headers(), self._left(SMALL_SECONDS))
        if shown.startswith("http"):
            rendered.url = shown

    async def _picture(self, rendered: Rendered) -> None:
        try:
            width, height, window = await self.look(EXTENT, self._left(SMALL_SECONDS)) or (0, 0, 0)
            cut_from = height if height > HEIGHT_LIMIT else None
            shown = (min(max(width, 1280), WIDTH_LIMIT), min(max(height, window, 1), HEIGHT_LIMIT))
            seconds = self._left(PICTURE_SECONDS)
            taking = self.page.screenshot(
                full_page=True,
                clip={"x": 0, "y": 0, "width": shown[0], "height": shown[1]},
                type="png",
                timeout=seconds * 1000,
                animations="disabled",
            )
            taken = await self.ask(taking, seconds)
            rendered.screenshot = await asyncio.to_thread(
                stamp,
                taken,
                url=rendered.url,
                taken_at=rendered.taken_at,
                dom_sha256=sha256_hex(rendered.html),
                cut_from=cut_from,
            )
        except (PlaywrightError, TimeoutError, OSError, ValueError) as error:
            late = isinstance(error, TimeoutError | PlaywrightTimeout)
            why = "it took too long" if late else (str(error) or type(error).__name__).splitlines()[0][:200]
            self.notes.append(f"no screenshot: {why}")

    def _left(self, most: float) -> float:
        return max(0.5, min(most, self._until - asyncio.get_running_loop().time()))

    def _downloading(self, _: Download) -> None:
        self.downloads = True

    def _lost(self, error: RenderFailed) -> None:
        if not self.gone.done():
            self.gone.set_result(error)


async def _dismiss(dialog: Dialog) -> None:
    await dialog.dismiss()


def _forget(task: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more; an error it ends with is not missed."""
    task.cancel()
    task.add_done_callback(lambda done: done.cancelled() or done.exception())


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
