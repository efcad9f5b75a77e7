"""What shows that a shop is official, what only says so, and which candidates take part in a comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.dataset import Dataset, load
from pipelines.facts import OfferFact, PageFacts
from pipelines.official.candidates import chosen, official_pages
from pipelines.official.evidence import official_evidence
from pipelines.official.starts import belongs, starts_of
from pipelines.store.write import PageRecord, Store, open_store

BRANDS = """
[[brands]]
name = "Egret"
aliases = ["白鹭"]
site = "https://www.egret.example"
stores = ["https://egret.tmall.com/all", "https://item.jd.com/100.html", "https://egret-shop.example/all"]
"""
HEADER = "id,streamer,product,brand,promo_url,platform,claimed_price,currency,official_urls"


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    toml = f'title = "试验"\nlicence = "CC0-1.0"\n[crawl]\nofficial_candidates = 3\n{BRANDS}'
    (tmp_path / "dataset.toml").write_text(toml, encoding="utf-8")
    row = "A1,云雀,山茶护手霜,白鹭,https://lark.example/1,,,,https://egret.example/p/named"
    (tmp_path / "watchlist.csv").write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    return load(str(tmp_path))


def facts(url: str, name: str = "", official: bool | None = None, evidence: str = "") -> PageFacts:
    return PageFacts(
        url=url,
        kind="product",
        outcome="ok",
        shop_name=name or None,
        shop_official=official,
        shop_evidence=evidence,
        offer=OfferFact(name="山茶护手霜"),
    )


@pytest.mark.parametrize(
    ("url", "said", "kinds"),
    [
        ("https://egret.example/p/1", {}, ["dataset_site"]),
        ("https://shop.egret.example/p/1", {}, ["dataset_site"]),
        ("https://notegret.example/p/1", {}, []),
        ("https://egret.example.evil.example/p/1", {}, []),
        ("https://egret-shop.example/p/1", {}, ["dataset_store"]),
        # On a marketplace the named page only.
        ("https://item.jd.com/100.html", {}, ["dataset_store"]),
        ("https://item.jd.com/101.html", {}, []),
        ("https://item.jd.com/101.html", {"official": True, "evidence": "自营"}, ["is_self"]),
        ("https://detail.tmall.com/item.htm?id=1", {"name": "白鹭官方旗舰店"}, ["flagship_mark"]),
        # Anyone can write these.
        ("https://lark.example/p/1", {"name": "白鹭官方旗舰店"}, ["self_described"]),
        ("https://lark.example/p/1", {"name": "Egret Official Store"}, ["self_described"]),
        ("https://lark.example/p/1", {"name": "云雀"}, []),
    ],
)
def test_evidence(dataset: Dataset, url: str, said: dict[str, object], kinds: list[str]) -> None:
    found = official_evidence(dataset, url, url, facts(url, **said))  # type: ignore[arg-type]
    assert [row["kind"] for row in found] == kinds


def test_where_is_looked(dataset: Dataset) -> None:
    assert [(start.kind, start.id) for start in starts_of(dataset)] == [
        ("site", "https://www.egret.example"),
        ("store", "https://egret.tmall.com/all"),
        ("store", "https://item.jd.com/100.html"),
        ("store", "https://egret-shop.example/all"),
    ]
    assert belongs("https://detail.tmall.com/item.htm?id=1", "https://egret.tmall.com/all", "store")
    assert not belongs("https://lark.example/1", "https://egret.tmall.com/all", "store")
    assert not belongs("https://egret.myshopify.com/1", "https://other.myshopify.com", "site")


def put(store: Store, dataset: Dataset, url: str, said: PageFacts, final_url: str = "", at: str = "01") -> None:
    record = PageRecord(url=url, final_url=final_url or url, fetched_at=f"2026-11-{at}T00:00:00Z", sha256=url)
    evidence = official_evidence(dataset, url, final_url or url, said)
    store.write_page(record, said, beside={"official_evidence": evidence})


def test_only_proven_candidates_are_compared(dataset: Dataset) -> None:
    urls = {
        "https://detail.tmall.com/item.htm?id=1": "白鹭官方旗舰店",
        "https://detail.tmall.com/item.htm?id=2": "云雀旗舰店",
        "https://detail.tmall.com/item.htm?id=3": "",
    }
    listed = [
        {"claim_id": "A1", "url": url, "found_in": "listing", "start": "s", "name": None, "score": f"0.{n}", "why": "w"}
        for n, url in enumerate(
            [*urls, "https://lark.example/1", "https://egret.example/p/named", "https://a.tmall.com/x"]
        )
    ]
    with open_store(dataset.database, dataset.secret) as store:
        record = PageRecord(url="https://egret.tmall.com/all", fetched_at="2026-11-01T00:00:00Z", sha256="0")
        store.write_page(record, None, beside={"official_candidates": listed})
        for url, name in urls.items():
            put(store, dataset, url, facts(url, name))
        # The promoted and the named page are no candidates; of the others the three best.
        best = chosen(store.db, dataset)["A1"]
        assert [each.url for each in best] == ["https://a.tmall.com/x", *list(urls)[:0:-1]]
        assert official_pages(store.db, dataset) == {}
        other = [row | {"score": "0.9"} for row in listed[:1]]
        record = PageRecord(url="https://egret.tmall.com/2", fetched_at="2026-11-02T00:00:00Z", sha256="1")
        store.write_page(record, None, beside={"official_candidates": other})
        flagship = next(iter(urls))
        assert official_pages(store.db, dataset) == {"A1": (flagship,)}
        # An address that now leads to somebody else's host is not believed any more.
        put(store, dataset, flagship, facts(flagship), "https://lark.example/2", at="03")
        assert official_pages(store.db, dataset) == {}
