"""Complaints of a small dataset: stored with their places, gone with their review, masked when published."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

from pipelines import corpus
from pipelines.export.tables import export_tables
from pipelines.facts import OfferFact, PageFacts, PriceFact, ReviewFact
from pipelines.stated_goods import goods_of
from pipelines.store.read import open_read
from pipelines.store.write import PageRecord, open_store
from tests.pipelines.conftest import Small

URL = "https://streamer.example/item/1"


def show(small: Small, *texts: str, seen_at: str = "2026-02-01T00:00:00Z", **has: object) -> None:
    reviews = tuple(
        ReviewFact(
            id=f"r{n}", text=text, language="zh-Hans", author=f"买家{n}", date="2026-01-05", bought_date="2026-01-01"
        )
        for n, text in enumerate(texts)
    )
    offer = OfferFact(sku="7", **{"name": "云朵修护面霜", **has})  # type: ignore[arg-type]
    facts = PageFacts(url=URL, kind="product", outcome="ok", offer=offer, reviews=reviews)
    if not small.rows:
        small.claim("1")
    small.write()
    with open_store(small.path / "build" / "daihuo.sqlite", b"secret") as store:
        store.write_page(PageRecord(url=URL, fetched_at=seen_at, status=200, sha256="a"), facts)


def test_stored_with_words_clause_and_places(small: Small) -> None:
    show(small, "很好", "瓶子不错，包装破损，还漏了一半。想退货")
    assert corpus.run(small.dataset).complaints == 2
    with open_read(small.dataset.database).conn as connection:
        rows = connection.execute("SELECT topic, words, clause, places_json FROM complaints ORDER BY topic").fetchall()
    assert [row[:3] for row in rows] == [
        ("packaging", "包装破损 · 漏了", "包装破损"),
        ("refund", "想退货", "想退货"),
    ]
    assert json.loads(rows[0][3])[1] == {
        "field": "text",
        "start": 11,
        "end": 13,
        "words": "漏了",
        "clause": "还漏了一半",
    }


def test_the_platforms_text_complains_of_nothing(small: Small) -> None:
    show(small, "此用户未填写评价内容")
    assert corpus.run(small.dataset).complaints == 0


def test_gone_with_their_review(small: Small) -> None:
    show(small, "质量太差")
    corpus.run(small.dataset)
    show(small)
    with open_read(small.dataset.database).conn as connection:
        assert connection.execute("SELECT COUNT(*) FROM complaints").fetchone() == (0,)


def test_published_without_a_telephone_number(small: Small) -> None:
    show(small, "质量太差 请打13800138000退款")
    corpus.run(small.dataset)
    export_tables(small.dataset, small.path / "out")
    text = (small.path / "out" / "complaints.csv").read_text("utf-8-sig")
    assert "13800138000" not in text
    assert [row["topic"] for row in csv.DictReader(text.splitlines())] == ["quality", "refund"]


def test_goods_say_what_the_newest_page_says(small: Small) -> None:
    show(small, "很好", review_count=40, promotions=("已售500件",))
    show(
        small,
        "很好",
        seen_at="2026-03-01T00:00:00Z",
        name="",
        prices=(PriceFact(kind="sale", amount=Decimal(9), label="月销2万+", found_in="visible"),),
    )
    db = open_read(small.dataset.database)
    goods = goods_of(db)["streamer.example/7"]
    db.close()
    assert (goods.name, goods.claimed, goods.collected) == ("云朵修护面霜", 40, 1)
    assert (goods.sold, goods.sold_said, goods.sold_rounded) == (20_000, "月销2万+", True)


def test_signals_get_the_purchase_and_the_goods(small: Small) -> None:
    show(small, "这款手机壳很好", review_count=40, promotions=("已售20件",))
    corpus.run(small.dataset)
    db = open_read(small.dataset.database)
    values = {row["signal"]: row["value"] for row in db.query("SELECT signal, value FROM signals")}
    db.close()
    assert (values["purchase_gap"], values["other_goods"], values["sold_against_reviews"]) == ("4", "1", "2.00")
