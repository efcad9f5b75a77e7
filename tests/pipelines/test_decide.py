"""The decision from candidates to price, price_max, list_price and currency: one row a situation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.candidates import Context, page_currency, read_candidate
from pipelines.decide import Decision, decide
from pipelines.items import Issue, PriceSaid, Said
from pipelines.stock import decide_availability, read_availability


def said(text: str, found_in: str = "visible", **more: Any) -> PriceSaid:
    return PriceSaid(text=text, found_in=found_in, **{"path": f"{found_in}.price", **more})  # type: ignore[arg-type]


def decided(*prices: PriceSaid, sold_out: frozenset[str] = frozenset(), **context: Any) -> Decision:
    known = Context(currency_hint=page_currency(prices, None), **context)
    candidates = [candidate for price in prices if (candidate := read_candidate(price, known)[0]) is not None]
    return decide(candidates, sold_out=sold_out)


LD, OG, STATE, API = "json-ld", "opengraph", "embedded", "api"
USD = {"currency": "USD"}


@pytest.mark.parametrize(
    ("why", "prices", "price", "price_max", "list_price"),
    [
        ("one visible price", [said("$10.00")], "10.00", None, None),
        ("visible and data agree", [said("$10.00"), said("10.00", LD, **USD)], "10.00", None, None),
        ("visible decides against data", [said("$10.00"), said("12.00", LD, **USD)], "10.00", None, None),
        ("too far apart is nobody's price", [said("$10.00"), said("120.00", LD, **USD)], None, None, None),
        (
            "data repeats a members' price",
            [said("$59.00"), said("$45.00", kind="member"), said("45.00", LD, **USD)],
            "59.00",
            None,
            None,
        ),
        ("only a members' price", [said("$45.00", kind="member"), said("45.00", LD, **USD)], None, None, None),
        (
            "data repeats the struck price",
            [said("$8.00"), said("$12.00", struck=True), said("12.00", LD, **USD)],
            "8.00",
            None,
            "12.00",
        ),
        (
            "data repeats the monthly rate",
            [said("$899.00"), said("$37.46/mo", kind="instalment"), said("37.46", LD, **USD)],
            "899.00",
            None,
            None,
        ),
        (
            "data agrees with the second visible",
            [said("$5.00"), said("$9.00", path="b"), said("9.00", LD, **USD)],
            "9.00",
            None,
            None,
        ),
        ("two visible, nothing tells", [said("$5.00"), said("$9.00", path="b")], None, None, None),
        ("a row of packs", [said("$5.00"), said("$9.00")], "5.00", "9.00", None),
        ("visible range", [said("$5.00 - $9.00")], "5.00", "9.00", None),
        (
            "from, and a span in data",
            [said("From $5.00", kind="from"), said("5.00", LD, text_max="9.00", **USD)],
            "5.00",
            "9.00",
            None,
        ),
        (
            "a seller span is no price range",
            [said("$5.00"), said("5.00", LD, text_max="9.00", **USD)],
            "5.00",
            None,
            None,
        ),
        (
            "shown variant inside the data's span",
            [said("$7.00"), said("5.00", LD, text_max="9.00", **USD)],
            "7.00",
            None,
            None,
        ),
        ("data only", [said("10.00", LD, **USD)], "10.00", None, None),
        ("data contradicts data", [said("10.00", LD, **USD), said("12.00", OG, **USD)], None, None, None),
        (
            "a list price resolves it",
            [said("150.00", LD, **USD), said("120.00", OG, **USD), said("150.00", STATE, kind="list")],
            "120.00",
            None,
            "150.00",
        ),
        ("state only", [said("31.00", STATE, **USD)], "31.00", None, None),
        ("state contradicts itself", [said("31.00", STATE), said("29.00", STATE, path="other")], None, None, None),
        ("state does not overrule data", [said("10.00", LD, **USD), said("8.00", STATE)], "10.00", None, None),
        (
            "list price in data only",
            [said("10.00", LD, **USD), said("15.00", LD, kind="list", **USD)],
            "10.00",
            None,
            "15.00",
        ),
        (
            "list price in state is no claim of the page",
            [said("$10.00"), said("15.00", STATE, kind="list")],
            "10.00",
            None,
            None,
        ),
        ("list price below price is none", [said("$10.00"), said("$8.00", struck=True)], "10.00", None, None),
        ("regular price alone", [said("$59.00", label="Regular Price")], "59.00", None, None),
        (
            "regular price beside a cheaper one",
            [said("$49.00"), said("$59.00", label="Regular Price")],
            "49.00",
            None,
            "59.00",
        ),
        ("used only", [said("£4.45", kind="used")], "4.45", None, None),
        ("used beside new", [said("$9.00"), said("$4.00", kind="used")], "9.00", None, None),
        ("coupon only", [said("¥45 券后")], None, None, None),
        (
            "before tax beside with tax",
            [said("£119.99"), said("£99.99", condition="before tax"), said("99.99", LD, currency="GBP")],
            "119.99",
            None,
            None,
        ),
        ("before tax only", [said("99.99", LD, condition="before tax", currency="GBP")], "99.99", None, None),
        ("zero", [said("$0.00"), said("0", LD, **USD)], None, None, None),
        ("zero beside a price", [said("$0.00"), said("8.00", LD, **USD)], "8.00", None, None),
        ("fen", [said("89900", API, minor_digits=2, currency="CNY")], "899.00", None, None),
        ("not a number", [said("call us")], None, None, None),
        ("live price", [said("￥259.00", kind="live"), said("￥399.00", struck=True)], "259.00", None, "399.00"),
        (
            "list price of another currency",
            [said("10.00", LD, **USD), said("900", LD, kind="list", currency="JPY")],
            "10.00",
            None,
            None,
        ),
        ("nothing", [], None, None, None),
    ],
)
def test_decision(
    why: str, prices: list[PriceSaid], price: str | None, price_max: str | None, list_price: str | None
) -> None:
    decision = decided(*prices)
    got = (decision.price, decision.price_max, decision.list_price)
    assert got == tuple(None if value is None else Decimal(value) for value in (price, price_max, list_price)), (
        decision.issues
    )


def test_a_contradiction_names_both_values_and_places() -> None:
    (issue,) = decided(said("10.00", LD, **USD), said("12.00", OG, **USD)).issues
    assert issue.field == "price"
    assert all(part in issue.value for part in ("10.00", "12.00", "json-ld", "opengraph"))


def test_chosen_candidates_are_marked() -> None:
    decision = decided(said("$8.00"), said("$12.00", struck=True), said("8.00", LD, **USD))
    assert decision.chosen == {0: "price", 1: "list_price"}


def test_variants_that_are_sold_out_do_not_set_the_price() -> None:
    prices = [
        said("30", LD, variant="XS", **USD),
        said("48", LD, variant="S", **USD),
        said("54", LD, variant="XL", **USD),
    ]
    decision = decided(*prices, sold_out=frozenset({"XS"}))
    assert (decision.price, decision.price_max) == (Decimal(48), Decimal(54))
    everything = decided(*prices, sold_out=frozenset({"XS", "S", "XL"}))
    assert everything.price == Decimal(30)


@pytest.mark.parametrize(
    ("prices", "context", "currency"),
    [
        ([said("$10.00"), said("10.00", LD, currency="CAD")], {}, "CAD"),
        ([said("¥1000"), said("1000", LD, currency="JPY")], {"language": "zh-CN"}, "JPY"),
        ([said("¥1000")], {"language": "ja"}, "JPY"),
        ([said("¥199")], {"language": "zh-CN"}, "CNY"),
        ([said("¥199")], {"host": "shop.example.jp"}, "JPY"),
        ([said("€10,00"), said("10.00", LD, currency="USD")], {}, "EUR"),
        ([said("10.00", LD)], {}, None),
    ],
)
def test_currency(prices: list[PriceSaid], context: dict[str, str], currency: str | None) -> None:
    assert decided(*prices, **context).currency == currency


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("http://schema.org/InStock", "in_stock"),
        ("https://schema.org/OutOfStock", "out_of_stock"),
        ("Instock", "in_stock"),
        ("in_stock", "in_stock"),
        ("oos", "unknown"),
        ("out of stock", "out_of_stock"),
        ("https://schema.org/BackOrder", "backorder"),
        ("PreOrder", "preorder"),
        ("https://schema.org/Discontinued", "discontinued"),
        ("https://schema.org/SoldOut", "out_of_stock"),
        ("https://schema.org/LimitedAvailability", "in_stock"),
        ("有货", "in_stock"),
        ("无货", "out_of_stock"),
        ("现货", "in_stock"),
        ("售罄", "out_of_stock"),
        ("预售", "preorder"),
        ("暂无库存", "out_of_stock"),
        ("Nicht auf Lager", "out_of_stock"),
        ("Auf Lager", "in_stock"),
        ("Only 3 left", "in_stock"),
        ("More on the Way", "backorder"),
        ("true", "in_stock"),
        ("false", "out_of_stock"),
        ("商品已下架", "out_of_stock"),
        ("Currently unavailable", "out_of_stock"),
        ("在庫なし", "out_of_stock"),
        ("在庫あり", "in_stock"),
        ("Ausverkauft", "out_of_stock"),
        ("En stock", "in_stock"),
        ("Rupture de stock", "out_of_stock"),
        ("", "unknown"),
    ],
)
def test_availability_words(text: str, state: str) -> None:
    assert read_availability(text) == state


@pytest.mark.parametrize(
    ("said_so", "state"),
    [
        ([("Sold Out", "visible", ""), ("InStock", "json-ld", "")], "out_of_stock"),
        ([("OutOfStock", "json-ld", ""), ("Add to cart", "visible", "button .buy")], "out_of_stock"),
        ([("Add to cart", "visible", "button .buy")], "in_stock"),
        ([("InStock", "microdata", ""), ("OutOfStock", "microdata", "")], "in_stock"),
        ([("In stock", "visible", ""), ("Sold out", "visible", ""), ("OutOfStock", "json-ld", "")], "out_of_stock"),
        ([], "unknown"),
    ],
)
def test_availability_decision(said_so: list[tuple[str, Any, str]], state: str) -> None:
    issues: list[Issue] = []
    assert decide_availability([Said(text=t, found_in=f, path=p) for t, f, p in said_so], issues) == state
