"""Reviews of a made-up shop, crawled: every list to its cap, each review once, later crawls, edits, disappearances."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopback import Starts, crawl, make, verified
from reviewed_shop import ReviewedShop, Told, told
from test_crawl import ROOT, daihuo, rows

from pipelines.coverage import ListCoverage, ReviewCoverage, coverage
from pipelines.store.read import open_read

RECHECK = "recheck_reviews = true"
HISTORY = (
    "SELECT review_id, what, field, before, now, f.url, t.url FROM review_history h JOIN reviews r ON r.id = h.review"
    " JOIN pages f ON f.id = after_page JOIN pages t ON t.id = h.page_id ORDER BY 1, 2, 3"
)


def collected(dataset: Path) -> set[str]:
    return {str(row[0]) for row in rows(dataset, "SELECT review_id FROM reviews")}


def numbers(count: int) -> set[str]:
    return {f"r{n}" for n in range(count)}


def covered(dataset: Path) -> ReviewCoverage:
    db = open_read(dataset / "build" / "daihuo.sqlite")
    try:
        (found,) = coverage(db)
    finally:
        db.close()
    return found


def of_list(found: ReviewCoverage, filter_: str, sort: str = "default") -> ListCoverage:
    return next(each for each in found.lists if (each.filter, each.sort) == (filter_, sort))


def history(dataset: Path) -> dict[str, list[tuple[object, ...]]]:
    """What became of each review: what, field, words before and after; the pages are asked for apart."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for review, *said in rows(dataset, HISTORY):
        found.setdefault(str(review), []).append(tuple(said))
    return found


def test_lists_by_star_reach_behind_the_cap_of_the_whole_list(tmp_path: Path, host: Starts) -> None:
    shop = ReviewedShop(host, told(60), cap=4)
    dataset = make(tmp_path / "d", [shop.url])
    crawl(dataset, 0)
    # The whole list gives 16 in each of its two orders; each star has 12.
    assert collected(dataset) == numbers(60)
    assert len(shop.asked()) == len(set(shop.asked()))
    found = covered(dataset)
    assert (found.claimed, found.collected, found.share, found.capped) == (60, 60, 1, False)
    assert found.claimed_stars == found.stars == dict.fromkeys((5, 4, 3, 2, 1), 12)
    assert (of_list(found, "all").pages, of_list(found, "all").ended) == (4, "last")
    assert of_list(found, "star_3") == ListCoverage(
        filter="star_3", sort="default", pages=3, delivered=12, new=of_list(found, "star_3").new, ended="last"
    )
    # First seen under: each review is owned by the page, and so the list, that showed it first.
    assert sum(each.new for each in found.lists) == 60 and found.delivered == found.repeats + 60
    verified(dataset)
    before = rows(dataset, "SELECT * FROM review_pages ORDER BY page_id")
    assert daihuo("crawl", str(dataset), "--replay").returncode == 0
    assert rows(dataset, "SELECT * FROM review_pages ORDER BY page_id") == before
    verified(dataset)
    said = daihuo("corpus", str(dataset)).stdout
    assert "coverage 60 of 60 (100.0%): as many as the page counts, or more" in said
    assert "60 reviews of 1 products (60 of 60 that pages count)" in daihuo("status", str(dataset)).stdout


def test_a_cap_without_ways_around_it_is_said(tmp_path: Path, host: Starts) -> None:
    shop = ReviewedShop(host, told(60), cap=4, stars=False)
    dataset = make(tmp_path / "d", [shop.url])
    crawl(dataset, 0)
    found = covered(dataset)
    assert 16 < found.collected < 33 and found.reachable == found.collected
    assert found.capped is True and found.why == "60 are counted, every list was read to its end"


def test_limits_of_ours_are_no_cap_of_the_platform(tmp_path: Path, host: Starts) -> None:
    shop = ReviewedShop(host, told(60), stars=False, orders=())
    dataset = make(tmp_path / "d", [shop.url], crawl="max_depth = 3")
    crawl(dataset, 0)
    found = covered(dataset)
    assert (found.collected, found.reachable, found.capped) == (16, None, None)
    assert found.why == "lists that were left in their middle (limits, or a page that failed): all default"


def test_a_later_crawl_asks_for_what_is_new(tmp_path: Path, host: Starts) -> None:
    shop = ReviewedShop(host, told(80))
    dataset = make(tmp_path / "d", [shop.url])
    crawl(dataset, 0)
    first = len(shop.asked())
    assert collected(dataset) == numbers(80) and first >= 20
    shop.reviews += told(86)[80:]
    crawl(dataset, 0)
    assert collected(dataset) == numbers(86)
    # The list of the newest is read until all of a page is known; the others, which may begin with new ones, as well.
    assert len(shop.asked()) - first <= 16
    ended = rows(
        dataset,
        "SELECT number, ended FROM review_pages WHERE sort = 'newest' AND filter = 'all'"
        " AND crawl = (SELECT MAX(id) FROM crawls) ORDER BY 1",
    )
    assert ended == [(1, None), (2, None), (3, "known")]
    assert rows(dataset, "SELECT COUNT(*) FROM review_history") == [(0,)]


