"""A whole crawl against a small shop on loopback: what is stored, refused, rendered, and replayed."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WATCHLIST = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,"
    "promo_url,official_urls,note"
)


def product(name: str, price: str) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "sku": name,
        "offers": {"@type": "Offer", "price": price, "priceCurrency": "CNY", "availability": "InStock"},
    }
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{name}</title>'
        f'<script type="application/ld+json">{json.dumps(data)}</script><h1>{name}</h1><p class="price">¥{price}</p>'
    )


FRAME = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀直播间</title><div id="app"></div>
<script>fetch('/api/item').then(r => r.json()).then(d => {
  document.getElementById('app').innerHTML = '<div class="product"><h1>' + d.name + '</h1><p class="price">¥' + d.price
    + '</p><button>加入购物车</button></div>' })</script>"""


def listing(number: int) -> str:
    # A shop that answers every page number past the last with the last page.
    shown = min(number, 3)
    cards = "".join(
        f'<li class="card"><a href="/item/{shown}{n}"><h3>商品 {shown}{n}</h3></a>'
        f'<span class="price">¥{n}9.00</span></li>'
        for n in range(4)
    )
    return (
        f'<!doctype html><meta charset="utf-8"><title>全部商品</title><h1>全部商品</h1><ul>{cards}</ul>'
        f'<a rel="next" href="/all?page={number + 1}">下一页</a>'
    )


class Shop(http.server.BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        status, kind, body = self.answer()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", body)
            body = ""
        data = body.encode()
        if "gzip" in self.headers.get("Accept-Encoding", "") and kind.startswith("text/html"):
            self.send_header("Content-Encoding", "gzip")
            data = gzip.compress(data)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self) -> tuple[int, str, str]:
        html = "text/html; charset=utf-8"
        path, _, query = self.path.partition("?")
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nDisallow: /private/\n"
        if path.startswith("/item/"):
            return 200, html, product(f"口红 {path[6:]}", "199.00")
        if path.startswith("/fat/"):
            noise = random.Random(path).randbytes(100_000).hex()
            return 200, html, product(f"口红 {path[5:]}", "199.00") + f"<!-- {noise} -->"
        if path == "/frame":
            return 200, html, FRAME
        if path == "/api/item":
            return 200, "application/json", json.dumps({"name": "直播口红 3g", "price": "89.00"})
        if path == "/loop":
            return 302, html, "/loop"
        if path == "/away":
            return 302, html, "http://127.0.0.2:1/inside"
        if path == "/all":
            return 200, html, listing(int(query.partition("=")[2] or 1))
        return 404, html, "<h1>没有这个页面</h1>"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def make_dataset(folder: Path, port: int, promo: list[str], listings: str = "") -> Path:
    folder.mkdir()
    base = f"http://127.0.0.1:{port}"
    shops = f'[[shops]]\nname = "云雀"\nhost = "127.0.0.1:{port}"\nrole = "streamer"\ncurrency = "CNY"\n{listings}'
    (folder / "dataset.toml").write_text(
        f'title = "试验"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "test@example.org"\ndelay = 0\nconcurrency = 4\n'
        f'per_host = 4\nbrowser_seconds = 10\nallow_addresses = ["127.0.0.1:{port}"]\n{shops}'
    )
    rows = [
        f"c{n},主播,other,2026-11-11 20:00,口红,云雀,,,199.00,CNY,全网最低,{base}{path},{base}/item/99,"
        for n, path in enumerate(promo)
    ]
    (folder / "watchlist.csv").write_text("\n".join([WATCHLIST, *rows]) + "\n", encoding="utf-8")
    return folder


def daihuo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "crawler", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=180)


