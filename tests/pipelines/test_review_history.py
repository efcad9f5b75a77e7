"""What may be said of a review that a later crawl shows otherwise, or not at all; and what may not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs

from pipelines.coverage import by_shop, coverage
from pipelines.facts import ListedFacts, OfferFact, PageFacts, ReviewFact
from pipelines.review_history import history, note_history
from pipelines.store.write import PageRecord, ReviewPlace, Store, open_store

URL = "https://egret.example/p/1/reviews"
PRODUCT = "egret.example/S1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "d.sqlite", b"secret" * 6) as opened:
        yield opened


def review(number: int, **changed: object) -> ReviewFact:
    """Review n, of day n: the higher the newer."""
    base = ReviewFact(
        id=str(number),
        rating=Decimal(1 + number % 5),
        rating_scale=Decimal(5),
        date=f"2026-01-{number:02}",
        date_said=f"{number} January 2026",
        text=f"The color of number {number} is as shown",
        author=f"buyer {number}",
    )
    return structs.replace(base, **changed)


def crawled(
    store: Store,
    crawl: int,
    pages: list[list[ReviewFact]],
    *,
    filter_: str = "all",
    sort: str = "newest",
    total: int | None = None,
    ended: str | None = "last",
    outcome: str = "ok",
    kind: str = "reviews",
    platform: str | None = None,
    first: int = 1,
) -> None:
    """The pages of one list in one crawl; crawls are a day apart."""
    for number, shown in enumerate(pages, first):
        moment = f"2026-02-{crawl:02}T10:00:{number:02}Z"
        url = f"{URL}?sort={sort}&filter={filter_}&page={number}"
        place = ReviewPlace(
            crawl=f"2026-02-{crawl:02}T10:00:00Z",
            filter=filter_,
            sort=sort,
            number=number,
            ended=ended if number == first + len(pages) - 1 else None,
        )
        offer = None if total is None else OfferFact(name="mist", sku="S1", review_count=total)
        facts = PageFacts(
            url=url,
            kind=kind,
            outcome=outcome,
            platform=platform,
            offer=offer,
            reviews=tuple(shown),  # type: ignore[arg-type]
        )
        record = PageRecord(url=url, fetched_at=moment, status=200, sha256=f"{moment}{url}", place=place)
        store.write_page(record, facts, PRODUCT)


def days(*numbers: int) -> list[ReviewFact]:
    return [review(number) for number in numbers]


def became(store: Store) -> dict[str, set[str]]:
    """What became of reviews, by their number."""
    numbers = dict(store.connection.execute("SELECT id, review_id FROM reviews"))
    found: dict[str, set[str]] = {}
    for row in history(store.db):
        found.setdefault(row["what"], set()).add(numbers[row["review"]])
    return found


def test_a_place_passed_in_a_list_by_date_proves_it(store: Store) -> None:
    crawled(store, 1, [days(9, 8, 7), days(6, 5, 4), days(3, 2, 1)])
    crawled(store, 2, [days(10, 9, 8), days(7, 5, 4), days(3, 2, 1)])
    (row,) = history(store.db)
    evidence = dict(store.connection.execute("SELECT id, url FROM pages"))
    assert row["what"] == "vanished" and "newer and older" in row["why"]
    assert (row["after_at"], row["seen_at"]) == ("2026-02-01T10:00:02Z", "2026-02-02T10:00:02Z")
    assert evidence[row["after_page"]] == evidence[row["page_id"]] == f"{URL}?sort=newest&filter=all&page=2"


NOT_PROVEN = {
    # name: pages of the later crawl, and what is different in it
    "its place lies between two pages": ([days(10, 9, 8, 7), days(5, 4, 3), days(2, 1)], {}),
    "it was the newest": ([days(8, 7, 6), days(5, 4, 3), days(2, 1)], {}),
    "it was the oldest, and nothing is counted": ([days(10, 9, 8), days(7, 6, 5), days(4, 3, 2)], {}),
    "the list is not by date": ([days(9, 3, 8), days(7, 5, 4), days(6, 2)], {}),
    "the page before was not read": ([days(7, 5, 4), days(3, 2, 1)], {"first": 2}),
    "a list of one star": ([days(9, 8, 7), days(6, 4), days(3, 2, 1)], {"filter_": "star_5"}),
    "a page came damaged": ([days(10, 9, 8), days(7, 5, 4), days(3, 2, 1)], {"outcome": "no_offer"}),
    "the list was left before": ([days(10, 9, 8)], {"ended": "known"}),
    "the pages count otherwise": ([days(10, 9, 8, 7), days(6, 5, 4), days(3, 2)], {"total": 12}),
}


@pytest.mark.parametrize("name", NOT_PROVEN)
def test_what_a_later_crawl_does_not_prove(store: Store, name: str) -> None:
    pages, other = NOT_PROVEN[name]
    first = dict(other) if "filter_" in other else {}
    crawled(store, 1, [days(9, 8, 7), days(6, 5, 4), days(3, 2, 1)], **first)  # type: ignore[arg-type]
    shown = {int(each.id or 0) for page in pages for each in page}
    crawled(store, 2, pages, **other)  # type: ignore[arg-type]
    assert "vanished" not in became(store)
    if other.get("ended") != "known" and shown < set(range(1, 11)):
        assert became(store)["cannot_tell"] == {str(n) for n in set(range(1, 10)) - shown}


@pytest.mark.parametrize("first", [2, 3])
def test_reviews_of_one_day_may_stand_in_any_order(store: Store, first: int) -> None:
    """The one of that day that is missing may have moved over the edge of the page that begins with its day."""
    twin = review(7, id="77", author="somebody else")
    newest = days(9, 8, 7)
    crawled(store, 1, [newest[:first], [*newest[first:], twin, *days(5, 4)], days(3, 2, 1)])
    crawled(store, 2, [newest[:first], [*newest[first:], *days(5, 4)], days(3, 2, 1)])
    assert became(store) == {"cannot_tell": {"77"}}


def test_a_list_in_an_order_that_nobody_names(store: Store) -> None:
    """Eight of eight days in the order of dates are no chance; three are."""
    crawled(store, 1, [days(9, 8, 7, 6), days(5, 4, 3, 2, 1)], sort="default")
    crawled(store, 2, [days(9, 8, 6), days(5, 4, 3, 2, 1)], sort="default")
    assert became(store) == {"vanished": {"7"}}


def test_few_reviews_in_order_prove_nothing(store: Store) -> None:
    crawled(store, 1, [days(4, 3, 2, 1)], sort="default")
    crawled(store, 2, [days(4, 2, 1)], sort="default")
    assert became(store) == {"cannot_tell": {"3"}}


def counted(store: Store, total: int, pages: list[list[ReviewFact]], **other: object) -> None:
    crawled(store, 1, [days(9, 3, 7, 6), days(5, 8, 4, 2, 1)], sort="helpful", total=9)
    crawled(store, 2, pages, sort="helpful", total=total, **other)  # type: ignore[arg-type]


def test_all_that_are_counted_were_read(store: Store) -> None:
    counted(store, 8, [days(9, 3, 6, 5), days(8, 4, 2, 1)])
    assert became(store) == {"vanished": {"7"}}
    assert "counts 8 reviews" in history(store.db)[0]["why"]


def test_a_number_that_is_not_reached_proves_nothing(store: Store) -> None:
    counted(store, 9, [days(9, 3, 6, 5), days(8, 4, 2, 1)])
    assert became(store) == {"cannot_tell": {"7"}}


def test_pages_that_count_otherwise_prove_nothing(store: Store) -> None:
    crawled(store, 1, [days(9, 3, 7, 6), days(5, 8, 4, 2, 1)], sort="helpful", total=9)
    crawled(store, 2, [days(9, 3, 6, 5)], sort="helpful", total=9, ended=None)
    crawled(store, 2, [days(8, 4, 2, 1)], sort="helpful", total=8, first=2)
    assert became(store) == {"cannot_tell": {"7"}}


def test_without_numbers_an_edit_looks_like_a_disappearance(store: Store) -> None:
    unnamed = [review(n, id=None) for n in (3, 2, 1)]
    crawled(store, 1, [unnamed[:2], unnamed[2:]], total=3)
    crawled(store, 2, [[unnamed[0], review(2, id=None, text="It faded")], unnamed[2:]], total=3)
    assert set(became(store)) == {"cannot_tell"}


def test_a_page_that_came_damaged_is_no_count(store: Store) -> None:
    counted(store, 8, [days(9, 3, 6, 5), days(8, 4, 2, 1)], outcome="no_offer")
    assert became(store) == {"cannot_tell": {"7"}}


def test_a_shop_that_numbers_its_reviews_anew_lost_none(store: Store) -> None:
    other = [structs.replace(each, id=f"new-{each.id}") for each in days(9, 3, 6, 5, 8, 4, 2, 1)]
    counted(store, 8, [other[:4], other[4:]])
    assert set(became(store)) == {"cannot_tell"}


def test_a_shop_that_numbers_from_one_on_each_page(store: Store) -> None:
    """The same number for other words of another author: neither an edit nor a disappearance."""
    crawled(store, 1, [[review(1), review(2)], [review(1, text="other words", author="somebody else")]], total=3)
    moved = [
        review(1, text="new words", author="a new buyer"),
        review(2, text="The color of number 1 is as shown", author="buyer 1"),
    ]
    crawled(store, 2, [moved, [review(1, text="The color of number 2 is as shown", author="buyer 2")]], total=3)
    assert set(became(store)) <= {"cannot_tell"}


def test_back_again(store: Store) -> None:
    for crawl, second in ((1, (6, 5, 4)), (2, (6, 4)), (3, (6, 4)), (4, (6, 5, 4)), (5, (6, 4))):
        crawled(store, crawl, [days(9, 8, 7), days(*second), days(3, 2, 1)])
    found = [(row["what"], row["seen_at"][:10]) for row in sorted(history(store.db), key=lambda row: row["seen_at"])]
    assert found == [("vanished", "2026-02-02"), ("back", "2026-02-04"), ("vanished", "2026-02-05")]


def edited(store: Store, crawl: int, **changed: object) -> None:
    crawled(store, crawl, [[review(3), review(2, **changed), review(1)]])


def edits(store: Store) -> list[tuple[str, str, str | None, str]]:
    return [(row["what"], row["field"], row["before"], row["now"]) for row in history(store.db) if row["field"]]


OLD = "The color of number 2 is as shown"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": "It faded"}, [("edited", "text", OLD, "It faded")]),
        ({"rating": Decimal(1)}, [("edited", "rating", "3", "1")]),
        ({"rating": Decimal("3.0")}, []),
        ({"reply": "Thank you"}, [("edited", "reply", None, "Thank you")]),
        (
            {"follow_up_text": "A month later: good", "follow_up_date": "2026-02-02"},
            [
                ("edited", "follow_up_date", None, "2026-02-02"),
                ("edited", "follow_up_text", None, "A month later: good"),
            ],
        ),
        ({"text": f"  {OLD}\n"}, []),
        ({"text": "The color of number…"}, []),
        ({"text": None}, []),
        ({"helpful": 7, "pictures": 3, "date_said": "a month ago"}, []),
        # Another author with other words has a review of its own; another author with another date may be anybody.
        ({"text": "It faded", "author": "somebody else"}, []),
        ({"rating": Decimal(1), "author": "somebody else"}, []),
        ({"text": "It faded", "author": None, "date_said": "5 May 2026"}, []),
        ({"text": "It faded", "author": None}, [("edited", "text", OLD, "It faded")]),
    ],
)
def test_edits(store: Store, changed: dict[str, object], told: list[object]) -> None:
    edited(store, 1)
    edited(store, 2, **changed)
    assert edits(store) == told
    # Said once, and the same when the pages are read again.
    edited(store, 2, **changed)
    edited(store, 1)
    edited(store, 3, **changed)
    assert edits(store) == told


def test_two_edits_and_the_words_of_each(store: Store) -> None:
    for crawl, text in enumerate((OLD, "It faded", "It faded, and they refunded"), 1):
        edited(store, crawl, text=text)
    assert edits(store) == [
        ("edited", "text", OLD, "It faded"),
        ("edited", "text", "It faded", "It faded, and they refunded"),
    ]
    times = [(row["after_at"][:10], row["seen_at"][:10]) for row in history(store.db)]
    assert times == [("2026-02-01", "2026-02-02"), ("2026-02-02", "2026-02-03")]


def test_words_in_turn_are_no_edit(store: Store) -> None:
    for crawl, text in enumerate((OLD, "It faded", OLD), 1):
        edited(store, crawl, text=text)
    assert [row[:2] for row in edits(store)] == [("cannot_tell", "text")]


def test_a_product_page_is_not_compared_with_a_page_of_reviews(store: Store) -> None:
    crawled(store, 1, [[review(2, text="The color of")]], kind="product")
    crawled(store, 2, [[review(2)]])
    assert edits(store) == []


def test_a_platform_that_numbers_in_one_row(store: Store) -> None:
    """The same review under two products is stored once; its author needs no proof."""
    jd = {"platform": "jd", "sort": "default"}
    said = review(2, scope="jd")
    crawled(store, 1, [[said]], **jd)  # type: ignore[arg-type]
    url = "https://egret.example/p/2/reviews"
    facts = PageFacts(url=url, kind="reviews", outcome="ok", platform="jd", reviews=(said, review(3, scope="jd")))
    record = PageRecord(url=url, fetched_at="2026-02-01T12:00:00Z", sha256="b", place=ReviewPlace(number=1))
    store.write_page(record, facts, "egret.example/S2")
    assert store.connection.execute("SELECT COUNT(*) FROM reviews").fetchone() == (2,)
    assert [(each.product, each.collected) for each in coverage(store.db)] == [(PRODUCT, 1), ("egret.example/S2", 2)]


def test_what_is_filled_in_names_its_page(store: Store) -> None:
    edited(store, 1)
    edited(store, 2, reply="Thank you")
    (late,) = store.connection.execute("SELECT late_json FROM reviews WHERE reply IS NOT NULL").fetchall()
    (page,) = store.connection.execute("SELECT id FROM pages WHERE fetched_at LIKE '2026-02-02%'").fetchall()
    assert late == (f'{{"reply": "{page[0]}"}}',)


def test_nothing_is_written_where_nothing_is_new(store: Store) -> None:
    crawled(store, 1, [days(9, 8, 7), days(6, 5, 4)])
    crawled(store, 2, [days(9, 8, 7), days(6, 4)])
    note_history(store)
    seals = store.connection.execute("SELECT COUNT(*) FROM seals").fetchone()
    note_history(store)
    assert store.connection.execute("SELECT COUNT(*) FROM seals").fetchone() == seals
    crawled(store, 2, [days(9, 8, 7), days(6, 4)])
    assert store.connection.execute("SELECT COUNT(*) FROM seals").fetchone() == seals


def test_coverage_with_a_cap_that_the_platform_states(store: Store) -> None:
    crawled(store, 1, [days(9, 8, 7), days(6, 5, 4)], total=40)
    url = f"{URL}?sort=newest&filter=star_5&page=1"
    listed = ListedFacts(stars=((5, 30), (1, 10)), most_pages=2)
    facts = PageFacts(url=url, kind="reviews", outcome="ok", reviews=tuple(days(9, 3)), listed=listed)
    place = ReviewPlace(crawl="2026-02-01T10:00:00Z", filter="star_5", sort="newest", number=1, ended="last")
    store.write_page(PageRecord(url=url, fetched_at="2026-02-01T11:00:00Z", sha256="c", place=place), facts, PRODUCT)
    (found,) = coverage(store.db)
    assert (found.claimed, dict(found.claimed_stars), found.collected) == (40, {5: 30, 1: 10}, 7)
    assert (found.reachable, found.capped, found.share) == (7, True, Decimal("0.175"))
    assert "at most 2 pages of 3" in found.why
    assert (found.delivered, found.repeats, found.lists[1].new) == (8, 1, 1)
    assert dict(found.stars) == {5: 2, 4: 2, 3: 1, 2: 1, 1: 1}
    (shop,) = by_shop([found])
    assert (shop.shop, shop.products, shop.claimed, shop.of_claimed, shop.capped) == ("egret.example", 1, 40, 7, 1)
