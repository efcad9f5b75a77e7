"""All bad inputs through the whole house: page, crawl, SQLite, export, report, Chromium. Nothing lost, nothing run."""

from __future__ import annotations

import csv
import html
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bad_inputs import Shop, Token
from playwright.sync_api import sync_playwright

from pipelines.export.scrub import mask
from pipelines.export.tables import read_csv, read_jsonl
from pipelines.normalize.text import storable, unstore
from pipelines.spreadsheet import FORMULA_LEADS

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("corpora")]

ROOT = Path(__file__).resolve().parents[2]
HEADER = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,"
    "promo_url,official_urls,note"
)
PRICE = "19.90"
TOKENS_A_PAGE = 120

# Names a spreadsheet, a terminal, a database or a browser may take for something else. No corpus has these.
ODD = (
    "\ud800",
    "口红 \udfff 3g",
    "a\x00b",
    "\x00",
    "\ue000d800",
    "\u202e3g 红口\u202c",
    "口\u200b红\u200d\ufeff",
    "名" * 350_000,
    "x" * 1_000_000,
    "\U0001f48b" * 40 + ".html",
    "CON",
    "../../../etc/passwd",
    "'already marked",
    "''=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "'); DROP TABLE reviews;--",
    "\u2028line\u2029",
    "é",
    "e\u0301",
    "ﬁ ² ㎏",
)
NUMBERS = (
    "1" * 10_000,
    "1e400",
    "-1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "-Infinity",
    "9" * 39,
    "0x1F",
    "1_000",
    "１９.９０",
)


def as_script(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c")


def product(text: str, sku: str, *, reviews: list[str] | None = None) -> str:
    """A product page that says one text wherever a shop lets people write."""
    said = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": text,
        "sku": sku,
        "offers": {"@type": "Offer", "price": PRICE, "priceCurrency": "CNY"},
        "review": [
            {"@type": "Review", "name": body, "reviewBody": body, "author": f"a{n}", "reviewRating": {"ratingValue": 5}}
            for n, body in enumerate([text] if reviews is None else reviews)
        ],
    }
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀口红</title>'
        f'<script type="application/ld+json">{as_script(said)}</script><h1>云雀口红</h1><p class="price">¥{PRICE}</p>'
    )


def mall(text: str) -> str:
    """A page of a platform that names its shop in the state of its script."""
    goods = {"goods": {"goods_id": 1, "goods_name": "云雀口红"}, "price": {"min_group_price": 1990}}
    state = as_script({"goods": goods | {"mall": {"mall_name": text}}})
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀口红</title>'
        f'<script>window.rawData={state};</script><a href="https://mobile.yangkeduo.com/">云雀</a>'
    )


def beside(block: bytes) -> bytes:
    """A page whose visible price is right, with any bytes as its JSON-LD."""
    head = '<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀</title><script type="application/ld+json">'
    tail = (
        f'</script><div class="product"><h1>云雀口红</h1><p class="price">¥{PRICE}</p><button>加入购物车</button></div>'
    )
    return head.encode() + block + tail.encode()


@dataclass(slots=True, kw_only=True)
class Crawled:
    """What the crawl left: its dataset, and for each address what its page had been made of."""

    folder: Path
    shop: Shop
    texts: dict[str, list[str]]
    stderr: str

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "build" / "daihuo.sqlite")) as db:
            return db.execute(query, values).fetchall()

    @property
    def export(self) -> Path:
        return self.folder / "build" / "export"


def daihuo(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "DAIHUO_CHROMIUM": "/nonexistent"}
    command = [sys.executable, "-m", "crawler", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=300)


