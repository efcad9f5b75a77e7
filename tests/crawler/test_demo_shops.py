"""The demo: what its shops serve, and that a whole run leads every claim to the verdict its README promises."""

from __future__ import annotations

import csv
import json
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from urllib.error import HTTPError

import pytest
from rich.console import Console
from stdnum import ean
from web_poet import HttpResponse

from crawler.commands.demo import verdict_table
from crawler.demo.catalogue import catalogue, goods, reviews
from crawler.demo.shops import DemoPortBusy, Shop, start
from crawler.pages.captured import Captured, CapturedBody
from crawler.pages.read import choose
from crawler.pages.yunque import YunquePage
from pipelines.dataset import check

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "datasets" / "demo"
VERDICTS = {
    "D01": "cheaper_at_streamer",
    "D02": "consistent",
    "D03": "dearer_at_streamer",
    "D04": "dearer_at_streamer",
    "D05": "different_product",
    "D06": "cannot_tell",
    "D07": "cannot_tell",
    "D08": "cannot_tell",
    "D09": "different_product",
    "D10": "cheaper_at_streamer",
    "D11": "cannot_tell",
}


@pytest.fixture(scope="module")
def shops() -> Iterator[tuple[Shop, Shop]]:
    with start((0, 0)) as both:
        yield both


def fetch(shop: Shop, target: str) -> str:
    with urllib.request.urlopen(shop.base + target, timeout=10) as answer:
        text: str = answer.read().decode("utf-8")
    return text


def test_the_streamers_page_is_an_empty_frame(shops: tuple[Shop, Shop]) -> None:
    page = fetch(shops[0], "/item/1001")
    assert "598" not in page
    assert "晨雾" not in page
    assert json.loads(fetch(shops[0], "/api/item?id=1001"))["data"]["price"] == "598.00"


def test_reviews_are_paged_and_all_there(shops: tuple[Shop, Shop]) -> None:
    seen, page = [], 1
    while True:
        data = json.loads(fetch(shops[0], f"/api/reviews?id=1001&page={page}"))["data"]
        seen += [review["id"] for review in data["list"]]
        if page == data["pages"]:
            break
        page += 1
    assert page > 1
    assert seen == [review["id"] for review in reviews("1001")]
    last = json.loads(fetch(shops[0], "/api/reviews?id=1001&page=99"))["data"]
    assert last["page"] == last["pages"]


def test_a_product_that_was_taken_down(shops: tuple[Shop, Shop]) -> None:
    answer = json.loads(fetch(shops[0], "/api/item?id=1008"))
    assert answer == {"code": 40401, "message": "商品已下架", "data": None}


def test_the_official_store_says_it_in_structured_data(shops: tuple[Shop, Shop]) -> None:
    for slug, item in goods("official").items():
        page = fetch(shops[1], f"/products/{slug}")
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        data = json.loads(text)
        assert (data["gtin13"], data["offers"]["price"]) == (item["gtin"], item["price"])
        assert f"¥{item['price']}" in page
        assert f"{shops[1].base}/products/{slug}" in fetch(shops[1], "/sitemap.xml")


def test_review_pages_of_the_official_store(shops: tuple[Shop, Shop]) -> None:
    slug = "morning-mist-serum-30ml"
    pages = [fetch(shops[1], f"/products/{slug}?page={n}") for n in (1, 2, 3)]
    ids = [found for page in pages for found in re.findall(r'data-review-id="([^"]+)"', page)]
    assert ids == [review["id"] for review in reviews(slug)]
    assert ['rel="next"' in page for page in pages] == [True, True, False]


def test_what_is_not_there_is_404(shops: tuple[Shop, Shop]) -> None:
    for shop in shops:
        with pytest.raises(HTTPError) as refused:
            fetch(shop, "/nothing/here")
        assert refused.value.code == 404
        refused.value.close()
        assert "Crawl-delay: 0" in fetch(shop, "/robots.txt")


def test_reviews_hold_what_the_demo_shows() -> None:
    rows = [row for shop in ("streamer", "official") for item in goods(shop) for row in reviews(item)]
    assert len(rows) >= 60
    assert len({row["id"] for row in rows}) == len(rows)
    assert sum(row["text"] == "此用户未填写评价内容。" for row in rows) >= 5
    assert any("<script>" in row["text"] for row in rows)
    assert any("append" in row for row in rows)
    assert any("reply" in row for row in rows)
    assert any(re.search(r"[぀-ヿ]", row["text"]) for row in rows)


