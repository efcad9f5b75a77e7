"""One table of examples for each price rule."""

# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from pipelines.facts import PriceFact
from pipelines.items import PriceKind
from pipelines.normalize.quantity import read_quantity
from pipelines.observation import Article, MatchAnswer, Promise, parameters_of
from pipelines.rules import RULES, Finding, Pair, findings

Sides = tuple[dict[str, Any], dict[str, Any]]


def layer(kind: PriceKind, amount: str, label: str = "", currency: str | None = "CNY") -> PriceFact:
    return PriceFact(kind=kind, amount=Decimal(amount), currency=currency, label=label, found_in="xhr")


def article(page: str, has: Mapping[str, Any]) -> Article:
    values: dict[str, Any] = {"seen_at": "2026-03-01T12:00:00Z", "currency": "CNY", "availability": "in_stock", **has}
    for name in ("price", "list_price"):
        if values.get(name) is not None:
            values[name] = Decimal(values[name])
    values["quantity"] = read_quantity(values.pop("content", ""))
    return Article(page_id=page, url=f"https://{page}.example/1", **values)


def pair(
    promoted: Mapping[str, Any], official: Mapping[str, Any], same: MatchAnswer = "same_variant", **promise: Any
) -> Pair:
    return Pair(
        promoted=article("promoted", promoted),
        official=article("official", official),
        promise=Promise(**promise),
        same=same,
    )


def ask(rule: str, given: Pair, **parameters: object) -> Finding | None:
    return RULES[rule].find(given, parameters_of(RULES[rule].DEFAULTS, parameters))


UNIT: list[tuple[str, Sides, MatchAnswer, str | None, str]] = [
    ("equal", ({"price": "268"}, {"price": "268.00"}), "same_variant", "consistent", "for the whole offer"),
    ("one percent is within", ({"price": "101"}, {"price": "100"}), "same_variant", "consistent", "no more than 1%"),
    ("just beyond one percent", ({"price": "101.01"}, {"price": "100"}), "same_variant", "dearer", "1.0% dearer"),
    ("one percent below is within", ({"price": "99"}, {"price": "100"}), "same_variant", "consistent", ""),
    ("cheaper", ({"price": "89"}, {"price": "100"}), "same_variant", "cheaper", "11.0% cheaper"),
    ("dearer", ({"price": "159"}, {"price": "139"}), "same_variant", "dearer", "14.4% dearer"),
    (
        "two bottles, gifts count for nothing",
        ({"price": "598", "content": "30ml*2 赠7ml*3"}, {"price": "399", "content": "30ml"}),
        "other_variant",
        "cheaper",
        "per 100 ml",
    ),
    (
        "smaller tube",
        ({"price": "69", "content": "40ml"}, {"price": "89", "content": "60ml"}),
        "other_variant",
        "dearer",
        "172.50 CNY, official 148.33 CNY per 100 ml",
    ),
    (
        "boxes of masks",
        ({"price": "199", "content": "5片*4盒"}, {"price": "69", "content": "5片"}),
        "other_variant",
        "cheaper",
        "per piece",
    ),
    (
        "buy one get one counts as two",
        ({"price": "128", "content": "500ml 买一送一"}, {"price": "64", "content": "500ml"}),
        "other_variant",
        "consistent",
        "",
    ),
    ("no price", ({}, {"price": "100"}), "same_variant", None, ""),
    ("other units", ({"price": "1", "content": "5片"}, {"price": "1", "content": "50ml"}), "other_variant", None, ""),
    ("another option, no content", ({"price": "1"}, {"price": "9"}), "other_variant", None, ""),
    (
        "another option, equal content",
        ({"price": "1", "content": "50ml"}, {"price": "9", "content": "50ml"}),
        "other_variant",
        None,
        "",
    ),
    ("unsure match", ({"price": "1"}, {"price": "9"}), "unsure", None, ""),
    ("different product", ({"price": "1"}, {"price": "9"}), "different", None, ""),
]


@pytest.mark.parametrize(("why", "sides", "same", "answer", "words"), UNIT, ids=[row[0] for row in UNIT])
def test_unit_price(why: str, sides: Sides, same: MatchAnswer, answer: str | None, words: str) -> None:
    found = ask("unit_price", pair(*sides, same))
    assert (found and found.answer) == answer
    if found:
        assert words in found.text
        assert found.role == "price"
        assert found.page_ids == ("promoted", "official")


