"""The scheduler on the frontier: fair, patient with held hosts, and no request without an end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Request

from crawler.fetch.frontier import FrontierScheduler
from pipelines.store.frontier import Claimed, Frontier, Planned
from pipelines.store.write import open_store


class Slot:
    closing = None

    class nextcall:  # noqa: N801
        @staticmethod
        def schedule() -> None: ...


class Engine:
    def __init__(self) -> None:
        self.downloader = type("Downloader", (), {"active": set()})()
        self._slot = Slot


class Spider:
    def __init__(self, frontier: Frontier, urls: list[str]) -> None:
        self.frontier, self.urls, self.gone = frontier, urls, list[str]()

    def targets(self) -> Iterator[Planned]:
        for url in self.urls:
            yield Planned(url=url, key=url, request={"purpose": "offers"})

    def request_of(self, claimed: Claimed) -> Request:
        return Request(claimed.url, meta={"key": claimed.key})

    def vanished(self, claimed: Claimed) -> None:
        self.gone.append(claimed.key)
        self.frontier.mine.pop(claimed.key)

    def count(self) -> None: ...


def opened(tmp_path: Path, urls: list[str], per_host: int = 2) -> tuple[FrontierScheduler, Spider, Any]:
    from scrapy.utils.test import get_crawler

    crawler = get_crawler(settings_dict={"CONCURRENT_REQUESTS_PER_DOMAIN": per_host})
    crawler.engine = Engine()  # type: ignore[assignment]
    store = open_store(tmp_path / "build" / "d.sqlite", b"s")
    frontier = Frontier(store, store.begin_crawl(), "offers", max_pages=100, max_depth=9)
    scheduler, spider = FrontierScheduler(crawler), Spider(frontier, urls)
    scheduler.open(spider)
    return scheduler, spider, crawler.engine.downloader.active  # type: ignore[union-attr]


def taken(scheduler: FrontierScheduler, active: set[Request]) -> list[str]:
    found = []
    while (request := scheduler.next_request()) is not None:
        active.add(request)
        found.append(request.url)
    return found


def test_hosts_take_turns_and_keep_to_their_share(tmp_path: Path) -> None:
    urls = [f"http://a.example/{n}" for n in range(9)] + ["http://b.example/1"]
    scheduler, _, active = opened(tmp_path, urls)
    first = taken(scheduler, active)
    assert sorted(first) == ["http://a.example/0", "http://a.example/1", "http://b.example/1"]
    active.clear()
    assert taken(scheduler, active) == ["http://a.example/2", "http://a.example/3"]
    assert {request.meta["download_slot"] for request in active} == {"a.example"}


def test_a_held_host_waits_and_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.fetch.frontier.call_later", lambda *_: None)
    scheduler, _, active = opened(tmp_path, ["http://a.example/1", "http://b.example:81/1", "http://b.example:82/1"])
    scheduler.hold("b.example:81", time.monotonic() + 0.2, "Retry-After")
    assert sorted(taken(scheduler, active)) == ["http://a.example/1", "http://b.example:82/1"]
    assert scheduler.has_pending_requests()
    assert scheduler.held_until("b.example:81") > time.monotonic()
    time.sleep(0.25)
    assert taken(scheduler, active) == ["http://b.example:81/1"]
    assert scheduler.held_until("b.example:81") < time.monotonic()


def test_what_comes_back_for_a_page_goes_first_and_to_its_own_host(tmp_path: Path) -> None:
    scheduler, _, active = opened(tmp_path, ["http://a.example/1", "http://a.example/2"], per_host=1)
    request = scheduler.next_request()
    assert request is not None
    assert scheduler.enqueue_request(request.replace(url="http://c.example/landed"))
    active.add(request)
    landed = scheduler.next_request()
    assert landed is not None
    assert (landed.url, landed.meta["download_slot"]) == ("http://c.example/landed", "c.example")
    assert not scheduler.enqueue_request(Request("http://stray.example/"))


def test_a_request_that_vanishes_is_given_an_end(tmp_path: Path) -> None:
    scheduler, spider, active = opened(tmp_path, ["http://a.example/1"])
    assert taken(scheduler, active) == ["http://a.example/1"]
    active.clear()
    assert not scheduler.has_pending_requests()
    assert spider.gone == ["http://a.example/1"]


def test_closing_gives_back_what_was_claimed(tmp_path: Path) -> None:
    scheduler, spider, active = opened(tmp_path, [f"http://a.example/{n}" for n in range(9)])
    taken(scheduler, active)
    assert spider.frontier.stats()["claimed"] == 9
    scheduler.close("shutdown")
    assert spider.frontier.stats() == {"queued": 9, "claimed": 0, "done": 0, "refused": 0, "failed": 0}