def dataset(folder: Path, shop: Shop) -> Path:
    folder.mkdir()
    (folder / "dataset.toml").write_text(
        f'title = "试验"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "test@example.org"\ndelay = 0\nconcurrency = 16\n'
        f'per_host = 16\nmax_pages = 100000\nallow_addresses = ["127.0.0.1:{shop.port}"]\n[[shops]]\nname = "云雀"\n'
        f'host = "127.0.0.1:{shop.port}"\nrole = "streamer"\ncurrency = "CNY"\n',
        "utf-8",
    )
    with (folder / "watchlist.csv").open("w", encoding="utf-8", newline="") as out:
        out.write(HEADER + "\n")
        writer = csv.writer(out)
        paths = list(shop.pages)
        for n, (one, other) in enumerate(zip_longest(paths[::2], paths[1::2], fillvalue=paths[0])):
            row = [f"c{n}", "主播", "other", "2026-11-11 20:00", "口红", "云雀", "", "", PRICE, "CNY", "最低"]
            writer.writerow([*row, shop.base + one, shop.base + other, ""])
    return folder


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory,
    shop: Shop,
    naughty: list[str],
    payloads: list[str],
    json_cases: list[tuple[str, bytes]],
    tokens: list[Token],
) -> Crawled:
    texts: dict[str, list[str]] = {}
    for name, strings in (("naughty", naughty), ("odd", list(ODD)), ("xss", payloads)):
        for n, text in enumerate(strings):
            path = f"/{name}/{n}" + (
                f"/{quote(text[:300], safe='')}?q={quote(text[:300], safe='')}" if name == "xss" else ""
            )
            texts[path] = [text]
            shop.page(path, product(text, path))
    for n, text in enumerate((*payloads, *naughty)):
        if text.strip() == text != "":
            shop.page(f"/mall/{n}", mall(text))
    inputs = [token.input for token in tokens]
    for n in range(0, len(inputs), TOKENS_A_PAGE):
        texts[f"/tokens/{n}"] = inputs[n : n + TOKENS_A_PAGE]
        shop.page(f"/tokens/{n}", product("云雀口红", f"t{n}", reviews=inputs[n : n + TOKENS_A_PAGE]))
    for n, (_, content) in enumerate(json_cases):
        shop.page(f"/script/{n}", beside(content))
        shop.page(f"/body/{n}", content, "application/json")
    for n, number in enumerate(NUMBERS):
        for kind, value in (("text", json.dumps(number)), ("bare", number)):
            offer = f'{{"@type":"Product","name":"x","offers":{{"price":"1","price":{value},"priceCurrency":"CNY"}}}}'
            shop.page(f"/number/{n}/{kind}", beside(offer.encode()))
    folder = dataset(tmp_path_factory.mktemp("corpora") / "d", shop)
    done = daihuo("crawl", str(folder), "--spider", "offers")
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return Crawled(folder=folder, shop=shop, texts=texts, stderr=done.stderr)


@pytest.fixture(scope="module")
def exported(crawled: Crawled) -> Crawled:
    for verb in ("compare", "corpus", "export", "report"):
        done = daihuo(verb, str(crawled.folder))
        assert done.returncode == 0, f"{verb}: {done.stdout}{done.stderr[-2000:]}"
        assert "Traceback" not in done.stderr
    return crawled


def test_every_page_ends_in_one_row_and_none_was_lost(crawled: Crawled) -> None:
    assert crawled.rows("SELECT state, COUNT(*) FROM ledger GROUP BY state") == [("done", len(crawled.shop.pages))]
    assert crawled.rows("SELECT COUNT(*), COUNT(DISTINCT url) FROM pages") == [(len(crawled.shop.pages),) * 2]
    assert "Traceback" not in crawled.stderr and "Error" not in crawled.stderr, crawled.stderr[-2000:]
    assert not crawled.rows("SELECT value, why FROM issues WHERE why LIKE 'not stored%' AND field NOT LIKE '%price%'")
    verified = daihuo("verify", str(crawled.folder))
    assert verified.returncode == 0, verified.stdout


def reviews(crawled: Crawled) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """For each address: (title, text) of its reviews as the page wrote them, in no order."""
    query = "SELECT p.url, r.title, r.text, r.said_json FROM reviews r JOIN pages p ON p.id = r.page_id"
    found: dict[str, list[tuple[str, str]]] = {}
    for url, title, text, said in crawled.rows(query):
        raw = json.loads(said) if said else {}
        both = unstore(raw.get("title", title)), unstore(raw.get("text", text))
        found.setdefault(url.removeprefix(crawled.shop.base), []).append(both)
    yield from found.items()


def test_reviews_are_kept_to_the_character(crawled: Crawled) -> None:
    found = dict(reviews(crawled))
    assert set(found) == set(crawled.texts)
    wrong = {
        path: (texts, found[path])
        for path, texts in crawled.texts.items()
        if sorted(found[path]) != sorted((text, text) for text in texts)
    }
    assert not wrong, f"{len(wrong)} pages: {str(next(iter(wrong.items())))[:2000]}"


def test_product_names_are_kept_to_the_character(crawled: Crawled) -> None:
    query = "SELECT p.url, o.name, o.said_json, o.price FROM offers o JOIN pages p ON p.id = o.page_id"
    found = {url.removeprefix(crawled.shop.base): rest for url, *rest in crawled.rows(query)}
    for path, (text, *_) in crawled.texts.items():
        if path.startswith("/tokens/"):
            continue
        name, said, price = found[path]
        assert unstore((json.loads(said) if said else {}).get("name", name or "")) == text, path
        assert price == PRICE, path


def test_shop_names_are_kept_to_the_character(crawled: Crawled, payloads: list[str], naughty: list[str]) -> None:
    query = "SELECT p.url, o.shop FROM offers o JOIN pages p ON p.id = o.page_id WHERE p.url LIKE '%/mall/%'"
    strings = (*payloads, *naughty)
    found = {int(url.rpartition("/")[2]): shop for url, shop in crawled.rows(query)}
    assert len(found) > 700
    assert not {n: (shop, strings[n]) for n, shop in found.items() if unstore(shop or "") != strings[n]}


