"""Pages: stored whole, stored once, and never lost to a bad value."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from store_samples import SECRET, URL, dump, facts, record

from pipelines.facts import OfferFact, PageFacts, PriceFact, ReviewFact
from pipelines.items import Issue
from pipelines.normalize.text import unstore
from pipelines.store import read
from pipelines.store.review_rows import AuthorKeys
from pipelines.store.write import EvidenceRecord, PageReview, Store, open_store, page_id


def column(store: Store, query: str) -> list[Any]:
    return [row[0] for row in store.db.execute(query).fetchall()]


def offer_with(**changed: Any) -> PageFacts:
    base = facts()
    assert base.offer is not None
    return replace(base, offer=replace(base.offer, **changed))


def test_page_fills_its_tables(store: Store) -> None:
    store.write_page(record(), facts())
    assert {table: n for table, n in read.counts(store.db).items() if n} == {
        "pages": 1,
        "evidence": 2,
        "links": 2,
        "offers": 1,
        "prices": 3,
        "variants": 2,
        "reviews": 3,
        "review_pages": 1,
        "listing_items": 1,
        "issues": 1,
        "seals": 1,
    }
    row = read.offers_for_url(store.db, URL)[0]
    assert (row["price"], row["list_price"], row["shop_official"], row["platform"]) == ("89.90", "129.00", 1, "shopify")
    assert [price["amount"] for price in row["prices"]] == ["89.90", "129.00", "79.90"]
    assert [json.loads(variant["options_json"]) for variant in row["variants"]] == [{"色号": "01"}, {}]


def test_same_page_twice_changes_nothing_anywhere(store: Store) -> None:
    store.write_page(record(), facts())
    store.write_page(record(url=URL + "3"), facts(url=URL + "3"))
    before = dump(store)
    store.write_page(record(), facts())
    store.write_page(record(run_id="later", warc_file="b.warc.gz", warc_offset=9, evidence=()), facts())
    assert dump(store) == before


def test_better_reader_replaces_what_the_page_said(store: Store) -> None:
    identity = store.write_page(record(), facts())
    said = (ReviewFact(id="1", text="很好用", author="王**", rating=Decimal(4)),)
    better = replace(
        offer_with(price=None, prices=(), variants=()),
        reviews=said,
        links=(),
        issues=(),
        outcome="no_offer",
        shell="empty",
    )
    assert store.write_page(record(), better) == identity
    assert column(store, "SELECT price FROM offers") == [None]
    assert column(store, "SELECT rating FROM reviews") == ["4"]
    assert column(store, "SELECT outcome || ': ' || reason FROM pages") == ["no_offer: empty"]
    assert [read.counts(store.db)[table] for table in ("prices", "variants", "links", "issues", "listing_items")] == [
        0,
        0,
        0,
        0,
        1,
    ]


def test_offer_that_a_better_reader_does_not_see_is_gone(store: Store) -> None:
    store.write_page(record(), facts())
    store.write_page(record(), facts(offer=None))
    assert [read.counts(store.db)[table] for table in ("offers", "prices", "variants", "pages")] == [0, 0, 0, 1]
    assert column(store, "PRAGMA foreign_key_check") == []


def test_identity_of_a_page() -> None:
    same = page_id(URL, "a", "2026-01-01", "fetch")
    assert len(same) == 24
    assert page_id(URL, "a", "2026-01-02", "fetch") != same
    assert page_id(URL, "b", "2026-01-01", "fetch") != same
    assert page_id(URL, "a", "2026-01-02", "capture") != page_id(URL, "a", "2026-01-01", "capture")
    assert page_id(URL, "a", "2026-01-02", "file") == page_id(URL, "a", "2026-01-01", "file")


def test_page_that_failed_is_a_row(store: Store) -> None:
    identity = store.write_page(
        record(sha256=None, status=None, outcome="failed", reason="connection reset", evidence=()), None
    )
    page = read.failed_pages_for_url(store.db, URL)[0]
    assert (page["id"], page["outcome"], page["reason"], page["kind"]) == (
        identity,
        "failed",
        "connection reset",
        "unknown",
    )
    assert store.connection.execute("SELECT id FROM pages").fetchall() == [(identity,)]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1E+300"])
def test_amount_that_is_no_number_is_an_issue_and_its_neighbors_stay(store: Store, amount: str) -> None:
    base = facts()
    assert base.offer is not None
    wrong = replace(base.offer.prices[1], amount=Decimal(amount))
    store.write_page(record(), offer_with(prices=(base.offer.prices[0], wrong), rating=Decimal(amount)))
    assert column(store, "SELECT amount FROM prices") == ["89.90"]
    assert column(store, "SELECT field FROM issues ORDER BY n") == ["price", "offers.rating", "prices.amount"]
    assert column(store, "SELECT rating FROM offers") == [None]
    assert column(store, "SELECT name FROM offers") == ["晨雾精华 30ml"]


def test_number_too_big_for_a_column_is_an_issue(store: Store) -> None:
    said = ReviewFact(id="9", text="好", helpful=2**70)
    store.write_page(record(), replace(offer_with(review_count=2**64), reviews=(said,)))
    assert column(store, "SELECT review_count FROM offers") == [None]
    assert column(store, "SELECT text FROM reviews") == ["好"]
    assert column(store, "SELECT field FROM issues ORDER BY n") == ["price", "offers.review_count", "reviews.helpful"]


def test_plain_decimals_are_written_plainly(store: Store) -> None:
    store.write_page(record(), offer_with(price=Decimal("1E+3"), list_price=Decimal("0.0000001")))
    assert store.db.execute("SELECT price, list_price FROM offers").fetchone() == ("1000", "0.0000001")


def naughty(shared: Path) -> list[str]:
    strings: list[str] = json.loads((shared / "corpora" / "blns.json").read_text(encoding="utf-8"))
    return [*strings, "\x00", "a\x00b", "\ud800", "x\udfffy", "\ue000", "\ue0000041", "\ue000zzzz"]


@pytest.mark.shared
def test_naughty_strings_come_back_byte_equal(store: Store, shared: Path) -> None:
    strings = naughty(shared)
    assert len(strings) > 500
    said = tuple(
        ReviewFact(id=str(n), text=text, title=text, reply=text, author=text) for n, text in enumerate(strings)
    )
    prices = tuple(PriceFact(kind="sale", amount=Decimal(1), label=text, found_in="visible") for text in strings)
    issues = tuple(Issue(field="x", value=text, why="y") for text in strings)
    store.write_page(record(), facts(offer=OfferFact(name=strings[-1], prices=prices), reviews=said, issues=issues))
    for query in (
        "SELECT text FROM reviews ORDER BY CAST(review_id AS INTEGER)",
        "SELECT title FROM reviews ORDER BY CAST(review_id AS INTEGER)",
        "SELECT reply FROM reviews ORDER BY CAST(review_id AS INTEGER)",
        "SELECT label FROM prices ORDER BY n",
        "SELECT value FROM issues ORDER BY n",
    ):
        stored = column(store, query)
        assert [unstore(text) for text in stored] == strings
        assert all("\x00" not in text for text in stored)
        ordinary = [n for n, text in enumerate(strings[:-7]) if "\ue000" not in text]
        assert [stored[n] for n in ordinary] == [strings[n] for n in ordinary]


def test_product_key_is_the_same_on_the_pages_of_a_product(store: Store) -> None:
    store.write_page(record(), facts())
    later = PageFacts(
        url=URL + "/reviews?page=2",
        kind="reviews",
        outcome="ok",
        reviews=(ReviewFact(id="1", text="很好用", author="王**"), ReviewFact(id="2", text="一般")),
    )
    store.write_page(record(url=later.url, sha256="b" * 64), later, "egret.example/S1")
    assert len(read.reviews_of(store.db, "egret.example/S1")) == 4
    assert read.counts(store.db)["reviews"] == 4


@pytest.mark.parametrize(
    ("url", "product"),
    [
        ("https://shop.example/p/1", "shop.example/p/1"),
        ("https://www.shop.example:443/p/1/?utm_source=x", "shop.example/p/1"),
        ("https://shop.example/item.htm?id=5", "shop.example/item.htm?id=5"),
        ("https://shop.example:8443/p", "shop.example:8443/p"),
    ],
)
def test_product_without_a_number_is_its_address(store: Store, url: str, product: str) -> None:
    said = PageFacts(url=url, kind="reviews", outcome="ok", reviews=(ReviewFact(text="好"),))
    store.write_page(record(url=url), said)
    assert column(store, "SELECT product FROM reviews") == [product]


def test_evidence_of_the_first_writing_stays(store: Store) -> None:
    identity = store.write_page(record(), facts())
    moved = EvidenceRecord(kind="dom", url=URL, warc_file="z.warc.gz", warc_offset=5)
    store.write_page(record(evidence=(moved,)), facts())
    page = read.evidence_of(store.db, [identity, "unknown"])[0]
    assert [item["warc_file"] for item in page["evidence"]] == ["a.warc.gz", "a.warc.gz"]
    assert "page_id" not in page


def test_authors_are_keyed_by_dataset_and_shop(tmp_path: Path, store: Store) -> None:
    def key(opened: Store, url: str, sha: str) -> str:
        said = PageFacts(url=url, kind="reviews", outcome="ok", reviews=(ReviewFact(text="好", author="Anna"),))
        identity = opened.write_page(record(url=url, sha256=sha), said)
        return str(opened.db.execute("SELECT author_key FROM reviews WHERE page_id = ?", [identity]).fetchone()[0])

    here = key(store, "https://a.example/p/1", "1")
    assert len(here) == 64
    assert key(store, "https://a.example/p/2", "2") == here
    assert key(store, "https://b.example/p/1", "3") != here
    with open_store(tmp_path / "other.sqlite", SECRET[::-1]) as other:
        assert key(other, "https://a.example/p/1", "1") != here
    assert not any("Anna" in line for line in dump(store))


def test_equal_anonymous_reviews_of_one_page_are_two(store: Store) -> None:
    said = tuple(ReviewFact(text="好评") for _ in range(3))
    store.write_page(record(), facts(reviews=said))
    store.write_page(record(), facts(reviews=said))
    assert column(store, "SELECT COUNT(*) FROM reviews") == [3]


def test_review_belongs_to_the_page_that_first_showed_it(store: Store) -> None:
    first = store.write_page(record(), facts(reviews=(ReviewFact(id="1", text="旧", author="a", helpful=3),)))
    other = facts(reviews=(ReviewFact(id="1", text="旧", author="a", helpful=9, reply="谢谢", follow_up_text="还好"),))
    for _ in range(2):
        store.write_page(record(sha256="b" * 64), other)
        row = read.reviews_of(store.db, "egret.example/S1")[0]
        assert (row["page_id"], row["helpful"], row["reply"], row["follow_up_text"]) == (first, 3, "谢谢", "还好")
        store.write_page(record(), facts(reviews=(ReviewFact(id="1", text="旧", author="a", helpful=3),)))
    assert column(store, "SELECT COUNT(*) FROM reviews") == [1]


def test_ids_that_a_shop_gives_again_lose_no_review(store: Store) -> None:
    """Numbers from 1 on each page, and one number for two reviews of a page."""
    pages = [
        (ReviewFact(id="1", text="甲", author="a"), ReviewFact(id="2", text="乙", author="b")),
        (
            ReviewFact(id="1", text="丙", author="c"),
            ReviewFact(id="2", text="丁", author="d"),
            ReviewFact(id="2", text="戊", author="e"),
        ),
    ]
    for _ in range(2):
        for n, said in enumerate(pages):
            store.write_page(record(sha256=str(n) * 64), facts(reviews=said, issues=()))
        assert sorted(column(store, "SELECT text FROM reviews")) == sorted("甲乙丙丁戊")
        assert column(store, "SELECT DISTINCT field FROM issues") == ["review.id"]
    once = dump(store)
    store.write_page(record(sha256="1" * 64), facts(reviews=pages[1], issues=()))
    assert dump(store) == once


def test_batch_of_reviews_loses_only_the_broken_ones(store: Store) -> None:
    page = store.write_page(record(), facts(reviews=(), issues=()))
    said = [PageReview(page, "egret.example/S1", ReviewFact(id=str(n), text=f"第{n}条")) for n in range(2500)]
    said[7] = said[7]._replace(review=structs.replace(said[7].review, rating=Decimal("NaN")))
    said[1500] = said[1500]._replace(page_id="no such page")
    broken: Any = ReviewFact(id="x", text=b"bytes")  # type: ignore[arg-type]
    said[2400] = said[2400]._replace(review=broken)
    for _ in range(2):
        assert store.write_reviews(iter(said)) == 2498
        assert column(store, "SELECT COUNT(*) FROM reviews") == [2498]
        assert column(store, "SELECT field FROM issues ORDER BY n") == ["reviews.rating", "reviews"]


def test_broken_reviews_are_found_one_by_one_in_any_number(store: Store) -> None:
    page = store.write_page(record(), facts(reviews=(), issues=()))
    broken: Any = ReviewFact(id="x", text=7)  # type: ignore[arg-type]
    said = [
        PageReview(page, "egret.example/S1", broken if n % 3 == 0 else ReviewFact(text="好评", helpful=n % 3 << 62))
        for n in range(60)
    ]
    assert store.write_reviews(said) == 40
    assert column(store, "SELECT COUNT(*) FROM reviews WHERE helpful IS NULL") == [20]
    assert column(store, "SELECT COUNT(*) FROM reviews WHERE helpful = 1 << 62") == [20]
    assert sorted(set(column(store, "SELECT field FROM issues"))) == ["reviews", "reviews.helpful"]


def test_reviews_of_a_page_that_is_not_there_harm_no_others(store: Store) -> None:
    page = store.write_page(record(), facts(reviews=(), issues=()))
    said = [PageReview(page if n % 2 else "none", "egret.example/S1", ReviewFact(id=str(n))) for n in range(20)]
    assert store.write_reviews(said) == 10
    assert column(store, "SELECT DISTINCT page_id FROM reviews") == [page]


def test_batch_that_is_stored_already_writes_nothing(store: Store) -> None:
    page = store.write_page(record(), facts(reviews=(), issues=()))
    said = [
        PageReview(page, "egret.example/S1", ReviewFact(id=str(n), text="好", helpful=n, verified=True, reply="谢谢"))
        for n in range(50)
    ]
    assert store.write_reviews(said) == 50
    before = store.db.conn.total_changes
    assert store.write_reviews(said) == 50
    assert store.db.conn.total_changes == before
    said[7] = said[7]._replace(review=structs.replace(said[7].review, helpful=99))
    assert store.write_reviews(said) == 50
    # The review, and the page's new seal.
    assert store.db.conn.total_changes == before + 2
    assert column(store, "SELECT helpful FROM reviews WHERE review_id = '7'") == [99]


def test_of_one_review_said_twice_the_last_counts_however_often_it_is_written(store: Store) -> None:
    page = store.write_page(record(), facts(reviews=(), issues=()))
    said = [PageReview(page, "egret.example/S1", ReviewFact(id="1", text="好", helpful=n)) for n in (3, 4)]
    for _ in range(3):
        store.write_reviews(said)
        assert column(store, "SELECT helpful FROM reviews") == [4]


@pytest.mark.parametrize("size", [1, 32, 64, 65, 200])
def test_author_key_is_hmac_sha_256(size: int) -> None:
    secret = bytes(n % 251 for n in range(size))
    keys = AuthorKeys(secret)
    for author in ("Anna", "王**", "\ud800", "Anna"):
        message = f"a.example\n{author}".encode("utf-8", "surrogatepass")
        assert keys.key("a.example/S1", author) == hmac.digest(secret, message, "sha256").hex()


def test_batch_and_page_make_the_same_rows(store: Store, tmp_path: Path) -> None:
    store.write_page(record(), facts())
    # In one transaction, so that the page is sealed once.
    with open_store(tmp_path / "batch.sqlite", SECRET) as other:
        with other.transaction():
            page = other.write_page(record(), facts(reviews=()))
            other.write_reviews(PageReview(page, "egret.example/S1", review) for review in facts().reviews)
        # What a page shows, and in which order, is noted where it is written whole.
        made = [
            [line for line in dump(each) if not line.startswith(('INSERT INTO "review_pages"', 'INSERT INTO "seals"'))]
            for each in (other, store)
        ]
        assert made[0] == made[1]
