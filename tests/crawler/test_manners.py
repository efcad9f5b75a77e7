"""Hosts that ask to be left alone are, and only they: the times at which loopback hosts were asked are the proof."""

from __future__ import annotations

import socket
import time
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import HTML, TEXT, Host, Said, Starts, crawl, ledger, make, verified
from test_crawl import rows


@pytest.mark.parametrize(("status", "form"), [(429, "seconds"), (503, "date")])
def test_retry_after_is_kept_while_another_host_goes_on(tmp_path: Path, host: Starts, form: str, status: int) -> None:
    said: list[float] = []

    def busy(path: str, n: int) -> Said | None:
        if path != "/busy" or n:
            return None
        said.append(time.time())
        # Seconds count from the answer; a date has no fractions, so it may be up to one second before.
        return status, {"Retry-After": "3" if form == "seconds" else formatdate(said[0] + 3, usegmt=True)}, ""

    slow, other = host(busy), host(lambda path, n: None)
    urls = [f"{slow.url}/busy", *(f"{slow.url}/p{n}" for n in range(6)), *(f"{other.url}/q{n}" for n in range(12))]
    dataset = make(tmp_path / "d", urls, "per_host = 1\nconcurrency = 4")
    crawl(dataset, 0)
    until = said[0] + 3 if form == "seconds" else float(int(said[0] + 3))
    later = [at for at, path, _ in slow.seen if at > said[0] and path != "/robots.txt"]
    assert until - 0.01 <= min(later) <= until + 1
    assert slow.paths().count("/robots.txt") == 1
    assert len(slow.times("/busy")) == 2 and max(other.times(f"/q{n}")[0] for n in range(12)) < said[0] + 2
    state, attempts, robots = ledger(dataset, "state, attempts, robots")["/busy"]
    assert (state, attempts, robots) == ("done", 2, "no robots.txt (404)")
    assert {row[0] for row in ledger(dataset).values()} == {"done"}


def test_what_waits_for_its_turn_when_the_host_is_put_off_is_not_asked(tmp_path: Path, host: Starts) -> None:
    said: list[float] = []

    def busy(path: str, n: int) -> Said | None:
        if path == "/robots.txt" or said:
            return None
        said.append(time.time())
        return 429, {"Retry-After": "2"}, ""

    shop = host(busy)
    dataset = make(tmp_path / "d", [f"{shop.url}/p{n}" for n in range(4)], "per_host = 4", delay=0.3)
    crawl(dataset, 0)
    later = [at for at, path, _ in shop.seen if path != "/robots.txt" and at > said[0]]
    assert len(later) == 4 and min(later) > said[0] + 2
    assert sorted(row[0] for row in ledger(dataset, "attempts").values()) == [1, 1, 1, 2]


def test_a_host_that_stays_busy_gets_four_tries_and_its_answer_is_kept(tmp_path: Path, host: Starts) -> None:
    busy = host(lambda path, n: (429, {}, "<h1>太多了</h1>") if path == "/busy" else None)
    dataset = make(tmp_path / "d", [f"{busy.url}/busy", f"{busy.url}/p"])
    crawl(dataset, 4)
    pauses = [late - early for early, late in pairwise(busy.times("/busy"))]
    assert len(pauses) == 3 and pauses[0] > 0.09 and pauses[1] > 0.19 and pauses[2] > 0.39
    assert ledger(dataset, "state, reason, attempts, renderer") == {
        "/busy": ("failed", "429 after 4 tries", 4, "static"),
        "/p": ("done", None, 1, "static"),
    }
    assert rows(dataset, "SELECT status, outcome FROM pages WHERE url LIKE '%/busy'") == [(429, "blocked")]
    verified(dataset)


def test_a_wait_that_is_too_long_ends_the_pages_of_that_host_only(tmp_path: Path, host: Starts) -> None:
    def closed(path: str, n: int) -> Said | None:
        return None if path == "/robots.txt" else (503, {"Retry-After": "7200"}, "")

    away, other = host(closed), host(lambda path, n: None)
    urls = [*(f"{away.url}/p{n}" for n in range(5)), f"{other.url}/q"]
    dataset = make(tmp_path / "d", urls, "per_host = 1")
    crawl(dataset, 4)
    found = ledger(dataset)
    assert found.pop("/q") == ("done", None)
    assert {state for state, _ in found.values()} == {"failed"}
    assert all(str(reason).startswith("the host asks to come back after 20") for _, reason in found.values())
    assert len(away.paths()) == 2


