"""Killed crawls go on: nothing is lost, nothing is stored twice, and whoever is left does the work of the dead."""

from __future__ import annotations

import http.server
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_crawl import ROOT, daihuo, make_dataset, product, rows

ITEMS, PER_PAGE = 120, 20


class SlowShop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        body, status = self.answer(), 200
        if body is None:
            body, status = "", 404
        time.sleep(0.01)
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self) -> str | None:
        path, _, query = self.path.partition("?")
        if path.startswith("/item/"):
            return product(f"口红 {path[6:]} 号", f"{100 + int(path[6:])}.00")
        if path == "/all":
            page = int(query.partition("=")[2] or 1)
            shown = range((page - 1) * PER_PAGE, min(page * PER_PAGE, ITEMS))
            cards = "".join(
                f'<li class="card"><a href="/item/{n}"><h3>口红 {n} 号</h3></a><b>¥9</b></li>' for n in shown
            )
            following = f'<a rel="next" href="/all?page={page + 1}">下一页</a>' if page * PER_PAGE < ITEMS else ""
            return (
                f'<!doctype html><meta charset="utf-8"><title>全部</title><h1>全部商品</h1><ul>{cards}</ul>{following}'
            )
        return None

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowShop)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def dataset(tmp_path: Path, shop: http.server.ThreadingHTTPServer) -> Path:
    listing = f'listings = ["http://127.0.0.1:{shop.server_port}/all"]\n'
    return make_dataset(tmp_path / "d", shop.server_port, ["/item/1"], listing)


def start(dataset: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "crawler", "crawl", str(dataset), "--spider", "listings"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(shop: http.server.ThreadingHTTPServer, answers: int, process: subprocess.Popen[str]) -> None:
    while len(shop.seen) < answers and process.poll() is None:  # type: ignore[attr-defined]
        time.sleep(0.005)


def whole(dataset: Path) -> None:
    """Every item once, right, with an archive record; every scheduled URL done."""
    found = rows(dataset, "SELECT pages.url, price FROM offers JOIN pages ON pages.id = page_id")
    prices = {int(str(url).rpartition("/")[2]): price for url, price in found}
    assert len(found) == ITEMS
    assert prices == {n: f"{100 + n}.00" for n in range(ITEMS)}
    assert rows(dataset, "SELECT state, COUNT(*) FROM ledger GROUP BY state") == [("done", ITEMS + ITEMS // PER_PAGE)]
    assert rows(dataset, "PRAGMA integrity_check") == [("ok",)]
    assert rows(dataset, "SELECT COUNT(*) FROM shown") == [(0,)]
    verified = daihuo("verify", str(dataset))
    assert verified.returncode == 0, verified.stdout


@pytest.mark.slow
def test_a_crawl_killed_again_and_again_ends_whole(dataset: Path, shop: http.server.ThreadingHTTPServer) -> None:
    for answers in (5, 30, 80, 110):
        process = start(dataset)
        wait_for(shop, answers, process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    process = start(dataset)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert re.search(r"Going on with the crawl of .*Z: \d+ pages ended, \d+ left", out)
    whole(dataset)
    assert rows(dataset, "SELECT COUNT(*) FROM crawls") == [(1,)]


@pytest.mark.slow
def test_two_processes_share_a_crawl_and_one_may_die(dataset: Path, shop: http.server.ThreadingHTTPServer) -> None:
    first, second = start(dataset), start(dataset)
    wait_for(shop, 60, first)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    _, err = second.communicate(timeout=120)
    assert second.returncode == 0, err
    whole(dataset)


@pytest.mark.slow
def test_an_interrupted_crawl_says_so_and_goes_on(dataset: Path, shop: http.server.ThreadingHTTPServer) -> None:
    process = start(dataset)
    wait_for(shop, 40, process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Run it again to go on" in out
    states = dict(rows(dataset, "SELECT state, COUNT(*) FROM ledger GROUP BY state"))  # type: ignore[arg-type]
    assert set(states) == {"done", "queued"}
    told = daihuo("status", str(dataset))
    assert "not ended" in told.stdout and f"{states['queued']} queued" in told.stdout
    assert daihuo("crawl", str(dataset), "--spider", "listings").returncode == 0
    whole(dataset)


@pytest.mark.slow
def test_a_finished_crawl_begins_anew_and_fresh_starts_over(
    dataset: Path, shop: http.server.ThreadingHTTPServer
) -> None:
    process = start(dataset)
    wait_for(shop, 40, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    fresh = daihuo("crawl", str(dataset), "--spider", "offers", "--fresh")
    assert fresh.returncode == 0 and "Going on" not in fresh.stdout
    reasons = rows(dataset, "SELECT DISTINCT reason FROM ledger WHERE state = 'refused'")
    assert reasons == [("not asked: a fresh crawl was begun",)]
    again = daihuo("crawl", str(dataset), "--spider", "offers")
    assert again.returncode == 0
    crawls = rows(dataset, "SELECT crawl, COUNT(*) FROM ledger WHERE spider = 'offers' GROUP BY crawl")
    assert [count for _, count in crawls] == [2, 2]