def test_tolerance_is_a_parameter() -> None:
    given = pair({"price": "105"}, {"price": "100"})
    loose, strict = (ask("unit_price", given, tolerance=value) for value in (Decimal("0.05"), "0.001"))
    assert loose is not None
    assert strict is not None
    assert (loose.answer, strict.answer) == ("consistent", "dearer")
    assert loose.parameters == {"tolerance": Decimal("0.05")}


STOPS: list[tuple[str, str, Pair, str | None]] = [
    ("price_known", "both known", pair({"price": "1"}, {"price": "1"}), None),
    ("price_known", "promoted missing", pair({"no_price": "the page only says 'from 99'"}, {"price": "1"}), "from 99"),
    ("price_known", "official missing", pair({"price": "1"}, {"no_price": "a range"}), "official page: a range"),
    ("price_known", "zero is no price", pair({"price": "0"}, {"price": "1"}), "not above zero"),
    ("availability", "both in stock", pair({"price": "1"}, {"price": "1"}), None),
    ("availability", "silent page is buyable", pair({"availability": "unknown"}, {"price": "1"}), None),
    ("availability", "preorder can be bought", pair({"availability": "preorder"}, {"price": "1"}), None),
    (
        "availability",
        "official sold out",
        pair({"price": "1"}, {"price": "178", "availability": "out_of_stock"}),
        "still shows 178.00 CNY",
    ),
    (
        "availability",
        "promoted sold out",
        pair({"availability": "out_of_stock"}, {"price": "1"}),
        "promoted offer was sold out",
    ),
    ("availability", "discontinued", pair({"price": "1"}, {"availability": "discontinued"}), "no longer sold"),
    ("currency", "equal", pair({"price": "1"}, {"price": "1"}), None),
    (
        "currency",
        "different, with the reference rate beside",
        pair({"price": "10", "currency": "USD", "seen_at": "2014-03-30T12:00:00Z"}, {"currency": "EUR"}),
        "10.00 USD is 7.27 EUR at the ECB reference rate 0.726797 of 2014-03-28.",
    ),
    ("currency", "different", pair({"currency": "USD"}, {"currency": "CNY"}), "so they are not compared"),
    ("currency", "unknown", pair({"currency": None}, {"currency": "CNY"}), "not stated"),
    ("currency", "both unknown", pair({"currency": None}, {"currency": None}), "not stated"),
    ("time_gap", "three days", pair({"seen_at": "2026-03-04T12:00:01Z"}, {}), "72.0 hours"),
    ("far_apart", "a placeholder", pair({"price": "199"}, {"price": "1.99"}), "100.0 times as much"),
    ("far_apart", "five times is believed", pair({"price": "500"}, {"price": "100"}), None),
    ("far_apart", "no price", pair({"price": None}, {"price": "100"}), None),
    ("content_known", "same variant", pair({"content": "50ml"}, {"content": "50ml"}), None),
    ("content_known", "units", pair({"content": "5片"}, {"content": "50ml"}, "other_variant"), "one unit"),
    ("content_known", "one silent", pair({"content": "50ml"}, {}, "other_variant"), "official not stated"),
    ("content_known", "unsure", pair({"content": "50ml"}, {"content": "50ml"}, "unsure"), None),
]


@pytest.mark.parametrize(("rule", "why", "given", "words"), STOPS, ids=[f"{row[0]}: {row[1]}" for row in STOPS])
def test_what_stops_a_comparison(rule: str, why: str, given: Pair, words: str | None) -> None:
    found = ask(rule, given)
    if words is None:
        assert found is None
    else:
        assert found is not None
        assert (found.role, found.answer) == ("stop", "cannot_tell")
        assert words in found.text


def test_time_gap_within_the_window_is_a_note() -> None:
    found = ask("time_gap", pair({"seen_at": "2026-03-03T12:00:00Z"}, {}))
    assert found is not None
    assert (found.role, found.value) == ("note", Decimal("48.0"))
    assert ask("time_gap", pair({"seen_at": "2026-03-01T15:00:00Z"}, {}), hours=2).role == "stop"  # type: ignore[union-attr]


def test_other_sizes_can_be_switched_off() -> None:
    given = pair({"content": "40ml"}, {"content": "60ml"}, "other_variant")
    noted, stopped = (ask("content_known", given, compare_other_sizes=value) for value in (True, False))
    assert noted is not None
    assert stopped is not None
    assert (noted.role, stopped.role) == ("note", "stop")
    assert "promoted 40 ml, official 60 ml" in noted.text


