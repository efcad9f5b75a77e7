"""Endless pages end: where nothing new is shown, and at the caps at the latest; what was left unasked is said."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_crawl import daihuo, make_dataset, product, rows


def shop_page(items: list[tuple[str, str]], following: str) -> str:
    cards = "".join(
        f'<li class="card"><a href="{url}"><h3>{name}</h3></a><span class="price">¥19.00</span></li>'
        for url, name in items
    )
    head = '<!doctype html><meta charset="utf-8"><title>全部商品</title><h1>全部商品</h1>'
    return f'{head}<ul>{cards}</ul><a rel="next" href="{following}">下一页</a>'


class Trap(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        path, _, query = self.path.partition("?")
        number = int(dict(part.partition("=")[::2] for part in query.split("&") if part).get("page", 1))
        session = f"{number:032x}"
        names = [f"口红 {n} 号" for n in range(4)]
        pages = {
            # The same products, each page with another visitor's session in every link.
            "/session": shop_page(
                [(f"/item/{n}?PHPSESSID={session}", name) for n, name in enumerate(names)],
                f"/session?page={number + 1}&PHPSESSID={session}",
            ),
            # The same products, each page with another path to them.
            "/paths": shop_page(
                [(f"/item/{number}-{n}", name) for n, name in enumerate(names)], f"/paths?page={number + 1}"
            ),
            # New products for ever.
            "/endless": shop_page(
                [(f"/item/{number}{n}", f"口红 {number}-{n} 号") for n in range(4)], f"/endless?page={number + 1}"
            ),
        }
        body = pages.get(path)
        if path.startswith("/item/"):
            body = product(f"口红 {path[6:]}", "19.00")
        if path == "/rated":
            reviews = [
                {
                    "@type": "Review",
                    "author": {"@type": "Person", "name": f"buyer {n}"},
                    "reviewBody": f"很好用，第 {n} 次购买",
                    "reviewRating": {"@type": "Rating", "ratingValue": 5},
                }
                for n in range(3)
            ]
            data = {"@context": "https://schema.org", "@type": "Product", "name": "口红", "review": reviews}
            data["offers"] = {"@type": "Offer", "price": "19.00", "priceCurrency": "CNY"}
            body = (
                f'<!doctype html><meta charset="utf-8"><title>口红</title><h1>口红</h1>'
                f'<script type="application/ld+json">{json.dumps(data)}</script><p class="price">¥19.00</p>'
                f'<a rel="next" href="/rated?page={number + 1}">下一页</a>'
            )
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def trap() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def crawled(tmp_path: Path, trap: http.server.ThreadingHTTPServer, path: str, spider: str, caps: str = "") -> Path:
    listing = f'listings = ["http://127.0.0.1:{trap.server_port}{path}"]\n' if spider == "listings" else ""
    dataset = make_dataset(tmp_path / "d", trap.server_port, [path if spider == "reviews" else "/item/0"], listing)
    toml = dataset / "dataset.toml"
    toml.write_text(toml.read_text().replace("[crawl]\n", f"[crawl]\n{caps}"))
    spiders = ["--spider", spider] + (["--spider", "offers"] if spider == "reviews" else [])
    done = daihuo("crawl", str(dataset), *spiders)
    assert done.returncode == 0, done.stdout + done.stderr
    return dataset


def asked(trap: http.server.ThreadingHTTPServer, path: str) -> int:
    return sum(seen.partition("?")[0] == path for seen in trap.seen)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("path", "pages"), [("/session", 2), ("/paths", 2)])
def test_listing_that_shows_the_same_products_for_ever(
    tmp_path: Path, trap: http.server.ThreadingHTTPServer, path: str, pages: int
) -> None:
    dataset = crawled(tmp_path, trap, path, "listings")
    assert asked(trap, path) == pages
    assert rows(dataset, "SELECT COUNT(*) FROM offers") == [(4,)]


def test_reviews_that_are_the_same_on_every_page(tmp_path: Path, trap: http.server.ThreadingHTTPServer) -> None:
    dataset = crawled(tmp_path, trap, "/rated", "reviews")
    # The product page itself, then its second and third page: the third shows what the second showed.
    assert asked(trap, "/rated") <= 3
    assert rows(dataset, "SELECT COUNT(*) FROM reviews") == [(3,)]


def test_new_products_for_ever_end_at_the_caps(tmp_path: Path, trap: http.server.ThreadingHTTPServer) -> None:
    dataset = crawled(tmp_path, trap, "/endless", "listings", "max_pages = 23\n")
    assert rows(dataset, "SELECT COUNT(*) FROM ledger") == [(23,)]
    told = daihuo("status", str(dataset)).stdout
    assert "listings: links left unasked because of max_pages: " in told
    assert "23 scheduled = 23 done" in told
    assert "100.0% ended" in told


def test_depth_ends_a_chain(tmp_path: Path, trap: http.server.ThreadingHTTPServer) -> None:
    dataset = crawled(tmp_path, trap, "/endless", "listings", "max_depth = 3\n")
    assert asked(trap, "/endless") == 4
    assert "listings: links left unasked because of max_depth: 1" in daihuo("status", str(dataset)).stdout
