# ruff: noqa: E501 - a row of a table is one line
"""What changed between two times: small worlds, each with the changes that it has and no other."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from pipelines.changes.bulletin import bulletin
from pipelines.changes.change import KINDS, Change
from pipelines.changes.reviews import vanished_reviews
from pipelines.database import Database
from pipelines.errors import InputMissing
from tests.pipelines.conftest import Small
from tests.pipelines.test_compare import coupon, variant

S, O = "https://streamer.example/item/1", "https://official.example/p/1"  # noqa: E741
BEFORE, THEN, AFTER, LATER = (f"2026-03-{day:02}T12:00:00Z" for day in (1, 2, 3, 4))


def told(small: Small, since: str = THEN, until: str | None = None) -> list[tuple[Any, ...]]:
    found = bulletin(small.dataset, since, until)
    assert [change.kind for change in found.changes] == sorted(
        (change.kind for change in found.changes), key=KINDS.index
    )
    return [brief(change) for change in found.changes]


def brief(change: Change) -> tuple[Any, ...]:
    return change.kind, change.part, change.old.value, change.new.value


def world(small: Small, old: dict[str, Any], new: dict[str, Any], url: str = S) -> list[tuple[Any, ...]]:
    small.claim("1")
    small.page(url, BEFORE, **old)
    small.page(url, AFTER, **new)
    return told(small)


def test_nothing_changed(small: Small) -> None:
    assert world(small, {"price": "268"}, {"price": "268.00"}) == []


def test_a_price_and_its_pages(small: Small) -> None:
    small.claim("1", broadcast_at="2026-03-01 20:00")
    old, new = small.page(S, BEFORE, price="268"), small.page(S, AFTER, price="298")
    (change,) = bulletin(small.dataset, THEN).changes
    assert brief(change) == ("price_changed", "price", "268", "298")
    assert (change.old.page_ids, change.new.page_ids) == ((old,), (new,))
    assert (change.old.seen_at, change.new.seen_at) == (BEFORE, AFTER)
    assert (change.shop, change.claims, change.currency, change.urls) == ("云雀小店", ("1",), "CNY", (S,))


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ({"price": "268", "list_price": "300"}, {"price": "268", "list_price": "600"}, ["list_price"]),
        ({"price": "268", "prices": (coupon("248"),)}, {"price": "268", "prices": (coupon("238"),)}, ["coupon"]),
        ({"price": "268", "price_max": "300"}, {"price": "268", "price_max": "320"}, ["price"]),
        # A look without a price is a gap.
        ({"price": "268"}, {"name": "云朵修护面霜 50g"}, []),
        # Other money is another series.
        ({"price": "268"}, {"price": "38", "currency": "USD"}, []),
        # The whole says what its only variant says.
        ({"price": "268", "variants": (variant("a", "268", "50g"),)}, {"price": "298", "variants": (variant("a", "298", "50g"),)}, ["price"]),
        # A variant says more than the range of the whole.
        (
            {"price": "100", "price_max": "268", "variants": (variant("a", "268", "50g"), variant("b", "100", "10g"))},
            {"price": "100", "price_max": "298", "variants": (variant("a", "298", "50g"), variant("b", "100", "10g"))},
            ["price a"],
        ),
    ],
)  # fmt: skip
def test_kinds_of_prices(small: Small, old: dict[str, Any], new: dict[str, Any], parts: list[str]) -> None:
    assert [part for kind, part, _, _ in world(small, old, new) if kind == "price_changed"] == parts


def test_a_price_that_came_back_is_told_with_its_steps(small: Small) -> None:
    small.claim("1")
    for seen_at, price in ((BEFORE, "268"), (AFTER, "398"), (LATER, "268")):
        small.page(S, seen_at, price=price)
    (change,) = [each for each in bulletin(small.dataset, THEN).changes if each.kind == "price_changed"]
    assert (change.old.value, change.new.value) == ("268", "268")
    assert change.why == f"268 ({BEFORE}) → 398 ({AFTER}) → 268 ({LATER})"


def test_two_pages_of_a_product_that_disagree_are_no_change(small: Small) -> None:
    small.claim("1")
    for seen_at in (BEFORE, AFTER):
        small.page(S, seen_at, price="268", sku="7")
        small.page(S + "?page=2", seen_at, price="258", sku="7")
    assert told(small) == []


def test_pages_of_a_product_that_say_the_same_are_one_change(small: Small) -> None:
    small.claim("1")
    for seen_at, price in ((BEFORE, "268"), (AFTER, "298")):
        small.page(S + "?page=2", seen_at, price=price, sku="7")
        small.page(S, seen_at, price=price, sku="7")
    (change,) = bulletin(small.dataset, THEN).changes
    assert change.urls == (S, S + "?page=2") and change.claims == ("1",)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("blocked", "new_wall"),
        ("captcha", "new_wall"),
        ("login_wall", "new_wall"),
        ("not_found", "page_gone"),
        ("no_offer", None),
        ("refused", None),
        ("failed", None),
        ("unreadable", None),
    ],
)
def test_walls_and_pages_gone(small: Small, outcome: str, kind: str | None) -> None:
    small.claim("1", broadcast_at="2026-03-01 20:00")
    small.page(S, BEFORE, price="268")
    small.page(S, AFTER, outcome=outcome)
    assert told(small) == ([] if kind is None else [(kind, "", "ok", outcome)])


def test_a_wall_that_stood_before_or_is_gone_again_is_none(small: Small) -> None:
    small.claim("1")
    small.page(S, BEFORE, outcome="blocked")
    small.page(S, AFTER, outcome="captcha")
    small.page(O, BEFORE, price="268")
    small.page(O, AFTER, outcome="blocked")
    small.page(O, LATER, price="268")
    assert told(small) == []
    assert told(small, until=AFTER) == [("new_wall", "", "ok", "blocked")]


def test_the_last_page_of_a_products_reviews_may_go(small: Small) -> None:
    small.claim("1")
    for seen_at in (BEFORE, AFTER):
        small.page(S, seen_at, price="268", sku="7")
    small.page(S + "?page=3", BEFORE, price="268", sku="7")
    small.page(S + "?page=3", AFTER, outcome="not_found")
    assert told(small) == []
    small.page(S, LATER, outcome="not_found")
    assert told(small) == [("page_gone", "", "ok", "not_found")]


def test_a_wall_that_nobody_answered_after_is_still_there_since_its_first_look(small: Small) -> None:
    small.claim("1")
    small.page(S, BEFORE, price="268")
    first = small.page(S, AFTER, outcome="blocked")
    small.page(S, LATER, outcome="blocked")
    small.page(S, "2026-03-05T12:00:00Z", outcome="failed")
    (change,) = bulletin(small.dataset, THEN).changes
    assert change.new.page_ids == (first,)


def test_a_verdict_with_both_evidence_ids(small: Small) -> None:
    small.claim("1", broadcast_at="2026-03-04 20:00", claim="和官网一个价")
    promoted, official = small.page(S, BEFORE, price="268"), small.page(O, BEFORE, price="268")
    nearer = small.page(S, AFTER, price="298")
    official_too = small.page(O, AFTER, price="268")
    changes = {(each.kind, each.part): each for each in bulletin(small.dataset, THEN).changes}
    verdict = changes["verdict_changed", "verdict"]
    assert brief(verdict)[2:] == ("consistent", "dearer_at_streamer")
    assert (verdict.old.page_ids, verdict.new.page_ids) == ((promoted, official), (nearer, official_too))
    assert brief(changes["verdict_changed", "words"])[2:] == ("supported", "not_testable")
    assert ("price_changed", "price") in changes


def test_a_claim_nobody_had_looked_at_has_no_changed_verdict(small: Small) -> None:
    small.claim("1")
    small.claim("2")
    small.page(S, BEFORE, price="268")
    small.page("https://streamer.example/item/2", AFTER, price="99")
    small.page("https://official.example/p/2", AFTER, price="99")
    assert told(small) == []


def test_raised_before_a_broadcast_is_told_once(small: Small) -> None:
    small.claim("1", broadcast_at="2026-03-20 20:00")
    low = small.page(S, BEFORE, price="200")
    high = small.page(S, AFTER, price="268")
    small.page(S, LATER, price="268")
    changes = {each.kind: each for each in bulletin(small.dataset, THEN).changes}
    raised = changes["raised_before_broadcast"]
    assert (raised.old.page_ids, raised.new.page_ids, raised.new.seen_at) == ((low,), (high,), AFTER)
    assert "34.0 % more" in raised.why
    assert told(small, since="2026-03-03 20:00") == []


def test_without_a_broadcast_nothing_is_before_it(small: Small) -> None:
    assert [kind for kind, *_ in world(small, {"price": "200"}, {"price": "268"})] == ["price_changed"]


def test_an_official_page_found_later_is_no_part_of_the_answer_then(small: Small) -> None:
    """`compare --as-of` uses the candidates that were known at that time."""
    from pipelines.store.read import candidate_rows
    from pipelines.store.write import PageRecord, open_store

    small.claim("1", official_urls="")
    row = {
        "claim_id": "1",
        "url": O,
        "found_in": "sitemap",
        "start": "https://official.example",
        "name": None,
        "score": "1",
        "why": "",
    }
    with open_store(small.path / "build" / "daihuo.sqlite", b"secret") as store:
        record = PageRecord(
            url="https://official.example/sitemap.xml", fetched_at="2026-03-03T12:00:00.500Z", outcome="ok"
        )
        store.write_page(record, None, beside={"official_candidates": [row]})
        assert len(candidate_rows(store.db)) == len(candidate_rows(store.db, "2026-03-03T12:00:01Z")) == 1
        assert candidate_rows(store.db, "2026-03-03T12:00:00Z") == []


def test_the_same_database_gives_the_same_bulletin(small: Small) -> None:
    small.claim("1", broadcast_at="2026-03-04 20:00", claim="全网最低价")
    for seen_at, one, other in ((BEFORE, "268", "268"), (AFTER, "298", "258")):
        small.page(S, seen_at, price=one)
        small.page(O, seen_at, price=other)
    assert bulletin(small.dataset, THEN) == bulletin(small.dataset, THEN)


@pytest.mark.parametrize(
    ("since", "start"),
    [
        ("2d", "2026-03-01T12:00:00Z"),
        ("36h", "2026-03-02T00:00:00Z"),
        ("1w", "2026-02-24T12:00:00Z"),
        ("2026-03-02 20:00", "2026-03-02T12:00:00Z"),
    ],
)
def test_when(small: Small, since: str, start: str) -> None:
    small.claim("1")
    small.page(S, AFTER, price="268")
    found = bulletin(small.dataset, since)
    assert (found.since, found.until) == (start, AFTER)
    assert not found.started and found.changes == ()


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("last", None, "nothing was crawled yet"),
        ("yesterday", None, "--since: "),
        ("2026-03-09", None, "expected a time before"),
        ("2026-03-01", "soon", "--until: "),
    ],
)
def test_times_that_are_none(small: Small, since: str, until: str | None, said: str) -> None:
    small.claim("1")
    small.page(S, AFTER, price="268")
    with pytest.raises(InputMissing, match=said):
        bulletin(small.dataset, since, until)


def test_last_is_the_start_of_the_newest_crawl(small: Small) -> None:
    small.claim("1")
    small.page(S, AFTER, price="268")
    with closing(sqlite3.connect(small.path / "build" / "daihuo.sqlite")) as db, db:
        for start in (BEFORE, THEN):
            db.execute("INSERT INTO crawls (id, started_at) VALUES (?, ?)", (start, start))
    assert bulletin(small.dataset, "last").since == THEN


HISTORY = [
    # (review, what, after_page, after_at, page_id, seen_at)
    ("a", "vanished", "p1", BEFORE, "p2", AFTER),
    ("b", "vanished", "p1", BEFORE, "p2", BEFORE),
    ("c", "vanished", "p1", BEFORE, "p2", AFTER),
    ("c", "back", "p2", AFTER, "p3", LATER),
    ("d", "cannot_tell", "p1", BEFORE, None, AFTER),
    ("e", "edited", "p1", BEFORE, "p2", AFTER),
]


def history() -> Database:
    db = Database(memory=True)
    db.table("reviews").create({"id": str, "product": str}, pk="id")
    columns = ("review", "what", "after_page", "after_at", "page_id", "seen_at", "why")
    db.table("review_history").create(dict.fromkeys(columns, str))
    for name in "abcde":
        db.table("reviews").insert({"id": name, "product": "shop.example/1"})
    for row in HISTORY:
        db.table("review_history").insert(dict(zip(columns, (*row, "its page was seen whole"), strict=True)))
    return db


def test_reviews_that_vanished() -> None:
    found = vanished_reviews(history(), THEN, LATER)
    assert [(each.review, each.last_page_id, each.page_id, each.seen_at) for each in found] == [
        ("a", "p1", "p2", AFTER)
    ]
    assert [each.review for each in vanished_reviews(history(), THEN, AFTER)] == ["a", "c"]