@pytest.mark.parametrize("total", [True, False])
def test_edits_and_disappearances_between_two_crawls(tmp_path: Path, host: Starts, total: bool) -> None:
    shop = ReviewedShop(host, told(40), total=total)
    dataset = make(tmp_path / "d", [shop.url], crawl=RECHECK)
    crawl(dataset, 0)
    shop.reviews[7].text, shop.reviews[7].stars = "用了一个月以后不喜欢了，颜色掉得很快", 1
    shop.reviews[11].reply = "谢谢您的反馈"
    del shop.reviews[22], shop.reviews[0]
    shop.reviews.append(Told(40, 5, 40, "新来的评价，和画面一样"))
    crawl(dataset, 0)
    found = history(dataset)
    old = told(40)[7]
    assert [row[:4] for row in found.pop("r7")] == [
        ("edited", "rating", str(old.stars), "1"),
        ("edited", "text", old.text, "用了一个月以后不喜欢了，颜色掉得很快"),
    ]
    assert [row[:4] for row in found.pop("r11")] == [("edited", "reply", None, "谢谢您的反馈")]
    assert found.pop("r22")[0][:4] == ("vanished", "", None, None)
    # The oldest stood at the end: only where the page counts its reviews is it known that nothing comes after it.
    assert found.pop("r0")[0][0] == ("vanished" if total else "cannot_tell")
    assert not found
    said = covered(dataset)
    assert (said.edited, said.vanished, said.cannot_tell) == ((2, 2, 0) if total else (2, 1, 1))
    assert said.collected == 41
    # Both versions are kept, with their pages; the row keeps the words of the page that showed it first.
    assert rows(dataset, "SELECT text FROM reviews WHERE review_id = 'r7'") == [(old.text,)]
    verified(dataset)
    stored = rows(dataset, "SELECT * FROM review_history"), rows(dataset, "SELECT * FROM review_versions")
    assert daihuo("crawl", str(dataset), "--replay").returncode == 0
    assert daihuo("corpus", str(dataset)).returncode == 0
    assert (rows(dataset, "SELECT * FROM review_history"), rows(dataset, "SELECT * FROM review_versions")) == stored
    shop.reviews.append(told(23)[22])
    crawl(dataset, 0)
    assert [row[0] for row in history(dataset)["r22"]] == ["back", "vanished"]
    assert covered(dataset).vanished == said.vanished - 1
    verified(dataset)


def test_a_place_that_no_page_reaches_any_more_proves_nothing(tmp_path: Path, host: Starts) -> None:
    shop = ReviewedShop(host, told(24), cap=6, stars=False, total=False)
    dataset = make(tmp_path / "d", [shop.url], crawl=RECHECK)
    crawl(dataset, 0)
    assert collected(dataset) == numbers(24)
    # Twelve new ones push the oldest behind the cap; of those one is deleted as well.
    shop.reviews += told(36)[24:]
    del shop.reviews[2]
    crawl(dataset, 0)
    assert {what for row in history(dataset).values() for what, *_ in row} <= {"cannot_tell"}


@pytest.mark.slow
def test_a_killed_crawl_of_reviews_goes_on(tmp_path: Path, host: Starts) -> None:
    shop = ReviewedShop(host, told(60), cap=4)
    dataset = make(tmp_path / "d", [shop.url], crawl=RECHECK)
    command = [sys.executable, "-m", "crawler", "crawl", str(dataset)]
    for answers in (4, 12):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(shop.asked()) < answers and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    crawl(dataset, 0)
    assert collected(dataset) == numbers(60)
    assert rows(
        dataset, "SELECT COUNT(*), COUNT(DISTINCT url) FROM ledger WHERE spider = 'reviews' AND state = 'done'"
    ) == [(len(set(shop.asked())), len(set(shop.asked())))]
    assert rows(dataset, "SELECT COUNT(DISTINCT crawl), COUNT(*) FROM review_pages WHERE number > 0") == [
        (1, len(set(shop.asked())))
    ]
    found = covered(dataset)
    assert (found.share, found.capped) == (1, False)
    assert {each.ended for each in found.lists} <= {"last", "nothing_new"}
    assert not history(dataset)
    del shop.reviews[30]
    crawl(dataset, 0)
    assert [row[0] for row in history(dataset)["r30"]] == ["vanished"]
    verified(dataset)