def test_broken_json_beside_a_right_price(crawled: Crawled) -> None:
    query = """SELECT p.url, p.outcome, o.price, o.currency FROM pages p LEFT JOIN offers o ON o.page_id = p.id
        WHERE p.url LIKE '%/script/%'"""
    found = crawled.rows(query)
    assert len(found) == 340
    assert {row[1:] for row in found} == {("ok", PRICE, "CNY")}
    bodies = crawled.rows("SELECT outcome, COUNT(*) FROM pages WHERE url LIKE '%/body/%' GROUP BY outcome")
    assert sum(count for _, count in bodies) == 340
    assert {outcome for outcome, _ in bodies} <= {"no_offer", "unreadable", "blocked"}
    query = """SELECT COUNT(*) FROM pages p WHERE url LIKE '%/body/%' AND outcome <> 'no_offer' AND reason IS NULL
        AND NOT EXISTS (SELECT 1 FROM issues WHERE page_id = p.id)"""
    assert crawled.rows(query) == [(0,)], "a page that was not read says why"


def test_no_amount_is_anything_but_plain_digits(crawled: Crawled) -> None:
    for table, column in (
        *(("offers", name) for name in ("price", "price_max", "list_price", "rating", "rating_scale")),
        *(("prices", name) for name in ("amount", "amount_max")),
        *(("variants", name) for name in ("price", "list_price")),
        *(("reviews", name) for name in ("rating", "rating_scale")),
    ):
        odd = f"SELECT {column} FROM {table} WHERE {column} GLOB '*[^0-9.]*' OR LENGTH({column}) > 41"
        assert crawled.rows(odd) == [], (table, column)
    query = "SELECT p.url, o.price FROM pages p LEFT JOIN offers o ON o.page_id = p.id WHERE p.url LIKE '%/number/%'"
    found = crawled.rows(query)
    assert len(found) == 2 * len(NUMBERS)
    # A number that is none leaves the visible price; a number that reads as another amount leaves no price at all.
    assert {price for _, price in found} <= {PRICE, None}, found


def test_exports_hold_every_text_and_no_formula(exported: Crawled) -> None:
    expected = sorted(storable(text) for texts in exported.texts.values() for text in texts)
    for path, rows in (
        (exported.export / "reviews.jsonl", read_jsonl(exported.export / "reviews.jsonl")),
        (exported.export / "reviews.csv", read_csv(exported.export / "reviews.csv")),
    ):
        found = []
        for row in rows:
            said = json.loads(row["said_json"]) if row["said_json"] else {}
            found.append(storable(unstore(said.get("text", row["text"] or ""))))
        assert len(found) == len(expected)
        assert sorted(found) == sorted(map(mask, expected)), path.name
    for path in sorted(exported.export.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            assert not [cell for row in csv.reader(lines) for cell in row if cell.startswith(FORMULA_LEADS)], path.name
        again = list(read_csv(path))
        lines = read_jsonl(path.with_suffix(".jsonl"))
        assert again == [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in lines]


@pytest.mark.browser
def test_nothing_runs_when_the_report_is_opened(exported: Crawled, chromium: str, tmp_path: Path) -> None:
    """The report, and a page as a table explorer would make it, in Chromium with scripts allowed."""
    report = exported.folder / "build" / "report.html"
    cells = exported.rows("SELECT title, text FROM reviews UNION SELECT name, shop FROM offers")
    table = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}" for cell in row) for row in cells)
    explorer = tmp_path / "explorer.html"
    explorer.write_text(f'<!doctype html><meta charset="utf-8"><table>{table}</table>', "utf-8")
    control = tmp_path / "control.html"
    control.write_text("<script>window.__canary=1;console.log(1)</script><img src=x onerror=alert(1)>", "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path, silent in ((report, True), (explorer, True), (control, False)):
            did: list[str] = []
            page = browser.new_page()
            page.on("console", lambda message, did=did: did.append(f"console: {message.text}"))
            page.on("pageerror", lambda error, did=did: did.append(f"error: {error}"))
            page.on("dialog", lambda dialog, did=did: (did.append("dialog"), dialog.dismiss()))
            page.on("popup", lambda popup, did=did: did.append(f"popup: {popup.url}"))
            page.on("framenavigated", lambda frame, did=did, path=path: did.append(frame.url))
            page.on("request", lambda request, did=did: did.append(f"request: {request.url[:200]}"))
            page.goto(path.as_uri(), timeout=60_000)
            page.wait_for_timeout(500)
            if page.evaluate("'__canary' in window"):
                did.append("canary")
            known = {path.as_uri(), f"request: {path.as_uri()}", "request: data:,"}
            did = [thing for thing in did if thing not in known]
            assert not did if silent else {"canary", "dialog", "console: 1"} <= set(did), (path.name, did[:20])
            page.close()
        browser.close()


def test_signs_that_turn_or_hide_text_stay_in_their_place(exported: Crawled) -> None:
    """A text that changes the direction of writing stands in a `<bdi>`, and what cannot be shown is seen."""
    report = (exported.folder / "build" / "report.html").read_text("utf-8")
    assert "\u202e3g 红口" in report
    at = -1
    while (at := report.find("\u202e", at + 1)) >= 0:
        assert report.rfind("<bdi", 0, at) > report.rfind("</bdi>", 0, at), report[at - 200 : at + 50]
    assert "\x00" not in report
