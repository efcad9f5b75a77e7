"""What a number of pieces costs under promotions; the worked examples are those of docs/prices.md."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.normalize.basket import ANYONE, MEMBER, WITH_COUPON, Buyer, cheapest, quote
from pipelines.normalize.promotions import read_rules
from pipelines.normalize.rule import Rule, RuleType

# As the document calls them.
BUYERS = {"anyone": ANYONE, "with the public coupon": WITH_COUPON, "as a member": MEMBER}
PRICES = Path(__file__).resolve().parents[3] / "docs" / "prices.md"


def examples() -> list[list[str]]:
    part = PRICES.read_text("utf-8").partition("## What a purchase costs")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    head = next(n for n, row in enumerate(rows) if row[0] == "price")
    return rows[head + 2 :]


@pytest.mark.parametrize("row", examples(), ids=lambda row: f"{row[0]} {row[1]}: {row[2]} for {row[3]}")
def test_the_worked_examples_of_the_document(row: list[str]) -> None:
    price, text, pieces, buyer, total, piece = row[:6]
    found = quote(Decimal(price), read_rules(text), int(pieces), BUYERS[buyer])
    assert (f"{found.total:.2f}", f"{found.unit:.2f}") == (total, piece), found


def test_every_kind_of_promotion_has_a_worked_example() -> None:
    assert {rule.type for row in examples() for rule in read_rules(row[1])} == set(get_args(RuleType))


@pytest.mark.parametrize(
    ("price", "text", "pieces", "buyer", "why"),
    [
        ("100", "满300减50", 2, ANYONE, "the sum does not reach 300"),
        ("100", "领券满99减10", 1, ANYONE, "this buyer uses no coupon"),
        ("100", "3件8折", 2, ANYONE, "it needs 3 pieces"),
        ("100", "限时8折", 1, ANYONE, "the price on the page may have it already"),
        ("100", "会员专享8折", 1, ANYONE, "it is for members"),
        ("100", "返现5元", 1, ANYONE, "the money comes back after the purchase, and not to everybody"),
        ("100", "加10元换购", 2, ANYONE, "it is the price of another thing"),
        ("5", "15元优惠券", 1, WITH_COUPON, "it would take off more than the sum"),
        ("160", "满300减50 满200减20", 2, ANYONE, "another promotion saves as much or more"),
        ("150", "满300减50 跨店满300减40", 2, ANYONE, "300 is met only by the sum before the other reductions"),
    ],
)
def test_what_changes_nothing_says_why(price: str, text: str, pieces: int, buyer: Buyer, why: str) -> None:
    found = quote(Decimal(price), read_rules(text), pieces, buyer)
    assert why in [left.why for left in found.left_out], found


def test_gifts_are_listed_and_lower_nothing() -> None:
    found = quote(Decimal(199), read_rules("买就赠7ml*3"))
    assert found.total == 199
    assert [(str(part.size), part.unit, part.count) for part in found.gifts] == [("7", "ml", 3)]


def test_the_fewest_pieces_of_the_cheapest() -> None:
    found = cheapest(Decimal(90), read_rules("买2送1"))
    assert (found.pieces, found.received, found.total, found.unit) == (2, 3, 180, 60)
    assert cheapest(Decimal(90), read_rules("买2送1"), most=2).unit == 90
    assert cheapest(Decimal(10), ()).pieces == 1


def test_a_members_price_is_the_members() -> None:
    assert quote(Decimal(100), (), 2, MEMBER, member_price=Decimal(80)).total == 160
    assert quote(Decimal(100), (), 2, WITH_COUPON, member_price=Decimal(80)).total == 200
    assert quote(Decimal(100), (), 1, MEMBER, member_price=Decimal(120)).total == 100


@pytest.mark.parametrize(("price", "pieces"), [("-1", 1), ("1", 0)])
def test_no_purchase(price: str, pieces: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        quote(Decimal(price), (), pieces)


MONEY = st.integers(0, 200_000).map(lambda cents: Decimal(cents) / 100)
STATED = st.sampled_from(
    ["满{a}减{b}", "每满{a}减{b}", "跨店每满{a}减{b} 上限60", "跨店满{a}减{b}", "领券满{a}减{b}", "{b}元优惠券",
     "第2件半价", "第3件0元", "第2件{n}折", "{n}件8折", "满{n}件减{b}", "买{n}送1", "定金{b}抵{a}", "下单立减{b}",
     "下单8折", "加{b}元多1件", "会员专享9折", "返现{b}元", "满{a}打9折", "限时6折"]
)  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    texts = draw(st.lists(STATED, max_size=5))
    found: list[Rule] = []
    for text in texts:
        b = draw(st.integers(1, 300))
        a = b + draw(st.integers(0, 300))
        found += read_rules(text.format(a=a, b=b, n=draw(st.integers(2, 5))))
    return found


EACH = settings(max_examples=150, derandomize=True, deadline=None, database=None)


@EACH
@given(MONEY, rules(), st.integers(1, 7), st.booleans(), st.booleans())
def test_never_below_nothing_never_above_the_plain_price(
    price: Decimal, stated: list[Rule], pieces: int, coupon: bool, member: bool
) -> None:
    found = quote(price, stated, pieces, Buyer(coupon=coupon, member=member))
    assert 0 <= found.total <= price * pieces
    assert found.received >= pieces
    assert price * pieces - sum(off for _, off in found.applied) == found.total


@EACH
@given(MONEY, rules(), rules(), st.integers(1, 7))
def test_more_promotions_never_cost_more(price: Decimal, some: list[Rule], more: list[Rule], pieces: int) -> None:
    few, many = (quote(price, stated, pieces, WITH_COUPON) for stated in (some, [*some, *more]))
    assert many.total <= few.total
    # Every right that a buyer has more makes nothing dearer.
    ladder = [quote(price, some, pieces, buyer).total for buyer in (Buyer(coupon=True, member=True), *BUYERS.values())]
    assert ladder[0] <= min(ladder) and ladder[1] == max(ladder)


@EACH
@given(MONEY, rules(), st.integers(1, 5))
def test_the_order_in_which_they_are_stated_changes_nothing(price: Decimal, stated: list[Rule], pieces: int) -> None:
    totals = {quote(price, order, pieces, WITH_COUPON).total for order in list(permutations(stated[:4]))[:24]}
    assert len(totals) == 1


def test_a_page_full_of_promotions_takes_bounded_time() -> None:
    many = [rule for n in range(500) for rule in read_rules(f"满{n + 10}减{n + 1} 领券满{n + 5}减{n + 2}")]
    found = cheapest(Decimal(100), many, WITH_COUPON)
    assert len(found.left_out) > 900 and found.total > 0
