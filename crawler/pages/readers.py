"""Reading beside the reactor: pages are parsed, understood and packed by worker processes, one a core.

A worker serves one page at a time over a socket pair that only the two processes hold. A parser that dies on a hostile
page takes its worker along, not the crawl: that page becomes `unreadable` and another worker takes its place. A worker
whose parent is gone finds its socket closed and ends.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
from dataclasses import dataclass, replace
from typing import Any

from crawler.fetch.records import Exchange, Member, Resource, pack
from crawler.pages.captured import Captured
from crawler.pages.read import all_page_classes, read_page, unreadable
from crawler.pages.wire import Wire, WireError
from pipelines.facts import PageFacts
from pipelines.items import Page
from pipelines.understand import understand

MOST_WORKERS = 4
# A page that takes a reader longer than this is made to; the slowest honest ones take a tenth.
MOST_SECONDS = 30.0
READER_DIED = "the reader process died on this page"
_SIZE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is to be archived of a page: an exchange or a resource."""

    exchange: Exchange | None = None
    resource: Resource | None = None

    @classmethod
    def of(cls, part: Exchange | Resource) -> Part:
        return cls(exchange=part) if isinstance(part, Exchange) else cls(resource=part)

    @property
    def content(self) -> Exchange | Resource:
        content = self.exchange or self.resource
        assert content is not None
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One page to read; `parts` are to be packed for the archive, the first holds the page's body.

    body    content coding removed; None when it is that of the first part
    faults  codes of `pipelines.faults`: what was wrong with the body before it came here
    """

    url: str
    status: int | None
    headers: dict[str, str]
    body: bytes | None
    captured: Captured | None = None
    zone: str | None = None
    currency: str | None = None
    parts: tuple[Part, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page said, what that means, and its archive records."""

    page: Page
    facts: PageFacts
    members: tuple[Member, ...] = ()


def read_and_understand(asked: Asked) -> Reading:
    """Read one page. Never raises for any body."""
    parts = tuple(part.content for part in asked.parts)
    body = parts[0].body if asked.body is None and parts else asked.body or b""
    if parts and isinstance(parts[0], Exchange) and asked.body is not None:
        parts = (replace(parts[0], decoded=asked.body), *parts[1:])
    page = read_page(
        asked.url, body, status=asked.status, headers=asked.headers, captured=asked.captured, faults=asked.faults
    )
    facts = understand(page, zone=asked.zone, currency_hint=asked.currency)
    return Reading(page=page, facts=facts, members=tuple(member for part in parts for member in pack(part)))


def unread(asked: Asked, why: str = READER_DIED) -> Reading:
    """The reading of a page that killed its reader; it is archived all the same."""
    page = unreadable(asked.url, why, asked.faults)
    members = tuple(member for part in asked.parts for member in pack(part.content))
    return Reading(page=page, facts=understand(page), members=members)


_QUESTIONS, _ANSWERS = Wire(Asked), Wire(Reading)


class Worker:
    """One reader process and our end of its socket."""

    def __init__(self) -> None:
        # Forking starts at once and shares what is loaded; only Linux promises that system libraries survive it.
        method = "fork" if os.uname().sysname == "Linux" else "spawn"
        self.ours, theirs = socket.socketpair()
        context: Any = multiprocessing.get_context(method)
        self.process = context.Process(
            target=_serve, args=(theirs, self.ours if method == "fork" else None), daemon=True
        )
        self.process.start()
        theirs.close()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, message: bytes) -> bytes:
        """Send one page, wait for its answer. Raises EOFError when the process died."""
        try:
            if self.reader is None or self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(sock=self.ours, limit=1 << 20)
            self.writer.write(len(message).to_bytes(_SIZE, "big"))
            self.writer.write(message)
            await self.writer.drain()
            size = int.from_bytes(await self.reader.readexactly(_SIZE), "big")
            return await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise EOFError from error

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.ours.close()
        self.process.join(timeout=1)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Readers:
    """The workers of one crawl; with `workers` 0 everything is read in this process."""

    def __init__(self, workers: int | None = None) -> None:
        count = min(MOST_WORKERS, os.cpu_count() or 1) if workers is None else workers
        all_page_classes()
        self.workers = [Worker() for _ in range(count)]
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        for worker in self.workers:
            self._idle.put_nowait(worker)

    async def read(self, asked: Asked) -> Reading:
        """`read_and_understand` by the next idle worker."""
        if not self.workers:
            return read_and_understand(asked)
        worker = await self._idle.get()
        try:
            answering = worker.ask(_QUESTIONS.pack(asked))
            return _ANSWERS.unpack(await asyncio.wait_for(answering, MOST_SECONDS))
        except WireError as error:
            return unread(asked, str(error)[:200])
        except (EOFError, TimeoutError) as error:
            self.workers.remove(worker)
            worker.process.kill()
            worker.close()
            worker = Worker()
            self.workers.append(worker)
            return unread(asked, "the reader took too long" if isinstance(error, TimeoutError) else READER_DIED)
        finally:
            self._idle.put_nowait(worker)

    def close(self) -> None:
        for worker in self.workers:
            worker.close()
        self.workers.clear()


def _serve(theirs: socket.socket, ours: socket.socket | None) -> None:
    """The worker's life: one page after the other, until the socket closes. An interrupt is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if ours is not None:
        # The forked copy of the parent's end would keep the socket open after the parent is gone.
        ours.close()
    stream = theirs.makefile("rwb")
    while len(head := stream.read(_SIZE)) == _SIZE:
        answer = _answer(stream.read(int.from_bytes(head, "big")))
        stream.write(len(answer).to_bytes(_SIZE, "big"))
        stream.write(answer)
        stream.flush()
    os._exit(0)


def _answer(message: bytes) -> bytes:
    asked = _QUESTIONS.unpack(message)
    try:
        return _ANSWERS.pack(read_and_understand(asked))
    except WireError as error:
        return _ANSWERS.pack(unread(asked, str(error)[:200]))
