"""Chromium as a thing that is used up: contexts that belong to one shop, a browser that is started anew, bounds on
memory and on the time anything takes to end.

A context belongs to one registrable domain, so that cookies, storage and cache are never shared across shops. After a
number of pages it is closed and the next page of that shop gets a new one; after a larger number, or when it has
grown too large, Chromium itself is replaced: the old one ends with its last page.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Protocol

from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from crawler.fetch.browser import BrowserGone, PageCrashed, RenderFailed
from crawler.fetch.processes import end_drivers, end_tree, weigh

OPEN_SECONDS, CLOSE_SECONDS, END_SECONDS, WATCH_SECONDS = 10.0, 5.0, 2.0, 1.0
MIB = 1024 * 1024
TOLD_SECONDS = 0.2
# A renderer that was ended for its size is gone within this time.
BLAME_SECONDS = 3.0


class Provider(Protocol):
    """Starts browsers: `crawler.fetch.lazy_browser.LazyBrowserProvider`."""

    async def launch_browser(self) -> Browser: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Pages open at a time, pages a context and a browser serve, contexts kept open, MiB of a page and of Chromium."""

    tabs: int = 4
    per_context: int = 25
    per_start: int = 250
    contexts: int = 4
    tab_mib: int = 1024
    mib: int = 3072


@dataclass(slots=True, eq=False)
class Room:
    """A browser context, open for the pages of one shop."""

    context: BrowserContext
    home: Home
    open: int = 0
    served: int = 0


@dataclass(slots=True, eq=False)
class Home:
    """A running Chromium; `pid` is that of its first process, 0 when it is not known."""

    browser: Browser
    pid: int
    rooms: dict[str, Room] = field(default_factory=dict)
    open: int = 0
    served: int = 0
    retired: bool = False
    blamed_at: float = float("-inf")

    def blamed(self) -> bool:
        """Whether the page that just crashed was ended for its size; asked once for each."""
        blamed_at, self.blamed_at = self.blamed_at, float("-inf")
        return asyncio.get_running_loop().time() - blamed_at < BLAME_SECONDS

    async def close(self) -> None:
        """End it, by force when it does not end by itself."""
        self.retired = True
        if not await ends(self.browser.close(), END_SECONDS) or self.browser.is_connected():
            self.kill()

    def kill(self) -> None:
        self.retired = True
        end_tree(self.pid)