def test_broken_connections_and_server_errors_are_tried_again(tmp_path: Path, host: Starts) -> None:
    def weak(path: str, n: int) -> Said | None:
        if path == "/reset":
            return (0, {}, "") if n == 0 else None
        if path == "/error":
            return (500, HTML, "<h1>坏了</h1>") if n < 2 else None
        return (0, {}, "") if path == "/dead" else None

    shop = host(weak)
    dataset = make(tmp_path / "d", [f"{shop.url}/{name}" for name in ("reset", "error", "dead")])
    crawl(dataset, 4)
    found = ledger(dataset, "state, reason, attempts")
    assert found["/reset"] == ("done", None, 2) and found["/error"] == ("done", None, 3)
    assert found["/dead"][0] == "failed" and found["/dead"][2] == 3


def test_robots_that_answers_503_lets_nothing_be_fetched(tmp_path: Path, host: Starts) -> None:
    shop = host(lambda path, n: (503, TEXT, "") if path == "/robots.txt" else None)
    dataset = make(tmp_path / "d", [f"{shop.url}/p{n}" for n in range(3)])
    crawl(dataset, 4)
    assert shop.paths() == ["/robots.txt"] * 4
    gaps = [late - early for early, late in pairwise(shop.times("/robots.txt"))]
    assert gaps[0] > 0.19 and gaps[1] > 0.39 and gaps[2] > 0.79
    reason = "robots.txt answered 503 Service Unavailable: nothing is fetched from this host"
    assert set(ledger(dataset).values()) == {("refused", reason)}
    assert rows(dataset, "SELECT DISTINCT outcome, reason FROM pages") == [("refused", reason)]


def test_robots_that_recovers_lets_the_crawl_go_on(tmp_path: Path, host: Starts) -> None:
    def weak(failure: Said) -> Host:
        def answer(path: str, n: int) -> Said | None:
            if path != "/robots.txt":
                return None
            return failure if n == 0 else (200, TEXT, "User-agent: daihuo\nDisallow: /private\n")

        return host(answer)

    shops = [weak(failure) for failure in ((500, TEXT, ""), (0, {}, ""), (429, {"Retry-After": "1"}, ""))]
    urls = [f"{shop.url}/{path}{n}" for n, shop in enumerate(shops) for path in ("p", "private/")]
    dataset = make(tmp_path / "d", urls)
    crawl(dataset, 4)
    found = ledger(dataset, "state, reason, robots, attempts")
    for n, shop in enumerate(shops):
        assert sorted(shop.paths()) == [f"/p{n}", "/robots.txt", "/robots.txt"]
        assert found[f"/p{n}"] == ("done", None, "allowed by robots.txt", 1)
        disallowed = f"disallowed by robots.txt: /private/{n}"
        assert found[f"/private/{n}"] == ("refused", "robots.txt disallows it", disallowed, 0)
    late = shops[2].times("/robots.txt")
    assert late[1] - late[0] > 0.99


def test_dead_host_is_unreachable(tmp_path: Path, host: Starts) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        dataset = make(tmp_path / "d", [f"http://127.0.0.1:{port}/p"])
        crawl(dataset, 4)
    said = "robots.txt unreachable: the host refused the connection: nothing is fetched from this host"
    assert ledger(dataset) == {"/p": ("refused", said)}


def test_robots_redirects_are_followed_five_times_and_asked_of_the_gate(tmp_path: Path, host: Starts) -> None:
    def moved(path: str, n: int) -> Said | None:
        if path == "/robots.txt":
            return 301, {"Location": f"{other.url}/hop1"}, ""
        return None

    def hops(path: str, n: int) -> Said | None:
        if path == "/hop4":
            return 200, TEXT, "User-agent: *\nDisallow: /no\n"
        return (302, {"Location": f"/hop{int(path[4:]) + 1}"}, "") if path.startswith("/hop") else None

    other = host(hops)
    shop = host(moved)
    endless = host(lambda path, n: (302, {"Location": path + "x"}, "") if path.startswith("/robots") else None)
    inside = host(lambda path, n: (302, {"Location": "http://127.0.0.2:1/r"}, "") if path == "/robots.txt" else None)
    urls = [f"{shop.url}/no", f"{shop.url}/yes", f"{endless.url}/p", f"{inside.url}/i"]
    dataset = make(tmp_path / "d", [*urls, f"{other.url}/other"])
    crawl(dataset, 4)
    found = ledger(dataset, "state, robots, reason")
    assert found["/no"][0] == "refused" and found["/yes"][:2] == ("done", "allowed by robots.txt")
    assert found["/p"][:2] == ("done", "no robots.txt (redirects in circles or more than 5 times)")
    assert len(endless.paths()) == 7
    assert (
        found["/i"][0] == "refused"
        and "not a public address" in str(found["/i"][2])
        and inside.paths() == ["/robots.txt"]
    )