COUPON = layer("coupon", "109", "领券立减20元")
CONDITIONS: list[tuple[str, str, Sides, str | None, str]] = [
    ("coupon_price", "no coupon", ({"price": "129"}, {"price": "129"}), None, ""),
    ("coupon_price", "changes the answer", ({"price": "129", "layers": (COUPON,)}, {"price": "129"}), "cannot_tell", "109.00 CNY, official 129.00 CNY (for anyone)"),
    ("coupon_price", "cheaper either way", ({"price": "119", "layers": (COUPON,)}, {"price": "139"}), "cheaper", ""),
    ("coupon_price", "official coupon", ({"price": "129"}, {"price": "129", "layers": (COUPON,)}), "cannot_tell", ""),
    ("coupon_price", "both have one", ({"price": "129", "layers": (COUPON,)}, {"price": "129", "layers": (COUPON,)}), "cannot_tell", ""),
    ("coupon_price", "above the price is none", ({"price": "99", "layers": (COUPON,)}, {"price": "129"}), None, ""),
    ("coupon_price", "other currency", ({"price": "129", "layers": (layer("coupon", "15", currency="USD"),)}, {"price": "129"}), None, ""),
    ("coupon_price", "member price is another rule", ({"price": "129", "layers": (layer("member", "99"),)}, {"price": "129"}), None, ""),
    ("coupon_price", "live price", ({"price": "129", "layers": (layer("live", "99"),)}, {"price": "129"}), "cannot_tell", ""),
    ("coupon_price", "deposit is no price", ({"price": "129", "layers": (layer("deposit", "20"),)}, {"price": "129"}), None, ""),
    ("member_price", "changes the answer", ({"price": "129"}, {"price": "129", "layers": (layer("member", "119"),)}), "cannot_tell", "member price"),
    ("promotion_price", "second half price", ({"price": "100", "promotions": ("第二件半价",)}, {"price": "100"}), "cannot_tell", "75.00 CNY"),
    ("promotion_price", "threshold met", ({"price": "329", "promotions": ("满300减50",)}, {"price": "329"}), "cannot_tell", "279.00 CNY"),
    ("promotion_price", "threshold by three pieces", ({"price": "100", "promotions": ("满300减30",)}, {"price": "100"}), "cannot_tell", "90.00 CNY"),
    ("promotion_price", "threshold out of reach", ({"price": "10", "promotions": ("满300减30",)}, {"price": "10"}), None, ""),
    ("promotion_price", "three at 80 percent", ({"price": "100"}, {"price": "100", "promotions": ("3件8折",)}), "cannot_tell", "80.00 CNY"),
    ("promotion_price", "buy two get one", ({"price": "90", "promotions": ("买2送1",)}, {"price": "90"}), "cannot_tell", "60.00 CNY"),
    ("promotion_price", "already in the title", ({"price": "90", "title": "面霜 买2送1", "promotions": ("买2送1",)}, {"price": "90"}), None, ""),
    ("promotion_price", "deposit counts more", ({"price": "300", "promotions": ("定金50抵100",)}, {"price": "300"}), "cannot_tell", "250.00 CNY"),
    ("promotion_price", "cheaper either way", ({"price": "80", "promotions": ("第二件半价",)}, {"price": "100"}), "cheaper", ""),
    ("promotion_price", "words about the shown price", ({"price": "80", "promotions": ("立减20元", "8折")}, {"price": "80"}), None, ""),
    ("promotion_price", "gift is no price", ({"price": "80", "promotions": ("赠小样一份", "包邮")}, {"price": "80"}), None, ""),
    ("promotion_price", "cash back is no price", ({"price": "80", "promotions": ("好评返现5元",)}, {"price": "80"}), None, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "why", "sides", "answer", "words"), CONDITIONS, ids=[f"{row[0]}: {row[1]}" for row in CONDITIONS]
)
def test_what_holds_under_a_condition(rule: str, why: str, sides: Sides, answer: str | None, words: str) -> None:
    found = ask(rule, pair(*sides))
    assert (found and found.answer) == answer
    if found:
        assert found.role == "condition"
        assert words in found.text