class Pool:
    """Lends pages of Chromium. Nothing is started before the first."""

    def __init__(self, provider: Provider, limits: Limits) -> None:
        self.provider, self.limits = provider, limits
        self.homes: list[Home] = []
        self.starts = 0
        self.closing = False
        self._tabs = asyncio.Semaphore(limits.tabs)
        self._entering = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def page(self, site: str) -> AsyncIterator[Page]:
        """A new page in a context that only pages of `site` share. Raises BrowserMissing, BrowserGone."""
        async with self._tabs:
            room, page = await self._lent(site)
            try:
                yield page
            except PageCrashed as error:
                if room.home.blamed():
                    raise RenderFailed("the page took more memory than allowed") from error
                # Of a browser that ended, its pages are told first.
                await asyncio.sleep(TOLD_SECONDS)
                if not room.home.browser.is_connected():
                    raise BrowserGone("Chromium ended while it had the page open") from error
                raise
            finally:
                await self._leave(site, room, page)

    async def close(self) -> None:
        """End all browsers and the driver within seconds, by force where they do not end by themselves."""
        self.closing = True
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.gather(*[home.close() for home in self.homes])
        self.homes.clear()
        if not await ends(self.provider.close(), END_SECONDS):
            end_drivers()

    async def _lent(self, site: str) -> tuple[Room, Page]:
        try:
            return await self._opened(site)
        except BrowserGone:
            # One that ended while no page was open is found out only now.
            return await self._opened(site)

    async def _opened(self, site: str) -> tuple[Room, Page]:
        room = await self._enter(site)
        try:
            return room, await asyncio.wait_for(room.context.new_page(), OPEN_SECONDS)
        except PlaywrightError as error:
            await self._leave(site, room, None)
            if "crashed" in error.message:
                raise PageCrashed("the page crashed in Chromium") from error
            room.home.kill()
            raise BrowserGone("Chromium does not answer") from error
        except BaseException as error:
            room.home.kill()
            await self._leave(site, room, None)
            if isinstance(error, TimeoutError):
                raise BrowserGone("Chromium does not answer") from error
            raise

    async def _enter(self, site: str) -> Room:
        async with self._entering:
            home = await self._home()
            room = home.rooms.pop(site, None)
            if room is None or room.served >= self.limits.per_context:
                room = Room(await self._context(home), home)
            home.rooms[site] = room
            room.open += 1
            room.served += 1
            home.open += 1
            home.served += 1
            home.retired = home.retired or home.served >= self.limits.per_start
            return room

    async def _home(self) -> Home:
        for home in self.homes:
            if not home.retired and home.browser.is_connected():
                return home
        browser = await self._launch()
        try:
            home = Home(browser, await _pid_of(browser))
        except BrowserGone:
            await ends(browser.close(), END_SECONDS)
            raise
        self.homes = [each for each in self.homes if each.browser.is_connected()] + [home]
        self.starts += 1
        if self._watching is None:
            self._watching = asyncio.ensure_future(self._watch())
        return home

    async def _launch(self) -> Browser:
        try:
            return await self.provider.launch_browser()
        except PlaywrightError:
            # The driver may have ended with the browser; a new one is started by the next launch.
            if not await ends(self.provider.close(), END_SECONDS):
                end_drivers()
        try:
            return await self.provider.launch_browser()
        except PlaywrightError as error:
            raise BrowserGone(f"Chromium does not start: {error.message.splitlines()[0][:200]}") from error

    async def _context(self, home: Home) -> BrowserContext:
        # Service workers load past the gate; a download would be written somewhere.
        made = home.browser.new_context(accept_downloads=False, service_workers="block")
        try:
            return await asyncio.wait_for(made, OPEN_SECONDS)
        except (PlaywrightError, TimeoutError) as error:
            home.kill()
            raise BrowserGone("Chromium does not answer") from error

    async def _leave(self, site: str, room: Room, page: Page | None) -> None:
        home = room.home
        room.open -= 1
        home.open -= 1
        if self.closing:
            return
        if page is not None and not await ends(page.close(), CLOSE_SECONDS):
            # The others in it may end; then it is closed with all that is left.
            home.retired = True
        done = home.retired or room.served >= self.limits.per_context
        if room.open == 0 and (done or home.rooms.get(site) is not room):
            await self._shut(home, room)
        idle = [each for each in home.rooms.values() if each.open == 0]
        for other in idle[: max(0, len(home.rooms) - self.limits.contexts)]:
            await self._shut(home, other)
        if home.retired and home.open == 0:
            self.homes = [each for each in self.homes if each is not home]
            await home.close()

    async def _shut(self, home: Home, room: Room) -> None:
        home.rooms = {site: each for site, each in home.rooms.items() if each is not room}
        if not await ends(room.context.close(), CLOSE_SECONDS):
            home.retired = True

    async def _watch(self) -> None:
        """Ends renderers that have grown too large, and has a browser that did replaced."""
        while not self.closing:
            await asyncio.sleep(WATCH_SECONDS)
            for home in [each for each in self.homes if each.open]:
                weights = await asyncio.to_thread(weigh, home.pid)
                if sum(each.size for each in weights) > self.limits.mib * MIB:
                    home.retired = True
                for each in weights:
                    if each.renderer and each.size > self.limits.tab_mib * MIB:
                        home.blamed_at = asyncio.get_running_loop().time()
                        each.end()


async def ends(closing: Awaitable[object], seconds: float) -> bool:
    """Whether it ended in time; that it was ended already counts as well."""
    try:
        await asyncio.wait_for(closing, seconds)
    except TimeoutError:
        return False
    except PlaywrightError:
        pass
    return True


async def _pid_of(browser: Browser) -> int:
    async def ask() -> int:
        session = await browser.new_browser_cdp_session()
        info = await session.send("SystemInfo.getProcessInfo")
        return next(int(each["id"]) for each in info["processInfo"] if each["type"] == "browser")

    try:
        return await asyncio.wait_for(ask(), OPEN_SECONDS)
    except (PlaywrightError, TimeoutError) as error:
        raise BrowserGone("Chromium does not answer") from error
