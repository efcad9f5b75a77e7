"""Reading beside the reactor: pages are parsed and understood by worker processes, one fewer than there are cores.

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
from collections.abc import Mapping
from multiprocessing.reduction import ForkingPickler
from typing import Any

from crawler.pages.captured import Captured
from crawler.pages.read import all_page_classes, read_page, unreadable
from pipelines.facts import PageFacts
from pipelines.items import Page
from pipelines.understand import understand

MOST_WORKERS = 4
_SIZE = 8


def read_and_understand(
    url: str,
    body: bytes,
    status: int | None,
    headers: Mapping[str, str],
    captured: Captured | None,
    zone: str | None,
    currency: str | None,
) -> tuple[Page, PageFacts]:
    """What the page said, and what that means. Never raises."""
    page = read_page(url, body, status=status, headers=headers, captured=captured)
    return page, understand(page, zone=zone, currency_hint=currency)


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
        count = min(MOST_WORKERS, (os.cpu_count() or 1) - 1) if workers is None else workers
        all_page_classes()
        self.workers = [Worker() for _ in range(count)]
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        for worker in self.workers:
            self._idle.put_nowait(worker)

    async def read(
        self,
        url: str,
        body: bytes,
        status: int | None,
        headers: Mapping[str, str],
        captured: Captured | None,
        zone: str | None,
        currency: str | None,
    ) -> tuple[Page, PageFacts]:
        """`read_and_understand` by the next idle worker."""
        arguments = (url, body, status, dict(headers), captured, zone, currency)
        if not self.workers:
            return read_and_understand(*arguments)
        worker = await self._idle.get()
        try:
            answer: tuple[Page, PageFacts] = ForkingPickler.loads(
                await worker.ask(bytes(ForkingPickler.dumps(arguments)))
            )
            return answer
        except EOFError:
            self.workers.remove(worker)
            worker.close()
            worker = Worker()
            self.workers.append(worker)
            page = unreadable(url, "the reader process died on this page")
            return page, understand(page)
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
        arguments = ForkingPickler.loads(stream.read(int.from_bytes(head, "big")))
        answer = bytes(ForkingPickler.dumps(read_and_understand(*arguments)))
        stream.write(len(answer).to_bytes(_SIZE, "big"))
        stream.write(answer)
        stream.flush()
    os._exit(0)
