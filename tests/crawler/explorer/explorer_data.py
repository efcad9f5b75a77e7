"""A made-up dataset for the explorer: claims with several looks, reviews in two languages, alike texts, a wall."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.dataset import Dataset, load
from pipelines.store.sql import insert, rows_of
from pipelines.store.write import open_store

MANIFEST = """
title = "山雀小店 与 白鹭研究所"
licence = "CC0-1.0"
description = "Made up."
[[shops]]
name = "山雀小店"
host = "tit.example"
role = "streamer"
"""
COLUMNS = (
    "id streamer platform broadcast_at product brand spec gtin claimed_price currency claim promo_url official_urls"
)
WATCHLIST = f"""{COLUMNS.replace(" ", ",")}
C1,山雀,demo,2026-11-20 20:00,晨雾精华,,,,159.00,CNY,全网最低价,https://tit.example/1,https://egret.example/1
"""
TEXTS = (
    "这是假货，退款！",
    "I want a refund",
    "Refunded at once",
    "很好用",
    "宝贝收到了，包装完好",
    "宝贝收到了，包装完好",
)
Row = dict[str, Any]


def make(folder: Path, texts: Sequence[str] = TEXTS, hostile: Sequence[str] = ()) -> Dataset:
    """The dataset, its database filled. `hostile` texts stand wherever a page or a person may write something."""
    (folder / "dataset.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "watchlist.csv").write_text(WATCHLIST, encoding="utf-8")
    dataset = load(str(folder))
    with open_store(dataset.database, dataset.secret) as store:
        for table, rows in {**_facts(), **_reviews(texts)}.items():
            store.db.conn.executemany(insert(table), rows_of(table, rows))
        for table, rows in _hostile(hostile).items():
            store.db.conn.executemany(insert(table), rows_of(table, rows))
    return dataset


def _facts() -> dict[str, list[Row]]:
    looks = [
        ("a", "tit", "18", "139.00"),
        ("b", "tit", "20", "159.00"),
        ("c", "egret", "20", "129.00"),
        ("d", "tit", "22", "149.00"),
    ]
    pages = [_page(name, f"https://{shop}.example/1", f"2026-11-{day}T13:00:00Z") for name, shop, day, _ in looks]
    pages.append(
        {**_page("w", "https://egret.example/1", "2026-11-23T10:00:00Z"), "outcome": "blocked", "reason": "captcha"}
    )
    offers = [
        {
            "page_id": f"p{name}",
            "url": f"https://{shop}.example/1",
            "name": "晨雾精华 30ml",
            "currency": "CNY",
            "price": price,
            "promotions_json": ["满300减20"],
            "availability": "in_stock",
        }
        for name, shop, _, price in looks
    ]
    evidence = [
        {
            "page_id": f"p{name}",
            "n": n,
            "kind": kind,
            "url": f"https://{shop}.example/1",
            "warc_file": "a.warc.gz",
            "warc_offset": 100 * n + 7,
            "sha256": f"{n}{name}" * 32,
        }
        for name, shop, _, _ in looks
        for n, kind in enumerate(("response", "request"))
    ]
    return {
        "pages": pages,
        "offers": offers,
        "prices": [{"page_id": "pb", "n": 0, "kind": "sale", "amount": "159.00", "currency": "CNY", "chosen": "price"}],
        "evidence": evidence,
        "claims": [
            {
                "id": "C1",
                "streamer": "山雀",
                "broadcast_at": "2026-11-20T12:00:00Z",
                "product": "晨雾精华",
                "claim": "全网最低价",
                "promo_url": "https://tit.example/1",
                "official_urls_json": ["https://egret.example/1"],
            },
            {"id": "C/2 ü", "streamer": "山雀", "product": "月光卸妆油", "promo_url": "https://tit.example/2"},
        ],
        "verdicts": [
            {
                "claim_id": "C1",
                "verdict": "dearer_at_streamer",
                "text": "Dearer.",
                "reasons_json": ["159.00 against 129.00"],
                "promoted_price": "159.00",
                "official_price": "129.00",
                "currency": "CNY",
                "per": "offer",
                "page_ids_json": ["pb", "pc"],
                "claim_verdict": "contradicted",
                "claim_text": "A lower price was seen.",
            },
            {
                "claim_id": "C/2 ü",
                "verdict": "cannot_tell",
                "reasons_json": ["No page of the promoted offer."],
                "page_ids_json": [],
            },
        ],
        "findings": [
            {
                "claim_id": "C1",
                "n": 0,
                "rule": "unit_price",
                "answer": "dearer",
                "text": "23.3% dearer",
                "parameters_json": {"tolerance": "0.01"},
                "page_ids_json": ["pb", "pc"],
            }
        ],
        "matches": [
            {
                "claim_id": "C1",
                "promoted_page_id": "pb",
                "official_page_id": "pc",
                "answer": "same_variant",
                "evidence_json": [{"field": "title", "promoted": "30ml", "official": "30ml", "says": "same"}],
            }
        ],
    }


def _page(name: str, url: str, seen: str) -> Row:
    return {
        "id": f"p{name}",
        "url": url,
        "final_url": url,
        "url_key": url.partition("//")[2],
        "fetched_at": seen,
        "status": 200,
        "sha256": name * 64,
        "outcome": "ok",
        "kind": "product",
        "warc_file": "a.warc.gz",
        "warc_offset": 7,
        "bytes": 2048,
        "renderer": "static",
        "time_source": "fetch",
    }


def _reviews(texts: Sequence[str]) -> dict[str, list[Row]]:
    reviews = [
        {
            "id": f"r{n:05d}",
            "page_id": "pb" if n % 2 else "pc",
            "product": f"{'tit' if n % 2 else 'egret'}.example/1",
            "rating": str(n % 5 + 1),
            "rating_scale": "5",
            "date": f"2026-{n % 5 // 4 + 8:02d}-02T10:00:00Z",
            "text": text,
            "author_key": f"{n:064x}",
            "language": "und",
            "default_text": 0,
        }
        for n, text in enumerate(texts)
    ]
    first: dict[str, int] = {}
    signals = []
    for n, text in enumerate(texts):
        cluster = {"cluster": f"k{first.setdefault(text, n)}"} if texts.count(text) > 1 else {}
        signals.append({"review": f"r{n:05d}", "signals_json": {"near_duplicate": ["2", cluster]}})
    return {"reviews": reviews, "corpus_reviews": signals}


def _hostile(texts: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {
        name: []
        for name in (
            "pages",
            "offers",
            "prices",
            "claims",
            "verdicts",
            "findings",
            "reviews",
            "corpus_reviews",
            "issues",
        )
    }
    for n, text in enumerate(texts):
        page, claim = f"h{n}", f"H{n}"
        cited = [page, text]
        found["pages"].append({**_page("z", text, "2026-11-20T13:00:00Z"), "id": page, "reason": text, "sha256": text})
        found["offers"].append(
            {
                "page_id": page,
                "url": text,
                "name": text,
                "shop": text,
                "currency": text,
                "price": "1.00",
                "promotions_json": [text],
            }
        )
        found["prices"].append(
            {"page_id": page, "n": 0, "kind": text, "amount": "1.00", "label": text, "condition": text, "path": text}
        )
        found["claims"].append(
            {
                "id": claim,
                "streamer": text,
                "product": text,
                "claim": text,
                "spec": text,
                "note": text,
                "promo_url": text,
                "broadcast_at": "2026-11-20T12:00:00Z",
            }
        )
        found["verdicts"].append(
            {
                "claim_id": claim,
                "verdict": "cannot_tell",
                "text": text,
                "reasons_json": [text],
                "page_ids_json": cited,
                "chain_json": [{"fact": text, "value": text, "page_id": text}],
                "claim_verdict": "contradicted",
            }
        )
        found["findings"].append(
            {
                "claim_id": claim,
                "n": 0,
                "rule": text,
                "answer": text,
                "text": text,
                "page_ids_json": cited,
                "parameters_json": {text: text},
            }
        )
        found["issues"].append({"page_id": page, "n": 0, "field": text, "value": text, "why": text})
        for copy in (0, 1):
            found["reviews"].append(
                {
                    "id": f"x{n}-{copy}",
                    "page_id": page,
                    "product": text,
                    "title": text,
                    "text": text,
                    "reply": text,
                    "follow_up_text": text,
                    "rating": "1",
                    "date": text,
                    "language": text,
                }
            )
            found["corpus_reviews"].append(
                {"review": f"x{n}-{copy}", "signals_json": {"near_duplicate": [text, {"cluster": text}]}}
            )
    return found
