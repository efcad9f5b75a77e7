"""Reading beside the reactor: pages are parsed and understood by worker processes, one fewer than there are cores.

A parser that dies on a hostile page takes its worker along, not the crawl: that page becomes `unreadable`, all others
are read again by a new worker.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from crawler.pages.captured import Captured
from crawler.pages.read import all_page_classes, read_page, unreadable
from pipelines.facts import PageFacts
from pipelines.items import Page
from pipelines.understand import understand

MOST_WORKERS = 4
TRIES = 2


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


class Readers:
    """A pool of reader processes; with `workers` 0 everything is read in this process."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = min(MOST_WORKERS, (os.cpu_count() or 1) - 1) if workers is None else workers
        self._pool = self._start() if self.workers else None

    def _start(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(self.workers, mp_context=_context(), initializer=_begin, initargs=(os.getpid(),))
        # Workers are forked here, before there are threads and open databases that they would inherit.
        pool.submit(all_page_classes)
        return pool

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
        """`read_and_understand` by a worker."""
        arguments = (url, body, status, headers, captured, zone, currency)
        if self._pool is None:
            return read_and_understand(*arguments)
        loop = asyncio.get_running_loop()
        for _ in range(TRIES):
            pool = self._pool
            try:
                return await loop.run_in_executor(pool, read_and_understand, *arguments)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = self._start()
        page = unreadable(url, "the reader process died on this page")
        return page, understand(page)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _context() -> multiprocessing.context.BaseContext:
    # Forking is safe before threads exist and starts at once; only Linux promises that system libraries survive it.
    return multiprocessing.get_context("fork" if os.uname().sysname == "Linux" else "spawn")


def _begin(parent: int) -> None:
    """Run in each worker: an interrupt is the parent's business, and a parent that is gone ends the worker."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(0)
