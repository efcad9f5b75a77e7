"""Pages as said → facts. What cannot be understood is an issue, never a loss and never a traceback."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.items import ListingItem, Offer, Page, PriceSaid, Review, VariantSaid
from pipelines.numbers import read_count, read_rating
from pipelines.review_facts import is_default_text
from pipelines.understand import understand

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def page(**said: Any) -> Page:
    return Page(**{"url": "https://shop.example/p/1", "kind": "product", "outcome": "ok", **said})


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("此用户未填写评价内容", True),
        ("此用户没有填写评价。", True),
        ("此用户没有填写评价!", True),
        ("系统默认好评", True),
        ("系统默认好评！", True),
        ("评价方未及时做出评价,系统默认好评!", True),
        ("评价方未及时做出评价，系统默认好评", True),
        ("买家没有填写评价内容", True),
        ("用户未及时评价，系统默认好评", True),
        ("该用户未填写评价内容", True),
        ("默认好评", True),
        ("我不是系统默认好评，质量真的好", False),
        ("很好，没有填写错地址", False),
        ("好评", False),
        ("此用户未填写评价内容，但是我想说东西不错", False),
        ("", False),
        (None, False),
    ],
)
def test_default_texts(text: str | None, default: bool) -> None:
    assert is_default_text(text) is default


def test_reviews_are_never_lost() -> None:
    reviews = (
        Review(text="质量很好，推荐", rating="5", date="2026-03-01 10:00:00", author="a***b"),
        Review(text="Arrived <b>late</b>.&nbsp;Fine otherwise.", rating="9", date="someday"),
        Review(text="\ud83d\x00broken", rating="six", helpful="many"),
        Review(),
        Review(text="此用户未填写评价内容"),
        Review(
            text="好",
            rating="4",
            rating_scale="10",
            date="3天前",
            follow_up_text="用了一个月",
            follow_up_date="2026-02-30",
        ),
    )
    facts = understand(page(reviews=reviews), now=NOW, zone="Asia/Shanghai")
    assert len(facts.reviews) == len(reviews)
    first, second, _, _, default, last = facts.reviews
    assert (first.rating, first.rating_scale, first.date, first.language) == (
        Decimal(5),
        Decimal(5),
        "2026-03-01T02:00:00Z",
        "zh-Hans",
    )
    assert second.text == "Arrived late. Fine otherwise."
    assert (second.rating, second.date, second.date_said) == (None, None, "someday")
    assert default.default_text
    assert not first.default_text
    assert (last.rating, last.rating_scale, last.date) == (Decimal(4), Decimal(10), "2026-03-07")
    assert {issue.field for issue in facts.issues} >= {
        "review.rating",
        "review.date",
        "review.follow_up",
        "review.helpful",
    }


def test_offer_fields() -> None:
    offer = Offer(
        name="云朵修护面霜&nbsp;50g",
        gtin="4006381333931",
        rating="4.8 out of 5",
        review_count="1.2万+",
        prices=(PriceSaid(text="¥199.00", found_in="visible"), PriceSaid(text="x", found_in="visible")),
        variants=(VariantSaid(sku="a", options=(("规格", "50ml*2"),), availability="无货"),),
    )
    facts = understand(page(offer=offer, language="zh-CN"))
    said = facts.offer
    assert said is not None
    assert (said.name, said.gtin, said.rating, said.review_count) == (
        "云朵修护面霜 50g",
        "4006381333931",
        Decimal("4.8"),
        12000,
    )
    assert (said.price, said.currency) == (Decimal("199.00"), "CNY")
    assert [(part.size, part.unit) for part in said.quantity.parts] == [(Decimal(50), "g")]
    assert said.variants[0].availability == "out_of_stock"
    assert [(part.size, part.count) for part in said.variants[0].quantity.parts] == [(Decimal(50), 2)]
    assert [issue.field for issue in facts.issues] == ["price"]


def test_a_wrong_check_digit_is_an_issue() -> None:
    facts = understand(page(offer=Offer(name="x", gtin="4006381333932")))
    assert facts.offer is not None
    assert facts.offer.gtin is None
    assert facts.issues[0].field == "gtin"


def test_listing_items() -> None:
    items = (
        ListingItem(
            name="A",
            url="https://shop.example/a",
            prices=(
                PriceSaid(text="$9.00", found_in="visible"),
                PriceSaid(text="$12.00", struck=True, found_in="visible"),
            ),
        ),
        ListingItem(name="B", url="https://shop.example/b", prices=(PriceSaid(text="ask", found_in="visible"),)),
    )
    facts = understand(page(kind="listing", items=items), currency_hint="USD")
    assert [(item.price, item.list_price, item.currency) for item in facts.items] == [
        (Decimal("9.00"), Decimal("12.00"), "USD"),
        (None, None, None),
    ]
    assert facts.issues[-1].field == "items.price"


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("1,333", 1333),
        ("(8,249)", 8249),
        ("1万+", 10000),
        ("1.2万", 12000),
        ("12k", 12000),
        ("2 reviews", 2),
        ("1 234", 1234),
        ("3.605", 3605),
        ("none", None),
        (None, None),
    ],
)
def test_counts(said: str | None, count: int | None) -> None:
    assert read_count(said, "review_count", []) == count


@pytest.mark.parametrize(
    ("said", "scale", "rating"),
    [
        ("4.5", None, ("4.5", "5")),
        ("4,5", None, ("4.5", "5")),
        ("4.5 out of 5", None, ("4.5", "5")),
        ("9/10", None, ("9", "10")),
        ("88%", None, ("88", "100")),
        ("3", "10", ("3", "10")),
        ("7", None, None),
        ("good", None, None),
        (None, None, None),
    ],
)
def test_ratings(said: str | None, scale: str | None, rating: tuple[str, str] | None) -> None:
    assert read_rating(said, scale, []) == (
        (None, None) if rating is None else (Decimal(rating[0]), Decimal(rating[1]))
    )