PROMISED: list[tuple[str, str, Pair, str | None, str]] = [
    ("claimed_price", "kept", pair({"price": "129"}, {}, price=Decimal(129), currency="CNY"), "consistent", "as promised"),
    ("claimed_price", "asks more", pair({"price": "149"}, {}, price=Decimal(129), currency="CNY"), "dearer", "more than promised"),
    ("claimed_price", "asks less", pair({"price": "99"}, {}, price=Decimal(129), currency="CNY"), "cheaper", "less than promised"),
    ("claimed_price", "kept by a coupon", pair({"price": "129", "layers": (COUPON,)}, {}, price=Decimal(109), currency="CNY"), "consistent", "领券立减20元"),
    ("claimed_price", "coupon not low enough", pair({"price": "129", "layers": (COUPON,)}, {}, price=Decimal(89), currency="CNY"), "dearer", ""),
    ("claimed_price", "currency", pair({"price": "129"}, {}, price=Decimal(129), currency="USD"), "cannot_tell", "not the same"),
    ("claimed_price", "nothing promised", pair({"price": "129"}, {}), None, ""),
    ("claimed_price", "no price on the page", pair({}, {}, price=Decimal(129), currency="CNY"), None, ""),
    ("promised_spec", "kept", pair({"content": "30ml*2 赠7ml*3"}, {}, spec="30ml*2 赠7ml*3"), "consistent", "with gifts 7 ml × 3"),
    ("promised_spec", "one instead of two", pair({"content": "30ml"}, {}, spec="30ml*2"), "differs", "Promised 30 ml × 2"),
    ("promised_spec", "gift missing", pair({"content": "30ml*2"}, {}, spec="30ml*2 赠7ml*3"), "differs", ""),
    ("promised_spec", "page silent", pair({}, {}, spec="30ml"), "cannot_tell", "does not state"),
    ("promised_spec", "nothing promised", pair({"content": "30ml"}, {}, spec="随便"), None, ""),
    ("list_price_claim", "none shown", pair({"price": "1"}, {"price": "1"}), None, ""),
    ("list_price_claim", "above all official prices", pair({"price": "199", "list_price": "599"}, {"price": "299", "list_price": "399"}), "dearer", "599.00 CNY"),
    ("list_price_claim", "official list price is as high", pair({"price": "199", "list_price": "399"}, {"price": "299", "list_price": "399"}), "consistent", ""),
    ("list_price_claim", "per unit", pair({"price": "1", "list_price": "100", "content": "50ml*2"}, {"price": "60", "content": "50ml"}, "other_variant"), "consistent", "per 100 ml"),
    ("list_price_claim", "currency", pair({"list_price": "9", "currency": "USD"}, {"price": "1"}), None, ""),
    ("gifts", "none", pair({"content": "50ml"}, {"content": "50ml"}), None, ""),
    ("gifts", "promoted only", pair({"content": "50ml 赠7ml*3"}, {"content": "50ml"}), "differs", "promoted 7 ml × 3, official none stated"),
    ("gifts", "the same", pair({"content": "50ml 赠7ml"}, {"content": "50ml 赠7ml"}), "consistent", ""),
    ("broadcast_gap", "no broadcast", pair({}, {}), None, ""),
    ("broadcast_gap", "the same evening", pair({}, {}, said_at="2026-03-01T10:00:00Z"), "consistent", "2.0 hours after"),
    ("broadcast_gap", "before", pair({}, {}, said_at="2026-03-01T13:00:00Z"), "consistent", "1.0 hours before"),
    ("broadcast_gap", "weeks later", pair({}, {}, said_at="2026-02-01T12:00:00Z"), "differs", "may have been another"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "why", "given", "answer", "words"), PROMISED, ids=[f"{row[0]}: {row[1]}" for row in PROMISED]
)
def test_notes(rule: str, why: str, given: Pair, answer: str | None, words: str) -> None:
    found = ask(rule, given)
    assert (found and found.answer) == answer
    if found:
        assert found.role == "note"
        assert words in found.text
        assert found.text.endswith(".")


def test_every_rule_has_a_file_of_its_name_and_says_so() -> None:
    given = pair(
        {"price": "129", "content": "50ml 赠7ml", "layers": (COUPON, layer("member", "99")), "list_price": "999", "promotions": ("3件8折",)},
        {"price": "129", "content": "50ml"},
        price=Decimal(129),
        currency="CNY",
        spec="50ml",
        said_at="2026-03-01T10:00:00Z",
    )  # fmt: skip
    found = findings(given, {"unit_price": {"tolerance": Decimal("0.2"), "no_such_parameter": 1}})
    assert [finding.rule for finding in found] == [
        "time_gap", "unit_price", "coupon_price", "member_price", "promotion_price",
        "claimed_price", "promised_spec", "list_price_claim", "gifts", "broadcast_gap",
    ]  # fmt: skip
    assert {name: module.__name__ for name, module in RULES.items()} == {
        name: f"pipelines.rules.{name}" for name in RULES
    }  # type: ignore[attr-defined]
    assert dict(found[1].parameters) == {"tolerance": Decimal("0.2")}
