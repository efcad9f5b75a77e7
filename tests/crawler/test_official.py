"""The official side, whole crawls on loopback: what is found on a brand's site, what is asked, what is refused."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loopback import HTML, TEXT, Host, Said, Starts, hosts, verified
from test_crawl import ROOT, WATCHLIST, daihuo, product, rows

XML = {"Content-Type": "application/xml"}
JSON = {"Content-Type": "application/json"}
CLAIM = "晨雾 修护 精华液"


@pytest.fixture
def host() -> Iterator[Starts]:
    yield from hosts()


def make(folder: Path, promo: Host, site: Host, toml: str = "", crawl: str = "", in_row: bool = False) -> Path:
    """One claim of one brand; its site stands in the row or in [[brands]]."""
    folder.mkdir()
    allowed = sorted({each.url.split("/")[2] for each in (promo, site)})
    brands = toml or f'[[brands]]\nname = "Morning Mist"\naliases = ["晨雾"]\nsite = "{site.url}"\n'
    (folder / "dataset.toml").write_text(
        'title = "试验"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "desk@paper.example"\nretry_pause = 0.1\n'
        f"delay = 0\nrobots_pause = 0.2\nallow_addresses = {allowed!r}\n{crawl}\n{'' if in_row else brands}",
        encoding="utf-8",
    )
    header = WATCHLIST.replace("official_urls", "official_urls,official_site")
    row = (
        f"c1,主播,other,2026-11-11 20:00,{CLAIM},晨雾,30ml,,199.00,CNY,最低,{promo.url}/live/1,,"
        f"{site.url if in_row else ''},"
    )
    (folder / "watchlist.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    return folder


def crawled(dataset: Path, code: int = 0) -> None:
    done = daihuo("crawl", str(dataset))
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr


def streamer(host: Starts) -> Host:
    return host(lambda path, _: (200, HTML, product(f"{CLAIM} 30ml", "189.00")) if path != "/robots.txt" else None)


def urlset(*urls: str) -> str:
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    head = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"{head}{entries}</urlset>"


def index(*urls: str) -> str:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'


def site_of(host: Starts, answers: Callable[[str, str], Said | None]) -> Host:
    """A site that has what `answers(path, base)` says, product pages below /p/, and nothing else."""
    made: Host

    def special(path: str, _: int) -> Said | None:
        said = answers(path, made.url)
        if said is None and path.startswith("/p/"):
            return 200, HTML, product(f"{CLAIM} 30ml" if "serum" in path else path, "199.00")
        return said or (404, HTML, "<h1>没有这个页面</h1>")

    made = host(special)
    return made


def candidates(dataset: Path, columns: str = "c.url, found_in") -> list[tuple[object, ...]]:
    query = (
        f"SELECT {columns} FROM official_candidates c JOIN pages p ON p.id = c.page_id"
        " ORDER BY CAST(score AS REAL) DESC, c.url"
    )
    return rows(dataset, query)


def test_a_sitemap_index_leads_to_the_product_and_to_a_verdict(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        goods = [f"{base}/p/晨雾-修护-精华液-serum", *(f"{base}/p/晨雾-口红-{n}" for n in range(30))]
        return {
            "/robots.txt": (200, TEXT, f"User-agent: *\nDisallow: /private\nSitemap: {base}/maps/index.xml\n"),
            "/": (200, HTML, "<!doctype html><title>晨雾</title><h1>晨雾</h1>"),
            "/maps/index.xml": (200, XML, index(f"{base}/maps/news.xml", f"{base}/maps/products.xml.gz")),
            "/maps/news.xml": (200, XML, urlset(f"{base}/blog/修护-精华液")),
            "/maps/products.xml.gz": (
                200,
                {"Content-Type": "application/gzip"},
                gzip.compress(urlset(*goods, f"{base}/private/x").encode()),
            ),
        }.get(path)

    site = site_of(host, answers)
    dataset = make(tmp_path / "d", streamer(host), site, crawl="official_pages = 4")
    crawled(dataset)
    found = candidates(dataset, "c.url, found_in, score, why, p.url")
    assert len(found) == 1
    url, found_in, score, why, page = found[0]
    assert str(url).endswith("serum") and found_in == "sitemap" and str(page).endswith("/maps/products.xml.gz")
    assert float(str(score)) > 0.8 and "words" in str(why) and "brand 晨雾" in str(why)
    asked = [path for path in site.paths() if path != "/robots.txt"]
    # The sitemap of goods before the others, and the cap left no room for these; of thirty products one.
    assert "/maps/products.xml.gz" in asked and "/maps/news.xml" not in asked
    assert sum(path.startswith("/p/") for path in asked) == 1
    assert rows(dataset, "SELECT COUNT(*) FROM listing_items") == [(0,)]
    purposes = {json.loads(str(text))["purpose"] for (text,) in rows(dataset, "SELECT request_json FROM ledger")}
    assert purposes == {"robots", "site", "sitemap", "offers"}
    proof = rows(dataset, "SELECT DISTINCT kind FROM official_evidence e JOIN offers o ON o.page_id = e.page_id")
    assert proof == [("dataset_site",)]
    verified(dataset)
    assert daihuo("compare", str(dataset)).returncode == 0
    ((verdict,),) = rows(dataset, "SELECT verdict FROM verdicts")
    assert verdict == "cheaper_at_streamer"
    verified(dataset)
    tables = ("pages", "official_candidates", "official_evidence")
    before = [sorted(map(repr, rows(dataset, f"SELECT * FROM {table}"))) for table in tables]
    assert daihuo("crawl", str(dataset), "--replay").returncode == 0
    assert [sorted(map(repr, rows(dataset, f"SELECT * FROM {table}"))) for table in tables] == before


def test_shopify_lists_its_goods(tmp_path: Path, host: Starts) -> None:
    def goods(page: int) -> str:
        names = {1: [f"口红 {n}" for n in range(3)], 2: [CLAIM]}.get(page, [])
        listed = [
            {
                "id": page * 100 + n,
                "title": name,
                "handle": "serum" if name == CLAIM else f"lip-{n}",
                "vendor": "晨雾",
                "variants": [{"id": 1, "title": "Default", "price": "199.00", "compare_at_price": None}],
            }
            for n, name in enumerate(names)
        ]
        return json.dumps({"products": listed}, ensure_ascii=False)

    def answers(path: str, base: str) -> Said | None:
        if path == "/":
            return 200, HTML, '<!doctype html><title>晨雾</title><script>Shopify.shop = "mist.example";</script>'
        if path.startswith("/products.json"):
            return 200, JSON, goods(int(path.partition("page=")[2] or 1))
        return (200, HTML, product(CLAIM, "199.00")) if path == "/products/serum" else None

    site = site_of(host, answers)
    dataset = make(tmp_path / "d", streamer(host), site, in_row=True)
    crawled(dataset)
    assert candidates(dataset) == [(f"{site.url}/products/serum", "products_json")]
    asked = [path for path in site.paths() if "products.json" in path]
    assert asked == ["/products.json?limit=250", "/products.json?limit=250&page=2", "/products.json?limit=250&page=3"]
    assert "/products/serum" in site.paths() and "/products/lip-0" not in site.paths()


def test_woocommerce_lists_its_goods(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        prices = {"price": "19900", "regular_price": "19900", "currency_code": "CNY", "currency_minor_unit": 2}
        if path == "/":
            return 200, HTML, '<!doctype html><title>晨雾</title><span class="woocommerce-Price-amount">¥9</span>'
        if path.startswith("/wp-json/wc/store/v1/products"):
            listed = [{"id": 7, "name": CLAIM, "permalink": f"{base}/p/serum", "prices": prices}]
            return 200, JSON, json.dumps(listed if "page=2" not in path else [])
        return None

    site = site_of(host, answers)
    dataset = make(tmp_path / "d", streamer(host), site)
    crawled(dataset)
    assert candidates(dataset) == [(f"{site.url}/p/serum", "store_api")]
    assert "/p/serum" in site.paths()


def cards(*items: tuple[str, str]) -> str:
    shown = "".join(
        f'<li class="card"><a href="{url}"><h3>{name}</h3></a><span class="price">¥199.00</span></li>'
        for url, name in items
    )
    return f'<!doctype html><meta charset="utf-8"><title>全部商品</title><h1>全部商品</h1><ul>{shown}</ul>'


def test_a_stores_listing_is_paged_to_its_end(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        if not path.startswith("/all"):
            return None
        page = int(path.partition("page=")[2] or 1)
        items = [(f"/p/lip-{min(page, 3)}{n}", f"口红 {min(page, 3)}{n}") for n in range(4)]
        items += [("/p/serum", CLAIM), ("http://elsewhere.example/p/serum", CLAIM)] if page == 3 else []
        return 200, HTML, cards(*items) + f'<a rel="next" href="/all?page={page + 1}">下一页</a>'

    store = site_of(host, answers)
    brands = f'[[brands]]\nname = "晨雾"\nstores = ["{store.url}/all"]\n'
    dataset = make(tmp_path / "d", streamer(host), store, brands)
    crawled(dataset)
    assert candidates(dataset) == [(f"{store.url}/p/serum", "listing")]
    assert [path for path in store.paths() if path.startswith("/all")] == [
        "/all",
        *(f"/all?page={n}" for n in (2, 3, 4)),
    ]
    assert rows(dataset, "SELECT DISTINCT kind FROM official_evidence") == [("dataset_store",)]


def test_a_store_may_be_one_product_page(tmp_path: Path, host: Starts) -> None:
    store = site_of(host, lambda path, base: None)
    brands = f'[[brands]]\nname = "晨雾"\nstores = ["{store.url}/p/serum"]\n'
    dataset = make(tmp_path / "d", streamer(host), store, brands)
    crawled(dataset)
    assert candidates(dataset) == [(f"{store.url}/p/serum", "store")]
    assert store.paths().count("/p/serum") == 1
    assert daihuo("compare", str(dataset)).returncode == 0
    assert rows(dataset, "SELECT verdict FROM verdicts") == [("cheaper_at_streamer",)]


def test_an_endless_sitemap_ends_at_the_cap_and_other_hosts_are_not_asked(tmp_path: Path, host: Starts) -> None:
    other = host(lambda path, _: None)

    def answers(path: str, base: str) -> Said | None:
        if path == "/robots.txt":
            return 200, TEXT, f"Sitemap: {base}/map-0.xml\nSitemap: {other.url}/theirs.xml\n"
        if path.startswith("/map-"):
            n = path.removeprefix("/map-").removesuffix(".xml")
            return 200, XML, index(*(f"{base}/map-{n}-{child}.xml" for child in range(50)), f"{other.url}/x.xml")
        return None

    site = site_of(host, answers)
    promo = streamer(host)
    dataset = make(tmp_path / "d", promo, site, crawl="official_pages = 12")
    toml = dataset / "dataset.toml"
    toml.write_text(toml.read_text("utf-8").replace("allow_addresses = [", f"allow_addresses = ['{other.url[7:]}', "))
    crawled(dataset)
    assert other.paths() == []
    assert rows(dataset, "SELECT COUNT(*) FROM ledger WHERE spider = 'official'") == [(12,)]
    assert "official: links left unasked because of official_pages: " in daihuo("status", str(dataset)).stdout
    why = rows(dataset, "SELECT DISTINCT why FROM issues WHERE field = 'sitemap'")
    assert ("1 sitemaps on other hosts: not followed",) in why
    assert candidates(dataset) == []


def test_a_sitemap_of_foreign_pages_gives_no_candidate(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        if path == "/sitemap.xml":
            return (
                200,
                XML,
                urlset("http://reseller.example/p/晨雾-修护-精华液", "http://127.0.0.1:9/p/晨雾-修护-精华液"),
            )
        return None

    dataset = make(tmp_path / "d", streamer(host), site_of(host, answers))
    crawled(dataset)
    assert candidates(dataset) == []
    why = rows(dataset, "SELECT why FROM issues WHERE field = 'sitemap'")
    assert why == [("2 pages on other hosts: not followed",)]
    assert daihuo("compare", str(dataset)).returncode == 0
    assert rows(dataset, "SELECT verdict FROM verdicts") == [("cannot_tell",)]


def test_other_goods_of_the_brand_accuse_nobody(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        if path == "/sitemap.xml":
            return 200, XML, urlset(f"{base}/p/修护-面霜")
        return (200, HTML, product("晨雾 修护 面霜 50g", "99.00")) if path.startswith("/p/") else None

    dataset = make(tmp_path / "d", streamer(host), site_of(host, answers))
    crawled(dataset)
    assert daihuo("compare", str(dataset)).returncode == 0
    ((verdict, reasons),) = rows(dataset, "SELECT verdict, reasons_json FROM verdicts")
    assert verdict == "cannot_tell", reasons


def test_robots_of_the_official_site_is_obeyed(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        if path == "/robots.txt":
            return 200, TEXT, f"User-agent: *\nDisallow: /maps/\nSitemap: {base}/maps/a.xml\n"
        return None

    site = site_of(host, answers)
    dataset = make(tmp_path / "d", streamer(host), site)
    crawled(dataset, code=4)
    assert not any(path.startswith("/maps") for path in site.paths())
    refused = rows(dataset, "SELECT asked, reason FROM ledger WHERE state = 'refused'")
    assert refused == [(f"{site.url}/maps/a.xml", "robots.txt disallows it")]


@pytest.mark.slow
def test_a_killed_search_goes_on(tmp_path: Path, host: Starts) -> None:
    def answers(path: str, base: str) -> Said | None:
        time.sleep(0.02)
        if path == "/sitemap.xml":
            return 200, XML, index(*(f"{base}/map-{n}.xml" for n in range(20)))
        if path.startswith("/map-"):
            n = path.removeprefix("/map-").removesuffix(".xml")
            return 200, XML, urlset(f"{base}/p/serum-{n}-修护-精华液")
        return None

    site = site_of(host, answers)
    dataset = make(tmp_path / "d", streamer(host), site)
    command = [sys.executable, "-m", "crawler", "crawl", str(dataset)]
    for answered in (3, 12, 24):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(site.seen) < answered and process.poll() is None:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    crawled(dataset)
    assert len(candidates(dataset)) == 20
    assert rows(dataset, "SELECT state, COUNT(*) FROM ledger GROUP BY state") == [("done", 23 + 1 + 5)]
    verified(dataset)
