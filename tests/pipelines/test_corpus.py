"""The corpus of a small dataset: signals stored, products counted."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from rich.console import Console

from crawler.commands.corpus import run_corpus
from pipelines import corpus
from pipelines.facts import ListedFacts, OfferFact, PageFacts, ReviewFact
from pipelines.signals import SIGNALS
from pipelines.store.read import open_read
from pipelines.store.write import PageRecord, ReviewPlace, open_store
from tests.pipelines.conftest import Small

URL = "https://streamer.example/item/1"
TEXTS = (
    "面霜很滋润，用了两周皮肤不干了",
    "面霜很滋润！用了两周皮肤不干了",
    "此用户未填写评价内容",
    "Too oily for me, but it smells good",
    "晒图返红包，还不错",
)


def filled(small: Small) -> None:
    small.claim("1")
    small.write()
    reviews = tuple(
        ReviewFact(
            id=f"r{number}",
            text=text,
            rating=Decimal(5 - number % 2),
            rating_scale=Decimal(5),
            date=f"2026-01-0{number + 1}",
            language="en" if text.isascii() else "zh-Hans",
            author=f"买家{number}",
        )
        for number, text in enumerate(TEXTS)
    )
    facts = PageFacts(
        url=URL,
        kind="product",
        outcome="ok",
        offer=OfferFact(name="云朵修护面霜", sku="77", review_count=40),
        reviews=reviews,
    )
    with open_store(small.path / "build" / "daihuo.sqlite", b"secret") as store:
        store.write_page(PageRecord(url=URL, fetched_at="2026-02-01T00:00:00Z", status=200, sha256="a"), facts)


def test_counts_and_rows(small: Small) -> None:
    filled(small)
    dataset = small.dataset
    summary = corpus.run(dataset)
    assert summary.reviews == 5
    assert summary.signals == 5 * len(SIGNALS)
    product = summary.products[0]
    assert (product.product, product.name, product.claimed, product.collected) == (
        "streamer.example/77",
        "云朵修护面霜",
        40,
        5,
    )
    assert product.languages == {"zh-Hans": 4, "en": 1}
    assert product.stars == {5: 3, 4: 2}
    assert (product.defaults, product.clusters, product.clustered, product.incentive) == (1, 1, 2, 1)
    rows = []
    for _ in range(2):
        db = open_read(dataset.database)
        rows.append(list(db.execute("SELECT * FROM signals")))
        db.close()
        again = corpus.run(dataset)
        assert (again.products, again.signals) == (summary.products, summary.signals)
    assert len(rows[0]) == summary.signals
    assert rows[0] == rows[1]


def test_a_burst_says_how_many_reviews_can_be_reached(small: Small) -> None:
    small.claim("1")
    small.write()
    reviews = [
        ReviewFact(id=f"n{n}", text=f"第{n}次回购", date=f"2026-01-{max(1, n - 30):02}", author=f"买家{n}")
        for n in range(40)
    ]
    listed = ListedFacts(most_pages=2)
    with open_store(small.path / "build" / "daihuo.sqlite", b"secret") as store:
        for number, shown in enumerate((reviews[:20], reviews[20:]), 1):
            place = ReviewPlace(crawl="2026-02-01T00:00:00Z", sort="newest", number=number, ended="last")
            record = PageRecord(url=f"{URL}?page={number}", fetched_at="2026-02-01T00:00:00Z", sha256="a", place=place)
            offer = OfferFact(name="云朵修护面霜", sku="77", review_count=900)
            facts = PageFacts(url=URL, kind="reviews", outcome="ok", offer=offer, reviews=tuple(shown), listed=listed)
            store.write_page(record, facts)
    corpus.run(small.dataset)
    db = open_read(small.dataset.database)
    query = "SELECT evidence_json FROM signals WHERE signal = 'burst' AND value IS NOT NULL LIMIT 1"
    evidence = json.loads(db.execute(query).fetchone()[0])
    db.close()
    assert {name: evidence[name] for name in ("collected", "claimed", "reachable", "capped")} == {
        "collected": 40,
        "claimed": 900,
        "reachable": 40,
        "capped": True,
    }


def test_printed(small: Small) -> None:
    filled(small)
    out = io.StringIO()
    assert run_corpus(str(small.path), Console(file=out, width=80, soft_wrap=True)) == 0
    printed = out.getvalue()
    assert "collected 5 (page says 40)" in printed
    assert "5 reviews of 1 product · 1 group of alike texts" in printed


def test_nothing_collected(small: Small) -> None:
    small.claim("1")
    found = corpus.run(small.dataset)
    assert (found.products, found.version) == ((), None)


def test_progress_ends_where_the_work_does(small: Small) -> None:
    filled(small)
    told: list[tuple[str, int, int]] = []
    corpus.run(small.dataset, lambda *said: told.append(said))
    assert told[-1] == ("signals", 5 * len(SIGNALS), 5 * len(SIGNALS))


def test_json_of_the_corpus(small: Small, capsys: pytest.CaptureFixture[str]) -> None:
    filled(small)
    small.write()
    assert run_corpus(str(small.path), Console(), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reviews"], told["products"][0]["claimed"], told["products"][0]["collected"]) == (5, 40, 5)