def test_goods_have_valid_invented_barcodes() -> None:
    codes = [
        pair[side]["gtin"] for pair in catalogue()["item"] for side in ("streamer", "official") if "gtin" in pair[side]
    ]
    assert codes
    assert all(ean.is_valid(code) and code.startswith("952") for code in codes)


def test_a_busy_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DemoPortBusy, match=rf"127\.0\.0\.1:{port} is in use"), start((0, port)):
            pass


def test_nothing_listens_afterwards() -> None:
    with start((0, 0)) as both:
        ports = [shop.server_address[1] for shop in both]
    for port in ports:
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()


def test_the_dataset_is_valid_and_names_goods_of_the_shops() -> None:
    assert check(str(DEMO)) == []
    with (DEMO / "watchlist.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["id"] for row in rows] == list(VERDICTS)
    for row in rows:
        assert row["promo_url"].removeprefix("http://127.0.0.1:8871/item/") in goods("streamer")
        assert row["official_urls"].removeprefix("http://127.0.0.1:8872/products/") in goods("official")


def test_the_page_object_reads_what_the_frame_loads(shops: tuple[Shop, Shop]) -> None:
    url = f"{shops[0].base}/item/1001"
    frame = fetch(shops[0], "/item/1001")
    assert choose(url, frame) is YunquePage
    loaded = [f"/api/reviews?id=1001&page={n}" for n in (2,)]
    bodies = tuple(CapturedBody(url=shops[0].base + target, text=fetch(shops[0], target)) for target in loaded)
    page = YunquePage(response=HttpResponse(url, frame.encode()), captured=Captured(bodies)).extract()
    told = next(review for review in page.reviews if review.follow_up_text)
    assert (told.rating, told.helpful, told.follow_up_date) == ("2", "31", "2026-10-20 10:02")
    assert told.reply is not None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": null}', '{"data": {"list": [1, null, {}]}}', "[" * 100_000])
def test_the_page_object_survives_any_answer(text: str) -> None:
    body = CapturedBody(url="http://127.0.0.1:8871/api/reviews?id=1", text=text)
    response = HttpResponse("http://127.0.0.1:8871/item/1", b"<html></html>")
    assert len(YunquePage(response=response, captured=Captured((body,))).extract().reviews) <= 1


RUN = """
import sys
from rich.console import Console
from crawler.commands.run import run_dataset
from crawler.demo.shops import start
with start((int(sys.argv[2]), int(sys.argv[3]))) as both:
    code = run_dataset(sys.argv[1], Console())
    print("ASKED", sorted({target for shop in both for target in shop.asked}))
sys.exit(code)
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.browser
@pytest.mark.slow
def test_a_whole_run_gives_every_verdict(tmp_path: Path, chromium: str) -> None:
    ports = (free_port(), free_port())
    for name in ("dataset.toml", "watchlist.csv", "lookups.toml"):
        text = (DEMO / name).read_text(encoding="utf-8")
        for usual, port in zip(("8871", "8872"), ports, strict=True):
            text = text.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{port}")
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", RUN, str(tmp_path), *map(str, ports)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(tmp_path / "build" / "daihuo.sqlite")) as connection:
        assert dict(connection.execute("SELECT claim_id, verdict FROM verdicts")) == VERDICTS
        stored = {row[0] for row in connection.execute("SELECT text FROM reviews")}
    assert stored == {row["text"] for shop in ("streamer", "official") for item in goods(shop) for row in reviews(item)}
    shown = StringIO()
    Console(file=shown, width=80).print(verdict_table(tmp_path / "build" / "daihuo.sqlite"))
    assert re.findall(r"(D\d\d) +│.*?│ (\w+)", shown.getvalue()) == list(VERDICTS.items())
    asked = done.stdout.partition("ASKED")[2]
    assert "/static/streamer.js" in asked
    assert "/img/" not in asked
    assert "/fonts/" not in asked
    report = (tmp_path / "build" / "report.html").read_text(encoding="utf-8")
    assert "2 条主播价更高，2 条不是同一商品，2 条主播价更低，1 条与官方一致，4 条无法判断" in report
    assert '<bdi lang="en">' not in report.partition('id="reviews"')[0]