def rows(dataset: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        return db.execute(query).fetchall()


def test_every_scheduled_page_ends_in_one_ledger_row(tmp_path: Path, shop: http.server.ThreadingHTTPServer) -> None:
    port = shop.server_port
    paths = ["/item/1", "/gone", "/private/2", "/loop", "/away"]
    dataset = make_dataset(tmp_path / "d", port, paths)
    done = daihuo("crawl", str(dataset))
    assert done.returncode == 4, done.stderr
    ledger = {
        str(url).split(str(port))[1]: (state, reason)
        for url, state, reason in rows(dataset, "SELECT url, state, reason FROM ledger WHERE spider = 'offers'")
    }
    assert ledger["/item/1"] == ("done", None) and ledger["/item/99"] == ("done", None)
    assert ledger["/gone"][0] == "done"
    assert ledger["/private/2"] == ("refused", "robots.txt disallows it")
    assert ledger["/loop"][0] == "failed"
    assert ledger["/away"][0] == "refused" and "not a public address" in str(ledger["/away"][1])
    outcomes = dict(rows(dataset, "SELECT url, outcome FROM pages"))
    assert len(outcomes) == 6 and outcomes[f"http://127.0.0.1:{port}/gone"] == "not_found"
    assert rows(dataset, "SELECT DISTINCT price, currency FROM offers") == [("199.00", "CNY")]
    nothing = "SELECT count(*) FROM pages WHERE sha256 IS NULL AND outcome IN ('refused', 'failed')"
    assert rows(dataset, nothing) == [(3,)]
    verified = daihuo("verify", str(dataset))
    assert verified.returncode == 0, verified.stdout


def test_endless_listing_ends_where_nothing_is_new(tmp_path: Path, shop: http.server.ThreadingHTTPServer) -> None:
    listings = f'listings = ["http://127.0.0.1:{shop.server_port}/all"]\n'
    dataset = make_dataset(tmp_path / "d", shop.server_port, ["/item/1"], listings)
    done = daihuo("crawl", str(dataset), "--spider", "listings")
    assert done.returncode == 0, done.stderr
    asked = [path for path in shop.seen if path.startswith("/all")]  # type: ignore[attr-defined]
    assert asked == ["/all", "/all?page=2", "/all?page=3", "/all?page=4"]
    assert rows(dataset, "SELECT count(*) FROM offers WHERE price = '199.00'") == [(12,)]


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_frame_goes_to_the_browser_and_replay_needs_no_shop(
    tmp_path: Path, shop: http.server.ThreadingHTTPServer
) -> None:
    dataset = make_dataset(tmp_path / "d", shop.server_port, ["/frame"])
    done = daihuo("crawl", str(dataset))
    assert done.returncode == 0, done.stderr
    query = "SELECT pages.url, renderer, offers.name, price FROM pages JOIN offers ON page_id = id ORDER BY pages.url"
    found = rows(dataset, query)
    assert [row[1:] for row in found] == [("browser", "直播口红 3g", "89.00"), ("static", "口红 99", "199.00")]
    ((reason,),) = rows(dataset, "SELECT render_reason FROM pages WHERE renderer = 'browser'")
    assert reason
    # Another page of this host was read without the browser: one frame decides for itself only.
    assert rows(dataset, "SELECT COUNT(*) FROM render_decisions") == [(0,)]
    kinds = {kind for (kind,) in rows(dataset, "SELECT kind FROM evidence")}
    assert kinds == {"response", "request", "dom", "captured", "screenshot"}
    before = rows(dataset, "SELECT * FROM pages ORDER BY id"), rows(dataset, "SELECT * FROM prices ORDER BY page_id, n")
    shop.shutdown()
    shop.server_close()
    again = daihuo("crawl", str(dataset), "--replay")
    assert again.returncode == 0, again.stderr
    after = rows(dataset, "SELECT * FROM pages ORDER BY id"), rows(dataset, "SELECT * FROM prices ORDER BY page_id, n")
    assert after == before
    (dataset / "build" / "daihuo.sqlite").unlink()
    assert daihuo("crawl", str(dataset), "--replay").returncode == 0
    assert rows(dataset, query) == found


def test_scrapys_own_command_works(tmp_path: Path, shop: http.server.ThreadingHTTPServer) -> None:
    dataset = make_dataset(tmp_path / "d", shop.server_port, ["/item/5"])
    command = [sys.executable, "-m", "scrapy", "crawl", "offers", "-a", f"dataset={dataset}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    assert rows(dataset, "SELECT count(*) FROM offers") == [(2,)]
    assert rows(dataset, "SELECT exit_code FROM runs") == [(0,)]