def test_crawl_delay_is_kept_and_others_are_not_slowed(tmp_path: Path, host: Starts) -> None:
    robots = "User-agent: *\nCrawl-delay: 0.1\n\nUser-agent: daihuo\nCrawl-delay: 0.7\n"
    slow = host(lambda path, n: (200, TEXT, robots) if path == "/robots.txt" else None)
    very = host(lambda path, n: (200, TEXT, "User-agent: *\nRequest-rate: 1/2s") if path == "/robots.txt" else None)
    other = host(lambda path, n: None)
    urls = [f"{h.url}/{i}{n}" for i, h in enumerate((slow, very, other)) for n in range(4)]
    dataset = make(tmp_path / "d", urls, "concurrency = 4\nper_host = 4")
    crawl(dataset, 0)
    for asked, least in ((slow, 0.7), (very, 2)):
        times = [at for at, path, _ in asked.seen if path != "/robots.txt"]
        assert len(times) == 4 and times[-1] - times[0] > 3 * least - 0.3
        assert all(late - early > least - 0.3 for early, late in pairwise(times))
    assert other.seen[-1][0] - other.seen[0][0] < 2
    delays = {path[:2]: delay for path, (delay,) in ledger(dataset, "delay").items()}
    assert delays == {"/0": "0.7", "/1": "2", "/2": "0"}


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_the_browser_says_who_asks_and_goes_to_no_document_that_robots_disallows(tmp_path: Path, host: Starts) -> None:
    frame = (
        '<!doctype html><meta charset="utf-8"><title>直播间</title><div id="app"></div>'
        '<iframe src="/private/1"></iframe><iframe src="/inside"></iframe>'
        "<script>fetch('/api/item').then(r => r.json()).then(d => { document.getElementById('app').innerHTML = "
        "'<h1>' + d.name + '</h1><p class=\"price\">¥89.00</p><button>加入购物车</button>' })"
        "</script>"
    )

    def pages(path: str, n: int) -> Said | None:
        return {
            "/robots.txt": (200, TEXT, "User-agent: daihuo\nDisallow: /private/\nCrawl-delay: 0.2"),
            "/frame": (200, HTML, frame),
            "/api/item": (200, {"Content-Type": "application/json"}, '{"name": "直播口红"}'),
        }.get(path)

    shop = host(pages)
    dataset = make(tmp_path / "d", [f"{shop.url}/frame"], "browser_seconds = 10")
    crawl(dataset, 0)
    assert sorted(shop.paths()) == ["/api/item", "/frame", "/frame", "/inside", "/robots.txt"]
    ((agent, robots, renderer, attempts),) = ledger(dataset, "user_agent, robots, renderer, attempts").values()
    assert {headers["User-Agent"] for _, _, headers in shop.seen} == {agent} and str(agent).startswith("daihuo/")
    assert (robots, renderer, attempts) == ("allowed by robots.txt", "browser", 1)


def test_a_redirect_is_no_second_try_and_waits_as_told(tmp_path: Path, host: Starts) -> None:
    def moved(path: str, n: int) -> Said | None:
        if path == "/old":
            return 302, {"Location": "/new", "Retry-After": "1"}, ""
        return (500, HTML, "") if path == "/new" and n < 2 else None

    shop = host(moved)
    dataset = make(tmp_path / "d", [f"{shop.url}/old"])
    crawl(dataset, 0)
    assert len(shop.times("/old")) == 1 and len(shop.times("/new")) == 3
    assert shop.times("/new")[0] - shop.times("/old")[0] > 0.99
    assert ledger(dataset, "state, attempts") == {"/old": ("done", 3)}


def test_user_agent_says_who_asks(tmp_path: Path, host: Starts) -> None:
    shop = host(lambda path, n: None)
    dataset = make(tmp_path / "d", [f"{shop.url}/p"])
    crawl(dataset, 0)
    ((agent,),) = ledger(dataset, "user_agent").values()
    assert str(agent).startswith("daihuo/") and "desk@paper.example" in str(agent)
    assert {headers["User-Agent"] for _, _, headers in shop.seen} == {agent}
