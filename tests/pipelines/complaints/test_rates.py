"""Intervals against published values, and the sides of products in a small database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines import corpus
from pipelines.complaints.rates import Difference, Rate, differences, rates, rates_of, wilson
from pipelines.complaints.sides import sides_of
from pipelines.database import Database
from pipelines.facts import OfferFact, PageFacts, ReviewFact
from pipelines.store.read import open_read
from pipelines.store.write import PageRecord, open_store
from tests.pipelines.conftest import Small


@pytest.mark.parametrize(
    ("hits", "reviews", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(hits: int, reviews: int, low: float, high: float) -> None:
    assert wilson(hits, reviews) == pytest.approx((low, high), abs=0.00005)


def test_wilson_of_all_and_of_nonsense() -> None:
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=0.00005)
    for hits, reviews in ((1, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="is no share"):
            wilson(hits, reviews)


def test_the_difference_is_newcombes() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II, 56/70 less 48/80, method 10: 0.0524 to 0.3339.
    found = differences(
        rates({"streamer": 70, "official": 80}, {("quality", "streamer"): 56, ("quality", "official"): 48})
    )
    assert found[0] == Difference(
        topic="quality", per_1000=Decimal("200.0"), low=Decimal("52.4"), high=Decimal("333.9"), apart=True
    )
    assert not found[1].apart


def test_a_side_without_reviews_has_no_rate_and_no_difference() -> None:
    found = rates({"streamer": 10}, {("refund", "streamer"): 1})
    assert {rate.side for rate in found} == {"streamer"}
    assert next(rate for rate in found if rate.topic == "refund") == Rate(
        topic="refund",
        side="streamer",
        reviews=10,
        hits=1,
        per_1000=Decimal("100.0"),
        low=Decimal("17.9"),
        high=Decimal("404.2"),
    )
    assert differences(found) == ()


PROMO, OFFICIAL, ELSEWHERE = (f"https://{host}.example/item/1" for host in ("streamer", "brand", "third"))


def show(small: Small, url: str, *texts: tuple[str, str, bool]) -> None:
    reviews = tuple(
        ReviewFact(id=f"r{n}", text=text, language=language, default_text=default, author=f"买家{n}")
        for n, (text, language, default) in enumerate(texts)
    )
    facts = PageFacts(url=url, kind="product", outcome="ok", offer=OfferFact(name="面霜", sku="7"), reviews=reviews)
    with open_store(small.path / "build" / "daihuo.sqlite", b"secret") as store:
        store.write_page(PageRecord(url=url, fetched_at="2026-02-01T00:00:00Z", status=200, sha256=url), facts)


@pytest.fixture
def database(small: Small) -> Database:
    small.claim("1", promo_url=PROMO, official_urls=OFFICIAL)
    small.write()
    zh = "zh-Hans"
    show(
        small,
        PROMO,
        ("包装破损", zh, False),
        ("很好", zh, False),
        ("此用户未填写评价内容", zh, True),
        ("ひどい", "ja", False),
    )
    show(small, OFFICIAL, ("很好", zh, False), ("没有破损", zh, False))
    show(small, ELSEWHERE, ("Box was crushed", "en", False))
    corpus.run(small.dataset)
    return open_read(small.dataset.database)


def test_sides(small: Small, database: Database) -> None:
    with open_store(small.dataset.database, b"secret") as store:
        store.write_claims(small.dataset.claims)
    assert sides_of(database, small.dataset) == {"streamer.example/7": "streamer", "brand.example/7": "official"}


def test_proof_makes_a_product_official(small: Small, database: Database) -> None:
    database.close()
    with open_store(small.dataset.database, b"secret") as store:
        page = next(store.db.query("SELECT id FROM pages WHERE url = ?", [ELSEWHERE]))["id"]
        for kind in ("self_described", "is_self"):
            store.db.table("official_evidence").insert(
                {"page_id": page, "shop": "third.example", "kind": kind, "value": "x"}
            )
            found = sides_of(store.db, small.dataset).get("third.example/7")
            assert found == (None if kind == "self_described" else "official")


def test_rates_of_a_database(small: Small, database: Database) -> None:
    with open_store(small.dataset.database, b"secret") as store:
        store.write_claims(small.dataset.claims)
    found = {(rate.topic, rate.side): (rate.hits, rate.reviews) for rate in rates_of(database, small.dataset)}
    assert found["packaging", "streamer"] == (1, 2)
    assert found["packaging", "official"] == (0, 2)
    assert found["packaging", "other"] == (1, 1)
    assert found["quality", "streamer"] == (0, 2)
