"""`daihuo crawl`: run the spiders one after another in this process."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import VERSION
from crawler.evidence.adopt import adopt
from crawler.pages.readers import Readers
from crawler.tally import Tally
from crawler.terminal import many, quiet
from pipelines.dataset import Dataset, load
from pipelines.errors import DiskFull
from pipelines.official.starts import starts_of
from pipelines.review_history import note_history
from pipelines.store.read import crawl_progress
from pipelines.store.write import Store, open_store

SPIDERS = ("official", "offers", "listings", "reviews")
DONE, PARTLY, INTERRUPTED = 0, 4, 130


def run_crawl(
    name: str,
    console: Console,
    *,
    replay: bool = False,
    fresh: bool = False,
    spiders: tuple[str, ...] = SPIDERS,
    verbose: bool = False,
) -> int:
    """Crawl a dataset, or read its archive again. Exit code 0, 4 when pages were refused or failed, 6 or 130.

    A crawl that was stopped is gone on with, unless `fresh`.
    """
    dataset = load(name)
    readers = Readers()
    with open_store(dataset.database, dataset.secret, "replay" if replay else "crawl") as store:
        crawl = "replay" if replay else store.begin_crawl(fresh)
        store.write_claims(dataset.claims)
        run_id = store.begin_run("crawl", VERSION)
        adopt(store, run_id)
        tallies = {spider: Tally() for spider in spiders}
        if not replay:
            _say_where(console, store, crawl)
        shared = {"run_id": run_id, "readers": readers, "store": store, "crawl": crawl}
        reasons = _run_spiders(dataset, tallies, replay, verbose, shared)
        readers.close()
        code = _code(reasons, tallies)
        with contextlib.suppress(DiskFull):
            if "reviews" in spiders:
                note_history(store)
            if not replay and not store.end_crawl(crawl) and code in (DONE, PARTLY):
                code = INTERRUPTED
            store.end_run(run_id, code)
    _say(console, dataset, tallies, code, "closespider_timeout" in reasons)
    missing = sum(tally.failed for tally in tallies.values()) if replay else 0
    if missing:
        console.print(f"{missing} pages are not in the archive of this dataset; crawl it first.", highlight=False)
    return code


def _say_where(console: Console, store: Store, crawl: str) -> None:
    ended, left = crawl_progress(store.db, crawl)
    if ended or left:
        said = f"Going on with the crawl of {crawl[:19]}Z: {ended} pages ended, {left} left (--fresh starts over)."
        console.print(said, highlight=False)


def _run_spiders(
    dataset: Dataset, tallies: dict[str, Tally], replay: bool, verbose: bool, shared: dict[str, Any]
) -> list[str]:
    """Run them one after another; returns why each that ran ended. The first that does not finish is the last."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    if verbose:
        settings.set("LOG_LEVEL", "INFO", priority="cmdline")
    if quiet():
        settings.set("DAIHUO_QUIET", True, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    asked = {"listings": any(shop.listings for shop in dataset.shops), "official": bool(starts_of(dataset))}
    # What the spider `official` finds is asked by `offers`, so it is the first.
    waiting = [spider for spider in SPIDERS if spider in tallies and asked.get(spider, True)]
    reasons: list[str] = []
    deadline = time.monotonic() + float(dataset.crawl.max_hours) * 3600

    def begin(_: Any = None) -> None:
        if waiting and (not reasons or reasons[-1] == "finished"):
            spider = waiting.pop(0)
            crawler = process.create_crawler(spider)
            task = process.crawl(
                crawler,
                dataset=dataset,
                replay="1" if replay else "",
                tally=tallies[spider],
                seconds=deadline - time.monotonic(),
                **shared,
            )
            task.add_done_callback(lambda done: ended(crawler, done))

    def ended(crawler: Any, task: asyncio.Task[None]) -> None:
        failed = task.cancelled() or task.exception() is not None
        reasons.append("failed" if failed else crawler.stats.get_value("finish_reason", "failed"))
        begin()

    # Full garbage collections come when a quarter of all objects is new: what start-up made would put them off, and
    # answered pages wait for them in cycles.
    gc.collect()
    gc.freeze()
    begin()
    process.start()
    gc.unfreeze()
    return reasons


def _code(reasons: list[str], tallies: dict[str, Tally]) -> int:
    if "disk_full" in reasons:
        return DiskFull.exit_code
    if not reasons or any(reason != "finished" for reason in reasons):
        return INTERRUPTED
    return PARTLY if any(tally.refused + tally.failed for tally in tallies.values()) else DONE


def _say(console: Console, dataset: Dataset, tallies: dict[str, Tally], code: int, late: bool) -> None:
    done = sum(tally.done for tally in tallies.values())
    refused = sum(tally.refused for tally in tallies.values())
    failed = sum(tally.failed for tally in tallies.values())
    browser = sum(tally.browser for tally in tallies.values())
    items = sum(tally.items for tally in tallies.values())
    pages, found = many(done, "page"), many(items, "item")
    console.print(
        f"{dataset.name}: {pages} done ({browser} by browser), {refused} refused, {failed} failed, {found}",
        highlight=False,
    )
    if set(tallies) == {"reviews"} and not tallies["reviews"].scheduled:
        console.print("No stored page names a page of reviews; run `offers` or `listings` first.", highlight=False)
    if code == PARTLY:
        console.print(f"Why pages were refused or failed: daihuo status {dataset.name}", highlight=False)
    if code == DiskFull.exit_code:
        console.print("The disk is full. Every page stored before is kept; free some space and run it again.")
    if late:
        console.print(f"Stopped after `max_hours` ({float(dataset.crawl.max_hours):g}). Run it again to go on.")
    elif code == INTERRUPTED:
        console.print("Stopped before the end; what was fetched is kept. Run it again to go on.", highlight=False)
