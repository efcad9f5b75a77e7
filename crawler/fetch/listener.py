"""What a page loads by itself, heard: the JSON, and the document as it was sent. Nothing is requested or signed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Request, Response

from crawler.fetch.browser import RenderFailed
from crawler.pages.captured import CapturedBody

JSON_TYPES = ("json", "javascript", "text/plain")
BODIES, BODY_BYTES, ALL_BYTES = 200, 4 * 1024 * 1024, 32 * 1024 * 1024
DOCUMENT_BYTES = 16 * 1024 * 1024
# Compressed and with no word on its unpacked size, a body is taken up to this size only.
PACKED_BYTES = 256 * 1024
FINISH_SECONDS = 1.0

UNPACKED = """(performance.getEntriesByName(%s).at(-1) || {}).decodedBodySize || 0"""


class Listener:
    """Hears one page. `ask` evaluates an expression in the page, apart from its own scripts; None when it cannot."""

    def __init__(self, page: Page, ask: Callable[[str], Awaitable[object]]) -> None:
        self.main: Response | None = None
        self.document: bytes | None = None
        self.bodies: list[CapturedBody] = []
        self.left_out = self.unread = 0
        self.document_left_out = False
        self.heard_data = self.cut = False
        self._open: set[Request] = set()
        self._ask, self._bytes, self._asked = ask, 0, 0
        self._reading: dict[asyncio.Task[None], Request] = {}
        self._one_at_a_time = asyncio.Lock()
        page.on("request", self._started)
        page.on("requestfailed", self._failed)
        page.on("requestfinished", self._ended)
        page.on("response", self._answered)

    @property
    def idle(self) -> bool:
        """No JSON and no script is on its way, and everything heard is read."""
        return not self._open and not self._reading

    async def finish(self) -> None:
        """Read what has come; give up what does not come to its end."""
        if self._reading:
            await asyncio.wait(set(self._reading), timeout=FINISH_SECONDS)
        self.unread = sum(request.resource_type != "document" for request in self._reading.values())
        self.stop()

    def stop(self) -> None:
        """Leave everything that is not read yet."""
        for task in self._reading:
            task.cancel()

    def notes(self) -> list[str]:
        """What was left out, in words."""
        said = []
        if self.cut:
            said.append("the body ended early")
        if self.left_out:
            said.append(f"{self.left_out} JSON bodies left out: larger or more than allowed")
        if self.unread:
            said.append(f"{self.unread} JSON bodies left out: still on their way")
        if self.document_left_out:
            said.append("the document as sent is left out: larger than allowed")
        return said

    def _started(self, request: Request) -> None:
        if request.resource_type in ("xhr", "fetch", "script"):
            self._open.add(request)

    def _ended(self, request: Request) -> None:
        self._open.discard(request)

    def _failed(self, request: Request) -> None:
        self._open.discard(request)
        # What breaks off is never said to have finished.
        for task in [task for task, read in self._reading.items() if read == request]:
            task.cancel()
        self.cut = self.cut or (self.main is not None and request == self.main.request)

    def _answered(self, response: Response) -> None:
        with contextlib.suppress(PlaywrightError):
            kind = response.request.resource_type
            content_type = response.headers.get("content-type", "")
            is_data = kind in ("xhr", "fetch") or (kind == "script" and "callback=" in response.url)
            if is_data and any(part in content_type for part in JSON_TYPES):
                self.heard_data = True
                self._asked += 1
                if self._asked > BODIES:
                    self.left_out += 1
                    return
                self._read(response, self._keep_json(response, content_type))
            elif kind == "document" and response.frame.parent_frame is None and not 300 <= response.status < 400:
                self.main, self.document, self.document_left_out, self.cut = response, None, False, False
                self._read(response, self._keep_document(response))

    def _read(self, response: Response, reading: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_quietly(reading))
        self._reading[task] = response.request
        task.add_done_callback(self._reading.pop)

    async def _keep_json(self, response: Response, content_type: str) -> None:
        await response.finished()
        async with self._one_at_a_time:
            size = await self._size(response)
            if size > BODY_BYTES or self._bytes + size > ALL_BYTES:
                self.left_out += 1
                return
            text = (await response.body()).decode("utf-8", "replace")
            self._bytes += len(text)
            self.bodies.append(CapturedBody(url=response.url, content_type=content_type, text=text))

    async def _keep_document(self, response: Response) -> None:
        await response.finished()
        async with self._one_at_a_time:
            too_large = await self._size(response) > DOCUMENT_BYTES
            body = None if too_large else await response.body()
            if response is self.main:
                self.document, self.document_left_out = body, too_large

    async def _size(self, response: Response) -> int:
        """Unpacked size in bytes, before the body is taken over; beyond every limit where nobody knows it."""
        headers = response.headers
        if headers.get("content-encoding", "identity").strip().lower() in ("", "identity"):
            length = headers.get("content-length", "")
            return int(length) if length.isdecimal() else (await response.request.sizes())["responseBodySize"]
        unpacked = await self._ask(UNPACKED % json.dumps(response.url))
        if isinstance(unpacked, int | float) and unpacked > 0:
            return int(unpacked)
        packed = (await response.request.sizes())["responseBodySize"]
        return packed if packed <= PACKED_BYTES else DOCUMENT_BYTES + ALL_BYTES


async def _quietly(reading: Awaitable[None]) -> None:
    # A response of a page that navigated away has no body any more; it was not part of what was shown. Of a browser
    # that ended, the page itself tells.
    with contextlib.suppress(PlaywrightError, RenderFailed):
        await reading
